variable "region" {
  type        = string
  description = "The AWS region."
}

variable "name" {
  type        = string
  default     = "orders"
  description = "What every name begins with. Another name makes another, independent platform."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 20 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "zone_count" {
  type        = number
  default     = 3
  description = "Over how many availability zones the platform is spread."

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "zone_count must be 2 or 3."
  }
}

variable "vpc_cidr" {
  type        = string
  default     = "10.40.0.0/16"
  description = "The addresses of the VPC. Regions that are to be connected need different ones."
}

variable "nat" {
  type        = string
  default     = "single"
  description = "single: one NAT gateway. zonal: one in each zone. none: Kafka, the store and the image come over private links."

  validation {
    condition     = contains(["single", "zonal", "none"], var.nat)
    error_message = "nat must be single, zonal or none."
  }

  validation {
    condition     = var.nat != "none" || (var.ecr_repository_arn != null && length(var.private_services) > 0)
    error_message = "Without a NAT gateway the image must come from ECR (ecr_repository_arn), and Kafka over PrivateLink (private_services)."
  }
}

variable "private_services" {
  type = map(object({
    service_name = string
    domain       = string
    ports        = list(number)
  }))
  default     = {}
  description = "Clusters that are reached over PrivateLink: the name of their endpoint service, their domain and their ports."
}

variable "domain_name" {
  type        = string
  description = "The public name of the API and the dashboard."

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "domain_name must be a host name, such as orders.example.com."
  }
}

variable "alternative_names" {
  type        = list(string)
  default     = []
  description = "Further names that the certificate has and the API answers to."
}

variable "route53_zone_id" {
  type        = string
  description = "The hosted zone of these names."
}

variable "create_dns_record" {
  type        = bool
  default     = true
  description = "Whether domain_name is made to point here. false where a failover record does."
}

variable "image" {
  type        = string
  description = "The platform's image, by digest or by a version."

  validation {
    condition     = can(regex("(@sha256:[0-9a-f]{64}|:[0-9][0-9A-Za-z._-]*)$", var.image))
    error_message = "image must end with a digest (@sha256:…) or a version (:1.2.3): what `latest` is changes without a deployment."
  }
}

variable "cpu_architecture" {
  type        = string
  default     = "ARM64"
  description = "ARM64 costs a fifth less than X86_64. The image has both."

  validation {
    condition     = contains(["ARM64", "X86_64"], var.cpu_architecture)
    error_message = "cpu_architecture must be ARM64 or X86_64."
  }
}

variable "ecr_repository_arn" {
  type        = string
  default     = null
  description = "The ECR repository of the image, if it is there."
}

variable "registry_private" {
  type        = bool
  default     = false
  description = "Whether the image's registry asks for registry_username and registry_token."
}

variable "services" {
  type = map(object({
    cpu    = optional(number)
    memory = optional(number)
    min    = optional(number)
    max    = optional(number)
    spot   = optional(bool)
    lag    = optional(number)
  }))
  default     = {}
  description = "What differs from the sizes in services.tf, by service: CPU units, MiB, tasks, Spot, records that wait for each task."

  validation {
    condition     = length(setsubtract(keys(var.services), ["api", "fraud", "payments", "analytics", "sink", "alerting", "webhooks", "lag", "producer"])) == 0
    error_message = "services has the keys api, fraud, payments, analytics, sink, alerting, webhooks, lag and producer."
  }

  validation {
    condition = alltrue([
      for service in values(var.services) :
      service.cpu == null && service.memory == null || try(contains(local.fargate_memory[tostring(service.cpu)], service.memory), false)
    ])
    error_message = "cpu and memory must be a pair that Fargate has, such as 256 and 512, 512 and 1024, 1024 and 2048."
  }

  validation {
    condition     = alltrue([for service in values(var.services) : coalesce(service.max, 6) >= coalesce(service.min, 1)])
    error_message = "max must not be less than min."
  }

  validation {
    condition     = !contains(var.optional_secrets, "metrics-token") || alltrue([for service in values(var.services) : coalesce(service.max, 6) <= 8])
    error_message = "With metrics-token a service may have 8 tasks at most: a name in the VPC leads to no more of them, and the others would not be scraped."
  }
}

variable "producer_rate" {
  type        = number
  default     = null
  description = "For trials: orders a second that a producer makes. null: there is no producer."
}

variable "tracing" {
  type = object({
    endpoint = string
    ratio    = optional(number, 1)
  })
  default     = null
  description = "The collector of traces (OTLP over HTTPS), and the share of new traces that is recorded. null: nothing is traced."

  validation {
    condition     = var.tracing == null || can(regex("^https://[^:]+$", var.tracing.endpoint))
    error_message = "tracing.endpoint must be an https URL without a port: the services reach other hosts at 443 only."
  }

  validation {
    condition     = var.tracing == null || try(var.tracing.ratio >= 0 && var.tracing.ratio <= 1, false)
    error_message = "tracing.ratio must be from 0 to 1."
  }
}

variable "prometheus_image" {
  type        = string
  default     = "prom/prometheus:v3.5.0@sha256:63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996"
  description = "What scrapes the pages of metrics, with metrics-token in optional_secrets. Without a NAT gateway a copy in the repository of ecr_repository_arn."

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.prometheus_image))
    error_message = "prometheus_image must end with a digest (@sha256:…)."
  }

  validation {
    condition     = var.nat != "none" || !contains(var.optional_secrets, "metrics-token") || can(regex("\\.dkr\\.ecr\\.", var.prometheus_image))
    error_message = "Without a NAT gateway prometheus_image must be in ECR."
  }
}

