"""The processes of the run and their supervisor: who is killed or gives up is started again; who ends unasked is
written down."""

import collections
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Platform"))
import platform_process  # noqa: E402
from helper import Helper  # noqa: E402
from platform_process import call, environment  # noqa: E402, F401
from volumes import Volume  # noqa: E402

TASKS = ("fraud", "payments", "analytics", "sink", "alerting", "webhooks")
# Those whose state is on a disk of their own. The others' directory also holds the store, which there is one of.
KEYED = ("fraud", "payments", "analytics", "webhooks")
# Swift's own words at a trap, and the C++ libraries'. librdkafka calls a fenced producer's state a "Fatal error", too,
# in the middle of a line.
CRASH = re.compile(
    r"^Fatal error|\.swift:\d+: (Fatal|Assertion|Precondition)|Illegal instruction|Segmentation fault|terminate called"
    r"|^thread '.*' panicked"
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Instance:
    """One `orders` process and its successors."""

    def __init__(self, world, name, arguments, env):
        self.world, self.name, self.arguments, self.env = world, name, arguments, env
        self.log = world.root / "logs" / f"{name}.log"
        self.lock = threading.RLock()
        self.process = None
        self.is_wanted = False
        # Somebody stops or starts it on purpose: the supervisor looks away.
        self.is_held = False
        self.was_killed = False
        self.starts = 0
        self.quick_ends = 0
        self.not_before = 0.0
        self.peak_kilobytes = 0

    def start(self):
        with self.lock:
            self.is_wanted, self.is_held, self.was_killed = True, False, False
            if self.process and self.process.poll() is None:
                return
            self.starts += 1
            with open(self.log, "ab") as log:
                log.write(f"--- start {self.starts} at {time.strftime('%H:%M:%S')}\n".encode())
                log.flush()
                self.process = subprocess.Popen(
                    [platform_process.ORDERS, *map(str, self.arguments)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=environment(**self.env),
                )
            self.started = time.monotonic()

    def kill(self, hold=False):
        """kill -9. The supervisor starts it again unless it is held."""
        with self.lock:
            self.was_killed, self.is_held = True, hold
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait()

    def stop(self, timeout=30):
        """Ctrl-C. True if it ended as asked."""
        with self.lock:
            self.is_held, self.is_wanted = True, False
            if self.process is None or self.process.poll() is not None:
                return True
            self.process.send_signal(signal.SIGINT)
            process = self.process
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill(hold=True)
            return False
        return code == 0

    def suspend(self):
        with self.lock:
            if self.process and self.process.poll() is None:
                self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        with self.lock:
            if self.process and self.process.poll() is None:
                self.process.send_signal(signal.SIGCONT)

    def discard(self):
        with self.lock:
            self.is_wanted = False
            self.kill(hold=True)

    def tail(self, count=12):
        try:
            return self.log.read_bytes().decode(errors="replace").splitlines()[-count:]
        except FileNotFoundError:
            return []

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def measure(self):
        if not self.is_running:
            return
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return
        match = re.search(r"VmRSS:\s+(\d+)", status)
        if match:
            self.peak_kilobytes = max(self.peak_kilobytes, int(match[1]))


class World:
    def __init__(self, root, seed, session_timeout=6.0, megabytes=4096):
        self.root = Path(root)
        self.seed = seed
        self.session_timeout = session_timeout
        (self.root / "logs").mkdir(parents=True)
        # A build beside the run must not change what it runs.
        platform_process.ORDERS = shutil.copy2(platform_process.ORDERS, self.root / "orders")
        self.broker_volume = Volume(self.root / "broker", megabytes)
        self.state_volume = Volume(self.root / "data", megabytes)
        self.accepted = self.root / "accepted.txt"
        self.ports = {name: free_port() for name in ("broker", "proxy", "http", "gateway", "webhook", "outcomes")}
        self.kafka = f"127.0.0.1:{self.ports['proxy']}"
        self.base = f"http://127.0.0.1:{self.ports['http']}"
        self.failures = []
        self.failed_starts = collections.Counter()
        self.restarts = collections.Counter()
        self.instances = {}
        self.retired = []
        # Why starting may fail for a while: faults that hold say so.
        self.excuses = collections.Counter()
        self.excused_until = 0.0
        self.is_over = False

    # MARK: starting

    def start(self):
        def helper(name, *arguments):
            return Helper(HERE / f"{name}.py", self.root / "logs" / f"{name}.log", *arguments)

        self.proxy = helper("proxy", self.ports["proxy"], self.ports["broker"], self.seed)
        self.gateway = helper("gateway", self.ports["gateway"], self.root / "gateway.journal", self.seed)
        self.webhook = helper("webhook", self.ports["webhook"], self.root / "webhook.journal", self.seed)
        self.outcomes = helper("outcomes", self.ports["outcomes"], self.root / "outcomes.journal", self.seed)
        self.write_endpoints()
        self.add(
            "broker",
            "broker",
            "--kafka",
            f"127.0.0.1:{self.ports['broker']}",
            "--advertise",
            self.kafka,
            "--journal-size",
            16,
            "--data-dir",
            self.root / "broker",
        )
        self.wait_for_port(self.ports["broker"])
        for name in TASKS:
            self.add_task(name)
        self.add(
            "api",
            "api",
            "--kafka",
            self.kafka,
            "--data-dir",
            self.root / "data",
            "--http",
            f"127.0.0.1:{self.ports['http']}",
        )
        self.wait_for_port(self.ports["http"])
        self.make_segments_small()
        self.upstream = helper("upstream", self.kafka, self.ports["http"], self.accepted, self.seed)
        threading.Thread(target=self.supervise, daemon=True).start()

    @property
    def endpoints(self):
        return self.root / "endpoints.json"

    def write_endpoints(self):
        endpoint = {
            "name": "outcomes",
            "url": f"http://127.0.0.1:{self.ports['outcomes']}/",
            "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "events": ["order.paid", "order.payment_failed"],
        }
        self.endpoints.write_text(json.dumps({"endpoints": [endpoint]}))

    def make_segments_small(self):
        """So that segments are rolled and compacted in the midst of it all, as they would be in weeks."""
        admin = AdminClient({"bootstrap.servers": self.kafka})
        topics = [name for name in admin.list_topics(timeout=10).topics if not name.startswith("__")]
        changes = [
            ConfigResource(
                ConfigResource.Type.TOPIC,
                name,
                incremental_configs=[
                    ConfigEntry("segment.bytes", str(1 << 20), incremental_operation=AlterConfigOpType.SET)
                ],
            )
            for name in topics
        ]
        for future in admin.incremental_alter_configs(changes).values():
            future.result(10)

    def wait_for_port(self, port, timeout=60):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"nothing listens on port {port} after {timeout} s; logs in {self.root}/logs")

    def add(self, name, *arguments):
        env = {
            "LOG_LEVEL": os.environ.get("CHAOS_LOG_LEVEL", "notice"),
            "LOG_FORMAT": "text",
            "KAFKA_CLIENT_SESSION_TIMEOUT_MS": str(int(self.session_timeout * 1000)),
            "KAFKA_CLIENT_HEARTBEAT_INTERVAL_MS": "500",
            "PAYMENT_GATEWAY_URL": f"http://127.0.0.1:{self.ports['gateway']}/charges",
            "ALERT_WEBHOOK_URL": f"http://127.0.0.1:{self.ports['webhook']}/alerts",
            "WEBHOOK_ENDPOINTS": str(self.endpoints),
        }
        instance = Instance(self, name, arguments, env)
        self.instances[name] = instance
        instance.start()
        return instance

    def add_task(self, service, name=None, data=None):
        return self.add(name or service, service, "--kafka", self.kafka, "--data-dir", data or self.root / "data")

    def retire(self, instance):
        """An instance that came for a while goes permanently."""
        instance.discard()
        self.retired.append(instance)
        self.instances.pop(instance.name, None)

    # MARK: supervising

    def supervise(self):
        last_measured = 0.0
        while not self.is_over:
            for instance in list(self.instances.values()):
                with instance.lock:
                    self.look_after(instance)
            if time.monotonic() - last_measured > 1:
                last_measured = time.monotonic()
                for instance in list(self.instances.values()):
                    instance.measure()
            time.sleep(0.05)

    def look_after(self, instance):
        if not instance.is_wanted or instance.is_held or instance.is_running or instance.process is None:
            return
        if not instance.was_killed and not instance.not_before:
            self.judge_end(instance)
        if time.monotonic() < instance.not_before:
            return
        instance.not_before = 0.0
        self.restarts[instance.name.split("~")[0]] += 1
        instance.start()

    def judge_end(self, instance):
        code = instance.process.returncode
        lived = time.monotonic() - instance.started
        lines = instance.tail(4)
        instance.not_before = time.monotonic() + min(0.25 * 2**instance.quick_ends, 4)
        instance.quick_ends = instance.quick_ends + 1 if lived < 70 else 0
        is_excused = self.excuses or time.monotonic() < self.excused_until
        if code == 1 and is_excused and (lived < 3 or not any("running against" in line for line in lines)):
            # It said that it cannot start, and why; a supervisor tries again.
            self.failed_starts[instance.name.split("~")[0]] += 1
            return
        self.fail(f"{instance.name} ended by itself after {lived:.1f} s with {code}: " + " | ".join(lines))

    def fail(self, what):
        print(f"chaos: FAILURE: {what}", flush=True)
        self.failures.append(what)

    def excuse(self, why):
        self.excuses[why] += 1

    def excuse_over(self, why):
        self.excuses[why] -= 1
        if self.excuses[why] <= 0:
            del self.excuses[why]
        # Who was in the middle of starting may give up a little later.
        self.excused_until = time.monotonic() + 45

    # MARK: ending

    def crashes(self):
        found = []
        for log in sorted((self.root / "logs").glob("*.log")):
            with open(log, errors="replace") as lines:
                found += [f"{log.name}: {line.strip()}" for line in lines if CRASH.search(line)]
        return found

    def end(self):
        self.is_over = True
        for instance in list(self.instances.values()):
            instance.resume()
            instance.discard()
        for helper in ("upstream", "proxy", "gateway", "webhook", "outcomes"):
            if hasattr(self, helper):
                getattr(self, helper).end()
