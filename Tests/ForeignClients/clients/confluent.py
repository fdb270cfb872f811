"""confluent-kafka: librdkafka."""

import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka import ConsumerGroupTopicPartitions as GroupPartitions
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic
from raw import latest_offset

from .base import DEADLINE, BaseClient, Message, Wanted


def message_of(record):
    return Message(
        key=record.key(),
        value=record.value(),
        partition=record.partition(),
        timestamp=record.timestamp()[1],
        headers=tuple((name, value) for name, value in record.headers() or ()),
        offset=record.offset(),
    )


class Client(BaseClient):
    name = "confluent"
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
        self.admin = AdminClient({"bootstrap.servers": address})

    def settings(self, **more):
        return {"bootstrap.servers": self.address, **{key.replace("_", "."): value for key, value in more.items()}}

    # Producing

    def produce(self, topic, messages, codec="none"):
        producer = Producer(self.settings(compression_type=codec, linger_ms=20, acks="all"))
        offsets = {}
        for index, message in enumerate(messages):

            def delivered(error, record, index=index):
                offsets[index] = None if error else record.offset()

            more = {} if message.timestamp is None else {"timestamp": message.timestamp}
            producer.produce(
                topic,
                key=message.key,
                value=message.value,
                partition=message.partition,
                headers=list(message.headers),
                on_delivery=delivered,
                **more,
            )
        assert producer.flush(DEADLINE) == 0
        return [offsets[index] for index in range(len(messages))]

    def send_all(self, topic, values, acknowledged):
        """Sends through whatever happens, and notes what was acknowledged, in order."""
        producer = Producer(self.settings(enable_idempotence=True, linger_ms=1, delivery_timeout_ms=60000))

        def delivered(error, record):
            if error is None:
                acknowledged.append(record.value())

        for value in values:
            producer.produce(topic, value=value, partition=0, on_delivery=delivered)
            producer.poll(0.001)
        producer.flush(60)

    # Consuming

    def consume(self, topic, count=None, partitions=(0,), committed=True, last=None):
        wanted = Wanted(count, last)
        consumer = Consumer(
            self.settings(
                group_id="none",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                fetch_wait_max_ms=50,
                isolation_level="read_committed" if committed else "read_uncommitted",
            )
        )
        consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
        received = []
        deadline = time.monotonic() + DEADLINE
        while not wanted.is_met(received) and time.monotonic() < deadline:
            for record in consumer.consume(wanted.most(received), 0.1):
                assert record.error() is None, record.error()
                received.append(message_of(record))
        consumer.close()
        return received

    def member(self, group, topics, instance=None):
        static = {"group_instance_id": instance} if instance else {}
        return Member(
            self.settings(
                group_id=group,
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                session_timeout_ms=6000,
                heartbeat_interval_ms=200,
                fetch_wait_max_ms=50,
                topic_metadata_refresh_interval_ms=500,
                **static,
            ),
            topics,
        )

    def offsets_for_time(self, topic, timestamp, partition=0):
        consumer = Consumer(self.settings(group_id="none"))
        found = consumer.offsets_for_times([TopicPartition(topic, partition, timestamp)], timeout=DEADLINE)
        consumer.close()
        # "No such record" is the end of the partition, -1.
        return None if found[0].offset < 0 else found[0].offset

    def ends(self, topic, partition=0):
        consumer = Consumer(self.settings(group_id="none"))
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=DEADLINE)
        consumer.close()
        return low, high

    # Transactions

    def transactional(self, transactional_id):
        return Transactional(self.settings(transactional_id=transactional_id, linger_ms=0))

    # Administration

    def create_topic(self, topic, partitions=1, configs=None):
        new = NewTopic(topic, num_partitions=partitions, replication_factor=1, config=configs or {})
        self.admin.create_topics([new])[topic].result(DEADLINE)

    def delete_topic(self, topic):
        self.admin.delete_topics([topic])[topic].result(DEADLINE)

    def topics(self):
        found = self.admin.list_topics(timeout=DEADLINE).topics
        return {name: len(topic.partitions) for name, topic in found.items()}

    def configs(self, topic):
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        entries = self.admin.describe_configs([resource])[resource].result(DEADLINE)
        return {name: entry.value for name, entry in entries.items()}

    def set_config(self, topic, key, value):
        from confluent_kafka.admin import AlterConfigOpType, ConfigEntry

        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        resource.add_incremental_config(ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET))
        self.admin.incremental_alter_configs([resource])[resource].result(DEADLINE)

    def set_partitions(self, topic, count):
        self.admin.create_partitions([NewPartitions(topic, count)])[topic].result(DEADLINE)

    def groups(self):
        return {group.group_id for group in self.admin.list_consumer_groups().result(DEADLINE).valid}

    def describe_group(self, group):
        described = self.admin.describe_consumer_groups([group])[group].result(DEADLINE)
        return described.state.name.lower(), len(described.members)

    def group_offsets(self, group):
        request = [GroupPartitions(group)]
        found = self.admin.list_consumer_group_offsets(request)[group].result(DEADLINE)
        return {(entry.topic, entry.partition): entry.offset for entry in found.topic_partitions}

    def delete_group(self, group):
        self.admin.delete_consumer_groups([group])[group].result(DEADLINE)

    def delete_records(self, topic, offset, partition=0):
        target = TopicPartition(topic, partition, offset)
        return self.admin.delete_records([target])[target].result(DEADLINE).low_watermark

    def latest(self, topic, partition=0, committed=False):
        host, port = self.address.rsplit(":", 1)
        return latest_offset(host, int(port), topic, partition, committed)


class Member:
    """One member of a consumer group."""

    def __init__(self, settings, topics):
        self.consumer = Consumer(settings)
        self.consumer.subscribe(topics)

    def poll(self):
        records = self.consumer.consume(500, 0.05)
        for record in records:
            assert record.error() is None, record.error()
        return [message_of(record) for record in records]

    def assignment(self):
        return {entry.partition for entry in self.consumer.assignment()}

    def commit(self, topic, positions):
        self.consumer.commit(
            offsets=[TopicPartition(topic, partition, offset) for partition, offset in positions.items()],
            asynchronous=False,
        )

    def metadata(self):
        return self.consumer.consumer_group_metadata()

    def close(self):
        self.consumer.close()


class Transactional:
    """A transactional producer."""

    Fenced = KafkaException

    def __init__(self, settings):
        self.producer = Producer(settings)
        self.producer.init_transactions(DEADLINE)

    def begin(self):
        self.producer.begin_transaction()

    def send(self, topic, value):
        self.producer.produce(topic, value=value, partition=0)

    def flush(self):
        self.producer.flush(DEADLINE)

    def send_offsets(self, topic, positions, member):
        offsets = [TopicPartition(topic, partition, offset) for partition, offset in positions.items()]
        self.producer.send_offsets_to_transaction(offsets, member.metadata(), DEADLINE)

    def commit(self):
        self.producer.commit_transaction(DEADLINE)

    def abort(self):
        self.producer.abort_transaction(DEADLINE)

    def close(self):
        pass
