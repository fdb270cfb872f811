"""A missing right is one line that says who lacks which right on what, at a start and while a service runs."""

import re
import subprocess

import pytest
from kafka_records import order, produce, read_all
from platform_process import ORDERS, call, environment, eventually, running
from secured_kafka import Authority

SEEN = ["orders*", "payments*", "fraud-alerts*", "order-analytics*", "platform-layout", "service-health",
        "dead-letter-decisions", "webhook-deliveries", "webhook-requests*"]  # fmt: skip
WRITTEN = ["fraud-alerts", "orders.fraud-group.dlq", "service-health"]


class Broker:
    """The embedded broker with a listener for others, and the users that may use it."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = Authority(folder)
        certificate, key = self.authority.certificate("broker")
        self.users = folder / "users.json"
        self.passwords = {}
        self.add("root", "--admin", "*")
        self.process = running(
            "broker", "--data-dir", folder / "broker", "--kafka", "127.0.0.1:0", "--broker-listen", "127.0.0.1:0",
            "--broker-tls-cert", certificate, "--broker-tls-key", key, "--broker-users", self.users,
        )  # fmt: skip

    def __enter__(self):
        process = self.process.__enter__()
        (self.kafka,) = process.addresses("kafka")
        self.address = re.search(r"listening with TLS on (\S+)", process.output)[1]
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)

    def add(self, name, *rights):
        self.passwords.setdefault(name, f"pl4nted-{name}-" + "x" * 12)
        subprocess.run(
            [ORDERS, "users", "add", name, "--broker-users", str(self.users), "--password-stdin", *rights],
            input=self.passwords[name] + "\n", text=True, check=True, capture_output=True, env=environment(),
        )  # fmt: skip

    def env(self, name):
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.address,
            "KAFKA_SASL_USERNAME": name,
            "KAFKA_SASL_PASSWORD": self.passwords[name],
            "KAFKA_SASL_MECHANISM": "SCRAM-SHA-256",
            "KAFKA_SSL_CA_LOCATION": str(self.authority.path),
        }


def rights(read=SEEN, write=WRITTEN, group=("fraud-group", "orders-ungrouped-*"), transaction=("fraud-group-*",)):
    kinds = {"--read": read, "--write": write, "--group": group, "--transaction": transaction}
    return [word for kind, names in kinds.items() for name in names for word in (kind, name)]


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with Broker(tmp_path_factory.mktemp("rights")) as broker:
        # The first start makes the topics, with rights to do so.
        with running("alerting", "--data-dir", broker.folder / "first", env=broker.env("root")) as first:
            eventually(lambda: "running against" in first.output)
            first.stop()
        yield broker


def without(names, left_out):
    return [name for name in names if name != left_out]


@pytest.mark.parametrize(
    ("case", "granted", "said"),
    [
        ("group", rights(group=("orders-ungrouped-*",)), ["Read on the group fraud-group"]),
        ("transaction", rights(transaction=()), ["Write on the transactional id fraud-group-*"]),
        ("input", rights(read=without(SEEN, "orders*"), write=[*WRITTEN, "orders*"]), ["Read on", "orders"]),
        ("layout", rights(read=without(SEEN, "platform-layout"), write=[*WRITTEN, "platform-layout"]),
         ["Read on", "platform-layout"]),
        ("topics", rights(read=without(SEEN, "payments*")), ["Create on the topic payments"]),
    ],
)  # fmt: skip
def test_a_service_that_starts_without_a_right_says_which(broker, tmp_path, case, granted, said):
    name = f"no-{case}"
    broker.add(name, *granted)
    with running("fraud", "--data-dir", tmp_path / "data", env=broker.env(name)) as service:

        def line():
            lines = [line for line in service.output.splitlines() if "Kafka refuses" in line]
            return lines and lines[0]

        found = eventually(line, timeout=10)
        assert f"the user {name}" in found and all(word in found for word in said), found
        assert broker.passwords[name] not in service.output


def test_a_right_that_is_taken_while_a_service_runs_is_named_and_it_goes_on_when_it_is_back(broker, tmp_path):
    broker.add("mover", *rights())
    with running("fraud", "--data-dir", tmp_path / "data", env=broker.env("mover")) as service:
        eventually(lambda: "running against" in service.output)
        produce(broker.kafka, "orders", [("1", order(1, amount=900, country="BR"))])
        eventually(lambda: len(read_all(broker.kafka, "fraud-alerts")) == 1)
        assert "Kafka refuses" not in service.output
        broker.add("mover", *rights(write=without(WRITTEN, "fraud-alerts")))
        sent = 1

        def refused():
            # The broker reads its users once a second: the first orders may still get through.
            nonlocal sent
            sent += 1
            produce(broker.kafka, "orders", [(str(sent), order(sent, amount=900, country="BR"))])
            return [line for line in service.output.splitlines() if "Kafka refuses the user mover" in line]

        said = eventually(refused, timeout=60, every=1)[0]
        assert "Write on" in said and "fraud-alerts" in said
        broker.add("mover", *rights())
        eventually(lambda: len(read_all(broker.kafka, "fraud-alerts")) == sent, timeout=90)


def test_a_tool_without_a_right_says_where_to_look(broker):
    broker.add("nobody", "--write", "orders")

    def answer():
        # The broker reads its users once a second.
        done = call("lag", env=broker.env("nobody"), timeout=60)
        return "user name or the password" not in done[2] and done

    code, _, err = eventually(answer, timeout=60)
    assert code == 1 and "the user nobody" in err and "right" in err, err
