import re
import subprocess

import expressions
import faults
import files
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
        text = (PROMETHEUS / name).read_text()
        text = re.sub(r"/etc/prometheus/(orders|metrics)-token", str(token), text)
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


def test_every_expression_names_metrics_and_labels_that_exist():
    found = list(files.expressions())
    assert len(found) > 60
    assert not list(expressions.unknown(found))


@pytest.mark.parametrize(
    "wrong",
    [
        "rate(orders_batches_comitted[1m])",
        'orders_problems{service="sink"}',
        "sum by (topics) (orders_problems)",
        "sum by (service) (orders_problems)",
        "histogram_quantile(0.9, sum by (le) (rate(orders_batches_committed_total[1m])))",
        "rate(orders_batches_committed_total_bucket[1m])",
        "max_over_time(orders_nothing[1h:1m])",
        "absent(orders_nothing)",
    ],
)
def test_a_wrong_name_is_found(wrong):
    assert list(expressions.unknown([("planted", wrong)]))
