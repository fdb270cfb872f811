from .go_suite import GoSuite


class KafkaGo(GoSuite):
    """Its tests expect a broker at localhost:9092, which is written into them."""

    name = "kafka-go"
    landmark = "reader_test.go"
    settings = {"KAFKA_BROKER_NUM_PARTITIONS": "1"}

    def run(self, broker):
        self.point_at(broker)
        return self.go_test(
            self.work, ".", "./gzip", "./lz4", "./snappy", "./zstd", "./topics", env={"KAFKA_VERSION": "4.0.0"}
        )

    def point_at(self, broker):
        moves = {
            '"localhost:9092"': f'"{broker.address}"',
            '"127.0.0.1:9092"': f'"{broker.address}"',
            'TCP("localhost")': f'TCP("{broker.address}")',
            'Host: "localhost", Port: 9092': f'Host: "{broker.host}", Port: {broker.port}',
        }
        for path in self.work.rglob("*.go"):
            # This one is about addresses themselves, and connects to none.
            text = path.read_text()
            if path.name != "address_test.go" and any(old in text for old in moves):
                for old, new in moves.items():
                    text = text.replace(old, new)
                path.write_text(text)
