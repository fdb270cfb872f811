#!/usr/bin/env bash
# The whole platform, from outside: as processes, with foreign clients, crashes and bad input. With --secured over TLS, with logins and API keys; with --secured-part some of them so. Further arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${ORDERS_BIN:=$PWD/.build/debug/orders}"
export ORDERS_BIN
export PYTHONPATH="$PWD/Tests/Doubles"
venv=.build/venv-platform
scripts/venv.sh "$venv" Tests/Platform/requirements.txt
case "${1:-}" in
  --secured)
    export ORDERS_SECURED=1
    shift
    ;;
  --secured-part)
    # What each layer needs at least: a foreign client, processes, a broker that is killed, secrets.
    export ORDERS_SECURED=1
    shift
    set -- -k "foreign_clients_order or share_the_work or killed_broker or keys_are_shown_once or (running_platform_is and files)" "$@"
    ;;
esac
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider Tests/Platform "$@"
