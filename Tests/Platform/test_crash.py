"""kill -9 in mid-flow: nothing is lost, nothing happens twice."""

import contextlib
import signal

from kafka_records import order, produce, values
from platform_process import Process, drained, eventually, get, running, up, verify


def test_a_killed_platform_goes_on_where_it_was(data):
    with up(data, "--rate", 2000, "--count", 20000) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] > 3000, timeout=120)
        platform.kill()
    # As it was left, before anything repairs it.
    assert verify(data)["orders"] > 3000
    with up(data, "--rate", 2000, "--count", 2000) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        drained(kafka, data)
        eventually(lambda: verify(data)["pending"] == 0)
        platform.kill()
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        drained(kafka, data)
        assert platform.stop() == 0, platform.output
    counts = verify(data)
    assert counts["pending"] == 0 and counts["orders"] == counts["stored_documents"]


def test_services_as_processes_share_the_work_and_survive_a_kill(data, tmp_path):
    with running("broker", "--data-dir", data, "--kafka", "127.0.0.1:0") as broker:
        (kafka,) = broker.addresses("kafka")
        started = []
        try:
            for name in ("fraud", "payments", "analytics", "sink", "alerting"):
                for _ in range(2):
                    started.append((name, Process(name, "--kafka", kafka, "--data-dir", data)))
            producer = Process("producer", "--rate", 1000, "--count", 10000, "--kafka", kafka, "--data-dir", data)
            started.append(("producer", producer))
            eventually(lambda: len(values(kafka, "payments")) > 2000, timeout=120, every=1)
            for name in ("payments", "analytics"):
                next(process for service, process in started if service == name).kill()
            eventually(lambda: sum(1 for _ in values(kafka, "payments")) == 10000, timeout=180, every=1)
            drained(kafka, data)
            counts = verify(data, "--kafka", kafka)
            assert counts["orders"] == counts["payments"] == counts["stored_documents"] == 10000
        finally:
            for _, process in started:
                process.end()
        assert broker.stop() == 0, broker.output


def test_services_end_though_the_broker_does_not_answer_any_more(data, tmp_path):
    """A broker that is frozen keeps its connections: nothing fails, and no client library ends by itself."""
    with running("broker", "--data-dir", data, "--kafka", "127.0.0.1:0") as broker:
        (kafka,) = broker.addresses("kafka")
        names = ("fraud", "payments", "analytics")
        with contextlib.ExitStack() as stack:
            services = [
                stack.enter_context(running(name, "--kafka", kafka, "--data-dir", tmp_path / name)) for name in names
            ]
            produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 2001)])
            eventually(lambda: len(values(kafka, "payments")) >= 500)
            broker.process.send_signal(signal.SIGSTOP)
            for service in services:
                service.process.send_signal(signal.SIGTERM)
            # Far longer than a stop may take.
            assert [service.wait(60) for service in services] == [0] * len(services)
            # What was cut off comes again.
            broker.process.send_signal(signal.SIGCONT)
        with contextlib.ExitStack() as stack:
            for name in names:
                stack.enter_context(running(name, "--kafka", kafka, "--data-dir", tmp_path / name))
            eventually(lambda: len(values(kafka, "payments")) == 2000, timeout=180)
            paid = [payment["order_id"] for payment in values(kafka, "payments")]
            assert sorted(paid) == list(range(1, 2001))
