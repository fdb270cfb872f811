#!/usr/bin/env bash
# A Docker engine of its own for the tests, beside any other: own data, own socket, ended by its own pid file.
# Usage: docker-engine.sh start DIRECTORY   prints the environment that its clients need
#        docker-engine.sh stop DIRECTORY    ends it and removes its data
# What is missing is installed: on Debian 12 a recent engine is unpacked into .build/docker-engine from the next release.
set -euo pipefail
cd "$(dirname "$0")/.."
action=${1:?start or stop}
directory=$(mkdir -p "${2:?a directory}" && cd "$2" && pwd)
tools=$PWD/.build/docker-engine

say() { echo "docker-engine: $*" >&2; }

# Whether an engine with BuildKit's named contexts, Compose and buildx are on the path.
is_complete() {
  local version program
  for program in dockerd containerd runc iptables; do
    command -v "$program" >/dev/null || return 1
  done
  version=$(dockerd --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 23 ] && docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1
}

# A private apt root: the machine's own packages stay as they are.
unpack() {
  local apt=$tools/apt source
  say "unpacking an engine into $tools"
  rm -rf "$tools"
  mkdir -p "$apt"/{state/lists/partial,cache/archives/partial,etc/apt.conf.d,etc/preferences.d,debs} "$tools/config/cli-plugins"
  source=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -n 1)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $source trixie main" >"$apt/etc/sources.list"
  printf 'Dir::State "%s/state";\nDir::Cache "%s/cache";\nDir::Etc "%s/etc";\nDir::State::status "/var/lib/dpkg/status";\nAPT::Sandbox::User "root";\n' \
    "$apt" "$apt" "$apt" >"$apt/apt.conf"
  (
    cd "$apt/debs"
    APT_CONFIG=$apt/apt.conf apt-get -qq update
    APT_CONFIG=$apt/apt.conf apt-get -qq download docker.io/trixie containerd/trixie docker-cli/trixie docker-compose/trixie docker-buildx/trixie
    # The next release's runc needs a newer C library.
    apt-get -qq -o APT::Sandbox::User=root download runc
    for package in *.deb; do dpkg -x "$package" "$tools/root"; done
  )
  cp "$tools"/root/usr/libexec/docker/cli-plugins/* "$tools/config/cli-plugins/"
  rm -rf "$apt"
}

use_unpacked() {
  export PATH="$tools/root/usr/bin:$tools/root/usr/sbin:$PATH" DOCKER_CONFIG="$tools/config"
}

start() {
  local wait
  [ "$(id -u)" = 0 ] || { say "an engine needs root"; exit 3; }
  if ! is_complete; then
    if ! command -v iptables >/dev/null; then
      apt-get -qq update && apt-get -qq install -y --no-install-recommends iptables >/dev/null
    fi
    [ -d "$tools/config" ] && use_unpacked
    if ! is_complete; then
      unpack
      use_unpacked
      is_complete || { say "the engine that was unpacked does not work"; exit 1; }
    fi
  fi
  # A socket's path may have 107 bytes; a range of addresses that leaves the usual ones to others.
  cat >"$directory/daemon.json" <<J
{ "data-root": "$directory/data", "exec-root": "$directory/exec", "pidfile": "$directory/pid",
  "hosts": ["unix://$directory/docker.sock"], "bip": "172.29.0.1/24",
  "default-address-pools": [{"base": "172.29.128.0/17", "size": 24}] }
J
  setsid dockerd --config-file "$directory/daemon.json" >"$directory/dockerd.log" 2>&1 </dev/null &
  for wait in $(seq 1 60); do
    if DOCKER_HOST=unix://$directory/docker.sock docker info >/dev/null 2>&1; then
      say "ready after $wait s"
      echo "export DOCKER_HOST='unix://$directory/docker.sock' PATH='$PATH'"
      [ -z "${DOCKER_CONFIG:-}" ] || echo "export DOCKER_CONFIG='$DOCKER_CONFIG'"
      return
    fi
    sleep 1
  done
  tail -n 20 "$directory/dockerd.log" >&2
  say "it did not start within 60 s"
  exit 1
}

stop() {
  local pid=
  if [ -f "$directory/pid" ]; then
    pid=$(cat "$directory/pid")
    kill "$pid" || true # it may have ended by itself
  fi
  for _ in $(seq 1 60); do
    if [ -z "$pid" ] || ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.5
  done
  # Mounts that a container left behind would be emptied with the directory.
  awk -v at="$directory/" 'index($2, at) == 1 {print $2}' /proc/self/mounts | sort -r | xargs -r umount
  rm -rf "$directory"
}

case $action in
  start) start ;;
  stop) stop ;;
  *) say "start or stop"; exit 2 ;;
esac
