#!/usr/bin/env python3
"""How fast each filter of the orders answers, and what its index costs the sink: `make store-filters`.

Makes orders with the shares of the platform's generator, in a SQLite file with the store's own tables. Their SQL is
read from the Swift sources. Asks for first pages of 50 as OrderSearch does: runs of the search index, merged, each
entry checked against its row. Writes batches of 2,000 as the sink does: new orders, then their payments, without and
with the notes that the index is kept from. All figures are CPU time, Python's own part included, so that a busy
machine changes them little.

    store_filters.py [--orders 5000000] [--directory DIR]
"""

import argparse
import heapq
import itertools
import math
import os
import pathlib
import random
import re
import sqlite3
import struct
import tempfile
import time

from store_indexes import COLUMNS, schema, upsert

SOURCES = pathlib.Path(__file__).resolve().parent.parent / "Sources"
STORE = SOURCES / "OrderStore/SQLite"
START = 1_767_225_600_000
STEP = 7
BATCH = 2_000
PAGE = 50
FACET, CUSTOMER, AMOUNT = 1 << 60, 2 << 60, 3 << 60
NEWEST_FIRST = "ORDER BY created_at DESC, id DESC"
RUN = (
    "SELECT created_at, id, amount FROM search_runs WHERE key = ? AND (created_at, id) < (?, ?) "
    "ORDER BY created_at DESC, id DESC LIMIT ?"
)


def text(path, name):
    return re.search(rf'let {name} = """\n(.*?)\n\s*"""', (STORE / path).read_text(), re.S)[1]


def tables():
    return (
        schema("first")
        + schema("byTime")
        + text("RefundQuery.swift", "indexes")
        + text("Search/SearchIndex.swift", "tables")
    )


def packed(code):
    return int.from_bytes(code.encode(), "big")


def markets():
    source = (SOURCES / "OrderEvents/Generation/GeneratorTables.swift").read_text()
    found = re.findall(r'\("([A-Z]{2})", "([A-Z]{3})", (\d+), ([\d.]+)\)', source)
    digits = {"JPY": 0, "KWD": 3}
    return [
        (
            packed(country),
            packed(currency) | digits.get(currency, 2) << 24,
            float(price) * 10 ** digits.get(currency, 2),
        )
        for country, currency, share, price in found
        for _ in range(int(share))
    ]


class Orders:
    def __init__(self):
        self.markets = markets()

    def row(self, number, paid):
        draw = random.Random(number)
        country, currency, price = self.markets[draw.randrange(len(self.markets))]
        customer = 1_000 + draw.randrange(20_000 if draw.random() < 0.25 else 200_000)
        amount = max(1, int(price * math.exp(draw.gauss(math.log(48), 1))))
        created = START + number * STEP
        status = draw.choices((0, 1, 2), (240, 10, 6))[0]
        flagged = draw.random() < 0.03
        payment = None if not paid or number % 5_000 == 0 else int(draw.random() < 0.05)
        seen = created + 5 if payment is not None else None
        return (
            *(number + 1, customer, amount, currency, country, status, created, 1 + paid, created + paid),
            *(payment, seen, None, 0 if flagged else None, created + 4 if flagged else None, created, None, None, None),
        )


def opened(path):
    for suffix in ("", "-wal", "-shm"):
        pathlib.Path(path + suffix).unlink(missing_ok=True)
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 10000; "
        "PRAGMA cache_size = -65536;" + tables()
    )
    return store


def written(store, sql, batches, notes):
    """CPU seconds of the transactions."""
    began = time.process_time()
    for batch in batches:
        store.execute("BEGIN IMMEDIATE")
        if notes:
            store.execute(
                "INSERT INTO order_changes (ids) VALUES (?)",
                (struct.pack(f"<{len(batch)}q", *(row[0] for row in batch)),),
            )
        store.executemany(sql, batch)
        store.execute("COMMIT")
    return time.process_time() - began


def compare_writing(path, orders):
    made = Orders()
    sql = upsert(False)
    batches = []
    for start in range(0, orders, BATCH):
        for paid in (False, True):
            batches.append([made.row(number, paid) for number in range(start, min(start + BATCH, orders))])
    written_rows = 2 * orders
    print(f"{written_rows} upserts in batches of {BATCH}, CPU µs each:")
    spent = {False: [], True: []}
    for round in range(6):
        for notes in ((False, True), (True, False))[round % 2]:
            store = opened(path)
            spent[notes].append(written(store, sql, batches, notes) / written_rows * 1e6)
            store.close()
    plain, noted = (sorted(spent[notes]) for notes in (False, True))
    for name, values in (("without notes", plain), ("with notes", noted)):
        print(f"  {name:14} {' '.join(f'{value:.3f}' for value in values)}   median {values[len(values) // 2]:.3f}")
    print(
        f"  the notes cost {(noted[3] / plain[3] - 1) * 100:.1f} % (medians), "
        f"{(noted[0] / plain[0] - 1) * 100:.1f} % (best)"
    )


def step(scaled):
    if scaled < 8:
        return scaled
    exponent = scaled.bit_length() - 1
    return 8 * (exponent - 2) + (scaled >> (exponent - 3) & 7)


SCALED = "amount * CASE currency >> 24 WHEN 2 THEN 100 WHEN 0 THEN 10000 WHEN 3 THEN 10 ELSE 1000 END"


