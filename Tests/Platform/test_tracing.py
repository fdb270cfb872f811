"""One trace id is followed from the first request to the store, through a real collector."""

import json
import re
import secrets

import pytest
from kafka_records import order, produce, read_all
from outcome_webhook import SECRET, endpoints_file
from platform_process import drained, eventually, get, request, up
from trace_collector import Collector, Listener, free_port

PARENT = "00f067aa0ba902b7"
RISKY = {"customer_id": 42, "amount": 900, "currency": "USD", "country": "BR"}
SERVICES = {"api", "fraud", "payments", "analytics", "alerting", "sink"}


def new_trace():
    return secrets.token_hex(16)


def tracing(url, **more):
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "LOG_FORMAT": "json"} | more


def parent_of(trace, flags="01"):
    return f"00-{trace}-{PARENT}-{flags}"


def place(http, trace=None, body=RISKY, **headers):
    if trace:
        headers["traceparent"] = parent_of(trace)
    status, _, answer = request("POST", f"{http}/api/orders", body, headers)
    assert status == 202, answer
    return answer["order_id"]


def causes(spans):
    """Of what the records of analytics were made."""
    ids = {cause for span in spans if span.name == "send order-analytics" for cause in (span.parent, *span.links)}
    return [span for span in spans if span.id in ids]


def whole(collector, trace, has_server):
    """The spans of an order's trace, once all are there: those that nobody sends on end at the store."""

    def complete():
        spans = collector.of(trace)
        if {span.service for span in spans} < SERVICES - (set() if has_server else {"api"}):
            return None
        sent = {span.id for span in spans if span.name == "send order-analytics"}
        stored = {span.parent for span in spans if span.service == "sink" and span.name == "process order-analytics"}
        written = [span for span in spans if span.name == "upsert orders"]
        # Order, payment and alert reach analytics; what it sends reaches the store.
        joined = {span.name for span in causes(spans)}
        return spans if len(joined) == 3 and sent == stored and len(written) == len(sent) else None

    return eventually(complete, timeout=60)


def check_tree(spans, roots):
    """Every span's parent is a span of the trace, but for those of the producer's."""
    by_id = {span.id: span for span in spans}
    assert len(by_id) == len(spans)

    def by(service, name):
        return [span for span in spans if span.service == service and span.name == name]

    def parents(service, name):
        return {(by_id[span.parent].service, by_id[span.parent].name) for span in by(service, name)}

    orphans = {(span.service, span.name, span.parent) for span in spans if span.parent not in by_id}
    assert orphans == roots
    assert parents("fraud", "send fraud-alerts") == {("fraud", "process orders")}
    assert parents("payments", "send payments") == {("payments", "process orders")}
    assert parents("analytics", "process payments") == {("payments", "send payments")}
    for service in ("analytics", "alerting"):
        assert parents(service, "process fraud-alerts") == {("fraud", "send fraud-alerts")}
    assert {service for service, _ in parents("analytics", "send order-analytics")} == {"analytics"}
    assert parents("sink", "process order-analytics") == {("analytics", "send order-analytics")}
    assert parents("sink", "upsert orders") == {("sink", "process order-analytics")}
    # What was joined in one batch is one record: the others that caused it are links.
    assert {span.name for span in causes(spans)} == {"process orders", "process payments", "process fraud-alerts"}
    assert all(span.service == "analytics" and span.kind == "consumer" for span in causes(spans))


