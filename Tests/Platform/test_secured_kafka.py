"""The platform against a Kafka that asks for TLS and a login, and what it says when something of that is wrong."""

import json
import os
import socket
import time

import pytest
from platform_process import call, eventually, request, running, up
from secured_kafka import Authority, SecuredKafka, openssl

USER, PASSWORD = "orders", "pl4nted-S3CRET"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.certificate("broker")


class Cluster:
    """A broker, and what stands before it."""

    def __init__(self, data, **security):
        self.kafka = SecuredKafka(**security)
        self.broker = running(
            "broker", "--data-dir", data, "--kafka", "127.0.0.1:0", "--advertise", f"127.0.0.1:{self.kafka.port}"
        )

    def __enter__(self):
        (address,) = self.broker.__enter__().addresses("kafka")
        host, port = address.rsplit(":", 1)
        self.kafka.upstream = (host, int(port))
        return self.kafka

    def __exit__(self, *error):
        self.kafka.close()
        self.broker.__exit__(*error)


def takes_an_order(url):
    """Whether the API has an order on the log. One that was sent to a client which is replaced takes its time."""
    order = {"customer_id": 1, "amount": "1.00", "currency": "EUR", "country": "FR"}
    try:
        return request("POST", f"{url}/api/orders", order)[0] == 202
    except TimeoutError:
        return False


def login(kafka, authority, **more):
    return {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.address,
        "KAFKA_SASL_USERNAME": USER,
        "KAFKA_SASL_PASSWORD": PASSWORD,
        "KAFKA_SSL_CA_LOCATION": str(authority.path),
    } | more


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_the_whole_platform_runs_over_tls_with_each_login(tmp_path, authority, certificate, mechanism):
    with Cluster(
        tmp_path / "broker", certificate=certificate, users={USER: PASSWORD}, mechanisms=(mechanism,)
    ) as kafka:
        env = login(kafka, authority, KAFKA_SASL_MECHANISM=mechanism)
        with up(tmp_path / "data", "--rate", "max", "--count", 200, "--exit", env=env) as platform:
            assert platform.wait(180) == 0, platform.output
        code, out, err = call("verify", "--data-dir", tmp_path / "data", "--json", env=env)
        assert code == 0 and json.loads(out)["counts"]["orders"] == 200, out + err
        assert (mechanism, USER) in kafka.logins and kafka.refusals == 0
        assert PASSWORD not in platform.output + out + err


def test_a_client_certificate_is_shown_to_a_broker_that_asks_for_one(tmp_path, authority, certificate):
    mine = authority.certificate("client")
    with Cluster(tmp_path / "broker", certificate=certificate, clients=authority.path) as kafka:
        env = {
            "KAFKA_BOOTSTRAP_SERVERS": kafka.address,
            "KAFKA_SSL_CA_PEM": authority.path.read_text(),
            "KAFKA_SSL_CERTIFICATE_LOCATION": str(mine[0]),
            "KAFKA_SSL_KEY_LOCATION": str(mine[1]),
        }
        code, out, err = call("topics", "--json", env=env)
        assert code == 0, out + err
        without = {name: value for name, value in env.items() if "CERTIFICATE" not in name and "KEY" not in name}
        code, _, err = call("topics", env=without, timeout=30)
        assert code == 1 and "does not accept this client's certificate, or got none" in err, err
        assert "KAFKA_SSL_CERTIFICATE_LOCATION" in err


