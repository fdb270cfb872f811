#!/bin/sh
# The dashboard's tests.
#   run.sh --unit                                  the unit tests alone
#   run.sh --url URL [--screenshots DIR] [...]     the unit tests, then the dashboard of the platform at URL;
#                                                  the arguments are dashboard_test.py's
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build="$root/.build"
venv="$build/venv-web"
export PYTHONDONTWRITEBYTECODE=1

need() {
    command -v "$1" >/dev/null 2>&1 && return
    echo "web tests: $1 is missing. Install: sudo apt-get install $2" >&2
    exit 1
}

need esbuild esbuild
mkdir -p "$build"
bundle="$build/web-unit-tests.js"
esbuild "$here/unit/main.ts" --bundle --platform=neutral --target=es2020 --log-level=warning --outfile="$bundle"
if command -v node >/dev/null 2>&1; then
    node "$bundle"
else
    "$root/scripts/venv.sh" "$venv" "$here/requirements.txt"
    "$venv/bin/python" "$here/unit_in_browser.py" "$bundle"
fi

[ "${1:-}" = "--unit" ] && exit 0
[ $# -eq 0 ] && { echo "web tests: no --url given: the dashboard itself was not checked"; exit 0; }
"$root/scripts/venv.sh" "$venv" "$here/requirements.txt"
exec "$venv/bin/python" "$here/dashboard_test.py" "$@"
