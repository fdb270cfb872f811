"""Records that are deleted from the log: `orders verify` says what it could not check, and what a service lost is a
finding."""

import json

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from kafka_records import order, produce
from platform_process import call, drained, running, up, verify
from secured_mode import connection


def ends(kafka, topic):
    consumer = Consumer(connection(kafka) | {"group.id": "ends"})
    try:
        places = [
            TopicPartition(topic, number) for number in consumer.list_topics(topic, timeout=30).topics[topic].partitions
        ]
        return {place.partition: consumer.get_watermark_offsets(place, timeout=30)[1] for place in places}
    finally:
        consumer.close()


def delete(kafka, topic, offsets):
    """Deletes what lies before these offsets, by partition."""
    # The client must live until its answers are there.
    admin = AdminClient(connection(kafka))
    for future in admin.delete_records([TopicPartition(topic, *place) for place in offsets.items()]).values():
        future.result(timeout=30)


def test_verify_counts_what_was_deleted_and_finds_what_a_service_lost_by_it(data):
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(number), order(number, amount=number)) for number in range(1, 121)])
        drained(kafka, data)
        assert verify(data)["deleted_records"] == 0
        # Everything was processed: deleting it loses nothing but the means to check it.
        delete(kafka, "orders", ends(kafka, "orders"))
        counts = verify(data)
        assert counts["deleted_records"] == 120 and counts["not_checkable"] == 120 and counts["documents"] == 120, (
            counts
        )
        code, out, _ = call("verify", "--data-dir", data)
        assert (
            code == 0
            and "orders: 120 offsets in 6 partitions" in out
            and "everything that is still there agrees" in out
        ), out
        assert platform.stop() == 0

    # Orders that no service has read are deleted while only the broker runs.
    with running("broker", "--data-dir", data, "--kafka", "127.0.0.1:0") as broker:
        (kafka,) = broker.addresses("kafka")
        produce(kafka, "orders", [(str(number), order(number, amount=number)) for number in range(201, 261)])
        delete(kafka, "orders", ends(kafka, "orders"))
        assert broker.stop() == 0
    code, out, err = call("verify", "--data-dir", data, "--json")
    report = json.loads(out)
    assert code == 1 and report["findings_by_kind"] == {"log_cut": 18}, (report, err)
    assert {one["subject"] for one in report["findings"]} >= {
        "orders[0] for payments-group",
        "orders[5] for fraud-group",
    }
    assert "were deleted before the group had read them" in report["findings"][0]["detail"]
    assert sum(one["offsets"] for one in report["deleted"] if one["topic"] == "orders") == 180

    # The services go on behind the gap, and note it permanently.
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(number), order(number, amount=number)) for number in range(301, 361)])
        drained(kafka, data)
        code, out, _ = call("verify", "--data-dir", data, "--json")
        report = json.loads(out)
        assert code == 1 and report["findings_by_kind"] == {"log_cut": 18}, report
        assert all("noted by" in one["detail"] for one in report["findings"])
        assert report["counts"]["orders"] == 60
