from .go_suite import GoSuite


class FranzGo(GoSuite):
    """The tests of pkg/kgo, most of which read a topic of many records through chains of groups and transactions."""

    name = "franz-go"
    landmark = "pkg/kgo/helpers_test.go"

    def run(self, broker):
        return self.go_test(
            self.work, "./pkg/kgo", env={"KGO_SEEDS": broker.address, "KGO_TEST_RF": "1", "KGO_TEST_RECORDS": "50000"}
        )
