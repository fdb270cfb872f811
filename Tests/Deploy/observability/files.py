"""The files of infra/observability, and what the platform says that it has."""

import collections
import json
import pathlib

import yaml

Metric = collections.namedtuple("Metric", "kind unit labels there_from publishers")
ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDER = ROOT / "infra" / "observability"
BIN = ROOT / ".build" / "prometheus" / "usr" / "bin"
# What Prometheus itself makes.
OWN = {"up", "ALERTS"}


def rules():
    """Every rule, of both files."""
    for name in ("slo.yaml", "alerts.yaml"):
        for group in yaml.safe_load((FOLDER / "prometheus" / name).read_text())["groups"]:
            yield from group["rules"]


def alerts():
    return [rule for rule in rules() if "alert" in rule]


def boards():
    return {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "grafana").glob("*.json"))}


def expressions():
    """(where, expression) of every rule and panel. Grafana's interval is put in."""
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"]
    for name, board in boards().items():
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield f"{name}: {panel['title']}", target["expr"].replace("$__rate_interval", "1m")


def metrics():
    """Metric to its row of docs/METRICS.md, which is made from the registry in the sources."""
    page = (ROOT / "docs" / "METRICS.md").read_text(encoding="utf-8")
    table = page.partition("<!-- metrics: from the code -->")[2].partition("<!-- end of metrics -->")[0]
    found = {}
    for line in table.strip().splitlines()[2:]:
        name, kind, unit, labels, _, there_from, publishers = (cell.strip() for cell in line.strip("|").split(" | "))
        labels = frozenset(label for label in labels.split(", ") if label)
        found[name.strip("`")] = Metric(kind, unit, labels, there_from, publishers)
    return found
