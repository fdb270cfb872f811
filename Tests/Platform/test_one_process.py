"""`orders up` as its users see it."""

import json

from kafka_records import order, produce, read_all, values
from platform_process import call, drained, eventually, get, request, up, verify


def test_a_foreign_clients_order_is_paid_once_judged_and_shown(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("901", order(901, amount=999.5, country="NG"))])
        shown = eventually(
            lambda: (
                (one := request("GET", f"{http}/api/orders/901")[2]).get("payment")
                and one.get("fraud", {}).get("flagged")
                and one
            )
        )
        assert shown["amount"] == 999.5 and shown["status"] == "CREATED"
        assert shown["fraud"]["reason"] == "HIGH_AMOUNT_RISKY_COUNTRY"
        payments = [payment for payment in values(kafka, "payments") if payment["order_id"] == 901]
        assert len(payments) == 1 and payments[0]["status"] in ("PAID", "DECLINED")
        assert payments[0]["amount"] == 999.5 and payments[0]["country"] == "NG"
        # The same event again, and a later status: still one order, one charge, one alert.
        produce(kafka, "orders", [("901", order(901, amount=999.5, country="NG"))] * 3)
        produce(kafka, "orders", [("901", order(901, amount=999.5, country="NG", status="CONFIRMED"))])
        eventually(lambda: get(f"{http}/api/orders/901")["status"] == "CONFIRMED")
        assert len(values(kafka, "payments")) == 1 and len(values(kafka, "fraud-alerts")) == 1
        assert get(f"{http}/api/stats")["totals"]["orders"] == 1
        counts = verify(data)
        assert counts["orders"] == 1 and counts["order_events"] == 5


def test_partitioners_that_differ_do_not_charge_an_order_twice(data):
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        orders = [(str(number), order(number)) for number in range(1, 201)]
        produce(kafka, "orders", orders, partitioner="murmur2")
        produce(kafka, "orders", orders, partitioner="consistent")
        produce(
            kafka, "orders", [(None, value) for _, value in orders], partitioner="random", headers=[("trace", b"17")]
        )
        drained(kafka, data)
        # A record that was sent home is there with its headers.
        traced = [record for record in read_all(kafka, "orders") if record.headers() == [("trace", b"17")]]
        assert len(traced) > len(orders) and all(json.loads(record.value()) for record in traced)
        assert sorted(payment["order_id"] for payment in values(kafka, "payments")) == list(range(1, 201))
        assert verify(data)["orders"] == 200


def test_a_record_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(data):
    bad = {
        "no json": b'{"order_id":',
        "missing field": json.dumps({"order_id": 1}).encode(),
        "negative amount": json.dumps(order(2, amount=-5)).encode(),
        "unknown currency": json.dumps(order(3, currency="XXQ")).encode(),
        "id over 2^53": json.dumps(order(2**53)).encode(),
        "too many decimals": json.dumps(order(4, amount=1.005)).encode(),
        "nothing": b"",
    }
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [*list(bad.items()), ("50", order(50))])
        eventually(lambda: request("GET", f"{http}/api/orders/50")[0] == 200)
        drained(kafka, data)
        for group in ("fraud-group", "payments-group", "analytics-group"):
            letters = {letter.key().decode(): letter for letter in read_all(kafka, f"orders.{group}.dlq")}
            assert set(letters) == set(bad)
            for name, letter in letters.items():
                headers = {key: value.decode() for key, value in letter.headers()}
                assert letter.value() == bad[name]
                assert headers["dlq-topic"] == "orders" and headers["dlq-group"] == group
                assert headers["dlq-reason"] and headers["dlq-code"]
                assert int(headers["dlq-offset"]) >= 0 and 0 <= int(headers["dlq-partition"]) < 6
        assert "amount" in {key: value.decode() for key, value in letters["negative amount"].headers()}["dlq-reason"]
        counts = verify(data)
        assert counts["orders"] == 1 and counts["dead_letters"] == 3 * len(bad)


