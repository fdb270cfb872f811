"""What holds a service up without an error, and the names that it gets."""

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from platform_process import eventually, get, request, up
from secured_mode import connection


def problems(http):
    _, _, ready = request("GET", f"{http}/readyz")
    return {(problem["part"], problem["code"]): problem["detail"] for problem in ready["problems"]}


def test_a_transaction_that_stays_open_is_named_and_what_lies_behind_it_comes_when_it_ends(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        hanging = Producer(connection(kafka) | {"transactional.id": "hanging", "transaction.timeout.ms": 120000})
        hanging.init_transactions(30)
        hanging.begin_transaction()
        hanging.produce("orders", key=b"1", value=b"never committed", partition=0)
        hanging.flush(30)
        good = {"customer_id": 42, "amount": 19.99, "currency": "EUR", "country": "DE"}
        ids = [request("POST", f"{http}/api/orders", good)[2]["order_id"] for _ in range(30)]
        named = eventually(lambda: problems(http).get(("payments", "transaction_open")), timeout=60)
        assert "orders[0]" in named and "payments-group" in named
        assert request("GET", f"{http}/readyz")[0] == 200
        metrics = get(f"{http}/metrics")
        assert 'orders_stalled_partitions{service="payments"} 1' in metrics, [
            line for line in metrics.splitlines() if "stalled" in line
        ]
        hanging.abort_transaction(30)
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == len(ids))
        eventually(lambda: not any(code == "transaction_open" for _, code in problems(http)), timeout=30)
        assert platform.stop() == 0, platform.output


def remake(kafka, topic, partitions=6):
    """Deletes a topic and makes it again, as one does in a Kafka UI."""
    admin = AdminClient(connection(kafka))
    admin.delete_topics([topic])[topic].result(30)

    def made():
        try:
            admin.create_topics([NewTopic(topic, partitions)])[topic].result(30)
        except KafkaException as error:
            # A client that asks for the topic may have made it meanwhile.
            return error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS
        return True

    eventually(made)


def test_orders_go_on_through_the_whole_platform_when_their_topic_was_deleted_and_made_again(data):
    good = {"customer_id": 42, "amount": 19.99, "currency": "EUR", "country": "DE"}
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        for expected in (20, 40, 60):
            answers = [request("POST", f"{http}/api/orders", good) for _ in range(20)]
            assert [status for status, _, _ in answers] == [202] * 20, answers
            eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == expected, timeout=90)
            eventually(
                lambda: (
                    get(f"{http}/api/stats")["totals"]["payments"]["paid"]
                    + get(f"{http}/api/stats")["totals"]["payments"]["declined"]
                    == expected
                )
            )
            remake(kafka, "orders")
        eventually(lambda: not any(part == "api" for part, _ in problems(http)), timeout=60)
        assert platform.stop() == 0, platform.output
