#!/usr/bin/env bash
# The API of a running platform against its own description, by requests that schemathesis makes: right ones and wrong ones.
# CONTRACT_SECONDS bounds the time (60), CONTRACT_EXAMPLES the requests of one operation (200). Further arguments go to schemathesis.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${ORDERS_BIN:=$PWD/.build/debug/orders}"
export ORDERS_BIN
venv=$PWD/.build/venv-contract
scripts/venv.sh "$venv" Tests/Contract/requirements.txt
exec python3 Tests/Contract/contract.py "$venv/bin/schemathesis" "$@"