def wrong_certificate(tmp_path, **what):
    other = Authority(tmp_path, "another authority")
    return other, other.certificate("wrong", **what)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("password", ["refuses the user name or the password", "KAFKA_SASL_PASSWORD"]),
        ("quoted password", ["refuses the user name or the password", "quotation marks"]),
        ("user", ["refuses the user name or the password", "KAFKA_SASL_USERNAME"]),
        ("mechanism", ["does not take SCRAM-SHA-256", "it offers PLAIN", "KAFKA_SASL_MECHANISM"]),
        ("untrusted", ["signed by no authority that is trusted here", "KAFKA_SSL_CA_LOCATION"]),
        ("expired", ["has expired", "Renew it"]),
        ("host", ["is for another host name", "KAFKA_BOOTSTRAP_SERVERS"]),
        ("plain client", ["is not encrypted", "KAFKA_SECURITY_PROTOCOL"]),
        ("plain port", ["does not speak TLS", "KAFKA_SECURITY_PROTOCOL"]),
    ],
)
def test_what_is_wrong_with_a_connection_is_one_clear_line_within_ten_seconds(
    tmp_path, authority, certificate, case, said
):
    users, trusted, more = {USER: PASSWORD}, authority, {}
    if case == "password":
        more = {"KAFKA_SASL_PASSWORD": "wr0ng-S3CRET"}
    elif case == "quoted password":
        more = {"KAFKA_SASL_PASSWORD": f'"{PASSWORD}"'}
    elif case == "user":
        more = {"KAFKA_SASL_USERNAME": "nobody"}
    elif case == "mechanism":
        more = {"KAFKA_SASL_MECHANISM": "SCRAM-SHA-256"}
    elif case == "untrusted":
        _, certificate = wrong_certificate(tmp_path)
    elif case == "expired":
        trusted, certificate = wrong_certificate(tmp_path, days=0)
        time.sleep(1.1)  # until the second is over in which it was valid
    elif case == "host":
        trusted, certificate = wrong_certificate(tmp_path, names="DNS:elsewhere.example")
    elif case == "plain port":
        certificate = None
    with SecuredKafka(certificate=certificate, users=users) as kafka:
        env = login(kafka, trusted, **more)
        if case == "plain client":
            # Set to nothing: in the secured mode, too, this client has no login.
            env = {"KAFKA_BOOTSTRAP_SERVERS": kafka.address, "KAFKA_SECURITY_PROTOCOL": ""}
        began = time.monotonic()
        commands = [["lag"], ["fraud", "--data-dir", tmp_path / "data"]]
        if case in ("plain client", "plain port"):
            # All that is seen is a connection that was closed: a service says so, and tries on.
            with running(*commands.pop(), env=env) as fraud:
                eventually(lambda: said[0] in fraud.output, 10)
                assert fraud.process.poll() is None, fraud.output
        for command in commands:
            code, _, err = call(*command, env=env, timeout=30)
            assert code == 1 and all(words in err for words in said), err
            assert len(err.strip().splitlines()) <= 2, err
            assert "S3CRET" not in err
        # Two processes, each of which has ten seconds.
        assert time.monotonic() - began < 20, err


