#!/usr/bin/env bash
# Makes what the composed platform needs and must not be in the tree: a certificate for the broker, the platform's login,
# an API key, the token of the metrics pages. What is there stays; `--renew` makes everything again. Usage: secrets.sh [--renew]
#
# The folder is for its owner alone. The files in it are readable by all: they are mounted one by one into containers
# whose user has another number.
set -euo pipefail
cd "$(dirname "$0")"
image=${ORDERS_IMAGE:-orders:local}
folder=${ORDERS_SECRETS:-secrets}
umask 077
[ "${1:-}" = --renew ] && rm -rf "$folder"
if [ -f "$folder/api-key" ]; then
  # A folder of an earlier version has no such token.
  [ -f "$folder/metrics-token" ] || { openssl rand -hex 24 >"$folder/metrics-token" && chmod 0444 "$folder/metrics-token"; }
  echo "secrets: they are in $folder already; --renew makes new ones"
  exit 0
fi
target=$folder
folder=$(mktemp -d "$PWD/.secrets.XXXXXX")
trap 'rm -rf "$folder"' EXIT

# A private authority, and a certificate for the name that the clients use: `broker`.
authority=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc)
openssl req -x509 "${authority[@]}" -keyout "$folder/ca.key" -out "$folder/ca.pem" -days 3650 -subj "/CN=orders local authority" 2>/dev/null
openssl req "${authority[@]}" -keyout "$folder/broker.key" -out "$folder/broker.csr" -subj "/CN=broker" 2>/dev/null
openssl x509 -req -in "$folder/broker.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial -days 825 \
  -extfile <(printf 'subjectAltName=DNS:broker,DNS:localhost\nextendedKeyUsage=serverAuth\n') -out "$folder/broker.pem" 2>/dev/null
rm -f "$folder/broker.csr" "$folder/ca.srl"

# The program itself writes the files of users and keys; it runs as whoever runs this.
orders() {
  docker run --rm -i --network none --read-only --cap-drop ALL --user "$(id -u):$(id -g)" \
    --volume "$folder:/secrets" --env LOG_FORMAT=text "$image" "$@"
}
for name in kafka-password couchbase-password grafana-password metrics-token; do openssl rand -hex 24 >"$folder/$name"; done
orders users add platform --admin '*' --group '*' --transaction '*' --data-dir /secrets --broker-users /secrets/broker-users.json \
  --password-stdin <"$folder/kafka-password" >/dev/null
orders keys add compose --scope read --scope write --scope operate --data-dir /secrets --keys-file /secrets/api-keys.json --json \
  | sed -n 's/.*"key" *: *"\([^"]*\)".*/\1/p' >"$folder/api-key"
[ -s "$folder/api-key" ] || { echo "secrets: no API key was made" >&2; exit 1; }
rm -rf "$folder"/*.lock "$folder"/{state,store} "$target"
chmod 0444 "$folder"/{ca.pem,broker.pem,broker.key,broker-users.json,api-keys.json,api-key,{kafka,couchbase,grafana}-password,metrics-token}
mv "$folder" "$target"
echo "secrets: made in $(cd "$target" && pwd); the API key is in the file api-key"
