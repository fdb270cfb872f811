"""`orders import` reads what Python's csv and json read. EXAMPLES=N tries more than the usual files."""

import json
import os
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from order_file_oracles import FIELDS, csv_records, json_records
from platform_process import call

MORE = os.environ.get("EXAMPLES")
thorough = settings(
    max_examples=int(MORE or 60),
    derandomize=not MORE,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


def read(path):
    """What the platform makes of a file: a record's line, and its order or None."""
    code, out, err = call("import", "--dry-run", "--json", "--created-at", "2026-11-01T00:00:00Z", path)
    lines = [json.loads(line, parse_float=Decimal) for line in out.splitlines()]
    assert lines and "summary" in lines[-1], err
    records = [(line["line"], line.get("order")) for line in lines[:-1]]
    orders = sum(order is not None for _, order in records)
    assert (lines[-1]["summary"]["orders"], lines[-1]["summary"]["rejected"]) == (orders, len(records) - orders)
    assert code == (0 if orders and orders == len(records) else 1)
    return records


def compare(found, expected, text):
    for (line, order), (first, last, wanted) in zip(found, expected, strict=True):
        assert first <= line <= last, (text, line, first, last)
        if wanted is None:
            assert order is None, (text, line)
            continue
        assert order is not None, (text, line, wanted)
        assert order | {"amount": Decimal(order["amount"])} == wanted | {
            "created_at": wanted["created_at"] or "2026-11-01T00:00:00Z"
        }, (text, line)


# CSV: rows that are orders or nearly, quoted or not, with whatever a spreadsheet's user may have typed into a note.

NOTES = st.text(st.sampled_from("ab,;\"\n\r \t'é€😀{}[]1-\\|"), max_size=12)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
VALUES = {
    "order_id": ["1", "66", "9007199254740991", "0", "-1", "9007199254740992", "x", ""],
    "customer_id": ["0", "66", "9007199254740991", "1.5", "x"],
    "amount": ["9.99", "0", "12.5", "999999999999.99", "0.001", "-1", "1e2", "x", ""],
    "currency": ["USD", "EUR", "JPY", "XXX", "usd", ""],
    "country": ["US", "DE", "JP", "xx", ""],
    "status": ["CREATED", "CANCELLED", "", "LOST"],
    "created_at": ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.125Z", "", "soon"],
}


def mostly(values):
    """The first of them far more often, so that most records are orders."""
    return st.one_of(st.just(values[0]), st.just(values[1]), st.sampled_from(values))


@st.composite
def csv_fields(draw, column):
    text = draw(mostly(VALUES[column])) if column in VALUES else draw(NOTES)
    padding = draw(st.sampled_from(["", "", "", " ", "\t"]))
    quoted = '"' + (padding + text + padding).replace('"', '""') + '"'
    if column in VALUES:
        return draw(st.sampled_from([padding + text + padding, quoted]))
    # A note that is not quoted holds what an unquoted field can: a quote within it is a character.
    plain = text.translate(str.maketrans("", "", ",\r\n")).lstrip('"')
    faults = ['"closed" and more', '"never closed'] if draw(st.integers(0, 40)) == 0 else []
    return draw(st.sampled_from([quoted, plain, *faults]))


@st.composite
def csv_files(draw):
    columns = draw(st.permutations([*FIELDS, "note", "remark"]))
    text = ",".join(columns) + draw(LINE_ENDS)
    for _ in range(draw(st.integers(1, 25))):
        fields = [draw(csv_fields(column)) for column in columns]
        match draw(st.integers(0, 25)):
            case 0:
                fields.append("more")
            case 1:
                fields.pop()
            case 2:
                fields = []
            case 3:
                fields = [""] * len(columns)
        text += ",".join(fields) + draw(LINE_ENDS)
    return text[: draw(st.sampled_from([len(text), len(text), len(text.rstrip("\r\n"))]))]


@thorough
@given(text=csv_files())
def test_csv_is_read_as_python_reads_it(tmp_path, text):
    path = tmp_path / "orders.csv"
    path.write_bytes(text.encode())
    expected = list(csv_records(text))
    found = read(path)
    if expected and expected[-1][2] is None and len(found) > len(expected):
        # Behind a row that csv calls wrong, both find their own way.
        found = found[: len(expected)]
    assert len(found) == len(expected), text
    compare(found, expected, text)


# JSON lines: objects with the fields in any order, numbers and strings in any spelling, and other fields of any value.


@st.composite
def json_strings(draw, text):
    """A string in one of its spellings."""
    written = ""
    for character in text:
        unit = character.encode("utf-16-be").hex()
        escaped = "".join("\\u" + unit[start : start + 4] for start in range(0, len(unit), 4))
        plain = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "/": "\\/"}.get(
            character
        )
        if plain is None:
            plain = escaped if ord(character) < 32 else character
        written += draw(st.sampled_from([plain, plain, plain, escaped, escaped.upper().replace("\\U", "\\u")]))
    return f'"{written}"'


