"""The Query service over HTTP. Source: Couchbase's Query Service REST API."""

import asyncio
import json
import re
import time
import uuid

from .http import HttpReply
from .n1ql import ast
from .n1ql.errors import QueryError
from .n1ql.parser import parse
from .n1ql.select import Run
from .n1ql.statements import execute, is_read_only, signature
from .query_request import QueryRequest, duration

STATUS_OF_CODE = {1080: "timeout"}
CONTEXT = re.compile(r"(?:default:)?`?([^`.]+)`?\.`?([^`.]+)`?")
ROWS_A_PART = 256


class QueryService:
    def __init__(self, node):
        self.node, self.cluster = node, node.cluster

    async def handle(self, request):
        if request.path == "/admin/ping":
            return HttpReply.json({})
        if request.path not in ("/query/service", "/query"):
            return HttpReply.json({"message": "not found"}, 404)
        fault = self.take_fault(request)
        await asyncio.sleep(self.node.delay + fault.get("delay_ms", 0) / 1000)
        if "http" in fault:
            return HttpReply(fault["http"], [b"no JSON"], "text/plain")
        started = time.perf_counter()
        outcome = Outcome(fault)
        try:
            if request.user(self.cluster.users) is None:
                raise QueryError(13014, "User does not have credentials to run queries. Add role query_select.")
            await self.answer(QueryRequest.read(request), outcome)
        except QueryError as error:
            outcome.fail(error)
        except (ArithmeticError, ValueError, TypeError, RecursionError) as error:
            # An expression that Python could not evaluate: said, so that no connection just ends.
            outcome.fail(QueryError(5000, f"{type(error).__name__}: {error}"))
        return outcome.reply(started)

    def take_fault(self, request):
        for fault in self.cluster.catalog.faults:
            if fault.get("count", 1) > 0 and re.search(fault.get("match", ""), request.body.decode(errors="replace")):
                fault["count"] = fault.get("count", 1) - 1
                return fault
        return {}

    async def answer(self, query, outcome):
        outcome.query = query
        limit = duration(query.fields.get("timeout", "75s"))
        if "code" in outcome.fault and "rows" not in outcome.fault:
            raise QueryError(
                outcome.fault["code"],
                outcome.fault.get("msg", "a fault"),
                outcome.fault.get("status"),
                outcome.fault.get("reason"),
                outcome.fault.get("retry"),
            )
        try:
            async with asyncio.timeout(limit):
                await asyncio.sleep(outcome.fault.get("work_ms", 0) / 1000)
                await self.run(query, outcome)
        except TimeoutError:
            raise QueryError(1080, f"Timeout {query.fields.get('timeout', '75s')} exceeded", retry=True) from None

    async def run(self, query, outcome):
        """Parses or looks up the statement, and executes it."""
        catalog, context = self.cluster.catalog, self.context(query)
        self.check_vectors(query)
        name = query.fields.get("prepared")
        if name is not None:
            statement, _, context = catalog.executed(name)
        elif "statement" in query.fields:
            statement = parse(query.fields["statement"])
        else:
            raise QueryError(1050, "No statement or prepared value")
        if isinstance(statement, ast.Execute):
            statement, _, context = catalog.executed(statement.name)
        run = Run(catalog, query.parameters, context, query.consistent)
        if isinstance(statement, ast.Prepare) and query.fields.get("auto_execute") in (True, "true"):
            outcome.prepared = catalog.prepare(statement, context)
            statement = statement.statement
        if query.fields.get("readonly") in (True, "true") and not is_read_only(statement):
            raise QueryError(1000, "The server or request is read-only and cannot accept this write statement.")
        outcome.signature = signature(statement)
        outcome.rows = await execute(run, statement)
        outcome.mutations = run.mutations

    def context(self, query):
        text = query.fields.get("query_context")
        if not text:
            return None
        match = CONTEXT.fullmatch(text)
        if match is None:
            raise QueryError(1040, f"Invalid query_context {text!r}")
        return match.groups()

    def check_vectors(self, query):
        """at_plus: the seqnos have to be of this bucket's history."""
        for name, vector in query.vectors.items():
            bucket = self.cluster.buckets.get(name)
            if bucket is None:
                raise QueryError(12003, f"Keyspace not found in CB datastore: default:{name}")
            for number, (seqno, identity) in vector.items():
                copy = bucket.active(int(number)) if int(number) < bucket.count else None
                if copy is None or str(copy.uuid) != identity or seqno > copy.seqno:
                    raise QueryError(5000, f"scan vector of vbucket {number} is not of this history")


class Outcome:
    """What has become of a request, and its answer."""

    def __init__(self, fault):
        self.fault = fault
        self.query = self.prepared = self.signature = self.rows = self.error = None
        self.mutations = 0

    def fail(self, error):
        self.error = error

    def reply(self, started):
        """The parts of the response, in the server's order of members."""
        fields = self.query.fields if self.query else {}
        head = {"requestID": str(uuid.uuid4())}
        if "client_context_id" in fields:
            head["clientContextID"] = fields["client_context_id"]
        if self.prepared:
            head["prepared"] = self.prepared
        rows = self.rows if self.rows is not None else []
        if "rows" in self.fault and self.error is None:
            rows = rows[: self.fault["rows"]]
            self.error = QueryError(self.fault.get("code", 5010), self.fault.get("msg", "a fault behind rows"), 200)
        parts = [json.dumps({**head, "signature": self.signature})[:-1].encode()]
        if self.rows is not None:
            parts[0] += b',\n"results": ['
            for at in range(0, len(rows), ROWS_A_PART):
                text = b",\n".join(json.dumps(row, ensure_ascii=False).encode() for row in rows[at : at + ROWS_A_PART])
                parts.append((b",\n" if at else b"\n") + text)
            parts.append(b"\n]")
        parts.append(self.tail(started, rows, fields))
        status = self.error.status if self.error else 200
        return HttpReply(status, self.cut(parts), cut_after=self.fault.get("cut", -1))

    def tail(self, started, rows, fields):
        tail = {}
        if self.error:
            tail["errors"] = [self.error.as_json()]
        tail["status"] = "success" if not self.error else STATUS_OF_CODE.get(self.error.code, "errors")
        if fields.get("metrics", True) in (True, "true"):
            took = f"{(time.perf_counter() - started) * 1000:.3f}ms"
            metrics = {
                "elapsedTime": took,
                "executionTime": took,
                "resultCount": len(rows),
                "resultSize": sum(len(json.dumps(row)) for row in rows),
                "serviceLoad": 1,
            }
            if self.mutations:
                metrics["mutationCount"] = self.mutations
            if self.error:
                metrics["errorCount"] = 1
            tail["metrics"] = metrics
        return b",\n" + json.dumps(tail)[1:].encode() + b"\n"

    def cut(self, parts):
        """With the fault `chunk`, the same bytes in pieces of that size."""
        size = self.fault.get("chunk")
        if not size:
            return parts
        whole = b"".join(parts)
        return [whole[at : at + size] for at in range(0, len(whole), size)]
