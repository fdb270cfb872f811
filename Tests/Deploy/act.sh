#!/usr/bin/env bash
# Runs the workflows by act, as far as one machine can. The job `lint` of build.yaml is run whole, in a copy of the tree.
# Of the other jobs act says what it would run: their containers and actions have to be fetched, and tests take an hour.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.build/venv-act
scripts/venv.sh "$venv" Tests/Deploy/requirements-act.txt
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# act keeps copies and settings in the home directory.
mkdir "$scratch/home"
act() {
  HOME=$scratch/home XDG_CACHE_HOME=$scratch/home/cache XDG_CONFIG_HOME=$scratch/home/config "$PWD/$venv/bin/act" \
    --platform ubuntu-24.04=-self-hosted --platform ubuntu-24.04-arm=-self-hosted --action-offline-mode "$@"
}
act push --workflows .github/workflows/build.yaml --job lint >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }
grep -q 'linters have nothing to say' "$scratch/log" || { cat "$scratch/log" >&2; echo "act: the linters did not run" >&2; exit 1; }
for workflow in build nightly release deploy; do
  act --list --workflows ".github/workflows/$workflow.yaml" >"$scratch/list" 2>&1 || { cat "$scratch/list" >&2; exit 1; }
  echo "act: $workflow.yaml: $(awk '$1 ~ /^[0-9]+$/ {print $2}' "$scratch/list" | paste -sd,)"
done
echo "act: the job lint of build.yaml has run"
