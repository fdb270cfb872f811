"""The tools, and what they say to wrong input: one clear message, a non-zero exit."""

import json
import os
import socket
import subprocess
import sys

import pytest
from platform_process import call, drained, eventually, get, running, up, verify


def test_import_takes_a_files_orders_and_names_the_lines_that_it_cannot(data, tmp_path):
    lines = [
        json.dumps(
            {
                "order_id": 10 + n,
                "customer_id": n,
                "amount": "12.50",
                "currency": "GBP",
                "country": "GB",
                "created_at": "2026-01-01T00:00:00Z",
            }
        )
        for n in range(1000)
    ]
    lines[100] = "not an order"
    lines[200] = json.dumps({"order_id": 1, "customer_id": 1, "amount": -3, "currency": "GBP", "country": "GB"})
    (tmp_path / "orders.jsonl").write_text("\n".join(lines))
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,amount,currency,country,status,created_at,note\n"
        + "".join(f'{5000 + n},{n},"{n}.25",EUR,FR,CREATED,2026-01-01T00:00:00Z,"a, b"\n' for n in range(500))
    )
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        code, out, err = call("import", tmp_path / "orders.jsonl", "--data-dir", data)
        assert code == 1 and "998 orders" in out and "2 rejected" in out
        assert "orders.jsonl:101:" in err and "orders.jsonl:201: amount" in err
        code, out, err = call("import", tmp_path / "orders.csv", "--data-dir", data)
        assert code == 0 and "500 orders" in out, err
        # Again: the same orders, nothing new.
        assert call("import", tmp_path / "orders.csv", "--data-dir", data)[0] == 0
        drained(kafka, data)
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 1498)
        assert verify(data)["orders"] == 1498
        code, out, _ = call("topics", "--data-dir", data)
        assert code == 0 and "order-analytics" in out
    (tmp_path / "wrong.csv").write_text("id,price\n1,2\n")
    code, _, err = call("import", tmp_path / "wrong.csv", "--data-dir", data, "--kafka", kafka, timeout=300)
    assert code != 0


def test_bench_prints_figures(data):
    # The broker that it would start takes no logins: what runs secured is the bench on another Kafka, in
    # test_librdkafka.py.
    code, out, err = call(
        "bench",
        "--orders",
        5000,
        "--rates",
        "200",
        "--seconds",
        2,
        "--post-rate",
        50,
        "--json",
        "--data-dir",
        data,
        timeout=300,
        env={"KAFKA_SECURITY_PROTOCOL": ""},
    )
    assert code == 0, err
    report = json.loads(out)
    assert report["flood"]["orders"] == 5000 and report["flood"]["orders_per_second"] > 0
    assert report["flood"]["cpu_seconds_per_million_orders"] > 0 and report["flood"]["peak_memory_mib"] > 0
    assert report["steady"][0]["orders"] == 400
    assert report["events"]["posted"] == report["events"]["seen"] == 100


@pytest.mark.parametrize(
    ("variable", "value"),
    [("KAFKA_BROKER_NUM_PARTITIONS", "six"), ("KAFKA_BROKER_LOG_RETENTION_MS", "-7"), ("KAFKA_BROKER_NO_SUCH", "1")],
)
@pytest.mark.parametrize("command", ["up", "broker"])
def test_a_wrong_setting_of_the_broker_is_named(data, command, variable, value):
    code, _, err = call(command, "--data-dir", data, "--kafka", "127.0.0.1:0", env={variable: value})
    assert code == 1 and variable in err, err


