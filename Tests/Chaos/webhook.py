"""The receiver of fraud alerts: notes every idempotency key that it has answered with success, or may have."""

import asyncio
import json
import sys

from http_double import HTTPDouble, serve


class Webhook(HTTPDouble):
    def __init__(self, path, seed):
        super().__init__(seed)
        self.file = open(path, "a")
        self.seen = set()
        self.repeated = 0
        self.problems = []

    def respond(self, key, body):
        order_id = json.loads(body)["order_id"]
        if key != f"fraud-alert-{order_id}":
            self.problems.append(f"the alert of order {order_id} came under the key {key}")
        if key in self.seen:
            self.repeated += 1
        self.seen.add(key)
        self.file.write(f"{order_id}\n")
        self.file.flush()
        return 204, b""

    def report(self):
        return {"alerts": len(self.seen), "repeated": self.repeated, "problems": self.problems[:20]}


async def main():
    await serve(Webhook(sys.argv[2], int(sys.argv[3])), int(sys.argv[1]))


if __name__ == "__main__":
    asyncio.run(main())
