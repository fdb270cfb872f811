"""Each secret that can be set is planted, everything that shows anything is asked, and none of them is there."""

import base64
import json
import re
from pathlib import Path

import leaks
import pytest
from kafka_records import order, produce
from outcome_webhook import endpoints
from platform_process import call, eventually, open_url, request, up
from secured_kafka import Authority, SecuredKafka, openssl
from secured_mode import IS_SECURED, MARKER, material
from test_routes import CONTRACT, path_of

PAGE = (Path(__file__).parents[2] / "docs" / "CONFIGURATION.md").read_text()
# The settings that the page calls secret.
SECRETS = set(re.findall(r"^\| `(\w+)` .*\| yes(?:, read again)? \|$", PAGE, re.M))
URL = f"http://127.0.0.1:1/{MARKER}?token={MARKER}"
# By how they can be set together: a cluster has one kind of login.
OF_THE_PLATFORM = {
    "PAYMENT_GATEWAY_URL": URL,
    "ALERT_WEBHOOK_URL": URL,
    "ALERT_WEBHOOK_SECRET": f"whsec_{base64.b64encode(f'{MARKER}-signs-alerts-24'.encode()).decode()}",
    "COUCHBASE_PASSWORD": f"{MARKER}-couchbase",
    "JWT_SECRET": f"{MARKER}-of-thirty-two-bytes-and-more",
    "OTEL_EXPORTER_OTLP_HEADERS": f"api-key={MARKER}-of-the-collector",
    "WEBHOOK_ENDPOINTS_JSON": json.dumps(
        endpoints(
            (
                "crm",
                URL,
                f"whsec_{base64.b64encode(f'{MARKER}-signs-outcomes'.encode()).decode()}",
                ("order.paid",),
            )
        )
    ),
}
OF_A_LOGIN = {"KAFKA_SASL_USERNAME": f"{MARKER}-user", "KAFKA_SASL_PASSWORD": f"{MARKER}-password"}
OF_CONFLUENT = {"CONFLUENT_API_KEY": f"{MARKER}-key", "CONFLUENT_API_SECRET": f"{MARKER}-secret"}
OF_A_KEY = {"KAFKA_SSL_KEY_PASSWORD": f"{MARKER}-key-password"}
OF_A_PAGE = {"METRICS_TOKEN": f"{MARKER}-of-the-metrics-page"}


def test_every_secret_setting_is_planted_by_one_of_these_tests():
    assert SECRETS and set(OF_THE_PLATFORM | OF_A_LOGIN | OF_CONFLUENT | OF_A_KEY | OF_A_PAGE) == SECRETS


def in_files(folder, secrets):
    """Each by the file that `<NAME>_FILE` names: the environment has none."""
    folder.mkdir()
    for name, secret in secrets.items():
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    return {f"{name}_FILE": str(folder / name) for name in secrets}