@st.composite
def json_numbers(draw, text):
    """A decimal in one of its spellings, which are all the same number."""
    if draw(st.booleans()):
        return text
    digits = Decimal(text)
    shift = draw(st.integers(-6, 6))
    sign = draw(st.sampled_from(["", "+"])) if shift >= 0 else ""
    return f"{format(digits.scaleb(-shift), 'f')}{draw(st.sampled_from('eE'))}{sign}{shift}"


NUMBERS = [
    "0",
    "-0",
    "1",
    "-1",
    "1.5",
    "249.99",
    "1234567.89",
    "0.001",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993.0000000000001",
    "123456789012345678901234567890",
    "999999999999.99",
    "1000000000000.00",
]
NOT_JSON = [
    "NaN",
    "Infinity",
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "tru",
    "'x'",
    '"\\x"',
    '"\\u12"',
    '"a\tb"',
    "[1,]",
    '{"a"}',
    "{1:2}",
    "",
]
TEXTS = st.text(st.sampled_from('abU1 "\\\n\t/é€😀\x01'), max_size=8)


@st.composite
def json_values(draw, depth=2):
    kinds = ["number", "text", "word"] + (["list", "object"] if depth else [])
    match draw(st.sampled_from(kinds)):
        case "number":
            return draw(json_numbers(draw(st.sampled_from(NUMBERS))))
        case "text":
            return draw(json_strings(draw(TEXTS)))
        case "word":
            return draw(st.sampled_from(["true", "false", "null"]))
        case "list":
            return "[" + ",".join(draw(st.lists(json_values(depth - 1), max_size=3))) + "]"
        case "object":
            pairs = draw(st.lists(st.tuples(TEXTS, json_values(depth - 1)), max_size=3))
            return "{" + ",".join(f"{draw(json_strings(name))}:{value}" for name, value in pairs) + "}"


FIELD_VALUES = {
    "order_id": [
        ["1", "66", "9007199254740991"],
        ["0", "-1", "1.5", "9007199254740992", "9007199254740991.000000000001"],
    ],
    "customer_id": [["0", "77"], ["-1", "0.5", "9007199254740993"]],
    "amount": [
        ["9.99", "12.50", "0", "100", "999999999999.99"],
        ["0.001", "-1", "10000000000000", "0.1234567890123456789012"],
    ],
    "currency": [["USD", "EUR"], ["XXX", "usd", ""]],
    "country": [["US", "DE"], ["xx", "USA", ""]],
    "status": [["CREATED", "CONFIRMED"], ["LOST"]],
    "created_at": [["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.125Z"], ["soon", "2026-13-01T00:00:00Z"]],
}
OF_NUMBERS = ("order_id", "customer_id", "amount")


@st.composite
def json_fields(draw, name):
    kind = draw(st.integers(0, 60))
    text = draw(st.sampled_from(FIELD_VALUES[name][kind == 0]))
    if kind == 1:
        # Of another type than it must have; an amount may be a string, which is no matter of JSON.
        return draw(st.sampled_from(["true", "[]", "{}", "null"] + ([] if name in OF_NUMBERS else ["17"])))
    return draw(json_numbers(text)) if name in OF_NUMBERS else draw(json_strings(text))


@st.composite
def json_lines(draw):
    members = [(draw(json_strings(name)), draw(json_fields(name))) for name in FIELDS]
    members += [(draw(json_strings("x" + draw(TEXTS))), draw(json_values())) for _ in range(draw(st.integers(0, 3)))]
    match draw(st.integers(0, 25)):
        case 0:
            members.append(draw(st.sampled_from(members)))
        case 1:
            members.append(('"wrong"', draw(st.sampled_from(NOT_JSON))))
        case 2:
            members.pop(draw(st.integers(0, 6)))
        case 3:
            members.append(('"deep"', "[" * 60 + "]" * 60))
        case 4:
            members.append(('"half"', '"\\ud83d"'))
    space = st.sampled_from(["", "", " ", "\t", "\r"])
    members = draw(st.permutations(members))
    text = ",".join(f"{draw(space)}{name}{draw(space)}:{draw(space)}{value}{draw(space)}" for name, value in members)
    text = "{" + text + "}" + draw(space)
    return {0: text[:-2], 1: text + " x", 2: text + text, 3: f"[{text}]", 4: "null", 5: "  "}.get(
        draw(st.integers(0, 60)), text
    )


@thorough
@given(lines=st.lists(json_lines(), min_size=1, max_size=20))
def test_json_lines_are_read_as_python_reads_them(tmp_path, lines):
    # The first line tells that the file has lines of JSON.
    lines = ['{"order_id":5,"customer_id":1,"amount":1,"currency":"USD","country":"US"}', *lines]
    path = tmp_path / "orders.jsonl"
    path.write_bytes("\n".join(lines).encode())
    expected = list(json_records(lines))
    found = read(path)
    assert [line for line, _ in found] == [first for first, _, _ in expected], lines
    compare(found, expected, lines)
