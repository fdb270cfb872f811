"""The search for secrets finds what is planted: without that, finding nothing would mean nothing."""

import base64
import sqlite3

import leaks
import pytest
from kafka_records import produce
from platform_process import drained, get, up
from secured_mode import MARKER

ENCODED = {
    "as it is": lambda text: text.encode(),
    "in base64": lambda text: base64.b64encode(text.encode()),
    "in base64, one byte on": lambda text: base64.b64encode(b"x" + text.encode()),
    "in base64, two bytes on": lambda text: base64.b64encode(b"xy" + text.encode()),
    "in base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode() + b"\xff\xfe"),
    "in hexadecimal": lambda text: text.encode().hex().encode(),
    "percent-encoded": lambda text: text.replace("-", "%2D").encode(),
}


@pytest.mark.parametrize("form", ENCODED)
def test_a_secret_is_found_in_a_file_whatever_form_it_has(tmp_path, form):
    watch = leaks.Watch()
    watch.folders.add(tmp_path)
    (tmp_path / "log").write_bytes(bytes(range(256)) * 2000)
    assert watch.findings() == []
    (tmp_path / "state").mkdir()
    secret = ENCODED[form](f"a-{MARKER}-z")
    (tmp_path / "state" / "000004.log").write_bytes(bytes(70_000) + secret + bytes(range(256)) * 300)
    assert watch.findings() == [f"{MARKER} in {tmp_path}/state/000004.log"]


def test_a_secret_is_found_in_a_database_an_output_and_a_command_line(tmp_path):
    watch = leaks.Watch()
    watch.folders.add(tmp_path)
    with sqlite3.connect(tmp_path / "orders.sqlite") as store:
        store.execute("CREATE TABLE orders(note)")
        store.execute("INSERT INTO orders VALUES (?)", [f"key={MARKER}"])
    watch.text("an output", f'{{"message":"{MARKER}"}}')
    watch.text("/proc/1/cmdline", b"orders\0up\0--key=" + MARKER.encode() + b"\0")
    places = ["an output", "/proc/1/cmdline", f"{tmp_path}/orders.sqlite"]
    assert watch.findings() == [f"{MARKER} in {place}" for place in places]


def test_of_a_private_key_each_line_is_a_secret(tmp_path):
    watch = leaks.Watch()
    watch.folders.add(tmp_path)
    body = bytes(range(256)) * 4
    lines = base64.encodebytes(body).decode().replace("\n", "")
    pem = "\n".join([lines[start : start + 64] for start in range(0, len(lines), 64)])
    watch.plant_key("a key", f"-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n")
    (tmp_path / "text").write_text(f"key: {pem.splitlines()[2]}")
    (tmp_path / "bytes").write_bytes(body)
    assert watch.findings() == [f"a key in {tmp_path}/bytes", f"a key in {tmp_path}/text"]


def test_a_secret_that_a_platform_keeps_and_shows_is_found(data):
    """One that somebody sends in place of an order: it is in the log, and in the list of dead letters."""
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("1", f'{{"key":"{MARKER}"}}'.encode())])
        drained(kafka, data)
        get(f"{http}/api/dead-letters")
        assert platform.stop() == 0, platform.output
    found = leaks.watch.findings()
    assert f"{MARKER} in the answer of GET /api/dead-letters" in found, found
    assert any(f"{data}/broker" in one for one in found), found
    # They are no leak of the platform's: what it is sent it keeps.
    leaks.begin()
