#!/usr/bin/env python3
"""Writes the Grafana boards beside this file, in grafana/: each is a list of panels. Run it after a change here."""

import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
RATE = "[$__rate_interval]"


def rate(metric, by=""):
    inner = f"rate({metric}{RATE})"
    return f"sum by ({by}) ({inner})" if by else f"sum({inner})"


def quantile(share, metric, by=""):
    labels = ", ".join(["le", *([by] if by else [])])
    return f"histogram_quantile({share}, sum by ({labels}) (rate({metric}_bucket{RATE})))"


# title: (title of the panel, unit, what each line is called, expressions)
BOARDS = {
    "business": (
        "Orders: business",
        [
            ("Orders taken over HTTP", "ops", "taken", [rate("orders_api_orders_accepted_total")]),
            (
                "Orders refused and contradicted",
                "ops",
                "{{__name__}}",
                [rate("orders_api_orders_refused_total"), rate("orders_api_orders_contradicted_total")],
            ),
            (
                "Payments and alerts made",
                "ops",
                "{{service}}",
                [rate('orders_records_emitted_total{service=~"payments|fraud"}', "service")],
            ),
            (
                "Accepted to stored, p50 and p99.9",
                "s",
                "{{__name__}}",
                [
                    quantile(0.5, "orders_accepted_to_stored_seconds"),
                    quantile(0.999, "orders_accepted_to_stored_seconds"),
                ],
            ),
            ("Budget of late orders burnt, 1 h", "short", "times", ["orders:late:ratio_rate1h / 0.001"]),
            ("Refunds due", "short", "{{currency}}", ["max by (currency) (orders_refunds_due)"]),
            ("Refunds due, amount", "short", "{{currency}}", ["max by (currency) (orders_refunds_due_amount)"]),
            ("Open dead letters", "short", "{{topic}} {{group}}", ["sum by (topic, group) (orders_dead_letters_open)"]),
        ],
    ),
    "pipeline": (
        "Orders: pipeline",
        [
            ("Records processed", "ops", "{{service}}", [rate("orders_records_processed_total", "service")]),
            ("Records written", "ops", "{{service}}", [rate("orders_records_emitted_total", "service")]),
            ("Latency by stage, p50", "s", "{{service}}", [quantile(0.5, "orders_stage_latency_seconds", "service")]),
            ("Latency by stage, p99", "s", "{{service}}", [quantile(0.99, "orders_stage_latency_seconds", "service")]),
            ("Lag", "short", "{{service}} {{topic}}", ["max by (service, topic) (orders_lag_records)"]),
            ("Age of the oldest unread record", "s", "{{service}}", ["max by (service) (orders_lag_seconds)"]),
            ("Time to drain", "s", "{{service}}", ["max by (service) (orders_drain_seconds)"]),
            ("Transactions", "ops", "{{service}} {{result}}", [rate("orders_transactions_total", "service, result")]),
            ("State", "bytes", "{{service}}", ["sum by (service) (orders_state_bytes)"]),
            ("Rows brought to the store", "ops", "{{kind}}", [rate("orders_store_rows_total", "kind")]),
            ("Batch of the store, p99", "s", "p99", [quantile(0.99, "orders_store_write_duration_seconds")]),
            ("Batches committed", "ops", "{{service}}", [rate("orders_batches_committed_total", "service")]),
            ("Commit, p50", "s", "{{service}}", [quantile(0.5, "orders_commit_duration_seconds", "service")]),
            ("Commit, p99", "s", "{{service}}", [quantile(0.99, "orders_commit_duration_seconds", "service")]),
            ("Attempts that failed", "ops", "{{service}}", [rate("orders_batches_failed_total", "service")]),
            ("Instances that wait", "short", "{{service}}", ["max by (service) (orders_service_retrying)"]),
            ("Partitions that stand still", "short", "{{service}}", ["max by (service) (orders_stalled_partitions)"]),
            ("Age of the oldest unchecked order", "s", "age", ["max(orders_reconciler_delay_seconds)"]),
            (
                "Orders checked and skipped",
                "ops",
                "{{__name__}}",
                [rate("orders_reconciler_checked_total"), rate("orders_reconciler_skipped_total")],
            ),
            ("Coverage of the reconciler", "percentunit", "coverage", ["min(orders_reconciler_coverage_ratio)"]),
        ],
    ),
    "broker": (
        "Orders: Kafka",
        [
            ("Embedded broker, requests", "ops", "{{api}}", [rate("orders_broker_requests_total", "api")]),
            (
                "Embedded broker, bytes",
                "Bps",
                "{{__name__}}",
                [
                    rate("orders_broker_received_bytes_total"),
                    rate("orders_broker_sent_bytes_total"),
                    rate("orders_broker_journal_bytes_total"),
                ],
            ),
            (
                "Embedded broker, commit p50 and p99",
                "s",
                "{{__name__}}",
                [
                    quantile(0.5, "orders_broker_commit_duration_seconds"),
                    quantile(0.99, "orders_broker_commit_duration_seconds"),
                ],
            ),
            ("Clients replaced", "ops", "{{client}}", [rate("orders_client_renewals_total", "client")]),
            ("Delay by quotas, ms a second", "short", "delay", [rate("orders_kafka_throttled_milliseconds_total")]),
            (
                "Records deleted unread",
                "short",
                "{{service}} {{topic}}",
                ["sum by (service, topic) (increase(orders_log_cut_records_total[1h]))"],
            ),
            ("Dead letters written", "ops", "{{service}}", [rate("orders_dead_letters_total", "service")]),
            (
                "Retries by their code",
                "ops",
                "{{service}} {{code}}",
                ["sum by (service, code) (rate(orders_retries_total[$__rate_interval]))"],
            ),
            ("Problems", "short", "problems", ["max(orders_problems)"]),
        ],
    ),
    "api": (
        "Orders: API",
        [
            ("Requests by status", "reqps", "{{status}}", [rate("http_server_requests_total", "status")]),
            ("Requests by route", "reqps", "{{route}}", [rate("http_server_requests_total", "route")]),
            (
                "Time to the head, p99",
                "s",
                "{{route}}",
                [quantile(0.99, "http_server_request_duration_seconds", "route")],
            ),
            ("Intake by the log, p99", "s", "p99", [quantile(0.99, "orders_api_intake_duration_seconds")]),
            ("Requests under way", "short", "{{instance}}", ["sum by (instance) (http_server_requests_in_flight)"]),
            (
                "Clients of the event stream",
                "short",
                "{{instance}}",
                ["sum by (instance) (orders_api_event_stream_clients)"],
            ),
            (
                "Events sent and left out",
                "ops",
                "{{__name__}}",
                [rate("orders_api_event_stream_events_total"), rate("orders_api_event_stream_events_skipped_total")],
            ),
            (
                "CPU",
                "percentunit",
                "{{instance}}",
                ["sum by (instance) (rate(process_cpu_seconds_total[$__rate_interval]))"],
            ),
            ("Memory", "bytes", "{{instance}}", ["max by (instance) (process_resident_memory_bytes)"]),
            ("Budget of failures burnt, 1 h", "short", "times", ["orders:api_failures:ratio_rate1h / 0.001"]),
            ("Open files", "percentunit", "{{instance}}", ["max by (instance) (process_open_fds / process_max_fds)"]),
        ],
    ),
}
SOURCE = {"type": "prometheus", "uid": "${source}"}


