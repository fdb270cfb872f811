variable "region" {
  type        = string
  description = "The cluster's region."
}

variable "cluster_name" {
  type        = string
  description = "The cluster: the output of infra/terraform-eks."
}

variable "vpc_id" {
  type        = string
  description = "The cluster's VPC: the output of infra/terraform-eks."
}

variable "role_arns" {
  type        = map(string)
  description = "The roles of the service accounts: the output of infra/terraform-eks."

  validation {
    condition     = length(setsubtract(["external-secrets", "load-balancer"], keys(var.role_arns))) == 0
    error_message = "role_arns must have the keys external-secrets and load-balancer."
  }
}

variable "repository" {
  type        = string
  description = "The git repository that ArgoCD follows."
}

variable "revision" {
  type        = string
  default     = "main"
  description = "Its branch or tag."
}

variable "chart_versions" {
  type        = map(string)
  description = "The charts' versions, by name. Nothing is installed at a version that nobody chose."

  validation {
    condition     = length(setsubtract(["aws-load-balancer-controller", "external-secrets", "keda", "argo-cd", "argocd-apps"], keys(var.chart_versions))) == 0
    error_message = "chart_versions must name aws-load-balancer-controller, external-secrets, keda, argo-cd and argocd-apps."
  }
}
