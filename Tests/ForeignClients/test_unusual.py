"""Topics as years of use make them: compacted, with old times, deleted and made again, and producers that the broker
has forgotten.

Each of these topics has records of every client, so that every client also reads what every other one wrote.
"""

import secrets
import time

import pytest
from broker import Broker, until
from clients.base import CODECS, Message
from conftest import make, selected
from raw import Raw, latest_offset, topic_bytes

KEYS = 60
# Each client writes all keys so often that several segments are full of records that are out of date.
ROUNDS = 25
SEGMENT = 32 << 10
YEAR = 365 * 24 * 3600 * 1000
#: Longer than a broker remembers what is idle, and than topics keep records, unless they say otherwise.
TEN_DAYS = 10 * 24 * 3600


def bytes_of(broker, topic):
    return topic_bytes(broker.host, broker.port, topic)


def end_of(broker, topic):
    return latest_offset(broker.host, broker.port, topic)


def all_keys(writer, tombstones):
    """Many records for every key, which no codec makes much smaller; a client that can also says what is deleted."""
    return [
        Message(
            f"key-{index}".encode(),
            None
            if tombstones and index % 10 == 0
            else f"{writer}-{number}-{index}-{secrets.token_urlsafe(45)}".encode(),
        )
        for number in range(ROUNDS)
        for index in range(KEYS)
    ]


