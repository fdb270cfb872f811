"""aiokafka, driven from a thread with an event loop of its own."""

import asyncio
import threading

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

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


def check(entries):
    for entry in entries:
        if entry[1]:
            raise for_code(entry[1])(entry)


class Client(BaseClient):
    name = "aiokafka"
    features = frozenset(
        [
            "headers",
            "groups",
            "commit",
            "transactions",
            "timestamps",
            "admin",
            "configs",
            "partitions",
            "group-admin",
            "delete-records",
            "idempotence",
            "static",
        ]
    )

    def __init__(self, address):
        super().__init__(address)
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, coroutine, seconds=DEADLINE * 3):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(seconds)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)

    # Producing

    def produce(self, topic, messages, codec="none"):
        async def produce():
            producer = AIOKafkaProducer(
                bootstrap_servers=self.address,
                acks="all",
                linger_ms=20,
                compression_type=None if codec == "none" else codec,
            )
            async with producer:
                futures = [
                    await producer.send(
                        topic,
                        key=message.key,
                        value=message.value,
                        partition=message.partition,
                        timestamp_ms=message.timestamp,
                        headers=list(message.headers),
                    )
                    for message in messages
                ]
                return [(await future).offset for future in futures]

        return self.run(produce())

    def send_all(self, topic, values, acknowledged):
        async def send():
            producer = AIOKafkaProducer(
                bootstrap_servers=self.address, enable_idempotence=True, retry_backoff_ms=50, request_timeout_ms=60000
            )
            async with producer:
                futures = []
                for value in values:
                    futures.append((value, await producer.send(topic, value=value, partition=0)))
                    await asyncio.sleep(0.0005)
                for value, future in futures:
                    try:
                        await future
                        acknowledged.append(value)
                    except KafkaError:
                        # Not acknowledged: nobody may count on it.
                        pass

        self.run(send(), 90)

    # Consuming

    def consume(self, topic, count=None, partitions=(0,), committed=True, last=None):
        wanted = Wanted(count, last)

        async def consume():
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self.address,
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                fetch_max_wait_ms=50,
                isolation_level="read_committed" if committed else "read_uncommitted",
            )
            received = []
            async with consumer:
                targets = [TopicPartition(topic, partition) for partition in partitions]
                consumer.assign(targets)
                await consumer.seek_to_beginning(*targets)
                deadline = self.loop.time() + DEADLINE
                while not wanted.is_met(received) and self.loop.time() < deadline:
                    found = await consumer.getmany(timeout_ms=100, max_records=wanted.most(received))
                    received += [message_of(record) for records in found.values() for record in records]
            return received

        return self.run(consume())

    def member(self, group, topics, instance=None):
        return Member(self, group, topics, instance)

    def with_consumer(self, use):
        async def run():
            async with AIOKafkaConsumer(bootstrap_servers=self.address) as consumer:
                return await use(consumer)

        return self.run(run())

    def offsets_for_time(self, topic, timestamp, partition=0):
        target = TopicPartition(topic, partition)
        found = self.with_consumer(lambda consumer: consumer.offsets_for_times({target: timestamp}))[target]
        return None if found is None else found.offset

    def ends(self, topic, partition=0):
        target = TopicPartition(topic, partition)

        async def ends(consumer):
            low = await consumer.beginning_offsets([target])
            high = await consumer.end_offsets([target])
            return low[target], high[target]

        return self.with_consumer(ends)

    # Transactions

    def transactional(self, transactional_id):
        return Transactional(self, transactional_id)

    # Administration

    def administrate(self, use):
        async def run():
            admin = AIOKafkaAdminClient(bootstrap_servers=self.address)
            await admin.start()
            try:
                return await use(admin)
            finally:
                await admin.close()

        return self.run(run())

    def create_topic(self, topic, partitions=1, configs=None):
        new = NewTopic(topic, num_partitions=partitions, replication_factor=1, topic_configs=configs)
        check(self.administrate(lambda admin: admin.create_topics([new])).topic_errors)

    def delete_topic(self, topic):
        check(self.administrate(lambda admin: admin.delete_topics([topic])).topic_error_codes)

    def topics(self):
        found = self.administrate(lambda admin: admin.describe_topics())
        return {entry["topic"]: len(entry["partitions"]) for entry in found}

    def configs(self, topic):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic)
        found = self.administrate(lambda admin: admin.describe_configs([resource]))[0].resources[0]
        assert found[0] == 0, found
        return {entry[0]: entry[1] for entry in found[4]}

    def set_config(self, topic, key, value):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, {key: value})
        answer = self.administrate(lambda admin: admin.alter_configs([resource]))[0]
        assert answer.resources[0][0] == 0, answer

    def set_partitions(self, topic, count):
        check(self.administrate(lambda admin: admin.create_partitions({topic: NewPartitions(count)})).topic_errors)

    def groups(self):
        return {group[0] for group in self.administrate(lambda admin: admin.list_consumer_groups())}

    def describe_group(self, group):
        described = self.administrate(lambda admin: admin.describe_consumer_groups([group]))[0].groups[0]
        return described[2].lower(), len(described[5])

    def group_offsets(self, group):
        found = self.administrate(lambda admin: admin.list_consumer_group_offsets(group))
        return {(target.topic, target.partition): entry.offset for target, entry in found.items()}

    def delete_records(self, topic, offset, partition=0):
        target = TopicPartition(topic, partition)
        request = {target: RecordsToDelete(before_offset=offset)}
        return self.administrate(lambda admin: admin.delete_records(request))[target]


class Member:
    def __init__(self, client, group, topics, instance):
        self.client = client

        async def start():
            consumer = AIOKafkaConsumer(
                *topics,
                bootstrap_servers=client.address,
                group_id=group,
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                session_timeout_ms=6000,
                heartbeat_interval_ms=200,
                fetch_max_wait_ms=50,
                metadata_max_age_ms=500,
                group_instance_id=instance,
            )
            await consumer.start()
            return consumer

        self.consumer = client.run(start())

    def poll(self):
        found = self.client.run(self.consumer.getmany(timeout_ms=50))
        return [message_of(record) for records in found.values() for record in records]

    def assignment(self):
        return {target.partition for target in self.consumer.assignment()}

    def commit(self, topic, positions):
        self.client.run(self.consumer.commit({TopicPartition(topic, p): offset for p, offset in positions.items()}))

    def close(self):
        self.client.run(self.consumer.stop())


class Transactional:
    Fenced = KafkaError

    def __init__(self, client, transactional_id):
        self.client = client
        self.sent = []

        async def start():
            producer = AIOKafkaProducer(bootstrap_servers=client.address, transactional_id=transactional_id)
            await producer.start()
            return producer

        self.producer = client.run(start())

    def begin(self):
        self.client.run(self.producer.begin_transaction())

    def send(self, topic, value):
        self.sent.append(self.client.run(self.producer.send(topic, value=value, partition=0)))

    def flush(self):
        async def flush():
            await self.producer.flush()
            sent, self.sent = self.sent, []
            for future in sent:
                await future

        self.client.run(flush())

    def send_offsets(self, topic, positions, member):
        offsets = {TopicPartition(topic, partition): offset for partition, offset in positions.items()}
        self.client.run(self.producer.send_offsets_to_transaction(offsets, member.consumer._group_id))

    def commit(self):
        self.client.run(self.producer.commit_transaction())

    def abort(self):
        self.client.run(self.producer.abort_transaction())

    def close(self):
        self.client.run(self.producer.stop())
        for future in self.sent:
            # Asked for, or asyncio complains of a failure that nobody looked at.
            if future.done() and not future.cancelled():
                future.exception()
