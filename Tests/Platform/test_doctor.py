"""`orders doctor` finds what people get wrong, says what to change, and shows no secret."""

import json
import socket

import pytest
from platform_process import call, running, up
from secured_kafka import Authority, SecuredKafka

SECRET = "pl4nted-S3CRET"


def doctor(*arguments, env=None):
    """The exit code and the findings; neither form may show a secret."""
    code, out, err = call("doctor", "--json", *arguments, env=env, timeout=120)
    assert out, f"the doctor said nothing: exit {code}, {err}"
    plain = call("doctor", *arguments, env=env, timeout=120)
    assert plain[0] == code
    for said in (out, err, *plain[1:]):
        assert "S3CRET" not in said, said
    report = json.loads(out)
    assert report["ok"] == (code == 0)
    return code, report["findings"]


def of(findings, *states):
    return [finding for finding in findings if finding["state"] in states]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def test_a_running_platform_is_found_well(data):
    with up(data, "--count", 0) as platform:
        platform.addresses("kafka", "dashboard")
        code, findings = doctor("--data-dir", data)
        assert code == 0, of(findings, "failed")
        steps = {finding["step"] for finding in of(findings, "ok")}
        assert {"settings", "dns", "tcp", "login", "topics", "rights", "disk", "store"} <= steps


def test_nothing_that_runs_and_nothing_that_is_named_is_no_failure(data):
    code, findings = doctor("--data-dir", data)
    assert code == 0, of(findings, "failed")
    assert any(finding["step"] == "login" and "orders up" in finding["found"] for finding in of(findings, "skipped"))


@pytest.mark.parametrize(
    ("env", "found", "advice"),
    [
        (
            {"KAFKA_BOOTSTRAP_SERVERS": "https://pkc-1.eu.aws.confluent.cloud:443"},
            "a URL is not a bootstrap server",
            "",
        ),
        ({"KAFKA_BOOTSTRAP_SERVERS": "pkc-1.eu.aws.confluent.cloud:443"}, "is the REST endpoint", ""),
        ({"KAFKA_BOOTSTRAP_SERVERS": "http://127.0.0.1:9092"}, "a URL is not a bootstrap server", ""),
        ({"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:"}, "is not HOST:PORT", ""),
        ({"KAFKA_BOOTSTRAP_SERVERS": '"127.0.0.1:9092"'}, "quotation marks", ""),
        ({"KAFKA_BOOTSTRAP_SERVERS": "nosuchhost.invalid:9092"}, "the name is not known", "KAFKA_BOOTSTRAP_SERVERS"),
        ({"KAFKA_SASL_USERNAME": "me"}, "KAFKA_SASL_PASSWORD is missing", ""),
        ({"PAYMENT_GATEWAY_URL": f"gateway.example/{SECRET}"}, "not one that can be used", "an http or https URL"),
        ({"PAYMENT_DECLINE_RATE": "5"}, 'is "5"', "0 to 1"),
        ({"ALERT_WEBHOOK_URL": f"https://nosuchhost.invalid/{SECRET}"}, "the name is not known", "ALERT_WEBHOOK_URL"),
        ({"KAFKA_SSL_CA_LOCATION": "/no/such.pem"}, "there is no /no/such.pem", "Correct the path"),
    ],
)
def test_what_people_get_wrong_is_named_with_what_to_change(data, env, found, advice):
    code, findings = doctor("--data-dir", data, env=env)
    assert code == 1
    assert any(found in finding["found"] and advice in finding["advice"] for finding in of(findings, "failed")), (
        findings
    )


@pytest.mark.parametrize(
    ("secret", "found"),
    [
        (f'"{SECRET}"', "quotation marks"),
        (f" {SECRET}", "white space"),
        (f"https://{SECRET}", "it is a URL"),
        ("${S3CRET}", "placeholder"),
    ],
)
def test_a_secret_with_something_around_it_is_named(data, secret, found):
    env = {"CONFLUENT_API_KEY": "key", "CONFLUENT_API_SECRET": secret}
    _, findings = doctor("--data-dir", data, env=env)
    assert any(
        found in finding["found"] and finding["subject"] == "CONFLUENT_API_SECRET"
        for finding in of(findings, "warning")
    ), findings


def test_a_secret_with_a_line_break_inside_and_a_file_that_everybody_reads_are_named(data, tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"pl4nted\n{SECRET}\n")
    file.chmod(0o644)
    env = {"CONFLUENT_API_KEY": "key", "CONFLUENT_API_SECRET_FILE": str(file)}
    code, findings = doctor("--data-dir", data, env=env)
    assert code == 1
    assert any("it contains a line break" in finding["found"] for finding in of(findings, "failed"))
    assert any("every user of this machine may read" in finding["found"] for finding in of(findings, "warning"))


