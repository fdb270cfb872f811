#!/usr/bin/env python3
"""How much of the flow the reconciler checks, and how late, at several rates: `make reconcile-rates`.

Starts the whole platform (`orders up`) at each rate for two minutes, asks /api/system every second, and prints for each
rate the coverage (checked orders of all that came: /api/stats counts those), the reconciler's own figure, the greatest
delay after the first ten seconds, and the CPU of its thread. Exit 1 where coverage is under 99 % or a delay is 10 s or
more.

    reconcile_rates.py --orders .build/release/orders --web Web/dist [--rates 250,500,2000] [--seconds 120]
"""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


class Platform:
    """`orders up` in a directory of its own, on free ports."""

    def __init__(self, binary, web, rate, count, directory):
        self.log = open(os.path.join(directory, "log"), "w+")  # noqa: SIM115 - open while the platform runs
        environment = dict(os.environ, ORDERS_WEB=web, LOG_LEVEL="warning")
        self.process = subprocess.Popen(
            [
                binary,
                "up",
                "--data-dir",
                os.path.join(directory, "data"),
                "--http",
                "127.0.0.1:0",
                "--kafka",
                "127.0.0.1:0",
                "--rate",
                str(rate),
                "--count",
                str(count),
            ],
            env=environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.url = self._address()

    def _address(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.log.seek(0)
            found = re.search(r"http://127\.0\.0\.1:[1-9]\d*", self.log.read())
            if found:
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        self.log.seek(0)
        raise SystemExit(f"the platform did not start:\n{self.log.read()}")

    def thread_seconds(self):
        """CPU seconds of the reconciler's own thread."""
        total = 0
        tasks = f"/proc/{self.process.pid}/task"
        for task in os.listdir(tasks):
            try:
                text = pathlib.Path(tasks, task, "stat").read_text()
            except OSError:
                continue  # The thread has ended since.
            name, rest = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2 :].split()
            if name == "reconciler":
                total += (int(rest[11]) + int(rest[12])) / TICKS
        return total

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def measure(binary, web, rate, seconds):
    with tempfile.TemporaryDirectory(prefix="reconcile-rates-") as directory:
        platform = Platform(binary, web, rate, rate * seconds, directory)
        try:
            began = time.monotonic()
            delays, levels = [], set()
            while time.monotonic() - began < seconds:
                time.sleep(1)
                status = get(f"{platform.url}/api/system")["reconciler"]
                if time.monotonic() - began > 10:
                    delays.append(status.get("delay_milliseconds", 1_000_000) / 1000)
                    levels.add(status["status"])
            cpu = platform.thread_seconds() / (time.monotonic() - began)
            # The generator stops after so many orders; what is not checked ten seconds later is late.
            deadline = time.monotonic() + 60
            while (
                came := get(f"{platform.url}/api/stats")["totals"]["orders"]
            ) < rate * seconds and time.monotonic() < deadline:
                time.sleep(0.5)
            time.sleep(10)
            status = get(f"{platform.url}/api/system")["reconciler"]
        finally:
            platform.stop()
    return {
        "rate": rate,
        "seconds": seconds,
        "orders": came,
        "checked": status["checked_orders"],
        "skipped": status["skipped_orders"],
        "coverage": status["checked_orders"] / max(1, came),
        "stated": status["last_hour"].get("coverage"),
        "delay": max(delays, default=0),
        "findings": status["findings"],
        "levels": sorted(levels),
        "cpu": cpu,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", default=os.environ.get("ORDERS_BIN", ".build/release/orders"))
    parser.add_argument("--web", default=os.environ.get("ORDERS_WEB", "Web/dist"))
    parser.add_argument("--rates", default="250,500,2000")
    parser.add_argument("--seconds", type=int, default=120)
    arguments = parser.parse_args()
    print("orders/s   orders  checked  skipped  coverage  stated  max delay  thread CPU  findings  shown as")
    failed = False
    for rate in (int(one) for one in arguments.rates.split(",")):
        one = measure(os.path.abspath(arguments.orders), os.path.abspath(arguments.web), rate, arguments.seconds)
        stated = "-" if one["stated"] is None else f"{one['stated']:.2%}"
        print(
            f"{rate:8} {one['orders']:8} {one['checked']:8} {one['skipped']:8} {one['coverage']:9.2%} {stated:>7} "
            f"{one['delay']:8.1f} s {one['cpu']:10.1%} {one['findings']:9}  {', '.join(one['levels'])}",
            flush=True,
        )
        failed |= one["coverage"] < 0.99 or one["delay"] >= 10 or one["findings"] > 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
