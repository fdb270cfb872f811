"""What a file of orders holds, by Python's csv and json instead of the platform's readers.

Each gives, for every record, (first line, last line, the order's fields or None for a record that must be rejected).
"""

import csv
import io
import json
from decimal import Decimal

FIELDS = ("order_id", "customer_id", "amount", "currency", "country", "status", "created_at")
DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0}
COUNTRIES = {"US", "DE", "JP"}
STATUSES = {"CREATED", "CONFIRMED", "CANCELLED"}
TIMES = {"2026-11-20T10:00:00Z", "2026-11-20T10:00:00.125Z"}
LARGEST_ID = 2**53 - 1
LARGEST_MINOR_UNITS = 999_999_999_999_999


def whole(value, least):
    """A number that is whole, however it is written."""
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not least <= value <= LARGEST_ID:
        raise ValueError(value)
    return int(value)


def order_of(fields):
    """The order that the fields are, by the rules for orders; ValueError if they are none."""
    currency, amount = fields["currency"], fields["amount"]
    if currency not in DECIMALS or fields["country"] not in COUNTRIES or not isinstance(amount, Decimal):
        raise ValueError(fields)
    minor = amount.scaleb(DECIMALS[currency])
    if minor != minor.to_integral_value() or not 0 <= minor <= LARGEST_MINOR_UNITS:
        raise ValueError(amount)
    status, created_at = fields.get("status"), fields.get("created_at")
    if (status or "CREATED") not in STATUSES or (created_at is not None and created_at not in TIMES):
        raise ValueError(fields)
    return {
        "order_id": whole(fields["order_id"], 1),
        "customer_id": whole(fields["customer_id"], 0),
        "amount": amount,
        "currency": currency,
        "country": fields["country"],
        "status": status or "CREATED",
        "created_at": created_at,
    }


def try_order(fields):
    try:
        return order_of(fields)
    except (KeyError, ValueError, ArithmeticError, TypeError):
        return None


# CSV


def csv_records(text):
    """Records up to the first that csv calls wrong, which is the last given: csv and the platform go on differently."""
    lines = io.StringIO(text, newline="")
    physical = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    header = next(reader)
    while True:
        first = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield first, max(first, reader.line_num), None
            return
        raw = "".join(physical[first - 1 : reader.line_num])
        if not any(row) and '"' not in raw:
            continue
        yield first, reader.line_num, csv_order(header, row)


def csv_order(header, row):
    if len(row) != len(header):
        return None
    fields = {name: text.strip(" \t\r\n") for name, text in zip(header, row, strict=True) if name in FIELDS}
    fields = {name: text for name, text in fields.items() if text}
    try:
        for name in ("order_id", "customer_id"):
            fields[name] = Decimal(int(fields[name]))
        fields["amount"] = Decimal(fields["amount"])
    except (KeyError, ValueError, ArithmeticError):
        return None
    return try_order(fields)


# JSON


class Pairs(list):
    """An object with its keys as they come, so that those that come twice are seen."""


def refuse(constant):
    raise ValueError(constant)


def json_records(lines):
    for number, line in enumerate(lines, 1):
        if line.strip(" \t\r"):
            yield number, number, json_order(line)


def json_order(line):
    try:
        value = json.loads(line, object_pairs_hook=Pairs, parse_float=Decimal, parse_int=Decimal, parse_constant=refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, Pairs):
        return None
    own = [(name, value) for name, value in value if name in FIELDS]
    if len({name for name, _ in own}) != len(own):
        return None
    return try_order(
        {name: value for name, value in own if not (value is None and name in ("order_id", "status", "created_at"))}
    )
