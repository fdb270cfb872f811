"""The broker under test, as a process."""

import glob
import os
import re
import signal
import subprocess
import threading
import time

START_SECONDS = 30
#: Retention, compaction and expiry look for work every second, so that no test waits for them.
SETTINGS = {"KAFKA_BROKER_LOG_RETENTION_CHECK_INTERVAL_MS": "1000"}
FAKETIME = "/usr/lib/*/faketime/libfaketimeMT.so.1"


class Broker:
    """Starts on a free port and keeps that port over restarts. With `moves_clock` its time of day can be moved."""

    def __init__(self, data_directory, environment=None, moves_clock=False, arguments=()):
        self.data_directory = str(data_directory)
        self.environment = {**SETTINGS, **(environment or {})}
        self.arguments = list(arguments)
        self.clock = self.data_directory + ".clock" if moves_clock else None
        self.moved = 0
        self.address = "127.0.0.1:0"
        self.process = None
        self.lines = []

    @property
    def host(self):
        return self.address.rsplit(":", 1)[0]

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    def start(self):
        program = os.environ["ORDERS_BIN"]
        # It ends with the tests, however those end. And libfaketime changes the environment of the first process that
        # it is loaded into, behind which Swift looks for its arguments: that is then `setpriv`, which becomes the
        # broker.
        arguments = [
            "setpriv",
            "--pdeathsig",
            "KILL",
            program,
            "broker",
            "--data-dir",
            self.data_directory,
            "--kafka",
            self.address,
            *self.arguments,
        ]
        bound = threading.Event()
        self.process = subprocess.Popen(
            arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **self.environment, **self.clock_environment()},
        )

        def read(stream):
            for line in stream:
                self.lines.append(line.rstrip())
                match = re.search(r"kafka listening on (127\.0\.0\.1:\d+)", line)
                if match:
                    self.address = match.group(1)
                    bound.set()

        threading.Thread(target=read, args=(self.process.stdout,), daemon=True).start()
        if not bound.wait(START_SECONDS):
            self.kill()
            raise AssertionError("the broker did not say where it listens:\n" + "\n".join(self.lines[-20:]))
        return self

    def clock_environment(self):
        if not self.clock:
            return {}
        found = glob.glob(FAKETIME)
        assert found, f"{FAKETIME} is not there (Debian's package is called faketime)"
        self.move_clock(0)
        # What waits goes by the clock that only goes on, which stays as it is. The C library's allocator comes before
        # the process's own: that one asks for the time when it starts, before libfaketime, which allocates, is ready.
        return {
            "LD_PRELOAD": f"{found[0]} libc.so.6",
            "FAKETIME_TIMESTAMP_FILE": self.clock,
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def move_clock(self, seconds):
        """Forward from where it is; the broker notices within a second."""
        self.moved += seconds
        with open(self.clock + ".new", "w") as file:
            file.write(f"+{self.moved}\n")
        os.replace(self.clock + ".new", self.clock)

    def kill(self):
        """As a power cut would, but for the disk's cache."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the broker did not stop on SIGTERM") from None

    @property
    def is_alive(self):
        return self.process is not None and self.process.poll() is None


def until(condition, seconds=20, what="the condition"):
    """Polls until the condition gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.02)
