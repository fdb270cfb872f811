from .pytest_suite import PytestSuite

VERSION = "4.0.0"


class KafkaPython(PytestSuite):
    """Its tests can be pointed at a broker (KAFKA_URI)."""

    name = "kafka-python"
    landmark = "kafka/__init__.py"
    settings = {"KAFKA_BROKER_NUM_PARTITIONS": "4"}

    def prepare(self):
        self.copy()
        # Where it would look for a Kafka to start; it only asks whether that is there.
        (self.work / "servers" / VERSION / "kafka-bin").mkdir(parents=True, exist_ok=True)
        self.python = self.virtual_environment(
            "pytest",
            "pytest-mock",
            "pytest-timeout",
            "pytest-asyncio",
            "py",
            "mock",
            "lz4",
            "python-snappy",
            "zstandard",
            "crc32c",
            "cramjam",
            "xxhash",
        )

    def run(self, broker):
        return self.pytest(
            self.python, "test/integration", env={"KAFKA_URI": f"kafka://{broker.address}", "KAFKA_VERSION": VERSION}
        )
