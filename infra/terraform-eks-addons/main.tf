# What the cluster needs before the platform: the load balancer controller, External Secrets, KEDA and ArgoCD, which
# then installs the platform's chart from the repository. A root of its own: it needs the Helm provider and a cluster.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "~> 2.17"
    }
  }
}

provider "aws" {
  region = var.region
}

data "aws_eks_cluster" "this" {
  name = var.cluster_name
}

provider "helm" {
  kubernetes {
    host                   = data.aws_eks_cluster.this.endpoint
    cluster_ca_certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)

    exec {
      api_version = "client.authentication.k8s.io/v1beta1"
      command     = "aws"
      args        = ["eks", "get-token", "--cluster-name", var.cluster_name, "--region", var.region]
    }
  }
}

locals {
  charts = {
    aws-load-balancer-controller = {
      repository = "https://aws.github.io/eks-charts"
      namespace  = "kube-system"
      values = {
        clusterName = var.cluster_name
        region      = var.region
        vpcId       = var.vpc_id
        serviceAccount = {
          name        = "load-balancer"
          annotations = { "eks.amazonaws.com/role-arn" = var.role_arns["load-balancer"] }
        }
      }
    }
    external-secrets = {
      repository = "https://charts.external-secrets.io"
      namespace  = "external-secrets"
      values = {
        serviceAccount = {
          name        = "external-secrets"
          annotations = { "eks.amazonaws.com/role-arn" = var.role_arns["external-secrets"] }
        }
      }
    }
    keda = {
      repository = "https://kedacore.github.io/charts"
      namespace  = "keda"
      values     = {}
    }
    argo-cd = {
      repository = "https://argoproj.github.io/argo-helm"
      namespace  = "argocd"
      values     = {}
    }
  }
}

resource "helm_release" "this" {
  for_each = local.charts

  name             = each.key
  repository       = each.value.repository
  chart            = each.key
  version          = var.chart_versions[each.key]
  namespace        = each.value.namespace
  create_namespace = true
  atomic           = true
  timeout          = 600
  values           = [yamlencode(each.value.values)]
}

# The applications: what the repository has is what runs.
resource "helm_release" "applications" {
  name       = "argocd-apps"
  repository = "https://argoproj.github.io/argo-helm"
  chart      = "argocd-apps"
  version    = var.chart_versions["argocd-apps"]
  namespace  = "argocd"
  values = [yamlencode({
    applications = {
      for name, path in { cluster = "k8s/cluster", orders = "k8s/argocd" } : name => {
        namespace                 = "argocd"
        project                   = "default"
        source                    = { repoURL = var.repository, targetRevision = var.revision, path = path }
        destination = {
          server    = "https://kubernetes.default.svc"
          namespace = "argocd"
        }
        syncPolicy = { automated = { prune = true, selfHeal = true } }
      }
    }
  })]

  depends_on = [helm_release.this]
}
