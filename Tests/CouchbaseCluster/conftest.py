import sys
from datetime import timedelta
from pathlib import Path

import pytest
from couchbase.auth import PasswordAuthenticator
from couchbase.cluster import Cluster
from couchbase.options import ClusterOptions, ClusterTimeoutOptions

sys.path.insert(0, str(Path(__file__).parent))

from running_cluster import RunningCluster


def connect(server, tls=False, password=None, string=None, mechanism=None, **timeouts):
    """The official SDK on a cluster."""
    given = {
        "bootstrap_timeout": 5,
        "connect_timeout": 5,
        "kv_timeout": 5,
        "kv_durable_timeout": 5,
        "query_timeout": 5,
        **timeouts,
    }
    chosen = {"cert_path": server.ca} if tls else {}
    if mechanism:
        chosen["allowed_sasl_mechanisms"] = [mechanism]
    options = ClusterOptions(
        PasswordAuthenticator(server.user, password or server.password, **chosen),
        timeout_options=ClusterTimeoutOptions(**{name: timedelta(seconds=value) for name, value in given.items()}),
    )
    return Cluster(string or (server.tls_connection_string if tls else server.connection_string), options)


@pytest.fixture(scope="session")
def server():
    """Three nodes with two replicas and TLS, one for all tests that put it back as it was."""
    running = RunningCluster("--replicas", "2", "--vbuckets", "128", "--tls", "--seed", "1")
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def reset(request):
    yield
    if "server" in request.fixturenames:
        request.getfixturevalue("server").reset()


@pytest.fixture(scope="session")
def sdk(server):
    cluster = connect(server)
    yield cluster
    cluster.close()


@pytest.fixture
def documents(sdk, server):
    return sdk.bucket(server.bucket).default_collection()


@pytest.fixture
def key(request):
    """A key of the test's own."""
    return "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
