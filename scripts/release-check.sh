#!/usr/bin/env bash
# Whether a tag is the version that was built, and has its section in the changelog. Usage: release-check.sh v1.2.3
set -euo pipefail
cd "$(dirname "$0")/.."
tag=${1:?a tag}
built=$(.build/release/orders --version)
[ "$tag" = "v$built" ] || { echo "release-check: the tag is $tag and the program says $built" >&2; exit 1; }
scripts/release-notes.sh "$built" >/dev/null
echo "release-check: $tag"
