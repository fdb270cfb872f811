"""A real Prometheus scrapes a running platform: every expression of rules and boards has an answer, or is deliberately
without one; every process has the metrics that the registry says it has."""

import re

import expressions
import files
import promql_parser
import pytest
import yaml
from running import ORDERS, Processes, Prometheus, free_port, get, until

# Rare in a platform that is well, and zero where they are shown: an alert that compares has no result then.
COMPARING = (" > ", " < ", " == ", "absent(")
SERVICES = ("fraud", "payments", "analytics", "sink", "alerting")


def rare():
    """Metrics that are not there before something has happened that does not happen here."""
    waits_for = {
        "a paid order is cancelled": "the producer cancels none",
        "an attempt fails": "none fails",
        "endpoints are set up": "none are",
        "an answer is delayed": "the embedded broker has no quotas",
    }
    found = {name for name, metric in files.metrics().items() if metric.there_from in waits_for}
    assert {files.metrics()[name].there_from for name in found} == set(waits_for), "one of them is known no more"
    return found


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    if not ORDERS:
        pytest.skip("ORDERS_BIN names no platform")
    started = Processes(tmp_path_factory.mktemp("scrape"))
    yield started
    started.end_all()


@pytest.fixture(scope="module")
def prometheus(processes):
    http, kafka = free_port(), free_port()
    config = yaml.safe_load((files.FOLDER / "prometheus" / "prometheus.yaml").read_text())
    del config["alerting"], config["scrape_configs"][0]["authorization"], config["scrape_configs"][1:]
    config["scrape_configs"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{http}"]}]
    rules = {
        name: (files.FOLDER / "prometheus" / name).read_text().replace("interval: 30s", "interval: 1s")
        for name in config["rule_files"]
    }
    arguments = ["--rate", "50", "--data-dir", processes.folder / "data"]
    processes.orders("platform", "up", *arguments, "--http", f"127.0.0.1:{http}", "--kafka", f"127.0.0.1:{kafka}")
    running = Prometheus(processes, config, rules)
    # Something for the series of requests.
    until(lambda: get(f"http://127.0.0.1:{http}/api/stats"), 60, "the platform answers")
    # The last of the rules rest on earlier ones.
    seen = "min(count_over_time(orders:late:ratio_rate3d[5m])) > 5 and min(count_over_time(orders_lag_seconds[5m])) > 5"
    until(lambda: running.query(seen), 120, "Prometheus has scraped the platform")
    return running


def test_every_expression_is_answered(prometheus):
    empty = []
    for place, expression in files.expressions():
        named = {expressions.base(metric, files.metrics())[0] for metric, *_ in found(expression)}
        if (
            not any(sign in expression for sign in COMPARING)
            and not named & rare()
            and not prometheus.query(expression)
        ):
            empty.append(f"{place}: {expression}")
    assert not empty


def test_every_comparison_of_an_alert_is_about_something_that_is_there(prometheus):
    """An alert that does not fire has no result. What it compares has one, or waits for something rare."""
    without = []
    for rule in files.alerts():
        for metric, *_ in found(rule["expr"]):
            name = expressions.base(metric, files.metrics())[0]
            # There is no service that runs alone here.
            if name not in rare() and not prometheus.query(metric):
                without.append(f"{rule['alert']}: {metric}")
    assert not without


def found(expression):
    return list(expressions.selectors(promql_parser.parse(expression)))


def test_every_rule_is_evaluated(prometheus):
    rules = prometheus.rules()
    assert len(rules) == len(list(files.rules()))
    assert not [rule for rule in rules if rule["health"] == "err"]
    assert not prometheus.firing(), "a platform that is well"


def families(page):
    """Metric to its type, of a page of metrics."""
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE))


def test_every_process_has_what_the_registry_says_of_it_and_nothing_else(processes):
    known = files.metrics()
    kafka, folder = f"127.0.0.1:{free_port()}", processes.folder
    pages = {}

    def start(name, *arguments):
        address = f"127.0.0.1:{free_port()}"
        processes.orders(name, name, "--data-dir", folder / f"{name}-alone", "--metrics", address, *arguments)
        pages[name] = f"http://{address}/metrics"

    start("broker", "--kafka", kafka)
    for name in SERVICES:
        shared = ["--data-dir", folder / "shared"] if name == "sink" else []
        start(name, "--kafka", kafka, *shared)
    start("producer", "--kafka", kafka, "--rate", "50")
    start("api", "--kafka", kafka, "--http", f"127.0.0.1:{free_port()}", "--data-dir", folder / "shared")

    def look(name):
        page = families(get(pages[name]))
        # A client that is made late has its counters late.
        return page if missing(name, page) == set() else None

    def missing(name, page):
        expected = {metric for metric, row in known.items() if publishes(row, name) and row.there_from == "the start"}
        return expected - set(page)

    for name in pages:
        try:
            page = until(lambda name=name: look(name), 60, f"{name} has its metrics")
        except AssertionError:
            raise AssertionError(f"{name} lacks {missing(name, families(get(pages[name])))}") from None
        assert not {metric for metric in page if metric not in known}, name
        assert all(kind == known[metric].kind for metric, kind in page.items()), name
        assert not {metric for metric in page if not publishes(known[metric], name)}, name


def publishes(row, name):
    sets = {
        "every process": {*SERVICES, "broker", "producer", "api"},
        "each service that reads topics": set(SERVICES),
        "each client of Kafka": {*SERVICES, "producer", "api"},
    }
    return name in sets.get(row.publishers, set(row.publishers.split(", ")))
