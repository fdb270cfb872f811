"""The receiver of fraud alerts: it notes every idempotency key that it has answered with success, or may have."""

import json

from http_double import HTTPDouble, InProcess


class Webhook(HTTPDouble):
    def __init__(self, journal=None, seed=0):
        super().__init__(seed)
        self.journal = open(journal, "a") if journal else None
        # Statuses for the next requests; 204 for those after them.
        self.statuses = []
        self.received = []
        self.seen = set()
        self.repeated = 0
        self.problems = []

    async def respond(self, key, body):
        alert = json.loads(body)
        order_id = alert["order_id"]
        if key != f"fraud-alert-{order_id}":
            self.problems.append(f"the alert of order {order_id} came under the key {key}")
        status = self.statuses.pop(0) if self.statuses else 204
        if status >= 300:
            return status, b""
        if key in self.seen:
            self.repeated += 1
        self.seen.add(key)
        if self.journal:
            self.journal.write(f"{order_id}\n")
            self.journal.flush()
        else:
            self.received.append((key, alert))
        return status, b""

    def report(self):
        return {"alerts": len(self.seen), "repeated": self.repeated, "problems": self.problems[:20]}


class Endpoint(InProcess):
    """The webhook of a test, which listens from the start: it answers as it is told and remembers what it got."""

    def __init__(self):
        super().__init__(Webhook())
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/alerts?token=s3cr3t-t0ken"

    @property
    def received(self):
        """Idempotency key and alert, of what was answered with success."""
        return self.double.received

    @property
    def answers(self):
        """The statuses that are still to be given."""
        return self.double.statuses

    @answers.setter
    def answers(self, statuses):
        self.double.statuses = statuses
