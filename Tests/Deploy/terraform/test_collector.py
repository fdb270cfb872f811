"""What scrapes the pages of metrics on ECS: the command and the settings of its container, run by a real Prometheus.

Debian's is an older one: it has another switch for the agent, and does not sign what it writes. Names in a VPC and AWS
are replaced by loopback.
"""

import http.server
import json
import os
import subprocess
import threading

import pytest
import stack_checks
import terraform

BIN = terraform.ROOT / ".build" / "prometheus" / "usr" / "bin"
TOKEN = "PLANTED-metrics-token"


@pytest.fixture
def container(made):
    _, resources = made
    (found,) = [entry for _, _, entry in stack_checks.containers(resources) if entry["name"] == "prometheus"]
    return found


@pytest.fixture
def config(made):
    (found,) = stack_checks.prometheus_configs(made[1])
    return found


class Server(http.server.ThreadingHTTPServer):
    """A page of metrics, and what takes the metrics that are written; `seen` has path and credentials by method."""

    def __init__(self):
        self.seen, self.both = {}, threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(200, b"up_and_running 1\n")

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(204, b"")

            def answer(self, status, text):
                self.server.seen[self.command] = (self.path, self.headers["Authorization"])
                self.send_response(status)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(text)
                if len(self.server.seen) == 2:
                    self.server.both.set()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def test_prometheus_takes_its_settings(config, tmp_path):
    file = tmp_path / "prometheus.yaml"
    file.write_text(json.dumps(config))
    done = subprocess.run(
        [BIN / "promtool", "check", "config", "--agent", "--syntax-only", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_reads_pages_with_the_token_and_writes_them_to_the_workspace(container, config, tmp_path):
    server = Server()
    url = f"127.0.0.1:{server.server_port}"
    (tmp_path / "prometheus").mkdir()
    config["global"]["scrape_interval"] = "1s"
    for job in config["scrape_configs"]:
        del job["dns_sd_configs"]
        job["static_configs"] = [{"targets": [url]}]
        job["authorization"]["credentials_file"] = str(tmp_path) + job["authorization"]["credentials_file"]
    config["remote_write"][0]["url"] = f"http://{url}/api/v1/remote_write"
    (command,) = container["command"]
    for deployed, here in (
        ("cd /prometheus", f"cd {tmp_path}/prometheus"),
        ("--agent", "--enable-feature=agent"),
        (":9090", f":{terraform.free_port()}"),
    ):
        assert deployed in command
        command = command.replace(deployed, here)
    started = subprocess.Popen(
        [*container["entryPoint"], command],
        env={
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "METRICS_TOKEN": TOKEN,
            "PROMETHEUS_CONFIG": json.dumps(config),
            # On Fargate they are the task's role.
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        both = server.both.wait(60)
    finally:
        started.terminate()
        output, _ = started.communicate(timeout=30)
        server.shutdown()
    assert both, f"only {sorted(server.seen)} came: {output.decode()[-3000:]}"
    assert server.seen["GET"] == ("/metrics", f"Bearer {TOKEN}")
    assert server.seen["POST"][0] == "/api/v1/remote_write"
    # The token is for pages only.
    assert TOKEN not in str(server.seen["POST"][1])
    assert config["remote_write"][0]["sigv4"] == {"region": "eu-central-1"}
    assert started.returncode == 0, output[-3000:]
