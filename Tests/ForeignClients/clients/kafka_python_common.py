"""What the old and the new kafka-python have in common."""

import contextlib
import queue
import threading
import time
from concurrent.futures import Future

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaConnectionError
from kafka.structs import OffsetAndMetadata

from .base import DEADLINE, BaseClient, Message, Wanted


def message_of(record):
    return Message(
        key=record.key,
        value=record.value,
        partition=record.partition,
        timestamp=record.timestamp,
        headers=tuple(record.headers),
        offset=record.offset,
    )


def committed_offset(offset):
    """The record that OffsetAndMetadata is has grown a leader epoch on the way."""
    try:
        return OffsetAndMetadata(offset, "", -1)
    except TypeError:
        return OffsetAndMetadata(offset, "")


class KafkaPythonClient(BaseClient):
    def produce(self, topic, messages, codec="none"):
        producer = KafkaProducer(
            bootstrap_servers=self.address,
            acks="all",
            linger_ms=20,
            compression_type=None if codec == "none" else codec,
        )
        futures = [
            producer.send(
                topic,
                key=message.key,
                value=message.value,
                partition=message.partition,
                timestamp_ms=message.timestamp,
                headers=list(message.headers),
            )
            for message in messages
        ]
        offsets = [future.get(DEADLINE).offset for future in futures]
        producer.close()
        return offsets

    def send_all(self, topic, values, acknowledged):
        producer = KafkaProducer(
            bootstrap_servers=self.address,
            acks="all",
            retries=1000,
            max_in_flight_requests_per_connection=1,
            retry_backoff_ms=50,
            reconnect_backoff_ms=20,
            reconnect_backoff_max_ms=200,
        )
        futures = []
        for value in values:
            futures.append((value, producer.send(topic, value=value, partition=0)))
            time.sleep(0.0005)
        for value, future in futures:
            # What is not acknowledged, for whatever reason, nobody may count on.
            with contextlib.suppress(Exception):
                future.get(60)
                acknowledged.append(value)
        producer.close(5)

    def consumer(self, **settings):
        return KafkaConsumer(
            bootstrap_servers=self.address,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=50,
            **settings,
        )

    def consume(self, topic, count=None, partitions=(0,), committed=True, last=None):
        wanted = Wanted(count, last)
        consumer = self.consumer(**self.isolation(committed))
        targets = [TopicPartition(topic, partition) for partition in partitions]
        consumer.assign(targets)
        for target in targets:
            consumer.seek(target, 0)
        received = []
        deadline = time.monotonic() + DEADLINE
        while not wanted.is_met(received) and time.monotonic() < deadline:
            for records in consumer.poll(100, max_records=wanted.most(received)).values():
                received += [message_of(record) for record in records]
        consumer.close()
        return received

    def isolation(self, committed):
        return {}

    def member(self, group, topics, instance=None):
        static = {"group_instance_id": instance} if instance else {}
        consumer = self.consumer(
            group_id=group, session_timeout_ms=6000, heartbeat_interval_ms=200, metadata_max_age_ms=500, **static
        )
        consumer.subscribe(topics)
        return Member(consumer)

    def offsets_for_time(self, topic, timestamp, partition=0):
        target = TopicPartition(topic, partition)
        consumer = self.consumer()
        found = consumer.offsets_for_times({target: timestamp})[target]
        consumer.close()
        return None if found is None else found.offset

    def ends(self, topic, partition=0):
        target = TopicPartition(topic, partition)
        consumer = self.consumer()
        low, high = consumer.beginning_offsets([target])[target], consumer.end_offsets([target])[target]
        consumer.close()
        return low, high


class Member:
    """Polls in a thread of its own and with patience: the newest kafka-python (3.0.12) loses its assignment permanently
    if a poll times out while it is joining."""

    def __init__(self, consumer):
        self.consumer = consumer
        self.lock = threading.Lock()
        self.received = []
        self.commands = queue.Queue()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                for records in self.consumer.poll(400).values():
                    with self.lock:
                        self.received += [message_of(record) for record in records]
            except KafkaConnectionError:
                # The newest lets through that the broker was away when it looked for the coordinator.
                time.sleep(0.05)
            while not self.commands.empty():
                command, done = self.commands.get()
                try:
                    done.set_result(command())
                except Exception as error:
                    done.set_exception(error)
                if command == self.consumer.close:
                    return

    def call(self, command):
        """In the consumer's thread, as it wants to be used from one only."""
        done = Future()
        self.commands.put((command, done))
        return done.result(DEADLINE)

    def poll(self):
        time.sleep(0.02)
        with self.lock:
            received, self.received = self.received, []
        return received

    def assignment(self):
        return {target.partition for target in self.consumer.assignment()}

    def commit(self, topic, positions):
        offsets = {TopicPartition(topic, p): committed_offset(offset) for p, offset in positions.items()}
        self.call(lambda: self.consumer.commit(offsets))

    def close(self):
        self.call(self.consumer.close)
