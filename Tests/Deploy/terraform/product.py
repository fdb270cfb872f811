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
