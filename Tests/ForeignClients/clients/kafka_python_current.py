"""The newest kafka-python."""

from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from .base import DEADLINE
from .kafka_python_common import KafkaPythonClient, committed_offset


class Client(KafkaPythonClient):
    name = "kafka-python"
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
            "static",
        ]
    )

    def __init__(self, address):
        super().__init__(address)
        self.admin = KafkaAdminClient(bootstrap_servers=address)

    def close(self):
        self.admin.close()

    def isolation(self, committed):
        return {"isolation_level": "read_committed" if committed else "read_uncommitted"}

    def transactional(self, transactional_id):
        return Transactional(self.address, transactional_id)

    def create_topic(self, topic, partitions=1, configs=None):
        options = {"num_partitions": partitions, "replication_factor": 1, "configs": configs or {}}
        self.admin.create_topics({topic: options}, timeout_ms=DEADLINE * 1000)

    def delete_topic(self, topic):
        self.admin.delete_topics([topic], timeout_ms=DEADLINE * 1000)

    def topics(self):
        return {
            entry.get("name", entry.get("topic")): len(entry["partitions"]) for entry in self.admin.describe_topics()
        }

    def configs(self, topic):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic)
        found = self.admin.describe_configs([resource], config_filter="all")
        while topic not in found:
            found = next(iter(found.values()))
        return {name: entry["value"] if isinstance(entry, dict) else entry for name, entry in found[topic].items()}

    def set_config(self, topic, key, value):
        self.admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {key: value})])

    def set_partitions(self, topic, count):
        self.admin.create_partitions({topic: count})

    def groups(self):
        return {group["group_id"] for group in self.admin.list_groups()}

    def describe_group(self, group):
        described = self.admin.describe_groups([group])[group]
        return described["group_state"].lower(), len(described["members"])

    def group_offsets(self, group):
        found = self.admin.list_group_offsets({group: None})[group]
        return {(target.topic, target.partition): entry.offset for target, entry in found.items()}

    def delete_group(self, group):
        self.admin.delete_groups([group])

    def delete_records(self, topic, offset, partition=0):
        target = TopicPartition(topic, partition)
        return self.admin.delete_records({target: offset}, timeout_ms=DEADLINE * 1000)[target]["low_watermark"]


class Transactional:
    Fenced = KafkaError

    def __init__(self, address, transactional_id):
        self.producer = KafkaProducer(bootstrap_servers=address, transactional_id=transactional_id, linger_ms=0)
        self.producer.init_transactions()

    def begin(self):
        self.producer.begin_transaction()

    def send(self, topic, value):
        self.producer.send(topic, value=value, partition=0)

    def flush(self):
        self.producer.flush(DEADLINE)

    def send_offsets(self, topic, positions, member):
        offsets = {TopicPartition(topic, p): committed_offset(offset) for p, offset in positions.items()}
        self.producer.send_offsets_to_transaction(offsets, member.consumer.group_metadata())

    def commit(self):
        self.producer.commit_transaction()

    def abort(self):
        self.producer.abort_transaction()

    def close(self):
        self.producer.close(DEADLINE)
