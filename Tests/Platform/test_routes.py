"""Every route of the contract: without credentials, with those of another scope, with those that are wrong."""

import http.client
import itertools
import json
import re
import urllib.parse
from pathlib import Path

import pytest
import secured_mode
from bad_tokens import AUDIENCE, ISSUER, Issuer
from platform_process import call, up

CONTRACT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
SCOPES = ("read", "write", "operate")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
# What of the contract anybody may ask for; the sign-in is refused, and the sign-out ends a session that there is not.
OPEN = {("GET", "/healthz"): 200, ("POST", "/api/session"): 401, ("DELETE", "/api/session"): 204}
# The page that signs people in: the same bytes for everybody, without an order in them.
SITE = ("/", "/index.html", "/app.js", "/favicon.svg")
ORDER = {"customer_id": 42, "amount": 19.99, "currency": "EUR", "country": "DE"}
BODIES = {"/api/orders": ORDER, "/api/session": {"credential": "ord_k1_0123456789"}}
VALUES = {
    "id": "1",
    "topic": "orders",
    "group": "payments-group",
    "partition": "0",
    "offset": "0",
    "webhook_id": "msg_1_order_paid",
    "name": "crm",
}


def path_of(template):
    return re.sub(r"{(\w+)}", lambda match: VALUES[match[1]], template)


OPERATIONS = [(method.upper(), path) for path, item in CONTRACT["paths"].items() for method in item]


def scope_of(method, path):
    """The scope that an operation needs; nothing where any credentials will do, or none are needed."""
    for one in CONTRACT["paths"][path][method.lower()]["security"]:
        if one.get("bearer"):
            return one["bearer"][0]
    return None


class Caller:
    """Sends requests from one address of this machine after the other: failures are counted by address."""

    def __init__(self, url):
        self.parts = urllib.parse.urlsplit(url)
        self.addresses = (f"127.{a}.{b}.{c}" for a, b, c in itertools.product(range(9, 99), range(256), range(1, 255)))

    def ask(self, method, path, headers=None, body=None):
        """Status, headers and body."""
        options = {"timeout": 30, "source_address": (next(self.addresses), 0)}
        if self.parts.scheme == "https":
            made = http.client.HTTPSConnection(
                self.parts.hostname, self.parts.port, context=secured_mode.tls(), **options
            )
        else:
            made = http.client.HTTPConnection(self.parts.hostname, self.parts.port, **options)
        try:
            data = None if body is None else json.dumps(body).encode()
            typed = {"Content-Type": "application/json"} if data else {}
            made.request(method, path, body=data, headers=typed | (headers or {}))
            answer = made.getresponse()
            # A stream that was opened, which is a fault here, does not end.
            text = b"" if answer.headers.get("Content-Type", "").startswith("text/event-stream") else answer.read()
            return answer.status, answer.headers, text
        finally:
            made.close()


class World:
    """A platform that asks for credentials, with keys of each scope and an issuer of tokens."""

    def __init__(self, url, keys, ids, issuer):
        self.caller, self.keys, self.ids, self.issuer = Caller(url), keys, ids, issuer

    def ask(self, method, path, credential=None, **more):
        headers = {} if credential is None else {"Authorization": f"Bearer {credential}"}
        return self.caller.ask(method, path_of(path), headers | more.pop("headers", {}), BODIES.get(path), **more)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("routes")
    issuer = Issuer(folder)
    env = {
        "API_AUTH": "required",
        "API_KEYS_FILE": str(folder / "keys-of-the-test.json"),
        "JWT_JWKS": str(issuer.set),
        "JWT_SECRET": issuer.secret.decode(),
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "API_RATE_LIMITS": "read=0,write=0,operate=0",
    }
    keys, ids = {}, {}
    wanted = {"-".join(some): some for n in (1, 2, 3) for some in itertools.combinations(SCOPES, n)}
    for name, scopes in wanted.items():
        arguments = (f"--scope={scope}" for scope in scopes)
        code, out, err = call("keys", "add", name, "--data-dir", folder, "--json", *arguments, env=env)
        assert code == 0, err
        made = json.loads(out)
        keys[name], ids[name] = made["key"], made["id"]
    code, out, err = call("keys", "add", "gone", "--data-dir", folder, "--json", "--scope=read", env=env)
    keys["revoked"] = json.loads(out)["key"]
    assert code == 0 and call("keys", "revoke", json.loads(out)["id"], "--data-dir", folder, env=env)[0] == 0, err
    with up(folder / "data", "--count", 0, "--no-reconciler", env=env) as platform:
        _, url = platform.addresses("kafka", "dashboard")
        yield World(url, keys, ids, issuer)


