output "vpc_id" {
  value       = aws_vpc.this.id
  description = "The VPC."
}

output "public_subnet_ids" {
  value       = [for zone in var.zones : aws_subnet.public[zone].id]
  description = "The subnets of the load balancer, one in each zone."
}

output "private_subnet_ids" {
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
  description = "The subnets of the services, one in each zone."
}

output "nat_addresses" {
  value       = [for address in aws_eip.nat : address.public_ip]
  description = "The addresses by which the private subnets call others."
}
