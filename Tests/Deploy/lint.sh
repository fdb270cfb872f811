#!/usr/bin/env bash
# What can be said of images, compose files, units, scripts and workflows without running them: seconds, no engine.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.build/venv-deploy-lint
scripts/venv.sh "$venv" Tests/Deploy/requirements.txt
bin=$PWD/$venv/bin
mapfile -t shells < <(git ls-files --cached --others --exclude-standard -- 'scripts/*.sh' 'infra/*.sh' 'Tests/Deploy/*.sh' infra/debian/postinst infra/debian/prerm infra/debian/postrm)
"$bin/hadolint" Dockerfile
"$bin/check-jsonschema" --builtin-schema vendor.compose-spec infra/compose/compose.yaml infra/compose/embedded.yaml
"$bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yaml
PATH=$bin:$PATH "$bin/actionlint" .github/workflows/*.yaml
"$bin/zizmor" --offline --quiet .github/workflows
"$bin/python" Tests/Deploy/workflows.py .github/workflows/*.yaml
"$bin/shellcheck" --severity warning "${shells[@]}"
# The units' programs are installed with them, so only their form is looked at here.
if command -v systemd-analyze >/dev/null; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  for unit in infra/debian/orders.service infra/debian/orders@.service; do
    sed 's|^ExecStart=/usr/bin/orders|ExecStart=/bin/true|; s|^User=.*|User=root|; s|^Group=.*|Group=root|' "$unit" >"$scratch/${unit##*/}"
  done
  mv "$scratch/orders@.service" "$scratch/orders@payments.service"
  # What it does not know it skips, with a line about it.
  said=$(systemd-analyze verify --man=no "$scratch"/*.service 2>&1) || { echo "$said" >&2; exit 1; }
  if [ -n "$said" ]; then
    echo "$said" >&2
    exit 1
  fi
fi
echo "deploy: linters have nothing to say"
