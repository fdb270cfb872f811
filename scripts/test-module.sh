#!/usr/bin/env bash
# The tests of one module, built without those of the others and without what only they need.
# Usage: test-module.sh MODULE [TEST...]; a test is a suite or a function, any part of its name.
set -euo pipefail
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no

modules=$(grep -oE '"[A-Za-z]+Tests"' Package.swift | tr -d '"' | sed 's/Tests$//' | sort -u)
name=${1:-}
name=${name%Tests}
if ! grep -qx "$name" <<<"$modules"; then
  echo "test-module: there are no tests of '$name' alone. Name one of:" $modules >&2
  exit 2
fi
shift
filters=()
for test in "$@"; do filters+=(--filter "$test"); done

export ORDERS_TESTS=${name}Tests
product=orders-platformPackageTests
log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$SECONDS
if ! swift build --product "$product" >"$log" 2>&1; then
  grep -vE '^\[[0-9]+/[0-9]+\] ' "$log" >&2 || cat "$log" >&2
  echo "test-module: the tests of $name do not build" >&2
  exit 1
fi
grep -E "^($(pwd -P)/)?(Sources|Tests)/.*: warning: " "$log" || true
echo "test-module: built in $((SECONDS - started)) s"
".build/debug/$product.xctest" --testing-library swift-testing "${filters[@]}"
