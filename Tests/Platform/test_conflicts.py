"""The first event of an order fixes it, sums have no end, and a generator waits for the services."""

import json
import time
from pathlib import Path

from kafka_records import order, produce, read_all, values
from platform_process import call, drained, eventually, get, open_url, request, up, verify


def letters(kafka, group):
    return [
        ({key: value.decode() for key, value in record.headers()}, json.loads(record.value()))
        for record in read_all(kafka, f"orders.{group}.dlq")
    ]


def test_a_second_event_with_other_contents_changes_nothing(data):
    with up(data, "--count", 0, "--decline-rate", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        first = order(7, amount=10, currency="AUD", country="AU")
        produce(kafka, "orders", [("7", first)])
        eventually(lambda: request("GET", f"{http}/api/orders/7")[2].get("payment"))
        produce(
            kafka,
            "orders",
            [("7", first | {"amount": 9999, "currency": "USD", "country": "NG", "status": "CANCELLED"})],
        )
        shown = eventually(lambda: (one := get(f"{http}/api/orders/7")).get("conflicts") and one)
        produce(kafka, "orders", [("7", first | {"status": "CONFIRMED"})])
        eventually(lambda: get(f"{http}/api/orders/7")["status"] == "CONFIRMED")
        drained(kafka, data)
        assert (shown["amount"], shown["currency"], shown["country"], shown["status"]) == (10, "AUD", "AU", "CREATED")
        assert (
            shown["payment"]["amount"] == 10 and shown["payment"]["currency"] == "AUD" and not shown["fraud"]["flagged"]
        )
        step = next(step for step in shown["trail"] if step["event"] == "ORDER_CONFLICT")
        assert "amount is 9999.00 USD instead of 10.00 AUD" in step["detail"]
        [(headers, value)] = letters(kafka, "analytics-group")
        assert headers["dlq-code"] == "conflicting_order" and "country is NG instead of AU" in headers["dlq-reason"]
        assert value["amount"] == 9999
        assert (
            not letters(kafka, "fraud-group")
            and not letters(kafka, "payments-group")
            and not values(kafka, "fraud-alerts")
        )
        [total] = get(f"{http}/api/stats")["totals"]["currencies"]
        assert (total["currency"], total["sales"], total["paid"]) == ("AUD", 10, 10)
        # Sent again as it is, it would only be set aside again.
        code, out, err = call(
            "dlq", "replay", "--all", "--code", "conflicting_order", "--kafka", kafka, "--data-dir", data
        )
        assert code == 1 and "new order_id" in out + err
        counts = verify(data)
        assert counts["conflicting_events"] == 1 and counts["orders"] == 1


def test_a_conflict_is_found_after_the_services_have_lost_their_state(data):
    first = [
        order(number, country="NG" if number % 2 else "US", status="CANCELLED" if number % 3 == 0 else "CREATED")
        for number in range(1, 31)
    ]
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(one["order_id"]), one) for one in first])
        drained(kafka, data)
        assert platform.stop() == 0, platform.output
    for database in Path(data).glob("state/*/*/db"):
        for file in database.iterdir():
            file.unlink()
        database.rmdir()
    with up(data, "--count", 0) as platform:
        kafka, _http = platform.addresses("kafka", "dashboard")
        produce(
            kafka,
            "orders",
            [(str(one["order_id"]), one | {"amount": 5000, "country": "RU", "status": "CREATED"}) for one in first],
        )
        drained(kafka, data)
        assert not values(kafka, "fraud-alerts")
        assert (
            all(payment["amount"] == 249.99 for payment in values(kafka, "payments"))
            and len(values(kafka, "payments")) == 20
        )
        assert len(letters(kafka, "analytics-group")) == 30
        # What came as CANCELLED is charged with what it said then.
        produce(kafka, "orders", [("3", first[2] | {"status": "CREATED"})])
        drained(kafka, data)
        assert {payment["amount"] for payment in values(kafka, "payments") if payment["order_id"] == 3} == {249.99}
        assert verify(data)["conflicting_events"] == 30