def test_orders_of_the_producer_agree_with_the_topics_while_it_runs_and_after(data):
    with up(data, "--rate", 2000, "--count", 20000) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] > 2000, timeout=120)
        assert verify(data)["orders"] > 2000
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 20000, timeout=180)
        drained(kafka, data)
        payments, alerts = values(kafka, "payments"), values(kafka, "fraud-alerts")
        paid = sum(payment["status"] == "PAID" for payment in payments)
        # The totals follow what the groups have read: on a busy machine a moment later.
        eventually(lambda: get(f"{http}/api/stats")["totals"]["payments"]["paid"] == paid)
        totals = get(f"{http}/api/stats")["totals"]
        assert totals["payments"]["declined"] == sum(payment["status"] == "DECLINED" for payment in payments)
        assert totals["fraud"]["alerts"] == len(alerts) > 0
        system = get(f"{http}/api/system")
        assert {service["name"] for service in system["services"]} == {
            "fraud",
            "payments",
            "analytics",
            "sink",
            "alerting",
        }
        assert all(service["members"] == 1 for service in system["services"])
        assert platform.stop() == 0, platform.output
    counts = verify(data)
    assert counts["orders"] == counts["stored_documents"] == 20000 and counts["pending"] == 0


def test_it_stops_when_the_orders_are_through_and_goes_on_from_there(data):
    for run in (1, 2):
        with up(data, "--rate", "max", "--count", 3000, "--exit") as platform:
            assert platform.wait() == 0, platform.output
        counts = verify(data)
        assert counts["orders"] == 3000 * run and counts["pending"] == 0


def test_orders_come_in_by_http_with_clear_refusals(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        good = {"customer_id": 42, "amount": 19.99, "currency": "EUR", "country": "DE"}
        status, headers, body = request("POST", f"{http}/api/orders", good, {"Idempotency-Key": "one"})
        assert status == 202 and body["topic"] == "orders" and headers["Location"].endswith(str(body["order_id"]))
        again = request("POST", f"{http}/api/orders", good, {"Idempotency-Key": "one"})
        assert again[0] == 202 and again[2]["order_id"] == body["order_id"]
        other = request("POST", f"{http}/api/orders", good | {"amount": 20}, {"Idempotency-Key": "one"})
        assert other[0] == 422
        eventually(lambda: request("GET", f"{http}/api/orders/{body['order_id']}")[2].get("payment"))
        assert len(values(kafka, "orders")) == 1

        def refused(expected, content, field=None, headers=None):
            status, answer_headers, problem = request("POST", f"{http}/api/orders", content, headers)
            assert status == expected, (status, problem)
            assert answer_headers["Content-Type"].startswith("application/problem+json")
            if field:
                assert field in [error["field"] for error in problem["errors"]], problem

        refused(400, b"{")
        refused(422, good | {"amount": -5}, "amount")
        refused(422, good | {"currency": "XXQ"}, "currency")
        refused(422, {key: value for key, value in good.items() if key != "country"}, "country")
        refused(422, good | {"order_id": 2**53}, "order_id")
        refused(413, b'{"customer_id": 1, "note": "' + b"x" * 1_000_000 + b'"}')
        refused(415, b"amount=1", headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert request("GET", f"{http}/api/orders/999999")[0] == 404
        assert request("GET", f"{http}/api/orders?limit=many")[0] == 400
        assert call("verify", "--data-dir", data)[0] == 0


def test_a_start_warns_of_nothing_when_nothing_is_wrong(tmp_path):
    for number in range(3):
        with up(tmp_path / f"data-{number}", "--count", 0, "--log-level", "warning") as platform:
            (url,) = platform.addresses("dashboard")
            eventually(lambda url=url: get(f"{url}/readyz")["status"] == "ready")
            assert platform.stop() == 0
        assert '"level":"warning"' not in platform.output and '"level":"error"' not in platform.output
