"""Transactions: all or nothing, seen by those who ask for it."""

import pytest
from broker import until
from clients.base import Message


def values(received):
    return [message.value for message in received]


def test_committed_is_seen_and_aborted_is_not(client, clients, need, name):
    need("transactions")
    producer = client.transactional(name)
    steps = [("commit", [b"a", b"b"]), ("abort", [b"c", b"d", b"e"]), ("commit", [b"f"])]
    for end, batch in steps:
        producer.begin()
        for value in batch:
            producer.send(name, value)
        producer.flush()
        getattr(producer, end)()
    producer.close()
    # Every client that knows of isolation agrees, those that did not write it too.
    for reader in (reader for reader in clients.values() if reader.isolates):
        assert values(reader.consume(name, 3)) == [b"a", b"b", b"f"], reader.name
        assert values(reader.consume(name, 6, committed=False)) == [b"a", b"b", b"c", b"d", b"e", b"f"], reader.name


def test_an_open_transaction_holds_committed_readers_back(client, librdkafka, need, name):
    need("transactions")
    reader = librdkafka
    producer = client.transactional(name)
    producer.begin()
    producer.send(name, b"open")
    producer.flush()
    client.produce(name, [Message(None, b"plain")])
    assert values(reader.consume(name, 2, committed=False)) == [b"open", b"plain"]
    assert reader.latest(name, committed=True) == 0
    assert reader.latest(name, committed=False) == 2
    producer.commit()
    producer.close()
    assert values(reader.consume(name, 2)) == [b"open", b"plain"]


def test_offsets_are_part_of_the_transaction(client, need, name):
    need("transactions")
    source, target = name + "-in", name + "-out"
    client.produce(source, [Message(None, str(index).encode()) for index in range(6)])
    member = client.member(name, [source])
    received = []

    def poll():
        received.extend(member.poll())
        return len(received) >= 6

    until(poll, 20, "the arrival of 6 records")
    producer = client.transactional(name)
    for end, part in (("abort", received[:3]), ("commit", received[:3]), ("abort", received[3:])):
        producer.begin()
        for message in part:
            producer.send(target, b"out-" + message.value)
        producer.send_offsets(source, {0: part[-1].offset + 1}, member)
        getattr(producer, end)()
    member.close()
    producer.close()
    assert values(client.consume(target, 3)) == [b"out-0", b"out-1", b"out-2"]
    assert client.group_offsets(name)[(source, 0)] == 3


def test_a_new_producer_fences_the_old_one(client, librdkafka, need, name):
    need("transactions")
    old = client.transactional(name)
    old.begin()
    old.send(name, b"old")
    old.flush()
    new = client.transactional(name)
    new.begin()
    new.send(name, b"new")
    new.commit()
    with pytest.raises(old.Fenced):
        old.send(name, b"late")
        old.commit()
    old.close()
    new.close()
    assert values(librdkafka.consume(name, 1)) == [b"new"]
