"""Documents, as the official SDK writes and reads them."""

import time
from datetime import timedelta

import couchbase.subdocument as sub
import pytest
from couchbase.durability import Durability, ServerDurability
from couchbase.exceptions import (
    CASMismatchException,
    CouchbaseException,
    DocumentExistsException,
    DocumentLockedException,
    DocumentNotFoundException,
    DocumentNotLockedException,
    PathExistsException,
    PathMismatchException,
    PathNotFoundException,
    TimeoutException,
)
from couchbase.options import (
    DecrementOptions,
    GetAndLockOptions,
    GetOptions,
    IncrementOptions,
    InsertOptions,
    MutateInOptions,
    RemoveOptions,
    ReplaceOptions,
    SignedInt64,
    UnlockOptions,
    UpsertOptions,
)
from couchbase.transcoder import RawBinaryTranscoder


def test_insert_get_replace_remove(documents, key):
    documents.insert(key, {"a": 1})
    with pytest.raises(DocumentExistsException):
        documents.insert(key, {"a": 2})
    documents.replace(key, {"a": 3})
    assert documents.get(key).content_as[dict] == {"a": 3}
    assert documents.exists(key).exists
    documents.remove(key)
    assert not documents.exists(key).exists
    for missing in (documents.get, documents.remove, lambda k: documents.replace(k, {})):
        with pytest.raises(DocumentNotFoundException):
            missing(key)


def test_a_write_with_an_old_cas_changes_nothing(documents, key):
    first = documents.upsert(key, {"n": 1}).cas
    second = documents.upsert(key, {"n": 2}).cas
    assert second > first
    with pytest.raises(CASMismatchException):
        documents.replace(key, {"n": 3}, ReplaceOptions(cas=first))
    with pytest.raises(CASMismatchException):
        documents.remove(key, RemoveOptions(cas=first))
    assert documents.get(key).content_as[dict] == {"n": 2}
    documents.replace(key, {"n": 4}, ReplaceOptions(cas=second))


def test_expiry_by_the_clusters_clock(server, documents, key):
    documents.upsert(key, {"n": 1}, UpsertOptions(expiry=timedelta(seconds=100)))
    left = documents.get(key, GetOptions(with_expiry=True)).expiryTime.timestamp() - time.time()
    assert 0 < left < 100_000
    documents.replace(key, {"n": 2}, ReplaceOptions(preserve_expiry=True))
    server.post("clock", seconds=90)
    assert documents.get(key).content_as[dict] == {"n": 2}
    server.post("clock", seconds=20)
    with pytest.raises(DocumentNotFoundException):
        documents.get(key)


def test_touch_and_get_and_touch(server, documents, key):
    documents.upsert(key, {"n": 1}, UpsertOptions(expiry=timedelta(seconds=50)))
    documents.touch(key, timedelta(seconds=200))
    server.post("clock", seconds=100)
    assert documents.get_and_touch(key, timedelta(seconds=0)).content_as[dict] == {"n": 1}
    server.post("clock", seconds=1000)
    assert documents.exists(key).exists


def test_a_lock_holds_until_it_is_given_back(documents, key):
    documents.upsert(key, {"n": 1})
    token = documents.get_and_lock(key, timedelta(seconds=20)).cas
    with pytest.raises((DocumentLockedException, TimeoutException)):
        documents.upsert(key, {"n": 2}, UpsertOptions(timeout=timedelta(milliseconds=300)))
    documents.unlock(key, token)
    documents.upsert(key, {"n": 3})


def test_a_lock_has_one_key_and_an_end(server, documents, key):
    documents.upsert(key, {"n": 1})
    token = documents.get_and_lock(key, timedelta(seconds=20)).cas
    brief = timedelta(milliseconds=300)
    with pytest.raises((DocumentLockedException, TimeoutException)):
        documents.get_and_lock(key, timedelta(seconds=5), GetAndLockOptions(timeout=brief))
    assert documents.get(key).content_as[dict] == {"n": 1}
    assert documents.get(key).cas != token
    with pytest.raises((CASMismatchException, DocumentLockedException)):
        documents.unlock(key, token + 1, UnlockOptions(timeout=brief))
    documents.replace(key, {"n": 2}, ReplaceOptions(cas=token))
    with pytest.raises(DocumentNotLockedException):
        documents.unlock(key, token, UnlockOptions(timeout=brief))
    documents.get_and_lock(key, timedelta(seconds=5))
    server.post("clock", seconds=10)
    documents.upsert(key, {"n": 3})


def test_replicas_say_what_they_have(server, documents, key):
    documents.upsert(key, {"n": 1}, UpsertOptions(durability=ServerDurability(Durability.MAJORITY)))
    server.post("replication", on=False)
    documents.upsert(key, {"n": 2})
    copies = {one.is_replica: one.content_as[dict]["n"] for one in documents.get_all_replicas(key)}
    assert copies == {False: 2, True: 1}
    server.post("replication", on=True)
    assert {one.content_as[dict]["n"] for one in documents.get_all_replicas(key)} == {2}


