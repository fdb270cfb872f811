"""kill -9 in mid-flow: nothing is lost, nothing happens twice."""

from kafka_records import values
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
