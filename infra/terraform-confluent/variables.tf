variable "name" {
  type        = string
  default     = "orders"
  description = "The environment's and the cluster's name."
}

variable "region" {
  type        = string
  description = "The AWS region of the cluster: that of the services."
}

variable "homes" {
  type        = number
  default     = 6
  description = "How many partitions the topics of the flow have. Later changes are made with `orders topics repartition`."

  validation {
    condition     = var.homes >= 1 && var.homes <= 10000 && floor(var.homes) == var.homes
    error_message = "homes must be a whole number from 1 to 10000."
  }
}

variable "kafka" {
  type        = object({ id = string, rest_endpoint = string })
  default     = null
  description = "The cluster's id and REST endpoint, as the outputs say. null in the first apply, which makes the cluster."
}

variable "cloud_api_key" {
  type        = string
  sensitive   = true
  ephemeral   = true
  description = "A key of the organization."
}

variable "cloud_api_secret" {
  type        = string
  sensitive   = true
  ephemeral   = true
  description = "Its secret."
}

variable "kafka_api_key" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "A key of the cluster that may make topics and ACLs: for the second apply."
}

variable "kafka_api_secret" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "Its secret."
}
