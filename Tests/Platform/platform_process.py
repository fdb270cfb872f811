"""Starts and stops `orders` processes. Every process ends with its test, by its own id."""

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

ORDERS = os.environ["ORDERS_BIN"]
# Whatever happens to the tests, their processes do not stay behind and hold ports.
WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]
ADDRESS = re.compile(r"^(kafka|dashboard) listening on (\S+)$")


def environment(**more):
    """The environment without anything that would point the platform elsewhere."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KAFKA_", "CONFLUENT_", "COUCHBASE_", "PAYMENT_", "ALERT_", "LOG_"))
    }
    return clean | {"SWIFT_BACKTRACE": "enable=no"} | more


class Process:
    """One `orders` process whose output is read as it comes."""

    def __init__(self, *arguments, env=None):
        self.arguments = arguments
        self.process = subprocess.Popen(
            [*WITH_PARENT, ORDERS, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(**(env or {})),
        )
        self.lines = []
        self._queue = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._queue.put(self.lines[-1])
        self._queue.put(None)

    @property
    def output(self):
        return "\n".join(self.lines)

    def addresses(self, *names, timeout=60):
        """The addresses that it prints under these names."""
        found = {}
        deadline = time.monotonic() + timeout
        while not all(name in found for name in names):
            try:
                line = self._queue.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{self.arguments} did not say {names}:\n{self.output}") from None
            if line is None:
                raise AssertionError(f"{self.arguments} ended with {self.process.wait()}:\n{self.output}")
            match = ADDRESS.match(line)
            if match:
                found[match[1]] = match[2]
        return [found[name] for name in names]

    def wait(self, timeout=120):
        code = self.process.wait(timeout)
        self._reader.join(10)
        return code

    def stop(self, timeout=60):
        """Ctrl-C, and what the process makes of it."""
        self.process.send_signal(signal.SIGINT)
        return self.wait(timeout)

    def kill(self):
        self.process.kill()
        self.wait()

    def end(self):
        if self.process.poll() is None:
            self.kill()


@contextlib.contextmanager
def running(*arguments, env=None):
    process = Process(*arguments, env=env)
    try:
        yield process
    finally:
        process.end()


def up(data, *arguments, env=None):
    """The whole platform on free ports."""
    return running("up", "--data-dir", data, "--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0", *arguments, env=env)


def call(*arguments, timeout=180, env=None):
    """Runs a command to its end: exit code, standard output, standard error."""
    done = subprocess.run(
        [ORDERS, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        env=environment(**(env or {})),
    )
    return done.returncode, done.stdout, done.stderr


def verify(data, *arguments, env=None):
    """`orders verify`, which must find everything in order; its counts."""
    code, out, err = call("verify", "--data-dir", data, "--json", *arguments, env=env)
    assert out, f"verify said nothing: exit {code}, {err}"
    report = json.loads(out)
    assert code == 0, f"verify: exit {code}, {json.dumps(report, indent=1)[:4000]}\n{err}"
    assert report["finding_count"] == 0
    return report["counts"]


def request(method, url, body=None, headers=None):
    """An HTTP request: status, headers, parsed JSON (or text)."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | (headers or {}) if data is not None else headers or {}
    try:
        response = urllib.request.urlopen(
            urllib.request.Request(url, data=data, method=method, headers=headers), timeout=30
        )
    except urllib.error.HTTPError as error:
        response = error
    text = response.read().decode()
    kind = response.headers.get("Content-Type", "")
    return response.status, response.headers, json.loads(text) if "json" in kind else text


def get(url):
    status, _, body = request("GET", url)
    assert status == 200, f"{url}: {status} {body}"
    return body


def eventually(check, timeout=60, every=0.1):
    """What `check` returns once it is true; its last answer if that never happens."""
    deadline = time.monotonic() + timeout
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {timeout} s; last answer: {answer!r}"
        time.sleep(every)


def drained(kafka, data):
    """Waits until no service has anything left to read."""

    def lag():
        code, out, err = call("lag", "--kafka", kafka, "--data-dir", data, "--json")
        assert code == 0, err
        return sum(row["lag"] for row in json.loads(out)) == 0

    eventually(lag, timeout=120, every=0.5)
