"""Who gets in: API keys, scopes, sessions, TLS, as users and operators meet them."""

import functools
import json
import shutil
import socket
import ssl
import stat
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import platform_process
import pytest
from platform_process import eventually

# These tests make keys and certificates of their own: those of the secured mode are taken away.
OWN = dict.fromkeys(("API_AUTH", "API_KEYS_FILE", "HTTP_TLS_CERTIFICATE", "HTTP_TLS_KEY"), "")
Process = functools.partial(platform_process.Process, env=OWN)
call, up = functools.partial(platform_process.call, env=OWN), functools.partial(platform_process.up, env=OWN)
running = functools.partial(platform_process.running, env=OWN)
request = functools.partial(platform_process.request, is_anonymous=True)

ORDER = {"customer_id": 42, "amount": 19.99, "currency": "EUR", "country": "DE"}


def make_key(data, name, *scopes):
    """A new key: its id and its text, which the command shows only this once."""
    code, out, err = call("keys", "add", name, "--data-dir", data, "--json", *(f"--scope={scope}" for scope in scopes))
    assert code == 0, err
    made = json.loads(out)
    return made["id"], made["key"]


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def test_keys_are_shown_once_listed_without_secret_and_revoked(data):
    key_id, key = make_key(data, "shop front end", "write", "read")
    file = Path(data) / "api-keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in file.read_text() and key[13:40] not in file.read_text()
    code, out, _ = call("keys", "--data-dir", data)
    assert code == 0 and key_id in out and "read,write" in out and "valid" in out and key[13:40] not in out
    assert call("keys", "add", "shop front end", "--scope", "read", "--data-dir", data)[0] == 1
    assert call("keys", "add", "nothing", "--data-dir", data)[0] == 64
    assert call("keys", "add", "x", "--scope", "root", "--data-dir", data)[0] == 64
    assert call("keys", "revoke", key_id, "--data-dir", data)[0] == 0
    assert "revoked" in call("keys", "list", "--data-dir", data)[1]
    code, _, err = call("keys", "revoke", "nobody", "--data-dir", data)
    assert code == 1 and "orders keys list" in err
    acts = [json.loads(line)["act"] for line in (Path(data) / "audit.jsonl").read_text().splitlines()]
    assert acts == ["keys add", "keys revoke"]


def test_it_does_not_listen_beyond_loopback_without_keys(data):
    code, out, err = call("up", "--data-dir", data, "--http", "0.0.0.0:0", "--kafka", "127.0.0.1:0", "--count", 0)
    assert code == 1
    lines = [line for line in (out + err).splitlines() if "Error" in line or "will not listen" in line]
    assert len(lines) == 1 and "orders keys add" in lines[0], out + err


def test_beyond_loopback_each_key_does_what_its_scopes_say(data):
    read_id, read = make_key(data, "reader", "read")
    _, write = make_key(data, "writer", "write")
    with running(
        "up", "--data-dir", data, "--http", "0.0.0.0:0", "--kafka", "127.0.0.1:0", "--count", 0,
        "--allow-host", "orders.example",
    ) as platform:  # fmt: skip
        [http] = platform.addresses("dashboard")
        url = http.replace("0.0.0.0", "127.0.0.1")
        assert request("GET", f"{url}/healthz")[0] == 200
        assert request("GET", f"{url}/healthz", headers={"Host": "orders.example"})[0] == 200
        assert request("GET", f"{url}/healthz", headers={"Host": "evil.example"})[0] == 421
        for path in ("/readyz", "/metrics", "/api/stats", "/api/events", "/api/nothing"):
            status, headers, _ = request("GET", url + path)
            assert status == 401 and headers["WWW-Authenticate"].startswith("Bearer")
            assert request("GET", url + path, headers=bearer(write))[0] in (403, 404)
        assert request("POST", f"{url}/api/orders", ORDER)[0] == 401
        assert request("POST", f"{url}/api/orders", ORDER, bearer(read))[0] == 403
        assert request("POST", f"{url}/api/orders", ORDER, bearer(write))[0] == 202
        status, headers, _ = request("GET", f"{url}/api/stats", headers=bearer(read))
        assert status == 200 and headers["RateLimit-Policy"] == '"read";q=1000;w=10'
        eventually(lambda: request("GET", f"{url}/api/stats", headers=bearer(read))[2]["totals"]["orders"] == 1)

        stream = urllib.request.urlopen(urllib.request.Request(f"{url}/api/events", headers=bearer(read)), timeout=60)
        assert stream.status == 200 and stream.readline()
        assert call("keys", "revoke", read_id, "--data-dir", data)[0] == 0
        eventually(lambda: request("GET", f"{url}/api/stats", headers=bearer(read))[0] == 401, timeout=20)
        # The stream that the key opened ends too, with the next keep-alive.
        assert b"event: bye" in stream.read()

        # The log may be at its most talkative: no key stands in it, nor in what the process shows.
        arguments = Path(f"/proc/{platform.process.pid}/cmdline").read_bytes().decode()
        arguments += Path(f"/proc/{platform.process.pid}/environ").read_bytes().decode()
        _, more = make_key(data, "metrics", "read")
        eventually(lambda: request("GET", f"{url}/metrics", headers=bearer(more))[0] == 200, timeout=20)
        shown = platform.output + arguments + request("GET", f"{url}/metrics", headers=bearer(more))[2]
        shown += json.dumps(request("GET", f"{url}/api/system", headers=bearer(more))[2])
        for key in (read, write, more):
            assert key[13:40] not in shown
            for file in Path(data).rglob("*"):
                if file.is_file():
                    assert key[13:40].encode() not in file.read_bytes(), file


