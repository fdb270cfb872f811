#!/usr/bin/env python3
"""What the index by time costs the sink: `make store-indexes`.

Writes orders into a SQLite file with the tables of the first schema and with those of today's (both are read from
Schema.swift), in transactions of 2,000 rows as the sink does, and prints the CPU time and size of each. Three cases:
new orders in the order of their time, their later revisions, and orders whose times come in no order (an import).
Python's own part is in both columns: look at the difference.

    store_indexes.py [--orders 600000] [--directory DIR]
"""

import argparse
import os
import pathlib
import random
import re
import sqlite3
import tempfile
import time

SCHEMA = pathlib.Path(__file__).resolve().parent.parent / "Sources/OrderStore/SQLite/Schema.swift"
COLUMNS = [
    "id",
    "customer_id",
    "amount",
    "currency",
    "country",
    "status",
    "created_at",
    "revision",
    "updated_at",
    "payment",
    "processed_at",
    "decline_reason",
    "fraud",
    "detected_at",
    "created_seen_at",
    "confirmed_seen_at",
    "cancelled_seen_at",
    "document",
]
BATCH = 2_000


def schema(name):
    return re.search(rf'let {name} = """\n(.*?)\n\s*"""', SCHEMA.read_text(), re.S)[1]


def upsert(assigns_time):
    """As OrderRow.upsert: created_at is assigned only where the index does not care."""
    assigned = [column for column in COLUMNS[1:] if assigns_time or column != "created_at"]
    condition = "" if assigns_time else " AND excluded.created_at = created_at"
    values = ", ".join(f"{column} = excluded.{column}" for column in assigned)
    return (
        f"INSERT INTO orders VALUES ({','.join('?' * len(COLUMNS))}) ON CONFLICT (id) DO UPDATE SET "
        f"{values} WHERE excluded.revision > revision{condition}"
    )


def row(number, created, revision):
    flagged, paid = number % 10 == 0, revision > 1
    return (
        number,
        number % 1000,
        number * 7 % 100_000,
        5_591_364,
        21_843,
        0,
        created,
        revision,
        created + revision,
        0 if paid else None,
        created + 5 if paid else None,
        None,
        0 if flagged else None,
        created + 4 if flagged else None,
        created,
        None,
        None,
        None,
    )


def written(store, sql, rows):
    """CPU microseconds for each row."""
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    began = time.process_time()
    for batch in batches:
        store.execute("BEGIN IMMEDIATE")
        store.executemany(sql, batch)
        store.execute("COMMIT")
    return (time.process_time() - began) / len(rows) * 1e6


def measure(directory, statements, sql, orders, mixed):
    path = os.path.join(directory, "orders.sqlite")
    for suffix in ("", "-wal", "-shm"):
        pathlib.Path(path + suffix).unlink(missing_ok=True)
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 10000; "
        "PRAGMA cache_size = -65536;" + statements
    )
    draw = random.Random(1)
    times = [1_700_000_000_000 + (draw.randrange(10**10) if mixed else number) for number in range(orders)]
    inserted = written(store, sql, [row(number + 1, times[number], 1) for number in range(orders)])
    later = range(orders * 2 // 3, orders)
    updated = written(store, sql, [row(number + 1, times[number], 2) for number in later])
    store.close()
    return inserted, updated, os.path.getsize(path) >> 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=600_000)
    parser.add_argument("--directory", help="where to write; a temporary directory if left out")
    arguments = parser.parse_args()
    first = schema("first")
    cases = [("first schema", first, upsert(True)), ("index by time", first + schema("byTime"), upsert(False))]
    print(f"SQLite {sqlite3.sqlite_version}, {arguments.orders} orders; CPU µs a row")
    print("tables          times      insert   update    file")
    with tempfile.TemporaryDirectory(dir=arguments.directory, prefix="store-indexes-") as directory:
        for mixed in (False, True):
            for name, statements, sql in cases:
                inserted, updated, megabytes = measure(directory, statements, sql, arguments.orders, mixed)
                print(
                    f"{name:15} {'mixed' if mixed else 'in order':9} {inserted:7.2f} {updated:8.2f} {megabytes:6} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
