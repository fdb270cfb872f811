"""Runs a parsed statement and says what its rows look like."""

from . import ast, planner
from .errors import QueryError
from .show import index_text
from .writes import Writer

READS = (ast.Select, ast.Explain, ast.Prepare)


def is_read_only(statement):
    return isinstance(statement, READS)


async def execute(run, statement):
    """The rows of a statement; raises QueryError."""
    catalog = run.catalog
    match statement:
        case ast.Select():
            return await run.select(statement)
        case ast.Insert():
            return Writer(run, statement.source, statement.returning).insert(statement)
        case ast.Update():
            return await Writer(run, statement.source, statement.returning).update(statement)
        case ast.Delete():
            return await Writer(run, statement.source, statement.returning).delete(statement)
        case ast.ChangeKeyspace():
            catalog.change_keyspace(statement)
        case ast.CreateIndex():
            catalog.create_index(statement, resolve(run, statement.keyspace), index_text(statement))
        case ast.DropIndex():
            catalog.drop_index(statement, resolve(run, statement.keyspace))
        case ast.BuildIndexes():
            catalog.build(statement, resolve(run, statement.keyspace))
        case ast.Explain():
            return [explain(run, statement.statement)]
        case ast.Prepare():
            name = catalog.prepare(statement, run.context)
            return [{"name": name, "encoded_plan": "test-plan", "statement": statement.text, "text": statement.text}]
        case _:
            raise QueryError(3000, f"{statement.kind} cannot stand here")
    return []


def resolve(run, keyspace):
    path = run.catalog.resolve(keyspace, run.context)
    if path[0] == "system":
        raise QueryError(11003, "system: namespace is read-only")
    return path


def explain(run, statement):
    """Which scan a statement gets; the plan is not the server's in any other way."""
    source = getattr(statement, "source", None)
    if source is None or isinstance(statement, ast.Insert):
        return {"plan": {"#operator": "Sequence", "~children": []}}
    keyspace = run.catalog.resolve(source.keyspace, run.context)
    if isinstance(statement, ast.Select) and planner.is_fast_count(statement):
        scan = {"#operator": "CountScan"}
    elif source.keys is not None:
        scan = {"#operator": "KeyScan"}
    elif keyspace[0] == "system":
        scan = {"#operator": "PrimaryScan"}
    else:
        index = planner.choose(run.catalog, keyspace, source.alias, statement.where)
        scan = {
            "#operator": "PrimaryScan3" if index.primary else "IndexScan3",
            "index": index.name,
            "keyspace": keyspace[-1],
            "using": "gsi",
        }
    return {"plan": {"#operator": "Sequence", "~children": [scan]}}


def signature(statement):
    """The `signature` member of a response."""
    if isinstance(statement, ast.Select) and statement.raw:
        return "json"
    projections = statement.projections if isinstance(statement, ast.Select) else ()
    if not projections:
        return None
    if any(projection.star for projection in projections):
        return {"*": "*"}
    return {projection.alias or getattr(projection.expression, "name", "$1"): "json" for projection in projections}
