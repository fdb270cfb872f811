"""The order store on Couchbase: the test cluster in its place, nodes and services that are killed, and copies."""

import os
import shutil
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
    running = RunningCluster("--nodes", "3", "--replicas", "2", "--vbuckets", "64", "--seconds", "3600")
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


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"COUCHBASE_PASSWORD": "another"}, "password"),
        ({"COUCHBASE_BUCKET": "nope"}, "nope"),
        ({"COUCHBASE_HOST": "couchbase://127.0.0.1:1"}, "refused"),
        ({"COUCHBASE_USERNAME": ""}, "COUCHBASE_USERNAME"),
        ({"COUCHBASE_DURABILITY": "some"}, "COUCHBASE_DURABILITY"),
    ],
)
def test_a_wrong_setting_is_one_line(data, cluster, wrong, word):
    env = settings(cluster) | wrong
    began = time.monotonic()
    code, out, err = call("sink", "--data-dir", data, "--kafka", "127.0.0.1:1", env=env)
    assert code != 0 and time.monotonic() - began < 20
    assert word in err and len(err.strip().splitlines()) == 1, (out, err)
    assert "another" not in err
    code, out, _ = call("doctor", "--data-dir", data, env=env)
    assert code == 1 and word in out


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


def test_a_store_is_copied_to_couchbase_and_back(data, tmp_path, cluster):
    env = settings(cluster)
    with up(data, "--rate", "max", "--count", 3000) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        eventually(lambda: verify(data)["stored_documents"] == 3000, timeout=120)
        drained(kafka, data)
        assert platform.stop() == 0, platform.output
    code, out, err = call("store", "copy", "--from", "sqlite", "--to", "couchbase", "--data-dir", data, env=env)
    assert code == 0 and "verified" in out, (out, err)
    # The copy is as good as the original.
    assert verify(data, env=env)["stored_documents"] == 3000
    back = tmp_path / "back"
    code, out, err = call("store", "copy", "--from", "couchbase", "--to", "sqlite", "--data-dir", back, env=env)
    assert code == 0 and "verified" in out, (out, err)
    shutil.rmtree(data / "store")
    (back / "store").rename(data / "store")
    assert verify(data)["stored_documents"] == 3000
