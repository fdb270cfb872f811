"""sarama, for Go, as Debian has it. It has neither transactions nor static members."""

from .process import ProcessClient, program


class Client(ProcessClient):
    name = "sarama"
    command = (program("sarama"),)
    features = frozenset("headers groups timestamps admin configs partitions delete-records idempotence".split())
