#!/usr/bin/env bash
# The test cluster, driven by Couchbase's own Python SDK, which must find nothing wrong. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
venv=.build/venv-couchbase
if ! cmp -s Tests/CouchbaseCluster/requirements.txt "$venv/requirements.txt"; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r Tests/CouchbaseCluster/requirements.txt
  cp Tests/CouchbaseCluster/requirements.txt "$venv/requirements.txt"
fi
"$venv/bin/ruff" check --quiet --no-cache --line-length 120 --select E,F,W,B Tests/CouchbaseCluster
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider -o faulthandler_timeout=30 -o faulthandler_exit_on_timeout=true Tests/CouchbaseCluster "$@"
