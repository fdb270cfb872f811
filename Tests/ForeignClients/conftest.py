import importlib
import os
import uuid

import pytest
from broker import Broker

MODULES = {
    "confluent": "clients.confluent",
    "confluent-legacy": "clients.confluent_legacy",
    "kafka-python": "clients.kafka_python_current",
    "kafka-python-legacy": "clients.kafka_python_legacy",
    "aiokafka": "clients.aio",
    "kcat": "clients.kcat",
    "java": "clients.java",
    "sarama": "clients.sarama",
}


def selected():
    return os.environ.get("FOREIGN_CLIENTS", " ".join(MODULES)).split()


def make(name, address):
    return importlib.import_module(MODULES[name]).Client(address)


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """One broker for all tests that do not break it."""
    broker = Broker(tmp_path_factory.mktemp("broker")).start()
    yield broker
    assert broker.is_alive, "the broker died:\n" + "\n".join(broker.lines[-40:])
    assert broker.stop() == 0


@pytest.fixture(scope="session")
def clients(broker):
    """Every client of this environment, by name."""
    made = {name: make(name, broker.address) for name in selected()}
    yield made
    for client in made.values():
        client.close()


@pytest.fixture(params=selected())
def client(request, clients):
    return clients[request.param]


@pytest.fixture
def librdkafka(clients):
    """The client that has everything, in whichever version this environment has it."""
    return clients.get("confluent") or clients["confluent-legacy"]


@pytest.fixture
def need(client):
    """Skips a test for clients that do not have the feature."""

    def check(feature):
        if feature not in client.features:
            pytest.skip(f"{client.name} has no {feature}")

    return check


@pytest.fixture
def name():
    """A name that no other test uses."""
    return "t-" + uuid.uuid4().hex[:12]