def test_a_secret_for_tokens_is_never_shown(data):
    secret = "planted-secret-that-nobody-may-see-0123456789"
    environment = OWN | {
        "JWT_SECRET": secret,
        "JWT_ISSUER": "https://issuer.example",
        "JWT_AUDIENCE": "orders",
        "API_AUTH": "required",
        "LOG_LEVEL": "debug",
    }
    with up(data, "--count", 0, env=environment) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        for token in (secret, f"{secret}.{secret}.{secret}"):
            status, _, body = request("GET", f"{http}/api/stats", headers=bearer(token))
            assert status == 401 and secret not in json.dumps(body)
        platform.stop()
        assert secret not in platform.output
    code, _, err = call(
        "up", "--data-dir", data, "--http", "127.0.0.1:0", env=environment | {"JWT_SECRET": "planted-short"}
    )
    assert code == 1 and "32 bytes" in err and "planted" not in err
    code, _, err = call("up", "--data-dir", data, "--http", "127.0.0.1:0", env=environment | {"JWT_AUDIENCE": ""})
    assert code == 1 and "JWT_AUDIENCE" in err and secret not in err


def make_certificate(directory, name):
    """A certificate for localhost, in place as a renewal puts it there."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", directory / "new.key", "-out", directory / "new.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    (directory / "new.key").rename(directory / "server.key")
    (directory / "new.pem").rename(directory / "server.pem")
    return (directory / "server.pem").read_text()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")
def test_tls_with_a_certificate_that_is_renewed_while_it_runs(data, tmp_path):
    first = make_certificate(tmp_path, "first")
    files = ["--tls-certificate", tmp_path / "server.pem", "--tls-key", tmp_path / "server.key"]
    with up(data, "--count", 0, *files) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        assert http.startswith("https://127.0.0.1:")
        port = int(http.rsplit(":", 1)[1])

        def trusts(certificate):
            context = ssl.create_default_context(cadata=certificate)
            try:
                return urllib.request.urlopen(f"{http}/healthz", context=context, timeout=10).status == 200
            except urllib.error.URLError as error:
                if "CERTIFICATE_VERIFY_FAILED" not in str(error):
                    raise
                return False

        assert trusts(first)
        second = make_certificate(tmp_path, "second")
        eventually(lambda: trusts(second), timeout=20)
        assert not trusts(first)
        # Half a pair, as while a renewal is under way: the last whole one stays.
        (tmp_path / "server.pem").write_text(first)
        eventually(lambda: "certificate stays as it was" in platform.output, timeout=20)
        assert trusts(second)
        # Plain HTTP gets no answer and harms nothing.
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"ok" not in plain.recv(1000)
        assert trusts(second)
    code, _, err = call("up", "--data-dir", data, "--http", "127.0.0.1:0", *files)
    assert code == 1 and "belong together" in err and "Fatal" not in err


def test_the_wrong_setting_ends_in_one_line(data):
    for arguments, words in (
        (["--tls-certificate", "/nowhere.pem"], "--tls-key"),
        (["--tls-certificate", "/nowhere.pem", "--tls-key", "/nowhere.key"], "/nowhere.pem"),
        (["--rate-limits", "read=fast"], "read=fast"),
        (["--allow-origin", "shop.example"], "shop.example"),
        (
            ["--jwks", "http://issuer.example/keys", "--jwt-issuer", "a", "--jwt-audience", "b", "--require-auth"],
            "https",
        ),
        (["--jwks", "/nowhere.json", "--jwt-issuer", "a", "--jwt-audience", "b", "--require-auth"], "/nowhere.json"),
        (["--require-auth"], "orders keys add"),
    ):
        process = Process("up", "--data-dir", data, "--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0", *arguments)
        assert process.wait(60) == 1
        assert words in process.output and process.output.count("Error") <= 1, process.output
