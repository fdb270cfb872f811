"""The platform from outside: its HTTP API, and starting and stopping its process."""

import json
import shlex
import signal
import subprocess
import time
import urllib.error
import urllib.request


class API:
    def __init__(self, url):
        self.url = url.rstrip("/")

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as response:
            return json.load(response)

    def post_order(self, order):
        """The order's id once the log has it."""
        request = urllib.request.Request(
            self.url + "/api/orders", json.dumps(order).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status == 202, f"POST /api/orders answered {response.status}"
            return json.load(response)["order_id"]

    def wait_until_ready(self, timeout=120):
        """Until GET /readyz answers 200; an AssertionError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=5) as response:
                    if response.status == 200:
                        return
            except (urllib.error.URLError, OSError) as error:
                last = error
            else:
                last = f"status {response.status}"
            assert time.monotonic() < deadline, f"{self.url} is not ready after {timeout} s: {last}"
            time.sleep(0.2)


class Platform:
    """The platform under test: a process of ours, one that a command restarts, or one left alone."""

    def __init__(self, api, start=None, restart=None):
        self.api, self.start_command, self.restart_command = api, start, restart
        self.process = None

    @property
    def can_restart(self):
        return bool(self.start_command or self.restart_command)

    def start(self):
        if self.start_command:
            self.process = subprocess.Popen(shlex.split(self.start_command))
        self.api.wait_until_ready()

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def restart(self, pause):
        """Stops, calls `pause` while it is down (where the process is ours), and starts again on the same port."""
        if self.restart_command:
            subprocess.run(self.restart_command, shell=True, check=True, timeout=300)
            self.api.wait_until_ready()
        else:
            self.stop()
            pause()
            self.start()
