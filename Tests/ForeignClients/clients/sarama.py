"""sarama 1.22, for Go, as Debian 12 has it. It has neither transactions nor static members, and its idempotent producer
does not always outlive a lost connection: what it then fails to send, it says."""

from .process import ProcessClient, program


class Client(ProcessClient):
    name = "sarama"
    command = (program("sarama"),)
    features = frozenset(["headers", "groups", "timestamps", "admin", "configs", "partitions", "delete-records"])
