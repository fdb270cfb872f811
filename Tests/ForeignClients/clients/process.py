"""Clients of other languages: a program that reads commands from its standard input, and answers each with a line of
JSON.

A command is {"do": NAME, ...}, an answer {"ok": RESULT} or {"error": TEXT}. Bytes are base64, the absence of bytes is
null.
"""

import base64
import json
import os
import queue
import subprocess
import tempfile
import threading
import time
import uuid

from .base import DEADLINE, BaseClient, Message


class Refused(Exception):
    """What the program's client says."""


def encoded(data):
    return None if data is None else base64.b64encode(data).decode()


def decoded(text):
    return None if text is None else base64.b64decode(text)


def message_of(record):
    return Message(
        key=decoded(record["key"]),
        value=decoded(record["value"]),
        partition=record["partition"],
        timestamp=record["timestamp"],
        headers=tuple((name, decoded(value)) for name, value in record["headers"]),
        offset=record["offset"],
    )


class ProcessClient(BaseClient):
    #: The program and its arguments; the broker's address is added.
    command = ()

    def __init__(self, address):
        super().__init__(address)
        # Several threads may use one client; its program does one thing at a time.
        self.lock = threading.Lock()
        self.process = None
        self.ask("topics")

    def start(self):
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open while the program runs
        self.process = subprocess.Popen(
            [*self.command, self.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )
        self.answers = queue.Queue()
        threading.Thread(target=self.read, args=(self.process, self.answers), daemon=True).start()

    @staticmethod
    def read(process, answers):
        for line in process.stdout:
            answers.put(line)
        answers.put(None)

    def ask(self, command, patience=DEADLINE * 2, **arguments):
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                self.start()
            self.process.stdin.write(json.dumps({"do": command, **arguments}) + "\n")
            self.process.stdin.flush()
            try:
                line = self.answers.get(timeout=patience)
            except queue.Empty:
                # It is of no use any more; the next command starts another.
                self.end()
                raise AssertionError(
                    f"{self.name} did not answer {command} within {patience} s{self.noise()}"
                ) from None
            if line is None:
                raise AssertionError(f"{self.name} ended with {self.process.wait()} during {command}{self.noise()}")
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(f"{command}: {answer['error']}")
        return answer["ok"]

    def noise(self):
        self.errors.seek(0)
        return ":\n" + self.errors.read()[-2000:]

    def end(self):
        self.process.kill()
        self.process.wait(10)

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.end()

    # Producing and consuming

    def produce(self, topic, messages, codec="none", idempotent=False):
        records = [
            {
                "key": encoded(message.key),
                "value": encoded(message.value),
                "partition": message.partition,
                "timestamp": message.timestamp,
                "headers": [[name, encoded(value)] for name, value in message.headers],
            }
            for message in messages
        ]
        return self.ask("produce", topic=topic, codec=codec, records=records, idempotent=idempotent)

    def send_all(self, topic, values, acknowledged):
        acknowledged += map(decoded, self.ask("send_all", 120, topic=topic, values=[encoded(v) for v in values]))

    def consume(self, topic, count=None, partitions=(0,), committed=True, last=None):
        records = self.ask(
            "consume",
            topic=topic,
            count=-1 if count is None else count,
            partitions=list(partitions),
            committed=committed,
            last=-1 if last is None else last,
            seconds=DEADLINE,
        )
        return [message_of(record) for record in records]

    def offsets_for_time(self, topic, timestamp, partition=0):
        offset = self.ask("offset_for_time", topic=topic, timestamp=timestamp, partition=partition)
        return None if offset < 0 else offset

    def ends(self, topic, partition=0):
        return tuple(self.ask("ends", topic=topic, partition=partition))

    def member(self, group, topics, instance=None):
        return ProcessMember(self, group, topics, instance)

    def transactional(self, transactional_id):
        return ProcessTransactional(self, transactional_id)

    # Administration

    def create_topic(self, topic, partitions=1, configs=None):
        self.ask("create_topic", topic=topic, partitions=partitions, configs=configs or {})

    def delete_topic(self, topic):
        self.ask("delete_topic", topic=topic)

    def topics(self):
        return self.ask("topics")

    def configs(self, topic):
        return self.ask("configs", topic=topic)

    def set_config(self, topic, key, value):
        self.ask("set_config", topic=topic, key=key, value=value)

    def set_partitions(self, topic, count):
        self.ask("set_partitions", topic=topic, count=count)

    def groups(self):
        return set(self.ask("groups"))

    def describe_group(self, group):
        state, members = self.ask("describe_group", group=group)
        return state.lower(), members

    def group_offsets(self, group):
        return {(topic, partition): offset for topic, partition, offset in self.ask("group_offsets", group=group)}

    def delete_records(self, topic, offset, partition=0):
        return self.ask("delete_records", topic=topic, offset=offset, partition=partition)


class Handle:
    """Something that is kept in the program between commands."""

    def __init__(self, client):
        self.client = client
        self.id = uuid.uuid4().hex

    def ask(self, command, **arguments):
        return self.client.ask(command, id=self.id, **arguments)


class ProcessMember(Handle):
    def __init__(self, client, group, topics, instance):
        super().__init__(client)
        self.ask("join", group=group, topics=list(topics), instance=instance)
        if "commit" in client.features:
            self.commit = self.commit_positions

    def poll(self):
        time.sleep(0.02)
        return [message_of(record) for record in self.ask("poll")]

    def assignment(self):
        return set(self.ask("assignment"))

    def commit_positions(self, topic, positions):
        self.ask("commit", topic=topic, positions=list(positions.items()))

    def close(self):
        self.ask("leave")


class ProcessTransactional(Handle):
    Fenced = Refused

    def __init__(self, client, transactional_id):
        super().__init__(client)
        self.ask("init_transactions", transactional_id=transactional_id)

    def begin(self):
        self.ask("begin")

    def send(self, topic, value):
        self.ask("send", topic=topic, value=encoded(value))

    def flush(self):
        self.ask("flush")

    def send_offsets(self, topic, positions, member):
        self.ask("send_offsets", topic=topic, positions=list(positions.items()), member=member.id)

    def commit(self):
        self.ask("commit_transaction")

    def abort(self):
        self.ask("abort_transaction")

    def close(self):
        self.ask("close_producer")


def program(name):
    """Where run.sh puts what it builds."""
    return os.path.join(os.environ["FOREIGN_PROGRAMS"], name)
