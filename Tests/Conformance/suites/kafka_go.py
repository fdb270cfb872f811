from .go_suite import GoSuite


class KafkaGo(GoSuite):
    """Its tests expect a broker at localhost:9092, which is written into them."""

    name = "kafka-go"
    landmark = "reader_test.go"
    settings = {"KAFKA_BROKER_NUM_PARTITIONS": "1"}

    def run(self, broker):
        for path in self.work.rglob("*.go"):
            text = path.read_text()
            moved = text.replace("localhost:9092", broker.address).replace("127.0.0.1:9092", broker.address)
            if moved != text:
                path.write_text(moved)
        return self.go_test(self.work, ".", "./gzip", "./lz4", "./snappy", "./zstd", "./topics", env={"KAFKA_VERSION": "4.0.0"})
