"""Writes down the requests of foreign clients, for the tests of the protocol's types (Tests/TestSupport/ForeignFrames).

    ORDERS_BIN=.build/debug/orders .build/foreign-clients/current/bin/python Tests/ForeignClients/frames.py confluent

Between a client and the embedded broker stands a proxy. It keeps the longest request of each API in each version. All
clients do the same: `scenario`. Arguments are clients of this environment, by their names in conftest.py. `run.sh`
makes the environments.
"""

import contextlib
import pathlib
import socket
import struct
import sys
import tempfile
import threading
import time

import conftest
from broker import Broker, until
from clients.base import Message

TARGET = pathlib.Path(__file__).parent.parent / "TestSupport" / "ForeignFrames"
TIMESTAMP = 1_700_000_000_000
MESSAGES = [
    Message(b"key", b"value", 0, TIMESTAMP, (("trace", b"1"), ("empty", b""))),
    Message(None, b"later", 0, TIMESTAMP + 250),
    Message(b"gone", None, 0, TIMESTAMP - 40),
]
PRODUCE = 0


class Recorder:
    """A proxy that keeps requests."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.target = None
        #: Requests with their length prefix, by API and version. Of Produce also the shortest is kept.
        self.longest = {}
        self.shortest = {}
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.server.accept()
            try:
                broker = socket.create_connection(self.target)
            except ConnectionRefusedError:
                # A client that is still there when the broker has stopped.
                client.close()
                continue
            threading.Thread(target=self.requests, args=(client, broker), daemon=True).start()
            threading.Thread(target=self.answers, args=(broker, client), daemon=True).start()

    def requests(self, client, broker):
        with contextlib.suppress(OSError), client.makefile("rb") as stream:
            while len(head := stream.read(4)) == 4:
                frame = head + stream.read(struct.unpack(">i", head)[0])
                self.keep(frame)
                broker.sendall(frame)
        with contextlib.suppress(OSError):
            broker.shutdown(socket.SHUT_WR)

    @staticmethod
    def answers(broker, client):
        with contextlib.suppress(OSError):
            while data := broker.recv(1 << 16):
                client.sendall(data)
            client.shutdown(socket.SHUT_WR)

    def keep(self, frame):
        which = struct.unpack_from(">hh", frame, 4)
        if len(frame) > len(self.longest.get(which, b"")):
            self.longest[which] = frame
        if which[0] == PRODUCE and len(frame) < len(self.shortest.get(which, frame * 2)):
            self.shortest[which] = frame

    def frames(self):
        found = list(self.longest.items())
        found += [item for item in self.shortest.items() if self.longest[item[0]] != item[1]]
        return sorted(found, key=lambda item: (*item[0], -len(item[1])))


def read(member, count):
    received = []
    until(lambda: received.extend(member.poll()) or len(received) >= count, what="records of a group")
    return len(received)


def scenario(client):
    """Every call that the client has. What it lacks is left out."""
    has = client.features
    client.create_topic("golden", partitions=2, configs={"retention.ms": "3600000"})
    until(lambda: "golden" in client.topics(), what="the topic")
    client.produce("golden", MESSAGES)
    client.consume("golden", count=3)
    if "timestamps" in has:
        client.offsets_for_time("golden", TIMESTAMP)
    client.ends("golden")
    if "groups" in has:
        groups(client)
    if "transactions" in has:
        transactions(client)
    if "configs" in has:
        client.configs("golden")
        client.set_config("golden", "retention.ms", "7200000")
    if "partitions" in has:
        client.set_partitions("golden", 3)
    if "delete-records" in has:
        client.delete_records("golden", 1)
    if "group-admin" in has:
        client.groups()
        client.describe_group("golden-group")
        client.group_offsets("golden-group")
        if hasattr(client, "delete_group"):
            client.delete_group("golden-group")
    client.delete_topic("golden")


def groups(client):
    member = client.member("golden-group", ["golden"])
    read(member, 3)
    if "commit" in client.features:
        member.commit("golden", {0: 3})
    # A few heartbeats.
    time.sleep(1)
    member.close()
    if "static" in client.features:
        member = client.member("golden-static", ["golden"], instance="golden-instance")
        read(member, 3)
        member.close()


def transactions(client):
    member = client.member("golden-copy", ["golden"])
    read(member, 3)
    producer = client.transactional("golden-transactions")
    producer.begin()
    producer.send("golden", b"committed")
    producer.flush()
    producer.send_offsets("golden", {0: 3}, member)
    producer.commit()
    producer.begin()
    producer.send("golden", b"aborted")
    producer.flush()
    producer.abort()
    producer.close()
    member.close()


def title(name):
    """The client and its version, in words."""
    if name.startswith("confluent"):
        import confluent_kafka

        return f"librdkafka {confluent_kafka.libversion()[0]}, by confluent-kafka {confluent_kafka.version()[0]}"
    if name == "java":
        from clients.process import program

        (jar,) = pathlib.Path(program("jars")).glob("kafka-clients-*.jar")
        return f"Apache Kafka's own client, {jar.stem}"
    if name == "sarama":
        return "sarama 1.22, as Debian 12 has it"
    module = __import__("aiokafka" if name == "aiokafka" else "kafka")
    return f"{name.removesuffix('-legacy')} {module.__version__}"


def swift(name, frames):
    """The fixture as a Swift file."""
    words = name.replace("-", " ").split()
    constant = words[0] + "".join(map(str.title, words[1:]))
    lines = [
        f"/// Requests of {title(name)}, as it sent them to the embedded broker.",
        "///",
        "/// Taken by Tests/ForeignClients/frames.py, which says what the client did and with which settings.",
        "extension ForeignFrame {",
        f"    package static let {constant} = parse(",
        f'        "{name}",',
        '        """',
    ]
    for (key, version), frame in frames:
        lines.append(f"        {key} {version}")
        digits = frame.hex()
        lines += [f"          {digits[at : at + 104]}" for at in range(0, len(digits), 104)]
    lines += ['        """)', "}"]
    path = TARGET / f"ForeignFrames+{constant[0].upper() + constant[1:]}.swift"
    path.write_text("\n".join(lines) + "\n")
    print(f"{path.name}: {len(frames)} requests")


#: How transactions are made (KIP-890); clients that know the first only do the same twice.
TRANSACTION_VERSIONS = ["1", "2"]


def record(name):
    recorder = Recorder()
    for version in TRANSACTION_VERSIONS:
        with tempfile.TemporaryDirectory() as folder:
            settings = {"KAFKA_BROKER_TRANSACTION_VERSION": version}
            broker = Broker(folder, settings, arguments=["--advertise", recorder.address]).start()
            recorder.target = (broker.host, broker.port)
            client = conftest.make(name, recorder.address)
            scenario(client)
            client.close()
            broker.stop()
    swift(name, recorder.frames())


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for name in sys.argv[1:]:
        record(name)
