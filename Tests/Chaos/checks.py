"""What must hold at the end: everything drained, verified, and nothing that was acknowledged is lost."""

import collections
import json
import re
import time
import urllib.request

from confluent_kafka import Consumer, TopicPartition
from orders_made import order
from world import call


def lag_rows(world):
    code, out, err = call(
        "lag", "--kafka", world.kafka, "--data-dir", world.root / "data", "--json", "--partitions", timeout=60
    )
    return json.loads(out) if code == 0 else err.strip()


def drain(world, patience, say):
    """Waits until every group has read everything. None, or what is stuck."""
    deadline = time.monotonic() + patience
    said = time.monotonic()
    calm = 0
    rows = "not asked yet"
    while time.monotonic() < deadline:
        rows = lag_rows(world)
        if isinstance(rows, list) and sum(row["lag"] for row in rows) == 0:
            calm += 1
            # What one service has just emitted may not be another's lag yet.
            if calm == 3:
                return None
        else:
            calm = 0
        if time.monotonic() > said + 15:
            said = time.monotonic()
            say(f"still behind: {behind(rows)}")
        time.sleep(0.5)
    return rows


def behind(rows):
    """Each service that has not read everything, in a few words."""
    if isinstance(rows, str):
        return rows
    return ", ".join(f"{row['service']} {row['lag']} ({row['state']})" for row in rows if row["lag"]) or "nobody"


def describe_stuck(world, rows):
    print("chaos: STUCK; who is behind, and where:")
    if isinstance(rows, str):
        print(f"  orders lag: {rows}")
    else:
        for row in rows:
            behind = [
                f"{p['topic']}[{p['partition']}] {p['committed']} of {p['end']}" for p in row["partitions"] if p["lag"]
            ]
            print(
                f"  {row['service']}: {row['state']}, {row['members']} members, lag {row['lag']}: {'; '.join(behind)}"
            )
    try:
        print("  /api/system: " + urllib.request.urlopen(f"{world.base}/api/system", timeout=10).read().decode()[:4000])
    except OSError as error:
        print(f"  /api/system: {error}")
    for name, instance in world.instances.items():
        print(f"  last of {name} (running: {instance.is_running}):")
        for line in instance.tail(6):
            print(f"    {line[:400]}")


