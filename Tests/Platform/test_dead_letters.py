"""Records that cannot be processed: set aside with the right reason, seen, corrected, put back, counted once.

MALFORMED_ORDERS sets how many orders the big test sends (10,000 if unset); 1 in 100 of them is malformed.
"""

import collections
import json
import os

from alert_webhook import Endpoint
from kafka_records import order, produce, read_all, values
from platform_process import call, drained, eventually, get, request, up, verify

ORDERS = int(os.environ.get("MALFORMED_ORDERS", "10000"))
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
        number,
        customer_id=number % 977,
        amount=1 + number % 900 + 0.25,
        country=countries[number % 6],
        created_at=f"2026-01-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z",
    )


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

        # Seen, corrected by a script, put back: one record an order, whatever the number of dead letters.
        letters = lines(data)
        assert len(letters) == len(GROUPS) * len(faults)
        for letter in letters:
            letter["value"] = json.dumps(rights[letter["origin"]["key"]])
            letter.pop("value_base64", None)
        corrected = tmp_path / "corrected"
        corrected.write_text("\n".join(map(json.dumps, letters)))
        assert results(data, "replay", "--from", corrected, "--dry-run")["replayed"] == len(faults)
        assert len(lines(data)) == len(letters), "a dry run does nothing"
        done = results(data, "replay", "--from", corrected)
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
            assert (str(record.partition()), str(record.timestamp()[1])) in {
                (place[0], place[2]) for place in origins[key]
            }

        # Again: nothing to do, nothing done.
        assert results(data, "replay", "--from", corrected) == {"already_replayed": len(letters)}
        assert results(data, "replay", "--all") == {}
        assert len(read_all(kafka, "orders")) == ORDERS + len(faults)
        assert platform.stop() == 0, platform.output
    assert verify(data)["orders"] == ORDERS


def letter_of(data, key, group="payments-group", state="open"):
    """The letter of that key, once it is there."""
    return eventually(lambda: lines(data, "--key", key, "--group", group, "--state", state), every=0.3)[-1]


def test_a_letter_is_listed_shown_replayed_up_to_a_cap_mended_and_then_paid_once(data, tmp_path):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        right = order(7, amount=12.5)
        produce(kafka, "orders", [("7", b'{"order_id": 7, "note": "\xc3\xa9"}'), ("raw", b"\xff\xfe\x00")])
        first = letter_of(data, "7")
        assert first["code"] == "missing_field" and first["attempts"] == 0 and first["state"] == "open"

        # For people: a line for each record; everything about one; its bytes.
        drained(kafka, data)
        table = dlq(data, "list")[0]
        assert "analytics-group,fraud-group,payments-group" in table and "6 dead letters" in table
        assert "missing_field" in table and "malformed_json" in table
        shown = dlq(data, "show", first["id"])[0]
        assert (
            first["reason"] in shown
            and f"orders[{first['origin']['partition']}]@{first['origin']['offset']}" in shown
            and "é" in shown
        )
        assert json.loads(dlq(data, "show", first["id"], "--json")[0])["id"] == first["id"]
        raw = letter_of(data, "raw")
        assert raw["value_base64"] == "//4A" and "//4A" in dlq(data, "show", raw["id"])[0]

        # As it is, it fails again: refused, or forced and counted, up to the cap. The newest letter is the one to go on
        # with.
        assert "it would fail again" in dlq(data, "replay", first["id"], expect=1)[1]
        letter = first
        for attempt in (1, 2, 3):
            assert "would be replayed" in dlq(data, "replay", letter["id"], "--force", "--dry-run")[0]
            assert results(data, "replay", letter["id"], "--force") == {"replayed": 1}
            letter = letter_of(data, "7")
            assert letter["attempts"] == attempt and letter["replay_of"].startswith("orders/payments-group/")
        refused = dlq(data, "replay", letter["id"], "--force", expect=1)[1]
        assert "3 times" in refused and "--max-attempts 4" in refused
        drained(kafka, data)
        assert len(lines(data, "--key", "7", "--state", "replayed")) == 9
        (tmp_path / "right").write_text(json.dumps(right | {"amount": -1}))
        wrong = dlq(data, "replay", letter["id"], "--max-attempts", 4, "--value-file", tmp_path / "right", expect=1)[1]
        assert "amount" in wrong and "negative" in wrong
        (tmp_path / "right").write_text(json.dumps(right))
        assert (
            "corrected" in dlq(data, "replay", letter["id"], "--max-attempts", 4, "--value-file", tmp_path / "right")[0]
        )
        eventually(lambda: len(values(kafka, "payments")) == 1)
        assert "nothing" in dlq(data, "replay", "--all", "--key", "7")[0]
        assert results(data, "replay", letter["id"], "--max-attempts", 9) == {"already_replayed": 1}

        # The other one is nobody's order.
        assert results(data, "discard", "--all", "--code", "malformed_json", "--dry-run") == {"discarded": 3}
        assert results(data, "discard", "--all", "--code", "malformed_json") == {"discarded": 3}
        assert results(data, "discard", raw["id"]) == {"already_discarded": 1}
        assert "--state discarded" in dlq(data, "replay", raw["id"], expect=1)[1]
        assert lines(data) == [] and len(lines(data, "--state", "all")) == 15

        # The API and the metrics say the same.
        system = eventually(lambda: (found := get(f"{http}/api/system")["dead_letters"])["open"] == 0 and found)
        assert {"topic": "orders", "group": "fraud-group", "open": 0} in system["topics"] and len(system["topics"]) == 9
        page = get(f"{http}/api/dead-letters?state=all&limit=10")
        rest = get(f"{http}/api/dead-letters?state=all&limit=10&cursor={page['next_cursor']}")
        assert rest["next_cursor"] is None and page["complete"]
        both = page["dead_letters"] + rest["dead_letters"]
        assert {entry["id"] for entry in both} == {line["id"] for line in lines(data, "--state", "all")}
        assert all(entry["decided_at"] for entry in both)
        [other] = get(f"{http}/api/dead-letters?state=discarded&group=fraud-group")["dead_letters"]
        assert other["value_base64"] == "//4A" and other["value_bytes"] == 3 and other["origin"]["key"] == "raw"
        assert 'orders_dead_letters_open{group="fraud-group",topic="orders"} 0' in request("GET", f"{http}/metrics")[2]
        drained(kafka, data)
        counts = verify(data)
        assert counts["orders"] == counts["payments"] == 1 and counts["dead_letters"] == 15


