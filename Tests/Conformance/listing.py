"""What of a suite does not apply to this broker, and why."""

import fnmatch
from dataclasses import dataclass


@dataclass
class Result:
    """Of one test: passed, failed or skipped, with the end of its output."""

    outcome: str
    detail: str = ""


@dataclass
class Verdict:
    passed: int
    skipped: int
    inapplicable: int
    #: Failed, and not listed.
    unexpected: list
    #: Listed as failing, but passed.
    surprising: list


class Listing:
    """Lines of `fail PATTERN  REASON` or `skip PATTERN  REASON`. What fails is run all the same, to notice that it does
    not any more; what is skipped would hang, or take down what runs with it."""

    def __init__(self, path):
        self.fails, self.skips = [], []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            kind, pattern, reason = ([*line.split(None, 2), "", ""])[:3]
            if kind not in ("fail", "skip") or not reason:
                raise ValueError(f'{path}:{number}: not "fail PATTERN REASON" or "skip PATTERN REASON"')
            (self.fails if kind == "fail" else self.skips).append(pattern)

    def is_skipped(self, name):
        return matches(name, self.skips)

    def judge(self, results):
        listed = {name for name in results if matches(name, self.fails)}
        by = {
            outcome: {n for n, r in results.items() if r.outcome == outcome}
            for outcome in ("passed", "failed", "skipped")
        }
        left_out = {name for name, result in results.items() if result.outcome == "left out"}
        return Verdict(
            passed=len(by["passed"]),
            skipped=len(by["skipped"]),
            inapplicable=len(by["failed"] & listed) + len(left_out),
            unexpected=sorted(by["failed"] - listed),
            surprising=sorted(by["passed"] & listed),
        )


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
