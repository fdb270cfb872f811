output "couchbase_host" {
  value       = "couchbases://${couchbase-capella_cluster.this.connection_string}"
  description = "couchbase_host of infra/terraform-ecs."
}
