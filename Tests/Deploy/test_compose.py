"""infra/compose/compose.yaml on a real engine: every process has its page of metrics, which asks for its token, and a
Prometheus with the file's settings scrapes all of them. Foreign images are replaced: stand_ins/compose.yaml."""

import json
import os
import pathlib
import shutil
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from composed import ROOT, Composition, free_port, run, until

HERE = pathlib.Path(__file__).parent
STAND_INS = "orders-stand-ins:test"
PAIRS = ("alerting", "analytics", "fraud", "payments", "sink", "webhooks")
SERVICES = (*PAIRS, "producer")
# What is started: Alertmanager, Grafana and the Kafka UI watch and are not watched.
STARTED = (*SERVICES, "api", "prometheus")


def status(url, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


@unittest.skipUnless(os.environ.get("ORDERS_DIST"), "only with the packages: it takes two minutes")
class ComposedOnRealParts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        base = run(str(ROOT / "scripts/base-image.sh")).stdout.strip().splitlines()[-1]
        build = ("docker", "buildx", "build", "--build-arg", f"RUNTIME_IMAGE={base}", "--tag", STAND_INS)
        run(*build, str(HERE / "stand_ins"))
        cls.prometheus = free_port()
        cls.platform = Composition(
            "compose.yaml",
            ORDERS_RATE="20",
            STAND_INS_IMAGE=STAND_INS,
            PROMETHEUS_PORT=str(cls.prometheus),
        )
        cls.addClassCleanup(cls.platform.close)
        at = cls.platform.at
        for source, target in (
            (ROOT / "infra/compose/prometheus", at / "prometheus"),
            (ROOT / "infra/observability", at.parent / "observability"),
            (HERE / "stand_ins", at / "stand-ins"),
            (ROOT / "Tests/CouchbaseCluster/couchbase_cluster", at / "stand-ins/couchbase_cluster"),
        ):
            shutil.copytree(source, target)
        cls.platform.files.append(shutil.move(at / "stand-ins/compose.yaml", at / "stand-ins.yaml"))
        began = time.monotonic()
        up = cls.platform.compose("up", "--detach", "--wait", "--wait-timeout", "240", *STARTED, check=False)
        if up.returncode != 0:
            raise AssertionError(up.stdout + cls.platform.compose("logs", "--tail", "20").stdout)
        print(f"deploy: compose.yaml was healthy after {time.monotonic() - began:.0f} s", flush=True)

    def ask(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.prometheus}/api/v1/{path}", timeout=10) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        return self.ask(f"query?query={urllib.parse.quote(expression)}")["result"]

    def pages(self):
        """(service, address of its page) of every container, where the engine has put it."""
        for service in SERVICES:
            for container in self.platform.compose("ps", "--quiet", service).stdout.split():
                (found,) = json.loads(run("docker", "inspect", container).stdout)
                (network,) = found["NetworkSettings"]["Networks"].values()
                yield service, f"http://{network['IPAddress']}:9464/metrics"

    def test_prometheus_scrapes_every_process(self):
        def targets():
            active = self.ask("targets?state=active")["activeTargets"]
            return {(found["labels"]["job"], found["scrapeUrl"], found["health"]) for found in active}

        expected = {("orders-services", url, "up") for _, url in self.pages()}
        self.assertEqual(len(expected), 2 * len(PAIRS) + 1)
        expected |= {("orders", "http://api:8080/metrics", "up"), ("prometheus", "http://127.0.0.1:9090/metrics", "up")}
        try:
            until(lambda: targets() == expected, 90, "everything is scraped")
        except AssertionError:
            self.fail(f"missing {expected - targets()}, not expected {targets() - expected}")
        for service in PAIRS:
            with self.subTest(service):
                until(
                    lambda service=service: (
                        len(self.query(f'orders_batches_committed_total{{service="{service}"}}')) == 2
                    ),
                    60,
                    "both instances have their series",
                )
        self.assertEqual([rule for rule in self.ask("rules")["groups"] if not rule["rules"]], [])
        print(f"deploy: Prometheus scrapes {len(expected)} pages of compose.yaml", flush=True)

    def test_every_page_asks_for_the_token(self):
        token, other = self.platform.secret("metrics-token"), self.platform.key
        for service, url in self.pages():
            with self.subTest(service):
                self.assertEqual(status(url)[0], 401)
                self.assertEqual(status(url, other)[0], 401)
                code, page = status(url, token)
                self.assertEqual(code, 200)
                self.assertIn("process_resident_memory_bytes", page)

    def test_an_order_is_stored_by_way_of_all_of_them(self):
        order = self.platform.post({"customer_id": 7, "amount": 999.99, "currency": "USD", "country": "BR"})

        def is_stored():
            try:
                return self.platform.get(f"/api/orders/{order}")["payment"]
            except urllib.error.HTTPError as error:
                if error.code != 404:
                    raise
                return None

        until(is_stored, 60, "the order is in the store with its payment")


if __name__ == "__main__":
    unittest.main()
