"""A request to the Query service: its members, its arguments, its consistency."""

import json
import re
from dataclasses import dataclass

from .n1ql.errors import QueryError

# fmt: off
MEMBERS = {
    "statement", "prepared", "encoded_plan", "args", "client_context_id", "timeout", "readonly", "metrics",
    "signature", "scan_consistency", "scan_vectors", "scan_vector", "scan_wait", "query_context", "profile",
    "preserve_expiry", "use_replica", "max_parallelism", "pipeline_batch", "pipeline_cap", "scan_cap",
    "auto_execute", "namespace", "pretty", "format", "encoding", "compression", "creds", "use_fts", "use_cbo",
    "controls", "txid", "tximplicit", "numatrs", "memory_quota", "kvtimeout", "durability_level", "txtimeout",
    "txdata", "atrcollection", "sort_projection", "loglevel",
}
# fmt: on
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
CONSISTENCIES = {"not_bounded", "request_plus", "at_plus", "statement_plus"}


def duration(text):
    """A Go duration such as 1m30s in seconds."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", str(text))
    if not parts or "".join(number + unit for number, unit in parts) != str(text):
        raise QueryError(1040, f"Error processing timeout: invalid duration {text!r}")
    return sum(float(number) * UNITS[unit] for number, unit in parts)


@dataclass
class QueryRequest:
    fields: dict
    # a name without $, or a position from 1 -> value
    parameters: dict
    consistent: bool
    # bucket -> {vbucket: (seqno, uuid)}
    vectors: dict

    @classmethod
    def read(cls, request):
        given = cls.members(request)
        parameters = {name[1:]: value for name, value in given.items() if name[:1] in ("$", "@")}
        fields = {name: value for name, value in given.items() if name[:1] not in ("$", "@")}
        unknown = set(fields) - MEMBERS
        if unknown:
            raise QueryError(1065, f"Unrecognized parameter: {', '.join(sorted(unknown))}")
        args = fields.get("args", [])
        if not isinstance(args, list):
            raise QueryError(1070, "args has to be an array")
        parameters.update(dict(enumerate(args, 1)))
        consistency = fields.get("scan_consistency", "not_bounded")
        if consistency not in CONSISTENCIES:
            raise QueryError(1050, f"Unrecognized value for parameter scan_consistency: {consistency}")
        vectors = cls.read_vectors(fields) if consistency == "at_plus" else {}
        return cls(fields, parameters, consistency != "not_bounded", vectors)

    @staticmethod
    def members(request):
        if request.method == "GET":
            return {name: _form_value(name, value) for name, value in request.query.items()} | {"readonly": True}
        if request.headers.get("content-type", "").startswith("application/json"):
            try:
                given = json.loads(request.body)
            except ValueError:
                raise QueryError(1040, "the body is no JSON") from None
            if not isinstance(given, dict):
                raise QueryError(1040, "the body is no JSON object")
            return given
        return {name: _form_value(name, value) for name, value in request.form().items()}

    @staticmethod
    def read_vectors(fields):
        vectors = fields.get("scan_vectors")
        if not isinstance(vectors, dict) or not vectors:
            raise QueryError(1050, "No scan_vectors parameter for scan_consistency at_plus")
        for vector in vectors.values():
            if not isinstance(vector, dict) or not all(
                number.isdigit()
                and isinstance(entry, list)
                and len(entry) == 2
                and isinstance(entry[0], int)
                and isinstance(entry[1], str)
                for number, entry in vector.items()
            ):
                raise QueryError(1040, 'a scan vector is {"<vbucket>": [seqno, "<uuid>"]}')
        return vectors


def _form_value(name, value):
    """Arguments and vectors are JSON in a form, the rest is text."""
    if name[:1] in ("$", "@") or name in ("args", "scan_vectors"):
        try:
            return json.loads(value)
        except ValueError:
            raise QueryError(1040, f"{name} is no JSON") from None
    return value
