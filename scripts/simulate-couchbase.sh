#!/usr/bin/env bash
# Seeded runs of the Couchbase client, see Tests/CouchbaseSimulation. Usage: simulate-couchbase.sh [N | A-B] [--trace]
# Built apart, in release with testing enabled: a debug build is about ten times slower.
set -euo pipefail
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no
scratch=.build/simulation
if [ ! -x "$scratch/release/couchbase-simulation" ]; then
  echo "simulate-couchbase: the first build of the simulation takes some minutes."
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build -c release --scratch-path "$scratch" --product couchbase-simulation -Xswiftc -enable-testing >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
"$scratch/release/couchbase-simulation" "$@"
