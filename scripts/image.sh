#!/usr/bin/env bash
# Builds the image from the binary of this machine. Usage: image.sh release|debug [TAG]
# The whole image, its build stage too, is `docker build .`: that needs a registry and the Swift packages.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-release}
tag=${2:-orders:local}
stage=.build/stage-$configuration
scripts/stage.sh "$configuration" "$stage"
base=$(scripts/base-image.sh)
# The build stage is not reached: `scratch` keeps its image from being looked for.
docker buildx build --progress plain --build-context "binary=$stage" --build-arg SWIFT_IMAGE=scratch \
  --build-arg "RUNTIME_IMAGE=$base" --tag "$tag" .
rm -rf "$stage"
bytes=$(docker image inspect --format '{{.Size}}' "$tag")
echo "image: $tag has $((bytes / 1000000)) MB"
if [ "$configuration" = release ] && [ "$bytes" -ge 150000000 ]; then
  echo "image: it must stay below 150 MB" >&2
  exit 1
fi
