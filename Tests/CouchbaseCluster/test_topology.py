"""Nodes that die and come back, vbuckets that move, collections that come and go, durability."""

import threading
from datetime import timedelta

import pytest
from couchbase.durability import DurabilityLevel, ServerDurability
from couchbase.exceptions import (
    CollectionNotFoundException,
    DocumentNotFoundException,
    DurabilityImpossibleException,
    DurabilitySyncWriteAmbiguousException,
    ScopeNotFoundException,
    TimeoutException,
)
from couchbase.options import UpsertOptions

KEYS = [f"topology-{number}" for number in range(200)]
MAJORITY = ServerDurability(DurabilityLevel.MAJORITY)
PERSIST = ServerDurability(DurabilityLevel.PERSIST_TO_MAJORITY)


def write_all(documents, round_):
    for key in KEYS:
        documents.upsert(key, {"round": round_})


def read_all(documents):
    return {documents.get(key).content_as[dict]["round"] for key in KEYS}


def test_vbuckets_that_move_are_found_again(server, documents):
    write_all(documents, 1)
    for target in (0, 1, 2):
        server.post("move", node=target)
        assert read_all(documents) == {1}
        write_all(documents, target)
        assert read_all(documents) == {target}
        write_all(documents, 1)
    server.post("rebalance")
    assert read_all(documents) == {1}


def test_moves_under_load_lose_nothing(server, documents):
    counts, stop, failures = dict.fromkeys(KEYS[:20], 0), threading.Event(), []

    def write():
        while not stop.is_set():
            for key in counts:
                try:
                    documents.upsert(key, {"round": counts[key] + 1})
                    counts[key] += 1
                except Exception as error:
                    failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    for round_ in range(9):
        server.post("move", node=round_ % 3, vbuckets=list(range(round_ % 2, 128, 2)))
    stop.set()
    writer.join()
    assert not failures
    assert {key: documents.get(key).content_as[dict]["round"] for key in counts} == counts
    assert min(counts.values()) > 0


def test_a_node_that_is_killed_and_comes_back(server, documents):
    write_all(documents, 1)
    server.post("kill", node=1)
    server.post("restart", node=1)
    assert read_all(documents) == {1}


def test_a_node_that_is_failed_over_loses_no_replicated_write(server, documents):
    write_all(documents, 1)
    server.post("failover", node=2)
    assert read_all(documents) == {1}
    write_all(documents, 2)
    server.post("rebalance")
    assert read_all(documents) == {2}


def test_connections_that_break_are_made_again(server, documents):
    write_all(documents, 1)
    for node in range(3):
        server.post("disconnect", node=node)
        assert read_all(documents) == {1}


@pytest.mark.parametrize("durability", [MAJORITY, PERSIST])
def test_durable_writes(documents, key, durability):
    documents.upsert(key, {"n": 1}, UpsertOptions(durability=durability))
    assert documents.get(key).content_as[dict] == {"n": 1}


def test_a_durable_write_without_a_majority_is_impossible(server, documents, key):
    documents.upsert(key, {"n": 1})
    number = documents.upsert(key, {"n": 1}).mutation_token().partition_id
    active, *replicas = server.chain(number)
    assert active not in replicas and len(replicas) == 2
    for node in replicas:
        server.post("kill", node=node)
    with pytest.raises(DurabilityImpossibleException):
        documents.upsert(key, {"n": 2}, UpsertOptions(durability=MAJORITY))
    assert documents.get(key).content_as[dict] == {"n": 1}


def test_a_durable_write_waits_for_its_replicas(server, documents, key):
    documents.upsert(key, {"n": 1})
    server.post("replication", on=False)
    timer = threading.Timer(0.3, server.post, ("replication",), {"on": True})
    timer.start()
    documents.upsert(key, {"n": 2}, UpsertOptions(durability=MAJORITY))
    timer.join()
    assert documents.get(key).content_as[dict] == {"n": 2}


def test_a_durable_write_whose_time_is_over_is_ambiguous(server, documents, key):
    documents.upsert(key, {"n": 1})
    server.post("replication", on=False)
    with pytest.raises((DurabilitySyncWriteAmbiguousException, TimeoutException)):
        documents.upsert(key, {"n": 2}, UpsertOptions(durability=MAJORITY, timeout=timedelta(seconds=1.6)))


def test_what_was_not_replicated_is_lost_with_its_node(server, documents, key):
    """That the cluster can lose data at all: else its failovers would prove nothing."""
    number = documents.upsert(key, {"n": 1}).mutation_token().partition_id
    server.post("replication", on=False)
    documents.upsert(key, {"n": 2})
    server.post("failover", node=server.chain(number)[0])
    assert documents.get(key).content_as[dict] == {"n": 1}


def test_collections_come_and_go(server, sdk, key):
    bucket = sdk.bucket(server.bucket)
    manager = bucket.collections()
    manager.create_scope("shop")
    manager.create_collection("shop", "carts")
    carts = bucket.scope("shop").collection("carts")
    carts.upsert(key, {"in": "carts"})
    with pytest.raises(DocumentNotFoundException):
        bucket.default_collection().get(key)
    # The id that the client knows is gone, the name is there again.
    manager.drop_collection("shop", "carts")
    manager.create_collection("shop", "carts")
    with pytest.raises(DocumentNotFoundException):
        carts.get(key)
    carts.upsert(key, {"in": "carts again"})
    manager.drop_scope("shop")
    with pytest.raises((CollectionNotFoundException, ScopeNotFoundException, TimeoutException)):
        carts.upsert(key, {}, UpsertOptions(timeout=timedelta(seconds=1)))


def test_replica_reads(server, documents, key):
    documents.upsert(key, {"n": 1})
    assert documents.get_any_replica(key).content_as[dict] == {"n": 1}
    assert [one.content_as[dict] for one in documents.get_all_replicas(key)] == [{"n": 1}] * 3
