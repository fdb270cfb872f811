# Free of charge, and image layers come from S3: always there.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${data.aws_region.this.name}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]

  tags = { Name = "${var.name}-s3" }
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = "Interface endpoints of AWS services"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  security_group_id = aws_security_group.endpoints.id
  description       = "HTTPS from the VPC"
  cidr_ipv4         = var.cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${data.aws_region.this.name}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.endpoints.id]

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "private_service" {
  for_each = var.private_services

  name        = "${var.name}-${each.key}"
  description = "PrivateLink to ${each.key}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_security_group_ingress_rule" "private_service" {
  for_each = merge([
    for name, service in var.private_services : { for port in service.ports : "${name}-${port}" => { name = name, port = port } }
  ]...)

  security_group_id = aws_security_group.private_service[each.value.name].id
  description       = "From the VPC"
  cidr_ipv4         = var.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_endpoint" "private_service" {
  for_each = var.private_services

  vpc_id             = aws_vpc.this.id
  service_name       = each.value.service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids = [aws_security_group.private_service[each.key].id]

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_route53_zone" "private_service" {
  # Names of the VPC alone: no queries of others to log, nothing to sign.
  #checkov:skip=CKV2_AWS_38:a private zone cannot be signed
  #checkov:skip=CKV2_AWS_39:query logging is for public zones
  for_each = var.private_services

  name    = each.value.domain
  comment = "PrivateLink to ${each.key}"

  vpc {
    vpc_id = aws_vpc.this.id
  }
}

resource "aws_route53_record" "private_service" {
  for_each = var.private_services

  zone_id = aws_route53_zone.private_service[each.key].zone_id
  name    = "*.${each.value.domain}"
  type    = "CNAME"
  ttl     = 60
  records = [aws_vpc_endpoint.private_service[each.key].dns_entry[0].dns_name]
}
