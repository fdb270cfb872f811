"""What is produced is what is consumed, by whom ever."""

import pytest
from clients.base import CODECS, Message


def messages(count, partition=0, headers=False):
    return [
        Message(
            key=None if index % 3 == 0 else f"key-{index}".encode(),
            value=f"value-{index}-".encode() + b"x" * (index % 200),
            partition=partition,
            headers=(("index", str(index).encode()), ("empty", b"")) if headers else (),
        )
        for index in range(count)
    ]


@pytest.mark.parametrize("codec", CODECS)
def test_every_client_reads_what_one_wrote(client, clients, name, codec):
    sent = messages(300)
    offsets = client.produce(name, sent, codec)
    assert offsets is None or offsets == list(range(300))
    for reader in clients.values():
        received = reader.consume(name, 300)
        assert [message.content for message in received] == [message.content for message in sent], reader.name
        assert [message.offset for message in received] == list(range(300)), reader.name


def test_headers_survive(client, need, name):
    need("headers")
    sent = messages(20, headers=True)
    client.produce(name, sent, "zstd")
    assert [message.content for message in client.consume(name, 20)] == [message.content for message in sent]


def test_null_and_empty_values_are_told_apart(client, need, name):
    need("headers")
    sent = [Message(b"k", None), Message(b"k", b""), Message(b"", b"v")]
    client.produce(name, sent)
    assert [message.content for message in client.consume(name, 3)] == [message.content for message in sent]


def test_large_records_cross_many_fetches(client, need, name):
    need("headers")
    sent = [Message(None, bytes([index]) * 600_000) for index in range(12)]
    client.produce(name, sent)
    assert [message.value for message in client.consume(name, 12)] == [message.value for message in sent]


def test_timestamps_are_kept_and_found(client, librdkafka, need, name):
    need("timestamps")
    writer = client if "headers" in client.features else librdkafka
    start = 1_577_836_800_000
    sent = [Message(None, str(index).encode(), timestamp=start + 1000 * index) for index in range(50)]
    # Several batches, so that the answer is not always the first record of one.
    for first in range(0, 50, 10):
        writer.produce(name, sent[first : first + 10])
    assert [message.timestamp for message in client.consume(name, 50)] == [message.timestamp for message in sent]
    for index in (0, 1, 9, 10, 25, 49):
        assert client.offsets_for_time(name, start + 1000 * index) == index
        assert client.offsets_for_time(name, start + 1000 * index - 1) == index
    assert client.offsets_for_time(name, start + 50_000) is None
