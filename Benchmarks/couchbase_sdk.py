#!/usr/bin/env python3
"""What couchbase-bench's `operations` does, with Couchbase's official Python SDK: see couchbase_client.py.

One operation at a time goes through the SDK's blocking interface, several through its asyncio one, and --together
through its calls for many documents. Documents are bytes: no JSON is parsed or written.
"""

import argparse
import asyncio
import json
import resource
import time
from datetime import timedelta

import couchbase.subdocument as sub
from acouchbase.cluster import Cluster as AsyncCluster
from couchbase.auth import PasswordAuthenticator
from couchbase.cluster import Cluster
from couchbase.durability import Durability, ServerDurability
from couchbase.options import (
    ClusterOptions,
    ClusterTimeoutOptions,
    GetMultiOptions,
    GetOptions,
    UpsertMultiOptions,
    UpsertOptions,
)
from couchbase.transcoder import RawJSONTranscoder

DOCUMENTS = 1_000
WARM_UP = 0.5
JSON = (
    '{"order_id":123456789,"revision":3,"customer_id":5678,"amount":249.99,"currency":"USD","country":"US",'
    '"status":"CONFIRMED","created_at":"2024-01-15T10:30:00.123Z","updated_at":"2024-01-15T10:30:00.456Z",'
    '"payment":{"status":"PAID","amount":249.99,"processed_at":"2024-01-15T10:30:00.234Z"},'
    '"found_by":{"created":"1705314600123-0000000123456789","amount":2499900}}'
)
RAW = RawJSONTranscoder()
GET = GetOptions(transcoder=RAW)
UPSERT = UpsertOptions(transcoder=RAW)
DURABLE = UpsertOptions(transcoder=RAW, durability=ServerDurability(Durability.MAJORITY))
SPECS = [sub.get("revision"), sub.get("status")]


def key(number):
    return f"order::{number % DOCUMENTS}"


def options(given):
    times = {name: timedelta(seconds=60) for name in ("kv_timeout", "kv_durable_timeout", "bootstrap_timeout")}
    return ClusterOptions(
        PasswordAuthenticator(given.user, given.password), timeout_options=ClusterTimeoutOptions(**times)
    )


def blocking(documents, operation, seconds):
    calls = {
        "get": lambda name: documents.get(name, GET).value,
        "upsert": lambda name: documents.upsert(name, JSON, UPSERT),
        "durable": lambda name: documents.upsert(name, JSON, DURABLE),
        "lookup": lambda name: documents.lookup_in(name, SPECS).content_as[str](1),
    }
    call, count, deadline = calls[operation], 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        call(key(count))
        count += 1
    return count


async def worker(documents, operation, number, deadline):
    count = 0
    while time.monotonic() < deadline:
        name = key(number * 7_919 + count)
        if operation == "get":
            # Taking it out is a part of reading.
            _ = (await documents.get(name, GET)).value
        elif operation == "lookup":
            (await documents.lookup_in(name, SPECS)).content_as[str](1)
        else:
            await documents.upsert(name, JSON, DURABLE if operation == "durable" else UPSERT)
        count += 1
    return count


def batches(documents, operation, size, seconds):
    count, deadline = 0, time.monotonic() + seconds
    durable = {"durability": ServerDurability(Durability.MAJORITY)} if operation == "durable" else {}
    while time.monotonic() < deadline:
        names = [key(number) for number in range(count, count + size)]
        if operation == "get":
            done = documents.get_multi(names, GetMultiOptions(transcoder=RAW))
        else:
            done = documents.upsert_multi(dict.fromkeys(names, JSON), UpsertMultiOptions(transcoder=RAW, **durable))
        assert done.all_ok
        count += size
    return count


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(run, seconds):
    run(WARM_UP)
    began, used = time.monotonic(), cpu()
    count = run(seconds)
    print(
        json.dumps(
            {"operations": count, "seconds": time.monotonic() - began, "cpuSeconds": cpu() - used}, sort_keys=True
        )
    )


async def measured_async(given):
    cluster = await AsyncCluster.connect(given.connection_string, options(given))
    bucket = cluster.bucket(given.bucket)
    await bucket.on_connect()
    documents = bucket.default_collection()

    async def run(seconds):
        deadline = time.monotonic() + seconds
        return sum(
            await asyncio.gather(
                *(worker(documents, given.operation, number, deadline) for number in range(given.concurrency))
            )
        )

    await run(WARM_UP)
    began, used = time.monotonic(), cpu()
    count = await run(given.seconds)
    print(json.dumps({"operations": count, "seconds": time.monotonic() - began, "cpuSeconds": cpu() - used}))
    await cluster.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("connection-string", "user", "password", "bucket", "operation"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--together", action="store_true")
    given = parser.parse_args()
    cluster = Cluster.connect(given.connection_string, options(given))
    documents = cluster.bucket(given.bucket).default_collection()
    assert documents.upsert_multi(
        {key(number): JSON for number in range(DOCUMENTS)}, UpsertMultiOptions(transcoder=RAW)
    ).all_ok
    if given.together:
        measured(lambda seconds: batches(documents, given.operation, given.concurrency, seconds), given.seconds)
    elif given.concurrency == 1:
        measured(lambda seconds: blocking(documents, given.operation, seconds), given.seconds)
    else:
        cluster.close()
        asyncio.run(measured_async(given))
        return
    cluster.close()


if __name__ == "__main__":
    main()
