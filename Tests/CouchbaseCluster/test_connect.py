"""Connecting: plain with each mechanism, TLS, alternate addresses, wrong credentials, what the server lacks."""

import pytest
from conftest import connect
from couchbase.exceptions import AuthenticationException, BucketNotFoundException, CouchbaseException
from running_cluster import RunningCluster


def round_trip(server, **options):
    cluster = connect(server, **options)
    collection = cluster.bucket(server.bucket).default_collection()
    collection.upsert("hello", {"it": "works"})
    assert collection.get("hello").content_as[dict] == {"it": "works"}
    cluster.close()


def test_over_tls_with_the_clusters_own_authority(server):
    round_trip(server, tls=True)


def test_a_certificate_of_another_authority_is_refused(server):
    other = RunningCluster("--nodes", "1", "--tls")
    try:
        string = server.tls_connection_string
        with pytest.raises(CouchbaseException):
            connect(other, tls=True, string=string, bootstrap_timeout=2).bucket(server.bucket)
    finally:
        other.stop()


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA512", "SCRAM-SHA256", "SCRAM-SHA1", "PLAIN"])
def test_with_each_mechanism(mechanism):
    single = RunningCluster("--nodes", "1", "--replicas", "0", "--vbuckets", "64", "--mechanisms", mechanism)
    try:
        round_trip(single, mechanism=mechanism)
    finally:
        single.stop()


@pytest.mark.parametrize("option", ["--alternate", "--compress", "--placeholder"])
def test_with_a_cluster_that_is_set_up_differently(option):
    nodes = "1" if option == "--placeholder" else "2"
    other = RunningCluster("--nodes", nodes, "--vbuckets", "64", option)
    try:
        cluster = connect(other)
        collection = cluster.bucket(other.bucket).default_collection()
        for number in range(20):
            collection.upsert(f"k{number}", {"text": "the same text again, " * 20, "number": number})
        assert [collection.get(f"k{n}").content_as[dict]["number"] for n in range(20)] == list(range(20))
        cluster.close()
    finally:
        other.stop()


@pytest.mark.parametrize("network", ["external", "auto"])
def test_by_alternate_addresses_that_are_asked_for(network):
    other = RunningCluster("--nodes", "3", "--vbuckets", "64", "--alternate")
    try:
        cluster = connect(other, string=f"{other.connection_string}?network={network}")
        collection = cluster.bucket(other.bucket).default_collection()
        for number in range(20):
            collection.upsert(f"k{number}", {"number": number})
            assert collection.get_any_replica(f"k{number}").content_as[dict]["number"] == number
        cluster.close()
    finally:
        other.stop()


def test_by_internal_names_that_lead_nowhere():
    other = RunningCluster("--nodes", "2", "--vbuckets", "64", "--alternate")
    try:
        string = f"{other.connection_string}?network=default"

        def write():
            cluster = connect(other, string=string, bootstrap_timeout=2, kv_timeout=2)
            cluster.bucket(other.bucket).default_collection().upsert("k", {})

        with pytest.raises(CouchbaseException):
            write()
    finally:
        other.stop()


def test_without_optional_features():
    """No push, no known-version configuration, no tracing, no unordered execution, no snappy."""
    old = RunningCluster("--nodes", "2", "--vbuckets", "64", "--without", "0d,1f,1d,1e,0f,0e,0a,04")
    try:
        round_trip(old)
    finally:
        old.stop()


def test_a_wrong_password_is_said(server):
    with pytest.raises(AuthenticationException):
        connect(server, password="wrong").bucket(server.bucket)


def test_a_wrong_bucket_is_said(server, sdk):
    cluster = connect(server, bootstrap_timeout=2)
    with pytest.raises((BucketNotFoundException, AuthenticationException)):
        cluster.bucket("nosuch").default_collection().get("x")
