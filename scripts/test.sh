#!/usr/bin/env bash
# Every test: the tree's own rules, Swift modules, the reference documentation, the seeded simulations of the broker and of whole platforms, the deployment's descriptions, the Couchbase test cluster, foreign Kafka clients, the API against its description, the dashboard in a browser, a short run of crashes, the composed platform on a Docker engine, the whole platform, and a part of that secured.
# Usage: test.sh [part...]; parts: tidy swift docs simulation deploy couchbase clients platform-1 platform-2 secured contract web chaos engine (all by default).
set -euo pipefail
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no
unset ORDERS_TESTS # every module's, see Package.swift
# Three lanes run side by side. The last two wait most of their time.
lanes_of_parts=(
  "tidy swift docs simulation deploy"
  "couchbase clients platform-1"
  "platform-2 secured contract web chaos engine"
)
read -ra all <<<"${lanes_of_parts[*]}"
parts=("$@")
[ ${#parts[@]} -eq 0 ] && parts=("${all[@]}")
for name in "${parts[@]}"; do
  [[ " ${all[*]} " == *" $name "* ]] || { echo "test: no part is called '$name'; there are: ${all[*]}" >&2; exit 2; }
done

started=$SECONDS
results=$(mktemp -d)
lanes=()
# However it ends: nothing goes on behind, and of a part that did not come to its end the last lines are shown.
finish() {
  for lane in "${lanes[@]}"; do kill -TERM -- "-$lane" 2>/dev/null || true; done
  for log in "$results"/*.log; do
    [ ! -e "$log" ] || { echo "=== $(basename "$log" .log): cut short, its last lines:"; tail -n 50 "$log"; }
  done
  rm -rf "$results"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# How many Swift tests run at a time. All at once, a test that keeps real time waits behind a thousand others.
swift_tests_at_a_time=4

# Runs a part of the tests, and notes it when it fails.
part() {
  local name=$1 begun=$SECONDS
  shift
  echo "=== $name"
  if "$@"; then
    echo "=== $name: passed in $((SECONDS - begun)) s"
  else
    echo "=== $name: FAILED after $((SECONDS - begun)) s"
    echo "$name" >>"$results/failed"
  fi
}

# Runs parts one after the other. What a part prints comes out in one piece when it ends, since two lanes run at a time.
lane() {
  local name
  for name in "$@"; do
    echo "=== $name begins"
    run_part "$name" >"$results/$name.log" 2>&1
    flock "$results" cat "$results/$name.log"
    rm "$results/$name.log"
  done
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

# What stands on Terraform and Helm. Terraform itself comes from neither Debian nor PyPI.
deployment() {
  local status=0
  Tests/Deploy/lint.sh || status=1
  if command -v terraform >/dev/null; then
    Tests/Deploy/terraform/run.sh || status=1
  else
    echo "test: the Terraform stacks are NOT tested, since terraform is not installed (1.11 or later)"
  fi
  Tests/Deploy/helm/run.sh || status=1
  Tests/Deploy/observability/run.sh || status=1
  return $status
}

# The rules of the tree, the Couchbase test cluster and the deployment's descriptions need no build.
if [[ " ${parts[*]} " =~ " "(swift|docs|simulation|clients|contract|web|chaos|engine|platform-1|platform-2|secured)" " ]]; then
  if [ ! -d .build/debug ]; then
    echo "test: the first debug build compiles everything and takes several minutes; progress follows as [done/all]."
  fi
  part "build without warnings" build_without_warnings
  # Without a build there is nothing to test.
  [ ! -e "$results/failed" ] || exit 1
fi
export ORDERS_BIN="$PWD/.build/debug/orders"
export ORDERS_WEB="$PWD/Web/dist"

run_part() {
  case "$1" in
    tidy) part "rules of the tree" Tests/Tidy/run.sh ;;
    swift) part "swift modules" scripts/within.py 1800 swift test --skip-build --experimental-maximum-parallelization-width "$swift_tests_at_a_time" ;;
    docs) part "reference documentation" scripts/docs.sh ;;
    couchbase) part "Couchbase test cluster, by the official SDK" Tests/CouchbaseCluster/run.sh ;;
    simulation)
      part "simulation of the broker, 10,000 runs" scripts/simulate.sh 10000
      # By the debug build, which optimises what a run goes through: a release build of all would take many times as long.
      part "simulation of whole platforms, 5,000 runs" \
        env SWIFT_DETERMINISTIC_HASHING=1 .build/debug/platform-simulation 5000
      ;;
    clients) part "foreign Kafka clients" Tests/ForeignClients/run.sh ;;
    contract) part "the API against its description" Tests/Contract/run.sh ;;
    web) part "dashboard" dashboard ;;
    platform-1) part "whole platform, one half" Tests/Platform/run.sh --half 1 ;;
    platform-2) part "whole platform, the other half" Tests/Platform/run.sh --half 2 ;;
    secured) part "whole platform over TLS, a part" Tests/Platform/run.sh --secured-part ;;
    deploy) part "Terraform, Helm, alerts and boards" deployment ;;
    engine) part "the composed platform" Tests/Deploy/run.sh ;;
    chaos) part "crashes and outages, short" Tests/Chaos/run.sh --cycles 12 --rate 200 --brief --seed "${SEED:-1}" ;;
  esac
}

set -m # each lane is a process group, which can be ended whole
for lane in "${lanes_of_parts[@]}"; do
  chosen=()
  for name in $lane; do [[ " ${parts[*]} " != *" $name "* ]] || chosen+=("$name"); done
  [ ${#chosen[@]} -gt 0 ] || continue
  lane "${chosen[@]}" </dev/null &
  lanes+=($!)
done
set +m
wait
lanes=()

if [ -e "$results/failed" ]; then
  echo "test: FAILED after $((SECONDS - started)) s: $(paste -sd, "$results/failed")"
  exit 1
fi
echo "test: everything passed in $((SECONDS - started)) s"
