"""What the health check of a container asks, and how a process stops that has not come to its work."""

import json
import pathlib

from platform_process import call, eventually, running, up


def test_health_says_that_a_platform_is_at_work_and_that_it_has_stopped(data):
    with up(data, "--count", 0) as platform:
        platform.addresses("dashboard")
        eventually(lambda: call("health", "--data-dir", data)[:2] == (0, "up: serving\n"))
        code, _, err = call("health", "payments", "--data-dir", data)
        assert code == 1 and "payments" in err
        assert platform.stop() == 0
    code, _, err = call("health", "--data-dir", data)
    assert code == 1 and "no service runs" in err


def test_health_finds_a_service_that_has_gone_silent(data):
    with up(data, "--count", 0) as platform:
        platform.addresses("dashboard")
        (file,) = pathlib.Path(data, "health").glob("*.json")
        eventually(lambda: json.loads(file.read_text())["is_serving"])
        platform.kill()
    heartbeat = json.loads(file.read_text())
    file.write_text(json.dumps(heartbeat | {"at": "2026-01-01T00:00:00Z"}))
    code, out, _ = call("health", "--data-dir", data)
    assert code == 1 and "silent for" in out


def test_a_service_that_waits_for_its_broker_is_starting_and_stops_with_exit_0(data):
    # A port that nothing listens on: the service waits for half a minute before it gives up.
    with running("payments", "--kafka", "127.0.0.1:1", "--data-dir", data) as service:
        eventually(lambda: call("health", "payments", "--data-dir", data)[:2] == (1, "payments: starting\n"))
        assert service.stop(timeout=10) == 0
