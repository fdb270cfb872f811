import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import leaks
import secured_mode


@pytest.fixture(autouse=True)
def nothing_secret_is_shown():
    """In the secured mode: of every test, what it made is searched for secrets."""
    leaks.begin()
    yield
    if secured_mode.IS_SECURED:
        leaks.check()


def pytest_addoption(parser):
    parser.addoption("--half", type=int, choices=(1, 2), help="every other file, so that two runs can share the work")


def pytest_collection_modifyitems(config, items):
    half = config.getoption("--half")
    if half is None:
        return
    files = sorted({item.path for item in items})
    chosen = set(files[half - 1 :: 2])
    items[:] = [item for item in items if item.path in chosen]


def pytest_report_header():
    return f"orders: {'TLS, logins and API keys' if secured_mode.IS_SECURED else 'in the open, on loopback'}"


@pytest.fixture
def data(tmp_path):
    """A data directory of the test's own."""
    return tmp_path / "data"
