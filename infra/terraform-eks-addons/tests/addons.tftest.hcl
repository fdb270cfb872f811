mock_provider "aws" {
  mock_data "aws_eks_cluster" {
    defaults = { endpoint = "https://cluster", certificate_authority = [{ data = "Y2E=" }] }
  }
}
mock_provider "helm" {}

variables {
  region       = "eu-central-1"
  cluster_name = "orders"
  vpc_id       = "vpc-1"
  repository   = "https://github.com/example/orders.git"
  role_arns = {
    external-secrets = "arn:aws:iam::123456789012:role/secrets"
    load-balancer    = "arn:aws:iam::123456789012:role/balancer"
  }
  chart_versions = {
    aws-load-balancer-controller = "1.13.0"
    external-secrets             = "0.17.0"
    keda                         = "2.17.0"
    argo-cd                      = "8.0.0"
    argocd-apps                  = "2.0.2"
  }
}

run "everything_is_installed_at_a_version_that_somebody_chose" {
  assert {
    condition     = length(helm_release.this) == 4 && alltrue([for release in helm_release.this : release.version != null && release.atomic])
    error_message = "Each chart has a version, and a failed one is taken back."
  }

  assert {
    condition     = strcontains(helm_release.this["external-secrets"].values[0], "role/secrets")
    error_message = "Its service account has its role."
  }
}

run "a_version_that_is_missing_is_refused" {
  command = plan
  variables {
    chart_versions = { keda = "2.17.0" }
  }
  expect_failures = [var.chart_versions]
}
