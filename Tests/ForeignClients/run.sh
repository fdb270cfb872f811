#!/bin/sh
# Runs the broker against clients that were written without it, in two Python environments, since the old and the new
# kafka-python exclude each other.
#
#   ORDERS_BIN   the program to test; it is started as: $ORDERS_BIN broker --data-dir DIR --kafka 127.0.0.1:0
#
# Arguments go to pytest.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${ORDERS_BIN:=$root/.build/debug/orders}"
export ORDERS_BIN
export PYTHONDONTWRITEBYTECODE=1

if [ ! -x "$ORDERS_BIN" ]; then
    echo "foreign clients: there is no program at $ORDERS_BIN; build it or set ORDERS_BIN" >&2
    exit 1
fi

# An environment is made again when its requirements change.
environment() {
    directory="$root/.build/foreign-clients/$1"
    requirements="$here/$2"
    if ! cmp -s "$requirements" "$directory/requirements.txt"; then
        echo "foreign clients: installing $2 ..." >&2
        rm -rf "$directory"
        python3 -m venv "$directory"
        "$directory/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
        cp "$requirements" "$directory/requirements.txt"
    fi
}

environment current requirements.txt
environment legacy requirements-legacy.txt

cd "$here"
status=0
FOREIGN_CLIENTS="confluent kafka-python aiokafka kcat" "$root/.build/foreign-clients/current/bin/python" -m pytest "$@" || status=$?
FOREIGN_CLIENTS="kafka-python-legacy" "$root/.build/foreign-clients/legacy/bin/python" -m pytest "$@" || status=$?
exit "$status"