def test_over_http_an_order_that_is_known_with_other_contents_is_a_conflict(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        draft = {"order_id": 5, "customer_id": 42, "amount": 19.99, "currency": "EUR", "country": "DE"}

        def post(content, key=None):
            return request("POST", f"{http}/api/orders", content, {"Idempotency-Key": key} if key else None)

        assert post(draft)[0] == 202
        # A moment later, and when it is stored.
        for _ in range(2):
            status, headers, problem = post(draft | {"amount": 20, "country": "FR"})
            assert status == 409 and headers["Content-Type"].startswith("application/problem+json")
            assert problem["type"].endswith(":order-conflict") and {error["field"] for error in problem["errors"]} == {
                "amount",
                "country",
            }
            eventually(lambda: request("GET", f"{http}/api/orders/5")[2].get("payment"))
        assert post(draft | {"amount": 20}, "k")[0] == 409
        assert post(draft | {"order_id": 6, "amount": 20}, "k")[0] == 202
        # The same, and a change of status, without a created_at.
        assert post(draft)[0] == 202 and post(draft | {"status": "CONFIRMED"})[0] == 202
        eventually(lambda: get(f"{http}/api/orders/5")["status"] == "CONFIRMED")
        drained(kafka, data)
        assert not letters(kafka, "analytics-group")
        assert verify(data)["conflicting_events"] == 0


def test_totals_go_on_past_64_bits_of_minor_units(data):
    count, largest = 9_400, 9_999_999_999_999.99
    with up(data, "--count", 0, "--decline-rate", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(number), order(number, amount=largest)) for number in range(1, count + 1)])
        drained(kafka, data)
        expected = count * 999_999_999_999_999
        assert expected > 2**63
        text = f'"sales":{expected // 100}.{expected % 100:02},"paid":{expected // 100}.{expected % 100:02}'
        for path in ("/api/stats", "/api/analytics"):
            status, _, body = request("GET", f"{http}{path}")
            assert status == 200 and body["totals"]["orders"] == count
        assert text in open_url("GET", f"{http}/api/stats").read().decode()
        assert get(f"{http}/api/stats/timeseries?from=2024-01-15T10:00:00Z&to=2024-01-15T11:00:00Z&by=country")[
            "points"
        ]
        assert not letters(kafka, "analytics-group")
        assert verify(data)["orders"] == count


def test_what_is_owed_back_for_cancelled_orders_is_shown(data):
    with up(data, "--count", 0, "--decline-rate", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        orders = [order(number, amount=number) for number in range(1, 11)]
        produce(kafka, "orders", [(str(one["order_id"]), one) for one in orders])
        eventually(lambda: get(f"{http}/api/stats")["totals"]["payments"]["paid"] == 10)
        produce(kafka, "orders", [(str(one["order_id"]), one | {"status": "CANCELLED"}) for one in orders[:3]])
        totals = eventually(
            lambda: (found := get(f"{http}/api/stats")["totals"])["payments"]["refund_due"] == 3 and found
        )
        [usd] = totals["currencies"]
        # Of what was paid, what is not owed back is sales.
        assert (usd["paid"], usd["refund_due"], usd["sales"]) == (55, 6, 49)
        assert get(f"{http}/api/analytics")["totals"]["payments"]["refund_due"] == 3
        assert {one["order_id"] for one in get(f"{http}/api/orders?payment=refund_due")["orders"]} == {1, 2, 3}
        assert get(f"{http}/api/orders/2")["refund_due"] == {"amount": 2, "currency": "USD"}
        assert 'orders_refunds_due{currency="USD"} 3' in request("GET", f"{http}/metrics")[2]
        verify(data)


def test_a_generator_at_full_speed_waits_for_the_services(data):
    # The gateway takes its time: orders could be made many times as fast as they are charged.
    with up(data, "--rate", "max", "--payment-latency", 400) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")

        def waiting():
            rows = json.loads(call("lag", "--kafka", kafka, "--data-dir", data, "--json")[1])
            return {row["service"]: row["lag"] for row in rows}

        eventually(lambda: waiting()["payments"] > 50_000, timeout=120)
        seen = []
        for _ in range(8):
            # Watched over a while: what waits must not grow.
            time.sleep(1)
            seen.append(max(waiting().values()))
        assert max(seen) < 150_000, seen
        # It goes on making orders as they are charged.
        before = get(f"{http}/api/stats")["totals"]["orders"]
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] > before)
