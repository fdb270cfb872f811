"""Keyspaces, indexes and prepared statements of the Query service, and where it finds documents."""

import json
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field

from ..bucket import vbucket_of
from ..manifest import InvalidName
from .errors import QueryError
from .ordered import OrderedIndex
from .planner import normal

MAX_PREPARED = 4096
MAX_PARSED = 300_000


@dataclass
class Index:
    name: str
    keyspace: tuple
    primary: bool
    keys: tuple
    where: object
    text: dict
    state: str = "online"
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:16])


class Catalog:
    def __init__(self, cluster):
        self.cluster = cluster
        self.indexes = {}
        self.prepared = OrderedDict()
        # faults of the Query service: {"code", "msg", "count", "rows", "retry", …}
        self.faults = []
        # what the indexes know while they lag: {keyspace: {key: Document}}, None while they do not
        self.stale = None
        self.parsed = {}
        # index id -> OrderedIndex, made by the first query that can use it
        self.in_order = {}

    # Keyspaces

    def resolve(self, keyspace, context):
        """(bucket, scope, collection) of a path, with the query context for a short one."""
        path = keyspace.path
        if keyspace.namespace == "system":
            return ("system", path[0])
        if len(path) == 1 and context:
            path = (*context, path[0])
        if len(path) == 1:
            path = (path[0], "_default", "_default")
        bucket = self.cluster.buckets.get(path[0])
        if bucket is None or path[2] not in bucket.manifest.scopes.get(path[1], (0, {}))[1]:
            shown = f"default:{'.'.join(keyspace.path if len(keyspace.path) == 3 or not context else path)}"
            raise QueryError(
                12003, f"Keyspace not found in CB datastore: {shown}", reason={"bucket": path[0], "name": shown}
            )
        return path

    def change_keyspace(self, statement):
        """CREATE and DROP of scopes and collections."""
        bucket = self.cluster.buckets.get(statement.path[0])
        if bucket is None:
            raise QueryError(12003, f"Keyspace not found in CB datastore: default:{statement.path[0]}")
        manifest, rest = bucket.manifest, statement.path[1:]
        kind = "scope" if len(rest) == 1 else "collection"
        try:
            getattr(manifest, f"{'create' if statement.creates else 'drop'}_{kind}")(*rest)
        except InvalidName as error:
            known = rest[0] in manifest.scopes and (kind == "scope" or rest[1] in manifest.scopes[rest[0]][1])
            if statement.tolerant and known == statement.creates:
                return
            raise QueryError(5000, str(error)) from None
        self.cluster.forget_dropped(bucket)
        self.cluster.change()

    def place(self, keyspace):
        """The bucket and collection id."""
        bucket = self.cluster.buckets[keyspace[0]]
        return bucket, bucket.manifest.scopes[keyspace[1]][1][keyspace[2]]

    # Documents

    def live(self, keyspace):
        """key -> Document of everything in the keyspace now."""
        bucket, collection = self.place(keyspace)
        now, found = self.cluster.clock.now(), {}
        for number in range(bucket.count):
            vbucket = bucket.active(number)
            if vbucket is None:
                continue
            for (identity, key), document in vbucket.documents.items():
                if identity == collection and not (document.expiry and document.expiry <= now):
                    found[key] = document
        return found

    def indexed(self, keyspace, consistent):
        """What an index scan sees: with lagging indexes only a consistent one sees the newest documents."""
        if self.stale is None or consistent:
            return self.live(keyspace)
        return self.stale.get(keyspace, {})

    def ordered(self, index, documents):
        """The index in order, with these documents."""
        known = self.in_order.get(index.id)
        if known is None:
            known = self.in_order[index.id] = OrderedIndex(index)
        known.follow(documents, self.value)
        return known

    def lag(self, on):
        self.stale = None
        if on:
            self.stale = {
                (name, scope, collection): self.live((name, scope, collection))
                for name, bucket in self.cluster.buckets.items()
                for scope, (_, collections) in bucket.manifest.scopes.items()
                for collection in collections
            }

    def find(self, keyspace, key):
        """A document by its key."""
        bucket, number, place = self.locate(keyspace, key)
        vbucket = bucket.active(number)
        return vbucket.find(place, self.cluster.clock.now()) if vbucket else None

    def locate(self, keyspace, key):
        bucket, collection = self.place(keyspace)
        encoded = key.encode()
        return bucket, vbucket_of(encoded, bucket.count), (collection, encoded)

    def value(self, document):
        """The JSON value of a document; parsed once as long as it is not replaced."""
        known = self.parsed.get(document.cas)
        if known is not None and known[0] is document.value:
            return known[1]
        value = json.loads(document.value) if document.is_json else None
        if len(self.parsed) >= MAX_PARSED:
            self.parsed.clear()
        self.parsed[document.cas] = (document.value, value)
        return value

    # Indexes

    def indexes_of(self, keyspace):
        return [index for index in self.indexes.values() if index.keyspace == keyspace]

    def create_index(self, statement, keyspace, text):
        if (keyspace, statement.name) in self.indexes:
            if statement.if_not_exists:
                return
            raise QueryError(4300, f"The index {statement.name} already exists.")
        alias = keyspace[-1]
        keys = tuple((normal(key, alias), descending) for key, descending in statement.keys)
        where = normal(statement.where, alias) if statement.where is not None else None
        self.indexes[keyspace, statement.name] = Index(
            statement.name,
            keyspace,
            statement.primary,
            keys,
            where,
            text,
            "deferred" if statement.deferred else "online",
        )

    def drop_index(self, statement, keyspace):
        if self.indexes.pop((keyspace, statement.name), None) is None and not statement.if_exists:
            raise QueryError(12016, f"Index Not Found - cause: GSI index {statement.name} not found.")

    def build(self, statement, keyspace):
        for name in statement.names:
            index = self.indexes.get((keyspace, name))
            if index is None:
                raise QueryError(12016, f"Index Not Found - cause: GSI index {name} not found.")
            index.state = "online"

    def drop_bucket(self, name):
        self.indexes = {key: index for key, index in self.indexes.items() if index.keyspace[0] != name}

    def forget_dropped(self, bucket):
        scopes = bucket.manifest.scopes
        self.indexes = {
            key: index
            for key, index in self.indexes.items()
            if index.keyspace[0] != bucket.name or index.keyspace[2] in scopes.get(index.keyspace[1], (0, {}))[1]
        }

    # Prepared statements

    def prepare(self, statement, context):
        name = statement.name or str(uuid.uuid4())
        self.prepared[name] = (statement.statement, statement.text, context)
        while len(self.prepared) > MAX_PREPARED:
            self.prepared.popitem(last=False)
        return name

    def executed(self, name):
        found = self.prepared.get(name)
        if found is None:
            raise QueryError(4040, f"No such prepared statement: {name}", retry=True)
        return found

    def system(self, name):
        """The rows of a system keyspace."""
        if name == "indexes":
            return [self.describe(index) for index in self.indexes.values()]
        if name == "keyspaces":
            return [
                {
                    "datastore_id": "test",
                    "namespace_id": "default",
                    "namespace": "default",
                    "id": collection,
                    "name": collection,
                    "bucket": bucket.name,
                    "scope": scope,
                    "path": f"default:{bucket.name}.{scope}.{collection}",
                }
                for bucket in self.cluster.buckets.values()
                for scope, (_, collections) in bucket.manifest.scopes.items()
                for collection in collections
            ]
        if name == "prepareds":
            return [{"name": key, "statement": text} for key, (_, text, _) in self.prepared.items()]
        raise QueryError(12003, f"Keyspace not found in CB datastore: system:{name}")

    def describe(self, index):
        bucket, scope, collection = index.keyspace
        row = {
            "datastore_id": "test",
            "id": index.id,
            "index_key": index.text["keys"],
            "name": index.name,
            "namespace_id": "default",
            "state": index.state,
            "using": "gsi",
            "metadata": {"num_replica": 0},
        }
        if index.primary:
            row["is_primary"] = True
        if index.text["where"]:
            row["condition"] = index.text["where"]
        if (scope, collection) == ("_default", "_default"):
            return row | {"keyspace_id": bucket}
        return row | {"keyspace_id": collection, "scope_id": scope, "bucket_id": bucket}
