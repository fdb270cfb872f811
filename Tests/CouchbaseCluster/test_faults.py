"""Each fault of the KV service, and what the official SDK makes of it: the faults are real, and answers stay apart."""

from datetime import timedelta

import pytest
from couchbase.exceptions import (
    AmbiguousTimeoutException,
    CouchbaseException,
    DurabilityImpossibleException,
    DurabilitySyncWriteAmbiguousException,
    TemporaryFailException,
    UnAmbiguousTimeoutException,
)
from couchbase.options import GetOptions, UpsertOptions

SHORT = timedelta(milliseconds=400)


@pytest.mark.parametrize(
    "status", ["TMPFAIL", "LOCKED", "SYNC_WRITE_IN_PROGRESS", "SYNC_WRITE_RE_COMMIT_IN_PROGRESS", "NOT_MY_VBUCKET"]
)
def test_what_the_sdk_tries_again(server, documents, key, status):
    server.fault("status", opcode="SET", key=key, status=status, count=2)
    documents.upsert(key, {"n": 1})
    assert server.hits() == 2
    assert documents.get(key).content_as[dict] == {"n": 1}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("SYNC_WRITE_AMBIGUOUS", DurabilitySyncWriteAmbiguousException),
        ("DURABILITY_IMPOSSIBLE", DurabilityImpossibleException),
        ("ENOMEM", TemporaryFailException),
        ("EBUSY", TemporaryFailException),
        ("INTERNAL", CouchbaseException),
        ("RATE_LIMITED_MAX_COMMANDS", CouchbaseException),
    ],
)
def test_what_the_sdk_tells(server, documents, key, status, error):
    server.fault("status", opcode="SET", key=key, status=status)
    with pytest.raises(error):
        documents.upsert(key, {"n": 1}, UpsertOptions(timeout=timedelta(seconds=1)))
    assert server.hits() == 1
    assert not documents.exists(key).exists


def test_a_status_behind_a_write_that_happened(server, documents, key):
    server.fault("after", opcode="SET", key=key, status="SYNC_WRITE_AMBIGUOUS")
    with pytest.raises(DurabilitySyncWriteAmbiguousException):
        documents.upsert(key, {"n": 1})
    assert documents.get(key).content_as[dict] == {"n": 1}


@pytest.mark.parametrize("action", ["drop", "ignore"])
def test_an_answer_that_never_comes(server, documents, key, action):
    documents.upsert(key, {"n": 1})
    server.fault(action, opcode="GET", key=key)
    with pytest.raises(UnAmbiguousTimeoutException):
        documents.get(key, GetOptions(timeout=SHORT))
    server.fault(action, opcode="SET", key=key)
    with pytest.raises(AmbiguousTimeoutException):
        documents.upsert(key, {"n": 2}, UpsertOptions(timeout=SHORT))
    assert documents.get(key).content_as[dict] == {"n": 2 if action == "drop" else 1}


@pytest.mark.parametrize("action", ["duplicate", "stray", "reorder", "delay"])
def test_answers_stay_with_their_questions(server, documents, action):
    many = {f"apart-{number}": {"n": number} for number in range(300)}
    documents.upsert_multi(many)
    server.fault(action, opcode="GET", count=-1, probability=0.3, delay_ms=20)
    for _ in range(3):
        read = documents.get_multi(list(many))
        assert read.all_ok and {key: one.content_as[dict] for key, one in read.results.items()} == many
    assert server.hits() > 100


@pytest.mark.parametrize("action", ["close", "close_after", "cut"])
def test_a_connection_that_ends_under_a_read(server, documents, key, action):
    documents.upsert(key, {"n": 1})
    server.fault(action, opcode="GET", key=key)
    assert documents.get(key).content_as[dict] == {"n": 1}
    assert server.hits() == 1


def test_a_slow_node(server, documents, key):
    server.post("delay", ms=150)
    with pytest.raises(UnAmbiguousTimeoutException):
        documents.get(key, GetOptions(timeout=timedelta(milliseconds=80)))
    documents.upsert(key, {"n": 1})


def test_what_is_no_fault_is_refused(server):
    with pytest.raises(Exception, match="400"):
        server.fault("explode")
