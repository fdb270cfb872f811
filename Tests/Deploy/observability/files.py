"""The files of infra/observability, and what the platform says that it has."""

import json
import pathlib
import re

import yaml

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
    """Metric to its labels, from the table of docs/OPERATIONS.md, which is tested against the sources."""
    page = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8").partition("### Metrics")[2]
    page = page.partition("\n## ")[0]
    found = {}
    for names, labels in re.findall(r"^\| (`[a-z_`, ]+`) \| ([a-z, ]*) ?\|", page, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", names):
            found[name] = {label for label in labels.replace(" ", "").split(",") if label}
    return found