def test_a_payment_in_the_wrong_partition_is_replayed_to_the_right_one(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 40)])
        drained(kafka, data)
        paid = next(record for record in read_all(kafka, "payments") if json.loads(record.value())["status"] == "PAID")
        refund = json.loads(paid.value()) | {"status": "REFUNDED"}
        produce(kafka, "payments", [(None, refund)] * 12, partitioner="random")
        drained(kafka, data)
        letters = lines(data)
        assert letters and {letter["code"] for letter in letters} == {"wrong_partition"}
        assert all(letter["origin"]["partition"] != paid.partition() for letter in letters)
        assert results(data, "replay", "--all") == {"replayed": len(letters)}
        eventually(lambda: get(f"{http}/api/orders/{refund['order_id']}")["payment"]["status"] == "REFUNDED")
        drained(kafka, data)
        assert lines(data) == []
        back = [record for record in read_all(kafka, "payments") if record.headers()]
        assert {(record.partition(), record.key()) for record in back} == {(paid.partition(), paid.key())}


def test_an_alert_that_the_webhook_refused_is_posted_again_under_the_same_key(data):
    endpoint = Endpoint()
    endpoint.answers = [400]
    with up(data, "--count", 0, env={"ALERT_WEBHOOK_URL": endpoint.url}) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("5", order(5, amount=999, country="NG"))])
        letter = letter_of(data, "5", group="alerting-group")
        assert letter["code"] == "webhook_refused" and not endpoint.received
        assert "s3cr3t" not in json.dumps(letter)
        assert results(data, "replay", letter["id"]) == {"replayed": 1}
        eventually(lambda: [key for key, _ in endpoint.received] == ["fraud-alert-5"])
        drained(kafka, data)
        # The other services know the alert: it counts once.
        assert get(f"{http}/api/stats")["totals"]["fraud"]["alerts"] == 1 and lines(data) == []


