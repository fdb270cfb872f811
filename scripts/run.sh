#!/usr/bin/env bash
# Starts the whole platform from the release build. Arguments are passed on: scripts/run.sh --rate 50
set -euo pipefail
cd "$(dirname "$0")/.."
exec .build/release/orders up "$@"
