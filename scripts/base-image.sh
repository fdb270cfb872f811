#!/usr/bin/env bash
# Provides the image that the Dockerfile's last stage begins with, and prints its name: pulled by digest, or, where no
# registry can be reached, made from the distribution's packages under the name without the digest.
set -euo pipefail
cd "$(dirname "$0")/.."
pinned=$(sed -n 's/^ARG RUNTIME_IMAGE=//p' Dockerfile)
name=${pinned%@*}
for image in "$pinned" "$name"; do
  if docker image inspect "$image" >/dev/null 2>&1; then
    echo "$image"
    exit 0
  fi
done
if timeout 120 docker pull --quiet "$pinned" >/dev/null 2>&1; then
  echo "$pinned"
  exit 0
fi
echo "base-image: $pinned cannot be pulled here; one is made from packages" >&2
archive=.build/base-image.tar
if [ ! -f "$archive" ]; then
  command -v mmdebstrap >/dev/null || apt-get -qq install -y --no-install-recommends mmdebstrap >/dev/null
  # What the official slim images leave out as well.
  mmdebstrap --quiet --format=tar --variant=minbase \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    bookworm "$archive.part" >&2
  mv "$archive.part" "$archive"
fi
docker import "$archive" "$name" >/dev/null
echo "$name"
