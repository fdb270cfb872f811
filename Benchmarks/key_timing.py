#!/usr/bin/env python3
"""Whether the time of the answer to a wrong API key tells anything of what is wrong with it.

Starts a platform that asks for keys, makes one, and presents wrong ones of several kinds. Each connection presents one
of each kind, in random order, so that what disturbs the machine disturbs all alike. Failures are counted by address:
every connection comes from an address of its own (127.0.0.0/8). For each kind it prints the median, and the difference
from the first kind within the same connection: its mean over the fastest, with the error of that mean, and t.
As in "dude, is my code constant time?" (Reparaz, Balasch, Verbauwhede, 2017), |t| over 4.5 is a difference.
"""

import argparse
import itertools
import json
import math
import os
import pathlib
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

ORDERS = os.environ.get("ORDERS_BIN", str(pathlib.Path(__file__).parents[1] / ".build" / "release" / "orders"))
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID, SECRET = slice(4, 12), slice(13, 56)


def whole(key_id, secret):
    """A key of the right form: with its checksum."""
    body = f"ord_{key_id}_{secret}"
    value, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = LETTERS[digit] + digits
    return body + digits


def others(text):
    """The text with every letter another one."""
    return "".join(random.choice(LETTERS.replace(letter, "")) for letter in text)


def wrong(right):
    """A wrong key of each kind."""
    key_id, secret = right[ID], right[SECRET]
    assert whole(key_id, secret) == right
    return {
        "known id, every character wrong": whole(key_id, others(secret)),
        "known id, first character right": whole(key_id, secret[0] + others(secret[1:])),
        "known id, first half right": whole(key_id, secret[:21] + others(secret[21:])),
        "known id, only the last character wrong": whole(key_id, secret[:-1] + others(secret[-1])),
        "unknown id, every character wrong": whole(others(key_id), others(secret)),
        "unknown id, the secret of another key": whole(others(key_id), secret),
    }


def ask(connection, host, key):
    """Nanoseconds from the request to its whole answer."""
    request = f"GET /api/stats HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    began = time.perf_counter_ns()
    connection.sendall(request)
    answer = connection.recv(65536)
    taken = time.perf_counter_ns() - began
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 401"), answer[:200]
    return taken


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--connections", type=int, default=10_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="orders-timing-") as folder:
        add = ["keys", "add", "timing", "--scope", "read", "--json", "--data-dir", folder]
        right = json.loads(subprocess.run([ORDERS, *add], check=True, capture_output=True).stdout)["key"]
        arguments = ["--count", "0", "--no-reconciler", "--require-auth", "--log-level", "critical", "--audit-log", "-"]
        arguments += ["--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0"]
        running = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", ORDERS, "up", "--data-dir", folder, *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            for line in running.stdout:
                if match := re.match(r"dashboard listening on http://(\S+):(\d+)", line):
                    break
            else:
                sys.exit("key_timing: orders ended")
            measure((match[1], int(match[2])), right, given.connections)
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(60)


def crop(times, first, tenths):
    """The mean of the differences, of those pairs that are both among so many tenths of the fastest."""
    limits = [statistics.quantiles(one, n=10)[tenths - 1] for one in (times, first)]
    pairs = [(one - other) / 1000 for one, other in zip(times, first, strict=True) if max(one, other) <= max(limits)]
    mean, error = statistics.fmean(pairs), statistics.stdev(pairs) / math.sqrt(len(pairs))
    return f"fastest {tenths}0 %: {mean:+.1f} us, error {error:.1f}, t {mean / error:+.2f}"


def measure(address, right, connections):
    kinds = list(wrong(right))
    times = {kind: [] for kind in kinds}
    own = (f"127.{a}.{b}.{c}" for a, b, c in itertools.product(range(1, 255), range(256), range(1, 255)))
    load = os.getloadavg()[0]
    for number in range(connections + 200):
        keys = wrong(right)
        with socket.create_connection(address, timeout=30, source_address=(next(own), 0)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # The first request of a connection is slower than others: this one is of no kind.
            ask(connection, f"{address[0]}:{address[1]}", others("x" * 62))
            taken = {
                kind: ask(connection, f"{address[0]}:{address[1]}", keys[kind])
                for kind in random.sample(kinds, len(kinds))
            }
        if number >= 200:
            for kind in kinds:
                times[kind].append(taken[kind])
    print(f"{connections} connections, one key of each kind in each; load before {load:.1f}, cores {os.cpu_count()}")
    print(f"{'kind':40} {'median':>9}  difference from the first, within a connection")
    is_even = True
    for kind in kinds:
        found = "".join(f"; {crop(times[kind], times[kinds[0]], tenths)}" for tenths in (9, 3) if kind != kinds[0])
        is_even &= all(abs(float(t)) <= 4.5 for t in re.findall(r", t ([-+][0-9.]+)", found))
        print(f"{kind:40} {statistics.median(times[kind]) / 1000:6.1f} us{found}")
    print("no difference" if is_even else "the times DIFFER")
    sys.exit(0 if is_even else 1)


if __name__ == "__main__":
    main()
