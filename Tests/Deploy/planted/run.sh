#!/usr/bin/env bash
# Shows that each check of the deployment fails on a fault: in a copy of the tree one fault after the other is planted, and
# the check has to fail with words that name it. Usage: run.sh [--engine] [WORDS of names]
#
# Without --engine: what needs no Docker engine, some minutes. With it only the rest, for which the image is made as well:
# BINARY names a release binary, by default that of this tree.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export PYTHONDONTWRITEBYTECODE=1
# The environments that the checks use.
scripts/venv.sh .build/venv-deploy-lint Tests/Deploy/requirements.txt
if [ "${1:-}" = --engine ]; then
  python3 Tests/Deploy/planted/main.py --ask "$@" || exit 0
  [ "$(id -u)" = 0 ] || { echo "planted: an engine needs root" >&2; exit 1; }
  engine=$(mktemp -d /tmp/orders-engine.XXXXXX)
  root=$PWD
  trap '"$root/scripts/docker-engine.sh" stop "$engine"' EXIT
  settings=$(scripts/docker-engine.sh start "$engine")
  eval "$settings"
  python3 Tests/Deploy/planted/main.py "$@"
  exit
fi
exec python3 Tests/Deploy/planted/main.py "$@"
