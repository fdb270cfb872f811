"""The chart, rendered by Helm's engine."""

import copy
import pathlib

import helm_python
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
CHART = ROOT / "k8s" / "charts" / "orders"
VALUE_SETS = sorted(path.stem for path in (CHART / "ci").glob("*.yaml"))


def values(name):
    return yaml.safe_load((CHART / "ci" / f"{name}.yaml").read_text())


def changed(name, path, value):
    """A value set with one value changed: `api.jwt.keySet`."""
    found = copy.deepcopy(values(name))
    *parents, last = path.split(".")
    inner = found
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[last] = value
    return found


def render(given, folder=CHART):
    """Path to text, without the notes."""
    with helm_python.Chart.load(str(folder)) as chart:
        texts = chart.render(given, name="demo", namespace="prod")
    return {path: text for path, text in texts.items() if path.endswith(".yaml") and text.strip()}


def manifests(given, folder=CHART):
    texts = render(given, folder).values()
    return [document for text in texts for document in yaml.safe_load_all(text) if document]


def of_kind(documents, *kinds):
    return [document for document in documents if document["kind"] in kinds]


def pods(documents):
    """(name, template or pod) of everything that makes pods."""
    for document in of_kind(documents, "Deployment", "StatefulSet"):
        yield document["metadata"]["name"], document["spec"]["template"]
    for document in of_kind(documents, "Pod"):
        yield document["metadata"]["name"], document
