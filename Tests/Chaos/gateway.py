"""A payment gateway that never charges twice: what it answered stands in a file under the idempotency key, written
before the answer leaves."""

import asyncio
import hashlib
import json
import sys

from http_double import HTTPDouble, serve


class Gateway(HTTPDouble):
    def __init__(self, path, seed):
        super().__init__(seed)
        self.answers = {}
        self.problems = []
        self.repeated = 0
        try:
            with open(path) as journal:
                for line in journal:
                    # The last line may be torn: its answer never left.
                    if line.endswith("\n"):
                        entry = json.loads(line)
                        self.answers[entry["key"]] = (entry["digest"], entry["answer"])
        except FileNotFoundError:
            pass
        self.journal = open(path, "a")

    def respond(self, key, body):
        try:
            charge = json.loads(body)
            order_id = charge["order_id"]
            assert {"customer_id", "amount", "currency", "country"} <= set(charge)
        except (ValueError, KeyError, AssertionError) as error:
            self.problems.append(f"a charge that cannot be read: {body[:200]!r} ({error!r})")
            return 400, b'{"error":"unreadable"}'
        if key != f"charge-{order_id}":
            self.problems.append(f"order {order_id} came under the key {key}")
        digest = hashlib.sha256(json.dumps(charge, sort_keys=True).encode()).hexdigest()[:16]
        known = self.answers.get(key)
        if known:
            self.repeated += 1
            if known[0] != digest:
                self.problems.append(f"{key} came again with other content: {body[:300]!r}")
                return 422, b'{"error":"key reused"}'
            return 200, json.dumps(known[1]).encode()
        declined = int(hashlib.sha256(str(order_id).encode()).hexdigest()[:4], 16) % 20 == 0
        answer = {"status": "DECLINED", "reason": "INSUFFICIENT_FUNDS"} if declined else {"status": "PAID"}
        self.answers[key] = (digest, answer)
        self.journal.write(json.dumps({"key": key, "digest": digest, "answer": answer}) + "\n")
        self.journal.flush()
        return 200, json.dumps(answer).encode()

    def report(self):
        return {
            "charged": len(self.answers),
            "repeated": self.repeated,
            "problems": self.problems[:20],
            "problem_count": len(self.problems),
        }


async def main():
    await serve(Gateway(sys.argv[2], int(sys.argv[3])), int(sys.argv[1]))


if __name__ == "__main__":
    asyncio.run(main())