@pytest.mark.parametrize("form", ["files", "variables", "settings"])
def test_no_secret_of_a_running_platform_is_shown_or_kept(data, tmp_path, form):
    env = {
        "JWT_ISSUER": "https://issuer.example",
        "JWT_AUDIENCE": "orders",
        "LOG_LEVEL": "trace",
        "PAYMENT_TIMEOUT_MS": "300",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
    }
    arguments = []
    if form == "files":
        env |= in_files(tmp_path / "secrets", OF_THE_PLATFORM)
    elif form == "variables":
        env |= OF_THE_PLATFORM
    else:
        settings = tmp_path / "orders.yaml"
        of_the_file = {
            "payments.gateway-url": URL,
            "alerts.webhook-url": URL,
            "alerts.webhook-secret": OF_THE_PLATFORM["ALERT_WEBHOOK_SECRET"],
            "tracing.headers": OF_THE_PLATFORM["OTEL_EXPORTER_OTLP_HEADERS"],
            "webhooks.endpoints-json": OF_THE_PLATFORM["WEBHOOK_ENDPOINTS_JSON"],
            "http.jwt.secret": OF_THE_PLATFORM["JWT_SECRET"],
            "couchbase.password": OF_THE_PLATFORM["COUCHBASE_PASSWORD"],
        }
        settings.write_text("".join(f"{name}: '{value}'\n" for name, value in of_the_file.items()))
        arguments = ["--config", settings]
    with up(data, "--count", 0, *arguments, env=env) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(number), order(number, amount=900, country="BR")) for number in range(1, 6)])
        problems = eventually(lambda: request("GET", f"{http}/api/system")[2]["problems"])
        assert {"payments", "alerting"} & {problem["part"] for problem in problems}, problems
        # Wrong and right ways in: neither the token nor the cookie is in what comes of it.
        for token in (f"{MARKER}.{MARKER}.{MARKER}", MARKER):
            request("GET", f"{http}/api/stats?secret={MARKER[:4]}", headers={"Authorization": f"Bearer {token}"})
        cookie = sign_in(http)
        for path, item in CONTRACT["paths"].items():
            if "get" in item and path != "/api/events":
                # The session alone, not the key beside it.
                headers = {"Cookie": cookie} if cookie else None
                assert request("GET", http + path_of(path), None, headers, is_anonymous=True)[0] in (200, 404), path
        with open_url("GET", f"{http}/api/events") as stream:
            # What there is: the next event may be long in coming.
            leaks.watch.text("the event stream", stream.read1(500))
        for command in ("doctor", "lag", "topics"):
            _, out, _ = call(command, "--json", "--data-dir", data, *arguments, env=env)
            assert json.loads(out), command
        call("doctor", "--data-dir", data, *arguments, env=env)
        platform.stop()
    leaks.check()


def sign_in(http):
    """The cookie of a session, which is a secret from now on; none where everybody is let in."""
    if not IS_SECURED:
        return None
    response = open_url(
        "POST",
        f"{http}/api/session",
        json.dumps({"credential": material().text("api.key")}).encode(),
        {"Content-Type": "application/json"},
        is_anonymous=True,
    )
    assert response.status == 200, response.read()
    leaks.watch.text("the answer of a sign-in", response.read())
    cookie = response.headers["Set-Cookie"].split(";")[0]
    leaks.watch.plant("a session's cookie", cookie.split("=", 1)[1])
    return cookie


@pytest.mark.parametrize("form", ["files", "variables"])
@pytest.mark.parametrize("secrets", [OF_A_LOGIN, OF_CONFLUENT, OF_A_KEY], ids=["login", "confluent", "key"])
@pytest.mark.parametrize("is_right", [True, False], ids=["right", "wrong"])
def test_no_secret_of_a_connection_is_shown_whether_it_is_right_or_wrong(tmp_path, secrets, form, is_right):
    authority = Authority(tmp_path)
    certificate, mine = authority.certificate("broker"), authority.certificate("client")
    options = {"users": {f"{MARKER}-user": f"{MARKER}-password", f"{MARKER}-key": f"{MARKER}-secret"}}
    env = {"KAFKA_SSL_CA_LOCATION": str(authority.path), "LOG_LEVEL": "trace", "METRICS_LISTEN": "127.0.0.1:0"}
    if secrets is OF_A_KEY:
        options = {"clients": authority.path}
        locked = tmp_path / "locked.key"
        password = OF_A_KEY["KAFKA_SSL_KEY_PASSWORD"]
        openssl("pkcs8", "-topk8", "-in", mine[1], "-out", locked, "-passout", f"pass:{password}")
        leaks.watch.plant_key("the client's key", locked.read_text())
        env |= {"KAFKA_SSL_CERTIFICATE_LOCATION": str(mine[0]), "KAFKA_SSL_KEY_LOCATION": str(locked)}
    given = OF_A_PAGE | (secrets if is_right else {name: f"{secret}-wrong" for name, secret in secrets.items()})
    env |= in_files(tmp_path / "secrets", given) if form == "files" else given
    with SecuredKafka(certificate=certificate, **options) as kafka:
        env["KAFKA_BOOTSTRAP_SERVERS"] = kafka.address
        for command in (["doctor", "--json"], ["doctor"], ["lag"], ["fraud", "--data-dir", tmp_path / "data"]):
            _, out, err = call(*command, env=env, timeout=60)
            assert out + err
    leaks.check()
