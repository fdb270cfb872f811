"""Counts records by key with Faust, at least once: faust_count.py ADDRESS NAME CODEC STATE."""

import sys

import faust

address, name, codec, state_directory = sys.argv[1:]
application = faust.App(
    name,
    broker=f"kafka://{address}",
    datadir=state_directory,
    topic_partitions=1,
    topic_replication_factor=1,
    consumer_auto_offset_reset="earliest",
    producer_compression_type=None if codec == "none" else codec,
    broker_commit_interval=0.1,
    broker_session_timeout=6.0,
    broker_heartbeat_interval=1.0,
    web_enabled=False,
)
raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
source = application.topic(name, **raw)
target = application.topic(name + "-out", **raw)
counts = application.Table("counts", default=int, partitions=1, key_type=str, value_type=int)


@counts.on_recover
async def hold_records_until_recovery_ends():
    """Works around a race in Faust: https://github.com/faust-streaming/faust/issues/596.

    When a table is restored, Faust resumes the source, seeks it to the committed offset and clears its queues, in this
    order. Records that arrive meanwhile are cleared unprocessed, and Faust does not read them again. It commits nothing
    past such a gap. With the flow stopped no record arrives. Faust itself resumes the flow once the queues are clear.
    """
    application.consumer.stop_flow()


@application.agent(source)
async def count(stream):
    async for key, value in stream.items():
        counts[key.decode()] += 1
        await target.send(key=key, value=b"%s %d" % (value, counts[key.decode()]))


if __name__ == "__main__":
    sys.argv = [sys.argv[0], "worker", "--without-web", "--loglevel", "INFO"]
    application.main()
