"""Reads and writes topics with confluent-kafka, a client that is not ours."""

import json
import time

import secured_mode
from confluent_kafka import Consumer, Producer, TopicPartition


def produce(kafka, topic, records, headers=None, **options):
    """Sends (key, value) pairs, each with the headers; values that are neither bytes nor None are sent as JSON."""
    failures = []
    producer = Producer(
        secured_mode.connection(kafka) | {"enable.idempotence": True, "partitioner": "murmur2_random"} | options
    )
    for key, value in records:
        producer.produce(
            topic,
            key=key,
            headers=headers,
            value=value if value is None or isinstance(value, bytes) else json.dumps(value).encode(),
            on_delivery=lambda error, _: failures.append(error) if error else None,
        )
    assert producer.flush(30) == 0 and not failures, failures


def read_all(kafka, topic, timeout=30):
    """Every committed record of a topic, as it stands."""
    consumer = Consumer(
        secured_mode.connection(kafka)
        | {
            "group.id": "reader",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    try:
        partitions = consumer.list_topics(topic, timeout=timeout).topics[topic].partitions
        consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        open_partitions, records = set(partitions), []
        deadline = time.monotonic() + timeout
        while open_partitions:
            assert time.monotonic() < deadline, f"{topic} was not read within {timeout} s"
            message = consumer.poll(0.5)
            if message is None:
                continue
            if message.error():
                open_partitions.discard(message.partition())
            else:
                records.append(message)
        return records
    finally:
        consumer.close()


def values(kafka, topic):
    return [json.loads(record.value()) for record in read_all(kafka, topic)]


def order(order_id, **fields):
    return {
        "order_id": order_id,
        "customer_id": 5678,
        "amount": 249.99,
        "currency": "USD",
        "country": "US",
        "status": "CREATED",
        "created_at": "2024-01-15T10:30:00Z",
    } | fields