def test_a_port_in_use_is_named(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = call("up", "--data-dir", data, "--kafka", f"127.0.0.1:{port}", "--http", "127.0.0.1:0")
        assert code != 0 and str(port) in err and "in use" in err, err
        code, _, err = call("up", "--data-dir", data, "--kafka", "127.0.0.1:0", "--http", f"127.0.0.1:{port}")
        assert code != 0 and str(port) in err and "in use" in err, err


def test_a_second_platform_on_the_same_data_is_refused(data):
    with up(data, "--count", 0) as platform:
        platform.addresses("kafka", "dashboard")
        code, _, err = call("up", "--data-dir", data, "--kafka", "127.0.0.1:0", "--http", "127.0.0.1:0")
        assert code != 0 and str(data) in err, err


@pytest.mark.skipif(
    os.geteuid() == 0 and not os.path.isdir("/proc/1"), reason="needs a directory that even root cannot write"
)
def test_a_data_directory_that_cannot_be_made_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, _, err = call("up", "--data-dir", blocked / "data", "--kafka", "127.0.0.1:0", "--http", "127.0.0.1:0")
    assert code != 0 and str(blocked) in err and "--data-dir" in err, err


@pytest.mark.parametrize(
    ("arguments", "env", "said"),
    [
        (["up", "--rate", "fast"], {}, ["--rate"]),
        (["up", "--rate", "0"], {}, ["--rate is a number of orders a second from 0.001", "--count 0"]),
        (["up", "--rate", "-5"], {}, ["--rate is a number of orders a second from 0.001"]),
        (["up", "--rate", "nan"], {}, ["--rate is a number of orders a second from 0.001"]),
        (["up", "--rate", "inf"], {}, ["--rate is a number of orders a second from 0.001"]),
        (["up", "--rate", "1e-300"], {}, ["--rate is a number of orders a second from 0.001"]),
        (["up", "--count", "-1"], {}, ["--count is a number of orders, 0 or more"]),
        (["producer", "--count", "0"], {}, ["--count 0 leaves the producer nothing to do"]),
        (["up", "--exit"], {}, ["--exit needs --count"]),
        (["up", "--http", "127.0.0.1:99999"], {}, ["127.0.0.1:99999", "--http <HOST:PORT>"]),
        (["up", "--http", "localhost"], {}, ["localhost", "--http <HOST:PORT>"]),
        (
            ["up", "--http", "0.0.0.0:0", "--kafka", "127.0.0.1:0"],
            # No keys, in the secured mode neither.
            {"API_KEYS_FILE": ""},
            ["will not listen on 0.0.0.0:0", "orders keys add", "JWT_JWKS"],
        ),
        (["up", "--http", "127.0.0.1:0", "--kafka", "0.0.0.0:0"], {}, ["0.0.0.0"]),
        (
            ["lag", "--no-data-dir"],
            {"KAFKA_BOOTSTRAP_SERVERS": "nowhere"},
            ["no Kafka broker answers at nowhere", "KAFKA_BOOTSTRAP_SERVERS"],
        ),
        (["lag", "--no-data-dir"], {"CONFLUENT_API_KEY": "key"}, ["CONFLUENT_API_SECRET"]),
        (["lag", "--no-data-dir"], {"KAFKA_CLIENT_NO_SUCH_THING": "1"}, ["KAFKA_CLIENT_NO_SUCH_THING"]),
        (["lag", "--no-data-dir"], {"LOG_LEVEL": "loud"}, ["LOG_LEVEL=loud is not a log level"]),
        (
            ["up", "--rate", "0.5", "--kafka", "127.0.0.1:0"],
            {"RECONCILER": "maybe"},
            ["RECONCILER=maybe is not on or off"],
        ),
        (["verify"], {}, ["there is no store at", "--data-dir"]),
        (["import", "/nowhere/orders.jsonl"], {}, ["/nowhere/orders.jsonl cannot be opened: No such file"]),
        (["bench", "--rates", "0"], {}, ["--rates is a list of numbers"]),
    ],
)
def test_a_wrong_setting_is_one_clear_message(tmp_path, arguments, env, said):
    is_bare = arguments[-1] == "--no-data-dir"
    arguments = arguments[:-1] if is_bare else [*arguments, "--data-dir", tmp_path / "data"]
    code, _, err = call(*arguments, env=env, timeout=30)
    assert code != 0 and all(words in err for words in said), err
    assert len(err.strip().splitlines()) <= 6, err
    assert "Fatal error" not in err and "Swift" not in err


@pytest.mark.parametrize(
    "arguments", [["lag"], ["topics"], ["dlq", "list"], ["import", "orders.jsonl"], ["dlq", "discard", "--all"]]
)
def test_a_data_directory_that_is_named_means_its_platform_and_no_other(data, tmp_path, arguments):
    """A slip of the pen in --data-dir does not lead to whatever listens on the usual port, or is in the environment."""
    path = tmp_path / "orders.jsonl"
    path.write_text(json.dumps({"order_id": 1, "customer_id": 1, "amount": "1.00", "currency": "EUR", "country": "FR"}))
    arguments = [path if argument == path.name else argument for argument in arguments]
    with running("broker", "--data-dir", data, "--kafka", "127.0.0.1:0") as broker:
        (kafka,) = broker.addresses("kafka")
        for env in ({}, {"KAFKA_BOOTSTRAP_SERVERS": kafka}):
            for directory, said in (
                (tmp_path / "dta", "there is no data directory"),
                (tmp_path, "no platform runs on the data directory"),
            ):
                code, _, err = call(*arguments, "--data-dir", directory, env=env, timeout=30)
                assert code != 0 and said in err and str(directory) in err and "--kafka" in err, err
        # Another one is not where the environment says, but where its own broker is.
        code, _, err = call("topics", "--data-dir", data, env={"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, timeout=30)
        assert code == 0, err


@pytest.mark.parametrize("arguments", [["lag"], ["topics"], ["dlq", "list"], ["import", "orders.jsonl"]])
@pytest.mark.parametrize("address", ["127.0.0.1:1", "nosuchhost.invalid:9092"])
def test_a_broker_that_is_dead_is_spoken_of_soon_and_not_waited_for_long(tmp_path, arguments, address):
    path = tmp_path / "orders.jsonl"
    path.write_text(json.dumps({"order_id": 1, "customer_id": 1, "amount": "1.00", "currency": "EUR", "country": "FR"}))
    arguments = [path if argument == path.name else argument for argument in arguments]
    code, out, err = call(*arguments, "--kafka", address, timeout=30)
    lines = err.strip().splitlines()
    assert code == 1 and out == "" and len(lines) == 2, err
    assert f"no Kafka broker answers at {address} yet" in lines[0] and "trying for 5 s" in lines[0]
    assert f"no Kafka broker answers at {address}" in lines[1] and "Is the platform running?" in lines[1]


def test_a_variable_that_is_misspelled_is_spoken_of(tmp_path):
    env = {
        "KAFKA_BOOTSTRAP_SERVER": "127.0.0.1:1",
        "PAYMENT_LATENCY": "5",
        "KAFKA_HOME": "/opt/kafka",
        "LOGLEVEL": "debug",
    }
    _, _, err = call("lag", "--data-dir", tmp_path / "none", env=env, timeout=30)
    assert "KAFKA_BOOTSTRAP_SERVER is no setting and is not used; did you mean KAFKA_BOOTSTRAP_SERVERS?" in err
    assert "LOGLEVEL" in err and "KAFKA_HOME" not in err, err


def test_the_start_says_what_the_producer_makes(data):
    with up(data, "--count", 0) as platform:
        platform.addresses("kafka", "dashboard")
        assert "none from the built-in producer" in platform.output


def test_a_platform_does_not_outlive_the_process_that_was_to_stop_it(data):
    """kill -9 of a test run leaves no process that holds its ports."""
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import platform_process as p; "
        "process = p.Process('broker', '--data-dir', sys.argv[2], '--kafka', '127.0.0.1:0'); "
        "print(process.addresses('kafka')[0], flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, os.path.dirname(__file__), str(data)], stdout=subprocess.PIPE, text=True
    )
    port = int(parent.stdout.readline().rsplit(":", 1)[1])
    parent.kill()
    parent.wait()

    def is_free():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0

    eventually(is_free)


def test_a_secret_is_never_shown(tmp_path):
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "CONFLUENT_API_KEY": "key",
        "CONFLUENT_API_SECRET": "hunter2hunter2",
        "LOG_LEVEL": "trace",
    }
    code, out, err = call("lag", env=env, timeout=120)
    assert code != 0 and "hunter2" not in out + err
    code, out, err = call(
        "alerting", "--data-dir", tmp_path / "data", env={"ALERT_WEBHOOK_URL": "ftp://user:hunter2@host/"}, timeout=120
    )
    assert code != 0 and "ALERT_WEBHOOK_URL" in err and "hunter2" not in out + err


@pytest.mark.parametrize(
    ("url", "reason"),
    [("https://me:hunter2@host/", "a user name or a password"), ("https://host/#hunter2", "a fragment")],
)
@pytest.mark.parametrize(("service", "name"), [("alerting", "ALERT_WEBHOOK_URL"), ("payments", "PAYMENT_GATEWAY_URL")])
def test_a_url_with_a_part_that_is_not_sent_ends_the_start(tmp_path, service, name, url, reason):
    code, out, err = call(service, "--data-dir", tmp_path / "data", env={name: url}, timeout=120)
    assert code != 0 and name in err and reason in err and "hunter2" not in out + err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "setting",
    [
        {"ALERT_WEBHOOK_URL": "ftp://host/"},
        {"PAYMENT_GATEWAY_URL": "ftp://host/"},
        {"WEBHOOK_ENDPOINTS_JSON": "{}"},
    ],
)
def test_a_wrong_address_ends_the_start_before_there_is_anything_to_undo(tmp_path, setting):
    code, _, err = call("up", "--count", "0", "--data-dir", tmp_path / "data", env=setting, timeout=120)
    assert code != 0 and next(iter(setting)) in err and len(err.strip().splitlines()) == 1
    assert not list((tmp_path / "data").glob("broker*")), "the broker was started"
