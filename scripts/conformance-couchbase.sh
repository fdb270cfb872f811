#!/usr/bin/env bash
# The order store's suite against a real cluster, and a row for docs/COUCHBASE.md at the end.
# Usage: COUCHBASE_HOST=… COUCHBASE_USERNAME=… COUCHBASE_PASSWORD=… COUCHBASE_BUCKET=… conformance-couchbase.sh
# Each check makes a scope and drops it again; the account has to be allowed to.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in COUCHBASE_HOST COUCHBASE_USERNAME COUCHBASE_PASSWORD COUCHBASE_BUCKET; do
  if [ -z "${!name:-}" ]; then
    echo "conformance-couchbase: $name is not set" >&2
    exit 2
  fi
  export "${name?}"
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT
result=passed
scripts/test-module.sh OrderStore CouchbaseOrderStoreTests StoreCopyTests 2>&1 | tee "$log" || result=FAILED
version=$(sed -n 's/^.*Couchbase version: //p' "$log" | head -1)
echo
echo "For the table \"Runs against real clusters\" of docs/COUCHBASE.md:"
echo "| $(date -u +%F) | ${version:-unknown} | $(git rev-parse --short HEAD) | $result |"
[ "$result" = passed ]
