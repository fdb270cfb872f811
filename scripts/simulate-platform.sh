#!/usr/bin/env bash
# Seeded lives of whole platforms, see Tests/PlatformSimulation. Usage: simulate-platform.sh [N | A-B] [--story] [--threads N]
# Built apart, in release with testing enabled: a debug build is many times slower.
set -euo pipefail
cd "$(dirname "$0")/.."
# Dictionaries are gone through in the same order in each process: so a seed is the same life in each.
export SWIFT_BACKTRACE=enable=no SWIFT_DETERMINISTIC_HASHING=1
scratch=.build/simulation
if [ ! -x "$scratch/release/platform-simulation" ]; then
  echo "simulate-platform: the first build of the simulation takes some minutes."
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build -c release --scratch-path "$scratch" --product platform-simulation -Xswiftc -enable-testing >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
"$scratch/release/platform-simulation" "$@"
