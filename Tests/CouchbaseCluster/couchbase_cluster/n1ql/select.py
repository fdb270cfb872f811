"""SELECT: scan, filter, group, project, sort, cut."""

import asyncio
from itertools import count

from . import ast, planner
from .errors import QueryError
from .evaluator import Scope, shown, truth
from .functions import AGGREGATES
from .values import MISSING, sort_key

# After so many documents other connections get their turn.
TURN = 1000


class Run:
    """One execution: its parameters, its query context and whether its scans wait for the indexes."""

    def __init__(self, catalog, parameters, context=None, consistent=False):
        self.catalog, self.parameters, self.context, self.consistent = catalog, parameters, context, consistent
        self.mutations = 0

    def scope(self, source, lets=(), aggregates=None):
        names = {name for name, _ in lets}
        if source is None:
            return Scope(self.parameters, names, None, aggregates)
        names |= {source.alias} | {alias for _, alias in source.unnests}
        return Scope(self.parameters, names, None if source.unnests else source.alias, aggregates)

    # Sources

    def bind(self, alias, key, document):
        meta = {
            "id": key.decode(),
            "cas": document.cas,
            "flags": document.flags,
            "expiration": document.expiry,
            "type": "json" if document.is_json else "base64",
        }
        return {alias: self.catalog.value(document), ("meta", alias): meta}

    async def documents(self, source, where, descending=False):
        """The rows of a keyspace that the condition accepts: by keys, or by an index, which there has to be."""
        keyspace = self.catalog.resolve(source.keyspace, self.context)
        if keyspace[0] == "system":
            for entry in self.catalog.system(keyspace[1]):
                yield {source.alias: entry, ("meta", source.alias): {"id": entry.get("id", entry["name"])}}
            return
        if source.keys is not None:
            for key in self.keys(source):
                document = self.catalog.find(keyspace, key)
                if document is not None:
                    yield self.bind(source.alias, key.encode(), document)
            return
        index = planner.choose(self.catalog, keyspace, source.alias, where)
        accepts = self.acceptance(source, where)
        found = self.catalog.indexed(keyspace, self.consistent)
        found = self.in_range(index, source, where, found, descending)
        for number, (key, document) in enumerate(found.items()):
            if number % TURN == TURN - 1:
                await asyncio.sleep(0)
            # A lagging index gives the key; what is fetched is the document as it is now.
            if self.catalog.stale is not None and not self.consistent:
                if accepts and truth(accepts(self.bind(source.alias, key, document))) is not True:
                    continue
                current = self.catalog.find(keyspace, key.decode())
                if current is None:
                    continue
                yield self.bind(source.alias, key, current)
            else:
                yield self.bind(source.alias, key, document)

    def in_range(self, index, source, where, found, descending):
        """The documents of the range that the condition leaves of the index, in its order; all, where it has none."""
        if index.primary or where is None or (self.catalog.stale is not None and not self.consistent):
            return found
        ordered = self.catalog.ordered(index, found)
        constant = Scope(self.parameters).constant
        entries = None if ordered.strange else ordered.range(planner.normal(where, source.alias), constant)
        if entries is None:
            return found
        return {key: found[key] for _, key in (reversed(entries) if descending else entries)}

    def is_ordered(self, statement):
        """Whether the rows come in the order that is asked for, without being sorted."""
        source = statement.source
        if source is None or source.keys is not None or source.unnests or len(statement.order) != 1:
            return False
        if source.keyspace.namespace == "system" or statement.where is None:
            return False
        keyspace = self.catalog.resolve(source.keyspace, self.context)
        index = planner.choose(self.catalog, keyspace, source.alias, statement.where)
        key = planner.normal(statement.order[0].expression, source.alias)
        found = self.catalog.indexed(keyspace, self.consistent)
        return (
            not index.primary
            and index.keys[0][0] == key
            and self.in_range(index, source, statement.where, found, False) is not found
        )

    def acceptance(self, source, where):
        """The condition as a function of one document, where it is about nothing else."""
        if where is None or source.unnests:
            return None
        return self.scope(source).compile(where)

    def keys(self, source):
        keys = Scope(self.parameters).constant(source.keys)
        keys = keys if isinstance(keys, list) else [keys]
        return [key for key in keys if isinstance(key, str)]

    def unnested(self, source, row):
        rows = [row]
        scope = self.scope(source)
        for expression, alias in source.unnests:
            value = scope.compile(expression)
            rows = [{**one, alias: item} for one in rows for item in (value(one) or []) if isinstance(value(one), list)]
        return rows

    async def rows(self, statement, stop=None, descending=False):
        """The rows behind WHERE, with LET bound; at most `stop` of them."""
        scope = self.scope(statement.source, statement.lets)
        lets = [(name, scope.compile(expression)) for name, expression in statement.lets]
        where = scope.compile(statement.where) if statement.where is not None else None
        if statement.source is None:
            found = [{}]
            for name, value in lets:
                found[0][name] = value(found[0])
            return found if where is None or truth(where(found[0])) is True else []
        result = []
        async for base in self.documents(statement.source, statement.where, descending):
            for row in self.unnested(statement.source, base) if statement.source.unnests else (base,):
                for name, value in lets:
                    row[name] = value(row)
                if where is None or truth(where(row)) is True:
                    result.append(row)
                    if stop is not None and len(result) >= stop:
                        return result
        return result

    # SELECT

    async def select(self, statement):
        aggregates = self.aggregates(statement)
        limit = self.number(statement.limit, "LIMIT")
        offset = self.number(statement.offset, "OFFSET") or 0
        grouped = bool(statement.group or aggregates)
        if limit == 0:
            return []
        if planner.is_fast_count(statement):
            return self.fast_count(statement)
        early = limit is not None and not grouped and not statement.distinct
        ordered = early and bool(statement.order) and self.is_ordered(statement)
        stop = limit + offset if early and (ordered or not statement.order) else None
        rows = await self.rows(statement, stop, ordered and statement.order[0].descending)
        if grouped:
            rows = self.group(statement, rows, aggregates)
        scope = self.scope(statement.source, statement.lets, aggregates)
        results = self.project(statement.projections, statement.raw, scope, rows, statement.source)
        if statement.distinct:
            results = self.distinct(results)
        if statement.order:
            results = self.sort(statement, scope, results)
        end = None if limit is None else offset + limit
        return [result for result, _ in results[offset:end]]

    def fast_count(self, statement):
        keyspace = self.catalog.resolve(statement.source.keyspace, self.context)
        number = len(self.catalog.live(keyspace))
        names = [one.alias or f"${place}" for place, one in enumerate(statement.projections, 1)]
        return [number] if statement.raw else [dict.fromkeys(names, number)]

    def number(self, node, clause):
        if node is None:
            return None
        value = Scope(self.parameters).constant(node)
        if not isinstance(value, int) or isinstance(value, bool):
            raise QueryError(5010, f"Error evaluating {clause} - Invalid {clause} {value!r}")
        return max(0, value)

    def aggregates(self, statement):
        """Every aggregate call of the statement with its place."""
        found, numbers = {}, count()

        def walk(node):
            if isinstance(node, ast.Call) and node.name in AGGREGATES:
                if node not in found:
                    found[node] = next(numbers)
            elif isinstance(node, tuple):
                for part in node:
                    walk(part)

        walk((statement.projections, statement.having, statement.order))
        for projection in statement.projections if found or statement.group else ():
            self.require_grouped(projection.expression, statement.group, found)
        return found

    def require_grouped(self, node, group, aggregates):
        """Beside aggregates only what is grouped by may be shown."""
        if node in group or node in aggregates:
            return
        if node is None or isinstance(node, (ast.Name, ast.Field)):
            raise QueryError(4210, "Expression must be a group key or aggregate.")
        for part in node if isinstance(node, tuple) else ():
            if isinstance(part, tuple):
                self.require_grouped(part, group, aggregates)

    def group(self, statement, rows, aggregates):
        scope = self.scope(statement.source, statement.lets)
        keys = [scope.compile(expression) for expression in statement.group]
        groups = {}
        for row in rows:
            values = tuple(repr(key(row)) for key in keys)
            groups.setdefault(values, []).append(row)
        if not statement.group and not groups:
            groups[()] = []
        compiled = [(call, None if call.star else scope.compile(call.arguments[0])) for call in aggregates]
        result = []
        for members in groups.values():
            row = dict(members[0]) if members else {}
            row["$aggregates"] = [self.aggregate(call, value, members) for call, value in compiled]
            result.append(row)
        if statement.having is not None:
            having = self.scope(statement.source, statement.lets, aggregates).compile(statement.having)
            result = [row for row in result if truth(having(row)) is True]
        return result

    def aggregate(self, call, value, members):
        if value is None:
            return len(members)
        values = [value(row) for row in members]
        if call.distinct:
            values = list({repr(one): one for one in values}.values())
        return AGGREGATES[call.name](values)

    def project(self, projections, raw, scope, rows, source):
        """(result, row) of each row."""
        if raw:
            value = scope.compile(projections[0].expression)
            return [(shown(value(row)), row) for row in rows]
        members, unnamed = [], count(1)
        for projection in projections:
            if projection.star:
                value = scope.compile(projection.expression) if projection.expression is not None else None
                members.append((None, value))
            else:
                name = projection.alias or getattr(projection.expression, "name", None)
                if name is None or isinstance(projection.expression, (ast.Call, ast.Parameter)):
                    name = projection.alias or f"${next(unnamed)}"
                members.append((name, scope.compile(projection.expression)))
        aliases = [source.alias, *(alias for _, alias in source.unnests)] if source else []
        return [(self.member_values(members, row, aliases), row) for row in rows]

    def member_values(self, members, row, aliases):
        result = {}
        for name, value in members:
            if name is not None:
                one = value(row)
                if one is not MISSING:
                    result[name] = one
            elif value is None:
                result.update({alias: row[alias] for alias in aliases})
            elif isinstance(spread := value(row), dict):
                result.update(spread)
        return result

    def distinct(self, results):
        return list({repr(result): (result, row) for result, row in results}.values())

    def sort(self, statement, scope, results):
        """By the last key first: each sort keeps the order of the one before."""
        names = {projection.alias for projection in statement.projections if projection.alias}
        scope = Scope(scope.parameters, scope.names | names, scope.default, scope.aggregates)
        keys = [(scope.compile(order.expression), order.descending) for order in statement.order]
        bound = [
            ({**row, **{name: result.get(name, MISSING) for name in names}} if names else row, result, row)
            for result, row in results
        ]
        for key, descending in reversed(keys):
            # `reverse` keeps equal ones in their order.
            bound.sort(key=lambda item, key=key: sort_key(key(item[0])), reverse=descending)
        return [(result, row) for _, result, row in bound]
