"""A real Prometheus scrapes a running platform, and every expression is asked of it."""

import json
import os
import socket
import subprocess
import time
import urllib.parse
import urllib.request

import files
import pytest
import yaml

ORDERS = os.environ.get("ORDERS_BIN")
# What has no series before it has happened once. `or` and `absent` are the rules' own answers to that.
RARE = {
    "http_server_requests_total",
    "http_server_request_duration_seconds_bucket",
    "orders_kafka_throttled_milliseconds_total",
    "orders_log_cut_records_total",
    "orders_retries_total",
    "orders_refunds_due",
}


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except OSError:
            pass  # It does not listen yet.
        time.sleep(0.3)
    raise AssertionError(f"{what} within {seconds} s")


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    if not ORDERS:
        pytest.skip("ORDERS_BIN names no platform")
    folder = tmp_path_factory.mktemp("scrape")
    http, kafka, port = free_port(), free_port(), free_port()
    platform = [ORDERS, "up", "--rate", "50", "--data-dir", str(folder / "data"), "--log-level", "error"]
    platform += ["--http", f"127.0.0.1:{http}", "--kafka", f"127.0.0.1:{kafka}"]
    config = yaml.safe_load((files.FOLDER / "prometheus" / "prometheus.yaml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    del config["alerting"], config["scrape_configs"][0]["authorization"]
    config["scrape_configs"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{http}"]}]
    for name in config["rule_files"]:
        rules = (files.FOLDER / "prometheus" / name).read_text()
        (folder / name).write_text(rules.replace("interval: 30s", "interval: 1s"))
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(config))
    server = [str(files.BIN / "prometheus"), f"--config.file={folder / 'prometheus.yaml'}"]
    server += [f"--storage.tsdb.path={folder / 'tsdb'}", f"--web.listen-address=127.0.0.1:{port}"]
    started = []
    try:
        for name, command in (("platform", platform), ("prometheus", server)):
            with open(folder / name, "w") as log:
                started.append(subprocess.Popen(command, stdout=log, stderr=log))
        url = f"http://127.0.0.1:{port}/api/v1"
        # Something for the series of requests.
        until(lambda: get(f"http://127.0.0.1:{http}/api/stats"), 60, "the platform answers")
        # The last of the rules rest on earlier ones.
        count = "min(count_over_time(orders:late:ratio5m[5m])) > 5 and min(count_over_time(orders_problems[5m])) > 5"
        query = f"{url}/query?query={urllib.parse.quote(count)}"
        until(lambda: get(query)["data"]["result"], 120, "Prometheus has scraped the platform")
        yield url
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=40)


def test_every_expression_is_answered(prometheus):
    empty = []
    for place, expression in files.expressions():
        answer = get(f"{prometheus}/query?query={urllib.parse.quote(expression)}")
        assert answer["status"] == "success", (place, answer)
        comparing = any(sign in expression for sign in (" > ", " < ", " == ", "absent"))
        if not answer["data"]["result"] and not comparing and not any(name in expression for name in RARE):
            empty.append(f"{place}: {expression}")
    assert not empty


def test_every_rule_is_evaluated(prometheus):
    groups = get(f"{prometheus}/rules")["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) == len(list(files.rules()))
    assert not [rule for rule in rules if rule["health"] == "err"]
    firing = {rule["name"] for rule in rules if rule.get("state") == "firing"}
    assert not firing, "a platform that is well"
