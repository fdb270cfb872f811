"""The order store on Couchbase: the test cluster in its place, nodes and services that are killed, and copies."""

import os
import shutil
import socket
import sys
import time
from pathlib import Path

import pytest
from platform_process import call, drained, eventually, get, request, up, verify

sys.path.insert(0, str(Path(__file__).parent.parent / "CouchbaseCluster"))

from running_cluster import RunningCluster


@pytest.fixture
def cluster():
    """Three nodes with two replicas: a majority is left when one is killed."""
    running = RunningCluster(
        "--nodes", "3", "--replicas", "2", "--vbuckets", "64", "--seconds", "3600", "--password", "of-the-tests"
    )
    yield running
    running.stop()


def settings(cluster, **more):
    return {
        "COUCHBASE_HOST": cluster.connection_string,
        "COUCHBASE_USERNAME": cluster.user,
        "COUCHBASE_PASSWORD": cluster.password,
        "COUCHBASE_BUCKET": cluster.bucket,
    } | more


# More of them: COUCHBASE_TEST_ORDERS=100000 Tests/Platform/run.sh -k every_order_is_there_once
ORDERS = int(os.environ.get("COUCHBASE_TEST_ORDERS", "8000"))
PATIENCE = 120 + ORDERS / 50
# The cluster of the tests goes through all documents for each page of a list. The reconciler would read hundreds.
MANY = ORDERS > 20_000
EVERY = 5 if MANY else 0.1
FLAGS = ["--no-reconciler"] if MANY else []


def total(http):
    """0 while the store does not answer: a node is gone, or the one process that plays all of them is busy."""
    status, _, body = request("GET", f"{http}/api/stats")
    assert status in (200, 503), body
    return body["totals"]["orders"] if status == 200 else 0


