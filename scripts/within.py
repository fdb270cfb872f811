#!/usr/bin/env python3
"""Runs a command for a bounded time: within.py SECONDS COMMAND...

Where the command does not end by then, this says where each of its processes stands, ends all of them, and exits with
124. Ended by a signal itself, it takes them along: `swift test` would leave its tests running.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys


def children():
    """The processes below each process."""
    below = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has just ended
        below.setdefault(parent, []).append(int(stat.parent.name))
    return below


def tree(process):
    below, found = children(), [process]
    for one in found:
        found += below.get(one, [])
    return found


def threads(process):
    """A line for each thread: its name, its state, and what it waits for in the kernel."""
    for task in sorted(pathlib.Path(f"/proc/{process}/task").glob("*")):
        try:
            state = (task / "stat").read_text().rpartition(")")[2].split()[0]
            yield f"  {task.name} {(task / 'comm').read_text().strip()} {state} {(task / 'wchan').read_text()}"
        except OSError:
            continue


def describe(process):
    try:
        command = pathlib.Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return
    print(f"within: still running: {process} {command}", *threads(process), sep="\n", flush=True)
    if shutil.which("gdb") and command:
        stacks = ["gdb", "-p", str(process), "-batch", "-ex", "thread apply all backtrace 25"]
        try:
            subprocess.run(stacks, timeout=120, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired:
            print("within: its stacks could not be read in 120 s", flush=True)


def end(processes):
    for process in processes:
        # One that has ended by itself is as good.
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def main():
    limit, command = float(sys.argv[1]), sys.argv[2:]
    running = subprocess.Popen(command)

    def stop(number, _):
        end(tree(running.pid))
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        return running.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        print(f"within: '{' '.join(command)}' did not end in {limit:.0f} s", flush=True)
    hung = tree(running.pid)
    for process in hung:
        describe(process)
    end(hung)
    return 124


if __name__ == "__main__":
    sys.exit(main())
