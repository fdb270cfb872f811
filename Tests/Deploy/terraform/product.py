"""What the platform has, from its own pages and sources: settings and commands."""

import re

from terraform import ROOT


def settings():
    page = (ROOT / "docs" / "CONFIGURATION.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", page, re.MULTILINE))


def commands():
    found = set()
    for path in (ROOT / "Sources" / "orders").rglob("*.swift"):
        found |= set(re.findall(r'commandName: "([a-z]+)"', path.read_text(encoding="utf-8")))
    return found


def topology():
    """Service to the topics it reads and writes."""
    topics = ROOT / "Sources" / "OrderEvents" / "Topics"
    named = (topics / "Topics.swift").read_text()
    names = dict(re.findall(r'static let (\w+) = (?:Topic<\w+>\(name: )?"([\w-]+)"', named))
    source = re.sub(r"//[^\n]*", "", (topics / "Topology.swift").read_text())
    found = {}
    for name, reads, rest in re.findall(r'PlatformService\(\s*"(\w+)", reads: \[([^\]]*)\]([^)]*)\)', source):
        writes = re.search(r"writes: \[([^\]]*)\]", rest)
        found[name] = {
            key: [names[topic] for topic in re.findall(r"Topics\.(\w+)", text)]
            for key, text in (("reads", reads), ("writes", writes.group(1) if writes else ""))
        }
    return found
