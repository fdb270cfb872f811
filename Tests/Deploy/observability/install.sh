#!/usr/bin/env bash
# Unpacks Debian's Prometheus and Alertmanager below .build, unless they are there: nothing is installed or started.
# Usage: install.sh DIRECTORY
set -euo pipefail
directory=$1
[ -x "$directory/usr/bin/promtool" ] && [ -x "$directory/usr/bin/amtool" ] && exit 0
echo "observability: unpacking Prometheus and Alertmanager into $directory" >&2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
(cd "$scratch" && apt-get download -q prometheus prometheus-alertmanager >/dev/null 2>apt.log) || {
  cat "$scratch/apt.log" >&2
  echo "observability: Debian's packages prometheus and prometheus-alertmanager cannot be downloaded; try apt-get update" >&2
  exit 1
}
for package in "$scratch"/*.deb; do dpkg -x "$package" "$directory"; done
