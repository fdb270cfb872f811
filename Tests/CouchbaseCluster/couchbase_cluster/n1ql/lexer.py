"""Statement text to tokens. Source: the SQL++ for Query language reference, lexical structure."""

import re
from typing import NamedTuple

from .errors import QueryError

TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<string>"(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*')
  | (?P<quoted>`(?:[^`]|``)+`)
  | (?P<parameter>\$[A-Za-z_0-9]+|@[A-Za-z_0-9]+|\?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<operator><=|>=|<>|!=|==|\|\||[-+*/%=<>(){}\[\].,:;])
""",
    re.VERBOSE | re.DOTALL,
)

# Words that are no identifier unless they stand in backticks.
# fmt: off
RESERVED = {
    "ADVISE", "ALL", "ALTER", "ANALYZE", "AND", "ANY", "ARRAY", "AS", "ASC", "AT", "BEGIN", "BETWEEN", "BINARY",
    "BOOLEAN", "BREAK", "BUCKET", "BUILD", "BY", "CALL", "CASE", "CAST", "CLUSTER", "COLLATE", "COLLECTION",
    "COMMIT", "COMMITTED", "CONNECT", "CONTINUE", "CORRELATED", "COVER", "CREATE", "CURRENT", "DATABASE",
    "DATASET", "DATASTORE", "DECLARE", "DECREMENT", "DELETE", "DERIVED", "DESC", "DESCRIBE", "DISTINCT", "DO",
    "DROP", "EACH", "ELEMENT", "ELSE", "END", "EVERY", "EXCEPT", "EXCLUDE", "EXECUTE", "EXISTS", "EXPLAIN",
    "FALSE", "FETCH", "FILTER", "FIRST", "FLATTEN", "FLUSH", "FOLLOWING", "FOR", "FORCE", "FROM", "FTS",
    "FUNCTION", "GOLANG", "GRANT", "GROUP", "GROUPS", "GSI", "HASH", "HAVING", "IF", "IGNORE", "ILIKE", "IN",
    "INCLUDE", "INCREMENT", "INDEX", "INFER", "INLINE", "INNER", "INSERT", "INTERSECT", "INTO", "IS",
    "ISOLATION", "JAVASCRIPT", "JOIN", "KEY", "KEYS", "KEYSPACE", "KNOWN", "LANGUAGE", "LAST", "LEFT", "LET",
    "LETTING", "LEVEL", "LIKE", "LIMIT", "LSM", "MAP", "MAPPING", "MATCHED", "MATERIALIZED", "MERGE", "MINUS",
    "MISSING", "NAMESPACE", "NEST", "NL", "NO", "NOT", "NTH_VALUE", "NULL", "NULLS", "NUMBER", "OBJECT",
    "OFFSET", "ON", "OPTION", "OPTIONS", "OR", "ORDER", "OTHERS", "OUTER", "OVER", "PARSE", "PARTITION",
    "PASSWORD", "PATH", "POOL", "PRECEDING", "PREPARE", "PRIMARY", "PRIVATE", "PRIVILEGE", "PROBE", "PROCEDURE",
    "PUBLIC", "RANGE", "RAW", "REALM", "REDUCE", "RENAME", "REPLACE", "RESPECT", "RETURN", "RETURNING",
    "REVOKE", "RIGHT", "ROLE", "ROLLBACK", "ROW", "ROWS", "SATISFIES", "SAVEPOINT", "SCHEMA", "SCOPE", "SELECT",
    "SELF", "SEMI", "SET", "SHOW", "SOME", "START", "STATISTICS", "STRING", "SYSTEM", "THEN", "TIES", "TO",
    "TRAN", "TRANSACTION", "TRIGGER", "TRUE", "TRUNCATE", "UNBOUNDED", "UNDER", "UNION", "UNIQUE", "UNKNOWN",
    "UNNEST", "UNSET", "UPDATE", "UPSERT", "USE", "USER", "USING", "VALIDATE", "VALUE", "VALUED", "VALUES",
    "VIA", "VIEW", "WHEN", "WHERE", "WHILE", "WINDOW", "WITH", "WITHIN", "WORK", "XOR",
}
# fmt: on
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Token(NamedTuple):
    # name, quoted, string, number, parameter, operator, end
    kind: str
    text: str
    # what it stands for: a string's or number's value, an identifier without backticks
    value: object
    at: int


def _unescape(text):
    body = text[1:-1].replace(text[0] * 2, text[0])

    def one(match):
        if match[1]:
            return chr(int(match[1], 16))
        return ESCAPES.get(match[2], match[2])

    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", one, body, flags=re.DOTALL)


def _value(kind, text):
    if kind == "string":
        return _unescape(text)
    if kind == "quoted":
        return text[1:-1].replace("``", "`")
    if kind == "number":
        return int(text) if text.isdigit() else float(text)
    return text.upper() if kind == "name" else text


def tokens(statement):
    """Every token, and one of kind `end` behind the last."""
    found, at = [], 0
    while at < len(statement):
        match = TOKEN.match(statement, at)
        if match is None:
            raise QueryError(3000, f"syntax error - invalid token at line 1, column {at + 1}: {statement[at]!r}")
        kind = match.lastgroup
        if kind != "space":
            found.append(Token(kind, match[0], _value(kind, match[0]), at))
        at = match.end()
    found.append(Token("end", "", None, at))
    return found
