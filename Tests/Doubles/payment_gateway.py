"""A payment processor that never charges twice: asked again under an idempotency key, it repeats its first answer."""

import asyncio
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from http_double import HTTPDouble, InProcess


class PaymentGateway(HTTPDouble):
    """`decide` says the status and the answer to a charge. With a journal, its answers outlive the process: each is
    written before it leaves."""

    def __init__(self, decide, journal=None, seed=0):
        super().__init__(seed)
        self.decide = decide
        self.answers = {}
        self.problems = []
        self.repeated = 0
        self.journal = None
        if journal:
            self._read(journal)
            self.journal = open(journal, "a")

    def _read(self, path):
        try:
            with open(path) as journal:
                for line in journal:
                    # The last line may be torn: its answer never left.
                    if line.endswith("\n"):
                        entry = json.loads(line)
                        self.answers[entry["key"]] = (entry["digest"], entry["answer"])
        except FileNotFoundError:
            pass

    async def respond(self, key, body):
        try:
            charge = json.loads(body, parse_float=Decimal)
            order_id = charge["order_id"]
            assert {"customer_id", "amount", "currency", "country"} <= set(charge)
        except (ValueError, KeyError, AssertionError) as error:
            self.problems.append(f"a charge that cannot be read: {body[:200]!r} ({error!r})")
            return 400, b'{"error":"unreadable"}'
        if key != f"charge-{order_id}":
            self.problems.append(f"order {order_id} came under the key {key}")
        digest = hashlib.sha256(json.dumps(charge, sort_keys=True, default=str).encode()).hexdigest()[:16]
        known = self.answers.get(key)
        if known:
            self.repeated += 1
            if known[0] != digest:
                self.problems.append(f"{key} came again with other content: {body[:300]!r}")
                return 422, b'{"error":"key reused"}'
            return 200, json.dumps(known[1]).encode()
        status, answer = await self.answer(charge)
        if status == 200:
            self._charge(key, digest, answer, charge)
        return status, json.dumps(answer).encode()

    async def answer(self, charge):
        return self.decide(charge)

    def _charge(self, key, digest, answer, charge):
        self.answers[key] = (digest, answer)
        if self.journal:
            self.journal.write(json.dumps({"key": key, "digest": digest, "answer": answer}) + "\n")
            self.journal.flush()

    def report(self):
        return {
            "charged": len(self.answers),
            "repeated": self.repeated,
            "problems": self.problems[:20],
            "problem_count": len(self.problems),
        }


class _Deciding(PaymentGateway):
    """Decides on threads, since what a test decides may take its time, and keeps the amounts."""

    def __init__(self, decide, delay):
        super().__init__(decide)
        self.delay = delay
        self.amounts = {}
        self.threads = ThreadPoolExecutor(max_workers=64)

    async def answer(self, charge):
        await asyncio.sleep(self.delay)
        return await asyncio.get_running_loop().run_in_executor(self.threads, self.decide, charge)

    def _charge(self, key, digest, answer, charge):
        super()._charge(key, digest, answer, charge)
        self.amounts[charge["order_id"]] = charge["amount"]


class Gateway(InProcess):
    """The payment processor of a test: it answers as the test decides, can go away and come back."""

    def __init__(self, decide=lambda charge: (200, {"status": "PAID"}), delay=0.0):
        super().__init__(_Deciding(decide, delay))

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/charges?token=s3cr3t-t0ken"

    @property
    def charged(self):
        """The idempotency keys of what was charged."""
        return set(self.double.answers)

    @property
    def requests(self):
        return self.double.counts["requests"]

    @property
    def amounts(self):
        return self.double.amounts

    def stop(self):
        super().stop()
        assert not self.double.problems, self.double.problems[:20]
