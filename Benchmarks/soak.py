#!/usr/bin/env python3
"""Many orders through one process: is its memory at the end what it was after the first million, and does everything
agree?

Usage: soak.py [ORDERS]    (10,000,000; needs about 1.2 GB of disk for each million)
Exit 1 if the resident memory grew by more than a fifth, or `orders verify` finds something.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ORDERS_BIN = os.environ.get("ORDERS_BIN", ".build/release/orders")
FIRST = 1_000_000
ALLOWED_GROWTH = 1.2


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status.read(), re.M)[1]) / 1024


def through(http):
    """Orders in the store, and whether nothing is left to read for any service."""
    totals = get(f"{http}/api/stats")["totals"]
    services = get(f"{http}/api/system")["services"]
    return totals["orders"], sum(service["lag"] for service in services) == 0


def soak(orders, directory):
    platform = subprocess.Popen(
        [
            ORDERS_BIN,
            "up",
            "--rate",
            "max",
            "--count",
            str(orders),
            "--data-dir",
            directory,
            "--http",
            "127.0.0.1:0",
            "--kafka",
            "127.0.0.1:0",
            "--log-level",
            "error",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        http = next(line.split()[-1] for line in platform.stdout if line.startswith("dashboard listening"))
        started = time.monotonic()
        samples = []
        first = None
        while True:
            time.sleep(1)
            done, is_drained = through(http)
            resident = resident_mib(platform.pid)
            samples.append(resident)
            if first is None and done >= FIRST:
                first = resident
                print(
                    f"after {done:>12,} orders, {time.monotonic() - started:6.0f} s: {resident:6.0f} MiB resident",
                    flush=True,
                )
            elif len(samples) % 20 == 0:
                print(f"after {done:>12,} orders, {time.monotonic() - started:6.0f} s: {resident:6.0f} MiB", flush=True)
            if done >= orders and is_drained:
                break
            if platform.poll() is not None:
                sys.exit(f"the platform ended with {platform.returncode}")
        seconds = time.monotonic() - started
        print(
            f"after {done:>12,} orders, {seconds:6.0f} s: {resident:6.0f} MiB resident, the most was {max(samples):.0f}"
        )
        print(
            f"{orders / seconds:,.0f} orders/s; {resident / first:.2f} times the memory after the first {FIRST:,}",
            flush=True,
        )
        platform.send_signal(signal.SIGINT)
        platform.wait(120)
        return resident / first
    finally:
        if platform.poll() is None:
            platform.kill()


def main():
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    if orders <= FIRST:
        sys.exit(f"soak: more than {FIRST:,} orders are needed to compare with the first million")
    directory = tempfile.mkdtemp(prefix="orders-soak-", dir=os.environ.get("SOAK_DIR"))
    try:
        growth = soak(orders, directory)
        began = time.monotonic()
        verified = subprocess.run([ORDERS_BIN, "verify", "--data-dir", directory], check=False)
        print(f"verify took {time.monotonic() - began:.0f} s")
    finally:
        shutil.rmtree(directory)
    if growth > ALLOWED_GROWTH:
        sys.exit(f"soak: memory grew to {growth:.2f} times that after the first million; {ALLOWED_GROWTH} is allowed")
    sys.exit(verified.returncode)


if __name__ == "__main__":
    main()
