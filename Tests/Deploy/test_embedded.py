"""The image, and infra/compose/embedded.yaml: started, loaded, hurt, stopped and reconciled on a real engine."""

import json
import pathlib
import tempfile
import threading
import time
import unittest

from composed import IMAGE, Composed, run, until

SERVICES = ["alerting", "analytics", "api", "broker", "fraud", "payments", "producer", "sink", "webhooks"]
GRACE = 30


class ComposedPlatform(unittest.TestCase):
    """One platform for all of it; the tests run in the order of their numbers."""

    @classmethod
    def setUpClass(cls):
        cls.platform = Composed(rate=100)
        cls.addClassCleanup(cls.platform.close)
        began = time.monotonic()
        up = cls.platform.compose("up", "--detach", "--wait", "--wait-timeout", "120", check=False)
        if up.returncode != 0:
            raise AssertionError(up.stdout + cls.platform.compose("logs", "--tail", "20").stdout)
        print(f"deploy: all containers were healthy after {time.monotonic() - began:.0f} s", flush=True)

    def test_1_every_service_is_a_container_that_may_do_little(self):
        self.assertEqual(self.platform.services(), SERVICES)
        for service in SERVICES:
            found = self.platform.inspect(service)
            with self.subTest(service):
                self.assertEqual(found["State"]["Health"]["Status"], "healthy")
                self.assertEqual(found["Config"]["User"], "10001:10001")
                self.assertEqual(found["Config"]["StopSignal"], "SIGTERM")
                self.assertTrue(found["HostConfig"]["ReadonlyRootfs"])
                self.assertEqual(found["HostConfig"]["CapDrop"], ["ALL"])
                self.assertIn("no-new-privileges:true", found["HostConfig"]["SecurityOpt"])
                told = json.dumps(found["Config"]["Env"])
                self.assertNotIn(self.platform.key, told)

    def test_2_nothing_is_lost_when_containers_are_killed_under_load(self):
        accepted, failed, ended = [], [], threading.Event()

        def shop():
            customer = 0
            try:
                while not ended.is_set():
                    customer += 1
                    order = {"customer_id": customer, "amount": 999.99, "currency": "USD", "country": "BR"}
                    accepted.append(self.platform.post(order))
            except Exception as error:
                failed.append(error)

        sender = threading.Thread(target=shop)
        sender.start()
        try:
            for service in ("payments", "broker", "analytics", "sink"):
                self.platform.crash(service)
        finally:
            ended.set()
            sender.join()
        self.assertEqual(failed, [])
        self.assertGreater(len(accepted), 50)
        self.assertEqual(len(set(accepted)), len(accepted))
        self.platform.compose("stop", "producer")

        with tempfile.TemporaryDirectory() as folder:
            # Read by another user, in a container.
            pathlib.Path(folder).chmod(0o755)
            file = pathlib.Path(folder, "accepted")
            file.write_text("".join(f"{order}\n" for order in accepted))
            file.chmod(0o644)
            verified = self.platform.compose(
                "run",
                "--rm",
                "--volume",
                f"{file}:/accepted:ro",
                "verify",
                "verify",
                "--accepted",
                "/accepted",
                "--json",
                check=False,
            )
        self.assertEqual(verified.returncode, 0, verified.stdout)
        self.assertIn('"orders"', verified.stdout)
        print(f"deploy: {len(accepted)} accepted over HTTP, all of them there", flush=True)

    def test_3_every_service_stops_with_exit_0_within_its_grace(self):
        took = {}
        # The broker goes last, as in the order of the file's dependencies.
        for service in [name for name in SERVICES if name != "broker"] + ["broker"]:
            if not self.platform.inspect(service)["State"]["Running"]:
                self.platform.compose("start", service)
                until(lambda service=service: self.platform.is_healthy(service), 60, f"{service} is healthy")
            began = time.monotonic()
            self.platform.compose("stop", "--timeout", str(GRACE), service)
            took[service] = time.monotonic() - began
            with self.subTest(service):
                self.assertEqual(self.platform.inspect(service)["State"]["ExitCode"], 0)
                self.assertLess(took[service], GRACE)
        print("deploy: stopped in " + ", ".join(f"{name} {took[name]:.1f} s" for name in took), flush=True)


class Image(unittest.TestCase):
    def test_a_service_that_is_still_starting_stops_with_exit_0_as_process_1(self):
        started = run(
            "docker",
            "run",
            "--detach",
            "--read-only",
            "--tmpfs",
            "/tmp",
            "--env",
            "KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:1",
            IMAGE,
            "payments",
        )
        container = started.stdout.strip().splitlines()[-1]
        self.addCleanup(run, "docker", "rm", "--force", "--volumes", container)
        until(
            lambda: "starting" in run("docker", "exec", container, "orders", "health", check=False).stdout,
            20,
            "it says that it is starting",
        )
        began = time.monotonic()
        run("docker", "stop", "--time", "20", container)
        state = json.loads(run("docker", "inspect", container).stdout)[0]["State"]
        self.assertEqual(state["ExitCode"], 0)
        self.assertLess(time.monotonic() - began, 10)

    def test_what_would_be_open_to_others_does_not_start(self):
        for command, missing in (
            (["broker", "--broker-listen", "0.0.0.0:9093"], "--broker-tls-cert"),
            (["up", "--http", "0.0.0.0:8080"], "orders keys add"),
        ):
            with self.subTest(command[0]):
                refused = run("docker", "run", "--rm", IMAGE, *command, check=False)
                self.assertNotEqual(refused.returncode, 0)
                self.assertIn(missing, refused.stdout)

    def test_it_runs_as_its_own_user_and_has_no_shell(self):
        config = json.loads(run("docker", "image", "inspect", IMAGE).stdout)[0]["Config"]
        self.assertEqual(config["User"], "10001:10001")
        self.assertEqual(config["StopSignal"], "SIGTERM")
        self.assertEqual(config["Healthcheck"]["Test"], ["CMD", "orders", "health"])
        shell = run("docker", "run", "--rm", "--entrypoint", "/bin/sh", IMAGE, "-c", "true", check=False)
        self.assertEqual(shell.returncode, 127, shell.stdout)
        self.assertRegex(run("docker", "run", "--rm", "--read-only", IMAGE, "--version").stdout, r"^\d+\.\d+\.\d+\n$")
