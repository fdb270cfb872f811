#!/usr/bin/env bash
# Brings another image to the services of an ECS platform that is there. An earlier image rolls back.
# Usage: deploy-ecs.sh IMAGE [--plan]    IMAGE: REPOSITORY:1.2.3 or REPOSITORY@sha256:…
#
# It changes task definitions and services, and refuses a plan with anything else: that is for `terraform apply` by
# somebody who may. What is drifted is not looked at either, so that a deployment needs few rights (infra/terraform-github).
#
# infra/terraform-ecs needs terraform.tfvars and backend.hcl. Where ECS_TFVARS and ECS_BACKEND are set, they are the text
# of these files.
set -euo pipefail
cd "$(dirname "$0")/../infra/terraform-ecs"
image=${1:?an image, such as ghcr.io/example/orders:1.2.3}
only_plan=${2:-}

plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
[ -z "${ECS_TFVARS:-}" ] || printf '%s\n' "$ECS_TFVARS" >terraform.tfvars
[ -z "${ECS_BACKEND:-}" ] || printf '%s\n' "$ECS_BACKEND" >backend.hcl
for file in terraform.tfvars backend.hcl; do
  [ -f "$file" ] || { echo "deploy-ecs: infra/terraform-ecs/$file is missing; see docs/DEPLOY-AWS.md" >&2; exit 1; }
done
export TF_IN_AUTOMATION=1 TF_INPUT=0
# Secrets that are sent need a value in every plan. A plan that would send one is refused below, so these never arrive.
for secret in jwt_secret payment_gateway_url alert_webhook_url alert_webhook_secret metrics_token tracing_headers webhook_endpoints; do
  name=TF_VAR_$secret
  [ -n "${!name:-}" ] || export "$name=not sent by a deployment"
done
terraform init -no-color -reconfigure -backend-config=backend.hcl >/dev/null
terraform plan -no-color -refresh=false -lock-timeout=60s -var "image=$image" -out="$plan" >/dev/null

changes=$(terraform show -json "$plan" | jq -r '.resource_changes[] | select(.change.actions - ["no-op", "read"] != [])
  | "\(.change.actions | join(",")) \(.address)"')
if [ -z "$changes" ]; then
  echo "deploy-ecs: $image is what runs"
  exit 0
fi
echo "$changes"
others=$(grep -vE '^(delete,create|create,delete) aws_ecs_task_definition\.service\[|^update aws_ecs_service\.service\[' <<<"$changes" || true)
if [ -n "$others" ]; then
  printf 'deploy-ecs: this is more than another image. Apply it by hand first (docs/DEPLOY-AWS.md):\n%s\n' "$others" >&2
  exit 1
fi
[ "$only_plan" = --plan ] && exit 0
# It waits until the new tasks run. Where they do not stay up ECS goes back to the old ones, and this fails.
terraform apply -no-color -lock-timeout=60s "$plan"
echo "deploy-ecs: $image runs"
