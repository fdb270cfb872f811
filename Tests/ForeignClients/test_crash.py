"""kill -9 in the middle of it: what was acknowledged is there afterwards."""

import threading

import pytest
from broker import Broker, until
from clients.base import Message
from conftest import make, selected

COUNT = 4000


@pytest.fixture
def fragile(tmp_path):
    """A broker of the test's own, to be killed."""
    broker = Broker(tmp_path).start()
    yield broker
    if broker.is_alive:
        broker.kill()


@pytest.mark.parametrize("which", selected())
def test_nothing_acknowledged_is_lost(fragile, name, which):
    client = make(which, fragile.address)
    client.produce(name, [Message(None, b"first")])
    sent = [f"{index:06}".encode() for index in range(COUNT)]
    acknowledged = []
    sender = threading.Thread(target=client.send_all, args=(name, sent, acknowledged))
    sender.start()
    # Twice, at whatever point the client has got to.
    for _kills in range(2):
        end = client_end(client, name)
        until(lambda: client_end(client, name) > end + 50 or not sender.is_alive(), 20, "progress")
        fragile.kill()
        fragile.start()
    sender.join(90)
    assert not sender.is_alive()
    assert len(acknowledged) > 0
    received = [message.value for message in client.consume(name, client_end(client, name))][1:]
    assert set(acknowledged) <= set(received)
    if "idempotence" in client.features:
        # Sent again after each crash, and still there once, in order.
        assert acknowledged == sent
        assert received == sent
    client.close()


def client_end(client, topic):
    """The partition's end, by a raw request, so that no client's cache is in the way."""
    from raw import latest_offset

    host, port = client.address.rsplit(":", 1)
    return latest_offset(host, int(port), topic)


@pytest.mark.parametrize("which", [name for name in selected() if name not in ("kcat", "aiokafka", "sarama")])
def test_groups_and_topics_survive(fragile, name, which):
    client = make(which, fragile.address)
    client.create_topic(name, 2, {"retention.ms": "99999999"})
    client.produce(name, [Message(None, str(index).encode(), 1) for index in range(5)])
    member = client.member(name, [name])
    until(lambda: member.poll() is not None and len(member.assignment()) == 2, 20, "the assignment")
    member.commit(name, {1: 3})
    fragile.kill()
    fragile.start()
    fresh = make(which, fragile.address)
    assert fresh.topics()[name] == 2
    assert fresh.configs(name)["retention.ms"] == "99999999"
    assert fresh.group_offsets(name)[(name, 1)] == 3
    # The member that outlived the broker goes on.
    received = []

    def poll():
        received.extend(member.poll())
        return len(received) >= 1

    fresh.produce(name, [Message(None, b"later", 1)])
    until(poll, 30, "a record after the restart")
    member.close()
    fresh.close()
    client.close()


@pytest.mark.parametrize("which", [name for name in selected() if name in ("confluent", "confluent-legacy", "java")])
def test_transactions_survive(fragile, name, which):
    client = make(which, fragile.address)
    producer = client.transactional(name)
    producer.begin()
    producer.send(name, b"committed")
    producer.commit()
    producer.begin()
    producer.send(name, b"open")
    producer.flush()
    fragile.kill()
    fragile.start()
    assert [message.value for message in client.consume(name, 1)] == [b"committed"]
    # The next producer of the same id ends what was left open.
    successor = client.transactional(name)
    successor.begin()
    successor.send(name, b"after")
    successor.commit()
    assert [message.value for message in client.consume(name, 2)] == [b"committed", b"after"]
