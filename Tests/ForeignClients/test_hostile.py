"""Nonsense closes its own connection, and nothing else."""

import os
import random
import struct

import pytest
from raw import Raw

API_VERSIONS = 18


@pytest.fixture
def witness(broker):
    """A connection that must not notice anything."""
    raw = Raw(broker.host, broker.port)
    yield raw
    raw.request(API_VERSIONS, 0)
    assert struct.unpack(">i", raw.response()[:4])[0] == 1
    raw.close()
    assert broker.is_alive


NONSENSE = {
    "a length of 2 GiB": struct.pack(">i", 0x7FFFFFFF),
    "a negative length": struct.pack(">i", -5),
    "a length of 0": struct.pack(">i", 0),
    "a frame above the limit": struct.pack(">i", 200 << 20) + b"x" * 100,
    "no header": struct.pack(">i", 2) + b"xx",
    "an unknown API": struct.pack(">ihhih", 10, 9999, 0, 1, -1),
    "an unsupported version": struct.pack(">ihhih", 10, 0, 99, 1, -1),
    "an HTTP request": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10,
    "a TLS greeting": bytes.fromhex("16030100c8010000c40303") + b"\0" * 200,
    "an array longer than its frame": struct.pack(">ihhihi", 14, 3, 1, 1, -1, 0x7FFFFFFF),
    "a string longer than its frame": struct.pack(">ihhih", 10, 3, 1, 1, 3000),
}


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_closes_its_connection(broker, witness, what):
    raw = Raw(broker.host, broker.port)
    raw.send(NONSENSE[what])
    assert raw.is_closed()
    raw.close()


def test_a_frame_that_never_ends_harms_nobody(broker, witness):
    raw = Raw(broker.host, broker.port)
    raw.send(struct.pack(">i", 1000) + b"only this")
    raw.close()


def test_random_frames_harm_nobody(broker, witness):
    seed = int(os.environ.get("SEED", "7"))
    generator = random.Random(seed)
    for _ in range(300):
        raw = Raw(broker.host, broker.port)
        header = struct.pack(
            ">hhih",
            generator.choice([0, 1, 2, 3, 8, 9, 10, 11, 12, 14, 19, 20, 22, 24, 28, 32]),
            generator.randrange(0, 13),
            1,
            -1,
        )
        frame = header + generator.randbytes(generator.randrange(0, 200))
        raw.send(struct.pack(">i", len(frame)) + frame)
        raw.close()


def test_an_unknown_version_of_api_versions_is_answered(broker, witness):
    raw = Raw(broker.host, broker.port)
    raw.request(API_VERSIONS, 99, b"\x01whatever")
    correlation, error, count = struct.unpack(">ihi", raw.response()[:10])
    assert (correlation, error, count) == (1, 35, 1)
    raw.request(API_VERSIONS, 0)
    assert struct.unpack(">ih", raw.response()[:6]) == (1, 0)
    raw.close()


def test_requests_in_a_row_are_answered_in_order(broker):
    raw = Raw(broker.host, broker.port)
    for correlation in range(100):
        raw.request(API_VERSIONS, 0, correlation=correlation)
    assert [struct.unpack(">i", raw.response()[:4])[0] for _ in range(100)] == list(range(100))
    raw.close()