def test_a_port_where_nothing_listens_is_named(data):
    code, findings = doctor("--kafka", f"127.0.0.1:{free_port()}", "--data-dir", data)
    assert code == 1
    (finding,) = [finding for finding in of(findings, "failed") if finding["step"] == "tcp"]
    assert "Connection refused" in finding["found"]


def test_topics_that_are_missing_are_listed(data):
    with running("broker", "--data-dir", data / "broker", "--kafka", "127.0.0.1:0") as broker:
        (kafka,) = broker.addresses("kafka")
        code, findings = doctor("--kafka", kafka, "--data-dir", data)
        assert code == 0, of(findings, "failed")
        (finding,) = [finding for finding in of(findings, "warning") if finding["step"] == "topics"]
        assert "there is no orders, payments" in finding["found"] and "6 partitions" in finding["advice"]


@pytest.mark.parametrize(
    ("case", "step", "found"),
    [
        ("expired", "tls", "the certificate expired on"),
        ("host", "tls", "it is for elsewhere.example"),
        ("untrusted", "tls", "signed by no authority that is trusted here"),
        ("plain port", "tls", "does not speak TLS"),
        ("password", "login", "refuses the user name or the password"),
        ("mechanism", "login", "it offers SCRAM-SHA-512"),
    ],
)
def test_each_step_to_a_secured_cluster_is_checked(data, tmp_path, authority, case, step, found):
    signs = Authority(tmp_path, "another authority") if case == "untrusted" else authority
    name = "DNS:elsewhere.example" if case == "host" else "DNS:localhost,IP:127.0.0.1"
    certificate = signs.certificate(f"of {case}", names=name, days=0 if case == "expired" else 60)
    mechanisms = ("SCRAM-SHA-512",) if case == "mechanism" else ("PLAIN",)
    with SecuredKafka(
        certificate=None if case == "plain port" else certificate, users={"orders": "other"}, mechanisms=mechanisms
    ) as kafka:
        env = {
            "KAFKA_BOOTSTRAP_SERVERS": kafka.address,
            "KAFKA_SASL_USERNAME": "orders",
            "KAFKA_SASL_PASSWORD": SECRET,
            "KAFKA_SSL_CA_LOCATION": str(authority.path),
        }
        code, findings = doctor("--data-dir", data, env=env)
        assert code == 1
        assert any(finding["step"] == step and found in finding["found"] for finding in of(findings, "failed")), (
            findings
        )


def test_a_certificate_that_expires_soon_is_a_warning(data, authority):
    certificate = authority.certificate("soon", days=2)
    with SecuredKafka(certificate=certificate, users={"orders": "other"}) as kafka:
        env = {
            "KAFKA_BOOTSTRAP_SERVERS": kafka.address,
            "KAFKA_SASL_USERNAME": "orders",
            "KAFKA_SASL_PASSWORD": SECRET,
            "KAFKA_SSL_CA_LOCATION": str(authority.path),
        }
        _, findings = doctor("--data-dir", data, env=env)
        (finding,) = [finding for finding in findings if finding["step"] == "tls"]
        assert finding["state"] == "warning" and "valid until" in finding["found"]


def test_a_file_of_settings_serves_every_command_and_an_unknown_key_is_named(data, tmp_path):
    file = tmp_path / "orders.yaml"
    file.write_text(f"data-dir: {data}\nhttp.listen: 127.0.0.1:0\nbroker:\n  listen: 127.0.0.1:0\norders.count: 0\n")
    with running("up", "--config", file) as platform:
        platform.addresses("kafka", "dashboard")
        code, out, err = call("lag", "--config", file)
        assert code == 0, out + err
    file.write_text("kafka:\n  bootstrap-server: x:1\n")
    code, _, err = call("up", "--config", file)
    assert code == 1 and "kafka.bootstrap-server," in err and "kafka.bootstrap-servers" in err, err
    assert len(err.strip().splitlines()) == 1
    file.write_text("payments.latency-ms: soon\n")
    code, _, err = call("payments", "--config", file, "--data-dir", data)
    assert code == 1 and f"payments.latency-ms in {file}" in err, err
    file.write_text("http.listen: nowhere\n")
    code, _, err = call("up", "--config", file, "--data-dir", data)
    assert code == 64 and "--http was set by ORDERS_HTTP" in err and str(file) in err, err


def test_a_secret_of_a_file_is_not_on_the_command_line(data, tmp_path):
    file = tmp_path / "orders.yaml"
    file.write_text(f"alerts.webhook-url: https://127.0.0.1:1/{SECRET}\ndata-dir: {data}\n")
    env = {"ORDERS_CONFIG": str(file)}
    with running("up", "--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0", "--count", 0, env=env) as platform:
        platform.addresses("dashboard")
        with open(f"/proc/{platform.process.pid}/cmdline", "rb") as line:
            assert b"S3CRET" not in line.read()
        assert "S3CRET" not in platform.output