class Prepared:
    """For each codec a compacted topic and one of old records, and what readers must find."""

    def __init__(self, broker, clients, maker):
        self.contents = {}
        self.times = {}
        started = int(time.time()) * 1000 - 3 * YEAR
        for codec in CODECS:
            maker.create_topic(
                f"compacted-{codec}",
                1,
                {"cleanup.policy": "compact", "segment.bytes": str(SEGMENT), "min.cleanable.dirty.ratio": "0.01"},
            )
            maker.create_topic(f"old-{codec}", 1)
            contents, times = {}, []
            for writer in clients.values():
                messages = all_keys(writer.name, "headers" in writer.features)
                writer.produce(f"compacted-{codec}", messages, codec)
                contents |= {message.key: message.value for message in messages}
                if "headers" in writer.features:
                    old = [
                        Message(
                            b"old", f"{writer.name}-{index}".encode(), timestamp=started + 1000 * (len(times) + index)
                        )
                        for index in range(20)
                    ]
                    writer.produce(f"old-{codec}", old, codec)
                    times += [message.timestamp for message in old]
            # A record that has a segment to itself closes the one before, and the next closes its own.
            for value in (secrets.token_hex(SEGMENT // 2).encode(), b"the end"):
                maker.produce(f"compacted-{codec}", [Message(b"closing", value)])
            contents[b"closing"] = b"the end"
            self.contents[codec] = {key: value for key, value in contents.items() if value is not None}
            self.times[codec] = times
        self.written = {codec: end_of(broker, f"compacted-{codec}") for codec in CODECS}
        # Retention and compaction go together, so that the old topics have been looked at as well.
        for codec in CODECS:
            until(
                lambda: bytes_of(broker, f"compacted-{codec}") < 2 * SEGMENT, 30, f"the compaction of compacted-{codec}"
            )


@pytest.fixture(scope="module")
def prepared(broker, clients):
    maker = clients.get("confluent") or clients["confluent-legacy"]
    return Prepared(broker, clients, maker)


@pytest.mark.parametrize("codec", CODECS)
def test_a_compacted_topic_is_read_to_its_end(broker, prepared, client, codec):
    last = end_of(broker, f"compacted-{codec}") - 1
    received = client.consume(f"compacted-{codec}", last=last)
    assert received and received[-1].offset == last
    offsets = [message.offset for message in received]
    assert offsets == sorted(set(offsets))
    assert len(received) < prepared.written[codec] / 10
    newest = {message.key: message.value for message in received}
    assert {key: value for key, value in newest.items() if value is not None} == prepared.contents[codec]


@pytest.mark.parametrize("codec", CODECS)
def test_old_records_stay_and_are_found_by_their_time(prepared, client, librdkafka, need, codec):
    need("timestamps")
    topic, times = f"old-{codec}", prepared.times[codec]
    assert librdkafka.ends(topic) == (0, len(times))
    received = client.consume(topic, len(times))
    assert [message.offset for message in received] == list(range(len(times)))
    assert [message.timestamp for message in received] == times
    for index in range(0, len(times), 9):
        assert client.offsets_for_time(topic, times[index]) == index
        assert client.offsets_for_time(topic, times[index] - 1) == index
    assert client.offsets_for_time(topic, times[-1] + 1) is None


def make_again(broker, librdkafka, topic):
    """Deletes a topic and makes another of the same name, unless a client's metadata request has made it already."""
    librdkafka.delete_topic(topic)

    def is_new():
        try:
            librdkafka.create_topic(topic)
        except Exception as error:
            if "exists" not in str(error):
                raise
        return end_of(broker, topic) == 0

    until(is_new, 10, "the new topic")


def test_a_group_goes_on_when_its_topic_was_deleted_and_made_again(broker, client, librdkafka, need, name):
    need("groups")
    librdkafka.create_topic(name)
    client.produce(name, [Message(None, f"before-{index}".encode()) for index in range(20)])
    member = client.member(name, [name])
    received = []

    def has(count):
        received.extend(message.value for message in member.poll())
        return len(received) >= count

    try:
        until(lambda: has(20), 30, "the arrival of 20 records")
        if "commit" in client.features:
            member.commit(name, {0: 20})
        make_again(broker, librdkafka, name)
        after = [f"after-{index}".encode() for index in range(5)]
        client.produce(name, [Message(None, value) for value in after])
        received.clear()
        until(lambda: has(5), 45, "the arrival of the new topic's records")
        assert received == after
    finally:
        member.close()


def commit_at_last(client, transactional_id, topic, value, producer):
    """A transaction, as an application that knows its errors makes it: abort, else another producer of the same id."""
    for _ in range(4):
        try:
            producer.begin()
            producer.send(topic, value)
            producer.flush()
            producer.commit()
            return producer
        except Exception as error:
            print(f"{client.name}: {error!r}")
        try:
            producer.abort()
        except Exception as error:
            print(f"{client.name}: abort: {error!r}")
            producer.close()
            producer = client.transactional(transactional_id)
    raise AssertionError(f"{client.name} never committed again")


def test_transactions_go_on_when_their_topic_was_deleted_and_made_again(broker, client, librdkafka, need, name):
    need("transactions")
    librdkafka.create_topic(name)
    producer = client.transactional(name)
    for value in (b"1", b"2", b"3"):
        producer = commit_at_last(client, name, name, value, producer)
    make_again(broker, librdkafka, name)
    for value in (b"4", b"5"):
        producer = commit_at_last(client, name, name, value, producer)
    producer.close()
    assert [message.value for message in librdkafka.consume(name, 2)] == [b"4", b"5"]


def lists(broker, transactional_id):
    """Whether the broker still knows a transactional id, by ListTransactions version 0."""
    raw = Raw(broker.host, broker.port)
    try:
        raw.request(66, 0, b"\x00" + b"\x01\x01\x00")
        return transactional_id.encode() in raw.response()
    finally:
        raw.close()


@pytest.fixture(scope="module")
def travelling(tmp_path_factory):
    """A broker whose clock can be moved."""
    broker = Broker(tmp_path_factory.mktemp("travelling"), moves_clock=True).start()
    yield broker
    broker.stop()


@pytest.mark.parametrize("which", selected())
def test_transactions_go_on_when_their_id_was_forgotten(travelling, name, which):
    client = make(which, travelling.address)
    if "transactions" not in client.features:
        client.close()
        pytest.skip(f"{client.name} has no transactions")
    client.create_topic(name, 1, {"retention.ms": "-1"})
    producer = commit_at_last(client, name, name, b"before", client.transactional(name))
    assert lists(travelling, name)
    travelling.move_clock(TEN_DAYS)
    until(lambda: not lists(travelling, name), 20, "the end of the transactional id")
    first = producer
    for value in (b"after", b"later"):
        producer = commit_at_last(client, name, name, value, producer)
    # librdkafka asks for a new identity when it aborts; for the others this answer is fatal.
    assert producer is first or "confluent" not in client.name
    producer.close()
    assert [message.value for message in client.consume(name, 3)] == [b"before", b"after", b"later"]
    client.close()
