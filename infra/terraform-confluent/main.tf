# The Kafka cluster at Confluent Cloud: made first, then, with a key of the cluster, its topics and what each service may do.
terraform {
  required_version = ">= 1.11"

  required_providers {
    confluent = {
      source  = "confluentinc/confluent"
      version = "~> 2.0"
    }
  }
}

provider "confluent" {
  cloud_api_key    = var.cloud_api_key
  cloud_api_secret = var.cloud_api_secret

  # Of the cluster: null before it is there.
  kafka_id            = var.kafka == null ? null : var.kafka.id
  kafka_rest_endpoint = var.kafka == null ? null : var.kafka.rest_endpoint
  kafka_api_key       = var.kafka_api_key
  kafka_api_secret    = var.kafka_api_secret
}

resource "confluent_environment" "this" {
  display_name = var.name

  lifecycle {
    prevent_destroy = true
  }
}

resource "confluent_kafka_cluster" "this" {
  display_name = var.name
  cloud        = "AWS"
  region       = var.region
  availability = "MULTI_ZONE"

  standard {}

  environment {
    id = confluent_environment.this.id
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "confluent_service_account" "service" {
  for_each = local.rights

  display_name = "${var.name}-${each.key}"
  description  = "The platform's ${each.key}"
}