def test_counters_and_binary(documents, key):
    counter = documents.binary()
    assert counter.increment(f"{key}-n", IncrementOptions(initial=SignedInt64(5))).content == 5
    assert counter.increment(f"{key}-n").content == 6
    assert counter.decrement(f"{key}-n", DecrementOptions()).content == 5
    documents.upsert(f"{key}-b", b"middle", UpsertOptions(transcoder=RawBinaryTranscoder()))
    counter.append(f"{key}-b", b" end")
    counter.prepend(f"{key}-b", b"begin ")
    value = documents.get(f"{key}-b", GetOptions(transcoder=RawBinaryTranscoder())).value
    assert value == b"begin middle end"


def test_large_values_and_too_large_ones(documents, key):
    # Megabytes take a busy machine longer than other operations.
    patient = UpsertOptions(timeout=timedelta(seconds=60))
    documents.upsert(key, {"text": "abc" * 1_000_000}, patient)
    assert len(documents.get(key).content_as[dict]["text"]) == 3_000_000
    with pytest.raises(CouchbaseException, match="ec=104"):
        documents.upsert(key, {"text": "x" * (20 * 1024 * 1024 + 1)}, patient)


def test_many_at_once(documents):
    many = {f"multi-{number}": {"n": number} for number in range(2000)}
    assert documents.upsert_multi(many).all_ok
    read = documents.get_multi(list(many))
    assert read.all_ok and {key: one.content_as[dict] for key, one in read.results.items()} == many


def test_subdocument_lookup(documents, key):
    documents.upsert(key, {"a": {"b": [1, 2, {"c": "x"}]}, "n": 1})
    found = documents.lookup_in(
        key,
        [
            sub.get("$document.exptime", xattr=True),
            sub.get("a.b[2].c"),
            sub.exists("nope"),
            sub.count("a.b"),
            sub.get("a.b[-1]"),
            sub.get("n.x"),
        ],
    )
    assert found.content_as[int](0) == 0
    assert found.content_as[str](1) == "x"
    assert not found.exists(2)
    assert found.content_as[int](3) == 3
    assert found.content_as[dict](4) == {"c": "x"}
    with pytest.raises(PathMismatchException):
        found.content_as[int](5)


def test_subdocument_mutation(documents, key):
    documents.upsert(key, {"a": [1], "n": 1})
    documents.mutate_in(
        key,
        [
            sub.upsert("meta.by", "sdk", create_parents=True),
            sub.array_append("a", 2),
            sub.array_prepend("a", 0),
            sub.array_insert("a[1]", 9),
            sub.array_addunique("a", 7),
            sub.replace("n", 2),
            sub.increment("count", 5),
            sub.insert("new", True),
            sub.remove("a[0]"),
        ],
    )
    assert documents.get(key).content_as[dict] == {
        "a": [9, 1, 2, 7],
        "n": 2,
        "meta": {"by": "sdk"},
        "count": 5,
        "new": True,
    }
    with pytest.raises(PathExistsException):
        documents.mutate_in(key, [sub.replace("n", 3), sub.insert("new", False)])
    with pytest.raises(PathNotFoundException):
        documents.mutate_in(key, [sub.replace("n", 3), sub.remove("nope")])
    assert documents.get(key).content_as[dict]["n"] == 2


def test_subdocument_store_semantics_and_attributes(documents, key):
    with pytest.raises(DocumentNotFoundException):
        documents.mutate_in(key, [sub.upsert("a", 1)])
    insert = MutateInOptions(store_semantics=sub.StoreSemantics.INSERT)
    made = documents.mutate_in(
        key,
        [sub.upsert("own.cas", sub.MutationMacro.cas(), xattr=True, create_parents=True), sub.upsert("a", 1)],
        insert,
    )
    with pytest.raises(DocumentExistsException):
        documents.mutate_in(key, [sub.upsert("a", 2)], MutateInOptions(store_semantics=sub.StoreSemantics.INSERT))
    found = documents.lookup_in(
        key, [sub.get("own.cas", xattr=True), sub.get("$document.CAS", xattr=True), sub.get("a")]
    )
    assert int.from_bytes(bytes.fromhex(found.content_as[str](0)[2:]), "little") == made.cas
    assert int(found.content_as[str](1), 16) == made.cas
    with pytest.raises(CASMismatchException):
        documents.mutate_in(key, [sub.upsert("a", 3)], MutateInOptions(cas=made.cas - 1))


def test_insert_with_expiry(server, documents, key):
    documents.insert(key, {"idempotency": "key"}, InsertOptions(expiry=timedelta(seconds=30)))
    server.post("clock", seconds=60)
    documents.insert(key, {"idempotency": "again"})
