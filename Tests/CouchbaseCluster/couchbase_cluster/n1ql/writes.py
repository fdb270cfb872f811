"""INSERT, UPSERT, UPDATE and DELETE: written to the active copies as the KV service writes."""

import copy
import json

from ..codes import Refused
from ..engine import Document
from . import ast
from .errors import QueryError
from .evaluator import Scope
from .values import MISSING

JSON_FLAGS = 0x02000000


class Writer:
    def __init__(self, run, source, returning):
        self.run, self.catalog, self.source = run, run.catalog, source
        self.keyspace = run.catalog.resolve(source.keyspace, run.context)
        if self.keyspace[0] == "system":
            raise QueryError(11003, "system: namespace is read-only")
        self.returning = returning
        self.rows = []

    def commit(self, key, value, expiry, before, operation):
        """Writes one document (or removes it), if it is still the one that was read."""
        bucket, number, place = self.catalog.locate(self.keyspace, key)
        clock, vbucket = self.catalog.cluster.clock, bucket.active(number)
        if vbucket is None:
            raise self.failed(operation, key, "vbucket is not available", None)
        try:
            vbucket.writable(place, before.cas if before else 0, clock.now())
        except Refused as refused:
            raise self.failed(operation, key, f"{refused}: possible CAS mismatch", 12030) from None
        document = None
        if value is not MISSING:
            document = Document(
                json.dumps(value, separators=(",", ":")).encode(),
                JSON_FLAGS,
                expiry,
                clock.cas(),
                0,
                before.revision + 1 if before else 1,
                True,
                before.xattrs if before else {},
                int(clock.now()),
            )
        kept = bucket.commit(number, place, document, None)
        self.run.mutations += 1
        self.rows.append(self.run.bind(self.source.alias, key.encode(), kept or before))

    def failed(self, operation, key, text, code):
        return QueryError(
            12009,
            f"DML Error, possible causes include concurrent modification. Failed to perform "
            f"{operation} on key {key} - cause: {text}",
            reason={"code": code, "message": text, "key": key} if code else None,
        )

    def results(self):
        if self.returning is None:
            return []
        scope = self.run.scope(self.source)
        found = self.run.project(self.returning.projections, self.returning.raw, scope, self.rows, self.source)
        return [result for result, _ in found]

    def insert(self, statement):
        scope = Scope(self.run.parameters)
        for row in statement.rows:
            key, value, options = (scope.compile(node)({}) if node is not None else {} for node in row)
            if not isinstance(key, str):
                raise QueryError(5070, f"Cannot {'UPSERT' if statement.upsert else 'INSERT'} non-string key {key!r}")
            before = self.catalog.find(self.keyspace, key)
            if before is not None and not statement.upsert:
                raise self.failed("INSERT", key, f"Duplicate Key: {key}", 17012)
            expiry = self.catalog.cluster.clock.expiry((options or {}).get("expiration", 0))
            self.commit(key, value, expiry, before, "UPSERT" if statement.upsert else "INSERT")
        return self.results()

    async def affected(self, statement):
        """The rows that WHERE and LIMIT choose, read before anything is written."""
        limit = self.run.number(statement.limit, "LIMIT")
        query = ast.Select((), self.source, where=statement.where)
        return (await self.run.rows(query))[:limit]

    async def delete(self, statement):
        alias = self.source.alias
        for row in await self.affected(statement):
            key = row["meta", alias]["id"]
            before = self.catalog.find(self.keyspace, key)
            if before is not None:
                self.commit(key, MISSING, 0, before, "DELETE")
        return self.results()

    async def update(self, statement):
        scope, alias = self.run.scope(self.source), self.source.alias
        sets = [(path_of(path, alias), scope.compile(value)) for path, value in statement.sets]
        unsets = [path_of(path, alias) for path in statement.unsets]
        for row in await self.affected(statement):
            key = row["meta", alias]["id"]
            before = self.catalog.find(self.keyspace, key)
            if before is None:
                continue
            value = copy.deepcopy(row[alias])
            for path, compute in sets:
                put(value, path, compute(row), scope, row)
            for path in unsets:
                put(value, path, MISSING, scope, row)
            self.commit(key, value, before.expiry, before, "UPDATE")
        return self.results()


def path_of(node, alias):
    """The parts of a path under the document: names, and expressions of indexes."""
    parts = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Field):
            parts.append(node.name)
        elif isinstance(node, ast.Element):
            parts.append(node.index)
        else:
            raise QueryError(3000, "syntax error - SET and UNSET take a path")
        node = node.base
    if node.name != alias:
        parts.append(node.name)
    if not parts:
        raise QueryError(3000, "syntax error - SET and UNSET take a path below the document")
    return parts[::-1]


def put(value, path, new, scope, row):
    """Sets or, with MISSING, removes what is at a path; a path that leads nowhere changes nothing."""
    *way, last = (part if isinstance(part, str) else scope.compile(part)(row) for part in path)
    for part in way:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and -len(value) <= part < len(value):
            value = value[part]
        else:
            return
    if isinstance(value, dict) and isinstance(last, str):
        if new is MISSING:
            value.pop(last, None)
        else:
            value[last] = new
    elif isinstance(value, list) and isinstance(last, int) and -len(value) <= last < len(value):
        value[last] = None if new is MISSING else new
