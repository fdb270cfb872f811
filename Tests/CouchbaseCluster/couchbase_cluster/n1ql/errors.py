"""What a statement may fail with. Source: Couchbase's list of query error codes."""


class QueryError(Exception):
    """An entry of `errors`, and the HTTP status that goes with it."""

    def __init__(self, code, message, status=None, reason=None, retry=None):
        super().__init__(message)
        self.code, self.reason, self.retry = code, reason, retry
        self.status = status or STATUSES.get(code, 500)

    def as_json(self):
        entry = {"code": self.code, "msg": str(self)}
        if self.retry is not None:
            entry["retry"] = self.retry
        if self.reason is not None:
            entry["reason"] = self.reason
        return entry


STATUSES = {
    1000: 403,
    1040: 400,
    1050: 400,
    1065: 400,
    1080: 408,
    1191: 429,
    1192: 429,
    3000: 400,
    4000: 404,
    4040: 404,
    4210: 400,
    4300: 409,
    5000: 500,
    5010: 500,
    12003: 404,
    12009: 409,
    12016: 404,
    13014: 401,
    12021: 404,
}


def syntax(message, token):
    where = f" at line 1, column {token.at + 1} (near {token.text!r})" if token.text else " at end of input"
    return QueryError(3000, f"syntax error - {message}{where}")
