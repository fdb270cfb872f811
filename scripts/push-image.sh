#!/usr/bin/env bash
# Pushes the image of one architecture, joins those that were pushed under one name, or says what a version is.
# Usage: push-image.sh architecture REPOSITORY VERSION amd64|arm64 STAGE
#        push-image.sh join REPOSITORY VERSION
#        push-image.sh digest REPOSITORY VERSION    prints image=REPOSITORY@DIGEST and digest=DIGEST
set -euo pipefail
cd "$(dirname "$0")/.."
action=${1:?architecture, join or digest}
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
  digest)
    if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([.-][0-9A-Za-z.-]+)?$ ]]; then
      echo "push-image: $version is no version; what \`latest\` is changes without a deployment" >&2
      exit 1
    fi
    digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$repository:$version")
    [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "push-image: $repository:$version has no digest: $digest" >&2; exit 1; }
    printf 'image=%s@%s\ndigest=%s\n' "$repository" "$digest" "$digest"
    ;;
  *) echo "push-image: architecture, join or digest" >&2; exit 2 ;;
esac
