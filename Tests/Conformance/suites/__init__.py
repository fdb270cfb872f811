"""A module for each suite."""

from .aiokafka import Aiokafka
from .franz_go import FranzGo
from .kafka_go import KafkaGo
from .kafka_python import KafkaPython
from .librdkafka import Librdkafka

SUITES = {suite.name: suite for suite in (FranzGo, Aiokafka, KafkaPython, Librdkafka, KafkaGo)}
