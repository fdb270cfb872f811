"""The Query service, as the official SDK asks it."""

import base64
import contextlib
import json
import random
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from couchbase.exceptions import (
    AmbiguousTimeoutException,
    CouchbaseException,
    DocumentExistsException,
    DocumentNotFoundException,
    InternalServerFailureException,
    KeyspaceNotFoundException,
    ParsingFailedException,
    QueryIndexAlreadyExistsException,
    QueryIndexNotFoundException,
    TimeoutException,
    UnAmbiguousTimeoutException,
)
from couchbase.mutation_state import MutationState
from couchbase.n1ql import QueryScanConsistency
from couchbase.options import QueryOptions

ORDERS = [
    {"type": "order", "id": n, "amount": n * 1.5, "country": ["US", "DE", "FR"][n % 3], "tags": ["a", "b"][: n % 3]}
    for n in range(30)
]
ORDERS += [{"type": "order", "id": 30, "amount": None}, {"type": "window", "id": 1}]


@pytest.fixture(scope="module")
def scope(sdk, server):
    bucket = sdk.bucket(server.bucket)
    manager = bucket.collections()
    manager.create_scope("q")
    manager.create_collection("q", "docs")
    docs = bucket.scope("q").collection("docs")
    for number, order in enumerate(ORDERS):
        docs.insert(f"doc::{number:02}", order)
    found = bucket.scope("q")
    list(found.query("CREATE INDEX by_type_id ON docs(type, id DESC)"))
    yield found
    manager.drop_scope("q")


