"""Expressions to Python functions of a row. A row binds names to values; ("meta", alias) binds a document's meta."""

import operator as op

from .errors import QueryError
from .functions import AGGREGATES, FUNCTIONS
from .values import MISSING, collate, equal, like, number, rank, text, tidy, unknown

IS = {
    "NULL": lambda v: MISSING if v is MISSING else v is None,
    "NOT NULL": lambda v: MISSING if v is MISSING else v is not None,
    "MISSING": lambda v: v is MISSING,
    "NOT MISSING": lambda v: v is not MISSING,
    "VALUED": lambda v: v is not MISSING and v is not None,
    "NOT VALUED": lambda v: v is MISSING or v is None,
    "TRUE": lambda v: v is True,
    "NOT TRUE": lambda v: v is not True,
    "FALSE": lambda v: v is False,
    "NOT FALSE": lambda v: v is not False,
}
ORDERINGS = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def truth(value):
    """TRUE, FALSE, NULL or MISSING of any value: empty and zero are false."""
    return value if value is MISSING or value is None else bool(value)


def both(left, right):
    """AND of four-valued logic."""
    left, right = truth(left), truth(right)
    if left is False or right is False:
        return False
    if left is MISSING or right is MISSING:
        return MISSING
    return None if left is None or right is None else True


def either(left, right):
    left, right = truth(left), truth(right)
    if left is True or right is True:
        return True
    if left is None or right is None:
        return None
    return MISSING if left is MISSING or right is MISSING else False


def member(item, collection):
    """IN."""
    if item is MISSING or collection is MISSING:
        return MISSING
    if not isinstance(collection, list):
        return None
    if any(equal(item, other) for other in collection if other is not None) and item is not None:
        return True
    return None if item is None or None in collection else False


def arithmetic(operator, left, right):
    missing = unknown(left, right)
    if missing is not False:
        return missing
    if operator == "||":
        return left + right if isinstance(left, str) and isinstance(right, str) else None
    if not (number(left) and number(right)) or (operator in "/%" and right == 0):
        return None
    results = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: left / right,
        "%": lambda: abs(left) % abs(right) * (-1 if left < 0 else 1),
    }
    return tidy(results[operator]())


