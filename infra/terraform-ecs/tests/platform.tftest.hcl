# The stack as it is planned and made by a provider that answers without AWS.
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
  optional_secrets              = ["payment-gateway", "alert-webhook", "alert-webhook-secret", "metrics-token", "tracing-headers", "webhook-endpoints"]
  payment_gateway_url           = "https://pay.example.com/PLANTED-gateway"
  jwt_secret                    = "PLANTED-jwt"
  confluent_service_credentials = { payments = { api_key = "PLANTED-payments-key", api_secret = "PLANTED-payments-secret" } }
  alert_webhook_url             = "https://hooks.example.com/PLANTED-webhook"
  alert_webhook_secret          = "whsec_PLANTED"
  tracing                       = { endpoint = "https://collector.example.com", ratio = 0.1 }
  tracing_headers               = "authorization=PLANTED"
  metrics_token                 = "PLANTED-metrics-token"
  webhook_endpoints             = "{\"endpoints\":[{\"secret\":\"whsec_PLANTED\"}]}"
  alarm_emails                  = ["on-call@example.com"]
  producer_rate                 = 5
  jwt                           = { issuer = "https://login.example.com/", audience = "orders", key_set = "https://login.example.com/jwks.json" }
}

# Its state is read by Tests/Deploy/terraform/test_stack.py.
run "everything" {
  command = apply

  assert {
    condition     = length(module.network.private_subnet_ids) == 3
    error_message = "The services stand in three zones."
  }

  assert {
    condition     = toset(keys(aws_ecs_service.service)) == toset(["api", "fraud", "payments", "analytics", "sink", "alerting", "webhooks", "lag", "producer"])
    error_message = "Each service of the platform is one of ECS."
  }

  assert {
    condition     = alltrue([for environment in values(local.environment) : environment.OTEL_EXPORTER_OTLP_ENDPOINT == "https://collector.example.com" && environment.OTEL_TRACES_SAMPLER_ARG == "0.1"])
    error_message = "Every service sends its traces to the collector."
  }

  assert {
    condition     = alltrue([for secrets in values(local.secret_environment) : contains(keys(secrets), "OTEL_EXPORTER_OTLP_HEADERS")])
    error_message = "Every service shows the collector its credentials."
  }

  assert {
    condition     = alltrue([for name, environment in local.environment : try(environment.METRICS_LISTEN, "") == (name == "lag" ? "" : "0.0.0.0:9464")])
    error_message = "Every process has a page of metrics."
  }

  assert {
    condition     = alltrue([for name, secrets in local.secret_environment : contains(keys(secrets), "METRICS_TOKEN") == (name != "lag")])
    error_message = "Every page of metrics asks for the token from Secrets Manager."
  }

  assert {
    condition     = toset(flatten(values(local.scraped))) == setsubtract(keys(aws_ecs_service.service), ["lag"])
    error_message = "Every page of metrics is scraped."
  }

  assert {
    condition     = alltrue([for name, service in aws_ecs_service.service : length(service.service_registries) == (name == "lag" ? 0 : 1)])
    error_message = "Every page of metrics has a name in the VPC."
  }
}
