"""Values and their order. MISSING < NULL < FALSE < TRUE < numbers < strings < arrays < objects."""

import functools
import json
import re


class Missing:
    """What is not there, which is not null."""

    def __repr__(self):
        return "MISSING"

    def __bool__(self):
        return False


MISSING = Missing()


def rank(value):
    if value is MISSING:
        return 0
    if value is None:
        return 1
    if value is False:
        return 2
    if value is True:
        return 3
    return {int: 4, float: 4, str: 5, list: 6, dict: 7}[type(value)]


def collate(left, right):
    """-1, 0 or 1 in the order of ORDER BY; strings by their UTF-8 bytes, arrays by element, objects by size first."""
    kinds = rank(left), rank(right)
    if kinds[0] != kinds[1]:
        return -1 if kinds[0] < kinds[1] else 1
    if kinds[0] < 4:
        return 0
    if kinds[0] == 5:
        left, right = left.encode(), right.encode()
    elif kinds[0] == 6:
        for one, other in zip(left, right, strict=False):
            order = collate(one, other)
            if order:
                return order
        left, right = len(left), len(right)
    elif kinds[0] == 7:
        if len(left) != len(right):
            return -1 if len(left) < len(right) else 1
        names = collate(sorted(left), sorted(right))
        return names or collate([left[name] for name in sorted(left)], [right[name] for name in sorted(right)])
    return (left > right) - (left < right)


sort_key = functools.cmp_to_key(collate)


def unknown(*values):
    """MISSING or None when one of the values is, MISSING first; False when all are known."""
    if any(value is MISSING for value in values):
        return MISSING
    return None if any(value is None for value in values) else False


def equal(left, right):
    return rank(left) == rank(right) and collate(left, right) == 0


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def tidy(value):
    """A float that is whole is shown without its fraction."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return int(value)
    return value


@functools.lru_cache(maxsize=256)
def like(pattern):
    """LIKE's pattern as a regular expression: % any text, _ one character, a backslash takes the next as it is."""
    out, at = [], 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\" and at + 1 < len(pattern):
            at += 1
            out.append(re.escape(pattern[at]))
        else:
            out.append({"%": ".*", "_": "."}.get(character, re.escape(character)))
        at += 1
    return re.compile("".join(out), re.DOTALL)


def text(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
