"""The check beside the flow: quiet while all is right, and not when somebody tampers with a topic or the store."""

import json
import re
import sqlite3

from kafka_records import order, produce, read_all, values
from platform_process import call, drained, eventually, get, request, up, verify


def reconciler(http):
    return get(f"{http}/api/system")["reconciler"]


def found(http, kind, words, timeout=120):
    """Waits for a finding and returns it."""

    def look():
        return next(
            (
                one
                for one in reconciler(http)["recent_findings"]
                if one["kind"] == kind and words in f"{one['subject']} {one['detail']}"
            ),
            None,
        )

    return eventually(look, timeout=timeout, every=0.5)


def settled(http, orders):
    """Waits until it has checked so many orders and the store's sums, and found nothing."""
    status = eventually(
        lambda: (
            (one := reconciler(http))["checked_orders"] >= orders
            and one["sweep"]["windows_checked"] > 0
            and one["open_orders"] == 0
            and one
        ),
        timeout=180,
        every=0.5,
    )
    assert status["status"] == "ok" and status["findings"] == 0 and status["recent_findings"] == [], status
    return status


def ready(http):
    """Waits until it follows the topics: what comes before that is the audit's."""
    eventually(lambda: reconciler(http)["status"] == "ok", timeout=60)


def test_it_finds_nothing_under_load_and_counts_what_it_checked(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        ready(http)
        bad = [("bad", b"{"), ("401", json.dumps(order(401, amount=-1)).encode())]
        produce(
            kafka,
            "orders",
            [
                (str(number), order(number, amount=number, country="BR" if number % 3 else "US"))
                for number in range(1, 401)
            ]
            + bad,
        )
        produce(
            kafka,
            "orders",
            [
                (str(number), order(number, amount=number, country="BR" if number % 3 else "US"))
                for number in range(1, 100)
            ],
            partitioner="consistent",
        )
        produce(
            kafka,
            "orders",
            [
                (str(number), order(number, amount=number, country="BR" if number % 3 else "US", status="CONFIRMED"))
                for number in range(1, 50)
            ],
        )
        drained(kafka, data)
        status = settled(http, 400)
        assert status["sweep"]["orders_checked"] == 400 and status["since"] <= status["checked_through"]
        metrics = request("GET", f"{http}/metrics")[2]
        assert "orders_reconciler_findings_total 0" in metrics and "orders_reconciler_open_orders 0" in metrics
        assert f"orders_reconciler_checked_total {status['checked_orders']}" in metrics
        verify(data)


def test_it_finds_nothing_while_the_generator_runs(data):
    with up(data, "--rate", 500, "--count", 6000) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 6000, timeout=180)
        drained(kafka, data)
        status = eventually(
            lambda: (one := reconciler(http))["open_orders"] == 0 and one["sweep"]["windows_checked"] > 0 and one,
            timeout=180,
        )
        assert status["findings"] == 0, status
        # It reads all partitions on and on: none is starved, and what it says of itself is what it did.
        assert 5_400 <= status["checked_orders"] <= 6_000, status
        assert status["skipped_orders"] == 0 and status["last_hour"]["coverage"] > 0.99, status
        eventually(
            lambda: (one := reconciler(http))["status"] == "ok" and one["delay_milliseconds"] < 10_000, timeout=30
        )
        metrics = request("GET", f"{http}/metrics")[2]
        assert "orders_reconciler_skipped_total 0" in metrics, metrics
        assert float(re.search(r"^orders_reconciler_coverage_ratio (\S+)$", metrics, re.M)[1]) > 0.99
        assert float(re.search(r"^orders_reconciler_delay_seconds (\S+)$", metrics, re.M)[1]) < 10


def test_tampering_with_topics_and_store_is_found(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        ready(http)
        produce(kafka, "orders", [(str(number), order(number, amount=10 + number)) for number in range(1, 61)])
        drained(kafka, data)
        settled(http, 60)

        # A second payment for an order that has been checked.
        payment = next(one for one in values(kafka, "payments") if one["order_id"] == 7)
        produce(kafka, "payments", [("7", payment | {"processed_at": "2030-01-01T00:00:00Z"})])
        found(http, "payment", "order 7 has")

        # A document that no event asked for.
        documents = [
            json.loads(record.value()) for record in read_all(kafka, "order-analytics") if record.key() == b"9"
        ]
        produce(
            kafka,
            "order-analytics",
            [("9", documents[-1] | {"amount": 1.0, "revision": documents[-1]["revision"] + 1})],
        )
        found(http, "document", "order 9 changed")

        # A row changed behind the platform's back.
        with sqlite3.connect(f"{data}/store/orders.sqlite", timeout=30) as store:
            assert store.execute("UPDATE orders SET amount = amount + 1 WHERE id = 23").rowcount == 1
        finding = found(http, "aggregate", "differs in the store from the sum of its orders")
        assert "sales" in finding["detail"] and finding["at"]

        status = reconciler(http)
        assert status["status"] == "findings" and status["findings"] >= 3
        assert "something does not agree" in platform.output
        drained(kafka, data)
        code, out, _ = call("verify", "--data-dir", data, "--json", "--patience", 5)
        report = json.loads(out)
        assert code == 1 and {"payment", "document", "store"} <= set(report["findings_by_kind"])
        subjects = {(one["kind"], one["subject"]) for one in report["findings"]}
        assert {("payment", "order 7"), ("document", "order 9"), ("store", "order 23")} <= subjects, subjects


def test_it_can_be_switched_off(data):
    with up(data, "--count", 0, "--no-reconciler") as platform:
        _, http = platform.addresses("kafka", "dashboard")
        assert reconciler(http)["status"] == "off"
    with up(data, "--count", 0, env={"RECONCILER": "off"}) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        assert reconciler(http)["status"] == "off"


def test_accepted_orders_are_looked_for_by_verify(data, tmp_path):
    with up(data, "--rate", "max", "--count", 3000, "--exit") as platform:
        assert platform.wait() == 0, platform.output
    ids = tmp_path / "accepted"
    ids.write_text("".join(f"{number}\n" for number in range(1, 3001)))
    for memory in (2_000_000, 100):
        counts = verify(data, "--accepted", ids, "--orders-in-memory", memory)
        assert counts["accepted"] == counts["orders"] == counts["documents"] == counts["stored_documents"] == 3000
    ids.write_text("1\n999999999\n")
    code, out, _ = call("verify", "--data-dir", data, "--accepted", ids, "--json")
    report = json.loads(out)
    assert code == 1 and [one["subject"] for one in report["findings"]] == ["order 999999999"]
    ids.write_text("1\n2\nthree\n")
    code, _, err = call("verify", "--data-dir", data, "--accepted", ids)
    assert code == 1 and "line 3" in err and "three" in err
    code, _, err = call("verify", "--data-dir", data, "--accepted", tmp_path / "nothing")
    assert code == 1 and "nothing" in err
