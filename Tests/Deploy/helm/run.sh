#!/usr/bin/env bash
# The Helm chart: rendered by Helm's own engine for the value sets in ci/, validated, checked, scanned. No cluster is
# there. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export PYTHONDONTWRITEBYTECODE=1
here=Tests/Deploy/helm
scripts/venv.sh .build/venv-helm "$here/requirements.txt"
scripts/venv.sh .build/venv-deploy-scanners Tests/Deploy/terraform/requirements-scanners.txt
exec .build/venv-helm/bin/python -m pytest -q -p no:cacheprovider "$here" "$@"