def ask(server, **members):
    """A request without the SDK, whatever its HTTP status."""
    token = base64.b64encode(f"{server.user}:{server.password}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.ports[0]['n1ql']}/query/service",
        json.dumps(members).encode(),
        {"Content-Type": "application/json", "Authorization": f"Basic {token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return json.loads(response.read())
    except urllib.error.HTTPError as error:
        return json.loads(error.read())


def rows(scope, statement, *positional, **options):
    if positional:
        options["positional_parameters"] = list(positional)
    return list(scope.query(statement, QueryOptions(**options)))


ASKED = [
    (
        "SELECT RAW id FROM docs WHERE type = 'order' AND amount > 30 AND country IN ['US', 'DE'] ORDER BY id",
        [n for n in range(21, 30) if n % 3 != 2],
    ),
    ("SELECT RAW d.id FROM docs AS d WHERE d.type = 'order' AND d.id BETWEEN 3 AND 5 ORDER BY d.id DESC", [5, 4, 3]),
    ("SELECT RAW id FROM docs WHERE type = 'order' AND amount IS NULL", [30]),
    ("SELECT RAW id FROM docs WHERE type LIKE 'o%r' AND country IS MISSING", [30]),
    ("SELECT RAW id FROM docs WHERE type = 'order' AND NOT (id < 29) AND country IS NOT MISSING", [29]),
    ("SELECT RAW COUNT(*) FROM docs WHERE type IS NOT MISSING", [32]),
    ("SELECT RAW COUNT(amount) FROM docs WHERE type = 'order'", [30]),
    (
        "SELECT country, COUNT(*) AS n, SUM(amount) AS total, MIN(id) AS low, AVG(amount) AS mean FROM docs "
        "WHERE type = 'order' AND country IS VALUED GROUP BY country HAVING COUNT(*) > 1 ORDER BY country",
        [
            {
                "country": c,
                "n": 10,
                "total": sum(range(s, 30, 3)) * 1.5,
                "low": s,
                "mean": sum(range(s, 30, 3)) * 1.5 / 10,
            }
            for c, s in (("DE", 1), ("FR", 2), ("US", 0))
        ],
    ),
    (
        "SELECT DISTINCT RAW country FROM docs WHERE type = 'order' AND country IS NOT NULL ORDER BY country",
        ["DE", "FR", "US"],
    ),
    ("SELECT RAW id FROM docs WHERE type = 'order' ORDER BY id LIMIT 3 OFFSET 4", [4, 5, 6]),
    ("SELECT RAW id FROM docs USE KEYS ['doc::07', 'nope', 'doc::03']", [7, 3]),
    ("SELECT META(d).id, d.* FROM docs d USE KEYS 'doc::31'", [{"id": 1, "type": "window"}]),
    ("SELECT META().id AS k, META().cas > 0 AS c FROM docs USE KEYS 'doc::31'", [{"k": "doc::31", "c": True}]),
    (
        "SELECT RAW id FROM docs WHERE type = 'order' AND ANY t IN tags SATISFIES t = 'b' END AND id < 9 ORDER BY id",
        [2, 5, 8],
    ),
    ("SELECT RAW t FROM docs AS d UNNEST d.tags AS t WHERE d.type = 'order' AND d.id = 5", ["a", "b"]),
    (
        "SELECT RAW CASE WHEN id < 1 THEN 'low' ELSE UPPER(country) END FROM docs "
        "WHERE type = 'order' AND id IN [0, 1] ORDER BY id",
        ["low", "DE"],
    ),
    (
        "SELECT 7 / 2 AS a, 6 / 2 AS b, 1 / 0 AS c, 'x' || 'y' AS d, NULL + 1 AS e, 1 < 'a' AS f",
        [{"a": 3.5, "b": 3, "c": None, "d": "xy", "e": None, "f": True}],
    ),
    (
        "SELECT IFMISSINGORNULL(nope, 5) AS a, ARRAY x * 2 FOR x IN [1, 2] END AS b, [1, nope] AS c FROM docs "
        "USE KEYS 'doc::00'",
        [{"a": 5, "b": [2, 4], "c": [1, None]}],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), ASKED)
def test_statements(scope, statement, expected):
    assert rows(scope, statement, scan_consistency=QueryScanConsistency.REQUEST_PLUS) == expected


def test_arguments(scope):
    by_name = "SELECT RAW id FROM docs WHERE type = $type AND id = $id"
    assert rows(scope, by_name, named_parameters={"type": "order", "id": 7}) == [7]
    assert rows(scope, "SELECT RAW id FROM docs WHERE type = $1 AND id = $2", "order", 8) == [8]
    assert rows(scope, "SELECT RAW id FROM docs WHERE type = ? AND id = ?", "order", 9) == [9]
    with pytest.raises(InternalServerFailureException):
        rows(scope, by_name, named_parameters={"type": "order"})


def test_prepared_statements(scope):
    statement = "SELECT RAW id FROM docs WHERE type = $1 AND id = $2"
    for number in range(5):
        assert rows(scope, statement, "order", number, adhoc=False) == [number]
    assert statement in rows(scope, "SELECT RAW statement FROM system:prepareds")


def test_a_prepared_statement_that_the_server_forgot(server):
    """Asked without the SDK: it prepares again, as it should, but 4.6.3 never hands the rows of that answer over."""
    first = ask(server, statement="PREPARE SELECT $1 AS a", auto_execute=True, args=[1])
    assert first["results"] == [{"a": 1}]
    assert ask(server, prepared=first["prepared"], args=[2])["results"] == [{"a": 2}]
    server.post("query_faults", code=4040, msg="No such prepared statement", retry=True, match='"prepared"')
    refused = ask(server, prepared=first["prepared"], args=[3])
    assert (refused["status"], refused["errors"][0]["code"], refused["errors"][0]["retry"]) == ("errors", 4040, True)
    assert ask(server, prepared="no-such-name")["errors"][0]["code"] == 4040


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELEC 1", ParsingFailedException),
        ("SELECT * FROM docs WHERE", ParsingFailedException),
        ("SELECT key FROM docs", ParsingFailedException),
        ("SELECT 1 FROM docs docs2 nonsense", ParsingFailedException),
        ("SELECT * FROM nosuch", KeyspaceNotFoundException),
        ("SELECT * FROM docs WHERE country = 'US'", QueryIndexNotFoundException),
        ("CREATE INDEX by_type_id ON docs(type)", QueryIndexAlreadyExistsException),
        ("DROP INDEX nosuch ON docs", QueryIndexNotFoundException),
        ("INSERT INTO docs (KEY, VALUE) VALUES ('doc::00', {})", DocumentExistsException),
        ("SELECT country, id, COUNT(*) FROM docs WHERE type = 'order' GROUP BY country", CouchbaseException),
    ],
)
def test_errors(scope, statement, error):
    with pytest.raises(error):
        rows(scope, statement)