def read_topic(kafka, topic, seen, timeout=300):
    """Calls `seen` with each committed record of a topic."""
    consumer = Consumer(
        {
            "bootstrap.servers": kafka,
            "group.id": "chaos-check",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    try:
        metadata = consumer.list_topics(topic, timeout=30).topics[topic]
        consumer.assign([TopicPartition(topic, number, 0) for number in metadata.partitions])
        left = set(metadata.partitions)
        deadline = time.monotonic() + timeout
        while left:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{topic} was not read within {timeout} s")
            for message in consumer.consume(5000, 0.5):
                if message.error():
                    left.discard(message.partition())
                else:
                    seen(message)
    finally:
        consumer.close()


ORDER_ID = re.compile(rb'"order_id"\s*:\s*(\d+)')


def order_ids(kafka, topic):
    """How often each order id stands on a topic; under None what has none that can be read."""
    found = collections.Counter()

    def seen(message):
        match = ORDER_ID.search(message.value() or b"")
        found[int(match[1]) if match else None] += 1

    read_topic(kafka, topic, seen)
    return found


def stored_ids(world):
    import sqlite3

    path = world.root / "data" / "store" / "orders.sqlite"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as store:
        return {row[0] for row in store.execute("SELECT id FROM orders")}


def check(world):
    """All checks: (what is wrong, verify's counts)."""
    wrong = list(world.failures)
    counts = verify(world, wrong)
    accepted = {int(line) for line in world.accepted.read_text().split()}
    on_topic = order_ids(world.kafka, "orders")
    missing = accepted - set(on_topic)
    if missing:
        wrong.append(f"{len(missing)} acknowledged orders are not on the topic: {sorted(missing)[:20]}")
    missing = accepted - stored_ids(world)
    if missing:
        wrong.append(f"{len(missing)} acknowledged orders are not in the store: {sorted(missing)[:20]}")
    check_gateway(world, wrong)
    check_webhook(world, wrong)
    check_outcomes(world, wrong)
    check_dead_letters(world, wrong)
    check_conflicts(world, wrong)
    wrong += [f"a crash: {line}" for line in world.crashes()]
    return wrong, counts | {"accepted_ids": len(accepted)}


def verify(world, wrong):
    accepted = world.root / "accepted.ids"
    accepted.write_text(
        "".join(f"{line}\n" for line in sorted({int(line) for line in world.accepted.read_text().split()}))
    )
    looks_for_accepted = ["--accepted", accepted] if "--accepted" in call("verify", "--help")[1] else []
    code, out, err = call(
        "verify",
        "--kafka",
        world.kafka,
        "--data-dir",
        world.root / "data",
        "--json",
        "--patience",
        "60",
        *looks_for_accepted,
        timeout=600,
    )
    (world.root / "verify.json").write_text(out)
    if not out:
        wrong.append(f"verify said nothing: exit {code}: {err.strip()}")
        return {}
    report = json.loads(out)
    if code != 0 or report["finding_count"]:
        findings = "; ".join(f"{f['kind']}: {f['subject']} {f['detail']}" for f in report["findings"][:10])
        wrong.append(f"verify: exit {code}, {report['finding_count']} findings: {findings}")
    if report["counts"]["pending"]:
        wrong.append(f"verify: {report['counts']['pending']} orders are still pending after the drain")
    return report["counts"]


def payment_outcomes(world):
    """The status of each payment on the topic, by order."""
    outcomes = {}

    def seen(message):
        payment = json.loads(message.value())
        outcomes[payment["order_id"]] = payment["status"]

    read_topic(world.kafka, "payments", seen)
    return outcomes


def check_gateway(world, wrong):
    """Every charge has its outcome on the topic, the same one, and the other way round."""
    report = world.gateway.ask("report")
    wrong += [f"gateway: {problem}" for problem in report["problems"]]
    charged = {}
    for line in (world.root / "gateway.journal").read_text().splitlines():
        entry = json.loads(line)
        charged[int(entry["key"].removeprefix("charge-"))] = entry["answer"]["status"]
    outcomes = payment_outcomes(world)
    if outcomes != charged:
        differing = [key for key in outcomes.keys() | charged.keys() if outcomes.get(key) != charged.get(key)]
        wrong.append(
            f"{len(differing)} charges and their outcomes differ: "
            + ", ".join(
                f"{key}: charged {charged.get(key)}, on the topic {outcomes.get(key)}" for key in sorted(differing)[:5]
            )
        )


def check_webhook(world, wrong):
    told = {int(line) for line in (world.root / "webhook.journal").read_text().split()}
    alerts = {key for key in order_ids(world.kafka, "fraud-alerts") if key is not None}
    if alerts - told:
        wrong.append(f"{len(alerts - told)} alerts never reached the webhook: {sorted(alerts - told)[:10]}")
    if told - alerts:
        wrong.append(
            f"the webhook was notified of {len(told - alerts)} alerts that are not on the topic: "
            f"{sorted(told - alerts)[:10]}"
        )


def check_outcomes(world, wrong, patience=240):
    """Each payment's outcome has reached the endpoint, once at least, and nothing else has. What failed is tried again
    for a while."""
    wanted = {
        f"msg_{order_id}_order_{'payment_failed' if status == 'DECLINED' else 'paid'}"
        for order_id, status in payment_outcomes(world).items()
    }
    deadline = time.monotonic() + patience
    while True:
        delivered = set((world.root / "outcomes.journal").read_text().split())
        if wanted <= delivered or time.monotonic() > deadline:
            break
        time.sleep(1)
    wrong += [f"outcomes: {problem}" for problem in world.outcomes.ask("stats")["problems"]]
    if wanted - delivered:
        missing = sorted(wanted - delivered)
        wrong.append(f"{len(missing)} of {len(wanted)} outcomes never reached the endpoint: {missing[:10]}")
    if delivered - wanted:
        wrong.append(f"the endpoint was notified of what did not happen: {sorted(delivered - wanted)[:10]}")


def check_dead_letters(world, wrong):
    """Each group that reads orders has set aside the same records, each once; analytics what contradicts an order,
    too."""
    origins = {}
    for group in ("fraud-group", "payments-group", "analytics-group"):
        found = collections.Counter()

        def seen(message):
            headers = dict(message.headers() or [])
            if headers.get("dlq-code") != b"conflicting_order":
                found[(headers.get("dlq-partition"), headers.get("dlq-offset"))] += 1

        read_topic(world.kafka, f"orders.{group}.dlq", seen)
        origins[group] = found
        twice = [origin for origin, count in found.items() if count > 1]
        if twice:
            wrong.append(f"{group} set {len(twice)} records aside more than once: {twice[:5]}")
    sets = {group: set(found) for group, found in origins.items()}
    if len({frozenset(value) for value in sets.values()}) != 1:
        wrong.append(
            "the groups did not set the same records aside: "
            + ", ".join(f"{group} {len(value)}" for group, value in sets.items())
        )


def check_conflicts(world, wrong):
    """What contradicted an order has a dead letter, and the order was charged with what its first event said."""
    journal = collections.defaultdict(set)
    for line in (world.root / f"{world.accepted.name}.conflicts").read_text().splitlines():
        kind, order_id = line.split()
        journal[kind].add(int(order_id))
    set_aside = set()

    def letter(message):
        if dict(message.headers() or []).get("dlq-code") == b"conflicting_order":
            set_aside.add(json.loads(message.value())["order_id"])

    read_topic(world.kafka, "orders.analytics-group.dlq", letter)
    missing = journal["acknowledged"] - set_aside
    if missing:
        wrong.append(f"{len(missing)} conflicts have no dead letter: {sorted(missing)[:10]}")
    unsent = set_aside - journal["sent"]
    if unsent:
        wrong.append(f"{len(unsent)} orders have a conflict that nobody sent: {sorted(unsent)[:10]}")

    def paid(message):
        payment = json.loads(message.value())
        made = order(world.seed, payment["order_id"])
        if payment["order_id"] in journal["sent"] and (
            payment["amount"],
            payment["currency"],
            payment["customer_id"],
        ) != (made["amount"], made["currency"], made["customer_id"]):
            wrong.append(
                f"order {payment['order_id']} was charged {payment['amount']} {payment['currency']} "
                f"instead of {made['amount']} {made['currency']}"
            )

    read_topic(world.kafka, "payments", paid)
