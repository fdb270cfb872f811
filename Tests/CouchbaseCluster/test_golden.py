"""Records what the official SDK sends and gets, for other clients to be compared with, byte by byte.

The record is written to $GOLDEN_FRAMES when that is set, and otherwise only checked; golden.json is such a record.
"""

import contextlib
import json
import os
from datetime import timedelta
from pathlib import Path

import couchbase.subdocument as sub
import pytest
from conftest import connect
from couchbase.durability import DurabilityLevel, ServerDurability
from couchbase.exceptions import CouchbaseException
from couchbase.options import (
    GetOptions,
    IncrementOptions,
    InsertOptions,
    MutateInOptions,
    RemoveOptions,
    ReplaceOptions,
    SignedInt64,
    UpsertOptions,
)
from running_cluster import RunningCluster

GOLDEN = Path(__file__).parent / "golden.json"
BOOTSTRAP = {"HELLO", "SASL_LIST", "SASL_AUTH", "SASL_STEP", "GET_ERROR_MAP", "SELECT_BUCKET", "GET_CLUSTER_CONFIG"}
# A cluster's answers carry its ports, times and random numbers; only these requests are the same in every run.
KEPT = BOOTSTRAP | {
    "GET",
    "SET",
    "ADD",
    "REPLACE",
    "DELETE",
    "INCREMENT",
    "DECREMENT",
    "APPEND",
    "PREPEND",
    "TOUCH",
    "GET_AND_TOUCH",
    "GET_LOCKED",
    "UNLOCK",
    "SUBDOC_LOOKUP",
    "SUBDOC_MUTATION",
    "GET_COLLECTION_ID",
    "GET_META",
    "GET_REPLICA",
}


def majority(level):
    return ServerDurability(level)


STEPS = [
    ("get of a missing document", lambda d: d.get("foo")),
    ("upsert of JSON", lambda d: d.upsert("foo", {"a": 1})),
    ("get", lambda d: d.get("foo")),
    ("insert", lambda d: d.insert("hello", {"b": [1, 2]})),
    ("insert of an existing document", lambda d: d.insert("hello", {"b": 1})),
    ("insert with expiry of 60 s", lambda d: d.insert("k1", {}, InsertOptions(expiry=timedelta(seconds=60)))),
    ("replace", lambda d: d.replace("foo", {"a": 2})),
    (
        "replace with CAS 0x0102030405060708",
        lambda d: d.replace("foo", {"a": 3}, ReplaceOptions(cas=0x0102030405060708)),
    ),
    ("upsert that preserves expiry", lambda d: d.upsert("k1", {"n": 1}, UpsertOptions(preserve_expiry=True))),
    ("upsert, majority", lambda d: d.upsert("foo", {}, UpsertOptions(durability=majority(DurabilityLevel.MAJORITY)))),
    (
        "upsert, majority and persist to active",
        lambda d: d.upsert(
            "foo", {}, UpsertOptions(durability=majority(DurabilityLevel.MAJORITY_AND_PERSIST_TO_ACTIVE))
        ),
    ),
    (
        "upsert, persist to majority",
        lambda d: d.upsert("foo", {}, UpsertOptions(durability=majority(DurabilityLevel.PERSIST_TO_MAJORITY))),
    ),
    ("upsert of 200 compressible characters", lambda d: d.upsert("mt", {"text": "a" * 200})),
    ("exists", lambda d: d.exists("foo")),
    ("touch, 100 s", lambda d: d.touch("foo", timedelta(seconds=100))),
    ("get and touch, 100 s", lambda d: d.get_and_touch("foo", timedelta(seconds=100))),
    ("get with expiry", lambda d: d.get("foo", GetOptions(with_expiry=True))),
    (
        "lookup",
        lambda d: d.lookup_in(
            "foo", [sub.get("$document.exptime", xattr=True), sub.get("a"), sub.exists("b"), sub.count("c")]
        ),
    ),
    (
        "mutation",
        lambda d: d.mutate_in(
            "foo",
            [
                sub.upsert("x.y", 1, create_parents=True),
                sub.insert("z", "w"),
                sub.array_append("l", 1, create_parents=True),
                sub.increment("n", 2),
                sub.remove("z"),
            ],
        ),
    ),
    (
        "mutation that inserts, with expiry",
        lambda d: d.mutate_in(
            "user::1234",
            [sub.upsert("a", 1)],
            MutateInOptions(store_semantics=sub.StoreSemantics.INSERT, expiry=timedelta(seconds=60)),
        ),
    ),
    (
        "mutation that upserts, with a macro",
        lambda d: d.mutate_in(
            "user::1234",
            [sub.upsert("m.cas", sub.MutationMacro.cas(), xattr=True, create_parents=True), sub.upsert("a", 1)],
            MutateInOptions(store_semantics=sub.StoreSemantics.UPSERT),
        ),
    ),
    ("increment, initial 5", lambda d: d.binary().increment("a", IncrementOptions(initial=SignedInt64(5)))),
    ("remove, majority", lambda d: d.remove("hello", RemoveOptions(durability=majority(DurabilityLevel.MAJORITY)))),
    ("remove", lambda d: d.remove("foo")),
    ("key outside ASCII", lambda d: d.upsert("café", {"é": "ü"})),
]


def record():
    server = RunningCluster("--nodes", "1", "--replicas", "0", "--record")
    try:
        cluster = connect(server)
        bucket = cluster.bucket(server.bucket)
        documents = bucket.default_collection()
        bucket.collections().create_collection("_default", "other")
        for purpose, step in STEPS:
            run_step(server, purpose, lambda step=step: step(documents))
        other = bucket.collection("other")
        run_step(server, "upsert in a collection", lambda: other.upsert("foo", {"a": 1}))
        cluster.close()
        return [frame for frame in server.control("GET", "frames")["frames"] if frame["operation"] in KEPT]
    finally:
        server.stop()


def run_step(server, purpose, step):
    server.post("purpose", purpose=purpose)
    # Some steps are there for their error.
    with contextlib.suppress(CouchbaseException):
        step()
    server.post("purpose", purpose="between steps")


def without_noise(frame):
    """A request without its opaque and, of HELLO, SASL and known configurations, nothing that differs by run."""
    data = bytes.fromhex(frame["hex"])
    whole = data[:12] + bytes(4) + data[16:]
    return whole[:2] if frame["operation"] in BOOTSTRAP else whole


def requests(frames):
    return {
        (frame["purpose"], without_noise(frame))
        for frame in frames
        if frame["from"] == "client"
        and frame["purpose"] not in ("bootstrap", "between steps")
        and frame["operation"] not in BOOTSTRAP
    }


@pytest.fixture(scope="module")
def recorded():
    return record()


def test_the_sdk_sends_what_the_golden_record_has(recorded):
    path = os.environ.get("GOLDEN_FRAMES")
    if path:
        lines = ",\n".join(json.dumps(frame, ensure_ascii=False) for frame in recorded)
        Path(path).write_text(f'{{"sdk": "couchbase 4.6.3 for Python", "frames": [\n{lines}\n]}}\n')
    assert requests(recorded) == requests(json.loads(GOLDEN.read_text())["frames"])


def test_every_step_left_a_request_and_its_answer(recorded):
    steps = [purpose for purpose, _ in STEPS] + ["upsert in a collection"]
    for side in ("client", "server"):
        assert not set(steps) - {frame["purpose"] for frame in recorded if frame["from"] == side}
    assert {frame["operation"] for frame in recorded if frame["purpose"] == "bootstrap"} >= BOOTSTRAP
