variable "name" {
  type        = string
  description = "What the names of the network's parts begin with."
}

variable "cidr" {
  type        = string
  description = "The addresses of the VPC, at least a /20."

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 20, false)
    error_message = "cidr must be an IPv4 range from /16 to /20, such as 10.40.0.0/16."
  }
}

variable "zones" {
  type        = list(string)
  description = "The availability zones, one subnet of each kind in each."

  validation {
    condition     = length(distinct(var.zones)) >= 2 && length(distinct(var.zones)) == length(var.zones)
    error_message = "zones must name two or more different availability zones."
  }
}

variable "nat" {
  type        = string
  description = "How the private subnets reach the internet: single (one gateway), zonal (one in each zone), none."

  validation {
    condition     = contains(["single", "zonal", "none"], var.nat)
    error_message = "nat must be single, zonal or none."
  }
}

variable "interface_endpoints" {
  type        = set(string)
  description = "AWS services that are reached through an interface endpoint, such as logs and ecr.api."
}

variable "private_services" {
  type = map(object({
    service_name = string
    domain       = string
    ports        = list(number)
  }))
  description = "Services of others that are reached over PrivateLink. Every name below the domain leads to the endpoint."
}

variable "kms_key_arn" {
  type        = string
  description = "The key that encrypts the flow log."
}

variable "log_retention_days" {
  type        = number
  description = "How long the flow log is kept."
}

variable "public_subnet_tags" {
  type        = map(string)
  default     = {}
  description = "Further tags of the public subnets."
}

variable "private_subnet_tags" {
  type        = map(string)
  default     = {}
  description = "Further tags of the private subnets."
}
