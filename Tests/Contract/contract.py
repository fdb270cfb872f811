#!/usr/bin/env python3
"""Runs schemathesis against a platform of its own: contract.py SCHEMATHESIS [ARGUMENT...]. See run.sh."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Platform"))

from platform_process import Process

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
SEED = os.environ.get("SEED", "1")
SECONDS = int(os.environ.get("CONTRACT_SECONDS", "60"))
# The most of one operation.
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "200")


def schemathesis(program, url, directory, arguments):
    return subprocess.run(
        [
            program,
            "run",
            f"{url}/openapi.json",
            "--checks",
            ",".join(CHECKS),
            # A stream that never ends.
            "--exclude-path",
            "/api/events",
            "--phases",
            "examples,coverage,fuzzing",
            "--max-time",
            str(SECONDS),
            "--max-examples",
            EXAMPLES,
            "--continue-on-failure",
            "--seed",
            SEED,
            "--request-timeout",
            "20",
            "--warnings",
            "off",
            "--no-color",
            *arguments,
        ],
        cwd=directory,
        check=False,
        timeout=SECONDS * 4 + 120,
    ).returncode


def refused_by_the_stream(url):
    """The event stream is not in the run: what is wrong with a request to it is asked here."""
    try:
        urllib.request.urlopen(f"{url}/api/events?type=nothing", timeout=10)
    except urllib.error.HTTPError as error:
        return error.code == 400 and error.headers["Content-Type"] == "application/problem+json"
    return False


class Watch:
    """Counts the requests and looks at the memory once a second."""

    def __init__(self, url, pid):
        self.url, self.pid = url, pid
        self.seen, self.over = [], threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _look(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        metrics = urllib.request.urlopen(f"{self.url}/metrics", timeout=60).read().decode()
        counts = re.findall(r"^http_server_requests_total{[^}]*} (\S+)$", metrics, re.M)
        return sum(map(float, counts)), int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def _run(self):
        while not self.over.wait(1):
            try:
                self.seen.append(self._look())
            except OSError:
                # The platform ended, which is reported where it was started.
                return

    def report(self):
        self.over.set()
        self.thread.join(70)
        if not self.seen:
            return
        total = self.seen[-1][0]
        marks = [next(one for one in self.seen if one[0] >= total * part / 4) for part in range(5)]
        memory = ", ".join(f"{memory:.0f} MiB at {requests:.0f}" for requests, memory in marks)
        print(f"contract: {total:.0f} requests, these that watch among them; memory: {memory}")


def main():
    program, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="orders-contract-") as directory:
        data = pathlib.Path(directory) / "data"
        platform = Process(
            *("up", "--rate", "50", "--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0", "--data-dir", data),
            *("--log-level", "error"),
        )
        try:
            (url,) = platform.addresses("dashboard")
            watch = Watch(url, platform.process.pid)
            code = schemathesis(program, url, directory, arguments)
            watch.report()
            if not refused_by_the_stream(url):
                print("contract: /api/events took a type that there is not")
                code = code or 1
            if platform.process.poll() is not None:
                print(f"contract: the platform ended:\n{platform.output}")
                code = code or 1
        finally:
            platform.stop()
    sys.exit(code)


if __name__ == "__main__":
    main()
