"""`orders backup` while the platform works, and `orders restore` after the machine is lost."""

import contextlib
import shutil
import sqlite3
import threading

import pytest
from kafka_records import order, produce, values
from platform_process import call, drained, eventually, get, request, up, verify

# Segments are closed, compacted and deleted all the time, so that a copy meets all of it.
BUSY = {"KAFKA_BROKER_LOG_SEGMENT_BYTES": "65536", "KAFKA_BROKER_LOG_RETENTION_CHECK_INTERVAL_MS": "100"}


@contextlib.contextmanager
def load(http):
    """Orders over HTTP until the block ends. Gives the list of the ids that were acknowledged so far."""
    accepted, failed, ended = [], [], threading.Event()

    def send(number):
        while not ended.is_set():
            body = {"customer_id": number, "amount": 900.5, "currency": "USD", "country": "BR"}
            status, _, answer = request("POST", f"{http}/api/orders", body)
            if status != 202:
                failed.append((status, answer))
                return
            accepted.append(answer["order_id"])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    try:
        yield accepted
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert not failed, failed[:3]


def test_every_order_from_before_a_backup_is_there_after_the_machine_is_lost(data, tmp_path):
    backups = {}
    with up(data, "--count", 0, env=BUSY) as platform:
        _, http = platform.addresses("kafka", "dashboard")
        with load(http) as accepted:
            for number in range(1, 4):
                eventually(lambda number=number: len(accepted) > 400 * number)
                before = list(accepted)
                code, out, err = call("backup", str(tmp_path / f"backup-{number}"), "--data-dir", data)
                assert code == 0 and "the log and the store" in out, err
                backups[number] = before
            eventually(lambda: len(accepted) > len(before) + 200)
        platform.kill()
    shutil.rmtree(data)

    for number, before in backups.items():
        restored = tmp_path / f"restored-{number}"
        code, _, err = call("restore", str(tmp_path / f"backup-{number}"), "--data-dir", restored)
        assert code == 0, err
        ids = tmp_path / "accepted"
        ids.write_text("".join(f"{one}\n" for one in before))
        with up(restored, "--count", 0, env=BUSY) as platform:
            kafka, http = platform.addresses("kafka", "dashboard")
            drained(kafka, restored)
            counts = verify(restored, "--accepted", str(ids))
            # Those that came while it was copied may be there as well.
            assert len(before) <= counts["orders"] < len(accepted)
            for one in (before[0], before[-1]):
                assert get(f"{http}/api/orders/{one}")["payment"]
            # It goes on from there.
            produce(kafka, "orders", [("7", order(7))])
            drained(kafka, restored)
            assert 7 in [payment["order_id"] for payment in values(kafka, "payments")]
            assert verify(restored)["orders"] == counts["orders"] + 1
            assert platform.stop() == 0


def test_a_store_that_is_behind_its_log_is_brought_up_to_it(data, tmp_path):
    """As where the store was copied long before the log."""
    backups = tmp_path / "early", tmp_path / "late"
    with up(data, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        for backup, numbers in zip(backups, (range(1, 51), range(51, 201)), strict=True):
            produce(kafka, "orders", [(str(number), order(number)) for number in numbers])
            drained(kafka, data)
            assert call("backup", str(backup), "--data-dir", data)[0] == 0
    early, late = backups
    shutil.rmtree(late / "store")
    shutil.copytree(early / "store", late / "store")
    restored = tmp_path / "restored"
    code, _, err = call("restore", str(late), "--data-dir", restored)
    assert code == 0, err
    with sqlite3.connect(restored / "store/orders.sqlite") as store:
        assert store.execute("SELECT count(*) FROM orders").fetchone() == (50,)
    with up(restored, "--count", 0) as platform:
        kafka, _ = platform.addresses("kafka", "dashboard")
        drained(kafka, restored)
        assert verify(restored)["orders"] == 200


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_nothing_that_is_there_is_written_over(command, data, tmp_path):
    with up(data, "--count", 0) as platform:
        platform.addresses("dashboard")
        other = tmp_path / "other"
        assert call("backup", str(other), "--data-dir", data)[0] == 0
        code, _, err = call(command, str(other), "--data-dir", data)
        assert code == 1 and "is there already" in err
        assert platform.stop() == 0


def test_what_is_no_platform_is_neither_copied_nor_restored(data, tmp_path):
    code, _, err = call("backup", str(tmp_path / "backup"), "--data-dir", data)
    assert code == 1 and "neither a log nor a store" in err
    assert not (tmp_path / "backup").exists()
    code, _, err = call("restore", str(tmp_path), "--data-dir", data)
    assert code == 1 and "neither a log nor a store" in err
