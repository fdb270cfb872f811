"""What the platform needs goes away for a while: orders wait, it says what is wrong, and the flow resumes by itself."""

import sqlite3
import time

from kafka_records import order, produce, values
from payment_gateway import Gateway
from platform_process import Process, drained, eventually, get, request, running, up, verify


def service(http, name):
    return next(one for one in get(f"{http}/api/system")["services"] if one["name"] == name)


def problem(http, part):
    """What /api/system says is wrong with a part; nothing while all is well."""
    return next((one for one in get(f"{http}/api/system")["problems"] if one["part"] == part), None)


def test_orders_wait_for_a_gateway_that_is_away_and_are_then_paid_once(data):
    gateway = Gateway()
    with up(data, "--count", 0, env={"PAYMENT_GATEWAY_URL": gateway.url}) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        eventually(lambda: get(f"{http}/api/system")["status"] == "ok")
        produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 401)])
        # Several attempts: it waits in earnest.
        waiting = eventually(
            lambda: (
                (p := problem(http, "payments"))
                and service(http, "payments")["instances"][0]["problem"]["attempt"] > 4
                and p
            )
        )
        assert waiting["level"] == "degraded" and waiting["code"] == "dependency_unavailable"
        assert f"http://127.0.0.1:{gateway.port} did not answer" in waiting["detail"] and waiting["since"]
        system = get(f"{http}/api/system")
        payments = service(http, "payments")
        assert system["status"] == "degraded" and payments["status"] == "retrying" and payments["members"] == 1
        (instance,) = payments["instances"]
        assert instance["state"] == "retrying" and instance["problem"]["next_attempt_at"] and instance["seen_at"]
        # The rest goes on: judged and shown, and the API stays ready.
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 400)
        ready = get(f"{http}/readyz")
        assert ready["status"] == "ready" and [one["part"] for one in ready["problems"]] == ["payments"]
        assert values(kafka, "payments") == []
        eventually(lambda: 'orders_service_retrying{service="payments"} 1' in request("GET", f"{http}/metrics")[2])
        with gateway:
            eventually(lambda: len(values(kafka, "payments")) >= 400)
            drained(kafka, data)
            eventually(lambda: get(f"{http}/api/system")["status"] == "ok")
            paid = [payment["order_id"] for payment in values(kafka, "payments")]
            assert sorted(paid) == list(range(1, 401)) and len(gateway.charged) == 400
            verify(data)
        assert "s3cr3t" not in platform.output
        assert (
            'orders_retries_total{code="dependency_unavailable",service="payments"}'
            in request("GET", f"{http}/metrics")[2]
        )


def test_a_gateway_that_answers_only_some_of_the_time_gets_through(data):
    asked = []

    def decide(body):
        asked.append(body["order_id"])
        return (503, {}) if len(asked) % 3 else (200, {"status": "PAID"})

    with Gateway(decide, delay=0.02) as gateway:
        environment = {"PAYMENT_GATEWAY_URL": gateway.url, "PAYMENT_GATEWAY_CONCURRENCY": "8"}
        with up(data, "--count", 0, env=environment) as platform:
            kafka, _ = platform.addresses("kafka", "dashboard")
            produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 101)])
            eventually(lambda: len(values(kafka, "payments")) >= 100)
            drained(kafka, data)
            assert sorted(payment["order_id"] for payment in values(kafka, "payments")) == list(range(1, 101))
            # What was answered is not asked again.
            assert len(gateway.charged) == 100 and gateway.requests < 800
            verify(data)


