"""Expressions: tokens to nodes, by precedence. Source: the SQL++ for Query language reference."""

from . import ast
from .errors import QueryError, syntax
from .lexer import RESERVED

COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}
MAX_DEPTH = 200


class Expressions:
    """The part of the parser that reads expressions; statements are in Parser."""

    def __init__(self, tokens):
        self.tokens, self.position, self.depth, self.positional = tokens, 0, 0, 0

    # Tokens

    @property
    def token(self):
        return self.tokens[self.position]

    def ahead(self, steps=1):
        return self.tokens[min(self.position + steps, len(self.tokens) - 1)]

    def word(self, *words):
        """Takes the next tokens when they are these words."""
        for step, word in enumerate(words):
            token = self.ahead(step)
            if token.kind != "name" or token.value != word:
                return False
        self.position += len(words)
        return True

    def sign(self, text):
        if self.token.kind == "operator" and self.token.text == text:
            self.position += 1
            return True
        return False

    def expect(self, text):
        taken = self.word(text) if text.isalpha() else self.sign(text)
        if not taken:
            raise syntax(f"expected {text}", self.token)

    def identifier(self):
        token = self.token
        if token.kind == "quoted":
            name = token.value
        elif token.kind == "name" and token.value not in RESERVED:
            name = token.text
        else:
            raise syntax("expected an identifier (reserved words need backticks)", token)
        self.position += 1
        return name

    def separated(self, read):
        """One or more, with commas between."""
        items = [read()]
        while self.sign(","):
            items.append(read())
        return tuple(items)

    # By precedence, loosest first

    def expression(self):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise QueryError(3000, "syntax error - expression nested too deeply")
        try:
            left = self.conjunction()
            while self.word("OR"):
                left = ast.Binary("OR", left, self.conjunction())
            return left
        finally:
            self.depth -= 1

    def conjunction(self):
        left = self.negation()
        while self.word("AND"):
            left = ast.Binary("AND", left, self.negation())
        return left

    def negation(self):
        if self.word("NOT"):
            return ast.Unary("NOT", self.negation())
        return self.comparison()

    def comparison(self):
        left = self.sum()
        while True:
            operator = COMPARISONS.get(self.token.text) if self.token.kind == "operator" else None
            if operator:
                self.position += 1
                left = ast.Binary(operator, left, self.sum())
            elif self.word("IS"):
                left = self.is_test(left)
            elif self.ahead(0).value == "NOT" and self.ahead().value in ("IN", "LIKE", "BETWEEN"):
                self.position += 1
                left = ast.Unary("NOT", self.membership(left))
            elif self.token.kind == "name" and self.token.value in ("IN", "LIKE", "BETWEEN"):
                left = self.membership(left)
            else:
                return left

    def is_test(self, operand):
        negated = self.word("NOT")
        for what in ("NULL", "MISSING", "VALUED", "KNOWN", "TRUE", "FALSE"):
            if self.word(what):
                test = ast.Is("VALUED" if what == "KNOWN" else what, operand)
                # IS NOT NULL is its own test: it is MISSING where the value is missing.
                return ast.Is("NOT " + test.what, operand) if negated else test
        raise syntax("expected NULL, MISSING or VALUED", self.token)

    def membership(self, left):
        if self.word("IN"):
            return ast.Binary("IN", left, self.sum())
        if self.word("LIKE"):
            return ast.Binary("LIKE", left, self.sum())
        self.expect("BETWEEN")
        low = self.sum()
        self.expect("AND")
        return ast.Between(left, low, self.sum())

    def sum(self):
        left = self.product()
        while self.token.kind == "operator" and self.token.text in ("+", "-", "||"):
            operator = self.token.text
            self.position += 1
            left = ast.Binary(operator, left, self.product())
        return left

    def product(self):
        left = self.sign_or_operand()
        while self.token.kind == "operator" and self.token.text in ("*", "/", "%"):
            operator = self.token.text
            self.position += 1
            left = ast.Binary(operator, left, self.sign_or_operand())
        return left

    def sign_or_operand(self):
        if self.sign("-"):
            operand = self.sign_or_operand()
            if isinstance(operand, ast.Literal) and isinstance(operand.value, (int, float)):
                return ast.Literal(-operand.value)
            return ast.Unary("-", operand)
        return self.postfix(self.operand())

    def postfix(self, base):
        while True:
            if self.token.kind == "operator" and self.token.text == "." and self.ahead().text != "*":
                self.position += 1
                base = ast.Field(base, self.identifier())
            elif self.sign("["):
                base = ast.Element(base, self.expression())
                self.expect("]")
            else:
                return base

    # Operands

    def operand(self):
        token = self.token
        if token.kind in ("string", "number"):
            self.position += 1
            return ast.Literal(token.value)
        if token.kind == "parameter":
            return self.parameter()
        if self.sign("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.sign("["):
            items = () if self.token.text == "]" else self.separated(self.expression)
            self.expect("]")
            return ast.Array(items)
        if self.sign("{"):
            return self.object()
        if token.kind == "name":
            return self.named()
        return ast.Name(self.identifier())

    def parameter(self):
        name = self.token.text[1:]
        if self.token.text == "?":
            self.positional += 1
            name = self.positional
        self.position += 1
        return ast.Parameter(int(name) if str(name).isdigit() else name)

    def object(self):
        members = []
        while not self.sign("}"):
            if members:
                self.expect(",")
            name = self.expression()
            self.expect(":")
            members.append((name, self.expression()))
        return ast.Object(tuple(members))

    def named(self):
        """What begins with a word: a constant, CASE, ANY, ARRAY, a function or an identifier."""
        token = self.token
        if token.value in CONSTANTS:
            self.position += 1
            return ast.Literal(CONSTANTS[token.value])
        if token.value == "MISSING":
            self.position += 1
            return ast.Call("$MISSING", ())
        if self.word("CASE"):
            return self.case()
        if token.value in ("ANY", "SOME", "EVERY"):
            return self.quantified()
        if token.value in ("ARRAY", "FIRST"):
            return self.comprehension()
        if self.ahead().kind == "operator" and self.ahead().text == "(":
            return self.call()
        return ast.Name(self.identifier())

    def case(self):
        operand = None if self.token.value == "WHEN" else self.expression()
        branches = []
        while self.word("WHEN"):
            condition = self.expression()
            self.expect("THEN")
            branches.append((condition, self.expression()))
        otherwise = self.expression() if self.word("ELSE") else ast.Literal(None)
        self.expect("END")
        return ast.Case(operand, tuple(branches), otherwise)

    def quantified(self):
        quantifier = "EVERY" if self.word("EVERY") else "ANY"
        if quantifier == "ANY":
            self.position += 1
        variable = self.identifier()
        self.expect("IN")
        collection = self.sum()
        self.expect("SATISFIES")
        condition = self.expression()
        self.expect("END")
        return ast.Quantified(quantifier, variable, collection, condition)

    def comprehension(self):
        what = self.token.value
        self.position += 1
        result = self.expression()
        self.expect("FOR")
        variable = self.identifier()
        self.expect("IN")
        collection = self.sum()
        condition = self.expression() if self.word("WHEN") else None
        self.expect("END")
        return ast.Comprehension(what, result, variable, collection, condition)

    def call(self):
        name = self.token.value
        self.position += 2
        if self.sign("*"):
            self.expect(")")
            if name != "COUNT":
                raise QueryError(3000, f"syntax error - {name}(*)")
            return ast.Call(name, (), star=True)
        distinct = self.word("DISTINCT")
        arguments = () if self.token.text == ")" else self.separated(self.expression)
        self.expect(")")
        return ast.Call(name, arguments, distinct)
