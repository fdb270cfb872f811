"""Counts records by key with Quix Streams, exactly once: quix.py ADDRESS NAME CODEC STATE."""

import sys

from quixstreams import Application

address, name, codec, state_directory = sys.argv[1:]
application = Application(
    broker_address=address,
    consumer_group=name,
    state_dir=state_directory,
    auto_offset_reset="earliest",
    processing_guarantee="exactly-once",
    commit_interval=0.1,
    # What a killed one leaves, its place in the group and an open transaction, is not waited for long.
    consumer_extra_config={"session.timeout.ms": 6000, "heartbeat.interval.ms": 1000},
    producer_extra_config={"compression.type": codec, "transaction.timeout.ms": 6000},
    loglevel="WARNING",
)
source = application.topic(name, value_deserializer="str")
target = application.topic(name + "-out", value_serializer="str")


def count(value, state):
    total = state.get("count", 0) + 1
    state.set("count", total)
    return f"{value} {total}"


application.dataframe(source).apply(count, stateful=True).to_topic(target)
application.run()
