#!/usr/bin/env bash
# Every test: the tree's own rules, Swift modules, the reference documentation, the Couchbase test cluster, the broker's seeded simulation, foreign Kafka clients, the API against its description, the dashboard in a browser, the whole platform, a short run of crashes.
# Usage: test.sh [part...]; parts: tidy swift docs couchbase simulation clients contract web platform chaos (all by default).
set -euo pipefail
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no
unset ORDERS_TESTS # every module's, see Package.swift
parts=("$@")
[ ${#parts[@]} -eq 0 ] && parts=(tidy swift docs couchbase simulation clients contract web platform chaos)

started=$SECONDS
failed=()
part() {
  local name=$1 begun=$SECONDS
  shift
  echo "=== $name"
  if "$@"; then
    echo "=== $name: passed in $((SECONDS - begun)) s"
  else
    echo "=== $name: FAILED after $((SECONDS - begun)) s"
    failed+=("$name")
  fi
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# The unit tests, then the real dashboard of a real platform in a real browser.
dashboard() {
  local scratch http kafka
  Web/build.sh && Web/check.sh || return
  scratch=$(mktemp -d)
  http=$(free_port)
  kafka=$(free_port)
  local status=0
  Tests/Web/run.sh --url "http://127.0.0.1:$http" --screenshots "$scratch" \
    --start "$ORDERS_BIN up --rate 5 --data-dir $scratch/data --http 127.0.0.1:$http --kafka 127.0.0.1:$kafka --log-level error" || status=$?
  .build/venv-web/bin/python Tests/Web/sign_in_test.py --orders "$ORDERS_BIN" --data-dir "$scratch/signed" \
    --http "127.0.0.1:$(free_port)" --screenshots "$scratch" || status=$?
  rm -rf "$scratch"
  return $status
}

# Builds the tests, and prints the compiler's warnings about our own code again; those of dependencies are not ours.
# What is compiled already is not warned about a second time, so a fresh clone sees all of them.
build_without_warnings() {
  local log=.build/build-tests.log warnings
  mkdir -p .build
  swift build --build-tests 2>&1 | tee "$log" || return
  warnings=$(grep -E "^($(pwd -P)/)?(Sources|Tests)/.*: warning: |^warning: '$(basename "$(pwd -P)" | tr '[:upper:]' '[:lower:]')': " "$log" || true)
  [ -z "$warnings" ] && return
  printf 'test: the compiler warns:\n%s\n' "$warnings"
  return 1
}

# The rules of the tree and the Couchbase test cluster need no build.
if [[ " ${parts[*]} " =~ " "(swift|docs|simulation|clients|contract|web|platform|chaos)" " ]]; then
  if [ ! -d .build/debug ]; then
    echo "test: the first debug build compiles everything and takes several minutes; progress follows as [done/all]."
  fi
  part "build without warnings" build_without_warnings
  # Without a build there is nothing to test.
  [ ${#failed[@]} -eq 0 ] || exit 1
fi
export ORDERS_BIN="$PWD/.build/debug/orders"
export ORDERS_WEB="$PWD/Web/dist"

for name in "${parts[@]}"; do
  case "$name" in
    tidy) part "rules of the tree" Tests/Tidy/run.sh ;;
    swift) part "swift modules" swift test --skip-build ;;
    docs) part "reference documentation" scripts/docs.sh ;;
    couchbase) part "Couchbase test cluster, by the official SDK" Tests/CouchbaseCluster/run.sh ;;
    simulation) part "simulation of the broker, 10,000 runs" scripts/simulate.sh 10000 ;;
    clients) part "foreign Kafka clients" Tests/ForeignClients/run.sh ;;
    contract) part "the API against its description" Tests/Contract/run.sh ;;
    web) part "dashboard" dashboard ;;
    platform) part "whole platform" Tests/Platform/run.sh ;;
    chaos) part "crashes and outages, short" Tests/Chaos/run.sh --cycles 12 --rate 200 --brief --seed "${SEED:-1}" ;;
    *) echo "test: no part is called '$name'; there are: tidy swift docs couchbase simulation clients contract web platform chaos" >&2; exit 2 ;;
  esac
done

if [ ${#failed[@]} -gt 0 ]; then
  echo "test: FAILED after $((SECONDS - started)) s: ${failed[*]}"
  exit 1
fi
echo "test: everything passed in $((SECONDS - started)) s"
