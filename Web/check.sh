#!/bin/sh
# Type check of the dashboard and its unit tests.
set -eu
cd "$(dirname "$0")"
if ! command -v tsc >/dev/null 2>&1; then
    echo "web: tsc is missing. Install: sudo apt-get install node-typescript (or npm install)" >&2
    exit 1
fi
exec tsc --project tsconfig.json --noEmit
