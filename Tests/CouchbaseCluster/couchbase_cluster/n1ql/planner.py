"""Which index a statement may use: as the server has it, a query without one fails (4000)."""

from . import ast
from .errors import QueryError

RANGES = {"=", "<", "<=", ">", ">=", "IN", "LIKE"}
VALUED = {"NOT MISSING", "NOT NULL", "VALUED", "NULL", "TRUE", "FALSE"}


def normal(node, alias):
    """Without the alias, so that o.status and status are the same expression."""
    if isinstance(node, ast.Call) and node.name == "META":
        return node._replace(arguments=())
    if isinstance(node, ast.Field):
        if node.base == ast.Name(alias):
            return ast.Name(node.name)
        return node._replace(base=normal(node.base, alias))
    if isinstance(node, tuple):
        parts = [normal(part, alias) if isinstance(part, tuple) else part for part in node]
        return type(node)(*parts) if hasattr(node, "_fields") else tuple(parts)
    return node


def conjuncts(node):
    if isinstance(node, ast.Binary) and node.operator == "AND":
        return conjuncts(node.left) + conjuncts(node.right)
    return [node] if node is not None else []


def bounds(node, key):
    """Whether a condition bounds the values of an index key, so that a scan of the index finds every match."""
    if isinstance(node, ast.Binary):
        if node.operator == "AND":
            return bounds(node.left, key) or bounds(node.right, key)
        if node.operator == "OR":
            return bounds(node.left, key) and bounds(node.right, key)
        if node.operator in RANGES:
            return node.left == key or (node.right == key and node.operator not in ("IN", "LIKE"))
    if isinstance(node, ast.Between):
        return node.operand == key
    if isinstance(node, ast.Is):
        return node.operand == key and node.what in VALUED
    return isinstance(node, ast.Quantified) and node.quantifier == "ANY" and node.collection == key


def serves(index, where):
    """Whether an index finds every document that a condition accepts."""
    if index.state != "online":
        return False
    if index.primary:
        return True
    given = conjuncts(where)
    if any(condition not in given for condition in conjuncts(index.where)):
        return False
    return where is not None and bounds(where, index.keys[0][0])


def is_fast_count(statement):
    """COUNT(*) of a whole keyspace: the server has the number, and needs no index."""
    source = statement.source
    return (
        source is not None
        and source.keys is None
        and not source.unnests
        and source.keyspace.namespace != "system"
        and statement.where is None
        and not statement.group
        and not statement.lets
        and all(isinstance(one.expression, ast.Call) and one.expression.star for one in statement.projections)
    )


def choose(catalog, keyspace, alias, where):
    """The index of a scan: the one with the most keys that the condition bounds, a primary one last."""
    normalized = normal(where, alias) if where is not None else None
    fitting = [index for index in catalog.indexes_of(keyspace) if serves(index, normalized)]
    if not fitting:
        path = ":".join(("default", ".".join(f"`{part}`" for part in keyspace)))
        raise QueryError(
            4000,
            f"No index available on keyspace {path} that matches your query. Use CREATE PRIMARY "
            f"INDEX ON {path} to create a primary index, or check that your expected index is online.",
        )

    def score(index):
        if index.primary:
            return -1
        return sum(1 for key, _ in index.keys if bounds(normalized, key))

    return max(fitting, key=score)
