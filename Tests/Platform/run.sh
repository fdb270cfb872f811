#!/usr/bin/env bash
# The whole platform, from outside: as processes, with foreign clients, crashes and bad input. With --secured over TLS, with logins and API keys. Further arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${ORDERS_BIN:=$PWD/.build/debug/orders}"
export ORDERS_BIN
export PYTHONPATH="$PWD/Tests/Doubles"
venv=.build/venv-platform
scripts/venv.sh "$venv" Tests/Platform/requirements.txt
if [ "${1:-}" = --secured ]; then
  export ORDERS_SECURED=1
  shift
fi
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider Tests/Platform "$@"
