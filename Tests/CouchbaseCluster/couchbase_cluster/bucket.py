"""A bucket over several nodes: its vbucket map, its copies, and what a durable write waits for."""

import asyncio
import os
import zlib

from .codes import Refused, Status
from .engine import VBucket
from .manifest import Manifest

DURABLE_TIMEOUT = 30.0
CAPABILITIES = [
    "collections",
    "durableWrite",
    "tombstonedUserXAttrs",
    "couchapi",
    "subdoc.ReplaceBodyWithXattr",
    "subdoc.DocumentMacroSupport",
    "subdoc.ReviveDocument",
    "dcp",
    "cbhello",
    "touch",
    "cccp",
    "nodesExt",
    "xattr",
    "preserveExpiry",
    "querySystemCollection",
]


def vbucket_of(key, count):
    """Which vbucket a key (without its collection) is in."""
    return ((zlib.crc32(key) >> 16) & 0x7FFF) % count


class Pending(Exception):
    """A durable write that waits for its replicas; `apply` does it and makes the answer."""

    def __init__(self, bucket, vbucket, key, apply, timeout):
        super().__init__("pending")
        self.bucket, self.vbucket, self.key, self.apply, self.timeout = bucket, vbucket, key, apply, timeout


class Bucket:
    def __init__(self, name, nodes, members, replicas, count):
        self.name = name
        self.uuid = os.urandom(16).hex()
        self.nodes = nodes
        self.replicas = replicas
        self.count = count
        self.manifest = Manifest()
        self.replicating = True
        # what finishes each durable write that waits for its replicas
        self.waiting = []
        # vbucket -> [active, replica, ...] as indexes of nodes, -1 for none
        self.map = [self.chain(number, members) for number in range(count)]
        for number, chain in enumerate(self.map):
            self.place(number, chain, VBucket())

    def chain(self, number, members):
        """Where a balanced cluster has a vbucket: neighbours in a ring."""
        places = [members[(number + step) % len(members)] for step in range(min(len(members), self.replicas + 1))]
        return places + [-1] * (self.replicas + 1 - len(places))

    def place(self, number, chain, source):
        """Gives the nodes of a chain the vbucket: the first one itself, the others copies."""
        for node in self.nodes:
            node.copies(self.name).pop(number, None)
        for place, index in enumerate(chain):
            if index >= 0:
                self.nodes[index].copies(self.name)[number] = source.copy() if place else source
        self.map[number] = chain

    def spread(self, members):
        """A balanced map over these nodes; vbuckets without a copy begin empty."""
        for number in range(self.count):
            self.place(number, self.chain(number, members), self.active(number) or VBucket())

    def move(self, number, target):
        """Makes the target the active node; the one before takes the target's place in the chain, if it had one."""
        chain = list(self.map[number])
        if chain[0] == target:
            return
        source = self.active(number) or VBucket()
        if target in chain:
            chain[chain.index(target)] = chain[0]
        chain[0] = target
        self.place(number, chain, source)

    def remove_node(self, index):
        """Promotes a replica wherever the node was active; without one the vbucket has no active copy."""
        for number, chain in enumerate(self.map):
            if index not in chain:
                continue
            rest = [other for other in chain if other not in (index, -1)]
            self.map[number] = rest + [-1] * (len(chain) - len(rest))
            if chain[0] == index and rest:
                self.active(number).uuid = VBucket().uuid
            self.nodes[index].copies(self.name).pop(number, None)

    def catch_up(self, index):
        """A node that is back takes for its replicas what it missed."""
        for number, chain in enumerate(self.map):
            if index in chain[1:] and self.active(number):
                self.nodes[index].copies(self.name)[number] = self.active(number).copy()

    def active(self, number):
        """The active copy, or None while its node is gone."""
        index = self.map[number][0]
        return self.nodes[index].copies(self.name).get(number) if index >= 0 else None

    def replicate(self, number, key, document):
        """Brings a change to the replicas whose nodes are up."""
        chain = self.map[number]
        seqno = self.active(number).seqno
        for index in chain[1:]:
            if index >= 0 and self.nodes[index].running and self.replicating:
                self.nodes[index].copies(self.name)[number].follow(key, document, seqno)

    def commit(self, number, key, document, durability):
        """Writes (or, with None, removes) on the active copy and its replicas, and returns the document as kept.

        Raises Pending when a durable write cannot reach its replicas yet.
        """
        vbucket = self.active(number)

        def apply():
            kept = vbucket.put(key, document) if document is not None else vbucket.remove(key)
            self.replicate(number, key, kept)
            return kept

        if durability is not None:
            self.require_majority(number)
            if not self.replicating and self.replicas:
                raise Pending(self, number, key, apply, durability[1] or DURABLE_TIMEOUT)
        return apply()

    def require_majority(self, number):
        """A durable write needs more than half of the copies that the bucket is set to have."""
        present = sum(1 for index in self.map[number] if index >= 0 and self.nodes[index].running)
        if present < (self.replicas + 1) // 2 + 1:
            raise Refused(Status.DURABILITY_IMPOSSIBLE)

    def wait(self, pending, done):
        """Holds a durable write until replication goes on or its time is over; `done` gets the outcome."""
        vbucket = self.active(pending.vbucket)
        vbucket.pending.add(pending.key)

        def finish(outcome):
            timer.cancel()
            self.waiting.remove(finish)
            vbucket.pending.discard(pending.key)
            done(outcome, pending.apply() if outcome == Status.SUCCESS else None)

        timer = asyncio.get_running_loop().call_later(pending.timeout, lambda: finish(Status.SYNC_WRITE_AMBIGUOUS))
        self.waiting.append(finish)

    def pause_replication(self):
        self.replicating = False

    def resume_replication(self):
        """The replicas take what they missed, then the waiting writes commit."""
        self.replicating = True
        for number, chain in enumerate(self.map):
            for index in chain[1:]:
                if index >= 0 and chain[0] >= 0 and self.nodes[index].running:
                    self.nodes[index].copies(self.name)[number] = self.active(number).copy()
        for finish in list(self.waiting):
            finish(Status.SUCCESS)
