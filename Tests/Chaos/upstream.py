"""An upstream that sends orders, retries until each is acknowledged, and at times sends again what it sent before.

Half of its trouble is its own: it abandons HTTP requests before their answer and repeats them. Every order id that was
acknowledged (a delivery report without an error, or HTTP 202) goes to a file; what stands there must never be lost.
"""

import asyncio
import collections
import http.client
import json
import queue
import random
import sys
import threading
import time

from confluent_kafka import KafkaException, Producer
from helper import serve_commands
from homes import home
from orders_made import MALFORMED, contradicting, order

TICK = 0.02


class Upstream:
    def __init__(self, kafka, http_port, accepted, seed):
        self.kafka, self.http_port, self.seed = kafka, http_port, seed
        self.random = random.Random(seed)
        self.accepted = open(accepted, "a")
        # What contradicts an order: each id before it is sent, and again once the log has it.
        self.conflicts = open(accepted + ".conflicts", "a")
        self.rate = 0
        self.next_id = 1
        self.counts = collections.Counter()
        self.problems = []
        self.outstanding = 0
        self.lock = threading.Lock()
        # (due, sequence, event): status changes and repetitions to come.
        self.due = []
        self.kafka_events = queue.SimpleQueue()
        self.http_events = queue.Queue(maxsize=2000)
        self.producers = {}
        self.make_producers()

    # Events are (order, path, is_first, key, tries)

    def make_producers(self):
        for name, partitioner in (("java", "murmur2_random"), ("other", "consistent_random")):
            if name not in self.producers:
                self.producers[name] = Producer(
                    {
                        "bootstrap.servers": self.kafka,
                        "enable.idempotence": True,
                        "partitioner": partitioner,
                        "message.timeout.ms": 30000,
                        "reconnect.backoff.ms": 50,
                        "reconnect.backoff.max.ms": 1000,
                        "linger.ms": 5,
                        "log_level": 2,
                        "error_cb": lambda error: None,
                    }
                )

    # MARK: Kafka

    def send_kafka(self, event, name="java"):
        try:
            self.producers[name].produce(
                "orders",
                key=str(event["order"]["order_id"]),
                value=json.dumps(event["order"]),
                on_delivery=lambda error, message: self.delivered(event, error, message),
            )
        except BufferError:
            self.later(0.2, event | {"path": "kafka"})
        except KafkaException as error:
            # Fatal: an upstream makes itself a new producer and sends again.
            self.counts["producers_replaced"] += 1
            print(f"producer {name}: {error}", file=sys.stderr)
            del self.producers[name]
            self.make_producers()
            self.later(0.2, event)

    def delivered(self, event, error, message):
        if error is None:
            self.acknowledged(event, message.partition())
        else:
            self.counts["kafka_failed"] += 1
            self.later(0.2, event)

    def send_malformed(self):
        value = self.random.choice(MALFORMED)

        def done(error, _):
            if error is None:
                self.counts["malformed_acknowledged"] += 1

        try:
            self.producers["java"].produce(
                "orders", key=str(self.random.randrange(10**6)), value=value, on_delivery=done
            )
            self.counts["malformed_sent"] += 1
        except (BufferError, KafkaException):
            pass

    # MARK: HTTP

    def http_worker(self, number):
        choice = random.Random(self.seed * 31 + number)
        connection = None
        while True:
            event = self.http_events.get()
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=15)
                headers = {"Content-Type": "application/json", "Idempotency-Key": event["key"]}
                connection.request("POST", "/api/orders", json.dumps(event["order"]), headers)
                if choice.random() < 0.02:
                    # Gives up before the answer; whether the order was taken, it cannot know. It asks again.
                    connection.close()
                    connection = None
                    self.counts["http_abandoned"] += 1
                    self.later(0.1, event)
                    continue
                response = connection.getresponse()
                answer = response.read()
                if response.status == 409 and b":order-conflict" in answer and self.contradicted(event, answer):
                    continue
                if response.status == 202:
                    self.posted(event, json.loads(answer))
                    continue
                if response.status not in (408, 409, 429, 500, 502, 503, 504):
                    self.problems.append(f"POST /api/orders answered {response.status}: {answer[:300]!r} to {event}")
                self.counts[f"http_{response.status}"] += 1
            except (OSError, http.client.HTTPException):
                self.counts["http_failed"] += 1
                if connection:
                    connection.close()
                connection = None
            self.later(choice.uniform(0.1, 0.5), event)

    def posted(self, event, answer):
        order_id = answer["order_id"]
        known = event.get("answered", event["order"].get("order_id"))
        if known is not None and known != order_id:
            self.problems.append(f"key {event['key']} was answered with order {order_id} after {known}")
        self.acknowledged(event | {"answered": order_id}, answer["partition"])

    def contradicted(self, event, answer):
        """The order is known with other contents: right for what contradicts it. Anything else may be taken for a
        conflict as long as the API knows of a contradicting event that it accepted, and the store does not know the
        order yet."""
        if not event.get("is_conflict"):
            event["contradicted"] = event.get("contradicted", 0) + 1
            if event["contradicted"] == 200:
                self.problems.append(f"POST /api/orders answers 409 again and again: {answer[:300]!r} to {event}")
            return False
        with self.lock:
            self.counts["conflicts_refused"] += 1
            self.outstanding -= 1
        return True

    # MARK: what comes of it

    def acknowledged(self, event, partition):
        order_id = event.get("answered", event["order"].get("order_id"))
        if event.get("is_conflict"):
            with self.lock:
                self.conflicts.write(f"acknowledged {order_id}\n")
                self.counts["conflicts_acknowledged"] += 1
                self.outstanding -= 1
            return
        with self.lock:
            self.accepted.write(f"{order_id}\n")
            self.counts["acknowledged"] += 1
            self.counts[f"acknowledged_{event['path']}"] += 1
            self.outstanding -= 1
        again = self.random.random()
        if again < 0.05:
            self.counts["repeated"] += 1
            path = self.random.choice(["kafka", "http"]) if "order_id" in event["order"] else "http"
            key = event["key"] if path == "http" and event["path"] == "http" else event["key"] + "-again"
            # After a status change on another path, it is an old event that comes late: it must not take the order
            # back.
            self.plan(self.random.uniform(0, 8), event | {"path": path, "key": key, "is_first": False})
        if event["is_first"] and "order_id" in event["order"] and self.random.random() < 0.6:
            status = "CANCELLED" if self.random.random() < 0.15 else "CONFIRMED"
            self.counts["status_changes"] += 1
            self.plan(
                self.random.uniform(0, 4),
                {
                    "order": event["order"] | {"status": status},
                    "path": "kafka",
                    "is_first": False,
                    "key": f"{event['key']}-{status}",
                },
            )

        # Where the first event stands at home, it is the first: what comes later and differs changes nothing. One that
        # stands elsewhere (another hash, or the same over more partitions) still has to be sent home, and what differs
        # may be there before it.
        is_decided = "order_id" in event["order"] and partition == home(order_id)
        if event["is_first"] and is_decided and self.random.random() < 0.03:
            self.counts["conflicts"] += 1
            with self.lock:
                self.conflicts.write(f"sent {order_id}\n")
            self.plan(
                self.random.uniform(0, 4),
                {
                    "order": contradicting(event["order"], self.random),
                    "path": self.random.choice(["kafka", "kafka", "http"]),
                    "is_first": False,
                    "is_conflict": True,
                    "key": f"{event['key']}-conflict",
                },
            )

    def plan(self, delay, event):
        """A new event to send."""
        with self.lock:
            self.outstanding += 1
            self.counts["sent"] += 1
        self.later(delay, event)

    def later(self, delay, event):
        self.kafka_events.put((time.monotonic() + delay, event))

    def dispatch(self, event):
        if event["path"] == "http":
            try:
                self.http_events.put_nowait(event)
            except queue.Full:
                self.later(0.5, event)
        else:
            self.send_kafka(event, event.get("producer", "java"))

    def make(self):
        order_id = self.next_id
        self.next_id += 1
        self.counts["orders"] += 1
        event = {"order": order(self.seed, order_id), "is_first": True, "key": f"order-{order_id}"}
        path = self.random.random()
        if path < 0.2:
            event |= {"path": "http"}
            if path < 0.03:
                del event["order"]["order_id"]
        elif path < 0.23:
            # A client that partitions by another hash: its records have to be sent home.
            event |= {"path": "kafka", "producer": "other"}
        else:
            event |= {"path": "kafka"}
        self.plan(0, event)
        if self.random.random() < 0.01:
            self.send_malformed()

    def run(self):
        owed = 0.0
        waiting = []
        last = time.monotonic()
        while True:
            now = time.monotonic()
            # No debt is run up while the other side is away: an upstream has bounded buffers, too.
            owed = min(owed + (now - last) * self.rate, self.rate)
            last = now
            while owed >= 1 and self.outstanding < 20_000:
                self.make()
                owed -= 1
            while True:
                try:
                    waiting.append(self.kafka_events.get_nowait())
                except queue.Empty:
                    break
            ready = [event for due, event in waiting if due <= now]
            waiting = [entry for entry in waiting if entry[0] > now]
            for event in ready:
                self.dispatch(event)
            for producer in list(self.producers.values()):
                producer.poll(0)
            with self.lock:
                self.accepted.flush()
                self.conflicts.flush()
            time.sleep(TICK)

    def handle(self, command, parameters):
        if command == "rate":
            self.rate = parameters["rate"]
        return dict(self.counts) | {"outstanding": self.outstanding, "problems": self.problems[:20]}


async def main():
    upstream = Upstream(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    for number in range(8):
        threading.Thread(target=upstream.http_worker, args=(number,), daemon=True).start()
    threading.Thread(target=upstream.run, daemon=True).start()
    await serve_commands(upstream.handle)


if __name__ == "__main__":
    asyncio.run(main())
