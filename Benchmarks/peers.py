#!/usr/bin/env python3
"""The same flood by us and by other means, in turns on this machine: medians and ratios. `make peers`.

    peers.py --runner PEERS/run.sh [--peers python-tuned,kafka-streams] [--orders 500000] [--turns 5]
             [--libraries swift,librdkafka] [--binary .build/release/orders]

Each run has an `orders broker` of its own, empty and on a free port; what the broker costs is counted. A peer is run by
its runner, as `RUNNER BOOTSTRAP PEER ORDERS` with BROKER_PID, WORK and PYTHON in its environment. It prints one JSON
line with orders_per_s, pipeline_cpu_s_per_M, broker_cpu_s_per_M and exact. A peer finds its orders in the topic; ours
are made, sent and checked while they are counted. The store is SQLite on either side.

Prints Markdown. Exit 1 if a run fails or is not exact.
"""

import argparse
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
RUN_SECONDS = 900


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Broker:
    """`orders broker` in a directory of its own; stops with the block."""

    def __init__(self, binary, directory):
        self.address = f"127.0.0.1:{free_port()}"
        self.command = [binary, "broker", "--data-dir", os.path.join(directory, "broker"), "--kafka", self.address]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(self.address.rsplit(":", 1), timeout=1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__()
                    raise SystemExit("peers: the broker does not start") from None
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def output(command, environment, what):
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=RUN_SECONDS)
    if done.returncode != 0:
        raise SystemExit(f"peers: {what} ended with {done.returncode}:\n{done.stderr[-2000:]}{done.stdout[-2000:]}")
    return done.stdout


def run_ours(options, library, directory):
    with Broker(options.binary, directory) as broker:
        before = cpu_seconds(broker.process.pid)
        environment = dict(os.environ, KAFKA_BOOTSTRAP_SERVERS=broker.address, KAFKA_CLIENT_LIBRARY=library)
        command = [options.binary, "bench", "--orders", str(options.orders), "--rates", "", "--post-rate", "0"]
        command += ["--json", "--data-dir", os.path.join(directory, "bench")]
        flood = json.loads(output(command, environment, f"orders bench with {library}"))["flood"]
        broker_cpu = (cpu_seconds(broker.process.pid) - before) / options.orders * 1e6
    return flood["orders_per_second"], flood["cpu_seconds_per_million_orders"] + broker_cpu


def run_peer(options, peer, directory):
    with Broker(options.binary, directory) as broker:
        environment = dict(os.environ, BROKER_PID=str(broker.process.pid), WORK=os.path.join(directory, "work"))
        command = [options.runner, broker.address, peer, str(options.orders)]
        line = output(command, environment, peer).strip().splitlines()[-1]
    result = json.loads(line)
    if not result["exact"]:
        raise SystemExit(f"peers: {peer} is not exact: {line}")
    return result["orders_per_s"], result["pipeline_cpu_s_per_M"] + result["broker_cpu_s_per_M"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runner", required=True)
    parser.add_argument("--peers", default="python-tuned")
    parser.add_argument("--libraries", default="swift,librdkafka")
    parser.add_argument("--orders", type=int, default=500_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--binary", default=".build/release/orders")
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)

    peers, libraries = options.peers.split(","), options.libraries.split(",")
    runs = {name: [] for name in [f"orders, {library}" for library in libraries] + peers}
    for turn in range(options.turns):
        for name, results in runs.items():
            with tempfile.TemporaryDirectory(prefix="peers-") as directory:
                if name in peers:
                    results.append(run_peer(options, name, directory))
                else:
                    results.append(run_ours(options, name.removeprefix("orders, "), directory))
            rate, cpu = results[-1]
            print(f"turn {turn + 1}: {name}: {rate:,.0f} orders/s, {cpu:.1f} µs", file=sys.stderr)

    medians = {
        name: [statistics.median(column) for column in zip(*results, strict=True)] for name, results in runs.items()
    }
    base_rate, base_cpu = medians[peers[0]]
    print(f"{options.orders:,} orders in each run, medians of {options.turns} turns.\n")
    print(f"| | orders/s | CPU an order, broker included | orders/s against {peers[0]} | CPU |")
    print("|---|---|---|---|---|")
    for name, (rate, cpu) in medians.items():
        print(f"| {name} | {rate:,.0f} | {cpu:.1f} µs | {rate / base_rate:.2f} | {cpu / base_cpu:.2f} |")


if __name__ == "__main__":
    main()
