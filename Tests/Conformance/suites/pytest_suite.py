"""Suites that pytest runs."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from listing import Result

from .base import Suite

PLUGINS = Path(__file__).resolve().parent.parent / "plugins"
SECONDS = 3600


class PytestSuite(Suite):
    def pytest(self, python, *arguments, env):
        report, skips, left = (self.folder / name for name in ("report.xml", "skips", "left-out"))
        skips.write_text("\n".join(self.listing.skips))
        for old in (report, left):
            old.unlink(missing_ok=True)
        self.command(
            python,
            "-m",
            "pytest",
            "-p",
            "conformance_skips",
            "-p",
            "no:cacheprovider",
            "--timeout=180",
            "-q",
            "--junitxml",
            report,
            *arguments,
            log="pytest.log",
            seconds=SECONDS,
            cwd=self.work,
            env=env | {"PYTHONPATH": PLUGINS, "CONFORMANCE_SKIPS": skips, "CONFORMANCE_LEFT_OUT": left},
        )
        if not report.exists():
            return {"the whole suite": Result("failed", (self.folder / "pytest.log").read_text()[-3000:])}
        results = {name: Result("left out") for name in left.read_text().splitlines()}
        for case in ElementTree.parse(report).iter("testcase"):
            results[f"{case.get('classname')}::{case.get('name')}"] = outcome(case)
        return results


def outcome(case):
    for kind in ("failure", "error"):
        if (found := case.find(kind)) is not None:
            return Result("failed", found.text or found.get("message"))
    return Result("passed" if case.find("skipped") is None else "skipped")
