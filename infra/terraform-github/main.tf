# Whom .github/workflows/deploy.yaml is in AWS: one role for each environment of the GitHub repository. GitHub signs a
# token for the job, and AWS takes it for a role. No key is kept anywhere.
data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  account_id = data.aws_caller_identity.this.account_id
  partition  = data.aws_partition.this.partition
  issuer     = "token.actions.githubusercontent.com"
}

# One for the whole account. One that is there already: `terraform import aws_iam_openid_connect_provider.github ARN`.
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deploy" {
  for_each = var.environments

  name                 = "orders-deploy-${each.key}"
  description          = "Deployments of ${var.repository} to its environment ${each.key}"
  max_session_duration = 3600

  # Only jobs of this repository that name this environment. GitHub lets a job name it once its rules are met: from the
  # main branch or a tag, and approved.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "repo:${var.repository}:environment:${each.key}"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "deploy" {
  #checkov:skip=CKV_AWS_355:AWS grants these actions on everything or not at all; they read, or retire a definition
  #checkov:skip=CKV_AWS_290:AWS grants deregistering on everything or not at all; running tasks are not touched by it
  for_each = var.environments

  name = "deploy"
  role = aws_iam_role.deploy[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.ecs_statements[each.key], local.eks_statements[each.key])
  })
}
