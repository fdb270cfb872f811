#!/usr/bin/env bash
# Builds the image from this machine's binary, and runs the composed platform on a Docker engine of its own: some two
# minutes. Usage: run.sh [release|debug] [-k WORDS]; by default debug.
set -euo pipefail
cd "$(dirname "$0")/../.."
configuration=debug
case ${1:-} in release | debug)
  configuration=$1
  shift
  ;;
esac
if [ "$(id -u)" != 0 ]; then
  echo "deploy: skipped, because an engine of its own needs root" >&2
  exit 0
fi
engine=$(mktemp -d /tmp/orders-engine.XXXXXX)
log=$engine.log
root=$PWD
stop() { "$root/scripts/docker-engine.sh" stop "$engine"; rm -f "$log"; }
trap stop EXIT
settings=$(scripts/docker-engine.sh start "$engine")
eval "$settings"
if ! scripts/image.sh "$configuration" orders:test >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
tail -n 1 "$log"
if [ "$configuration" = release ]; then
  scripts/package.sh release
  export ORDERS_DIST=$PWD/dist
fi
export ORDERS_IMAGE=orders:test PYTHONDONTWRITEBYTECODE=1
cd Tests/Deploy
python3 -m unittest --verbose "$@"