def test_a_trace_is_followed_from_a_request_to_the_store(data):
    trace = new_trace()
    with Collector() as collector, up(data, "--count", 0, env=tracing(collector.url)) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        order_id = place(http, trace, tracestate="vendor=1")
        spans = whole(collector, trace, has_server=True)
        check_tree(spans, {("api", "POST /api/orders", PARENT)})
        by_name = {(span.service, span.name): span for span in spans}
        server, send = by_name["api", "POST /api/orders"], by_name["api", "send orders"]
        assert server.kind == "server" and server.attributes["http.response.status_code"] == 202
        assert send.kind == "producer" and send.parent == server.id
        for service in ("fraud", "payments", "analytics"):
            span = by_name[service, "process orders"]
            assert span.parent == send.id and span.kind == "consumer"
            assert span.attributes["messaging.system"] == "kafka"
            assert span.attributes["messaging.consumer.group.name"] == f"{service}-group"
            for name in ("messaging.destination.partition.id", "messaging.kafka.offset", "messaging.kafka.message.key"):
                assert span.attributes[name] == send.attributes[name]
        store = by_name["sink", "upsert orders"]
        assert store.kind == "client" and store.attributes["db.system.name"] == "sqlite"
        assert all(span.state == "vendor=1" and span.status is None for span in spans)
        assert all(span.resource["service.namespace"] == "orders" for span in spans)
        assert "42" not in {str(value) for span in spans for value in span.attributes.values()}

        # The page of the order says where to look.
        def traced_trail():
            steps = get(f"{http}/api/orders/{order_id}")["trail"]
            return steps if all("trace_id" in step for step in steps) else None

        trail = eventually(traced_trail)
        assert {step["trace_id"] for step in trail} == {trace} and len(trail) == 3
        metrics = get(f"{http}/metrics")
        exported = re.search(r"^orders_trace_spans_exported_total (\d+)$", metrics, re.M)
        assert exported and int(exported[1]) >= len(spans)
        for topic in ("orders", "payments", "fraud-alerts"):
            (record,) = read_all(kafka, topic)
            assert dict(record.headers())["traceparent"].split(b"-")[1].decode() == trace


def test_the_header_of_a_foreign_producer_is_followed(data):
    traces = {number: new_trace() for number in (1, 2, 3)}
    with Collector() as collector, up(data, "--count", 0, env=tracing(collector.url)) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        # With another key than its id, without any, and with the right one.
        for key, number in ((b"7000", 1), (None, 2), (b"3", 3)):
            record = (key, order(number, amount=900, country="BR"))
            produce(kafka, "orders", [record], headers=[("traceparent", parent_of(traces[number]))])
        drained(kafka, data)
        for trace in traces.values():
            spans = whole(collector, trace, has_server=False)
            # One that lay elsewhere is sent home by payments, and read there by everybody.
            first = [span for span in spans if span.parent == PARENT]
            assert {span.name for span in first} == {"process orders"}
            check_tree(spans, {(span.service, span.name, span.parent) for span in first})


@pytest.mark.parametrize(
    "headers",
    [
        {"traceparent": "garbage"},
        {"traceparent": f"00-{'0' * 32}-{PARENT}-01"},
        {"traceparent": f"00-{'4bf92f3577b34da6a3ce929d0e0e4736'.upper()}-{PARENT}-01"},
        {"traceparent": f"ff-4bf92f3577b34da6a3ce929d0e0e4736-{PARENT}-01"},
        {"tracestate": "vendor=1"},
    ],
)
def test_a_wrong_traceparent_is_ignored_and_a_trace_begins(data, headers):
    with Collector() as collector, up(data, "--count", 0, env=tracing(collector.url)) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        place(http, **headers)
        (server,) = eventually(lambda: [span for span in collector.spans if span.name == "POST /api/orders"])
        assert not server.parent and server.trace not in str(headers).lower() and not server.state
        spans = whole(collector, server.trace, has_server=True)
        check_tree(spans, {("api", "POST /api/orders", "")})


def test_what_is_not_sampled_is_handed_on_and_not_recorded(data):
    trace = new_trace()
    settings = {"OTEL_TRACES_SAMPLER": "parentbased_always_off"}
    with Collector() as collector, up(data, "--count", 0, env=tracing(collector.url, **settings)) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        unsampled = place(http, traceparent=parent_of(trace, "00"))
        unknown = place(http)
        sampled = new_trace()
        place(http, sampled)
        whole(collector, sampled, has_server=True)
        assert {span.trace for span in collector.spans} == {sampled}
        for topic in ("orders", "payments", "fraud-alerts"):
            headers = {int(record.key()): record.headers() for record in read_all(kafka, topic)}
            assert headers[unsampled] == [("traceparent", parent_of(trace, "00").encode())]
            assert headers[unknown] is None


def test_without_a_collector_records_have_no_headers(data):
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        place(http, new_trace())
        drained(kafka, data)
        for topic in ("orders", "payments", "order-analytics"):
            assert all(record.headers() is None for record in read_all(kafka, topic))


