"""A composed platform on the engine that DOCKER_HOST names."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGE = os.environ["ORDERS_IMAGE"]


def run(*command, check=True, **options):
    """What a command wrote to both of its outputs; its exit code is asserted unless `check` is False."""
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}")
    return done


def until(condition, seconds, what):
    """Asks again until the condition holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.25)
    raise AssertionError(f"within {seconds} s it did not come true that {what}")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Composition:
    """Files of infra/compose in a folder of their own, with secrets, port and volumes of their own."""

    def __init__(self, *files, **environment):
        self.folder = tempfile.TemporaryDirectory(prefix="orders-composed-")
        self.at = pathlib.Path(self.folder.name, "compose")
        self.at.mkdir()
        self.port = free_port()
        self.files = [self.at / name for name in files]
        self.environment = dict(os.environ, ORDERS_PORT=str(self.port), COMPOSE_PROFILES="webhooks", **environment)
        for name in (*files, "secrets.sh"):
            shutil.copy(ROOT / "infra/compose" / name, self.at / name)
        run(str(self.at / "secrets.sh"), env=self.environment)
        self.key = self.secret("api-key")
        # Nobody answers there: what is due waits, and the service is at work.
        endpoint = {"name": "crm", "url": "https://127.0.0.1:1/hooks", "secret": "whsec_" + "A" * 32}
        endpoints = self.at / "secrets/webhook-endpoints.json"
        endpoints.write_text(json.dumps({"endpoints": [endpoint | {"events": ["order.paid"]}]}))
        endpoints.chmod(0o444)

    def secret(self, name):
        return (self.at / "secrets" / name).read_text().strip()

    def compose(self, *arguments, check=True):
        files = [part for file in self.files for part in ("-f", str(file))]
        return run("docker", "compose", *files, *arguments, check=check, env=self.environment)

    def services(self):
        return sorted(self.compose("ps", "--all", "--services").stdout.split())

    def container(self, service):
        return self.compose("ps", "--all", "--quiet", service).stdout.strip()

    def inspect(self, service):
        return json.loads(run("docker", "inspect", self.container(service)).stdout)[0]

    def is_healthy(self, service):
        state = self.inspect(service)["State"]
        return state["Running"] and state.get("Health", {}).get("Status") == "healthy"

    def crash(self, service):
        """Kills the container's process as a crash would, so that the restart policy applies."""
        before = self.inspect(service)
        os.kill(before["State"]["Pid"], signal.SIGKILL)
        until(
            lambda: self.inspect(service)["RestartCount"] > before["RestartCount"] and self.is_healthy(service),
            60,
            f"{service} is healthy again after a crash",
        )

    def post(self, order):
        """Sends an order until it is acknowledged, each time under the same key, and gives its id."""
        body = json.dumps(order).encode()
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"deploy-{order['customer_id']}",
        }
        end = time.monotonic() + 90
        while True:
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/orders", body, headers)
            try:
                with urllib.request.urlopen(request, timeout=15) as answer:
                    return json.load(answer)["order_id"]
            except (OSError, urllib.error.HTTPError) as error:
                if time.monotonic() > end or getattr(error, "code", 503) < 429:
                    raise
                time.sleep(0.5)

    def get(self, path):
        """What the API answers, as JSON."""
        headers = {"Authorization": f"Bearer {self.key}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=15) as answer:
            return json.load(answer)

    def close(self):
        self.compose("down", "--volumes", "--timeout", "30")
        self.folder.cleanup()


class Composed(Composition):
    """The platform of infra/compose/embedded.yaml."""

    def __init__(self, rate):
        super().__init__("embedded.yaml", ORDERS_RATE=str(rate))