def test_indexes(scope, sdk, server):
    manager = scope.collection("docs").query_indexes()
    rows(scope, "CREATE INDEX IF NOT EXISTS windows ON docs(id) WHERE type = 'window' WITH {'defer_build': true}")
    plan = rows(scope, "EXPLAIN SELECT id FROM docs WHERE type = 'window' AND id = 1")[0]
    assert plan["plan"]["~children"][0]["index"] == "by_type_id"
    found = {index.name: index.state for index in manager.get_all_indexes()}
    assert found == {"by_type_id": "online", "windows": "deferred"}
    manager.build_deferred_indexes()
    assert {index.state for index in manager.get_all_indexes()} == {"online"}
    manager.drop_index("windows")
    assert [index.name for index in manager.get_all_indexes()] == ["by_type_id"]


def test_an_index_of_keys_gives_pages_of_keys(sdk, server):
    bucket = sdk.bucket(server.bucket)
    bucket.collections().create_collection("_default", "keyed")
    documents = bucket.default_scope().collection("keyed")
    list(bucket.default_scope().query("CREATE INDEX by_key ON keyed(META().id)"))
    wanted = [f"{number:03x}" for number in range(0, 300, 7)]
    for name in wanted:
        documents.insert(name, {})
    found, last = [], ""
    while True:
        statement = "SELECT RAW META(k).id FROM keyed AS k WHERE META(k).id > $last ORDER BY META(k).id LIMIT 10"
        options = QueryOptions(
            named_parameters={"last": last}, scan_consistency=QueryScanConsistency.REQUEST_PLUS, adhoc=False
        )
        page = list(bucket.default_scope().query(statement, options))
        if not page:
            break
        found += page
        last = page[-1]
    assert found == wanted


def test_writes(scope):
    docs = scope.collection("docs")
    assert rows(
        scope,
        "INSERT INTO docs (KEY, VALUE) VALUES ($1, $2), VALUES ('w2', {'type': 'w'}) RETURNING META().id",
        "w1",
        {"type": "w", "n": 1, "in": {"a": 1}},
    ) == [{"id": "w1"}, {"id": "w2"}]
    assert rows(
        scope, "UPDATE docs SET n = IFMISSING(n, 0) + 1, `in`.b = 2 UNSET `in`.a WHERE type = 'w' RETURNING RAW n"
    ) in ([2, 1], [1, 2])
    assert docs.get("w1").content_as[dict] == {"type": "w", "n": 2, "in": {"b": 2}}
    rows(scope, "UPSERT INTO docs (KEY, VALUE) VALUES ('w1', {'type': 'w'})")
    assert len(rows(scope, "DELETE FROM docs WHERE type = 'w' RETURNING META().id")) == 2
    assert not docs.exists("w1").exists


def test_a_lagging_index_and_consistency(server, scope):
    docs = scope.collection("docs")
    server.post("lag", on=True)
    written = docs.upsert("late", {"type": "late", "id": 1})
    statement = "SELECT RAW id FROM docs WHERE type = 'late'"
    assert rows(scope, statement) == []
    assert rows(scope, statement, scan_consistency=QueryScanConsistency.REQUEST_PLUS) == [1]
    assert rows(scope, statement, consistent_with=MutationState(written)) == [1]
    docs.remove("late")


@pytest.mark.parametrize("size", [1, 7, 64])
def test_an_answer_in_small_pieces(server, scope, size):
    server.post("query_faults", chunk=size)
    assert len(rows(scope, "SELECT * FROM docs WHERE type = 'order'")) == 31


