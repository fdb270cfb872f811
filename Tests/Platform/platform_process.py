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
import urllib.parse
import urllib.request

import leaks
import secured_mode

ORDERS = os.environ["ORDERS_BIN"]
# Whatever happens to the tests, their processes do not stay behind and hold ports.
WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]
ADDRESS = re.compile(r"^(kafka|dashboard) listening (on|with TLS on) (\S+)$")
# Of settings of the platform, and of the tests' own.
SETTINGS = ("KAFKA_", "CONFLUENT_", "COUCHBASE_", "PAYMENT_", "ALERT_", "LOG_")
SETTINGS += ("API_", "BROKER_", "HTTP_TLS_", "JWT_", "ORDERS_SECURED", "OTEL_", "WEBHOOK_")
# Which client library the whole run is of: the default's, or KAFKA_CLIENT_LIBRARY=swift.
LIBRARY = "KAFKA_CLIENT_LIBRARY"


def environment(**more):
    """The environment without anything that would point the platform elsewhere."""
    clean = {name: value for name, value in os.environ.items() if name == LIBRARY or not name.startswith(SETTINGS)}
    return clean | {"SWIFT_BACKTRACE": "enable=no"} | secured_mode.environment(more)


class Process:
    """One `orders` process whose output is read as it comes."""

    def __init__(self, *arguments, env=None):
        self.arguments = arguments
        self.given = env or {}
        self.takes_logins = secured_mode.has_listener(arguments, self.given)
        leaks.folders(arguments)
        self.process = subprocess.Popen(
            [*WITH_PARENT, ORDERS, *secured_mode.arguments(arguments, self.given)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(**self.given),
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
            # A broker that takes logins is used there, and not where it is open.
            if match and (match[1] == "dashboard" or (match[2] == "with TLS on") == self.takes_logins):
                found[match[1]] = match[3]
                if match[1] == "kafka" and "--broker-listen" in self.arguments:
                    secured_mode.OPEN.add(match[3])
        return [found[name] for name in names]

    def wait(self, timeout=120):
        code = self.process.wait(timeout)
        self._reader.join(10)
        leaks.output(self.arguments, self.output)
        return code

    def stop(self, timeout=60):
        """Ctrl-C, and what the process makes of it."""
        leaks.watch.process(self.process.pid, self.given)
        self.process.send_signal(signal.SIGINT)
        return self.wait(timeout)

    def kill(self):
        leaks.watch.process(self.process.pid, self.given)
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
    leaks.folders(arguments)
    done = subprocess.run(
        [ORDERS, *secured_mode.arguments(arguments, env or {})],
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        env=environment(**(env or {})),
    )
    leaks.output(arguments, done.stdout)
    leaks.output(arguments, done.stderr)
    return done.returncode, done.stdout, done.stderr


def verify(data, *arguments, env=None):
    """`orders verify`, which must find everything in order; its counts."""
    code, out, err = call("verify", "--data-dir", data, "--json", *arguments, env=env)
    assert out, f"verify said nothing: exit {code}, {err}"
    report = json.loads(out)
    assert code == 0, f"verify: exit {code}, {json.dumps(report, indent=1)[:4000]}\n{err}"
    assert report["finding_count"] == 0
    return report["counts"]


def open_url(method, url, data=None, headers=None, timeout=30, is_anonymous=False):
    """The answer to a request, in the secured mode with its API key."""
    key = {} if is_anonymous else secured_mode.bearer()
    asked = urllib.request.Request(url, data=data, method=method, headers=key | (headers or {}))
    try:
        return urllib.request.urlopen(asked, timeout=timeout, context=secured_mode.tls())
    except urllib.error.HTTPError as error:
        return error


def request(method, url, body=None, headers=None, is_anonymous=False):
    """An HTTP request: status, headers, parsed JSON (or text)."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | (headers or {}) if data is not None else headers or {}
    response = open_url(method, url, data, headers, is_anonymous=is_anonymous)
    text = response.read().decode()
    leaks.watch.text(f"the answer of {method} {urllib.parse.urlsplit(url).path}", text)
    kind = response.headers.get("Content-Type", "")
    return response.status, response.headers, json.loads(text) if "json" in kind and "ndjson" not in kind else text


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
