#!/usr/bin/env bash
# The platform as processes, under load, with faults at random. Arguments go to chaos.py (--cycles N --seed S --rate N ...).
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${ORDERS_BIN:=$PWD/.build/release/orders}"
export ORDERS_BIN
export PYTHONPATH="$PWD/Tests/Doubles"
venv=.build/venv-chaos
scripts/venv.sh "$venv" Tests/Chaos/requirements.txt
# The small disks that run full are mounted where nobody else sees them and go with the run.
wrapper=()
if [ "$(id -u)" = 0 ] && unshare --mount --propagation private true 2>/dev/null; then
  wrapper=(unshare --mount --propagation private)
elif unshare --user --map-root-user --mount true 2>/dev/null; then
  wrapper=(unshare --user --map-root-user --mount)
else
  export CHAOS_NO_MOUNT="this user may not mount anything (neither root nor user namespaces)"
fi
exec "${wrapper[@]}" "$venv/bin/python" Tests/Chaos/chaos.py "$@"
