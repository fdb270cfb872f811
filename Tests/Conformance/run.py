#!/usr/bin/env python3
"""Runs the test suites of Kafka clients against the embedded broker: run.py NAME=CHECKOUT...; see README.md."""

import os
import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ForeignClients")]
sys.dont_write_bytecode = True

from broker import Broker  # noqa: E402
from listing import Listing  # noqa: E402
from suites import SUITES  # noqa: E402


def usage(message):
    print(
        f'conformance: {message}\n  make conformance SUITES="NAME=CHECKOUT ...", of {", ".join(SUITES)}',
        file=sys.stderr,
    )
    sys.exit(64)


def chosen(arguments):
    if not arguments:
        usage("no suite was named")
    for argument in arguments:
        name, _, checkout = argument.partition("=")
        if name not in SUITES:
            usage(f'there is no suite called "{name}"')
        if not (Path(checkout) / SUITES[name].landmark).exists():
            usage(f'"{checkout}" is no checkout of {name}: it has no {SUITES[name].landmark}')
        yield SUITES[name], Path(checkout).resolve()


def run(suite, checkout):
    """Runs one suite, and says whether nothing failed that is not listed."""
    folder = ROOT / ".build" / "conformance" / suite.name
    work, data = folder / "work", folder / "data"
    for old in (work, data):
        shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    listing = Listing(HERE / "lists" / f"{suite.name}.txt")
    started = time.monotonic()
    print(f"=== {suite.name}: preparing {checkout}", flush=True)
    prepared = suite(checkout, folder, work, listing)
    prepared.prepare()
    broker = Broker(data, suite.settings).start()
    try:
        print(f"=== {suite.name}: running against {broker.address}", flush=True)
        results = prepared.run(broker)
        died = not broker.is_alive
    finally:
        if broker.is_alive:
            broker.stop()
    verdict = listing.judge(results)
    (folder / "broker.log").write_text("\n".join(broker.lines))
    for name in verdict.unexpected:
        print(f"--- {suite.name}: FAILED {name}")
        print("\n".join("      " + line for line in results[name].detail.splitlines()[-12:]))
    for name in verdict.surprising:
        print(f"--- {suite.name}: passes, although lists/{suite.name}.txt says that it cannot: {name}")
    if died:
        print(f"--- {suite.name}: the broker died; {folder}/broker.log has its last words")
    print(
        f"=== {suite.name}: {verdict.passed} passed, {len(verdict.unexpected)} failed, "
        f"{verdict.inapplicable} not applicable, {verdict.skipped} skipped by the suite; "
        f"{time.monotonic() - started:.0f} s; output in {folder}",
        flush=True,
    )
    return not verdict.unexpected and not died and verdict.passed > 0


if __name__ == "__main__":
    os.environ.setdefault("ORDERS_BIN", str(ROOT / ".build" / "debug" / "orders"))
    # All are looked at before the first takes its minutes.
    outcomes = [run(suite, checkout) for suite, checkout in list(chosen(sys.argv[1:]))]
    sys.exit(0 if all(outcomes) else 1)
