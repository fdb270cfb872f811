#!/usr/bin/env bash
# The changelog's section of a version, for the page of its release. Usage: release-notes.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/.."
version=${1:?a version, such as 0.2.0}
notes=$(awk -v head="## [${version#v}]" 'index($0, "## [") == 1 {on = index($0, head) == 1; next} on' CHANGELOG.md)
[ -n "${notes//[[:space:]]/}" ] || { echo "release-notes: CHANGELOG.md has no section [${version#v}]" >&2; exit 1; }
printf '%s\n' "$notes"
