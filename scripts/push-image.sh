#!/usr/bin/env bash
# Pushes the image of one architecture, or joins those that were pushed under one name.
# Usage: push-image.sh architecture REPOSITORY VERSION amd64|arm64 STAGE
#        push-image.sh join REPOSITORY VERSION
set -euo pipefail
cd "$(dirname "$0")/.."
action=${1:?architecture or join}
repository=${2:?such as ghcr.io/owner/orders}
repository=${repository,,}
version=${3:?a version}
case $action in
  architecture)
    architecture=${4:?amd64 or arm64}
    stage=${5:?the directory that stage.sh made}
    docker buildx build --platform "linux/$architecture" --build-context "binary=$stage" --build-arg SWIFT_IMAGE=scratch \
      --sbom=true --provenance=mode=max --label "org.opencontainers.image.version=$version" \
      --tag "$repository:$version-$architecture" --push .
    ;;
  join)
    docker buildx imagetools create --tag "$repository:$version" --tag "$repository:latest" \
      "$repository:$version-amd64" "$repository:$version-arm64"
    ;;
  *) echo "push-image: architecture or join" >&2; exit 2 ;;
esac
