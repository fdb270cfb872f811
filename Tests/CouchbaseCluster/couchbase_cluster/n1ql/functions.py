"""Functions of one row, and aggregates. A function that gets MISSING or NULL gives the same, unless said otherwise."""

import math
import re
import time
import uuid
from datetime import UTC, datetime

from .values import MISSING, collate, equal, number, sort_key, text, tidy, unknown


def of_strings(apply, count=1):
    """A function of strings; anything else gives NULL."""

    def call(*values):
        missing = unknown(*values)
        if missing is not False:
            return missing
        return apply(*values) if all(isinstance(value, str) for value in values[:count]) else None

    return call


def of_numbers(apply):
    def call(*values):
        missing = unknown(*values)
        if missing is not False:
            return missing
        return tidy(apply(*values)) if all(number(value) for value in values) else None

    return call


def of_array(apply):
    def call(value, *rest):
        missing = unknown(value)
        if missing is not False:
            return missing
        return apply(value, *rest) if isinstance(value, list) else None

    return call


def first_that(accepts):
    def call(*values):
        return next((value for value in values if accepts(value)), None)

    return call


def to_number(value):
    if value is MISSING or value is None or number(value):
        return value
    if isinstance(value, bool):
        return int(value)
    try:
        return tidy(float(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def to_string(value):
    if value is MISSING or value is None:
        return value
    return text(value) if not isinstance(value, (list, dict)) else None


def type_name(value):
    names = {str: "string", list: "array", dict: "object", bool: "boolean"}
    if value is MISSING:
        return "missing"
    return "null" if value is None else names.get(type(value), "number")


def to_millis(value):
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def from_millis(value):
    moment = datetime.fromtimestamp(value / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z").replace(".000Z", "Z")


def substring(value, start, length=None):
    start = start + len(value) if start < 0 else start
    if not 0 <= start <= len(value):
        return None
    return value[start:] if length is None else value[start : start + length]


def extreme(sign):
    def call(*values):
        known = [value for value in values if value is not MISSING and value is not None]
        return sorted(known, key=sort_key)[-1 if sign > 0 else 0] if known else None

    return call


def round_half_up(value, digits=0):
    """Half away from zero, as the server rounds; Python rounds half to even."""
    scale = 10**digits
    return math.copysign(math.floor(abs(value) * scale + 0.5), value) / scale


def missing_if(left, right):
    return MISSING if equal(left, right) else left


def null_if(left, right):
    return None if equal(left, right) else left


FUNCTIONS = {
    "LOWER": of_strings(str.lower),
    "UPPER": of_strings(str.upper),
    "LENGTH": of_strings(len),
    "TRIM": of_strings(str.strip),
    "CONTAINS": of_strings(lambda a, b: b in a, 2),
    "CONCAT": of_strings(lambda *values: "".join(values)),
    "SUBSTR": of_strings(substring),
    "SUBSTR0": of_strings(substring),
    "SPLIT": of_strings(lambda a, b: a.split(b), 2),
    "REPLACE": of_strings(lambda a, b, c: a.replace(b, c), 3),
    "REGEXP_LIKE": of_strings(lambda a, b: re.fullmatch(b, a) is not None, 2),
    "REGEXP_CONTAINS": of_strings(lambda a, b: re.search(b, a) is not None, 2),
    "STR_TO_MILLIS": of_strings(to_millis),
    "MILLIS": of_strings(to_millis),
    "MILLIS_TO_STR": of_numbers(from_millis),
    "ABS": of_numbers(abs),
    "FLOOR": of_numbers(math.floor),
    "CEIL": of_numbers(math.ceil),
    "ROUND": of_numbers(round_half_up),
    "TRUNC": of_numbers(math.trunc),
    "SQRT": of_numbers(math.sqrt),
    "POWER": of_numbers(pow),
    "DIV": of_numbers(lambda a, b: math.trunc(a / b) if b else None),
    "ARRAY_LENGTH": of_array(len),
    "ARRAY_CONTAINS": of_array(lambda a, b: any(equal(item, b) for item in a)),
    "ARRAY_SUM": of_array(lambda a: sum(item for item in a if number(item))),
    "ARRAY_COUNT": of_array(lambda a: sum(1 for item in a if item is not None)),
    "ARRAY_SORT": of_array(lambda a: sorted(a, key=sort_key)),
    "ARRAY_APPEND": of_array(lambda a, *b: [*a, *b]),
    "ARRAY_CONCAT": of_array(lambda a, b: a + b),
    "OBJECT_NAMES": lambda value: sorted(value) if isinstance(value, dict) else (MISSING if value is MISSING else None),
    "IFMISSING": first_that(lambda value: value is not MISSING),
    "IFNULL": first_that(lambda value: value is not None),
    "IFMISSINGORNULL": first_that(lambda value: value is not MISSING and value is not None),
    "COALESCE": first_that(lambda value: value is not MISSING and value is not None),
    "NVL": first_that(lambda value: value is not MISSING and value is not None),
    "MISSINGIF": missing_if,
    "NULLIF": null_if,
    "GREATEST": extreme(1),
    "LEAST": extreme(-1),
    "TONUMBER": to_number,
    "TO_NUMBER": to_number,
    "TOSTRING": to_string,
    "TO_STRING": to_string,
    "TYPE": type_name,
    "DS_VERSION": lambda: "7.6.0-0000-test",
    "NOW_MILLIS": lambda: round(time.time() * 1000),
    "UUID": lambda: str(uuid.uuid4()),
    "NOW_UTC": lambda: from_millis(time.time() * 1000),
    "$MISSING": lambda: MISSING,
}


def count(values):
    return sum(1 for value in values if value is not MISSING and value is not None)


def total(values):
    numbers = [value for value in values if number(value)]
    return tidy(sum(numbers)) if numbers else None


def average(values):
    numbers = [value for value in values if number(value)]
    return tidy(sum(numbers) / len(numbers)) if numbers else None


def best(sign):
    def call(values):
        found = None
        for value in values:
            if value is not MISSING and value is not None and (found is None or collate(value, found) == sign):
                found = value
        return found

    return call


AGGREGATES = {
    "COUNT": count,
    "SUM": total,
    "AVG": average,
    "MIN": best(-1),
    "MAX": best(1),
    "ARRAY_AGG": lambda values: sorted((v for v in values if v is not MISSING), key=sort_key) or None,
}
