"""A payment processor behind HTTP: it is asked once for each order, and its refusals are set aside."""

from decimal import Decimal

from kafka_records import order, produce, read_all, values
from payment_gateway import Gateway
from platform_process import call, drained, eventually, up


def test_each_order_is_charged_once_for_its_exact_amount(data):
    def decide(body):
        return 200, {"status": "DECLINED", "reason": "CARD_EXPIRED"} if body["order_id"] % 10 == 0 else {
            "status": "PAID"
        }

    with Gateway(decide) as gateway, up(data, "--count", 0, env={"PAYMENT_GATEWAY_URL": gateway.url}) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        orders = [(str(number), order(number, amount=number + 0.1)) for number in range(1, 301)]
        produce(kafka, "orders", orders + orders[:50])
        eventually(lambda: len(values(kafka, "payments")) >= 300)
        drained(kafka, data)
        payments = {payment["order_id"]: payment for payment in values(kafka, "payments")}
        assert len(values(kafka, "payments")) == len(payments) == 300
        assert payments[10]["status"] == "DECLINED" and payments[10]["decline_reason"] == "CARD_EXPIRED"
        assert payments[11]["status"] == "PAID"
        assert set(gateway.charged) == {f"charge-{number}" for number in range(1, 301)}
        assert gateway.amounts[7] == Decimal("7.10")
        assert "s3cr3t" not in platform.output


def test_an_order_that_the_gateway_refuses_is_set_aside_and_the_rest_goes_on(data):
    def decide(body):
        return (400, {"error": "no"}) if body["order_id"] == 7 else (200, {"status": "PAID"})

    with Gateway(decide) as gateway, up(data, "--count", 0, env={"PAYMENT_GATEWAY_URL": gateway.url}) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        produce(kafka, "orders", [(str(number), order(number)) for number in range(1, 21)])
        eventually(lambda: len(values(kafka, "payments")) == 19)
        (letter,) = eventually(lambda: read_all(kafka, "orders.payments-group.dlq"))
        headers = {key: value.decode() for key, value in letter.headers()}
        assert letter.key() == b"7" and headers["dlq-code"] == "gateway_refused"
        assert "400" in headers["dlq-reason"] and "s3cr3t" not in headers["dlq-reason"]
        drained(kafka, data)


def test_a_wrong_gateway_setting_is_named_and_keeps_its_secret(data):
    for name, value in {
        "PAYMENT_GATEWAY_URL": "ftp://s3cr3t@example.org",
        "PAYMENT_TIMEOUT_MS": "0",
        "PAYMENT_GATEWAY_CONCURRENCY": "many",
    }.items():
        code, out, err = call(
            "up", "--data-dir", data, "--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0", env={name: value}
        )
        assert code == 1 and name in err and "s3cr3t" not in out + err
