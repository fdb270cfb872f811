"""The tools, and what they say to wrong input: one clear message, a non-zero exit."""

import json
import os
import socket

import pytest

from platform_process import call, drained, eventually, get, running, up, verify


def test_import_takes_a_files_orders_and_names_the_lines_that_it_cannot(data, tmp_path):
    lines = [
        json.dumps({"order_id": 10 + n, "customer_id": n, "amount": "12.50", "currency": "GBP", "country": "GB", "created_at": "2026-01-01T00:00:00Z"})
        for n in range(1000)
    ]
    lines[100] = "not an order"
    lines[200] = json.dumps({"order_id": 1, "customer_id": 1, "amount": -3, "currency": "GBP", "country": "GB"})
    (tmp_path / "orders.jsonl").write_text("\n".join(lines))
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,amount,currency,country,status,created_at,note\n"
        + "".join(f"{5000 + n},{n},\"{n}.25\",EUR,FR,CREATED,2026-01-01T00:00:00Z,\"a, b\"\n" for n in range(500)))
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
    code, out, err = call("bench", "--orders", 5000, "--rates", "200", "--seconds", 2, "--post-rate", 50, "--json", "--data-dir", data, timeout=300)
    assert code == 0, err
    report = json.loads(out)
    assert report["flood"]["orders"] == 5000 and report["flood"]["orders_per_second"] > 0
    assert report["flood"]["cpu_seconds_per_million_orders"] > 0 and report["flood"]["peak_memory_mib"] > 0
    assert report["steady"][0]["orders"] == 400
    assert report["events"]["posted"] == report["events"]["seen"] == 100


@pytest.mark.parametrize(
    "variable, value", [("KAFKA_BROKER_NUM_PARTITIONS", "six"), ("KAFKA_BROKER_LOG_RETENTION_MS", "-7"), ("KAFKA_BROKER_NO_SUCH", "1")])
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


@pytest.mark.skipif(os.geteuid() == 0 and not os.path.isdir("/proc/1"), reason="needs a directory that even root cannot write")
def test_a_data_directory_that_cannot_be_made_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, _, err = call("up", "--data-dir", blocked / "data", "--kafka", "127.0.0.1:0", "--http", "127.0.0.1:0")
    assert code != 0 and str(blocked) in err and "--data-dir" in err, err


@pytest.mark.parametrize(
    "arguments, env, said",
    [
        (["up", "--rate", "fast"], {}, "--rate"),
        (["up", "--exit"], {}, "--count"),
        (["up", "--http", "127.0.0.1:99999"], {}, "--http"),
        (["up", "--http", "0.0.0.0:0", "--kafka", "127.0.0.1:0"], {}, "0.0.0.0"),
        (["up", "--http", "127.0.0.1:0", "--kafka", "0.0.0.0:0"], {}, "0.0.0.0"),
        (["lag"], {"KAFKA_BOOTSTRAP_SERVERS": "nowhere"}, "KAFKA_BOOTSTRAP_SERVERS"),
        (["lag"], {"CONFLUENT_API_KEY": "key"}, "CONFLUENT_API_SECRET"),
        (["lag"], {"KAFKA_CLIENT_NO_SUCH_THING": "1"}, "KAFKA_CLIENT_NO_SUCH_THING"),
        (["lag"], {"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        (["lag", "--kafka", "127.0.0.1:1"], {}, "127.0.0.1:1"),
        (["verify"], {}, "--data-dir"),
        (["import", "/nowhere/orders.jsonl"], {}, "/nowhere/orders.jsonl"),
    ],
)
def test_a_wrong_setting_is_one_clear_message(tmp_path, arguments, env, said):
    code, _, err = call(*arguments, "--data-dir", tmp_path / "data", env=env, timeout=120)
    assert code != 0 and said in err, err
    assert len(err.strip().splitlines()) <= 6, err


def test_a_secret_is_never_shown(tmp_path):
    env = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "CONFLUENT_API_KEY": "key", "CONFLUENT_API_SECRET": "hunter2hunter2", "LOG_LEVEL": "trace"}
    code, out, err = call("lag", "--data-dir", tmp_path / "data", env=env, timeout=120)
    assert code != 0 and "hunter2" not in out + err
    code, out, err = call(
        "alerting", "--data-dir", tmp_path / "data", env={"ALERT_WEBHOOK_URL": "ftp://user:hunter2@host/"}, timeout=120)
    assert code != 0 and "ALERT_WEBHOOK_URL" in err and "hunter2" not in out + err
