"""Fraud alerts reach the webhook, also one that is away for a while or says no."""

import json

from alert_webhook import Endpoint
from kafka_records import order, produce, read_all
from platform_process import drained, eventually, up, verify


def test_each_alert_is_posted_though_the_webhook_is_away_for_a_while(data):
    endpoint = Endpoint()
    endpoint.answers = [503, 500, 429]
    with up(data, "--count", 0, env={"ALERT_WEBHOOK_URL": endpoint.url}) as platform:
        kafka, _http = platform.addresses("kafka", "dashboard")
        flagged = [(str(number), order(number, amount=500 + number, country="BR")) for number in range(1, 21)]
        produce(kafka, "orders", flagged)
        eventually(lambda: len(endpoint.received) >= 20)
        drained(kafka, data)
        assert sorted(key for key, _ in endpoint.received) == sorted(f"fraud-alert-{number}" for number in range(1, 21))
        assert {body["order_id"] for _, body in endpoint.received} == set(range(1, 21))
        assert "s3cr3t" not in platform.output
        verify(data)


def test_an_alert_that_is_refused_for_good_is_set_aside(data):
    endpoint = Endpoint()
    endpoint.answers = [400]
    with up(data, "--count", 0, env={"ALERT_WEBHOOK_URL": endpoint.url}) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("1", order(1, amount=900, country="BR"))])
        eventually(lambda: not endpoint.answers)
        drained(kafka, data)
        letters = eventually(lambda: read_all(kafka, "fraud-alerts.alerting-group.dlq"))
        headers = {key: value.decode() for key, value in letters[0].headers()}
        assert (
            headers["dlq-code"] == "webhook_refused"
            and "400" in headers["dlq-reason"]
            and "s3cr3t" not in headers["dlq-reason"]
        )


def test_a_refused_alert_is_set_aside_though_its_batch_is_tried_again(data):
    endpoint = Endpoint()
    with up(data, "--count", 0, env={"ALERT_WEBHOOK_URL": endpoint.url}) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        # Whichever alert of the batch comes first is refused, and the next one waits for the webhook to come back.
        endpoint.answers = [400, 503, 503]
        produce(kafka, "orders", [(str(number), order(number, amount=900, country="BR")) for number in range(1, 41)])
        eventually(lambda: len(endpoint.received) >= 39)
        drained(kafka, data)
        letters = read_all(kafka, "fraud-alerts.alerting-group.dlq")
        assert len(letters) == 1
        told = {body["order_id"] for _, body in endpoint.received}
        assert told | {json.loads(letters[0].value())["order_id"]} == set(range(1, 41))
        verify(data)
