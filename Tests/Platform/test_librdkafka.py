"""The platform on the librdkafka of newer systems, whose defaults and behaviour differ from Debian 12's."""

import json
import os
import re

import confluent_kafka
import pytest
from kafka_records import values
from librdkafka import newer_librdkafka
from platform_process import call, running, up, verify


@pytest.fixture(scope="module")
def newer():
    return newer_librdkafka()


def loaded_librdkafka(pid):
    """The librdkafka files that a process has mapped."""
    with open(f"/proc/{pid}/maps") as maps:
        return set(re.findall(r"/\S*librdkafka[^/\s]*\.so\S*", maps.read()))


def test_the_newer_library_is_really_the_one_that_is_used(data, newer):
    assert confluent_kafka.libversion()[1] >= 0x02020000, "not new enough to differ"
    # Only a library that knows the property takes it: the older one refuses it as unknown.
    setting = {"KAFKA_CLIENT_FETCH_QUEUE_BACKOFF_MS": "3"}
    with up(data, "--count", 0, env=newer | setting) as platform:
        platform.addresses("kafka", "dashboard")
        assert os.path.basename(newer["LD_PRELOAD"]) in map(os.path.basename, loaded_librdkafka(platform.process.pid))
        assert platform.stop() == 0, platform.output


def test_orders_go_through_once_with_the_newer_library(data, newer):
    with up(data, "--rate", "max", "--count", 30000, "--exit", env=newer) as platform:
        assert platform.wait(180) == 0, platform.output
    counts = verify(data)
    assert counts["orders"] == counts["stored_documents"] == 30000 and counts["pending"] == 0


def test_bench_takes_its_kafka_and_its_client_settings_from_the_environment(data):
    code, out, err = call(
        "bench",
        "--data-dir",
        data,
        "--orders",
        10,
        "--rates",
        "",
        "--post-rate",
        0,
        # A broker of its own takes no logins: in the secured mode there is none for it.
        env={"KAFKA_CLIENT_NO_SUCH_THING": "1", "KAFKA_SECURITY_PROTOCOL": ""},
    )
    assert code == 1 and "KAFKA_CLIENT_NO_SUCH_THING" in err
    with running("broker", "--data-dir", data / "other", "--kafka", "127.0.0.1:0") as broker:
        (kafka,) = broker.addresses("kafka")
        for _ in range(2):
            code, out, err = call(
                "bench",
                "--data-dir",
                data,
                "--orders",
                200,
                "--rates",
                "100",
                "--seconds",
                1,
                "--post-rate",
                0,
                "--json",
                env={"KAFKA_BOOTSTRAP_SERVERS": kafka},
            )
            assert code == 0, err
            assert json.loads(out)["flood"]["orders"] == 200
        placed = {value["order_id"] for value in values(kafka, "orders")}
        # Two runs of two phases each, none of which met the orders of another.
        assert len(placed) == 2 * (200 + 100)
