mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
}

variables {
  region     = "eu-central-1"
  repository = "example/orders"
  environments = {
    staging = { region = "eu-central-1", eks_cluster = "orders" }
    production = {
      region = "eu-central-1"
      ecs = {
        state_bucket  = "states"
        state_key     = "ecs/terraform.tfstate"
        state_kms_arn = "arn:aws:kms:eu-central-1:123456789012:key/1"
      }
    }
  }
}

run "a_role_is_for_one_environment_of_one_repository" {
  assert {
    condition = alltrue([
      for name, role in aws_iam_role.deploy :
      jsondecode(role.assume_role_policy).Statement[0].Condition == {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:example/orders:environment:${name}"
        }
      }
    ])
    error_message = "Another repository, branch or environment could take the role."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.deploy["staging"].policy).Statement : statement.Sid] == ["Cluster"]
    error_message = "A role for EKS may find its cluster and nothing else."
  }
}

run "a_repository_with_a_wildcard_is_refused" {
  command = plan
  variables {
    repository = "example/*"
  }
  expect_failures = [var.repository]
}

run "a_role_for_nothing_is_refused" {
  command = plan
  variables {
    environments = { staging = { region = "eu-central-1" } }
  }
  expect_failures = [var.environments]
}
