"""kafka-python 2.0.2, which many systems still run."""

import sys

if sys.version_info >= (3, 12):
    # Its own copy of six cannot be imported any more; the real one can.
    import six.moves

    sys.modules["kafka.vendor.six.moves"] = six.moves

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.errors import for_code

from .base import DEADLINE
from .kafka_python_common import KafkaPythonClient


def check(entries):
    """Each entry starts with a name and an error code."""
    for entry in entries:
        if entry[1]:
            raise for_code(entry[1])(entry)


class Client(KafkaPythonClient):
    name = "kafka-python-legacy"
    features = frozenset(["headers", "groups", "commit", "timestamps", "admin", "configs", "partitions", "group-admin"])
    isolates = False

    def __init__(self, address):
        super().__init__(address)
        self.admin = KafkaAdminClient(bootstrap_servers=address)

    def close(self):
        self.admin.close()

    def create_topic(self, topic, partitions=1, configs=None):
        new = NewTopic(topic, num_partitions=partitions, replication_factor=1, topic_configs=configs)
        check(self.admin.create_topics([new], timeout_ms=DEADLINE * 1000).topic_errors)

    def delete_topic(self, topic):
        check(self.admin.delete_topics([topic], timeout_ms=DEADLINE * 1000).topic_error_codes)

    def topics(self):
        return {entry["topic"]: len(entry["partitions"]) for entry in self.admin.describe_topics()}

    def configs(self, topic):
        responses = self.admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        resource = responses[0].resources[0]
        assert resource[0] == 0, resource
        return {entry[0]: entry[1] for entry in resource[4]}

    def set_config(self, topic, key, value):
        answer = self.admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {key: value})])
        assert answer.resources[0][0] == 0, answer

    def set_partitions(self, topic, count):
        check(self.admin.create_partitions({topic: NewPartitions(count)}).topic_errors)

    def groups(self):
        return {group for group, _ in self.admin.list_consumer_groups()}

    def describe_group(self, group):
        described = self.admin.describe_consumer_groups([group])[0]
        return described.state.lower(), len(described.members)

    def group_offsets(self, group):
        found = self.admin.list_consumer_group_offsets(group)
        return {(target.topic, target.partition): entry.offset for target, entry in found.items()}

    def delete_group(self, group):
        for _, error in self.admin.delete_consumer_groups([group]):
            if error.errno:
                raise error(group)
