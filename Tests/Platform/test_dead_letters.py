"""Records that cannot be processed: set aside with the right reason, seen, mended, put back, counted once.

MALFORMED_ORDERS sets how many orders the big test sends (10,000 if unset); 1 in 100 of them is malformed.
"""

import collections
import json
import os

from kafka_records import order, produce, read_all, values
from platform_process import call, drained, eventually, get, up, verify

ORDERS = int(os.environ.get("MALFORMED_ORDERS", 10_000))
GROUPS = ("fraud-group", "payments-group", "analytics-group")


def without(right, field):
    return {name: value for name, value in right.items() if name != field}


# What is done to a right order, and the code that the letter must have.
FAULTS = {
    "cut off": (lambda right: json.dumps(right)[:-9].encode(), "malformed_json"),
    "no amount": (lambda right: without(right, "amount"), "missing_field"),
    "text as customer": (lambda right: right | {"customer_id": "Ada"}, "wrong_type"),
    "negative amount": (lambda right: right | {"amount": -5}, "out_of_range"),
    "id over 2^53": (lambda right: right | {"order_id": 2**53}, "out_of_range"),
    "no such currency": (lambda right: right | {"currency": "XXQ"}, "unknown_currency"),
    "no such country": (lambda right: right | {"country": "QQ"}, "unknown_country"),
    "no such status": (lambda right: right | {"status": "LOST"}, "unknown_status"),
    "no timestamp": (lambda right: right | {"created_at": "yesterday"}, "invalid_timestamp"),
    "half a cent": (lambda right: right | {"amount": 1.005, "currency": "USD"}, "too_many_decimals"),
    "amount twice": (lambda right: (json.dumps(right)[:-1] + ', "amount": 7}').encode(), "duplicate_field"),
    "no value": (lambda right: None, "missing_value"),
}


def some_order(number):
    countries = ("US", "NG", "DE", "BR", "IN", "CA")
    return order(
        number, customer_id=number % 977, amount=1 + number % 900 + 0.25, country=countries[number % 6],
        created_at=f"2026-01-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z")


def dlq(data, *arguments, expect=0):
    code, out, err = call("dlq", *arguments, "--data-dir", data, timeout=600)
    assert code == expect, f"dlq {arguments}: exit {code}\n{out[-3000:]}\n{err[-3000:]}"
    return out, err


def lines(data, *arguments):
    return [json.loads(line) for line in dlq(data, "list", "--json", *arguments)[0].splitlines()]


def results(data, *arguments, expect=0):
    return json.loads(dlq(data, *arguments, "--json", expect=expect)[0])["results"]


def test_one_in_a_hundred_malformed_is_set_aside_mended_and_then_counted_once(data, tmp_path):
    rights, sent, faults = {}, {}, {}
    kinds = list(FAULTS)
    for number in range(1, ORDERS + 1):
        key = str(number)
        rights[key] = some_order(number)
        sent[key] = rights[key]
        if number % 100 == 50:
            faults[key] = kinds[number // 100 % len(kinds)]
            broken = FAULTS[faults[key]][0](rights[key])
            sent[key] = json.dumps(broken).encode() if isinstance(broken, dict) else broken
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", sent.items())
        drained(kafka, data)

        # The good ones are all there, the bad ones all with each group, the bytes as they were, the reason right.
        counts = verify(data)
        assert counts["orders"] == counts["payments"] == counts["stored_documents"] == ORDERS - len(faults)
        assert counts["dead_letters"] == len(GROUPS) * len(faults)
        origins = collections.defaultdict(set)
        for group in GROUPS:
            letters = {letter.key().decode(): letter for letter in read_all(kafka, f"orders.{group}.dlq")}
            assert set(letters) == set(faults)
            for key, letter in letters.items():
                headers = {name: value.decode() for name, value in letter.headers()}
                assert letter.value() == sent[key]
                assert headers["dlq-code"] == FAULTS[faults[key]][1], (faults[key], headers)
                assert headers["dlq-reason"] and headers["dlq-topic"] == "orders" and headers["dlq-group"] == group
                origins[key].add((headers["dlq-partition"], headers["dlq-offset"], headers["dlq-timestamp"]))
        assert all(len(places) == 1 for places in origins.values())

        # As they are, they would fail again: nothing is sent.
        assert results(data, "replay", "--all", expect=1) == {"refused": len(GROUPS) * len(faults)}

        # Seen, mended by a script, put back: one record an order, whatever the number of letters.
        letters = lines(data)
        assert len(letters) == len(GROUPS) * len(faults)
        for letter in letters:
            letter["value"] = json.dumps(rights[letter["origin"]["key"]])
            letter.pop("value_base64", None)
        mended = tmp_path / "mended"
        mended.write_text("\n".join(map(json.dumps, letters)))
        assert results(data, "replay", "--from", mended, "--dry-run")["replayed"] == len(faults)
        assert len(lines(data)) == len(letters), "a dry run does nothing"
        done = results(data, "replay", "--from", mended)
        assert done == {"replayed": len(faults), "covered": 2 * len(faults)}
        drained(kafka, data)
        assert lines(data) == [] and len(lines(data, "--state", "replayed")) == len(letters)

        # Every order is paid once and counted once.
        counts = verify(data)
        assert counts["orders"] == counts["payments"] == counts["stored_documents"] == ORDERS
        assert counts["dead_letters"] == len(letters)
        payments = collections.Counter(payment["order_id"] for payment in values(kafka, "payments"))
        assert len(payments) == ORDERS and set(payments.values()) == {1}
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == ORDERS)

        # What was put back is the record as it was, and says where it comes from.
        replayed = [record for record in read_all(kafka, "orders") if record.headers()]
        assert len(replayed) == len(faults)
        for record in replayed:
            headers = {name: value.decode() for name, value in record.headers()}
            key = record.key().decode()
            assert headers["dlq-attempts"] == "1" and headers["dlq-replay-of"].startswith("orders/")
            assert json.loads(record.value()) == rights[key]
            assert (str(record.partition()), str(record.timestamp()[1])) in {(place[0], place[2]) for place in origins[key]}

        # Again: nothing to do, nothing done.
        assert results(data, "replay", "--from", mended) == {"already_replayed": len(letters)}
        assert results(data, "replay", "--all") == {}
        assert len(read_all(kafka, "orders")) == ORDERS + len(faults)
        assert platform.stop() == 0, platform.output
    assert verify(data)["orders"] == ORDERS
