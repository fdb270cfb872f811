variable "region" {
  type        = string
  description = "The AWS region."
}

variable "name" {
  type        = string
  default     = "orders"
  description = "What every name begins with."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 20 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "vpc_cidr" {
  type        = string
  default     = "10.60.0.0/16"
  description = "The addresses of the VPC."
}

variable "nat" {
  type        = string
  default     = "single"
  description = "single: one NAT gateway. zonal: one in each zone."

  validation {
    condition     = contains(["single", "zonal"], var.nat)
    error_message = "nat must be single or zonal: nodes fetch images of several registries."
  }
}

variable "kubernetes_version" {
  type        = string
  default     = "1.33"
  description = "The version of Kubernetes."

  validation {
    condition     = can(regex("^1\\.(3[0-9])$", var.kubernetes_version))
    error_message = "kubernetes_version must be 1.30 or later: the chart uses what came with it."
  }
}

variable "operator_cidrs" {
  type        = set(string)
  default     = []
  description = "From where the cluster's API may be reached, besides the VPC. Empty: from nowhere."

  validation {
    condition     = !contains(var.operator_cidrs, "0.0.0.0/0")
    error_message = "operator_cidrs must not be the whole internet."
  }
}

variable "administrators" {
  type        = set(string)
  default     = []
  description = "ARNs of IAM roles that administer the cluster, besides the one that makes it."
}

variable "deployers" {
  type        = set(string)
  default     = []
  description = "ARNs of IAM roles that upgrade the platform's release: the roles that infra/terraform-github makes."
}

variable "nodes" {
  type = object({
    instance_types = optional(list(string), ["m7g.large"])
    ami_type       = optional(string, "AL2023_ARM_64_STANDARD")
    capacity_type  = optional(string, "ON_DEMAND")
    min            = optional(number, 3)
    max            = optional(number, 6)
    disk_gib       = optional(number, 50)
  })
  default     = {}
  description = "The nodes: a group over all zones."

  validation {
    condition     = contains(["ON_DEMAND", "SPOT"], var.nodes.capacity_type) && var.nodes.min >= 2 && var.nodes.max >= var.nodes.min
    error_message = "nodes: capacity_type is ON_DEMAND or SPOT, min is 2 or more, and max is not less."
  }
}

variable "addons" {
  type        = map(string)
  default     = { vpc-cni = "{\"enableNetworkPolicy\":\"true\"}", coredns = "{}", kube-proxy = "{}", metrics-server = "{}" }
  description = "EKS add-ons and their settings as JSON. vpc-cni enforces the chart's network policies."
}

variable "log_retention_days" {
  type        = number
  default     = 365
  description = "How long the control plane's logs are kept."
}