def test_a_record_too_large_for_a_dead_letter_is_set_aside_without_its_bytes_and_stops_nothing(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        # The largest that the broker takes; one that only compression makes small; one that is large by its headers.
        full, packed = b"x" * 1_048_000, b"y" * 30_000_000
        produce(kafka, "orders", [("full", full)], **{"message.max.bytes": 2_000_000})
        produce(kafka, "orders", [("packed", packed)], **{"message.max.bytes": 100_000_000, "compression.type": "zstd"})
        produce(kafka, "orders", [("k" * 700_000, b"z" * 300_000)], **{"message.max.bytes": 2_000_000})
        produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 100)])
        drained(kafka, data)
        counts = verify(data)
        assert counts["payments"] == counts["stored_documents"] == 99
        assert counts["dead_letters"] == 3 * len(GROUPS)
        for group in GROUPS:
            letters = sorted(read_all(kafka, f"orders.{group}.dlq"), key=lambda letter: len(letter.value() or b""))
            assert [letter.value() for letter in letters] == [None, b"z" * 300_000, full]
            assert [letter.key() for letter in letters] == [b"packed", b"k" * 700_000, b"full"]
            headers = {name: value.decode() for name, value in letters[0].headers()}
            assert headers["dlq-omitted"] == "30000000" and headers["dlq-code"] == "too_large"

        # The desk says where the bytes are, and takes others in their place.
        letter = letter_of(data, "packed")
        assert letter["is_omitted"] and letter["value_bytes"] == 30_000_000
        origin = f"orders[{letter['origin']['partition']}]@{letter['origin']['offset']}"
        shown, _ = dlq(data, "show", letter["id"])
        assert "30000000 bytes, not in the dead letter" in shown and origin in shown
        assert origin in dlq(data, "show", letter["id"], "--raw", expect=1)[1]
        assert origin in "".join(dlq(data, "replay", letter["id"], "--force", expect=1))
        corrected = data.parent / "corrected"
        corrected.write_text(json.dumps({"id": letter["id"], "value": json.dumps(order(100))}))
        assert results(data, "replay", "--from", corrected) == {"replayed": 1}
        drained(kafka, data)
        assert verify(data)["payments"] == 100
        assert get(f"{http}/api/orders/100")["payment"]["status"] == "PAID"


def test_what_the_desk_cannot_do_it_says_in_one_clear_message(data, tmp_path):
    (tmp_path / "lines").write_text('{"id":"orders/payments-group/0/0","value":"{}"}\n{"id":"orders"}\n')
    with up(data, "--count", 0) as platform:
        platform.addresses("kafka", "dashboard")
        for arguments, said, expected in [
            (("show", "orders/payments-group/0/99"), "no dead letter", 1),
            (("show", "orders"), "id", 64),
            (("replay",), "--all", 64),
            (("replay", "--all", "orders/payments-group/0/0"), "exclude", 64),
            (("replay", "orders/payments-group/0/0", "--code", "x"), "--all", 64),
            (("replay", "--all", "--value-file", "x"), "--value-file", 64),
            (("replay", "orders/payments-group/0/0", "--value-file", "/nowhere"), "/nowhere", 1),
            (("replay", "--from", "/nowhere"), "/nowhere", 1),
            (("replay", "--from", tmp_path / "lines"), "lines:2", 1),
            (("discard",), "--all", 64),
            (("discard", "orders/payments-group/7/0", "orders/no-group/0/0"), "2 missing", 1),
            (("list", "--since", "yesterday"), "--since", 64),
            (("list", "--limit", "0"), "--limit", 64),
        ]:
            code, out, err = call("dlq", *arguments, "--data-dir", data)
            assert code == expected and said in out + err, (arguments, code, out, err)
        assert "no dead letters" in dlq(data, "list", "--since", "7d", "--until", "2100-01-01T00:00:00Z")[0]
    code, _, err = call("dlq", "list", "--kafka", "127.0.0.1:1", "--data-dir", data)
    assert code == 1 and "127.0.0.1:1" in err and len(err.strip().splitlines()) <= 6


def test_what_is_decided_on_the_command_line_is_audited_and_a_dry_run_is_not(data):
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("1", b"{"), ("2", b"[")])
        drained(kafka, data)
        found = eventually(lambda: len(letters := lines(data)) == 6 and letters)
        dlq(data, "discard", "--all", "--dry-run")
        assert not (data / "audit.jsonl").exists()
        dlq(data, "discard", found[0]["id"])
        dlq(data, "replay", found[1]["id"], expect=1)
        dlq(data, "discard", "--all", "--group", "fraud-group")
        records = [json.loads(line) for line in (data / "audit.jsonl").read_text().splitlines()]
        assert [record["act"] for record in records] == [
            "orders dlq discard",
            "orders dlq replay",
            "orders dlq discard",
        ]
        assert [record["target"] for record in records] == [
            found[0]["id"],
            found[1]["id"],
            "all with group=fraud-group",
        ]
        assert records[0]["result"] == "done: 1 discarded" and records[1]["result"].startswith("incomplete: 1 refused")
        assert all(record["who"].startswith("user:") and "@" in record["who"] for record in records)
