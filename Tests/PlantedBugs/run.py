#!/usr/bin/env python3
"""Plants bugs in a copy of the broker, the Couchbase client or the platform, one at a time, and has each found.

Usage: run.py [--of broker|couchbase|platform] [--seeds N] [--list] [name...]

Exits with 1 if a bug is not found within the seeds (unless it is one that only unit tests are sure to find), if the
copy without any is not clean, or if the text that a bug replaces is not (or no longer) there exactly once. Works in
.build/planted; a debug build, since one changed file is compiled again in seconds.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import bugs
import couchbase_bugs
import platform_bugs

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build" / "planted"
COPY = WORK / "package"
BUILD = WORK / "build"
# One run hangs no longer than this; a bug that makes the broker hang counts as found.
RUN_SECONDS = 900


def copy_package():
    """Brings the copy up to date, touching only files that differ, so that little is compiled again."""
    for part in ("Package.swift", "Sources", "Tests", "Benchmarks"):
        source = ROOT / part
        files = [source] if source.is_file() else [f for f in source.rglob("*") if f.is_file()]
        wanted = {f.relative_to(ROOT) for f in files}
        for relative in wanted:
            target = COPY / relative
            content = (ROOT / relative).read_bytes()
            if not target.exists() or target.read_bytes() != content:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        for stale in (COPY / part).rglob("*") if source.is_dir() else []:
            if stale.is_file() and stale.relative_to(COPY) not in wanted:
                stale.unlink()


def build(product):
    command = [
        "swift",
        "build",
        "--package-path",
        str(COPY),
        "--scratch-path",
        str(BUILD),
        "--product",
        product,
    ]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if result.returncode != 0:
        lines = [line for line in (result.stdout + result.stderr).splitlines() if "error" in line]
        raise SystemExit("planted: the copy does not compile:\n" + "\n".join(lines[:10]))


def simulate(product, seeds):
    """How many seeds it took to find something, the seconds, and what was found; None for nothing."""
    started = time.monotonic()
    command = [str(BUILD / "debug" / product), str(seeds)]
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", SWIFT_DETERMINISTIC_HASHING="1")
    try:
        result = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=RUN_SECONDS, env=environment
        )
        output = result.stdout
    except subprocess.TimeoutExpired as expired:
        return None, time.monotonic() - started, f"no end after {expired.timeout:.0f} s"
    seconds = time.monotonic() - started
    # Several threads may each have found something; the first seed counts.
    found = sorted((int(seed), text) for seed, text in re.findall(r"^seed (\d+)(?: failed)?(.*)$", output, re.M))
    if found:
        return found[0][0], seconds, re.sub(r"^ at step \d+: ?|^: ?", "", found[0][1])
    if result.returncode != 0:
        return None, seconds, "failed without naming a seed: " + (output.splitlines() or ["no output"])[-1]
    return None, seconds, ""


def plant(bug):
    target = COPY / bug.file
    text = target.read_text()
    target.write_text(text.replace(bug.old, bug.new))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--of", choices=["broker", "couchbase", "platform"], default="broker")
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    product = f"{arguments.of}-simulation"
    lists = {"broker": bugs, "couchbase": couchbase_bugs, "platform": platform_bugs}
    all_bugs = lists[arguments.of].BUGS
    if arguments.list:
        for bug in all_bugs:
            print(f"{bug.name:28} {bug.what}")
        return 0
    chosen = [bug for bug in all_bugs if not arguments.names or bug.name in arguments.names]
    unknown = set(arguments.names) - {bug.name for bug in all_bugs}
    if unknown:
        raise SystemExit(f"planted: no such bug: {', '.join(sorted(unknown))}")
    rotten = [bug.name for bug in all_bugs if (ROOT / bug.file).read_text().count(bug.old) != 1]
    if rotten:
        raise SystemExit(f"planted: the text to replace is not there exactly once: {', '.join(rotten)}")

    print("planted: building the copy; the first time that takes some minutes", flush=True)
    copy_package()
    build(product)
    seed, _, message = simulate(product, 100)
    if seed is not None or message:
        raise SystemExit(f"planted: the copy without any planted bug is not clean: seed {seed}: {message}")
    print(f"{'bug':24} {'found at seed':>13} {'seconds':>8}  what was said", flush=True)
    missed = []
    for bug in chosen:
        copy_package()
        plant(bug)
        build(product)
        seed, seconds, message = simulate(product, arguments.seeds)
        if seed is None and bug.found_by:
            message = f"{message or 'no run met it'}; {bug.found_by} has it"
        elif seed is None:
            missed.append(bug.name)
        shown = seed if seed is not None else "not found"
        print(f"{bug.name:24} {shown:>13} {seconds:8.1f}  {message[:150]}", flush=True)
    copy_package()
    if missed:
        print(f"planted: not found within {arguments.seeds} seeds: {', '.join(missed)}")
        return 1
    print(f"planted: all {len(chosen)} were found, by a run or by the unit tests named")
    return 0


if __name__ == "__main__":
    sys.exit(main())
