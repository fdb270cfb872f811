"""A running platform that can be harmed, a Prometheus and an Alertmanager that watch it, and who is notified."""

import http.server
import json
import re
import threading
import time
import urllib.error
import urllib.request

import files
import running
import yaml
from confluent_kafka import Producer
from proxy import Proxy
from running import ORDERS, Processes, Prometheus, free_port, get, until

ORDER = {"customer_id": 42, "amount": 19.99, "currency": "EUR", "country": "DE"}
# What is minutes in the rules is seconds here, and less: only how long something must last, not what it is asked over.
FASTER = 240
TOKEN = "the token of the receiver"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def hurried(rules):
    """The rules with short times to last."""

    def shorter(match):
        seconds = int(match[2]) * UNITS[match[3]]
        return f"{match[1]}{max(0, int(1000 * seconds / FASTER))}ms"

    return re.sub(r"interval: \d+s", "interval: 500ms", re.sub(r"(for: )(\d+)([smhd])", shorter, rules))


class Server(http.server.ThreadingHTTPServer):
    """An HTTP server of a test, on a free port; `answer` gives status and body for (path, headers, body)."""

    daemon_threads = True

    def __init__(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, text = answer(self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Gateway(Server):
    """Charges. `mode`: paid, fails, or fails every second time."""

    def __init__(self):
        self.mode, self.asked = "paid", 0
        super().__init__(self._charge)

    def _charge(self, *_):
        self.asked += 1
        if self.mode == "fails" or (self.mode == "flaps" and self.asked % 2):
            return 503, b"{}"
        return 200, b'{"status":"PAID"}'


class Receiver(Server):
    """What Alertmanager posts to: the alerts that fired, by name, with where they were sent."""

    def __init__(self):
        self.fired = {}
        super().__init__(self._take)

    def _take(self, path, headers, body):
        if headers["Authorization"] != f"Bearer {TOKEN}":
            return 401, b""
        for alert in json.loads(body)["alerts"]:
            if alert["status"] == "firing":
                self.fired[alert["labels"]["alertname"]] = (path, alert)
        return 200, b""


class World:
    """The broker behind a proxy, the platform with a gateway, and an alerting service that runs alone."""

    def __init__(self, folder):
        self.folder, self.processes = folder, Processes(folder)
        (folder / "token").write_text(TOKEN)
        self.kafka, self.direct = free_port(), free_port()
        self.http, self.alone = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http}"
        self.gateway, self.receiver = Gateway(), Receiver()
        self.proxy = Proxy(self.kafka, self.direct)
        try:
            self._start()
        except BaseException:
            self.end()
            raise

    def _start(self):
        self._alertmanager()
        self.prometheus = self._prometheus()
        self.start_broker()
        self.start_platform()
        self.start_alone()
        until(lambda: get(f"{self.url}/api/stats"), 90, "the platform answers")
        # The counters of what is to happen are there before it does.
        until(lambda: len(self.prometheus.query("up == 1")) == 2, 60, "both processes are scraped")
        until(lambda: get(f"{self.url}/api/system")["status"] == "ok", 60, "the platform is well")
        # While it started there was nothing to scrape.
        until(lambda: "MetricsMissing" not in self.prometheus.firing(), 60, "the platform is seen")
        self.receiver.fired.clear()

    def start_broker(self):
        arguments = ["--kafka", f"127.0.0.1:{self.direct}", "--advertise", f"127.0.0.1:{self.kafka}"]
        self.processes.orders("broker", "broker", *arguments, "--data-dir", self.folder / "broker")

    def start_platform(self):
        arguments = ["--http", f"127.0.0.1:{self.http}", "--data-dir", self.folder / "data", "--rate", "20"]
        self.processes.orders(
            "platform",
            "up",
            *arguments,
            KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{self.kafka}",
            PAYMENT_GATEWAY_URL=self.gateway.url,
        )

    def start_alone(self):
        arguments = ["--kafka", f"127.0.0.1:{self.kafka}", "--metrics", f"127.0.0.1:{self.alone}"]
        self.processes.orders("alone", "alerting", *arguments, "--data-dir", self.folder / "alone")

    def _alertmanager(self):
        """As it is deployed, but that it does not wait, and that nothing is held back for a larger fault."""
        config = yaml.safe_load((files.FOLDER / "alertmanager" / "alertmanager.yaml").read_text())
        del config["inhibit_rules"]
        for route in (config["route"], *config["route"]["routes"]):
            route.update({"group_wait": "100ms"} | ({"group_interval": "1s"} if "group_interval" in route else {}))
        for receiver in config["receivers"]:
            for hook in receiver["webhook_configs"]:
                hook["url"] = hook["url"].replace("http://notifier:8080", self.receiver.url)
                hook["http_config"]["authorization"]["credentials_file"] = str(self.folder / "token")
        self.alertmanager = running.alertmanager(self.processes, yaml.safe_dump(config))

    def _prometheus(self):
        config = yaml.safe_load((files.FOLDER / "prometheus" / "prometheus.yaml").read_text())
        config["alerting"]["alertmanagers"][0]["static_configs"] = [{"targets": [self.alertmanager]}]
        for job, port in zip(config["scrape_configs"], (self.http, self.alone), strict=True):
            del job["authorization"]
            job.pop("dns_sd_configs", None)
            job["static_configs"] = [{"targets": [f"127.0.0.1:{port}"]}]
        rules = {name: hurried((files.FOLDER / "prometheus" / name).read_text()) for name in config["rule_files"]}
        return Prometheus(self.processes, config, rules, interval="500ms")

    def end(self):
        self.processes.end_all()
        for server in (self.gateway, self.receiver):
            server.shutdown()

    # What is done to it.

    def pid(self, name):
        return self.processes.started[name].pid

    def post(self, order=ORDER):
        """The status of the answer to an order."""
        return self.status("/api/orders", json.dumps(order).encode())

    def ready(self):
        """The status of the answer to whether the platform is ready."""
        return self.status("/readyz")

    def status(self, path, body=None):
        asked = urllib.request.Request(f"{self.url}{path}", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def produce(self, topic, values):
        """Sends (key, value) pairs as a client that is not ours, each into its key's home."""
        producer = Producer({"bootstrap.servers": f"127.0.0.1:{self.kafka}", "partitioner": "murmur2_random"})
        for key, value in values:
            producer.produce(topic, key=key, value=value if isinstance(value, bytes) else json.dumps(value).encode())
        assert producer.flush(60) == 0

    def notified(self, alert, seconds):
        """Waits until the receiver was told of an alert, and returns where and what."""
        deadline = time.monotonic() + seconds
        while alert not in self.receiver.fired:
            if time.monotonic() > deadline:
                state = [rule for rule in self.prometheus.rules() if rule["name"] == alert]
                value = self.prometheus.query(state[0]["query"]) if state else None
                raise AssertionError(f"{alert} did not fire within {seconds} s: {state}, now {value}")
            time.sleep(0.1)
        return self.receiver.fired[alert]


assert ORDERS is None or ORDERS.startswith("/"), "ORDERS_BIN is a whole path"
