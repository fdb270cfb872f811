"""Topics that are given more partitions: by one click in somebody's tool, and on purpose."""

import json
import random
import time
from collections import Counter

from confluent_kafka.admin import AdminClient, NewPartitions
from kafka_records import order, produce, read_all
from platform_process import call, drained, eventually, get, request, running, up, verify
from secured_mode import connection

PARTITIONERS = ("murmur2_random", "consistent_random", "random")


def grow(kafka, topic, count):
    admin = AdminClient(connection(kafka))
    for future in admin.create_partitions([NewPartitions(topic, count)]).values():
        future.result(30)


def orders(ids):
    """Every fifth is flagged, every seventh cancelled later."""
    terms = {id: {"amount": 999.5, "country": "BR"} if id % 5 == 0 else {} for id in ids}
    records = [(str(id), order(id, **terms[id])) for id in ids]
    return records + [(str(id), order(id, status="CANCELLED", **terms[id])) for id in ids if id % 7 == 0]


def charges(kafka):
    """How often each order was charged; what a move copied is no charge of its own."""
    records = [record for record in read_all(kafka, "payments") if "moved-from" not in dict(record.headers() or [])]
    return Counter(json.loads(record.value())["order_id"] for record in records)


def problem(http, code):
    return next((problem for problem in get(f"{http}/readyz")["problems"] if problem["code"] == code), None)


def charged_once(kafka, data, ids):
    eventually(lambda: len(charges(kafka)) == len(ids), timeout=120, every=1)
    drained(kafka, data)
    assert charges(kafka) == Counter(ids)


def test_topics_that_grow_under_the_services_charge_nothing_twice_and_lose_nothing(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", orders(range(1, 101)))
        charged_once(kafka, data, range(1, 101))

        grow(kafka, "orders", 12)
        said = eventually(lambda: problem(http, "partitions_grown"), timeout=30)
        assert said["part"] == "topics" and "orders has 12 partitions instead of 6" in said["detail"]
        assert "orders topics repartition --to 12" in said["detail"]
        # Foreign clients see twelve partitions; old orders come again, new ones come, wherever each client puts them.
        for number, partitioner in enumerate(PARTITIONERS):
            ids = list(range(1, 101)) + list(range(101 + 50 * number, 151 + 50 * number))
            produce(kafka, "orders", orders(ids), partitioner=partitioner)
        for name, count in (("payments", 9), ("fraud-alerts", 12), ("order-analytics", 7)):
            grow(kafka, name, count)
        produce(kafka, "orders", [("251", b"no order"), (None, order(252))], partitioner="random")
        status, _, answer = request("POST", f"{http}/api/orders", order(253))
        assert status == 202, answer
        charged_once(kafka, data, [*range(1, 251), 252, 253])

        # A move does not begin while services run, and does not stand in their way.
        code, out, err = call("topics", "repartition", "--to", 12, "--data-dir", data, "--patience", 1)
        assert code != 0 and "stop them all" in err, (code, out, err)
        produce(kafka, "orders", orders([254]), partitioner="consistent_random")
        charged_once(kafka, data, [*range(1, 251), 252, 253, 254])
        counts = verify(data)
        assert counts["orders"] == 253
        assert "starts over" not in platform.output, platform.output
        # As on a platform that never heard of a count to remember.
        admin = AdminClient(connection(kafka))
        admin.delete_topics(["platform-layout"])["platform-layout"].result(30)
        assert platform.stop() == 0, platform.output

    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", orders(range(1, 260)))
        charged_once(kafka, data, [*range(1, 260)])
        verify(data)
        assert platform.stop() == 0, platform.output


def test_homes_are_moved_whatever_interrupts_the_move(data):
    ids = [*range(1, 601)]
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", orders(ids), partitioner="consistent_random")
        produce(kafka, "orders", [("x", b"no order")] * 5)
        charged_once(kafka, data, ids)
        assert platform.stop() == 0, platform.output

    code, out, err = call("topics", "repartition", "--to", 10, "--dry-run", "--data-dir", data)
    assert code == 0 and "from 6 to 10 homes" in out, (code, out, err)
    verify(data)
    for _ in range(4):
        with running("topics", "repartition", "--to", 10, "--data-dir", data) as move:
            # At whatever step it has come to.
            time.sleep(random.uniform(0.05, 1.2))
            move.kill()
        verify(data)
    code, out, err = call("topics", "repartition", "--to", 10, "--data-dir", data)
    assert code == 0 and ("done" in out or "nothing to do" in out), (code, out, err)
    verify(data)

    ids += range(601, 651)
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        for partitioner in PARTITIONERS:
            produce(kafka, "orders", orders(ids), partitioner=partitioner)
        charged_once(kafka, data, ids)
        assert problem(http, "partitions_grown") is None
        counts = verify(data)
        assert counts["orders"] == len(ids) and counts["payments"] == len(ids)
        assert platform.stop() == 0, platform.output

    # And to fewer: topics keep their partitions.
    code, out, err = call("topics", "repartition", "--to", 4, "--data-dir", data)
    assert code == 0 and "done" in out, (code, out, err)
    verify(data)
    ids += range(651, 701)
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", orders(ids))
        charged_once(kafka, data, ids)
        eventually(lambda: problem(http, "partitions_grown"), timeout=30)
        verify(data)
        stats = get(f"{http}/api/stats")
        assert platform.stop() == 0, platform.output
    assert stats["totals"]["orders"] == len(ids), stats


def test_what_waits_at_the_time_of_a_move_is_done_once_after_it(data):
    """Killed with orders under way: each service has come to another point."""
    ids = [*range(1, 3001)]
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", orders(ids[:1500]))
        eventually(lambda: len(charges(kafka)) > 200, timeout=60, every=0.05)
        produce(kafka, "orders", orders(ids[1500:]), partitioner="random")
        platform.kill()
    code, out, err = call("topics", "repartition", "--to", 8, "--data-dir", data)
    assert code == 0 and "done" in out, (code, out, err)
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        charged_once(kafka, data, ids)
        assert verify(data)["orders"] == len(ids)
        assert "starts over" not in platform.output, platform.output
        assert platform.stop() == 0, platform.output
