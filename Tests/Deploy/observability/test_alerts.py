"""Each alert fires when its fault is there: on a running platform, by a real Prometheus and Alertmanager, to a webhook.

One platform is harmed by one fault after the other. The quick part takes less than a minute. `--full` has every alert.
The faults are made from outside: the product has no switch for any of them."""

import json
import os
import resource
import signal
import socket
import threading
import time

import files
import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka import Producer as Client
from confluent_kafka.admin import AdminClient, NewTopic
from running import ORDERS, get, until
from world import ORDER, World

SEVERITY = {rule["alert"]: rule["labels"]["severity"] for rule in files.alerts()}
# What each fault makes fire. A fault is a generator: it harms, yields while it lasts, and heals.
FAULTS = []


def fault(*alerts, within=30, is_quick=False):
    def register(function):
        FAULTS.append((function, alerts, within, is_quick))
        return function

    return register


def client(world, **more):
    return {"bootstrap.servers": f"127.0.0.1:{world.kafka}"} | more


def well(world, seconds=120):
    """Waits until no part has a problem. What the reconciler has missed, it says for an hour."""

    def problems():
        return [one for one in get(f"{world.url}/api/system")["problems"] if one["part"] != "reconciler"]

    try:
        until(lambda: not problems(), seconds, "the platform is well again")
    except AssertionError as error:
        raise AssertionError(f"{error}: {problems()}") from None


def made(first, count):
    """So many orders, as a client that is not ours writes them."""
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    more = {"status": "CREATED", "created_at": created}
    return [(str(number), ORDER | {"order_id": number} | more) for number in range(first, first + count)]


@fault("DeadLettersOpen", "DeadLettersMany", is_quick=True)
def records_that_nobody_can_read(world):
    world.produce("orders", [(str(number), b"{") for number in range(500)])
    yield


@fault("FilesNearLimit", is_quick=True)
def a_limit_of_open_files_that_is_nearly_reached(world):
    pid = world.pid("platform")
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = len(os.listdir(f"/proc/{pid}/fd"))
    # Above what is used: nothing fails.
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (int(used * 1.15), before[1]))
    yield
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


@fault("LateBudgetBurnFast", "LateBudgetBurnSlow", "LateBudgetBurnTrickle", is_quick=True)
def a_platform_that_stands_for_some_seconds(world):
    os.kill(world.pid("platform"), signal.SIGSTOP)
    try:
        world.produce("orders", made(900_000, 200))
        # An acceptance is older than 2 s when the platform goes on.
        time.sleep(3)
    finally:
        os.kill(world.pid("platform"), signal.SIGCONT)
    yield


@fault("ServiceRetrying", "ProblemsLast", is_quick=True)
def a_payment_gateway_that_is_away(world):
    world.gateway.mode = "fails"
    yield
    world.gateway.mode = "paid"
    well(world)


@fault("ServiceBehind", "ReconcilerCoverageLow", within=90)
def a_payment_gateway_that_stays_away(world):
    world.gateway.mode = "fails"
    # More orders wait to be checked than were checked before.
    world.produce("orders", made(800_000, 5_000))
    yield
    world.gateway.mode = "paid"
    well(world)


@fault("BatchesFail", within=90)
def a_payment_gateway_that_answers_every_second_time(world):
    world.gateway.mode = "flaps"
    yield
    world.gateway.mode = "paid"
    well(world)


@fault("ApiBudgetBurnFast", "ApiBudgetBurnSlow", "ApiBudgetBurnTrickle", "OrdersRefused", within=60, is_quick=True)
def a_broker_that_does_not_answer(world):
    os.kill(world.pid("broker"), signal.SIGSTOP)
    answers, is_over = [], threading.Event()

    def ask(request):
        # Failures are counted from the second scrape that sees them.
        while not is_over.is_set():
            answers.append(request())
            time.sleep(0.2)

    asking = [threading.Thread(target=ask, args=(request,)) for request in (world.post, world.ready, world.ready)]
    for one in asking:
        one.start()
    try:
        yield
    finally:
        is_over.set()
        os.kill(world.pid("broker"), signal.SIGCONT)
        for one in asking:
            one.join()
    assert 503 in answers
    well(world)


