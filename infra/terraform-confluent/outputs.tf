output "kafka" {
  value       = { id = confluent_kafka_cluster.this.id, rest_endpoint = confluent_kafka_cluster.this.rest_endpoint }
  description = "What the second apply is given as `kafka`."
}

output "bootstrap_servers" {
  value       = replace(confluent_kafka_cluster.this.bootstrap_endpoint, "SASL_SSL://", "")
  description = "kafka_bootstrap_servers of infra/terraform-ecs."
}

# Made by the command line, keys stay out of the state.
output "key_commands" {
  value = {
    for name, account in confluent_service_account.service : name =>
    "confluent api-key create --service-account ${account.id} --resource ${confluent_kafka_cluster.this.id} --environment ${confluent_environment.this.id}"
  }
  description = "How the key of each service is made."
}
