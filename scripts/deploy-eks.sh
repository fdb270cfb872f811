#!/usr/bin/env bash
# Brings another version to a release of the chart that is installed. An earlier version rolls back.
# Usage: deploy-eks.sh CLUSTER VERSION [DIGEST]
#
# Waits until every pod is ready, then asks the platform itself (`helm test`). If either fails, the release before is
# brought back. RELEASE and NAMESPACE are `orders` unless they are set. Where ArgoCD is, a commit does this instead.
set -euo pipefail
cd "$(dirname "$0")/.."
cluster=${1:?the name of an EKS cluster}
version=${2:?a version, such as 1.2.3}
digest=${3:-}
release=${RELEASE:-orders}
namespace=${NAMESPACE:-orders}
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([.-][0-9A-Za-z.-]+)?$ ]]; then
  echo "deploy-eks: $version is no version; what \`latest\` is changes without a deployment" >&2
  exit 1
fi
KUBECONFIG=$(mktemp)
export KUBECONFIG
trap 'rm -f "$KUBECONFIG"' EXIT
aws eks update-kubeconfig --name "$cluster" --alias "$cluster" >/dev/null
before=$(helm --namespace "$namespace" history "$release" --max 1 --output json | jq -r '.[0].revision')
# New settings of the chart come in with their defaults; what the release was given stays.
helm --namespace "$namespace" upgrade "$release" k8s/charts/orders --reset-then-reuse-values \
  --set-string "image.tag=$version" --set-string "image.digest=$digest" --atomic --wait --timeout 15m
if ! helm --namespace "$namespace" test "$release" --logs --timeout 5m; then
  echo "deploy-eks: version $version runs and does not pass its test; revision $before is brought back" >&2
  helm --namespace "$namespace" rollback "$release" "$before" --wait --timeout 15m
  exit 1
fi
echo "deploy-eks: $version runs on $cluster"
