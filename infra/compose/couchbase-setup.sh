#!/usr/bin/env bash
# Makes the Couchbase cluster, the bucket `orders` and the platform's user. What is there already stays.
# Runs in the container `couchbase-setup` of compose.yaml.
set -euo pipefail
password=$(cat /run/secrets/couchbase-password)
server=couchbase:8091
login=(--cluster "$server" --username Administrator --password "$password")

if ! couchbase-cli server-list "${login[@]}" >/dev/null 2>&1; then
  couchbase-cli cluster-init --cluster "$server" --cluster-username Administrator --cluster-password "$password" \
    --cluster-name orders --services data,index,query --cluster-ramsize 512 --cluster-index-ramsize 256
fi
until couchbase-cli bucket-list "${login[@]}" >/tmp/buckets 2>&1; do
  echo "setup: the cluster is not ready yet"
  sleep 1
done
if ! grep -qx orders /tmp/buckets; then
  couchbase-cli bucket-create "${login[@]}" --bucket orders --bucket-type couchbase --bucket-ramsize 256 \
    --bucket-replica 0 --wait
fi
# The Community Edition has no narrower role that may make collections and indexes.
couchbase-cli user-manage "${login[@]}" --set --rbac-username orders --rbac-password "$password" \
  --roles admin --auth-domain local
echo "setup: done"
