# Two regions behind one name. infra/terraform-ecs is applied once in each, with a state of its own and the tfvars beside
# this file, so that a fault in one cannot reach the other. This root then makes the name: the second region answers when
# the first does not. Data is not replicated: each region has the Kafka and the store that it is given.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

# Metrics of Route 53's health checks are in this region alone.
provider "aws" {
  region = "us-east-1"
}

variable "domain_name" {
  type        = string
  description = "The name that clients use."
}

variable "route53_zone_id" {
  type        = string
  description = "Its hosted zone."
}

variable "regions" {
  type = map(object({
    dns_name    = string
    zone_id     = string
    health_name = string
  }))
  description = "primary and secondary: the output load_balancer of each, and the name by which its health is asked."

  validation {
    condition     = toset(keys(var.regions)) == toset(["primary", "secondary"])
    error_message = "regions must have the keys primary and secondary."
  }
}

resource "aws_route53_health_check" "region" {
  for_each = var.regions

  fqdn              = each.value.health_name
  port              = 443
  type              = "HTTPS"
  resource_path     = "/healthz"
  request_interval  = 10
  failure_threshold = 3
  measure_latency   = false

  tags = { Name = "${var.domain_name} ${each.key}" }
}

# By which each region is asked, whoever has the public name.
resource "aws_route53_record" "region" {
  #checkov:skip=CKV2_AWS_23:the load balancers are those of the two other states
  for_each = var.regions

  zone_id = var.route53_zone_id
  name    = each.value.health_name
  type    = "A"

  alias {
    name                   = each.value.dns_name
    zone_id                = each.value.zone_id
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "public" {
  #checkov:skip=CKV2_AWS_23:the load balancers are those of the two other states
  for_each = var.regions

  zone_id         = var.route53_zone_id
  name            = var.domain_name
  type            = "A"
  set_identifier  = each.key
  health_check_id = aws_route53_health_check.region[each.key].id

  failover_routing_policy {
    type = upper(each.key)
  }

  alias {
    name                   = each.value.dns_name
    zone_id                = each.value.zone_id
    evaluate_target_health = true
  }
}