@fault("ReconcilerFindings", within=120)
def a_payment_that_nobody_charged(world):
    reader = Consumer(client(world, **{"group.id": "reader", "auto.offset.reset": "earliest"}))
    reader.subscribe(["payments"])
    paid = None
    deadline = time.monotonic() + 30
    while paid is None and time.monotonic() < deadline:
        record = reader.poll(1)
        if record is not None and record.error() is None:
            paid = json.loads(record.value())
    reader.close()
    world.produce("payments", [(str(paid["order_id"]), paid | {"processed_at": "2030-01-01T00:00:00Z"})])
    yield


@fault("PartitionsStalled", within=90)
def a_transaction_that_stays_open(world):
    hanging = Client(client(world, **{"transactional.id": "hanging", "transaction.timeout.ms": 300_000}))
    hanging.init_transactions(30)
    hanging.begin_transaction()
    hanging.produce("orders", key=b"1", value=b"never committed", partition=0)
    hanging.flush(30)
    yield
    hanging.abort_transaction(30)
    well(world)


@fault("SlowReaders", within=120)
def clients_of_the_event_stream_that_do_not_read(world):
    connections = []
    for _ in range(25):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        one.connect(("127.0.0.1", world.http))
        one.sendall(b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
        connections.append(one)
    # More than the sockets' buffers hold.
    for start in range(0, 60_000, 5_000):
        world.produce("orders", made(1_000_000 + start, 5_000))
        time.sleep(1)
    yield
    for one in connections:
        one.close()
    well(world)


@fault("CommitsSlow", within=60)
def a_network_on_which_each_answer_takes_a_second(world):
    world.proxy.pause = 1.2
    yield
    world.proxy.heal()
    well(world)


@fault("KafkaThrottles", within=60)
def a_cluster_whose_quota_is_used_up(world):
    world.proxy.throttle = 20_000
    yield
    world.proxy.heal()
    well(world)


@fault("ClientsRenewed", within=180)
def a_network_that_lets_nobody_through(world):
    world.proxy.cut()
    yield
    world.proxy.heal()
    well(world)


@fault("SeriesDropped", within=60)
def more_dead_letter_topics_than_there_are_series(world):
    admin = AdminClient(client(world))
    for future in admin.create_topics([NewTopic(f"t{number}.g.dlq", 1) for number in range(210)]).values():
        future.result(60)
    world.produce("t1.g.dlq", [("1", b"{")])
    yield


@fault("RecordsCut", within=60)
def records_that_are_deleted_before_they_are_read(world):
    world.processes.end("platform")
    world.produce("orders", [(str(number), b"{") for number in range(60)])
    reader = Consumer(client(world, **{"group.id": "ends"}))
    places = [
        TopicPartition("orders", number)
        for number in reader.list_topics("orders", timeout=30).topics["orders"].partitions
    ]
    ends = [
        TopicPartition("orders", place.partition, reader.get_watermark_offsets(place, timeout=30)[1])
        for place in places
    ]
    reader.close()
    admin = AdminClient(client(world))
    for future in admin.delete_records(ends).values():
        future.result(30)
    world.start_platform()
    until(lambda: get(f"{world.url}/api/stats"), 60, "the platform answers")
    yield


@fault("ServiceDown", is_quick=True)
def a_service_that_was_killed(world):
    world.processes.end("alone", kill=True)
    yield


@fault("ApiDown", "MetricsMissing", is_quick=True)
def an_api_that_was_killed(world):
    world.processes.end("platform", kill=True)
    yield


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    if not ORDERS:
        pytest.skip("ORDERS_BIN names no platform")
    running = World(tmp_path_factory.mktemp("alerts"))
    yield running
    running.end()


def test_every_alert_has_a_fault_that_is_caused():
    caused = [alert for _, alerts, _, _ in FAULTS for alert in alerts]
    assert sorted(caused) == sorted(SEVERITY)


@pytest.mark.parametrize("fault", FAULTS, ids=[function.__name__ for function, *_ in FAULTS])
def test_who_is_on_call_hears_of(fault, world, is_full):
    function, alerts, within, is_quick = fault
    if not (is_quick or is_full):
        pytest.skip("a slow one: Tests/Deploy/observability/run.sh --full")
    lasting = function(world)
    next(lasting)
    try:
        for alert in alerts:
            path, told = world.notified(alert, within)
            assert path == {"page": "/pages", "ticket": "/tickets"}[SEVERITY[alert]]
            page, _, section = told["annotations"]["runbook"].partition("#")
            headings = (files.ROOT / page).read_text().lower().splitlines()
            assert f"## {section}" in headings
            assert told["annotations"]["summary"] and told["annotations"]["description"]
    finally:
        for _ in lasting:
            pass
