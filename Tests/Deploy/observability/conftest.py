import pytest


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="every alert, also those whose fault takes minutes")


@pytest.fixture(scope="session")
def is_full(request):
    return request.config.getoption("--full")
