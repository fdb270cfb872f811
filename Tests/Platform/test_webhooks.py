"""Outcomes of orders reach those that subscribe to them: signed, once where nothing fails, and in the end."""

from kafka_records import order, produce
from outcome_webhook import SECRET, Endpoint, endpoints_file
from platform_process import call, drained, eventually, get, request, up, verify

OTHER = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
PAID = "order.paid"


def deliveries(http, **filters):
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    # On a busy machine the log is not always read in time, which the answer says.
    url = f"{http}/api/webhooks/deliveries?limit=200&{query}"
    eventually(lambda: request("GET", url)[0] != 503, 30)
    return get(url)["deliveries"]


def test_outcomes_go_signed_to_their_subscribers_and_the_log_tells(data, tmp_path):
    all_types = ("order.created", PAID, "order.payment_failed", "order.flagged", "order.cancelled", "order.refund_due")
    crm, mail = Endpoint(), Endpoint(secret=OTHER)
    file = endpoints_file(
        tmp_path / "hooks.json", ("crm", crm.url, SECRET, all_types), ("mail", mail.url, OTHER, ("order.flagged",))
    )
    with up(data, "--count", 0, "--webhooks", file, "--decline-rate", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(n), order(n, amount=20)) for n in range(1, 11)])
        produce(kafka, "orders", [("11", order(11, amount=900, country="BR"))])
        eventually(lambda: len(crm.taken) >= 23)
        drained(kafka, data)
        produce(kafka, "orders", [("1", order(1, amount=20, status="CANCELLED"))])
        eventually(lambda: "order.refund_due" in crm.types(1))
        assert crm.types(1) == {"order.created", PAID, "order.cancelled", "order.refund_due"}
        assert crm.types(11) == {"order.created", PAID, "order.flagged"}
        eventually(lambda: mail.taken)
        assert set(mail.taken) == {"msg_11_order_flagged"}
        assert not crm.problems and not mail.problems
        # Nothing failed, so nothing came twice.
        assert set(crm.times.values()) == {1}
        rows = eventually(lambda: (found := deliveries(http, endpoint="mail")) and found)
        assert [(row["id"], row["state"], row["attempts"], row["status"]) for row in rows] == [
            ("msg_11_order_flagged", "delivered", 1, 204)
        ]
        assert len(deliveries(http, order_id=1, endpoint="crm")) == 4
        assert request("GET", f"{http}/api/webhooks/deliveries?state=lost")[0] == 400
        services = {service["name"]: service["status"] for service in get(f"{http}/api/system")["services"]}
        assert services["webhooks"] == "ok"
        for secret in ("s3cr3t", SECRET, OTHER, SECRET[6:]):
            assert secret not in platform.output
        verify(data)
    crm.close()
    mail.close()


def test_what_an_endpoint_missed_while_it_was_away_comes_also_after_restarts(data, tmp_path):
    crm, fine = Endpoint(), Endpoint(secret=OTHER)
    port = crm.port
    crm.close()
    file = endpoints_file(
        tmp_path / "hooks.json", ("crm", crm.url, SECRET, (PAID,)), ("fine", fine.url, OTHER, (PAID,))
    )
    arguments = ("--count", 0, "--webhooks", file, "--decline-rate", 0)
    wanted = {f"msg_{n}_order_paid" for n in range(1, 41)}
    with up(data, *arguments) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(n), order(n, amount=20)) for n in range(1, 21)])
        # One that is away delays no other.
        eventually(lambda: len(fine.taken) == 20)
        eventually(lambda: len(deliveries(http, endpoint="crm", state="pending")) == 20)
        platform.kill()
    with up(data, *arguments) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(n), order(n, amount=20)) for n in range(21, 41)])
        eventually(lambda: len(fine.taken) == 40)
        back = Endpoint(port=port)
        back.statuses = [500, 429]
        eventually(lambda: set(back.taken) == wanted, timeout=120)
        eventually(lambda: len(deliveries(http, endpoint="crm", state="delivered")) == 40)
        assert not back.problems and not fine.problems
        assert platform.stop() == 0
        assert "s3cr3t" not in platform.output and SECRET not in platform.output
    # What was delivered is not delivered again by a start.
    seen = dict(back.times)
    with up(data, *arguments) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("41", order(41, amount=20))])
        eventually(lambda: "msg_41_order_paid" in back.taken)
        assert {name: count for name, count in back.times.items() if name in wanted} == seen
    verify(data)
    back.close()
    fine.close()