def test_services_and_nodes_are_killed_and_every_order_is_there_once(data, cluster):
    env = settings(cluster)
    with up(data, "--rate", 1000, "--count", ORDERS, *FLAGS, env=env) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        eventually(lambda: total(http) > ORDERS // 2, timeout=PATIENCE, every=EVERY)
        platform.kill()
    # As it was left, before anything repairs it.
    assert verify(data, env=env)["orders"] > ORDERS // 2
    with up(data, "--rate", 1000, "--count", ORDERS // 2, *FLAGS, env=env) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        begun = eventually(lambda: total(http))
        eventually(lambda: total(http) > begun + ORDERS // 8, timeout=PATIENCE, every=EVERY)
        cluster.post("kill", node=1)
        time.sleep(1)
        cluster.post("failover", node=1)
        eventually(lambda: total(http) >= begun + ORDERS // 4, timeout=PATIENCE, every=EVERY)
        cluster.post("restart", node=1)
        cluster.post("rebalance")
        eventually(lambda: total(http) >= begun + ORDERS // 2, timeout=PATIENCE, every=EVERY)
        drained(kafka, data)
        eventually(lambda: verify(data, env=env)["pending"] == 0, timeout=PATIENCE, every=EVERY)
        assert request("GET", f"{http}/readyz")[0] == 200
        platform.kill()
    with up(data, "--count", 0, env=env) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        drained(kafka, data)
        counted = eventually(lambda: total(http))
        assert platform.stop() == 0, platform.output
    counts = verify(data, env=env)
    assert counts["pending"] == 0 and counts["orders"] == counts["stored_documents"] == counted
    assert counted > ORDERS
    # Nothing of it is in a file.
    assert not (data / "store" / "orders.sqlite").exists()


def test_an_absent_cluster_is_a_problem_that_ends_when_it_is_back(data, cluster):
    env = settings(cluster)
    with up(data, "--count", 0, env=env) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        eventually(lambda: request("GET", f"{http}/readyz")[0] == 200, timeout=30)
        for node in range(3):
            cluster.post("kill", node=node)
        eventually(lambda: request("GET", f"{http}/readyz")[0] == 503, timeout=60)
        assert "Couchbase" in str(get(f"{http}/api/system"))
        order = {"order_id": 5, "customer_id": 1, "amount": 10, "currency": "USD", "country": "US"}
        assert request("POST", f"{http}/api/orders", order)[0] in (202, 503)
        for node in range(3):
            cluster.post("restart", node=node)
        eventually(lambda: request("GET", f"{http}/readyz")[0] == 200, timeout=60)
        eventually(lambda: request("POST", f"{http}/api/orders", order)[0] == 202, timeout=30)
        eventually(lambda: request("GET", f"{http}/api/orders/5")[0] == 200, timeout=30)
        drained(kafka, data)
        assert platform.stop() == 0, platform.output
    assert verify(data, env=env)["orders"] == 1


# The time in which whoever started it knows what is wrong.
SECONDS = 10


def refused(data, env, *words):
    """The sink does not start, and says why in one line; the doctor says the same."""
    began = time.monotonic()
    code, out, err = call("sink", "--data-dir", data, "--kafka", "127.0.0.1:1", env=env)
    took = time.monotonic() - began
    assert code != 0 and len(err.strip().splitlines()) == 1, (out, err)
    assert all(word in err for word in words), err
    assert took < SECONDS, f"{took:.1f} s: {err}"
    assert env["COUCHBASE_PASSWORD"] not in err
    code, out, _ = call("doctor", "--data-dir", data, env=env)
    assert code == 1 and all(word in out for word in words), out


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"COUCHBASE_PASSWORD": "another"}, "password"),
        ({"COUCHBASE_USERNAME": "nobody"}, "password"),
        ({"COUCHBASE_BUCKET": "nope"}, "nope"),
        ({"COUCHBASE_SCOPE": "nope", "COUCHBASE_SCHEMA": "leave"}, "nope"),
        ({"COUCHBASE_HOST": "couchbase://127.0.0.1:1"}, "refused"),
        ({"COUCHBASE_HOST": "couchbase://no-such-host.invalid"}, "no-such-host.invalid"),
        # The port of another protocol, on the right host.
        ({"COUCHBASE_HOST": "couchbase://127.0.0.1:{query}"}, "127.0.0.1"),
        ({"COUCHBASE_HOST": "couchbases://127.0.0.1:{plain}"}, "TLS"),
        ({"COUCHBASE_HOST": "{string}?network=nowhere"}, "nowhere"),
        ({"COUCHBASE_HOST": "{string}?kv_timeout=soon"}, "kv_timeout"),
        ({"COUCHBASE_USERNAME": ""}, "COUCHBASE_USERNAME"),
        ({"COUCHBASE_DURABILITY": "some"}, "COUCHBASE_DURABILITY"),
    ],
)
def test_a_wrong_setting_is_one_line(data, cluster, wrong, word):
    known = {"string": cluster.connection_string, "plain": cluster.ports[0]["kv"], "query": cluster.ports[0]["n1ql"]}
    wrong = {name: value.format(**known) for name, value in wrong.items()}
    refused(data, settings(cluster, **wrong), word)


def test_an_address_where_nobody_answers_is_one_line(data, cluster):
    # It takes connections, and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as mute:
        env = settings(cluster, COUCHBASE_HOST=f"couchbase://127.0.0.1:{mute.getsockname()[1]}")
        refused(data, env, "did not answer")


def test_a_wrong_certificate_is_one_line(data, tmp_path):
    secure = RunningCluster("--nodes", "1", "--vbuckets", "64", "--replicas", "0", "--tls")
    other = RunningCluster("--nodes", "1", "--vbuckets", "64", "--replicas", "0", "--tls")
    elsewhere = RunningCluster("--nodes", "1", "--vbuckets", "64", "--replicas", "0", "--tls", "--host", "127.0.0.2")
    try:
        host = {"COUCHBASE_HOST": secure.tls_connection_string}
        refused(data, settings(secure, **host), "not signed by an authority")
        refused(data, settings(secure, **host, COUCHBASE_CA_LOCATION=other.ca), "not signed by an authority")
        broken = tmp_path / "broken.pem"
        broken.write_text("no certificate")
        refused(data, settings(secure, **host, COUCHBASE_CA_LOCATION=str(broken)), "certificates", str(broken))
        missing = str(tmp_path / "missing.pem")
        refused(data, settings(secure, **host, COUCHBASE_CA_LOCATION=missing), "certificates", missing)
        # Its certificate is for 127.0.0.1 and localhost.
        name = {"COUCHBASE_HOST": elsewhere.tls_connection_string, "COUCHBASE_CA_LOCATION": elsewhere.ca}
        refused(data, settings(elsewhere, **name), "not for this host name")
        # The right one.
        env = settings(secure, **host, COUCHBASE_CA_LOCATION=secure.ca)
        assert call("store", "indexes", env=env)[0] == 0
        assert call("doctor", "--data-dir", data, env=env)[0] == 0
    finally:
        for one in (secure, other, elsewhere):
            one.stop()


def test_the_doctor_says_what_is_missing_and_the_statements_make_it(data, cluster):
    env = settings(cluster)
    code, out, _ = call("doctor", "--data-dir", data, env=env)
    assert code == 1 and "orders store indexes" in out
    code, out, err = call(
        "store", "indexes", "--print", env={"COUCHBASE_BUCKET": cluster.bucket, "ORDERS_DATA_DIR": str(data)}
    )
    assert code == 0, err
    assert [line.split()[:2] for line in out.splitlines()][:2] == [["CREATE", "SCOPE"], ["CREATE", "COLLECTION"]]
    assert call("store", "indexes", env=env)[0] == 0
    code, out, _ = call("doctor", "--data-dir", data, env=env)
    assert code == 0 and "all indexes can be used" in out


def keyed_order(http):
    """The order that a request with a key makes, or made the first time."""
    order = {"customer_id": 1, "amount": 10, "currency": "USD", "country": "US"}
    status, _, body = request("POST", f"{http}/api/orders", order, {"Idempotency-Key": "the-same-request"})
    assert status == 202, body
    order_id = body["order_id"]
    eventually(lambda: request("GET", f"{http}/api/orders/{order_id}")[0] == 200, timeout=30)
    return order_id


def test_a_store_is_copied_to_couchbase_and_back(data, tmp_path, cluster):
    env = settings(cluster)
    with up(data, "--rate", "max", "--count", 3000) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        eventually(lambda: verify(data)["stored_documents"] == 3000, timeout=120)
        drained(kafka, data)
        first = keyed_order(http)
        assert platform.stop() == 0, platform.output
    code, out, err = call("store", "copy", "--from", "sqlite", "--to", "couchbase", "--data-dir", data, env=env)
    assert code == 0 and "verified" in out, (out, err)
    assert "1 idempotency keys" in out, out
    # The copy is as good as the original, and a request that comes again makes no second order.
    assert verify(data, env=env)["stored_documents"] == 3001
    with up(data, "--count", 0, env=env) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        assert keyed_order(http) == first
        assert platform.stop() == 0, platform.output
    back = tmp_path / "back"
    code, out, err = call("store", "copy", "--from", "couchbase", "--to", "sqlite", "--data-dir", back, env=env)
    assert code == 0 and "verified" in out, (out, err)
    assert "1 idempotency keys" in out, out
    shutil.rmtree(data / "store")
    (back / "store").rename(data / "store")
    assert verify(data)["stored_documents"] == 3001
    with up(data, "--count", 0) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        assert keyed_order(http) == first
        assert platform.stop() == 0, platform.output
