#!/usr/bin/env bash
# The Terraform stacks, without AWS: their language, what a mock makes of them, scanners; with --full also applied to an
# emulator, changed and destroyed, and each check shown to fail on a planted fault. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export PYTHONDONTWRITEBYTECODE=1
if ! command -v terraform >/dev/null; then
  echo "deploy tests: terraform is missing. Install 1.11 or later: https://developer.hashicorp.com/terraform/install" >&2
  exit 1
fi
here=Tests/Deploy/terraform
scripts/venv.sh .build/venv-deploy "$here/requirements.txt"
scripts/venv.sh .build/venv-deploy-scanners "$here/requirements-scanners.txt"
scripts/venv.sh .build/venv-terraform-stub "$here/requirements-stub.txt"
Tests/Deploy/observability/install.sh .build/prometheus
exec .build/venv-deploy/bin/python -m pytest -q -p no:cacheprovider "$here" "$@"