def test_connections_that_are_closed_for_a_while_do_not_end_a_start(tmp_path):
    """A proxy whose broker is away closes them, which says nothing of TLS."""
    with running("broker", "--data-dir", tmp_path / "broker", "--kafka", "127.0.0.1:0") as broker:
        (address,) = broker.addresses("kafka")
        host, port = address.rsplit(":", 1)
        with SecuredKafka() as proxy:
            env = {"KAFKA_BOOTSTRAP_SERVERS": proxy.address}
            with running("fraud", "--data-dir", tmp_path / "data", env=env) as fraud:
                eventually(lambda: "no Kafka broker answers" in fraud.output, 20)
                # Longer than it takes to end a start for a reason that is certain.
                until = time.monotonic() + 4
                eventually(lambda: time.monotonic() > until)
                assert fraud.process.poll() is None, fraud.output
                proxy.upstream = (host, int(port))
                eventually(lambda: "fraud running" in fraud.output, 30)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("password", "KAFKA_SSL_KEY_PASSWORD"),
        ("key", "KAFKA_SSL_KEY_LOCATION"),
        ("certificate", "KAFKA_SSL_CERTIFICATE_LOCATION"),
        ("authority", "KAFKA_SSL_CA_LOCATION"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_line_and_no_crash(tmp_path, authority, file, said):
    certificate, key = authority.certificate("client")
    locked, wrong = tmp_path / "locked.key", tmp_path / "wrong.pem"
    openssl("pkcs8", "-topk8", "-in", key, "-out", locked, "-passout", "pass:right-S3CRET")
    wrong.write_text("-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n")
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "KAFKA_SSL_CA_LOCATION": str(wrong if file == "authority" else authority.path),
        "KAFKA_SSL_CERTIFICATE_LOCATION": str(wrong if file == "certificate" else certificate),
        "KAFKA_SSL_KEY_LOCATION": str(wrong if file == "key" else locked),
        "KAFKA_SSL_KEY_PASSWORD": "wrong-S3CRET" if file == "password" else "right-S3CRET",
    }
    for command in (["fraud", "--data-dir", tmp_path / "data"], ["lag"]):
        code, _, err = call(*command, env=env, timeout=60)
        assert code == 1 and said in err and len(err.strip().splitlines()) == 1, (code, err)
        assert "S3CRET" not in err
    # It crashed here, now and then: a configuration was freed twice.
    for _ in range(5):
        code, out, err = call("doctor", "--data-dir", tmp_path / "data", env=env, timeout=60)
        assert code == 1 and said in out and "S3CRET" not in out + err, (code, out, err)


def test_a_password_that_is_changed_while_services_run_is_used_without_a_restart(tmp_path, authority, certificate):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    with Cluster(tmp_path / "broker", certificate=certificate, users={USER: PASSWORD}) as kafka:
        env = login(kafka, authority, KAFKA_SASL_PASSWORD_FILE=str(file))
        del env["KAFKA_SASL_PASSWORD"]
        with up(tmp_path / "data", "--count", 0, env=env) as platform:
            (url,) = platform.addresses("dashboard")
            assert takes_an_order(url)
            # The cluster takes another password from now on, and lets nobody stay.
            kafka.users = {USER: "n3w-S3CRET"}
            kafka.drop()
            eventually(lambda: "refuses the user name or the password" in platform.output)
            # As a mounted secret is replaced: another file under the same name.
            new = tmp_path / "new"
            new.write_text("n3w-S3CRET\n")
            os.replace(new, file)
            eventually(lambda: takes_an_order(url), timeout=120, every=1)
            eventually(lambda: request("GET", f"{url}/api/analytics")[2]["totals"]["orders"] >= 2, every=0.5)
            assert "S3CRET" not in platform.output
            assert "S3CRET" not in request("GET", f"{url}/metrics")[2]
            assert "S3CRET" not in json.dumps(request("GET", f"{url}/api/system")[2])


def test_certificates_that_are_replaced_while_services_run_are_used_without_a_restart(tmp_path, certificate, authority):
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(authority.path.read_bytes())
    with Cluster(tmp_path / "broker", certificate=certificate) as kafka:
        env = {"KAFKA_BOOTSTRAP_SERVERS": kafka.address, "KAFKA_SSL_CA_LOCATION": str(trusted)}
        with up(tmp_path / "data", "--count", 0, env=env) as platform:
            (url,) = platform.addresses("dashboard")
            other, renewed = wrong_certificate(tmp_path)
            kafka.context = SecuredKafka.tls(renewed)
            kafka.drop()
            eventually(lambda: "signed by no authority" in platform.output)
            trusted.write_bytes(other.path.read_bytes())
            eventually(lambda: takes_an_order(url), timeout=120, every=1)
            eventually(lambda: request("GET", f"{url}/api/analytics")[2]["totals"]["orders"] >= 1, every=0.5)


def test_a_host_that_takes_connections_and_says_nothing_is_named_within_ten_seconds(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        code, _, err = call("lag", "--kafka", address, timeout=30)
        assert code == 1 and f"no Kafka broker answers at {address}" in err, err
