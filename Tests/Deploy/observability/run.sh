#!/usr/bin/env bash
# Rules, alerts, routes and boards: by promtool, amtool and a parser of PromQL, and, where ORDERS_BIN names a built
# platform, by a real Prometheus that scrapes it, and by faults that make its alerts fire. Arguments go to pytest:
# --full causes the faults that take minutes, too.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export PYTHONDONTWRITEBYTECODE=1
here=Tests/Deploy/observability
"$here/install.sh" .build/prometheus
scripts/venv.sh .build/venv-observability "$here/requirements.txt"
exec .build/venv-observability/bin/python -m pytest -q -p no:cacheprovider "$here" "$@"