def test_every_operation_of_the_contract_is_walked():
    assert len(OPERATIONS) >= 25 and ("POST", "/api/orders") in OPERATIONS
    assert {scope_of(*operation) for operation in OPERATIONS} == {*SCOPES, None}


def test_without_credentials_nothing_is_answered_but_health(world):
    for path in CONTRACT["paths"]:
        for method in METHODS:
            status, headers, body = world.ask(method, path)
            if (method, path) in OPEN:
                assert status == OPEN[method, path], (method, path, status)
            elif (method, path) == ("HEAD", "/healthz"):
                assert status == 200
            elif path in ("/healthz", "/api/session") or method == "OPTIONS":
                # Another method, or a preflight without an origin: nothing is read or done.
                assert status >= 400 or not body, (method, path, status, body)
            else:
                assert status in (401, 405, 501), (method, path, status)
                assert (method, path) not in OPERATIONS or status == 401, (method, path, status)
                assert status != 401 or headers["WWW-Authenticate"].startswith("Bearer"), (method, path)
    for path in ("/api", "/api/", "/api/nothing", "/api/orders/1/trail", "/nothing", "/metrics/", "//metrics"):
        status, _, body = world.ask("GET", path)
        assert status in (401, 404) and b"orders_" not in body, (path, status)
        assert not path.startswith("/api") or status == 401, (path, status)


def test_what_anybody_sees_of_the_dashboard_is_the_page_alone(world):
    status, _, health = world.ask("GET", "/healthz")
    assert status == 200 and set(json.loads(health)) <= {"status", "version"}, health
    for path in SITE:
        anonymous = world.ask("GET", path)
        known = world.ask("GET", path, world.keys["read"])
        assert anonymous[0] == known[0] in (200, 404) and anonymous[2] == known[2], path


def test_credentials_of_every_other_scope_are_refused_with_403(world):
    for method, path in OPERATIONS:
        needed = scope_of(method, path)
        if needed is None:
            continue
        tokens = world.issuer.right(scope=" ".join(scope for scope in SCOPES if scope != needed))
        others = {name: key for name, key in world.keys.items() if name != "revoked" and needed not in name.split("-")}
        assert len(others) == 3
        for name, credential in (others | tokens).items():
            status, headers, body = world.ask(method, path, credential)
            assert status == 403, (method, path, name, status, body[:200])
            assert f'scope="{needed}"' in headers["WWW-Authenticate"]
        status = world.ask("HEAD" if path == "/api/events" else method, path, world.keys[needed])[0]
        assert status not in (401, 403), (method, path, needed, status)


def test_right_tokens_are_taken(world):
    for name, token in world.issuer.right().items():
        assert world.ask("GET", "/api/stats", token)[0] == 200, name
    assert world.ask("GET", "/api/stats", None, headers={"X-API-Key": world.keys["read"]})[0] == 200


def test_wrong_credentials_are_refused_everywhere_and_said_nothing_of(world):
    right = world.keys["read-write-operate"]
    wrong = world.issuer.wrong() | {
        "a revoked key": world.keys["revoked"],
        "a key without its end": right[:-1],
        "a key with more": right + "0",
        "a key's other half": right[:13] + right[13:][::-1],
        "a key's id alone": right[:12],
        "an id that there is not": "ord_00000000" + right[12:],
    }
    for method, path in OPERATIONS:
        if (method, path) in OPEN:
            continue
        for name, credential in wrong.items():
            status, headers, body = world.ask(method, path, credential)
            assert status == 401, (method, path, name, status, body[:200])
            assert headers["WWW-Authenticate"].startswith("Bearer")
            assert len(credential) < 12 or credential.encode() not in body, (path, name)
    for name, credential in wrong.items():
        answer = world.caller.ask("POST", "/api/session", body={"credential": credential})
        assert answer[0] == 401 and "Set-Cookie" not in answer[1], (name, answer)
    for scheme in ("Basic dXNlcjpwYXNz", "Bearer", f"Token {right}", right):
        assert world.ask("GET", "/api/stats", None, headers={"Authorization": scheme})[0] == 401, scheme
    for cookie in ("0" * 64, right, ""):
        names = ("__Host-orders_session", "orders_session")
        for one in names:
            assert world.ask("GET", "/api/stats", None, headers={"Cookie": f"{one}={cookie}"})[0] == 401