def test_the_platform_goes_on_while_the_collector_is_away(data):
    count = 2_500
    with up(data, "--count", 0, env=tracing(f"http://127.0.0.1:{free_port()}")) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        produce(
            kafka,
            "orders",
            [(str(number), order(number, amount=900, country="BR")) for number in range(1, count + 1)],
            headers=[("traceparent", parent_of(new_trace()))],
        )
        drained(kafka, data)
        assert get(f"{http}/api/stats")["totals"]["orders"] == count
        # More than the queue holds.
        lost = re.search(r'^orders_trace_spans_dropped_total{reason="queue_full"} (\d+)$', get(f"{http}/metrics"), re.M)
        assert lost and int(lost[1]) > 0
        assert platform.stop() == 0
        said = [line for line in platform.lines if "spans cannot be handed" in line]
        # One in a minute, and how many more there were.
        assert 1 <= len(said) <= 3, said
        assert [line for line in platform.lines if "before the end" in line]


def test_the_gateway_and_webhooks_get_the_trace_and_a_header_of_the_collector_is_secret(data, tmp_path):
    trace, token = new_trace(), secrets.token_hex(8)
    with Listener() as alerts, Listener() as outcomes, Listener(503) as gateway, Listener() as collector:
        url = f"http://127.0.0.1:{outcomes.port}/{token}"
        endpoints = endpoints_file(tmp_path / "hooks.json", ("shop", url, SECRET, ("order.created",)))
        more = {
            "ALERT_WEBHOOK_URL": f"http://127.0.0.1:{alerts.port}/{token}",
            "PAYMENT_GATEWAY_URL": f"http://127.0.0.1:{gateway.port}/{token}",
            "WEBHOOK_ENDPOINTS": str(endpoints),
            "OTEL_EXPORTER_OTLP_HEADERS": f"api-key={token},x-tenant=a%20b",
            "OTEL_SERVICE_NAME": "shop",
            "LOG_LEVEL": "trace",
        }
        with up(data, "--count", 0, env=tracing(f"http://127.0.0.1:{collector.port}", **more)) as platform:
            _, http = platform.addresses("kafka", "dashboard")
            place(http, trace)
            for endpoint in (alerts, outcomes, gateway):
                eventually(lambda endpoint=endpoint: endpoint.requests)
                assert endpoint.requests[0][1]["traceparent"].split("-")[1] == trace
            eventually(lambda: collector.requests)
            assert platform.stop() == 0
        path, headers, _ = collector.requests[0]
        assert path == "/v1/traces" and headers["content-type"] == "application/x-protobuf"
        assert headers["api-key"] == token and headers["x-tenant"] == "a b"
        sent = b"".join(body for _, _, body in collector.requests)
        assert b"shop" in sent and token.encode() not in sent
        assert token not in platform.output


def test_log_lines_name_order_trace_and_place_and_no_person(data):
    trace, person, email = new_trace(), 918273645546, "jane.doe@example.com"
    env = tracing(f"http://127.0.0.1:{free_port()}", LOG_LEVEL="trace")
    with Listener(status=400) as refusing:
        env["ALERT_WEBHOOK_URL"] = f"http://127.0.0.1:{refusing.port}/"
        with up(data, "--count", 0, env=env) as platform:
            kafka, http = platform.addresses("kafka", "dashboard")
            order_id = place(http, trace, RISKY | {"customer_id": person})
            wrong = [
                (email, order(7, customer_id=person, amount="much")),
                ("8", f'{{"customer_id":{person},"email":"{email}"'.encode()),
            ]
            produce(kafka, "orders", wrong, headers=[("traceparent", parent_of(trace))])
            request("POST", f"{http}/api/orders", RISKY | {"customer_id": person, "email": email})
            request("POST", f"{http}/api/orders", {"customer_id": f"{person}x{email}"})
            request("POST", f"{http}/api/orders", RISKY | {"order_id": order_id, "customer_id": person + 1})
            request("GET", f"{http}/api/orders?customer={person}&q={email}")
            drained(kafka, data)
            eventually(lambda: refusing.requests)
            eventually(lambda: platform.output.count('"a record is a dead letter"') >= 5)
            assert platform.stop() == 0
    for hidden in (str(person), str(person + 1), email):
        assert hidden not in platform.output
    lines = [json.loads(line) for line in platform.lines if line.startswith("{")]
    letters = [line for line in lines if line["message"] == "a record is a dead letter"]
    of_refusal = next(line for line in letters if line["code"] == "webhook_refused")
    alert = next(line for line in lines if line["message"] == "fraud alert")
    for line in (of_refusal, alert):
        assert line["order_id"] == str(order_id) and line["trace_id"] == trace
        assert line["topic"] == "fraud-alerts" and line["partition"].isdigit() and line["offset"].isdigit()
    # A key that is no order's id may be anything.
    assert any("order_id" not in line for line in letters) and all(line["trace_id"] == trace for line in letters)
