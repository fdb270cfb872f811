#!/usr/bin/env python3
"""How far behind each of many clients of the event stream is, with authentication on.

One `orders up` makes orders at --rate. --clients connections listen on /api/events, each with an API key; --slow of
them connect and never read. All of it shares this machine. Prints a table.

behind: the time from when a change was made (its updated_at) until this client has it. A client's worst is taken
just before news arrive, when what it knows is oldest.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import re
import resource
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ORDERS = os.environ.get("ORDERS_BIN", str(pathlib.Path(__file__).parents[1] / ".build" / "release" / "orders"))
UPDATED, CREATED = b'"updated_at":"', b'"created_at":"'
STAMP = len("2026-11-28T12:59:14.075Z")
KEYS = 20


def moment(data, name, end=None):
    """The last whole time of that name in the data; nothing where there is none."""
    place = data.rfind(name, 0, end)
    if place >= 0 and place + len(name) + STAMP > len(data):
        place = data.rfind(name, 0, place)
    if place < 0:
        return None
    text = data[place + len(name) : place + len(name) + STAMP].decode()
    with contextlib.suppress(ValueError):  # fractions of a second are left out where they are 0
        return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.UTC).timestamp()
    return None


class Client:
    """One listener, and how it fared since `begin`."""

    def __init__(self, address, key, reads):
        self.reads = reads
        self.socket = socket.create_connection(address, timeout=30)
        if not reads:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host = f"{address[0]}:{address[1]}"
        self.socket.sendall(f"GET /api/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
        self.newest, self.is_open = None, True
        self.begin()

    def begin(self):
        self.worst, self.bytes, self.frames, self.skipped = 0.0, 0, 0, 0
        self.on_arrival, self.end_to_end = [], []

    def take(self, buffer, now):
        """Reads what is there."""
        try:
            count = self.socket.recv_into(buffer)
        except BlockingIOError:
            return
        except OSError:
            count = 0
        if count == 0:
            self.is_open = False
            return
        data = bytes(memoryview(buffer)[:count])
        self.bytes += count
        for skipped in re.findall(rb'"count":(\d+)', data) if b"event: skipped" in data else []:
            self.skipped += int(skipped)
        updated = moment(data, UPDATED)
        if updated is None:
            return
        self.frames += 1
        if self.newest is not None:
            self.worst = max(self.worst, now - self.newest)
        self.newest = max(updated, self.newest or 0)
        self.on_arrival.append(now - updated)
        created = moment(data, CREATED)
        if created is not None:
            self.end_to_end.append(now - created)


def share(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def process(pid):
    """Memory in MiB and processor time in seconds."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024, ticks


def start(folder, rate):
    """A platform that asks for keys, and those keys."""
    keys = []
    for number in range(KEYS):
        made = subprocess.run(
            [ORDERS, "keys", "add", f"listener {number}", "--scope", "read", "--json", "--data-dir", folder],
            check=True,
            capture_output=True,
        )
        keys.append(json.loads(made.stdout)["key"])
    arguments = ["up", "--rate", str(rate), "--data-dir", folder, "--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0"]
    log = open(f"{folder}/log", "w")  # noqa: SIM115 - open while the platform runs
    running = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", ORDERS, *arguments, "--require-auth", "--log-level", "warning"],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    for line in running.stdout:
        if match := re.match(r"dashboard listening on http://(\S+):(\d+)", line):
            return running, (match[1], int(match[2])), keys
    sys.exit(f"sse_clients: orders ended:\n{pathlib.Path(log.name).read_text()}")


def orders_so_far(address, key):
    asked = urllib.request.Request(
        f"http://{address[0]}:{address[1]}/api/stats", headers={"Authorization": f"Bearer {key}"}
    )
    return json.load(urllib.request.urlopen(asked, timeout=60))["totals"]["orders"]


def listen(clients, selector, seconds):
    """Reads from all for so long."""
    buffer, end = bytearray(1 << 20), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for key, _ in selector.select(min(left, 0.2)):
            key.data.take(buffer, time.time())
            if not key.data.is_open:
                selector.unregister(key.data.socket)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clients", type=int, default=2000)
    options.add_argument("--rate", type=int, default=2000)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--warm-up", type=int, default=20)
    options.add_argument("--slow", type=int, default=20)
    given = options.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    with tempfile.TemporaryDirectory(prefix="orders-sse-") as folder:
        running, address, keys = start(folder, given.rate)
        try:
            report(given, running, address, keys)
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(60)


def report(given, running, address, keys):
    selector, clients, slow = selectors.DefaultSelector(), [], []
    for number in range(given.clients):
        client = Client(address, keys[number % KEYS], reads=number >= given.slow)
        if client.reads:
            client.socket.setblocking(False)
            selector.register(client.socket, selectors.EVENT_READ, client)
            clients.append(client)
        else:
            slow.append(client)
        if number % 50 == 49:
            listen(clients, selector, 0.2)
    listen(clients, selector, given.warm_up)
    for client in clients:
        client.begin()
    before, used, began, orders = *process(running.pid), time.monotonic(), orders_so_far(address, keys[0])
    load = os.getloadavg()
    listen(clients, selector, given.seconds)
    seconds = time.monotonic() - began
    after, spent = process(running.pid)
    rate = (orders_so_far(address, keys[0]) - orders) / seconds
    now = time.time()
    for client in clients:
        client.worst = max(client.worst, now - client.newest) if client.newest else float("inf")
    arrivals = [value for client in clients for value in client.on_arrival]
    whole = [value for client in clients for value in client.end_to_end]
    worst = [client.worst for client in clients]
    late = sum(value > 2 for value in worst)
    print(f"clients that read          {len(clients)}, open at the end {sum(client.is_open for client in clients)}")
    print(f"clients that never read    {len(slow)}")
    print(f"orders a second            {rate:.0f} of {given.rate}")
    print(
        f"measured for               {seconds:.0f} s; load of the machine before {load[0]:.1f}, cores {os.cpu_count()}"
    )
    for name, values in (("change to client", arrivals), ("order to client", whole), ("each client's worst", worst)):
        parts = ", ".join(f"{label} {share(values, part):.3f}" for label, part in (("p50", 0.5), ("p99", 0.99)))
        print(f"{name:26} {parts}, max {max(values, default=float('nan')):.3f} s")
    print(f"more than 2 s behind       {late} clients")
    print(f"to a client a second       {sum(c.frames for c in clients) / len(clients) / seconds:.2f} reads, "
          f"{sum(c.bytes for c in clients) / len(clients) / seconds / 1024:.1f} KiB")  # fmt: skip
    print(f"left out for a client      {sum(c.skipped for c in clients) / len(clients) / seconds:.0f} changes a second")
    print(f"server                     {before:.0f} to {after:.0f} MiB, {(spent - used) / seconds:.2f} cores")
    sys.exit(1 if late else 0)


if __name__ == "__main__":
    main()