DIRECT = {"=": op.eq, "!=": op.ne, "<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge}


def compare(operator, left, right):
    kind = type(left)
    if kind is type(right) and (kind is str or kind is int):
        # Code points are ordered as their UTF-8 bytes are.
        return DIRECT[operator](left, right)
    missing = unknown(left, right)
    if missing is not False:
        return missing
    if operator in ("=", "!="):
        return equal(left, right) == (operator == "=")
    return ORDERINGS[operator](collate(left, right))


def matches(left, right):
    """LIKE."""
    missing = unknown(left, right)
    if missing is not False:
        return missing
    return like(right).fullmatch(left) is not None if isinstance(left, str) and isinstance(right, str) else None


class Scope:
    """What names mean where an expression stands."""

    def __init__(self, parameters, names=(), default=None, aggregates=None):
        self.parameters = parameters
        self.names = set(names)
        # the alias whose fields may be named alone
        self.default = default
        # nodes of aggregate calls -> their place in row["$aggregates"]
        self.aggregates = aggregates or {}

    def within(self, name):
        return Scope(self.parameters, self.names | {name}, self.default, self.aggregates)

    def compile(self, node):
        return getattr(self, "_" + node.kind)(node)

    def constant(self, node):
        """The value of an expression that may name nothing, such as LIMIT's."""
        return Scope(self.parameters).compile(node)({})

    # One method a kind of node

    def _literal(self, node):
        return lambda row: node.value

    def _parameter(self, node):
        if node.name not in self.parameters:
            name = f"${node.name}"
            raise QueryError(
                5010,
                f"Error evaluating expression - No value for "
                f"{'positional' if isinstance(node.name, int) else 'named'} parameter {name}",
            )
        value = self.parameters[node.name]
        return lambda row: value

    def _name(self, node):
        name, default = node.name, self.default
        if name in self.names:
            return lambda row: row.get(name, MISSING)
        if default is None:
            raise QueryError(3000, f"Ambiguous reference to field '{name}'.")

        def field(row):
            value = row[default]
            return value.get(name, MISSING) if isinstance(value, dict) else MISSING

        return field

    def _field(self, node):
        base, name = self.compile(node.base), node.name

        def field(row):
            value = base(row)
            if isinstance(value, dict):
                return value.get(name, MISSING)
            return None if value is None else MISSING

        return field

    def _element(self, node):
        base, index = self.compile(node.base), self.compile(node.index)

        def element(row):
            value, place = base(row), index(row)
            if isinstance(value, dict) and isinstance(place, str):
                return value.get(place, MISSING)
            if isinstance(value, list) and isinstance(place, int) and -len(value) <= place < len(value):
                return value[place]
            return MISSING

        return element

    def _unary(self, node):
        operand = self.compile(node.operand)
        if node.operator == "-":
            return lambda row: arithmetic("-", 0, operand(row))

        def negate(row):
            value = truth(operand(row))
            return value if value is MISSING or value is None else not value

        return negate

    def _binary(self, node):
        left, right, operator = self.compile(node.left), self.compile(node.right), node.operator
        if operator == "AND":
            return lambda row: both(left(row), right(row))
        if operator == "OR":
            return lambda row: either(left(row), right(row))
        if operator == "IN":
            return lambda row: member(left(row), right(row))
        if operator == "LIKE":
            return lambda row: matches(left(row), right(row))
        apply = arithmetic if operator in ("+", "-", "*", "/", "%", "||") else compare
        return lambda row: apply(operator, left(row), right(row))

    def _between(self, node):
        operand, low, high = self.compile(node.operand), self.compile(node.low), self.compile(node.high)

        def between(row):
            value = operand(row)
            return both(compare(">=", value, low(row)), compare("<=", value, high(row)))

        return between

    def _is(self, node):
        operand, test = self.compile(node.operand), IS[node.what]
        return lambda row: test(operand(row))

    def _case(self, node):
        operand = self.compile(node.operand) if node.operand is not None else None
        branches = [(self.compile(condition), self.compile(value)) for condition, value in node.branches]
        otherwise = self.compile(node.otherwise)

        def case(row):
            for condition, value in branches:
                met = condition(row) if operand is None else compare("=", operand(row), condition(row))
                if truth(met) is True:
                    return value(row)
            return otherwise(row)

        return case

    def _object(self, node):
        members = [(self.compile(name), self.compile(value)) for name, value in node.members]

        def build(row):
            pairs = ((name(row), value(row)) for name, value in members)
            return {text(name): value for name, value in pairs if value is not MISSING and name is not MISSING}

        return build

    def _array(self, node):
        items = [self.compile(item) for item in node.items]
        return lambda row: [None if (value := item(row)) is MISSING else value for item in items]

    def _quantified(self, node):
        collection = self.compile(node.collection)
        condition = self.within(node.variable).compile(node.condition)
        wanted = any if node.quantifier == "ANY" else all

        def quantified(row):
            items = collection(row)
            if not isinstance(items, list):
                return MISSING if items is MISSING else None
            return wanted(truth(condition({**row, node.variable: item})) is True for item in items)

        return quantified

    def _comprehension(self, node):
        collection, inner = self.compile(node.collection), self.within(node.variable)
        result = inner.compile(node.result)
        condition = inner.compile(node.condition) if node.condition is not None else lambda row: True

        def comprehension(row):
            items = collection(row)
            if not isinstance(items, list):
                return MISSING if items is MISSING else None
            bound = ({**row, node.variable: item} for item in items)
            found = [value for one in bound if truth(condition(one)) is True and (value := result(one)) is not MISSING]
            return found if node.what == "ARRAY" else (found[0] if found else MISSING)

        return comprehension

    def _call(self, node):
        if node.name == "META":
            return self._meta(node)
        if node in self.aggregates:
            place = self.aggregates[node]
            return lambda row: row["$aggregates"][place]
        if node.name in AGGREGATES:
            raise QueryError(4210, f"Aggregate {node.name} is not available for this query term.")
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise QueryError(3000, f"Invalid function {node.name.lower()}")
        arguments = [self.compile(argument) for argument in node.arguments]

        def call(row):
            try:
                return function(*(argument(row) for argument in arguments))
            except TypeError as error:
                raise QueryError(5010, f"Error evaluating {node.name}: {error}") from None

        return call

    def _meta(self, node):
        alias = node.arguments[0].name if node.arguments else self.default
        if alias is None:
            raise QueryError(3000, "Ambiguous META() without a keyspace.")
        return lambda row: row.get(("meta", alias), MISSING)


def shown(value):
    """MISSING is null in a row of its own."""
    return None if rank(value) == 0 else value
