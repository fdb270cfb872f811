output "url" {
  value       = "https://${var.domain_name}"
  description = "The API and the dashboard."
}

output "load_balancer" {
  value       = { dns_name = aws_lb.this.dns_name, zone_id = aws_lb.this.zone_id }
  description = "What a failover record points to."
}

output "cluster" {
  value       = aws_ecs_cluster.this.name
  description = "The ECS cluster, for `aws ecs` commands."
}

output "services" {
  value       = sort(keys(local.services))
  description = "The ECS services."
}

output "secrets" {
  value = merge(
    { for name, secret in aws_secretsmanager_secret.kafka : "${name}/kafka" => secret.name },
    { for name, secret in aws_secretsmanager_secret.platform : name => secret.name },
  )
  description = "The names of the secrets, for their rotation."
}

output "dashboard" {
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards:name=${aws_cloudwatch_dashboard.this.dashboard_name}"
  description = "The CloudWatch dashboard."
}

output "prometheus" {
  value       = one(aws_prometheus_workspace.this[*].prometheus_endpoint)
  description = "Where the metrics are asked for: a data source of Grafana, signed by SigV4."
}

output "alarm_topic" {
  value       = aws_sns_topic.alarms.arn
  description = "Where alarms are sent."
}

output "nat_addresses" {
  value       = module.network.nat_addresses
  description = "From where the services call Kafka and the store: for the allow list of Capella."
}

output "image" {
  value       = var.image
  description = "What runs: for a change by hand after a deployment by the pipeline."
}
