#!/usr/bin/env bash
# Seeded runs of the embedded broker's core, see Tests/BrokerSimulation. Usage: simulate.sh [N | A-B] [--trace] [--threads N]
# Built apart, in release with testing enabled: a debug build is about twenty times slower.
set -euo pipefail
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no
scratch=.build/simulation
if [ ! -x "$scratch/release/broker-simulation" ]; then
  echo "simulate: the first build of the simulation takes some minutes."
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build -c release --scratch-path "$scratch" --product broker-simulation -Xswiftc -enable-testing >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
"$scratch/release/broker-simulation" "$@"
