"""Expressions back to text, as system:indexes shows the keys of an index."""

import json

from . import ast


def show(node):
    """An expression as the server would print it, as far as index keys and conditions need it."""
    match node:
        case ast.Literal(value):
            return json.dumps(value)
        case ast.Name(name):
            return f"`{name}`"
        case ast.Field(base, name):
            return f"({show(base)}.`{name}`)"
        case ast.Element(base, index):
            return f"({show(base)}[{show(index)}])"
        case ast.Unary(operator, operand):
            return f"({operator.lower()} {show(operand)})"
        case ast.Binary(operator, left, right):
            return f"({show(left)} {operator.lower()} {show(right)})"
        case ast.Between(operand, low, high):
            return f"({show(operand)} between {show(low)} and {show(high)})"
        case ast.Is(what, operand):
            return f"({show(operand)} is {what.lower()})"
        case ast.Call(name, arguments):
            return f"{name.lower()}({', '.join(show(argument) for argument in arguments)})"
        case ast.Array(items):
            return f"[{', '.join(show(item) for item in items)}]"
    return f"<{node.kind}>"


def index_text(statement):
    """The keys and the condition of CREATE INDEX as text."""
    keys = [show(key) + (" DESC" if descending else "") for key, descending in statement.keys]
    return {"keys": keys, "where": show(statement.where) if statement.where is not None else None}
