"""Nodes of a parsed statement. They are values: equal text gives equal nodes."""

from typing import NamedTuple


class Literal(NamedTuple):
    value: object
    kind: str = "literal"


class Parameter(NamedTuple):
    # a name without $, or a position from 1
    name: object
    kind: str = "parameter"


class Name(NamedTuple):
    name: str
    kind: str = "name"


class Field(NamedTuple):
    base: object
    name: str
    kind: str = "field"


class Element(NamedTuple):
    base: object
    index: object
    kind: str = "element"


class Unary(NamedTuple):
    operator: str
    operand: object
    kind: str = "unary"


class Binary(NamedTuple):
    operator: str
    left: object
    right: object
    kind: str = "binary"


class Between(NamedTuple):
    operand: object
    low: object
    high: object
    kind: str = "between"


class Is(NamedTuple):
    # NULL, MISSING, VALUED, TRUE, FALSE
    what: str
    operand: object
    kind: str = "is"


class Call(NamedTuple):
    name: str
    arguments: tuple
    distinct: bool = False
    # COUNT(*)
    star: bool = False
    kind: str = "call"


class Case(NamedTuple):
    operand: object
    branches: tuple
    otherwise: object
    kind: str = "case"


class Object(NamedTuple):
    members: tuple
    kind: str = "object"


class Array(NamedTuple):
    items: tuple
    kind: str = "array"


class Quantified(NamedTuple):
    # ANY or EVERY
    quantifier: str
    variable: str
    collection: object
    condition: object
    kind: str = "quantified"


class Comprehension(NamedTuple):
    # ARRAY or FIRST
    what: str
    result: object
    variable: str
    collection: object
    condition: object
    kind: str = "comprehension"


class Keyspace(NamedTuple):
    namespace: str
    path: tuple


class Source(NamedTuple):
    keyspace: Keyspace
    alias: str
    keys: object = None
    # (expression, alias) of UNNEST
    unnests: tuple = ()


class Projection(NamedTuple):
    expression: object
    alias: str = None
    # everything below the expression, or of all sources when there is no expression
    star: bool = False


class Order(NamedTuple):
    expression: object
    descending: bool = False


class Select(NamedTuple):
    projections: tuple
    source: Source = None
    raw: bool = False
    distinct: bool = False
    lets: tuple = ()
    where: object = None
    group: tuple = ()
    having: object = None
    order: tuple = ()
    limit: object = None
    offset: object = None
    kind: str = "select"


class Returning(NamedTuple):
    projections: tuple
    raw: bool


class Insert(NamedTuple):
    source: Source
    # (key, value, options or None) expressions
    rows: tuple
    upsert: bool
    returning: Returning = None
    kind: str = "insert"


class Update(NamedTuple):
    source: Source
    # (path, expression)
    sets: tuple
    unsets: tuple
    where: object
    limit: object
    returning: Returning = None
    kind: str = "update"


class Delete(NamedTuple):
    source: Source
    where: object
    limit: object
    returning: Returning = None
    kind: str = "delete"


class CreateIndex(NamedTuple):
    name: str
    keyspace: Keyspace
    primary: bool
    # (expression, descending)
    keys: tuple
    where: object
    if_not_exists: bool
    deferred: bool
    kind: str = "create_index"


class DropIndex(NamedTuple):
    name: str
    keyspace: Keyspace
    if_exists: bool
    kind: str = "drop_index"


class BuildIndexes(NamedTuple):
    keyspace: Keyspace
    names: tuple
    kind: str = "build_indexes"


class ChangeKeyspace(NamedTuple):
    """CREATE or DROP of a scope, or of a collection: bucket, scope and, for a collection, its name."""

    path: tuple
    creates: bool
    # nothing is said where it is there already, or is not there
    tolerant: bool
    kind: str = "change_keyspace"


class Prepare(NamedTuple):
    name: str
    statement: object
    text: str
    kind: str = "prepare"


class Execute(NamedTuple):
    name: str
    kind: str = "execute"


class Explain(NamedTuple):
    statement: object
    kind: str = "explain"
