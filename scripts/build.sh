#!/usr/bin/env bash
# Builds the `orders` binary. Usage: build.sh release|debug [OPTION OF SWIFT BUILD...]
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-release}
if [ ! -x ".build/$configuration/orders" ]; then
  echo "build: the first $configuration build compiles everything and takes several minutes; progress follows as [done/all]."
fi
shift $(($# > 0 ? 1 : 0))
swift build -c "$configuration" --product orders "$@"