variable "log_level" {
  type        = string
  default     = "notice"
  description = "trace, debug, info, notice, warning, error or critical."

  validation {
    condition     = contains(["trace", "debug", "info", "notice", "warning", "error", "critical"], var.log_level)
    error_message = "log_level must be trace, debug, info, notice, warning, error or critical."
  }
}

variable "log_retention_days" {
  type        = number
  default     = 365
  description = "How long logs are kept."
}

variable "kafka_bootstrap_servers" {
  type        = string
  description = "The Confluent Cloud cluster: HOST:9092."

  validation {
    condition     = can(regex("^[A-Za-z0-9.-]+:9092(,[A-Za-z0-9.-]+:9092)*$", var.kafka_bootstrap_servers))
    error_message = "kafka_bootstrap_servers must be HOST:9092, several with commas."
  }
}

variable "couchbase_host" {
  type        = string
  description = "The Capella cluster: couchbases://cb.….cloud.couchbase.com."

  validation {
    condition     = startswith(var.couchbase_host, "couchbases://")
    error_message = "couchbase_host must begin with couchbases:// : Capella takes only TLS."
  }
}

variable "couchbase_bucket" {
  type        = string
  default     = "orders"
  description = "The bucket."
}

variable "couchbase_username" {
  type        = string
  description = "The database user of the store."
}

variable "jwt" {
  type = object({
    issuer   = string
    audience = string
    key_set  = optional(string)
  })
  description = "Whose JSON Web Tokens the API takes: issuer, audience, and the https URL of the key set. Without a key set give jwt_secret."

  validation {
    condition     = (var.jwt.key_set != null) != contains(var.optional_secrets, "jwt")
    error_message = "Give jwt.key_set, or put jwt into optional_secrets and give jwt_secret: the API does not start without either."
  }

  validation {
    condition     = var.jwt.key_set == null || startswith(coalesce(var.jwt.key_set, "-"), "https://")
    error_message = "jwt.key_set must be an https URL."
  }
}

variable "alarm_emails" {
  type        = set(string)
  default     = []
  description = "Who is notified of alarms. Each address has to confirm."
}

variable "waf_requests_per_5_minutes" {
  type        = number
  default     = 30000
  description = "How many requests one address may make in five minutes."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Whether the load balancer and the access logs are protected. Set false, apply, and then destroy."
}

variable "secret_recovery_days" {
  type        = number
  default     = 7
  description = "For how long a deleted secret can be recovered, 7 to 30. 0: not at all, for trials that are made again at once."
}

variable "wait_for_steady_state" {
  type        = bool
  default     = true
  description = "Whether an apply waits until the new tasks run, and fails if they were rolled back."
}

# Secrets. Ephemeral: neither a plan nor the state holds them. Give them as TF_VAR_….

variable "secrets_version" {
  type        = number
  default     = 1
  description = "Count it up to send the secrets below again."
}

variable "optional_secrets" {
  type        = set(string)
  default     = []
  description = "Which of these are given: jwt, payment-gateway, alert-webhook, alert-webhook-secret, metrics-token, tracing-headers, webhook-endpoints. With metrics-token every page of metrics is scraped. With webhook-endpoints the service webhooks runs."

  validation {
    condition     = length(setsubtract(var.optional_secrets, ["jwt", "payment-gateway", "alert-webhook", "alert-webhook-secret", "metrics-token", "tracing-headers", "webhook-endpoints"])) == 0
    error_message = "optional_secrets may hold jwt, payment-gateway, alert-webhook, alert-webhook-secret, metrics-token, tracing-headers and webhook-endpoints."
  }
}

variable "confluent_api_key" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "The API key of every service that has none of its own."
}

variable "confluent_api_secret" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "The secret that belongs to it."
}

variable "confluent_service_credentials" {
  type        = map(object({ api_key = string, api_secret = string }))
  sensitive   = true
  ephemeral   = true
  default     = {}
  description = "The API keys of single services, as infra/terraform-confluent makes them."
}

variable "couchbase_password" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "The password of couchbase_username."
}

variable "registry_username" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "The user of the image's registry."
}

variable "registry_token" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "A token that may read the image."
}

variable "jwt_secret" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "The secret shared with the issuer (HS256)."
}

variable "payment_gateway_url" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "The payment processor; its URL may hold a token. Without it payments are simulated."
}

variable "alert_webhook_url" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "Where fraud alerts are posted."
}

variable "alert_webhook_secret" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "Signs posted fraud alerts: whsec_ and Base64."
}

variable "webhook_endpoints" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "The JSON text of the endpoints that outcomes of orders are posted to: docs/API.md, webhooks."
}

variable "tracing_headers" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "Headers for the collector of traces, with its credentials: name=value,name=value."
}

variable "metrics_token" {
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
  description = "What Prometheus shows to the pages of metrics: 16 characters or more."

  validation {
    condition     = var.metrics_token == null || length(coalesce(var.metrics_token, "-")) >= 16
    error_message = "metrics_token must have 16 characters or more: a service does not start with a shorter one."
  }
}
