"""The endpoint of orders' outcomes, as a process that can be killed. Arguments: port, journal, seed.

It fails at random all the time. The journal has the id of each event that was answered with success, or may have been.
"""

import asyncio
import json
import sys

from helper import serve
from http_double import HTTPDouble

# How often it answers as it should, and how it fails otherwise.
MOODS = ["ok"] * 93 + ["fail"] * 4 + ["cut"] * 2 + ["slow"]


class Outcomes(HTTPDouble):
    def __init__(self, journal, seed):
        super().__init__(seed)
        self.journal = open(journal, "a")
        self.events = 0
        self.problems = []

    def choose(self):
        return self.random.choice(MOODS) if self.mode == "ok" else super().choose()

    async def respond(self, key, body):
        event = json.loads(body)
        expected = f"msg_{event['data']['order_id']}_{event['type'].replace('.', '_')}"
        if key != expected:
            self.problems.append(f"the event {expected} came under the key {key}")
        self.events += 1
        self.journal.write(f"{key}\n")
        self.journal.flush()
        return 204, b""

    def report(self):
        return {"events": self.events, "problems": self.problems[:20]}


async def main():
    await serve(Outcomes(sys.argv[2], int(sys.argv[3])), int(sys.argv[1]))


if __name__ == "__main__":
    asyncio.run(main())
