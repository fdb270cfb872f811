variable "region" {
  type        = string
  description = "The AWS region that this stack is managed from. Its roles are of the whole account."
}

variable "repository" {
  type        = string
  description = "The GitHub repository whose workflow deploys: owner/name."

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be owner/name, without wildcards."
  }
}

variable "environments" {
  type = map(object({
    region = string
    ecs = optional(object({
      name          = optional(string, "orders")
      state_bucket  = string
      state_key     = string
      state_kms_arn = string
    }))
    eks_cluster = optional(string)
  }))
  description = "By GitHub environment: its region, the ECS platform with the place of its state, the EKS cluster."

  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in keys(var.environments) : can(regex("^[a-z][a-z0-9-]{0,29}$", name))])
    error_message = "environments needs an entry, and names of lower-case letters, digits and hyphens."
  }

  validation {
    condition     = alltrue([for environment in values(var.environments) : environment.ecs != null || environment.eks_cluster != null])
    error_message = "Each of environments needs ecs, eks_cluster or both: a role for nothing is not made."
  }
}