def line(expression):
    share = re.match(r"histogram_quantile\((0\.\d+)", expression)
    return f"p{float(share[1]) * 100:g}" if share else re.search(r"orders_\w+", expression).group()


def panel(index, title, unit, legend, expressions):
    # Several lines of one panel are called by their metrics.
    names = [legend] if len(expressions) == 1 else [line(found) for found in expressions]
    return {
        "id": index + 1,
        "type": "timeseries",
        "title": title,
        "datasource": SOURCE,
        "gridPos": {"x": 12 * (index % 2), "y": 8 * (index // 2), "w": 12, "h": 8},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": SOURCE, "expr": expression, "legendFormat": name}
            for place, (expression, name) in enumerate(zip(expressions, names, strict=True))
        ],
    }


def board(uid, title, panels):
    return {
        "uid": f"orders-{uid}",
        "title": title,
        "tags": ["orders"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [{"name": "source", "label": "Source", "type": "datasource", "query": "prometheus"}]},
        "panels": [panel(index, *given) for index, given in enumerate(panels)],
    }


def boards():
    return {f"{uid}.json": json.dumps(board(uid, *given), indent=1) + "\n" for uid, given in BOARDS.items()}


if __name__ == "__main__":
    for name, text in boards().items():
        (HERE / "grafana" / name).write_text(text)
