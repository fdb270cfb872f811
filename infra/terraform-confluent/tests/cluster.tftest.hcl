# What is made here may not be destroyed, not even by a test: so all of it is only planned.
mock_provider "confluent" {
  override_during = plan

  mock_resource "confluent_kafka_cluster" {
    defaults = { id = "lkc-1", bootstrap_endpoint = "SASL_SSL://pkc-1.eu-central-1.aws.confluent.cloud:9092", rest_endpoint = "https://pkc-1:443" }
  }
}

variables {
  region           = "eu-central-1"
  cloud_api_key    = "PLANTED-cloud"
  cloud_api_secret = "PLANTED-cloud-secret"
  kafka_api_key    = "PLANTED-kafka"
  kafka_api_secret = "PLANTED-kafka-secret"
}

run "the_first_apply_makes_the_cluster_alone" {
  command = plan

  assert {
    condition     = length(confluent_kafka_topic.this) == 0 && length(confluent_kafka_acl.this) == 0
    error_message = "Topics and rights need a key of the cluster."
  }

  assert {
    condition     = output.bootstrap_servers == "pkc-1.eu-central-1.aws.confluent.cloud:9092"
    error_message = "The address is one that the platform takes."
  }
}

run "the_second_makes_topics_and_rights" {
  command = plan

  variables {
    kafka = { id = "lkc-1", rest_endpoint = "https://pkc-1:443" }
  }

  assert {
    condition     = length(confluent_kafka_topic.this) == 6 + 9 + 3
    error_message = "Those of the flow with the log of deliveries, a dead-letter topic for each input of each service, and three of one partition."
  }

  assert {
    condition     = alltrue([for acl in confluent_kafka_acl.this : acl.operation != "ALL" && acl.permission == "ALLOW"])
    error_message = "No service may do everything."
  }

  assert {
    condition     = !contains(keys(confluent_kafka_acl.this), "fraud/TOPIC/payments/LITERAL/WRITE")
    error_message = "A service writes its own topics alone."
  }
}

run "half_a_partition_is_refused" {
  command = plan
  variables {
    homes = 1.5
  }
  expect_failures = [var.homes]
}