def test_a_disabled_endpoint_stays_so_until_it_is_enabled_and_what_it_missed_is_posted_again(data, tmp_path):
    crm = Endpoint()
    crm.statuses = [410]
    file = endpoints_file(tmp_path / "hooks.json", ("crm", crm.url, SECRET, (PAID,)))
    arguments = ("--count", 0, "--webhooks", file, "--decline-rate", 0)
    with up(data, *arguments) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("1", order(1, amount=20))])
        eventually(lambda: len(deliveries(http, state="failed")) == 1)
        platform.kill()
    with up(data, *arguments) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("2", order(2, amount=20))])
        eventually(lambda: len(deliveries(http, state="failed")) == 2)
        assert not crm.taken
        acts = f"{http}/api/webhooks"
        assert request("POST", f"{acts}/endpoints/crm/enable")[0] == 202
        eventually(lambda: "used again" in platform.output)
        for number in (1, 2):
            assert request("POST", f"{acts}/deliveries/msg_{number}_order_paid/redeliver?endpoint=crm")[0] == 202
        eventually(lambda: set(crm.taken) == {"msg_1_order_paid", "msg_2_order_paid"})
        eventually(lambda: len(deliveries(http, state="delivered")) == 2)
        assert request("POST", f"{acts}/deliveries/msg_9_order_paid/redeliver")[0] == 404
        assert not crm.problems
    verify(data)
    crm.close()


def test_a_posted_alert_is_signed_where_a_secret_is_set(data):
    endpoint = Endpoint()
    with up(data, "--count", 0, env={"ALERT_WEBHOOK_URL": endpoint.url, "ALERT_WEBHOOK_SECRET": SECRET}) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [("5", order(5, amount=900, country="BR"))])
        eventually(lambda: endpoint.taken)
        assert endpoint.taken["fraud-alert-5"]["order_id"] == 5 and not endpoint.problems
        assert SECRET not in platform.output
    endpoint.close()


def test_a_wrong_file_of_endpoints_ends_the_start_and_shows_no_secret(data, tmp_path):
    for url, secret, events, said in [
        ("http://example.com/t0ken", SECRET, (PAID,), "use https"),
        ("https://169.254.169.254/t0ken", SECRET, (PAID,), "link-local"),
        ("https://example.com/t0ken", "pl41n", (PAID,), "whsec_"),
        ("https://example.com/t0ken", SECRET, ("order.eaten",), "order.eaten"),
    ]:
        file = endpoints_file(tmp_path / "hooks.json", ("crm", url, secret, events))
        listen = ("--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0")
        code, _, err = call("up", "--data-dir", data, *listen, "--webhooks", file)
        assert code == 1 and said in err and "hooks.json" in err
        assert "t0ken" not in err and "pl41n" not in err and SECRET[6:] not in err
        code, _, err = call("up", "--data-dir", data, *listen, env={"WEBHOOK_ENDPOINTS_JSON": file.read_text()})
        assert code == 1 and said in err and "WEBHOOK_ENDPOINTS_JSON" in err
        assert "t0ken" not in err and "pl41n" not in err and SECRET[6:] not in err
    both = {"WEBHOOK_ENDPOINTS": str(file), "WEBHOOK_ENDPOINTS_JSON": file.read_text()}
    code, _, err = call("webhooks", "--data-dir", data, env=both)
    assert code == 1 and "both given" in err
    code, _, err = call("webhooks", "--data-dir", data)
    assert code == 1 and "WEBHOOK_ENDPOINTS" in err