def test_a_charge_that_is_answered_too_late_is_asked_again_and_made_once(data):
    late = set()

    def decide(body):
        # Charged, but nobody waits for the answer any more.
        if body["order_id"] % 5 == 0:
            late.add(body["order_id"])
            # Three times what the service waits for.
            time.sleep(1.5)
        return 200, {"status": "PAID"}

    with Gateway(decide) as gateway:
        environment = {"PAYMENT_GATEWAY_URL": gateway.url, "PAYMENT_TIMEOUT_MS": "500"}
        with up(data, "--count", 0, env=environment) as platform:
            kafka, _ = platform.addresses("kafka", "dashboard")
            produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 51)])
            eventually(lambda: len(values(kafka, "payments")) >= 50)
            drained(kafka, data)
            assert sorted(payment["order_id"] for payment in values(kafka, "payments")) == list(range(1, 51))
            assert len(late) == 10 and gateway.requests > 50 and len(gateway.charged) == 50
            verify(data)


def test_a_gateway_that_does_not_know_us_sets_no_order_aside(data):
    is_wrong = [True]
    with (
        Gateway(lambda body: (401, {}) if is_wrong[0] else (200, {"status": "PAID"})) as gateway,
        up(data, "--count", 0, env={"PAYMENT_GATEWAY_URL": gateway.url}) as platform,
    ):
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 11)])

        def refused():
            found = problem(http, "payments")
            return found if found and found["code"] != "no_members" else None

        wrong = eventually(refused)
        assert wrong["code"] == "dependency_misconfigured" and "401" in wrong["detail"]
        is_wrong[0] = False
        eventually(lambda: len(values(kafka, "payments")) == 10)
        assert values(kafka, "orders.payments-group.dlq") == []


def test_the_sink_waits_for_a_store_that_another_process_holds(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("1", order(1))])
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 1)
        holder = sqlite3.connect(data / "store" / "orders.sqlite", isolation_level=None, timeout=30)
        holder.execute("BEGIN IMMEDIATE")
        try:
            produce(kafka, "orders", [(str(number), order(number)) for number in range(2, 102)])
            wrong = eventually(lambda: problem(http, "sink"))
            assert wrong["code"] == "store_unavailable" and "another process" in wrong["detail"]
            assert service(http, "sink")["members"] == 1
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        eventually(lambda: get(f"{http}/api/system")["status"] == "ok")
        drained(kafka, data)
        counts = verify(data)
        assert counts["stored_documents"] == 101


def test_services_go_on_when_a_killed_broker_is_back(data):
    with running("broker", "--data-dir", data, "--kafka", "127.0.0.1:0") as broker:
        (kafka,) = broker.addresses("kafka")
        started = []
        try:
            for name in ("fraud", "payments", "analytics", "sink", "alerting"):
                started.append(Process(name, "--kafka", kafka, "--data-dir", data))
            api = Process("api", "--kafka", kafka, "--data-dir", data, "--http", "127.0.0.1:0")
            started.append(api)
            (http,) = api.addresses("dashboard")
            produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 201)])
            eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 200)
            eventually(lambda: len([one for one in get(f"{http}/api/system")["services"] if one["instances"]]) == 5)
            broker.kill()
            _status, _, ready = eventually(lambda: (answer := request("GET", f"{http}/readyz"))[0] == 503 and answer)
            assert (
                ready["status"] == "not_ready"
                and ready["problems"][0]["part"] == "broker"
                and ready["problems"][0]["since"]
            )
            assert kafka in ready["problems"][0]["detail"]
            assert get(f"{http}/api/system")["status"] == "down"
            with running("broker", "--data-dir", data, "--kafka", kafka) as again:
                again.addresses("kafka")
                produce(kafka, "orders", [(str(number), order(number)) for number in range(201, 401)])
                eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 400)
                eventually(lambda: get(f"{http}/api/system")["status"] == "ok")
                drained(kafka, data)
                counts = verify(data, "--kafka", kafka)
                assert counts["orders"] == counts["payments"] == counts["stored_documents"] == 400
                # One that is stopped says so, and is gone at once.
                alerting = next(process for process in started if process.arguments[0] == "alerting")
                assert alerting.stop() == 0, alerting.output
                eventually(lambda: not service(http, "alerting")["instances"], timeout=30)
                for process in started:
                    if process is not alerting:
                        assert process.stop() == 0, process.output
        finally:
            for process in started:
                process.end()
