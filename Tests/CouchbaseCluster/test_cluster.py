"""The cluster itself: vectors from outside, bytes that are no frame, how it ends."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time

import pytest
from couchbase_cluster import sasl, snappy
from couchbase_cluster.bucket import vbucket_of
from couchbase_cluster.frames import Malformed, frame_items, split_collection
from couchbase_cluster.n1ql.values import collate, sort_key
from couchbase_cluster.virtual_attributes import crc32c
from running_cluster import HERE


@pytest.mark.parametrize(
    ("key", "number"),
    [("foo", 115), ("a", 183), ("hello", 528), ("k1", 526), ("mt", 738), ("user::1234", 495), ("café", 173)],
)
def test_keys_are_in_the_vbuckets_that_the_sdk_says(key, number):
    assert vbucket_of(key.encode(), 1024) == number


def test_scram_is_as_in_rfc_7677(monkeypatch):
    salt = bytes.fromhex("5b6d99689d12358eeca04b141236fa81")
    monkeypatch.setattr(sasl.os, "urandom", lambda size: salt)
    scram = sasl.Scram("SCRAM-SHA256", {"user": "pencil"}, nonce="%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
    assert scram.first(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO") == (
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    )
    assert (
        scram.final(
            b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        )
        == b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    )


def test_snappy_gives_back_what_it_took():
    generator = random.Random(1)
    for _ in range(200):
        data = bytes(generator.choice(b"abc") for _ in range(generator.randrange(300)))
        assert snappy.decompress(snappy.compress(data), 1000) == data
    with pytest.raises(snappy.Corrupt):
        snappy.decompress(b"\x10\x00a", 1000)


def test_checksums_and_prefixes():
    assert crc32c(b"123456789") == 0xE3069283
    assert split_collection(b"\xd5\x0akey") == (0x555, b"key")
    assert frame_items(bytes.fromhex("130105dc")) == [(1, b"\x01\x05\xdc")]
    for wrong in (b"\x80\x00key", b"\xff\xff\xff\xff\xff", b""):
        with pytest.raises(Malformed):
            split_collection(wrong)


def test_the_order_of_values():
    values = [None, False, True, -1, 0.5, 2, "", "a", "b", [], [1], [1, 2], {}, {"a": 1}, {"a": 2}, {"a": 1, "b": 1}]
    shuffled = random.Random(1).sample(values, len(values))
    assert sorted(shuffled, key=sort_key) == values
    assert all(collate(one, one) == 0 for one in values)


def test_bytes_that_are_no_frame_end_their_connection_alone(server, documents, key):
    documents.upsert(key, {"n": 1})
    generator = random.Random(2)
    port = server.ports[0]["kv"]
    for number in range(100):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            head = b"" if number % 2 else bytes([0x80, generator.randrange(256)])
            raw.sendall(head + generator.randbytes(generator.randrange(1, 60)))
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4096):
                pass
    assert documents.get(key).content_as[dict] == {"n": 1}


def test_it_ends_with_its_parent():
    starter = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-m', 'couchbase_cluster', '--nodes', "
        "'1'], stdout=subprocess.PIPE); print(p.stdout.readline().decode().strip()); print(p.pid)"
    )
    command = [sys.executable, "-c", starter]
    out = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=20, check=True).stdout
    line, identity = out.splitlines()
    port = json.loads(line)["ports"][0]["kv"]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.05)
    os.kill(int(identity), signal.SIGKILL)
    pytest.fail("the cluster outlived its parent")
