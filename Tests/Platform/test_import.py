"""Files as people have them: what `orders import` reads, what it refuses, and what a stopped import leaves."""

import gzip
import json
import os
import subprocess
import threading

import pytest
from platform_process import ORDERS, Process, call, drained, environment, eventually, get, up, verify

HEADER = "order_id,customer_id,amount,currency,country,created_at,note\n"


def line(number, customer=7, note=""):
    return f"{number},{customer},12.50,GBP,GB,2026-01-01T00:00:00Z,{note}\n"


def dry_run(path, *arguments, stdin=None):
    """What the file holds: its orders, its rejected records, the summary."""
    done = subprocess.run(
        [ORDERS, "import", "--dry-run", "--json", str(path), *arguments],
        check=False,
        input=stdin,
        capture_output=True,
        timeout=60,
        env=environment(),
    )
    items = [json.loads(text) for text in done.stdout.decode().splitlines()]
    summary = [item["summary"] for item in items if "summary" in item]
    return (
        done.returncode,
        [item["order"] for item in items if "order" in item],
        [item for item in items if "error" in item],
        summary[0] if summary else None,
        done.stderr.decode(),
    )


def test_a_note_over_several_lines_is_one_field_and_no_order(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        HEADER + line(1110, 65, '"see\n1111,66,999.00,USD,US,2026-01-01T00:00:00Z,x\nend"') + line(1112, 67)
    )
    code, orders, errors, summary, _ = dry_run(path)
    assert code == 0 and [(order["order_id"], order["customer_id"]) for order in orders] == [(1110, 65), (1112, 67)]
    assert errors == [] and summary["orders"] == 2 and summary["ignored_fields"] == ["note"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_a_file_from_a_spreadsheet_is_read(tmp_path, encoding, first):
    path = tmp_path / "orders.csv"
    text = first + HEADER.replace(",", ";") + line(1).replace(",", ";").replace("12.50", "12,50").replace("\n", "\r\n")
    path.write_bytes(text.encode(encoding))
    code, orders, errors, _, err = dry_run(path)
    assert code == 0 and orders[0]["amount"] == 12.5, (errors, err)


def test_standard_input_a_pipe_and_packed_files_are_read(tmp_path):
    text = (HEADER + "".join(line(n) for n in range(1, 1001))).encode()
    assert len(dry_run("-", stdin=text)[1]) == 1000
    assert len(dry_run("-", stdin=gzip.compress(text))[1]) == 1000
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(text))
    assert len(dry_run(path)[1]) == 1000
    path.write_bytes(gzip.compress(text)[:-20])
    code, _, _, _, err = dry_run(path)
    assert code == 1 and "cut off" in err
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(text))
    writer.start()
    assert len(dry_run(fifo)[1]) == 1000
    writer.join(10)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "holds no order"),
        (HEADER.encode(), "holds no order"),
        (b"[]", "holds no order"),
        (HEADER.encode() + b"x,y\n", "none of its 1 records"),
        (b"PK\x03\x04" + bytes(40), "xlsx"),
        (b"id,price\n1,2\n", "customer_id"),
        (b"%PDF-1.7 and so on, and so on", "PDF"),
        ("öäü".encode("utf-32"), "UTF-32"),
    ],
)
def test_a_file_without_an_order_says_so_and_is_not_done(tmp_path, content, said):
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    code, out, err = call("import", "--dry-run", path)
    assert code == 1 and said in err and str(path) in err, (out, err)
    assert "done" not in out and len(err.strip().splitlines()) <= 2


def test_a_directory_and_a_missing_file_are_one_message(tmp_path):
    code, _, err = call("import", "--dry-run", tmp_path)
    assert code == 1 and "is a directory" in err and "orders import -" in err
    code, _, err = call("import", tmp_path / "none.csv", "--data-dir", tmp_path)
    assert code == 1 and "No such file" in err and len(err.strip().splitlines()) == 1


def test_a_stopped_import_goes_on_with_the_same_content_only(data, tmp_path):
    count = 25_000

    def content(customer):
        return HEADER + "".join(line(1_000_000 + n, customer, "n" * 400) for n in range(count))

    path = tmp_path / "orders.csv"
    progress = tmp_path / "orders.csv.import-progress"
    with up(data, "--count", 0, "--no-reconciler") as platform:
        kafka, http = platform.addresses("kafka", "dashboard")

        def stop_in_the_middle():
            importer = Process("import", path, "--data-dir", data)
            eventually(progress.exists, every=0.01)
            importer.kill()
            assert progress.exists(), "the import was done before it was stopped: make the file longer"
            return json.loads(progress.read_text())["counts"]["orders"]

        path.write_text(content(1))
        taken = stop_in_the_middle()
        assert 0 < taken < count
        code, out, err = call("import", path, "--data-dir", data)
        assert code == 0 and "going on" in err and f"{count} orders" in out, (out, err)
        assert not progress.exists()

        # Another file of the same name and size: nothing of it is skipped.
        stop_in_the_middle()
        size = path.stat().st_size
        path.write_text(content(2).replace("\n1", "\n2"))
        assert path.stat().st_size == size
        code, out, err = call("import", path, "--data-dir", data)
        assert code == 0 and "another file of this name" in err and f"{count} orders" in out, (out, err)
        drained(kafka, data)
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 2 * count)


def test_importing_twice_changes_nothing_also_where_orders_have_no_time(data, tmp_path):
    path = tmp_path / "orders.jsonl"
    path.write_text(
        "".join(
            json.dumps({"order_id": n, "customer_id": 1, "amount": "1.00", "currency": "EUR", "country": "FR"}) + "\n"
            for n in range(1, 101)
        )
    )
    with up(data, "--count", 0) as platform:
        kafka, http = platform.addresses("kafka", "dashboard")
        for _ in range(2):
            code, out, err = call("import", path, "--data-dir", data)
            assert code == 0 and "100 orders without created_at" in out and "last changed" in out, err
        drained(kafka, data)
        eventually(lambda: get(f"{http}/api/stats")["totals"]["orders"] == 100)
        counts = verify(data)
        assert counts["orders"] == 100 and counts["dead_letters"] == 0
