"""The cluster: its nodes, buckets and users, and what may happen to them while it runs."""

import asyncio
import os
from dataclasses import dataclass, field

from . import sasl, topology
from .bucket import CAPABILITIES, Bucket
from .codes import Status
from .engine import Clock
from .faults import Faults
from .n1ql.catalog import Catalog
from .node import Node
from .recorder import Recorder


@dataclass
class Options:
    nodes: int = 3
    replicas: int = 1
    vbuckets: int = 1024
    bucket: str = "orders"
    user: str = "test"
    password: str = "password"
    host: str = "127.0.0.1"
    # "kv,n1ql" for every node, or one list a node with ; between
    services: str = "kv,n1ql"
    tls: bool = False
    alternate: bool = False
    placeholder: bool = False
    compress: bool = False
    record: bool = False
    seed: int = None
    mechanisms: list = field(default_factory=lambda: list(sasl.MECHANISMS))
    # HELLO features that the cluster does not have
    without: set = field(default_factory=set)


class Cluster:
    def __init__(self, options, certificates=None):
        self.options, self.certificates = options, certificates
        self.uuid = os.urandom(16).hex()
        self.users = {options.user: options.password}
        self.clock = Clock()
        self.faults = Faults(options.seed)
        self.recorder = Recorder() if options.record else None
        self.buckets, self.notes = {}, []
        self.catalog = Catalog(self)
        self.bucket_capabilities = list(CAPABILITIES)
        self.revision, self.connections = 1, 0
        self.configs = {}
        self.changed = asyncio.Event()
        lists = options.services.split(";")
        self.nodes = [
            Node(self, index, set(lists[min(index, len(lists) - 1)].split(","))) for index in range(options.nodes)
        ]

    async def start(self):
        for node in self.nodes:
            await node.start()
        if self.options.bucket:
            self.create_bucket(self.options.bucket, self.options.replicas)

    def stop(self):
        for node in self.nodes:
            node.stop()

    def next_connection(self):
        self.connections += 1
        return self.connections

    def note(self, text):
        """Something a test may want to know, at most the last thousand."""
        self.notes = [*self.notes[-999:], text]

    # Configuration

    def config(self, bucket, node):
        """A node's configuration as JSON, made once a revision."""
        key = (bucket.name if bucket else None, node.index)
        if key not in self.configs:
            self.configs[key] = (
                topology.bucket_config(self, bucket, node) if bucket else topology.cluster_config(self, node)
            )
        return self.configs[key]

    def change(self):
        """The next revision: who asked to be told is told."""
        self.revision += 1
        self.configs = {}
        self.changed.set()
        self.changed = asyncio.Event()
        for node in self.nodes:
            for session in list(node.sessions):
                session.push_config()

    # Buckets

    def data_nodes(self):
        return [node for node in self.nodes if "kv" in node.services]

    def create_bucket(self, name, replicas):
        members = [node for node in self.data_nodes() if node.member]
        self.buckets[name] = Bucket(name, self.nodes, [node.index for node in members], replicas, self.options.vbuckets)
        self.change()

    def drop_bucket(self, bucket):
        del self.buckets[bucket.name]
        self.catalog.drop_bucket(bucket.name)
        for node in self.nodes:
            node.data.pop(bucket.name, None)
            for session in list(node.sessions):
                if session.bucket is bucket:
                    session.close()
        self.change()

    def flush(self, bucket):
        for node in self.nodes:
            for vbucket in node.copies(bucket.name).values():
                vbucket.documents.clear()
                vbucket.locks.clear()

    def forget_dropped(self, bucket):
        """Documents of collections that are gone go too."""
        known = bucket.manifest.by_id
        for node in self.nodes:
            for vbucket in node.copies(bucket.name).values():
                for key in [key for key in vbucket.documents if key[0] not in known]:
                    del vbucket.documents[key]
        self.catalog.forget_dropped(bucket)

    # Events

    async def restart(self, index):
        node = self.nodes[index]
        if not node.running:
            await node.start()
            for bucket in self.buckets.values():
                bucket.catch_up(index)

    def failover(self, index):
        """Takes a node out: a replica of each of its vbuckets becomes the active copy, with another uuid."""
        self.nodes[index].stop()
        self.nodes[index].member = False
        for bucket in self.buckets.values():
            self.settle(bucket)
            bucket.remove_node(index)
        self.change()

    async def rebalance(self):
        """Takes every running node in and spreads the vbuckets as at the start."""
        for node in self.nodes:
            if not node.running:
                await node.start()
            node.member = True
        for bucket in self.buckets.values():
            self.settle(bucket)
            bucket.spread([node.index for node in self.data_nodes()])
        self.change()

    def move(self, bucket, numbers, target):
        """Makes another node the active one of some vbuckets; the node that was answers NOT_MY_VBUCKET."""
        self.settle(bucket)
        for number in numbers:
            bucket.move(number, target)
        self.change()

    def settle(self, bucket):
        """Before the map changes: durable writes that wait get an ambiguous end."""
        for finish in list(bucket.waiting):
            finish(Status.SYNC_WRITE_AMBIGUOUS)