def filled(path, orders):
    made = Orders()
    store = opened(path)
    store.execute("PRAGMA synchronous = OFF")
    insert = f"INSERT INTO orders VALUES ({','.join('?' * len(COLUMNS))})"
    store.execute("BEGIN")
    store.executemany(insert, (made.row(number, True) for number in range(orders)))
    store.create_function("step", 1, step, deterministic=True)
    store.execute(
        f"INSERT INTO search_runs SELECT {FACET} + (country << 32) + (currency << 5) + (status << 3) + "
        "coalesce(payment + 1, 0), created_at, id, NULL FROM orders ORDER BY 1, 2, 3"
    )
    store.execute(
        f"INSERT INTO search_runs SELECT {CUSTOMER} | customer_id, created_at, id, NULL FROM orders ORDER BY 1, 2, 3"
    )
    store.execute(
        f"INSERT INTO search_runs SELECT {AMOUNT} | step({SCALED}), created_at, id, {SCALED} FROM orders "
        "ORDER BY 1, 2, 3"
    )
    store.execute("COMMIT")
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    store = sqlite3.connect(path, isolation_level=None)
    # A reader's cache.
    store.execute("PRAGMA cache_size = -8192")
    return store


def keys(store, low, high, passes):
    found = []
    while True:
        row = store.execute(
            "SELECT key FROM search_runs WHERE key >= ? AND key <= ? ORDER BY key LIMIT 1", (low, high)
        ).fetchone()
        if row is None:
            return found
        if passes(row[0]):
            found.append(row[0])
        low = row[0] + 1


def run(store, key, stretch):
    place = ((1 << 63) - 1, (1 << 63) - 1)
    while True:
        entries = store.execute(RUN, (key, *place, stretch)).fetchall()
        yield from ((-moment, -id, amount) for moment, id, amount in entries)
        if len(entries) < stretch:
            return
        place = entries[-1][:2]


def page(store, found, low=None, high=None):
    """How many orders the page has. Looks at 8,000 entries at most."""
    stretch = 16 if len(found) > 8 else PAGE + 1
    items = 0
    for _, id, amount in itertools.islice(heapq.merge(*(run(store, key, stretch) for key in found)), 8_000):
        if amount is not None and not low <= amount <= high:
            continue
        if store.execute("SELECT * FROM orders WHERE id = ?", (-id,)).fetchone():
            items += 1
            if items > PAGE:
                break
    return min(items, PAGE)


def facets(store, passes, country=None):
    low = FACET | (country or 0) << 32
    high = FACET | ((country or 0xFFFF) + 1 << 32) - 1
    return page(store, keys(store, low, high, passes))


def amounts(store, low, high):
    return page(store, keys(store, AMOUNT | step(low), AMOUNT | step(high), lambda key: True), low, high)


def plain(store, sql, *values):
    return len(store.execute(sql + f" LIMIT {PAGE + 1}", values).fetchall())


def cases(store, orders):
    by_time = "SELECT * FROM orders INDEXED BY orders_by_time WHERE created_at >= ? AND created_at < ? " + NEWEST_FIRST
    span = orders * STEP
    yield (
        "country",
        [
            lambda code=code: facets(store, lambda key: True, packed(code))
            for code in ("US", "GB", "DE", "FI", "NO", "IN", "KW", "ZW")
        ],
    )
    for name, shift, bits, values in (
        ("currency", 5, 24, [packed(code) for code in ("USD", "EUR", "SEK", "INR", "KWD", "CLF")]),
        ("status", 3, 2, (0, 1, 2)),
        ("payment", 0, 3, (0, 1, 2, 3)),
    ):
        yield (
            name,
            [
                lambda value=value, shift=shift, bits=bits: facets(
                    store, lambda key: key >> shift & (1 << bits) - 1 == value
                )
                for value in values
            ],
        )
    yield (
        "customer",
        [lambda customer=customer: page(store, [CUSTOMER | customer]) for customer in range(1_000, 201_000, 2_003)],
    )
    top = 99_000_000_000
    yield (
        "amount",
        [
            lambda low=low, high=high: amounts(store, low, high)
            for low, high in (
                *((480_000, 480_000), (480_000, 481_000), (400_000, 600_000), (5_000_000, top), (50_000_000, top)),
                *((0, 20_000), (0, top), (600_001, 600_001), (123_400, 123_499), (top, top)),
            )
        ],
    )
    yield (
        "flagged",
        [
            lambda: plain(
                store,
                "SELECT * FROM orders INDEXED BY orders_flagged WHERE detected_at IS NOT NULL " + NEWEST_FIRST,
            ),
            lambda: plain(
                store,
                "SELECT * FROM orders INDEXED BY orders_by_time WHERE detected_at IS NULL " + NEWEST_FIRST,
            ),
        ],
    )
    yield (
        "time",
        [
            lambda part=part: plain(
                store, by_time, START + span * part // 50, START + span * part // 50 + 60_000 * (part + 1)
            )
            for part in range(50)
        ],
    )


def measure(store, orders, rounds=600):
    print(f"{'filter':10} values  p50 ms  p99 ms  max ms   (CPU, pages of {PAGE}, the newest first)")
    for name, questions in cases(store, orders):
        spent = []
        for number in range(rounds):
            began = time.thread_time()
            questions[number % len(questions)]()
            spent.append((time.thread_time() - began) * 1_000)
        spent.sort()
        print(
            f"{name:10} {len(questions):6} {spent[rounds // 2]:7.2f} {spent[rounds * 99 // 100]:7.2f} {spent[-1]:7.2f}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=5_000_000)
    parser.add_argument(
        "--writes", type=int, default=200_000, help="orders written to compare the sink's speed; 0: none"
    )
    parser.add_argument("--directory", help="where to write; a temporary directory if left out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory, prefix="store-filters-") as directory:
        path = os.path.join(directory, "orders.sqlite")
        if arguments.writes:
            compare_writing(path, arguments.writes)
        store = filled(path, arguments.orders)
        print(f"{arguments.orders} orders in {os.path.getsize(path) >> 20} MB, the search index included")
        measure(store, arguments.orders)
        store.close()


if __name__ == "__main__":
    main()
