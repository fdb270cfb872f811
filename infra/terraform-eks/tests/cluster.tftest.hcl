mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mocked" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/mocked" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mocked" }
  }
  mock_resource "aws_launch_template" {
    defaults = { id = "lt-0123456789abcdef0", latest_version = 1 }
  }
  mock_resource "aws_eks_cluster" {
    defaults = { identity = [{ oidc = [{ issuer = "https://oidc.eks.eu-central-1.amazonaws.com/id/ABC" }] }] }
  }
}

variables {
  region         = "eu-central-1"
  operator_cidrs = ["203.0.113.0/24"]
  administrators = ["arn:aws:iam::123456789012:role/operators"]
  deployers      = ["arn:aws:iam::123456789012:role/orders-deploy-staging"]
}

run "everything" {
  assert {
    condition     = length(aws_eks_addon.this) == 4 && length(aws_eks_access_entry.administrator) == 1
    error_message = "Add-ons and administrators are there."
  }

  assert {
    condition     = [for entry in aws_eks_access_entry.deployer : entry.kubernetes_groups] == [toset(["orders-deployers"])]
    error_message = "A deployer has the rights of its group, and no policy of EKS."
  }

  assert {
    condition     = strcontains(aws_iam_role.account["external-secrets"].assume_role_policy, "system:serviceaccount:external-secrets:external-secrets")
    error_message = "A role is for one service account."
  }
}

run "without_operators_the_cluster_is_private" {
  command = plan
  variables {
    operator_cidrs = []
  }

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_public_access == false
    error_message = "Nobody reaches it from outside."
  }
}

run "the_whole_internet_is_refused" {
  command = plan
  variables {
    operator_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.operator_cidrs]
}
