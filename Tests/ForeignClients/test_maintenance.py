"""What compaction and retention leave is read by everybody, and they leave what they must."""

import os
import pathlib
import struct

import pytest
from broker import Broker, until
from clients.base import CODECS, Message
from conftest import make, selected

KEYS = 300
ROUNDS = 8


@pytest.fixture(scope="module")
def compacting(tmp_path_factory):
    """A broker that looks for something to compact or to delete all the time."""
    environment = {"KAFKA_BROKER_LOG_RETENTION_CHECK_INTERVAL_MS": "100"}
    broker = Broker(tmp_path_factory.mktemp("compacting"), environment).start()
    yield broker
    assert broker.is_alive, "the broker died:\n" + "\n".join(broker.lines[-40:])
    assert broker.stop() == 0


@pytest.fixture(scope="module")
def readers(compacting):
    made = [make(name, compacting.address) for name in selected()]
    yield made
    for client in made:
        client.close()


def batches(broker, topic):
    """(record count, last offset) of each batch in the partition's files, in order; nothing while they are being exchanged."""
    found = []
    for file in sorted(pathlib.Path(broker.data_directory).rglob(f"topics/{topic}/*/*.log")):
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            return []
        while len(data) >= 61:
            base, length = struct.unpack_from(">qi", data)
            delta, count = struct.unpack_from(">i", data, 23)[0], struct.unpack_from(">i", data, 57)[0]
            found.append((count, base + delta))
            data = data[length + 12 :]
    return found


@pytest.mark.parametrize("codec", CODECS)
def test_a_compacted_topic_is_read_to_its_end(compacting, readers, name, codec):
    writer = next(client for client in readers if "admin" in client.features)
    writer.create_topic(
        name, 1,
        {"cleanup.policy": "compact", "segment.bytes": "65536", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "0"},
    )
    latest = {}
    for number in range(ROUNDS):
        # What can hardly be compressed fills the segments; text, since not every client takes more.
        sent = [Message(b"key-%d" % key, b"%d-" % number + os.urandom(150).hex().encode()) for key in range(KEYS)]
        writer.produce(name, sent, codec)
        latest.update({message.key: message.value for message in sent})
    end = ROUNDS * KEYS - 1

    def compacted():
        present = batches(compacting, name)
        return present and present[-1][1] == end and sum(count for count, _ in present) < 3 * KEYS and present

    present = until(compacted, 30, "the compaction")
    assert all(count > 0 for count, _ in present)
    for reader in readers:
        count = sum(count for count, _ in until(lambda: batches(compacting, name), 10, "the files"))
        received = reader.consume(name, count)
        assert received and received[-1].offset == end, reader.name
        assert {message.key: message.value for message in received} == latest, reader.name


def test_records_of_long_ago_are_kept(compacting, readers, name):
    writer = next(client for client in readers if "admin" in client.features and "timestamps" in client.features)
    long_ago = 1_577_836_800_000
    sent = [Message(None, b"%d" % index, timestamp=long_ago + index) for index in range(20)]
    writer.produce(name, sent)
    # What goes at once shows that the broker has looked since.
    writer.create_topic(name + "-brief", 1, {"retention.ms": "1"})
    writer.produce(name + "-brief", [Message(None, b"brief")])
    until(lambda: writer.ends(name + "-brief") == (1, 1), 20, "retention")
    assert writer.ends(name) == (0, 20)
    for reader in readers:
        assert [message.value for message in reader.consume(name, 20)] == [message.value for message in sent], reader.name
    assert writer.offsets_for_time(name, long_ago + 7) == 7
