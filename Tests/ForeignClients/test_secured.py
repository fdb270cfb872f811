"""Foreign clients over TLS with a login: what they may do, and how each failure reads."""

import asyncio
import ssl
import time

import pytest
from broker import until
from conftest import selected
from secured import Authority, SecuredBroker

MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
SECONDS = 10
NOTED = ["TLS handshake failed", "went away during the TLS handshake", "closed a connection:"]


class Confluent:
    """librdkafka."""

    def __init__(self, address, user, password, mechanism, authority):
        self.errors = []
        self.settings = {
            "bootstrap.servers": address,
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": mechanism,
            "sasl.username": user,
            "sasl.password": password,
            "ssl.ca.location": authority,
            "error_cb": lambda error: self.errors.append(str(error)),
        }

    def produce(self, topic, value):
        """None, or what went wrong."""
        from confluent_kafka import KafkaException, Producer

        failures = []
        producer = Producer(
            {
                **self.settings,
                "message.timeout.ms": SECONDS * 1000,
                "enable.idempotence": True,
                "topic.metadata.propagation.max.ms": 0,
            }
        )
        try:
            producer.produce(topic, value, on_delivery=lambda error, _: failures.append(error))
            end, is_told = time.monotonic() + SECONDS, False
            # A login that failed goes on being tried: four seconds after the first error no delivery is expected.
            while not failures and time.monotonic() < end:
                producer.flush(0.1)
                if self.errors and not is_told:
                    is_told, end = True, min(end, time.monotonic() + 4)
        except KafkaException as error:
            # A producer that gets no id is beyond repair, which is raised instead.
            return f"{error}"
        finally:
            producer.purge()
        assert failures or self.errors, "nothing was reported"
        # Its errors cannot be compared with None: that leaves an exception behind, which the next call raises.
        if failures and failures[0] is None:
            return None
        return " ".join(str(fault) for fault in [*failures, *self.errors])

    def consume(self, topic, group):
        from confluent_kafka import Consumer

        consumer = Consumer({**self.settings, "group.id": group, "auto.offset.reset": "earliest"})
        consumer.subscribe([topic])
        try:
            record = consumer.poll(SECONDS)
            assert record is not None, self.errors
            return f"{record.error()}" if record.error() else record.value()
        finally:
            consumer.close()


class KafkaPython:
    def __init__(self, address, user, password, mechanism, authority):
        self.settings = {
            "bootstrap_servers": address,
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": mechanism,
            "sasl_plain_username": user,
            "sasl_plain_password": password,
            "ssl_cafile": authority,
        }

    def produce(self, topic, value):
        from kafka import KafkaProducer

        producer = None
        try:
            producer = KafkaProducer(**self.settings, acks="all", max_block_ms=9000)
            producer.send(topic, value).get(SECONDS)
            return None
        except Exception as error:
            return f"{type(error).__name__} {error}"
        finally:
            if producer:
                producer.close(1)

    def consume(self, topic, group):
        from kafka import KafkaConsumer

        consumer = KafkaConsumer(topic, **self.settings, group_id=group, auto_offset_reset="earliest")
        try:
            for _ in range(10):
                for records in consumer.poll(1000).values():
                    return records[0].value
            raise AssertionError("nothing came")
        except AssertionError:
            raise
        except Exception as error:
            return f"{type(error).__name__} {error}"
        finally:
            consumer.close(autocommit=False)


class Aiokafka:
    def __init__(self, address, user, password, mechanism, authority):
        self.authority = authority
        self.settings = {
            "bootstrap_servers": address,
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": mechanism,
            "sasl_plain_username": user,
            "sasl_plain_password": password,
        }

    def context(self):
        return ssl.create_default_context(cafile=self.authority)

    def produce(self, topic, value):
        from aiokafka import AIOKafkaProducer

        async def run():
            producer = AIOKafkaProducer(
                **self.settings, ssl_context=self.context(), enable_idempotence=True, request_timeout_ms=5000
            )
            try:
                await producer.start()
                await asyncio.wait_for(producer.send_and_wait(topic, value), SECONDS)
                return None
            except Exception as error:
                return f"{type(error).__name__} {error}"
            finally:
                await producer.stop()

        return asyncio.run(run())

    def consume(self, topic, group):
        from aiokafka import AIOKafkaConsumer

        async def run():
            consumer = AIOKafkaConsumer(
                topic, **self.settings, ssl_context=self.context(), group_id=group, auto_offset_reset="earliest"
            )
            try:
                await consumer.start()
                return (await asyncio.wait_for(consumer.getone(), SECONDS)).value
            except Exception as error:
                return f"{type(error).__name__} {error}"
            finally:
                await consumer.stop()

        return asyncio.run(run())


CLIENTS = {
    "confluent": Confluent,
    "confluent-legacy": Confluent,
    "kafka-python": KafkaPython,
    "kafka-python-legacy": KafkaPython,
    "aiokafka": Aiokafka,
}


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    secured = SecuredBroker(tmp_path_factory.mktemp("secured"))
    secured.add("shop", "--write", "orders")
    secured.add("reports", "--read", "orders*", "--group", "reports-*")
    yield secured
    secured.stop()


@pytest.fixture(params=[name for name in selected() if name in CLIENTS])
def login(request, secured):
    """Makes a client that logs in."""

    def make(user, mechanism="SCRAM-SHA-256", password=None, authority=None):
        return CLIENTS[request.param](
            secured.address, user, password or secured.passwords[user], mechanism, authority or secured.authority.path
        )

    make.name = request.param
    return make


@pytest.fixture(autouse=True)
def topic(secured):
    """The producer's user may not make it."""
    secured_root = CLIENTS[next(name for name in selected() if name in CLIENTS)](
        secured.address, "root", secured.passwords["root"], "PLAIN", secured.authority.path
    )
    if not getattr(secured, "has_topic", False):
        assert secured_root.produce("orders", b"an order") is None
        secured.has_topic = True
    return "orders"


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_producer_and_a_consumer_log_in(login, name, mechanism):
    assert login("shop", mechanism).produce("orders", b"an order") is None
    assert login("reports", mechanism).consume("orders", "reports-" + name) == b"an order"


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_wrong_password_is_named(login, secured, mechanism, caplog):
    problem = login("shop", mechanism, password="not the password").produce("orders", b"never")
    assert problem
    # The Python clients say it in their log, and raise that there is no broker.
    assert "uthenticat" in problem + caplog.text
    until(lambda: any("login failed" in line and mechanism in line for line in secured.broker.lines))


def test_a_missing_right_is_named(login):
    for user, topic in [("shop", "payments"), ("reports", "orders")]:
        problem = login(user).produce(topic, b"never")
        assert problem
        # The old one tries until its time is over, and does not say why.
        assert login.name == "kafka-python-legacy" or "authoriz" in problem.lower()


def test_a_group_that_is_not_granted_is_named(login):
    problem = login("reports").consume("orders", "payments-group")
    assert isinstance(problem, str) and "group" in problem.lower()


def test_a_certificate_of_an_unknown_authority_is_refused(login, secured, tmp_path):
    other = Authority(tmp_path, "other")
    before = sum(noted in line for line in secured.broker.lines for noted in NOTED)
    assert login("shop", authority=other.path).produce("orders", b"never")
    # Beyond ten in ten seconds the broker's lines are counted.
    until(lambda: sum(noted in line for line in secured.broker.lines for noted in NOTED) > before)
