"""Stream processors written for Kafka: killed in the middle, and started again without their local state."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from broker import until
from clients.base import CODECS, Message
from clients.confluent import Client
from raw import latest_offset, topic_bytes

KEYS = 20
COUNT = 3000
SEGMENT = 16 << 10
#: Seconds for each wait. Under a load of 20 on two cores the longest took about a minute.
PATIENCE = 120
#: Each with the topic that its state is restored from.
PIPELINES = {
    "quix.py": "changelog__{name}--{name}--default",
    "faust_count.py": "{name}-counts-changelog",
}


class Pipeline:
    """One that counts the records of a topic by key, in a process of its own."""

    def __init__(self, program, broker, client, name, codec, directory):
        self.broker, self.client, self.name, self.codec = broker, client, name, codec
        self.target, self.changelog = name + "-out", PIPELINES[program].format(name=name)
        self.state, self.log = directory / name / "state", directory / f"{name}.log"
        self.arguments = [
            sys.executable,
            str(Path(__file__).parent / "pipelines" / program),
            broker.address,
            name,
            codec,
            str(self.state),
        ]
        self.state.parent.mkdir()
        client.create_topic(name)
        client.create_topic(self.target)
        client.create_topic(
            self.changelog,
            1,
            {
                "cleanup.policy": "compact",
                "segment.bytes": str(SEGMENT),
                "min.cleanable.dirty.ratio": "0.01",
            },
        )

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.arguments, stdout=log, stderr=log, cwd=self.log.parent)

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def feed(self, first):
        messages = [
            Message(f"key-{index % KEYS}".encode(), str(index).encode()) for index in range(first, first + COUNT)
        ]
        self.client.produce(self.name, messages, self.codec)

    def end(self):
        return latest_offset(self.broker.host, self.broker.port, self.target, committed=True)

    def wait(self, condition, what):
        def check():
            assert self.process.poll() is None, f"{self.name} ended"
            return condition()

        try:
            until(check, PATIENCE, f"{self.name}: {what}")
        except AssertionError:
            # What a rare failure leaves to look at.
            print(f"{self.name} has committed {self.place()} and made {self.end()} counts; its log:")
            print(self.log.read_text()[-6000:])
            raise

    def place(self):
        """Up to where it has read, by its group's commit."""
        return self.client.group_offsets(self.name).get((self.name, 0))

    def is_compacted(self):
        return topic_bytes(self.broker.host, self.broker.port, self.changelog) < 3 * SEGMENT

    def counted(self):
        """Each record's number and the count that it made."""
        received = self.client.consume(self.target, last=self.end() - 2)
        return [tuple(map(int, message.value.split())) for message in received]


@pytest.mark.parametrize("program", PIPELINES)
def test_pipelines_count_on_after_a_crash(broker, tmp_path, name, program):
    client = Client(broker.address)
    pipelines = [Pipeline(program, broker, client, f"{name}-{codec}", codec, tmp_path) for codec in CODECS]
    try:
        # One for each codec, all at once: what takes long is that a group notices that its member is dead.
        for pipeline in pipelines:
            pipeline.start()
            pipeline.feed(0)
        for pipeline in pipelines:
            # Not before the first commit: where there is none, Faust goes back to no place after it has thrown away
            # what it read while it restored its table (aiokafka's seek_to_committed seeks nothing), and stands.
            pipeline.wait(lambda: pipeline.end() > COUNT / 2 and pipeline.place(), "half of the counts")
            pipeline.kill()
            shutil.rmtree(pipeline.state)
        for pipeline in pipelines:
            pipeline.feed(COUNT)
            pipeline.start()
        for pipeline in pipelines:
            pipeline.wait(lambda: pipeline.place() == 2 * COUNT, "all counts")
            pipeline.wait(pipeline.is_compacted, "the changelog's compaction")
    finally:
        for pipeline in pipelines:
            pipeline.kill()
    for pipeline in pipelines:
        counted = pipeline.counted()
        assert {number for number, _ in counted} == set(range(2 * COUNT)), pipeline.name
        if program == "quix.py":
            # Exactly once: no count was lost with the state, and none was made twice.
            assert sorted(counted) == [(number, number // KEYS + 1) for number in range(2 * COUNT)], pipeline.name
    client.close()
