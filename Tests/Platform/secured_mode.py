"""The secured mode: with ORDERS_SECURED=1 the same tests run over TLS, with logins and API keys.

One `orders up` has the embedded broker's listener with TLS and logins, and its own services are set to log in, so they
use it: as a user who may do with the platform's topics, groups and transactional ids what the platform does, and
nothing else. The API speaks TLS and asks for keys. Foreign clients log in too. Nothing here is used without the mode.

Secrets are given in files, and each has a marker in it or is random; `leaks` looks for them.
"""

import atexit
import functools
import json
import os
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path

from secured_kafka import Authority

IS_SECURED = os.environ.get("ORDERS_SECURED") == "1"
MARKER = "Pl4ntedM4rker"
FLOW = ("orders", "payments", "fraud-alerts", "order-analytics")
BESIDE = (
    "webhook-deliveries",
    "webhook-requests",
    "webhook-requests.*",
    "service-health",
    "dead-letter-decisions",
    "platform-layout",
)
GROUPS = ("fraud-group", "payments-group", "analytics-group", "sink-group", "alerting-group", "webhooks-group")
TRANSACTIONS = ("orders-platform-layout", "orders-dead-letter-desk", *(f"{g}-*" for g in GROUPS))
# What the platform and its tools need. Whatever they do beyond that is refused, and a test fails.
PLATFORM = [
    *(f"--admin={name}" for name in (*FLOW, *(f"{topic}.*" for topic in FLOW), *BESIDE)),
    *(f"--group={group}" for group in (*GROUPS, "orders-ungrouped-*")),
    *(f"--transaction={id}" for id in TRANSACTIONS),
]


class Material:
    """Certificates, users and keys of one run, in a directory that goes with it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.authority = self.folder / "authority.pem"
        self.certificate, self.key = self.folder / "server.pem", self.folder / "server.key"
        self.users, self.keys = self.folder / "users.json", self.folder / "keys.json"

    def file(self, name):
        return self.folder / name

    def text(self, name):
        return self.file(name).read_text()

    def make(self):
        authority = Authority(self.folder, "authority")
        authority.certificate("server")
        for user, rights in (("platform", PLATFORM), ("tester", ["--admin=*"])):
            password = f"{MARKER}-{user}-{os.urandom(8).hex()}"
            self.file(f"{user}.user").write_text(user)
            self.file(f"{user}.password").write_text(password)
            self._orders("users", "add", user, "--password-stdin", "--broker-users", self.users, *rights, said=password)
        scopes = [f"--scope={scope}" for scope in ("read", "write", "operate")]
        made = self._orders(
            "keys", "add", "tests", "--json", "--data-dir", self.folder, "--keys-file", self.keys, *scopes
        )
        self.file("api.key").write_text(json.loads(made)["key"])

    @staticmethod
    def _orders(*arguments, said=""):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("BROKER_", "API_"))}
        done = subprocess.run(
            [os.environ["ORDERS_BIN"], *map(str, arguments)],
            input=f"{said}\n",
            env=clean,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@functools.cache
def material():
    """Made by the first process of a run; its children find it by the environment."""
    if folder := os.environ.get("ORDERS_SECURED_FOLDER"):
        return Material(folder)
    made = Material(tempfile.mkdtemp(prefix="orders-secured-"))
    atexit.register(shutil.rmtree, made.folder, ignore_errors=True)
    made.make()
    os.environ["ORDERS_SECURED_FOLDER"] = str(made.folder)
    return made


def environment(given):
    """What the mode adds to the environment of a process that is given this one.

    A test that says something of its own about a login, if only that there is none, gets no other one.
    """
    if not IS_SECURED:
        return given
    files = material()
    added = {
        "API_AUTH": "required",
        "API_KEYS_FILE": str(files.keys),
        "HTTP_TLS_CERTIFICATE": str(files.certificate),
        "HTTP_TLS_KEY": str(files.key),
    }
    if not any(name.startswith(("KAFKA_SASL_", "KAFKA_SSL_", "KAFKA_SECURITY_", "CONFLUENT_")) for name in given):
        added |= {
            "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_SASL_USERNAME_FILE": str(files.file("platform.user")),
            "KAFKA_SASL_PASSWORD_FILE": str(files.file("platform.password")),
            "KAFKA_SSL_CA_LOCATION": str(files.authority),
        }
    return added | given


def has_listener(arguments, given):
    """Whether the process has an embedded broker that others log in to.

    Not one for which the environment names another Kafka, not one behind a TLS end that the test made, and not one to
    which the test gives such a listener itself.
    """
    return (
        IS_SECURED
        and arguments[0] in ("up", "broker")
        and not given.get("KAFKA_BOOTSTRAP_SERVERS")
        and not {"--advertise", "--broker-listen"} & set(map(str, arguments))
    )


def arguments(plain, given):
    """Where a process with an embedded broker listened in the open, it takes logins; others are as they are."""
    rest = list(map(str, plain))
    if not has_listener(plain, given):
        return rest
    listen, files = "127.0.0.1:0", material()
    if "--kafka" in rest:
        place = rest.index("--kafka") + 1
        listen, rest[place] = rest[place], "127.0.0.1:0"
    return [
        *rest,
        *("--broker-listen", listen, "--broker-users", str(files.users)),
        *("--broker-tls-cert", str(files.certificate), "--broker-tls-key", str(files.key)),
    ]


#: Where brokers listen in the open though the mode is on.
OPEN = set()


def connection(kafka):
    """How a client of librdkafka connects: as somebody who may do everything."""
    if not IS_SECURED or kafka in OPEN:
        return {"bootstrap.servers": kafka}
    return {
        "bootstrap.servers": kafka,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-256",
        "sasl.username": "tester",
        "sasl.password": material().text("tester.password"),
        "ssl.ca.location": str(material().authority),
    }


@functools.cache
def tls():
    """For Python's own clients."""
    return ssl.create_default_context(cafile=material().authority) if IS_SECURED else None


def bearer():
    """The API key of the tests, as a header."""
    return {"Authorization": f"Bearer {material().text('api.key')}"} if IS_SECURED else {}
