"""Topics and their settings."""

import pytest
from broker import until
from clients.base import Message


def test_topics_come_and_go(client, need, name):
    need("admin")
    client.create_topic(name, 3, {"retention.ms": "123456"})
    until(lambda: client.topics().get(name) == 3, 10, "the topic")
    with pytest.raises(Exception):
        client.create_topic(name, 3)
    client.delete_topic(name)
    until(lambda: name not in client.topics(), 10, "the topic's end")
    # The same name again is another topic, and empty.
    client.create_topic(name, 1)
    assert client.ends(name) == (0, 0)


def test_impossible_topics_are_refused(client, need, name):
    need("admin")
    for topic, partitions, configs in [
        ("no/slash", 1, {}),
        (name, 0, {}),
        (name, 1, {"retention.ms": "soon"}),
        (name, 1, {"no.such.setting": "1"}),
    ]:
        with pytest.raises(Exception):
            client.create_topic(topic, partitions, configs)
    assert name not in client.topics()


def test_settings_are_read_and_changed(client, need, name):
    need("configs")
    client.create_topic(name, 1, {"cleanup.policy": "compact"})
    before = client.configs(name)
    assert before["cleanup.policy"] == "compact"
    assert int(before["retention.ms"]) > 0
    client.set_config(name, "retention.ms", "60000")
    assert client.configs(name)["retention.ms"] == "60000"


def test_partitions_can_be_added(client, need, name):
    need("partitions")
    client.create_topic(name, 2)
    client.produce(name, [Message(None, b"before")])
    client.set_partitions(name, 5)
    until(lambda: client.topics().get(name) == 5, 10, "the new partitions")
    client.produce(name, [Message(None, b"after", 4)])
    assert [message.value for message in client.consume(name, 1, (4,))] == [b"after"]
    with pytest.raises(Exception):
        client.set_partitions(name, 3)


def test_records_can_be_deleted_up_to_an_offset(client, need, name):
    need("delete-records")
    client.produce(name, [Message(None, str(index).encode()) for index in range(10)])
    assert client.delete_records(name, 6) == 6
    assert client.ends(name) == (6, 10)
    assert [message.value for message in client.consume(name, 4)] == [b"6", b"7", b"8", b"9"]


def test_topics_are_made_on_first_use(client, name):
    client.produce(name, [Message(None, b"first")])
    assert client.topics()[name] >= 1 if hasattr(client, "topics") else True
    assert [message.value for message in client.consume(name, 1)] == [b"first"]
