import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def data(tmp_path):
    """A data directory of the test's own."""
    return tmp_path / "data"
