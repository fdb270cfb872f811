data "aws_availability_zones" "this" {
  #checkov:skip=CKV_AWS_394:the first ones by name are taken, and a new zone is named after those that are there
  state = "available"

  # Local zones lack Fargate.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones = slice(sort(data.aws_availability_zones.this.names), 0, var.zone_count)
  # Kafka and the store are outside of AWS, so a gateway is there anyway, and what it costs does not grow by these calls.
  # Without one, everything that a task needs from AWS comes through endpoints.
  interface_endpoints = var.nat != "none" ? [] : concat(
    ["ecr.api", "ecr.dkr", "logs", "monitoring", "secretsmanager"],
    length(local.collector) > 0 ? ["aps-workspaces"] : [],
  )
}

module "network" {
  source = "../terraform-modules/network"

  name                = var.name
  cidr                = var.vpc_cidr
  zones               = local.zones
  nat                 = var.nat
  interface_endpoints = local.interface_endpoints
  private_services    = var.private_services
  kms_key_arn         = aws_kms_key.platform.arn
  log_retention_days  = var.log_retention_days
}

# A group for each service: each reaches only what it uses.
resource "aws_security_group" "service" {
  for_each = local.tasks

  name        = "${var.name}-${each.key}"
  description = "Tasks of ${each.key}"
  vpc_id      = module.network.vpc_id

  tags = { Name = "${var.name}-${each.key}" }
}

#trivy:ignore:AVD-AWS-0104:Confluent and Capella have no fixed addresses; with private links the NAT gateway can be left out
resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = local.tasks

  security_group_id = aws_security_group.service[each.key].id
  description       = "AWS, the image registry, webhooks and gateways"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

#trivy:ignore:AVD-AWS-0104:Confluent and Capella have no fixed addresses; with private links the NAT gateway can be left out
resource "aws_vpc_security_group_egress_rule" "kafka" {
  for_each = local.services

  security_group_id = aws_security_group.service[each.key].id
  description       = "Kafka over TLS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 9092
  to_port           = 9092
}

# Capella: management and query over TLS, and the key-value service.
#trivy:ignore:AVD-AWS-0104:Confluent and Capella have no fixed addresses; with private links the NAT gateway can be left out
resource "aws_vpc_security_group_egress_rule" "store" {
  for_each = {
    for pair in setproduct([for name, service in local.services : name if service.store], keys(local.store_ports)) :
    join("-", pair) => { service = pair[0], ports = local.store_ports[pair[1]] }
  }

  security_group_id = aws_security_group.service[each.value.service].id
  description       = "Couchbase over TLS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value.ports[0]
  to_port           = each.value.ports[1]
}

resource "aws_vpc_security_group_ingress_rule" "page" {
  for_each = local.pages

  security_group_id            = aws_security_group.service[each.key].id
  description                  = "The page of metrics, from Prometheus"
  referenced_security_group_id = aws_security_group.service["prometheus"].id
  ip_protocol                  = "tcp"
  from_port                    = local.metrics_port
  to_port                      = local.metrics_port
}

resource "aws_vpc_security_group_egress_rule" "page" {
  for_each = local.pages

  security_group_id            = aws_security_group.service["prometheus"].id
  description                  = "The page of metrics of ${each.key}"
  referenced_security_group_id = aws_security_group.service[each.key].id
  ip_protocol                  = "tcp"
  from_port                    = local.metrics_port
  to_port                      = local.metrics_port
}

resource "aws_vpc_security_group_ingress_rule" "api" {
  security_group_id            = aws_security_group.service["api"].id
  description                  = "HTTP from the load balancer"
  referenced_security_group_id = aws_security_group.alb.id
  ip_protocol                  = "tcp"
  from_port                    = local.http_port
  to_port                      = local.http_port
}
