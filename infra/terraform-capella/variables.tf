variable "capella_token" {
  type        = string
  sensitive   = true
  ephemeral   = true
  description = "An API key of Capella that may make projects."
}

variable "organization_id" {
  type        = string
  description = "The organization at Capella."
}

variable "name" {
  type        = string
  default     = "orders"
  description = "The project's and the cluster's name."
}

variable "region" {
  type        = string
  description = "The AWS region: that of the services."
}

variable "cidr" {
  type        = string
  default     = "10.80.0.0/23"
  description = "The cluster's addresses: not those of a VPC that it is connected to."
}

variable "node" {
  type        = object({ cpu = number, ram = number, storage = number })
  default     = { cpu = 4, ram = 16, storage = 100 }
  description = "The size of each of the three nodes: CPUs, GiB, GiB."
}

variable "support_plan" {
  type        = string
  default     = "developer pro"
  description = "basic, developer pro or enterprise."

  validation {
    condition     = contains(["basic", "developer pro", "enterprise"], var.support_plan)
    error_message = "support_plan must be basic, developer pro or enterprise."
  }
}

variable "bucket" {
  type        = string
  default     = "orders"
  description = "The bucket's name."
}

variable "bucket_memory" {
  type        = number
  default     = 4096
  description = "MiB of each node."
}

variable "username" {
  type        = string
  default     = "orders"
  description = "The database user: COUCHBASE_USERNAME."
}

variable "client_cidrs" {
  type        = set(string)
  default     = []
  description = "From where the store may be reached: the NAT gateways' addresses, such as 198.51.100.7/32."

  validation {
    condition     = !contains(var.client_cidrs, "0.0.0.0/0")
    error_message = "client_cidrs must not be the whole internet."
  }
}
