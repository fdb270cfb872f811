import re
import subprocess

import faults
import files
import promql_parser
import pytest
import yaml

PROMETHEUS = files.FOLDER / "prometheus"
ALERTMANAGER = files.FOLDER / "alertmanager" / "alertmanager.yaml"


def tool(name, *arguments):
    return subprocess.run([files.BIN / name, *arguments], capture_output=True, text=True, check=False)


def test_prometheus_takes_the_configuration(tmp_path):
    # The token is a file of the deployment.
    token = tmp_path / "token"
    token.write_text("token")
    for name in ("slo.yaml", "alerts.yaml", "prometheus.yaml"):
        text = (PROMETHEUS / name).read_text().replace("/etc/prometheus/orders-token", str(token))
        (tmp_path / name).write_text(text)
    done = tool("promtool", "check", "config", tmp_path / "prometheus.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_alertmanager_takes_the_configuration():
    done = tool("amtool", "check-config", ALERTMANAGER)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("severity", "receiver"), [("page", "pages"), ("ticket", "tickets"), ("other", "tickets")])
def test_each_severity_has_its_receiver(severity, receiver):
    done = tool("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", f"severity={severity}")
    assert done.stdout.strip() == receiver


def fired(tmp_path, series, time, expected):
    """promtool's test of rules: which alerts fire at a time. `expected`: alert to how many, or nothing at all."""
    for name in ("slo.yaml", "alerts.yaml"):
        (tmp_path / name).write_text((PROMETHEUS / name).read_text())
    inputs = [dict(zip(("series", "values"), line.split(" ", 1), strict=True)) for line in series]
    checks = [
        {
            "expr": f'count(ALERTS{{alertname="{alert}", alertstate="firing"}})' if alert else "count(ALERTS)",
            "eval_time": time,
            "exp_samples": [{"labels": "{}", "value": count}] if count else [],
        }
        for alert, count in expected.items()
    ]
    test = {
        "rule_files": ["slo.yaml", "alerts.yaml"],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": inputs, "promql_expr_test": checks}],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(test))
    return tool("promtool", "test", "rules", tmp_path / "test.yaml")


def test_every_alert_has_a_fault():
    assert set(faults.FAULTS) == {rule["alert"] for rule in files.alerts()}


@pytest.mark.parametrize("alert", faults.FAULTS)
def test_an_alert_fires_on_its_fault(alert, tmp_path):
    series, time = faults.FAULTS[alert]
    done = fired(tmp_path, series, time, {alert: 1})
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_fires_while_the_platform_is_well(tmp_path):
    done = fired(tmp_path, faults.WELL, "78h", {"": 0})
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_says_what_is_wrong_and_where_to_read_on():
    page = (files.ROOT / "docs" / "RUNBOOKS.md").read_text()
    sections = {heading.lower() for heading in re.findall(r"^## (\w+)$", page, re.MULTILINE)}
    linked = set()
    for rule in files.alerts():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"] and rule["annotations"]["description"]
        page, _, section = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/RUNBOOKS.md"
        assert section in sections, f"{rule['alert']} has no runbook"
        linked.add(section)
    assert linked == sections, "a runbook of no alert"


def selectors(expression):
    """(metric, labels that are looked at) of an expression."""
    text = promql_parser.parse(expression).prettify()
    grouped = {label for labels in re.findall(r"by \(([^)]*)\)", text) for label in re.split(r",\s*", labels) if label}
    for metric, matchers in re.findall(r"([a-z_:][a-z0-9_:]*)(?:\{([^}]*)\})?(?![\w(:]|\s*\()", text):
        if "_" in metric or ":" in metric or metric in files.OWN:
            yield metric, {part.strip() for part in re.findall(r"(\w+)\s*[=!]", matchers)}, grouped


def unknown(expressions):
    known = files.metrics()
    made = {rule["record"] for rule in files.rules() if "record" in rule}
    functions = {"histogram_quantile", "avg_over_time", "rate", "increase", "sum", "max", "min", "absent", "vector"}
    for place, expression in expressions:
        for metric, matched, grouped in selectors(expression):
            base = re.sub(r"_(bucket|sum|count)$", "", metric)
            if metric in made or metric in files.OWN or metric in functions:
                continue
            if base not in known:
                yield f"{place}: the platform has no metric {metric}"
            elif extra := matched - known[base] - {"job", "instance", "le"}:
                yield f"{place}: {metric} has no label {extra}"
            elif extra := grouped - {"instance", "le"} - set().union(*known.values()):
                yield f"{place}: no metric has the label {extra}"


def test_every_expression_names_metrics_and_labels_that_exist():
    found = list(files.expressions())
    assert len(found) > 60
    assert not list(unknown(found))


@pytest.mark.parametrize(
    "wrong",
    ["rate(orders_batches_comitted[1m])", 'orders_problems{service="sink"}', "sum by (topics) (orders_problems)"],
)
def test_a_wrong_name_is_found(wrong):
    assert list(unknown([("planted", wrong)]))
