"""What the platform has, from its own pages and sources: settings, secrets, commands, and who reads what."""

import re

from chart import ROOT


def rows():
    page = (ROOT / "docs" / "CONFIGURATION.md").read_text(encoding="utf-8")
    return [line.split(" | ") for line in page.splitlines() if re.match(r"\| `[A-Z][A-Z0-9_]+` \|", line)]


def settings():
    return {row[0].strip("| `") for row in rows()}


def secret_settings():
    return {row[0].strip("| `") for row in rows() if "yes" in row[-1]}


def commands():
    found = set()
    for path in (ROOT / "Sources" / "orders").rglob("*.swift"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'commandName: "([a-z]+)"', text))
    return found | {"up"}


def topology():
    """Service to its group and the topics it reads."""
    source = (ROOT / "Sources/OrderEvents/Topics/Topology.swift").read_text(encoding="utf-8")
    names = (ROOT / "Sources/OrderEvents/Topics/Topics.swift").read_text(encoding="utf-8")
    topics = dict(re.findall(r'static let (\w+) = (?:Topic<\w+>\(name: )?"([\w-]+)"', names))
    found = {}
    for name, reads in re.findall(r'PlatformService\(\s*(?://[^\n]*\s*)?"(\w+)", reads: \[([^\]]*)\]', source):
        found[name] = {
            "group": f"{name}-group",
            "topics": [topics[topic] for topic in re.findall(r"Topics\.(\w+)", reads)],
        }
    return found
