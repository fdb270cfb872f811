#!/bin/sh
# The rules of the tree: what stands where, sizes, the language of the pages, lists that must agree with the sources,
# and what the linters of Swift, Python and TypeScript find. Some twenty seconds, without a build.
# Arguments go to unittest: -k words, or a test's name.
set -eu
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
"$root/scripts/venv.sh" "$root/.build/venv-tidy" requirements.txt
export PYTHONDONTWRITEBYTECODE=1
exec python3 -m unittest "$@"
