"""Starts Prometheus, Alertmanager and the platform for a test, on free ports, and ends what it started."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import files

ORDERS = os.environ.get("ORDERS_BIN")
# Nothing stays behind, however the tests end.
WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]
SETTINGS = (
    "KAFKA_",
    "CONFLUENT_",
    "COUCHBASE_",
    "PAYMENT_",
    "ALERT_",
    "LOG_",
    "API_",
    "BROKER_",
    "ORDERS_",
    "METRICS_",
)


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def get(url, headers=None):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=10) as answer:
        text = answer.read().decode()
        return json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text


def until(condition, seconds, what):
    """What the condition returns once it is true; a connection that is refused counts as not yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {what}")


class Processes:
    """What was started, which is ended in the reverse order."""

    def __init__(self, folder):
        self.folder = folder
        self.started = {}

    def start(self, name, *command, **more):
        environment = {key: value for key, value in os.environ.items() if not key.startswith(SETTINGS)}
        with open(self.folder / f"{name}.log", "a") as log:
            self.started[name] = subprocess.Popen(
                [*WITH_PARENT, *map(str, command)], stdout=log, stderr=log, env=environment | more
            )
        return self.started[name]

    def orders(self, name, *arguments, **environment):
        return self.start(name, ORDERS, *arguments, "--log-level", "warning", **environment)

    def end(self, name, kill=False):
        process = self.started.pop(name)
        process.kill() if kill else process.terminate()
        process.wait(timeout=60)

    def end_all(self):
        for name in reversed(list(self.started)):
            self.started[name].terminate()
        for name in list(self.started):
            self.started.pop(name).wait(timeout=60)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()


def alertmanager(processes, config):
    """Starts a real one with a configuration, and gives its address."""
    folder, address = processes.folder, f"127.0.0.1:{free_port()}"
    (folder / "alertmanager.yaml").write_text(config)
    # Debian's reads its templates below /usr/share. It is not installed, so that is another folder for this process.
    apart = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    share = files.BIN.parent / "share"
    processes.start(
        "alertmanager",
        *apart,
        *["sh", "-c", 'mount --bind "$0" /usr/share && exec "$@"', share],
        files.BIN / "prometheus-alertmanager",
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    )
    until(lambda: get(f"http://{address}/api/v2/status"), 30, "Alertmanager answers")
    return address


class Prometheus:
    """A real one with the rules of infra/observability, asked over HTTP."""

    def __init__(self, processes, config, rules, interval="1s"):
        folder = processes.folder
        self.url = f"http://127.0.0.1:{free_port()}"
        for name, text in rules.items():
            (folder / name).write_text(text)
        config = config | {
            "global": {"scrape_interval": interval, "evaluation_interval": interval, "scrape_timeout": interval},
            "rule_files": list(rules),
        }
        # JSON is YAML.
        (folder / "prometheus.yaml").write_text(json.dumps(config))
        processes.start(
            "prometheus",
            files.BIN / "prometheus",
            f"--config.file={folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
        )

    def query(self, expression):
        return get(f"{self.url}/api/v1/query?query={urllib.parse.quote(expression)}")["data"]["result"]

    def rules(self):
        return [rule for group in get(f"{self.url}/api/v1/rules")["data"]["groups"] for rule in group["rules"]]

    def firing(self):
        return {rule["name"] for rule in self.rules() if rule.get("state") == "firing"}
