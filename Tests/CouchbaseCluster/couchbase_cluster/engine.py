"""Documents of one vbucket, as one node has them. What a document is never changes: a write makes another one."""

import json
import os
import time
from typing import NamedTuple

from .codes import Refused, Status

LOCKED_CAS = 0xFFFFFFFFFFFFFFFF
THIRTY_DAYS = 30 * 24 * 3600
MAX_VALUE = 20 * 1024 * 1024


class Document(NamedTuple):
    value: bytes
    flags: int = 0
    # absolute seconds, 0 for never
    expiry: int = 0
    cas: int = 0
    seqno: int = 0
    revision: int = 1
    is_json: bool = False
    # name -> JSON value
    xattrs: dict = {}
    modified: int = 0


class Clock:
    """The wall clock, which tests can put forward; and CAS values, which only rise."""

    def __init__(self):
        self.ahead = 0
        self.last_cas = 0

    def now(self):
        return time.time() + self.ahead

    def cas(self):
        self.last_cas = max(self.last_cas + 1, time.time_ns() & ~0xFFFF)
        return self.last_cas

    def expiry(self, seconds):
        """Up to 30 days is from now; more is an absolute time."""
        if seconds == 0 or seconds > THIRTY_DAYS:
            return seconds
        return int(self.now()) + seconds


def looks_like_json(value):
    """Whether the value is one JSON document; the server finds out itself and trusts no client."""
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


class VBucket:
    def __init__(self):
        self.uuid = int.from_bytes(os.urandom(6), "big")
        self.seqno = 0
        # (collection id, key) -> Document
        self.documents = {}
        # (collection id, key) -> (token, until)
        self.locks = {}
        # keys of durable writes that wait for their replicas
        self.pending = set()

    def find(self, key, now):
        document = self.documents.get(key)
        if document is not None and document.expiry and document.expiry <= now:
            del self.documents[key]
            return None
        return document

    def lock(self, key, now):
        """The token of a lock that holds, or None."""
        held = self.locks.get(key)
        if held is None:
            return None
        if held[1] <= now or key not in self.documents:
            del self.locks[key]
            return None
        return held[0]

    def writable(self, key, cas, now):
        """The document as it is, when a write with this CAS may replace it."""
        if key in self.pending:
            raise Refused(Status.SYNC_WRITE_IN_PROGRESS)
        document = self.find(key, now)
        token = self.lock(key, now) if self.locks else None
        if token is not None:
            if cas != token:
                raise Refused(Status.LOCKED)
        elif cas:
            if document is None:
                raise Refused(Status.NOT_FOUND)
            if document.cas != cas:
                raise Refused(Status.EXISTS)
        return document

    def put(self, key, document):
        """Takes a document over with the next seqno; a lock on the key is over."""
        self.seqno += 1
        self.locks.pop(key, None)
        document = document._replace(seqno=self.seqno)
        self.documents[key] = document
        return document

    def remove(self, key):
        self.seqno += 1
        self.locks.pop(key, None)
        self.documents.pop(key, None)

    def follow(self, key, document, seqno):
        """What a replica does with what its active sends."""
        self.seqno = seqno
        if document is None:
            self.documents.pop(key, None)
        else:
            self.documents[key] = document

    def copy(self):
        """The same history for another node: same uuid, same documents."""
        other = VBucket()
        other.uuid, other.seqno, other.documents = self.uuid, self.seqno, dict(self.documents)
        return other
