"""For each alert: the series of a fault, as promtool writes them with a step of a minute, and when it must fire."""

FAILURES = ['http_server_requests_total{status="500"} 0+6x5000', 'http_server_requests_total{status="200"} 0+94x5000']
LATE = [
    'orders_accepted_to_stored_seconds_bucket{le="2"} 0+94x5000',
    "orders_accepted_to_stored_seconds_count 0+100x5000",
]
TRICKLE = ['http_server_requests_total{status="500"} 0+1x5000', 'http_server_requests_total{status="200"} 0+199x5000']
OFTEN_LATE = [
    'orders_accepted_to_stored_seconds_bucket{le="2"} 0+199x5000',
    "orders_accepted_to_stored_seconds_count 0+200x5000",
]

FAULTS = {
    "ApiBudgetBurnFast": (FAILURES, "2h"),
    "ApiBudgetBurnSlow": (FAILURES, "8h"),
    "ApiBudgetBurnTrickle": (TRICKLE, "30h"),
    "LateBudgetBurnFast": (LATE, "2h"),
    "LateBudgetBurnSlow": (LATE, "8h"),
    "LateBudgetBurnTrickle": (OFTEN_LATE, "30h"),
    "ApiDown": (['up{job="orders",instance="a"} 0x10'], "5m"),
    "ServiceDown": (['up{job="orders-services",instance="b"} 0x10'], "5m"),
    "ServiceBehind": (['orders_lag_seconds{service="sink"} 0+60x30'], "15m"),
    "MetricsMissing": (["other 1x10"], "10m"),
    "ServiceRetrying": (['orders_service_retrying{service="sink"} 1x20'], "10m"),
    "PartitionsStalled": (['orders_stalled_partitions{service="sink"} 1x20'], "10m"),
    "ProblemsLast": (["orders_problems 2x30"], "20m"),
    "RecordsCut": (['orders_log_cut_records_total{service="sink",topic="orders"} 0x5 7x30'], "10m"),
    "ReconcilerFindings": (["orders_reconciler_findings_total 1x10"], "5m"),
    "ReconcilerCoverageLow": (["orders_reconciler_coverage_ratio 0.2x60"], "40m"),
    "DeadLettersOpen": (['orders_dead_letters_open{topic="orders",group="payments-group"} 3x30'], "20m"),
    "DeadLettersMany": (['orders_dead_letters_total{service="payments"} 0+120x30'], "15m"),
    "OrdersRefused": (["orders_api_orders_refused_total 0+10x30"], "15m"),
    "CommitsSlow": (
        [
            'orders_commit_duration_seconds_bucket{service="sink",le="1"} 0+1x60',
            'orders_commit_duration_seconds_bucket{service="sink",le="2.5"} 0+60x60',
            'orders_commit_duration_seconds_bucket{service="sink",le="+Inf"} 0+60x60',
        ],
        "30m",
    ),
    "BatchesFail": (['orders_batches_failed_total{service="sink"} 0+30x60'], "30m"),
    "KafkaThrottles": (["orders_kafka_throttled_milliseconds_total 0+20000x60"], "30m"),
    "ClientsRenewed": (['orders_client_renewals_total{client="live tail"} 0+1x60'], "40m"),
    "SlowReaders": (["orders_api_event_stream_slow_clients_total 0+5x60"], "30m"),
    "FilesNearLimit": (['process_open_fds{instance="a"} 900x60', 'process_max_fds{instance="a"} 1000x60'], "20m"),
    "SeriesDropped": (["prometheus_series_dropped_total 0+1x60"], "30m"),
}

# A platform that is well: nothing may fire.
WELL = [
    'up{job="orders",instance="a"} 1x5000',
    'http_server_requests_total{status="200"} 0+100x5000',
    "orders_problems 0x5000",
    'orders_accepted_to_stored_seconds_bucket{le="2"} 0+100x5000',
    "orders_accepted_to_stored_seconds_count 0+100x5000",
    'orders_lag_seconds{service="sink"} 1x5000',
    'orders_log_cut_records_total{service="sink",topic="order-analytics"} 0x5000',
    "orders_reconciler_findings_total 0x5000",
    "orders_reconciler_coverage_ratio 1x5000",
    'orders_service_retrying{service="sink"} 0x5000',
    'orders_stalled_partitions{service="sink"} 0x5000',
    'orders_dead_letters_open{topic="orders",group="payments-group"} 0x5000',
    'orders_commit_duration_seconds_bucket{service="sink",le="0.01"} 0+60x5000',
    'orders_commit_duration_seconds_bucket{service="sink",le="+Inf"} 0+60x5000',
    'process_open_fds{instance="a"} 300x5000',
    'process_max_fds{instance="a"} 1000x5000',
]
