import CouchbaseTesting
import Testing

/// Tests on the one test cluster, one after the other: some of them break it for a while.
@Suite("On the test cluster", .serialized)
enum OnTestCluster {}