def test_an_error_behind_rows(server, scope):
    server.post("query_faults", rows=3, code=5010, msg="went wrong late")
    with pytest.raises(CouchbaseException):
        rows(scope, "SELECT * FROM docs WHERE type = 'order'")


def test_an_answer_that_is_cut(server, scope):
    server.post("query_faults", cut=1, chunk=50)
    with pytest.raises(CouchbaseException):
        rows(scope, "INSERT INTO docs (KEY, VALUE) VALUES ('cut', {'type': 'c'}) RETURNING *")


def test_timeouts(server, scope):
    short = timedelta(milliseconds=300)
    server.post("query_faults", work_ms=2000)
    with pytest.raises((TimeoutException, UnAmbiguousTimeoutException, AmbiguousTimeoutException)):
        rows(scope, "SELECT 1", timeout=short)
    with pytest.raises(CouchbaseException):
        rows(scope, "UPDATE docs SET x = 1 WHERE type = 'order'", read_only=True)


def test_scopes_and_collections_are_made_and_dropped_by_statements(sdk, server, key):
    name = server.bucket

    def run(statement):
        return list(sdk.query(statement))

    run(f"CREATE SCOPE `{name}`.made")
    run(f"CREATE SCOPE `{name}`.made IF NOT EXISTS")
    with pytest.raises(CouchbaseException, match="already exists"):
        run(f"CREATE SCOPE `{name}`.made")
    run(f"CREATE COLLECTION `{name}`.made.docs")
    run(f"CREATE COLLECTION default:`{name}`.made.docs IF NOT EXISTS")
    docs = sdk.bucket(name).scope("made").collection("docs")
    for number in range(7):
        docs.insert(f"{key}-{number}", {"n": number})
    # The count of a whole collection needs no index; anything else does.
    assert run(f"SELECT RAW COUNT(*) FROM `{name}`.made.docs") == [7]
    assert run(f"SELECT COUNT(*) AS total FROM `{name}`.made.docs") == [{"total": 7}]
    with pytest.raises(CouchbaseException, match="No index available"):
        run(f"SELECT RAW COUNT(*) FROM `{name}`.made.docs WHERE n > 2")
    run(f"DROP COLLECTION `{name}`.made.docs")
    run(f"DROP SCOPE `{name}`.made")
    run(f"DROP SCOPE `{name}`.made IF EXISTS")
    with pytest.raises(ParsingFailedException):
        run(f"CREATE SCOPE IF NOT EXISTS `{name}`.made")


def test_a_range_of_an_index_is_what_going_through_everything_finds(scope, server):
    """Pages in both directions, while documents change, come and go, against the same condition on no index key."""
    docs = scope.collection("docs")
    generator = random.Random(3)
    wait = {"scan_consistency": QueryScanConsistency.REQUEST_PLUS}
    list(scope.query("CREATE INDEX by_place ON docs(place, kind)"))
    for _ in range(30):
        for _ in range(20):
            key = f"page::{generator.randrange(60):02}"
            if generator.random() < 0.2:
                with contextlib.suppress(DocumentNotFoundException):
                    docs.remove(key)
            else:
                docs.upsert(key, {"place": generator.randrange(1000), "kind": generator.choice("ab"), "type": "page"})
        low, high = sorted(generator.randrange(1000) for _ in range(2))
        for order in ("", " DESC"):
            condition = f"place >= {low} AND {high} > place AND kind = 'a'"
            found = rows(scope, f"SELECT RAW place FROM docs WHERE {condition} ORDER BY place{order} LIMIT 7", **wait)
            # A computed value has no index, so nothing but its type bounds this one.
            all_of_it = rows(
                scope,
                f"SELECT RAW place FROM docs WHERE type = 'page' AND place + 0 >= {low} AND place + 0 < {high} "
                f"AND kind || '' = 'a' ORDER BY place + 0{order} LIMIT 7",
                **wait,
            )
            assert found == all_of_it
