"""Ids that the broker has forgotten: after seven quiet days in the field, after a moment here."""

import collections
import json

from kafka_records import order, produce
from platform_process import call, drained, eventually, get, up, verify
from raw_kafka import raw_kafka
from secured_mode import IS_SECURED

# A service has to come from its start to its first transaction within that time: with handshakes and logins more.
EXPIRY = "4000" if IS_SECURED else "500"
FORGETFUL = {
    "KAFKA_BROKER_TRANSACTIONAL_ID_EXPIRATION_MS": EXPIRY,
    "KAFKA_BROKER_PRODUCER_ID_EXPIRATION_MS": EXPIRY,
    "KAFKA_BROKER_LOG_RETENTION_CHECK_INTERVAL_MS": "100",
}


def transactional_ids(kafka):
    """How many transactional ids the broker knows: ListTransactions, version 0."""
    with raw_kafka(kafka) as connection:
        body = connection.ask(66, 0, b"\0" + b"\x01\x01\0")
    # Correlation id, tags, throttle time, error code, no unknown filters; then the count and one.
    assert body[9:11] == b"\0\0" and body[11] == 1, body
    return body[12] - 1


def test_services_go_on_after_the_broker_has_forgotten_their_ids(data):
    with up(data, "--count", 0, env=FORGETFUL) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        for turn in range(1, 4):
            eventually(lambda: transactional_ids(kafka) == 0)
            # An alert for fraud, and dead letters for the sink and alerting: the first transactions since the last
            # turn.
            produce(
                kafka,
                "orders",
                [(str(turn), order(turn, amount=900.5, country="NG", created_at="2026-01-01T00:00:00Z"))],
            )
            for topic in ("orders", "fraud-alerts", "order-analytics"):
                produce(kafka, topic, [("x", b"not a record")])
            drained(kafka, data)
            eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == turn)
            code, out, err = call("dlq", "list", "--json", "--data-dir", data)
            assert code == 0, err
            letters = collections.Counter(json.loads(line)["group"] for line in out.splitlines())
            assert letters["sink-group"] == letters["alerting-group"] == letters["fraud-group"] == turn, letters
        assert verify(data)["orders"] == 3
