"""What the expressions of rules and boards name, held against the registry of metrics."""

import re

import files
import promql_parser

# The labels that Prometheus itself gives.
GIVEN = {"job", "instance"}
CHILDREN = ("lhs", "rhs", "expr", "param", "args", "vector_selector")


def selectors(node, grouped=frozenset()):
    """(metric, labels that are matched, labels that those around it keep) of each selector below a node."""
    if isinstance(node, promql_parser.VectorSelector):
        matched = {matcher.name for matcher in node.matchers.matchers} - {"__name__"}
        names = {matcher.value for matcher in node.matchers.matchers if matcher.name == "__name__"} or {node.name}
        for name in names:
            yield name, matched, grouped
        return
    if isinstance(node, promql_parser.AggregateExpr) and node.modifier is not None:
        grouped = grouped | set(node.modifier.labels)
    for attribute in CHILDREN:
        child = getattr(node, attribute, None)
        for one in child if isinstance(child, list) else [child]:
            if isinstance(one, promql_parser.Expr | promql_parser.VectorSelector):
                yield from selectors(one, grouped)


def made():
    """The names that the recording rules make."""
    return {rule["record"] for rule in files.rules() if "record" in rule}


def base(metric, known):
    """The registry's name of a series, and whether it has the label le."""
    family = re.sub(r"_(bucket|sum|count)$", "", metric)
    if metric not in known and family in known and known[family].kind == "histogram":
        return family, metric.endswith("_bucket")
    return metric, False


def unknown(expressions):
    """What is wrong with the names and labels of (place, expression)."""
    known, recorded = files.metrics(), made()
    for place, expression in expressions:
        for metric, matched, grouped in selectors(promql_parser.parse(expression)):
            if metric in recorded or metric in files.OWN:
                continue
            name, has_bounds = base(metric, known)
            if name not in known:
                yield f"{place}: the platform has no metric {metric}"
                continue
            labels = known[name].labels | GIVEN | ({"le"} if has_bounds else set())
            if extra := (matched | grouped) - labels:
                yield f"{place}: {metric} has no label {', '.join(sorted(extra))}"
