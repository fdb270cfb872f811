#!/usr/bin/env bash
# The whole platform, from outside: as processes, with foreign clients, crashes and bad input. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${ORDERS_BIN:=$PWD/.build/debug/orders}"
export ORDERS_BIN
venv=.build/venv-platform
if ! cmp -s Tests/Platform/requirements.txt "$venv/requirements.txt"; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r Tests/Platform/requirements.txt
  cp Tests/Platform/requirements.txt "$venv/requirements.txt"
fi
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider Tests/Platform "$@"
