#!/usr/bin/env python3
"""The figures of docs/results/2026-11-couchbase.md: `make couchbase-bench`.

Our client and Couchbase's official Python SDK (a C++ core) take turns on the same node, and the medians and their ratio
are printed. The node is `couchbase-bench respond`, which answers from memory. In the part `cluster` it is the cluster
of the tests, which is written in Python. Then come the memory of waiting operations, and the order store's batches
against a node that takes a millisecond. About six minutes.

    couchbase_client.py [--turns 3] [--seconds 1.5] [--parts operations,together,cluster,outstanding,store]
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SDK = [str(ROOT / ".build/venv-couchbase/bin/python"), str(ROOT / "Benchmarks/couchbase_sdk.py")]
OPERATIONS = ["get", "upsert", "durable", "lookup"]
TOGETHER = ["get", "upsert", "durable"]
TICKS = os.sysconf("SC_CLK_TCK")
PARTS = ["operations", "together", "cluster", "outstanding", "store"]


class Node:
    """A node or a cluster as a process, until its standard input ends or it is told."""

    def __init__(self, command, folder=ROOT):
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line, f"{command[0]} did not start"
        self.endpoints = json.loads(line)

    def flags(self):
        pairs = {
            "--connection-string": "connection_string",
            "--user": "user",
            "--password": "password",
            "--bucket": "bucket",
        }
        return [text for flag, name in pairs.items() for text in (flag, self.endpoints[name])]

    def cpu(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(timeout=10)


@contextlib.contextmanager
def running(command, folder=ROOT):
    node = Node(command, folder)
    try:
        yield node
    finally:
        node.stop()


def measure(command, node):
    """What a load says of itself, with the cores that the node used meanwhile."""
    before = node.cpu()
    done = subprocess.run([*command, *node.flags()], check=True, capture_output=True, text=True, timeout=600)
    result = json.loads(done.stdout)
    result["node"] = (node.cpu() - before) / result["seconds"] if "seconds" in result else None
    return result


def figures(runs):
    """Medians: operations a second, microseconds of CPU an operation, cores of the node."""
    return (
        statistics.median(run["operations"] / run["seconds"] for run in runs),
        statistics.median(run["cpuSeconds"] / run["operations"] * 1e6 for run in runs),
        statistics.median(run["node"] for run in runs),
    )


def head(*columns):
    print(f"| {' | '.join(columns)} |")
    print("|---" * len(columns) + "|")


def compare(given, node, cases, title):
    print(f"\n{title}\n")
    head("operation", "at a time", "ours/s", "SDK's/s", "ratio", "ours, CPU µs", "SDK's", "ratio", "node's cores")
    for operation, concurrency, more in cases:
        options = ["--operation", operation, "--concurrency", str(concurrency), "--seconds", str(given.seconds), *more]
        runs = {"ours": [], "sdk": []}
        for turn in range(given.turns):
            for who in ("ours", "sdk") if turn % 2 == 0 else ("sdk", "ours"):
                command = [given.tool, "operations"] if who == "ours" else SDK
                runs[who].append(measure([*command, *options], node))
        ours, sdk = figures(runs["ours"]), figures(runs["sdk"])
        print(
            f"| {operation} | {concurrency} | {ours[0]:,.0f} | {sdk[0]:,.0f} | {ours[0] / sdk[0]:.2f} "
            f"| {ours[1]:.1f} | {sdk[1]:.1f} | {ours[1] / sdk[1]:.2f} | {ours[2]:.2f}, {sdk[2]:.2f} |",
            flush=True,
        )


def outstanding(given):
    print("\nOperations that wait, each with a document of 350 bytes\n")
    head(
        "submitted", "held by the node", "MiB before", "waiting", "after", "bytes an operation", "succeeded", "refused"
    )
    for count in (10_000, 16_384, 17_000):
        with running([given.tool, "respond", "--hold"]) as node:
            one = measure([given.tool, "outstanding", "--count", str(count)], node)
        mebibytes = [one[name] / 2**20 for name in ("residentBefore", "residentWaiting", "residentAfter")]
        each = (one["residentWaiting"] - one["residentBefore"]) / count
        print(
            f"| {count:,} | {one['heldByNode']:,} | {mebibytes[0]:.1f} | {mebibytes[1]:.1f} | {mebibytes[2]:.1f} "
            f"| {each:,.0f} | {one['succeeded']:,} | {one['refused']:,} |",
            flush=True,
        )
        assert one["otherFailures"] == 0, one


def store(given):
    print("\nThe store's batches against a node that answers after 1 ms\n")
    head(
        "orders of a batch",
        "writes an order",
        "asked for",
        "orders/s",
        "CPU µs an order",
        "p50, p99 ms",
        "behind at the end",
    )
    cases = [(1_000, 1, 0), (1_000, 2, 0), (2_000, 2, 0), (1_000, 1, 20_000), (1_000, 2, 20_000)]
    for batch, writes, rate in cases:
        runs = []
        for _ in range(given.turns):
            with running([given.tool, "respond", "--delay", "1"]) as node:
                options = ["--batch", str(batch), "--writes", str(writes), "--rate", str(rate), "--orders", "200000"]
                runs.append(measure([given.tool, "store", *options], node))
        runs.sort(key=lambda run: run["seconds"])
        one = runs[len(runs) // 2]
        print(
            f"| {batch:,} | {writes} | {rate or 'all'} | {one['orders'] / one['seconds']:,.0f} "
            f"| {one['cpuSeconds'] / one['orders'] * 1e6:.1f} "
            f"| {one['p50BatchMilliseconds']:.1f}, {one['p99BatchMilliseconds']:.1f} | {one['secondsBehind']:.2f} s |",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=str(ROOT / ".build/release/couchbase-bench"))
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--parts", default=",".join(PARTS))
    given = parser.parse_args()
    parts = given.parts.split(",")
    print(f"load before: {os.getloadavg()[0]:.1f}")
    singles = [(operation, concurrency, []) for operation in OPERATIONS for concurrency in (1, 16, 256)]
    if "operations" in parts:
        with running([given.tool, "respond"]) as node:
            compare(given, node, singles, "One by one, on the node that answers from memory")
    if "together" in parts:
        with running([given.tool, "respond"]) as node:
            cases = [(operation, 256, ["--together"]) for operation in TOGETHER]
            compare(given, node, cases, "Many documents in one call, on the same")
    if "cluster" in parts:
        options = ["--nodes", "1", "--replicas", "0", "--vbuckets", "64"]
        command = [sys.executable, "-B", "-m", "couchbase_cluster", *options]
        with running(command, ROOT / "Tests/CouchbaseCluster") as node:
            compare(given, node, singles, "One by one, on the test cluster")
    if "outstanding" in parts:
        outstanding(given)
    if "store" in parts:
        store(given)
    print(f"\nload after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
