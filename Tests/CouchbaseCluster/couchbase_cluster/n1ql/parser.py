"""Statements: tokens to nodes. What the grammar does not have is a syntax error (3000), never ignored."""

import functools

from . import ast
from .errors import QueryError, syntax
from .expressions import Expressions
from .lexer import tokens


@functools.lru_cache(maxsize=512)
def parse(text):
    """One statement; a semicolon may follow it."""
    parser = Parser(tokens(text))
    parser.text = text
    statement = parser.statement()
    parser.sign(";")
    if parser.token.kind != "end":
        raise syntax("unexpected text behind the statement", parser.token)
    return statement


class Parser(Expressions):
    text = ""

    def statement(self):
        if self.word("EXPLAIN"):
            return ast.Explain(self.statement())
        if self.word("PREPARE"):
            return self.prepare()
        if self.word("EXECUTE"):
            name = self.token.value if self.token.kind == "string" else None
            if name is not None:
                self.position += 1
            return ast.Execute(name or self.identifier())
        if self.token.value == "SELECT" or self.token.value == "FROM":
            return self.select()
        for words, read in (
            (("INSERT", "INTO"), lambda: self.insert(False)),
            (("UPSERT", "INTO"), lambda: self.insert(True)),
            (("UPDATE",), self.update),
            (("DELETE", "FROM"), self.delete),
            (("BUILD", "INDEX", "ON"), self.build),
            (("CREATE", "SCOPE"), lambda: self.change_keyspace(2, True)),
            (("CREATE", "COLLECTION"), lambda: self.change_keyspace(3, True)),
            (("DROP", "SCOPE"), lambda: self.change_keyspace(2, False)),
            (("DROP", "COLLECTION"), lambda: self.change_keyspace(3, False)),
            (("CREATE", "PRIMARY", "INDEX"), lambda: self.create_index(True)),
            (("CREATE", "INDEX"), lambda: self.create_index(False)),
            (("DROP", "PRIMARY", "INDEX"), lambda: self.drop_index(True)),
            (("DROP", "INDEX"), lambda: self.drop_index(False)),
        ):
            if self.word(*words):
                return read()
        raise syntax("not a statement", self.token)

    def prepare(self):
        self.word("FORCE")
        name = None
        if self.ahead().value in ("AS", "FROM"):
            name = self.token.value if self.token.kind == "string" else self.token.text.strip("`")
            self.position += 2
        start = self.token.at
        return ast.Prepare(name, self.statement(), self.text[start:])

    # SELECT

    def select(self):
        self.expect("SELECT")
        distinct = self.word("DISTINCT")
        self.word("ALL")
        raw = any(self.word(word) for word in ("RAW", "ELEMENT", "VALUE"))
        projections = (self.projection(),) if raw else self.separated(self.projection)
        source = self.source(unnest=True) if self.word("FROM") else None
        lets = self.separated(self.let) if self.word("LET") else ()
        where = self.expression() if self.word("WHERE") else None
        group = self.separated(self.expression) if self.word("GROUP", "BY") else ()
        having = self.expression() if self.word("HAVING") else None
        order = self.separated(self.order) if self.word("ORDER", "BY") else ()
        limit = self.expression() if self.word("LIMIT") else None
        offset = self.expression() if self.word("OFFSET") else None
        if limit is None and offset is not None and self.word("LIMIT"):
            limit = self.expression()
        return ast.Select(projections, source, raw, distinct, lets, where, group, having, order, limit, offset)

    def projection(self):
        if self.sign("*"):
            return ast.Projection(None, star=True)
        expression = self.expression()
        if self.token.text == "." and self.ahead().text == "*":
            self.position += 2
            return ast.Projection(expression, star=True)
        return ast.Projection(expression, self.alias())

    def alias(self):
        """AS name, or a name alone."""
        if self.word("AS") or self.token.kind == "quoted":
            return self.identifier()
        if self.token.kind == "name":
            try:
                return self.identifier()
            except QueryError:
                # A reserved word begins the next clause.
                return None
        return None

    def let(self):
        name = self.identifier()
        self.expect("=")
        return name, self.expression()

    def order(self):
        expression = self.expression()
        descending = self.word("DESC")
        if not descending:
            self.word("ASC")
        return ast.Order(expression, descending)

    # Keyspaces

    def keyspace(self):
        namespace = "default"
        if self.token.kind in ("name", "quoted") and self.ahead().text == ":":
            namespace = self.token.text.strip("`").lower()
            self.position += 2
        path = [self.identifier()]
        while len(path) < 3 and self.sign("."):
            path.append(self.identifier())
        if len(path) == 2:
            raise syntax("a keyspace is a bucket, or bucket.scope.collection", self.token)
        return ast.Keyspace(namespace, tuple(path))

    def source(self, unnest=False):
        keyspace = self.keyspace()
        alias = self.alias() or keyspace.path[-1]
        keys, unnests = self.use(), []
        while unnest and self.word("UNNEST"):
            expression = self.expression()
            name = self.alias() or getattr(expression, "name", None)
            if name is None:
                raise syntax("UNNEST needs an alias", self.token)
            unnests.append((expression, name))
        return ast.Source(keyspace, alias, keys, tuple(unnests))

    def use(self):
        """USE KEYS is kept; USE INDEX is a hint and only has to be right."""
        keys = None
        while self.word("USE"):
            if self.word("INDEX"):
                self.expect("(")
                self.separated(self.index_hint)
                self.expect(")")
            else:
                self.word("PRIMARY")
                self.expect("KEYS")
                keys = self.expression()
        return keys

    def index_hint(self):
        self.identifier()
        if self.word("USING"):
            self.expect("GSI")

    # Writing

    def insert(self, upsert):
        keyspace = self.keyspace()
        alias = self.identifier() if self.word("AS") else keyspace.path[-1]
        if self.sign("("):
            self.expect("KEY")
            self.expect(",")
            self.expect("VALUE")
            if self.sign(","):
                self.expect("OPTIONS")
            self.expect(")")
        rows = [self.values()]
        while self.sign(","):
            rows.append(self.values())
        return ast.Insert(ast.Source(keyspace, alias), tuple(rows), upsert, self.returning())

    def values(self):
        self.word("VALUES")
        self.expect("(")
        items = self.separated(self.expression)
        self.expect(")")
        if len(items) not in (2, 3):
            raise syntax("VALUES takes a key, a value and options", self.token)
        return (*items, None)[:3]

    def update(self):
        source = self.source()
        sets = self.separated(self.assignment) if self.word("SET") else ()
        unsets = self.separated(self.path) if self.word("UNSET") else ()
        if not sets and not unsets:
            raise syntax("expected SET or UNSET", self.token)
        where = self.expression() if self.word("WHERE") else None
        limit = self.expression() if self.word("LIMIT") else None
        return ast.Update(source, sets, unsets, where, limit, self.returning())

    def path(self):
        return self.postfix(self.operand())

    def assignment(self):
        path = self.path()
        self.expect("=")
        return path, self.expression()

    def delete(self):
        source = self.source()
        where = self.expression() if self.word("WHERE") else None
        limit = self.expression() if self.word("LIMIT") else None
        return ast.Delete(source, where, limit, self.returning())

    def returning(self):
        if not self.word("RETURNING"):
            return None
        raw = any(self.word(word) for word in ("RAW", "ELEMENT", "VALUE"))
        return ast.Returning((self.projection(),) if raw else self.separated(self.projection), raw)

    # Scopes and collections

    def change_keyspace(self, length, creates):
        """A full path; the condition may only stand behind it."""
        if self.token.kind in ("name", "quoted") and self.ahead().text == ":":
            self.position += 2
        path = [self.identifier()]
        while len(path) < length:
            self.expect(".")
            path.append(self.identifier())
        tolerant = self.word("IF", "NOT", "EXISTS") if creates else self.word("IF", "EXISTS")
        return ast.ChangeKeyspace(tuple(path), creates, tolerant)

    # Indexes

    def create_index(self, primary):
        if_not_exists = self.word("IF", "NOT", "EXISTS")
        name = "#primary" if primary and self.token.value == "ON" else self.identifier()
        if_not_exists = self.word("IF", "NOT", "EXISTS") or if_not_exists
        self.expect("ON")
        keyspace = self.keyspace()
        keys, where = (), None
        if not primary:
            self.expect("(")
            keys = self.separated(self.index_key)
            self.expect(")")
            where = self.expression() if self.word("WHERE") else None
        if self.word("USING"):
            self.expect("GSI")
        options = self.expression() if self.word("WITH") else None
        deferred = isinstance(options, ast.Object) and any(
            getattr(name, "value", None) == "defer_build" and getattr(value, "value", None) is True
            for name, value in options.members
        )
        return ast.CreateIndex(name, keyspace, primary, keys, where, if_not_exists, deferred)

    def index_key(self):
        expression = self.expression()
        self.word("INCLUDE", "MISSING")
        descending = self.word("DESC")
        if not descending:
            self.word("ASC")
        return expression, descending

    def drop_index(self, primary):
        if_exists = self.word("IF", "EXISTS")
        name = "#primary" if primary and self.token.value == "ON" else self.identifier()
        if self.sign("."):
            # DROP INDEX keyspace.index, the older form
            return ast.DropIndex(self.identifier(), ast.Keyspace("default", (name,)), if_exists)
        if_exists = self.word("IF", "EXISTS") or if_exists
        self.expect("ON")
        keyspace = self.keyspace()
        if self.word("USING"):
            self.expect("GSI")
        return ast.DropIndex(name, keyspace, if_exists)

    def build(self):
        keyspace = self.keyspace()
        self.expect("(")
        names = self.separated(self.identifier)
        self.expect(")")
        if self.word("USING"):
            self.expect("GSI")
        return ast.BuildIndexes(keyspace, names)
