#!/usr/bin/env bash
# Takes the figures of docs/BENCHMARKS.md on this machine: the flood three times, then steady rates and the event stream.
# About three minutes; leave the machine alone meanwhile. ORDERS=N sets the flood's size.
set -euo pipefail
cd "$(dirname "$0")/.."
orders=.build/release/orders
data=${DATA_DIR:-.build/bench-data}
for run in 1 2 3; do
  echo "== flood $run of 3"
  "$orders" bench --orders "${ORDERS:-500000}" --rates "" --post-rate 0 --data-dir "$data" "$@"
done
echo "== steady rates, and orders over HTTP to the event stream"
"$orders" bench --orders 50000 --rates 1000,5000 --post-rate 1000 --data-dir "$data" "$@"
"$orders" bench --orders 50000 --rates "" --post-rate 5000 --data-dir "$data" "$@"
rm -rf "$data"
