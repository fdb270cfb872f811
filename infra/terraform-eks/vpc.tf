data "aws_availability_zones" "this" {
  #checkov:skip=CKV_AWS_394:the first ones by name are taken, and a new zone is named after those that are there
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

module "network" {
  source = "../terraform-modules/network"

  name                = "${var.name}-eks"
  cidr                = var.vpc_cidr
  zones               = slice(sort(data.aws_availability_zones.this.names), 0, 3)
  nat                 = var.nat
  interface_endpoints = []
  private_services    = {}
  kms_key_arn         = aws_kms_key.cluster.arn
  log_retention_days  = var.log_retention_days

  # By these the load balancer controller finds its subnets.
  public_subnet_tags  = { "kubernetes.io/role/elb" = "1" }
  private_subnet_tags = { "kubernetes.io/role/internal-elb" = "1" }
}
