"""Leaves out what a suite's list says must not run, and tells what that was."""

import fnmatch
import os
from pathlib import Path


def name_of(item):
    parts = item.nodeid.split("::")
    return ".".join([parts[0].removesuffix(".py").replace("/", "."), *parts[1:-1]]) + "::" + parts[-1]


def pytest_collection_modifyitems(config, items):
    patterns = Path(os.environ["CONFORMANCE_SKIPS"]).read_text().splitlines()
    left = [item for item in items if any(fnmatch.fnmatchcase(name_of(item), pattern) for pattern in patterns)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]
    Path(os.environ["CONFORMANCE_LEFT_OUT"]).write_text("\n".join(map(name_of, left)))
