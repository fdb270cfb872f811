"""A cluster as a process of its own, and its control port."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent


class RunningCluster:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "couchbase_cluster", "--seconds", "300", *options],
            cwd=HERE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line, f"the cluster did not start: exit {self.process.wait(timeout=5)}"
        self.endpoints = json.loads(line)

    def __getattr__(self, name):
        return self.endpoints[name]

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=10) == 0
        self.process.stdout.close()

    # The control port

    def control(self, method, path, **body):
        request = urllib.request.Request(
            f"{self.endpoints['control']}/{path}", json.dumps(body).encode() if body else None, method=method
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.loads(response.read())

    def post(self, command, **body):
        return self.control("POST", command, **(body or {"now": True}))

    def fault(self, action, **rule):
        return self.post("faults", action=action, **rule)

    def state(self):
        return self.control("GET", "state")

    def hits(self):
        return sum(rule["hits"] for rule in self.state()["faults"])

    def chain(self, number):
        """The nodes of a vbucket: active, then replicas."""
        return self.control("GET", "map")[self.endpoints["bucket"]][number]

    def reset(self):
        """As at the start, but for documents and indexes."""
        self.control("DELETE", "faults")
        self.control("DELETE", "query_faults")
        self.post("delay", ms=0)
        self.post("lag", on=False)
        self.post("replication", on=True)
        if any(not node["running"] or not node["member"] for node in self.state()["nodes"]):
            self.post("rebalance")
