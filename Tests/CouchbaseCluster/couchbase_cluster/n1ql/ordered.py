"""The entries of an index in order, so that a range of it is read without the documents outside the range.

Only its first key counts. It follows the documents when a query comes, by looking for those that were replaced.
"""

import bisect

from . import ast
from .evaluator import Scope
from .planner import conjuncts
from .values import MISSING, number

ALIAS = "$document"
# Of more changes than this share of the entries, all of them are sorted again.
REBUILD = 8
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}


def place(value):
    """A value's place, comparable with others; None for a kind of value that is not kept in order here."""
    if number(value):
        return (4, value)
    return (5, value) if isinstance(value, str) else None


class OrderedIndex:
    def __init__(self, index):
        self.key = index.keys[0][0]
        self.value = Scope({}, {ALIAS}, ALIAS).compile(self.key)
        # (place, key of the document), sorted
        self.entries = []
        self.places = {}
        self.seen = {}
        # documents whose first key is of another kind: while there are any, this is of no use
        self.strange = set()

    def follow(self, documents, parse):
        """Takes over what was written, and what is gone."""
        changed = [(key, one) for key, one in documents.items() if self.seen.get(key) is not one]
        fresh = sum(1 for key, _ in changed if key not in self.seen)
        gone = [key for key in self.seen if key not in documents] if len(self.seen) + fresh > len(documents) else []
        sorts = len(changed) + len(gone) > len(self.entries) // REBUILD
        for key in gone:
            self.drop(key, sorts)
        for key, document in changed:
            self.drop(key, sorts)
            row = {ALIAS: parse(document), ("meta", ALIAS): {"id": key.decode()}}
            self.add(key, self.value(row), sorts)
        if sorts:
            self.entries = sorted((one, key) for key, one in self.places.items())
        self.seen = documents

    def drop(self, key, sorts):
        self.strange.discard(key)
        known = self.places.pop(key, None)
        if known is not None and not sorts:
            del self.entries[bisect.bisect_left(self.entries, (known, key))]

    def add(self, key, value, sorts):
        # An index leaves out what does not have its first key.
        if value is MISSING:
            return
        one = place(value)
        if one is None:
            self.strange.add(key)
            return
        self.places[key] = one
        if not sorts:
            bisect.insort(self.entries, (one, key))

    def range(self, where, constant):
        """The keys between the bounds that a (normalized) condition gives; None where it gives none."""
        low, high = 0, len(self.entries)
        bounded = False
        for condition in conjuncts(where):
            if not isinstance(condition, ast.Binary) or condition.operator not in FLIPPED:
                continue
            if condition.left == self.key:
                operator, other = condition.operator, condition.right
            elif condition.right == self.key:
                operator, other = FLIPPED[condition.operator], condition.left
            else:
                continue
            if not isinstance(other, (ast.Literal, ast.Parameter)):
                continue
            one = place(constant(other))
            if one is None:
                return None
            bounded = True
            before = bisect.bisect_left(self.entries, (one,))
            behind = bisect.bisect_right(self.entries, one, key=lambda entry: entry[0])
            if operator in (">", ">=", "="):
                low = max(low, behind if operator == ">" else before)
            if operator in ("<", "<=", "="):
                high = min(high, before if operator == "<" else behind)
        return self.entries[low : max(low, high)] if bounded else None
