"""kcat: the system's own librdkafka, from a shell."""

import json
import re
import shutil
import subprocess
import threading
import time

from .base import DEADLINE, BaseClient, Message


class Client(BaseClient):
    name = "kcat"
    features = frozenset(["groups", "timestamps", "idempotence"])

    def __init__(self, address):
        super().__init__(address)
        self.program = shutil.which("kcat") or shutil.which("kafkacat")
        assert self.program, "kcat is not installed (Debian's package is called kcat)"

    def run(self, *arguments, text=None, seconds=DEADLINE):
        done = subprocess.run(
            [self.program, "-b", self.address, *arguments],
            check=False,
            input=text,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def produce(self, topic, messages, codec="none"):
        """kcat tells no offsets; the tests then do not ask."""
        lines = "".join(
            f"{'' if message.key is None else message.key.decode()}\t{message.value.decode()}\n" for message in messages
        )
        arguments = ["-P", "-t", topic, "-p", str(messages[0].partition), "-K", "\t", "-Z", "-X", "acks=all"]
        self.run(*arguments, "-z", codec, text=lines)
        return

    def send_all(self, topic, values, acknowledged):
        settings = ["-X", "enable.idempotence=true", "-X", "reconnect.backoff.max.ms=200", "-X", "linger.ms=1"]
        process = subprocess.Popen(
            [self.program, "-b", self.address, "-P", "-E", "-t", topic, "-p", "0", *settings],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for value in values:
            process.stdin.write(value + b"\n")
            process.stdin.flush()
            time.sleep(0.0005)
        process.stdin.close()
        # Told to go on through lost connections (-E), it ends with success only if everything was acknowledged.
        if process.wait(90) == 0:
            acknowledged += values

    def consume(self, topic, count=None, partitions=(0,), committed=True, last=None):
        """With -e it ends at the partition's end, so that nothing has to be counted."""
        level = "read_committed" if committed else "read_uncommitted"
        output = self.run(
            "-C",
            "-t",
            topic,
            "-p",
            str(partitions[0]),
            "-o",
            "beginning",
            "-e",
            "-J",
            "-q",
            "-u",
            *([] if count is None else ["-c", str(count)]),
            "-X",
            f"isolation.level={level}",
        )
        return [message_of(line) for line in output.splitlines()]

    def member(self, group, topics):
        return Member(self, group, topics)

    def offsets_for_time(self, topic, timestamp, partition=0):
        output = self.run("-Q", "-t", f"{topic}:{partition}:{timestamp}")
        offset = int(re.search(r"offset (-?\d+)", output).group(1))
        return None if offset < 0 else offset

    def topics(self):
        found = json.loads(self.run("-L", "-J"))["topics"]
        return {topic["topic"]: len(topic["partitions"]) for topic in found}


def message_of(line):
    record = json.loads(line)

    def bytes_of(text):
        # kcat prints null and empty keys alike.
        return text.encode() if text else None

    return Message(
        key=bytes_of(record.get("key")),
        value=bytes_of(record.get("payload")),
        partition=record["partition"],
        timestamp=record["ts"],
        offset=record["offset"],
    )


class Member:
    """A kcat process in a group: it prints what it reads and how it was assigned."""

    def __init__(self, client, group, topics):
        settings = [
            "session.timeout.ms=6000",
            "heartbeat.interval.ms=200",
            "auto.offset.reset=earliest",
            "fetch.wait.max.ms=50",
            "partition.assignment.strategy=range",
            "enable.auto.commit=true",
        ]
        options = [part for setting in settings for part in ("-X", setting)]
        self.process = subprocess.Popen(
            [client.program, "-b", client.address, "-J", "-u", *options, "-G", group, *topics],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lock = threading.Lock()
        self.received = []
        self.partitions = set()
        threading.Thread(target=self.read_records, daemon=True).start()
        threading.Thread(target=self.read_notes, daemon=True).start()

    def read_records(self):
        for line in self.process.stdout:
            with self.lock:
                self.received.append(message_of(line))

    def read_notes(self):
        for line in self.process.stderr:
            if "assigned:" in line:
                found = {int(number) for number in re.findall(r"\[(\d+)\]", line.split("assigned:")[1])}
                with self.lock:
                    self.partitions = found
            elif "revoked:" in line:
                with self.lock:
                    self.partitions = set()

    def poll(self):
        time.sleep(0.02)
        with self.lock:
            received, self.received = self.received, []
        return received

    def assignment(self):
        with self.lock:
            return set(self.partitions)

    def close(self):
        self.process.terminate()
        self.process.wait(DEADLINE)
