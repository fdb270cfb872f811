# What may be varied, and what is refused: plans by a provider that answers without AWS.
mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1c", "eu-central-1a", "eu-central-1b"] }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mocked" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/orders/50dc6c495c0c9188", arn_suffix = "app/orders/50dc6c495c0c9188", dns_name = "orders.elb.amazonaws.com", zone_id = "Z215JYRZR1TBD5" }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders-api/50dc6c495c0c9188", arn_suffix = "targetgroup/orders-api/50dc6c495c0c9188" }
  }
  mock_resource "aws_lb_listener" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/orders/50dc6c495c0c9188/1" }
  }
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:eu-central-1:123456789012:certificate/mocked"
      domain_validation_options = [
        { domain_name = "orders.example.com", resource_record_name = "_a.orders.example.com.", resource_record_type = "CNAME", resource_record_value = "_b.acm-validations.aws." },
      ]
    }
  }
  mock_resource "aws_acm_certificate_validation" {
    defaults = { certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/mocked" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mocked" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:mocked" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mocked" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/mocked/1" }
  }
  mock_resource "aws_prometheus_workspace" {
    defaults = { arn = "arn:aws:aps:eu-central-1:123456789012:workspace/ws-mocked", prometheus_endpoint = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-mocked/" }
  }
  mock_resource "aws_service_discovery_service" {
    defaults = { arn = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-mocked" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mocked" }
  }
  mock_resource "aws_ecs_cluster" {
    defaults = { arn = "arn:aws:ecs:eu-central-1:123456789012:cluster/mocked" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/mocked:1" }
  }
}

variables {
  region                        = "eu-central-1"
  domain_name                   = "orders.example.com"
  route53_zone_id               = "Z0123456789ABCDEFGHIJ"
  image                         = "ghcr.io/example/orders:0.1.0"
  kafka_bootstrap_servers       = "pkc-12345.eu-central-1.aws.confluent.cloud:9092"
  couchbase_host                = "couchbases://cb.example.cloud.couchbase.com"
  couchbase_username            = "orders"
  confluent_api_key             = "PLANTED-confluent-key"
  confluent_api_secret          = "PLANTED-confluent-secret"
  couchbase_password            = "PLANTED-couchbase-password"
  registry_private              = true
  registry_username             = "PLANTED-registry-user"
  registry_token                = "PLANTED-registry-token"
  optional_secrets              = ["payment-gateway", "alert-webhook", "alert-webhook-secret", "webhook-endpoints"]
  payment_gateway_url           = "https://pay.example.com/PLANTED-gateway"
  jwt_secret                    = "PLANTED-jwt"
  confluent_service_credentials = { payments = { api_key = "PLANTED-payments-key", api_secret = "PLANTED-payments-secret" } }
  alert_webhook_url             = "https://hooks.example.com/PLANTED-webhook"
  alert_webhook_secret          = "whsec_PLANTED"
  webhook_endpoints             = "{\"endpoints\":[{\"secret\":\"whsec_PLANTED\"}]}"
  alarm_emails                  = ["on-call@example.com"]
  producer_rate                 = 5
  jwt                           = { issuer = "https://login.example.com/", audience = "orders", key_set = "https://login.example.com/jwks.json" }
}

run "without_a_gateway_everything_comes_over_private_links" {
  command = plan

  variables {
    nat                = "none"
    registry_private   = false
    image              = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:0.1.0"
    ecr_repository_arn = "arn:aws:ecr:eu-central-1:123456789012:repository/orders"
    private_services = {
      kafka = { service_name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b", domain = "abc.eu-central-1.aws.private.confluent.cloud", ports = [443, 9092] }
    }
  }

  assert {
    condition     = length(local.interface_endpoints) == 5
    error_message = "Image, logs, metrics and secrets come over endpoints."
  }
}

run "a_service_can_be_resized" {
  command = plan

  variables {
    services = { analytics = { cpu = 1024, memory = 4096, max = 12 } }
  }

  assert {
    condition     = aws_ecs_task_definition.service["analytics"].cpu == "1024" && aws_appautoscaling_target.service["analytics"].max_capacity == 12
    error_message = "The sizes that are given hold."
  }

  assert {
    condition     = aws_ecs_task_definition.service["fraud"].cpu == "256"
    error_message = "The others stay."
  }
}

run "a_size_that_fargate_lacks_is_refused" {
  command = plan
  variables {
    services = { fraud = { cpu = 300, memory = 10 } }
  }
  expect_failures = [var.services]
}

run "an_unknown_service_is_refused" {
  command = plan
  variables {
    services = { frauds = { min = 2 } }
  }
  expect_failures = [var.services]
}

run "without_endpoints_there_is_no_service_that_posts_to_them" {
  command = plan
  variables {
    optional_secrets = ["payment-gateway"]
  }

  assert {
    condition     = !contains(keys(aws_ecs_service.service), "webhooks")
    error_message = "The service would end at its start."
  }
}

run "a_collector_is_named_to_every_service" {
  command = plan
  variables {
    optional_secrets = ["payment-gateway", "tracing-headers"]
    tracing          = { endpoint = "https://collector.example.com", ratio = 0.1 }
    tracing_headers  = "authorization=PLANTED"
  }

  assert {
    condition     = alltrue([for environment in values(local.environment) : environment.OTEL_TRACES_SAMPLER_ARG == "0.1"])
    error_message = "A service would trace nothing."
  }

  assert {
    condition     = alltrue([for secrets in values(local.secret_environment) : contains(keys(secrets), "OTEL_EXPORTER_OTLP_HEADERS")])
    error_message = "A service would not be let in by the collector."
  }
}

run "without_a_token_there_is_no_page_of_metrics" {
  command = plan

  assert {
    condition     = !anytrue([for environment in values(local.environment) : contains(keys(environment), "METRICS_LISTEN")])
    error_message = "A service would not start: its page would be open to others."
  }

  assert {
    condition     = length(aws_prometheus_workspace.this) + length(aws_ecs_service.prometheus) + length(aws_service_discovery_service.page) == 0
    error_message = "Nothing is paid for that nobody uses."
  }
}

run "a_short_token_of_the_pages_of_metrics_is_refused" {
  command = plan
  variables {
    optional_secrets = ["metrics-token"]
    metrics_token    = "too short"
  }
  expect_failures = [var.metrics_token]
}

run "more_tasks_than_a_name_leads_to_are_refused" {
  command = plan
  variables {
    optional_secrets = ["metrics-token"]
    metrics_token    = "PLANTED-metrics-token"
    services         = { api = { max = 9 } }
  }
  expect_failures = [var.services]
}

run "a_collector_at_another_port_is_refused" {
  command = plan
  variables {
    tracing = { endpoint = "https://collector.example.com:4318" }
  }
  expect_failures = [var.tracing]
}

run "latest_is_refused" {
  command = plan
  variables {
    image = "ghcr.io/example/orders:latest"
  }
  expect_failures = [var.image]
}

run "an_api_that_nobody_could_use_is_refused" {
  command = plan
  variables {
    jwt = { issuer = "https://login.example.com/", audience = "orders" }
  }
  expect_failures = [var.jwt]
}

run "a_store_without_tls_is_refused" {
  command = plan
  variables {
    couchbase_host = "couchbase://10.0.0.1"
  }
  expect_failures = [var.couchbase_host]
}

run "no_gateway_needs_private_links" {
  command = plan
  variables {
    nat = "none"
  }
  expect_failures = [var.nat]
}
