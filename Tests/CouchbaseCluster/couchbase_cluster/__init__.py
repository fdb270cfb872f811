"""A Couchbase cluster for tests: several nodes in one process, on loopback, with faults on command."""
