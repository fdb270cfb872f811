#!/usr/bin/env bash
# A newcomer's path, as docs/DEPLOY.md has it, timed part by part: the image, the secrets, the composed platform until it
# is healthy, an order until it is in the store. On a Docker engine of its own; only the base image and the binary are
# there before. Usage: path.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$(id -u)" = 0 ] || { echo "path: an engine of its own needs root" >&2; exit 1; }
[ ! -e infra/compose/secrets ] || { echo "path: infra/compose/secrets is there already; this would not be a newcomer's path" >&2; exit 1; }
scratch=$(mktemp -d)
engine=$(mktemp -d /tmp/orders-engine.XXXXXX)
root=$PWD
compose=(docker compose -f infra/compose/embedded.yaml)
stop() {
  "${compose[@]}" down --volumes --timeout 5 >>"$scratch/log" 2>&1 || tail -n 5 "$scratch/log" >&2
  "$root/scripts/docker-engine.sh" stop "$engine"
  rm -rf infra/compose/secrets "$scratch"
}
trap stop EXIT
settings=$(scripts/docker-engine.sh start "$engine")
eval "$settings"
scripts/base-image.sh >/dev/null
ORDERS_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export ORDERS_PORT

now() { date +%s.%N; }
part() {
  local began name=$1
  began=$(now)
  shift
  "$@" >"$scratch/log" 2>&1 || { tail -n 30 "$scratch/log" >&2; echo "path: failed in: $name" >&2; exit 1; }
  awk -v name="$name" -v began="$began" -v ended="$(now)" 'BEGIN { printf "path: %-45s %6.1f s\n", name, ended - began }'
}
ask() { curl -fsS --max-time 10 -H "Authorization: Bearer $(cat infra/compose/secrets/api-key)" "$@"; }
order() {
  local id end=$((SECONDS + 60))
  id=$(ask "http://127.0.0.1:$ORDERS_PORT/api/orders" -H 'Content-Type: application/json' -H 'Idempotency-Key: path-1' \
    --data '{"customer_id":1,"amount":19.99,"currency":"EUR","country":"DE"}' | sed -n 's/.*"order_id" *: *\([0-9]*\).*/\1/p')
  until ask "http://127.0.0.1:$ORDERS_PORT/api/orders/$id" 2>/dev/null | grep -q '"payment" *: *{'; do
    [ "$SECONDS" -lt "$end" ] || { echo "order $id is not in the store after 60 s"; return 1; }
    sleep 0.1
  done
}

began=$(now)
part "make image, with the binary that is there" make image
part "infra/compose/secrets.sh" infra/compose/secrets.sh
part "docker compose up -d --wait" "${compose[@]}" up -d --wait
part "an order posted, charged and in the store" order
awk -v began="$began" -v ended="$(now)" 'BEGIN { printf "path: %-45s %6.1f s\n", "together", ended - began }'
echo "path: load $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) cores"
