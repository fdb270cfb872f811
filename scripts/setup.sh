#!/usr/bin/env bash
# Installs the system packages that are missing, and only those. Usage: setup.sh [run|test]
#
# Needs root or sudo when something is missing; without either it says exactly what to install.
set -euo pipefail

for_run=(
  pkg-config librdkafka-dev librocksdb-dev libsqlite3-dev libjemalloc-dev
  zlib1g-dev libzstd-dev liblz4-dev libsnappy-dev
  esbuild node-react node-react-dom node-chart.js
)
for_test=(
  kcat chromium fonts-dejavu-core nodejs node-typescript
  python3 python3-venv
  default-jdk-headless golang-go gcc faketime openssl
)
# sarama, from the release whose version of it the tests are written for.
grep -q '^VERSION_CODENAME=bookworm$' /etc/os-release 2>/dev/null && for_test+=(golang-github-shopify-sarama-dev)

wanted=("${for_run[@]}")
[ "${1:-run}" = test ] && wanted+=("${for_test[@]}")

if ! command -v swift >/dev/null; then
  echo "setup: Swift is not on the PATH. Install Swift 6.1 or newer (https://www.swift.org/install/linux/) and run this again." >&2
  exit 1
fi
if ! command -v dpkg-query >/dev/null; then
  echo "setup: this is not a Debian or Ubuntu machine. Install the equivalents of these packages yourself:" >&2
  echo "  ${wanted[*]}" >&2
  exit 1
fi

installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${binary:Package}\n' 2>/dev/null | awk '$1=="ii" {sub(/:.*/, "", $2); print $2}')
missing=()
for package in "${wanted[@]}"; do
  case "$package" in
    # A newer Node or Python from elsewhere serves as well.
    nodejs) command -v node >/dev/null && continue ;;
    python3) command -v python3 >/dev/null && continue ;;
    default-jdk-headless) command -v javac >/dev/null && continue ;;
    openssl) command -v openssl >/dev/null && continue ;;
    gcc) command -v gcc >/dev/null && continue ;;
    golang-go) command -v go >/dev/null && continue ;;
    python3-venv) python3 -c 'import venv, ensurepip' 2>/dev/null && continue ;;
  esac
  grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
else
  echo "setup: these packages are missing, and installing them needs root or sudo. Ask someone who has it to run:" >&2
  echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

echo "setup: installing ${#missing[@]} missing packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Runs a command quietly but visibly: a line every few seconds, and its whole output if it fails.
step() {
  local title=$1 started=$SECONDS
  shift
  "$@" >"$log" 2>&1 &
  local pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    if (((SECONDS - started) % 5 == 0)); then
      echo "setup: $title, $((SECONDS - started)) s: $(tail -n 1 "$log" | cut -c 1-100)"
    fi
  done
  if ! wait "$pid"; then
    cat "$log" >&2
    echo "setup: $title failed; the output is above." >&2
    exit 1
  fi
}

step "updating the package lists" "${as_root[@]}" apt-get update
step "installing" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y --no-install-recommends "${missing[@]}"
echo "setup: done in ${SECONDS} s"
