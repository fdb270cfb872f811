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


def pytest_report_header():
    return f"orders: {'TLS, logins and API keys' if secured_mode.IS_SECURED else 'in the open, on loopback'}"


@pytest.fixture
def data(tmp_path):
    """A data directory of the test's own."""
    return tmp_path / "data"
