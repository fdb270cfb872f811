"""confluent-kafka 2.0.2: the librdkafka of Debian 12, which knows no topic ids and waits less before it fetches
again."""

from . import confluent


class Client(confluent.Client):
    name = "confluent-legacy"
    features = confluent.Client.features - {"configs", "delete-records"}
