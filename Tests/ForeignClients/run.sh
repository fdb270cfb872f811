#!/bin/sh
# Runs the broker against clients that were written without it. They need three Python environments, since the old and the
# new kafka-python exclude each other, as do the newest confluent-kafka and Quix Streams.
#
#   ORDERS_BIN   the program to test; it is started as: $ORDERS_BIN broker --data-dir DIR --kafka 127.0.0.1:0
#
# Arguments go to pytest.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${ORDERS_BIN:=$root/.build/debug/orders}"
built="$root/.build/foreign-clients"
export ORDERS_BIN
export FOREIGN_PROGRAMS="$built/programs"
export PYTHONDONTWRITEBYTECODE=1

if [ ! -x "$ORDERS_BIN" ]; then
    echo "foreign clients: there is no program at $ORDERS_BIN; build it or set ORDERS_BIN" >&2
    exit 1
fi

"$root/scripts/venv.sh" "$built/current" "$here/requirements.txt"
"$root/scripts/venv.sh" "$built/legacy" "$here/requirements-legacy.txt"
"$root/scripts/venv.sh" "$built/streams" "$here/requirements-streams.txt"
"$here/programs/build.sh" "$built" "$built/current/bin/python"

current="confluent kafka-python aiokafka kcat java"
legacy="kafka-python-legacy"
if [ -x "$FOREIGN_PROGRAMS/sarama" ]; then
    current="$current sarama"
else
    echo "foreign clients: without sarama, whose sources are not installed (golang-github-shopify-sarama-dev in Debian 12)" >&2
fi
if "$built/legacy/bin/python" -c 'import confluent_kafka' 2>/dev/null; then
    legacy="$legacy confluent-legacy"
else
    echo "foreign clients: without confluent-kafka 2.0.2, which has no wheel for this Python" >&2
fi

# Runs the tests for some clients in an environment. That a choice of tests (-k) has none among them is no failure.
run() {
    environment=$1
    clients=$2
    shift 2
    FOREIGN_CLIENTS="$clients" "$built/$environment/bin/python" -m pytest "$@" || [ $? = 5 ] || status=1
}

cd "$here"
status=0
run current "$current" --ignore test_pipelines.py "$@"
run legacy "$legacy" --ignore test_pipelines.py "$@"
run streams "" "$@" test_pipelines.py
exit "$status"
