#!/usr/bin/env bash
# The test cluster, driven by Couchbase's own Python SDK, which must find nothing wrong. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
venv=.build/venv-couchbase
scripts/venv.sh "$venv" Tests/CouchbaseCluster/requirements.txt
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider -o faulthandler_timeout=30 -o faulthandler_exit_on_timeout=true Tests/CouchbaseCluster "$@"
