# Secrets are handed to the provider as write-only arguments from ephemeral variables: neither a plan nor the state has
# them. A new value is sent when secrets_version changes; what is rotated in Secrets Manager itself is left as it is.
locals {
  platform_secrets = setunion(
    ["couchbase"],
    var.registry_private ? ["registry"] : [],
    var.optional_secrets,
  )

  # Which service is given which value, by the name of its setting.
  secret_environment = {
    for name, service in local.services : name => merge(
      {
        CONFLUENT_API_KEY    = "${aws_secretsmanager_secret.kafka[name].arn}:api_key::"
        CONFLUENT_API_SECRET = "${aws_secretsmanager_secret.kafka[name].arn}:api_secret::"
      },
      service.store ? { COUCHBASE_PASSWORD = "${aws_secretsmanager_secret.platform["couchbase"].arn}:password::" } : {},
      {
        for key, secret in local.secret_settings :
        key => aws_secretsmanager_secret.platform[secret].arn
        if contains(var.optional_secrets, secret) && contains(local.secret_users[secret], name)
      },
    )
  }
  # The optional ones: whose they are, and the setting that each is.
  secret_users = {
    jwt                  = ["api"]
    payment-gateway      = ["payments"]
    alert-webhook        = ["alerting"]
    alert-webhook-secret = ["alerting"]
    webhook-endpoints    = ["webhooks"]
    tracing-headers      = keys(local.services)
    metrics-token        = keys(merge(local.pages, local.collector))
  }
  secret_settings = {
    JWT_SECRET             = "jwt"
    PAYMENT_GATEWAY_URL    = "payment-gateway"
    ALERT_WEBHOOK_URL      = "alert-webhook"
    ALERT_WEBHOOK_SECRET   = "alert-webhook-secret"
    WEBHOOK_ENDPOINTS_JSON = "webhook-endpoints"
    METRICS_TOKEN          = "metrics-token"

    OTEL_EXPORTER_OTLP_HEADERS = "tracing-headers"
  }

  # The secrets that a task's execution role may read.
  readable_secrets = {
    for name in keys(local.tasks) : name => concat(
      contains(keys(local.services), name) ? [aws_secretsmanager_secret.kafka[name].arn] : [],
      try(local.services[name].store, false) ? [aws_secretsmanager_secret.platform["couchbase"].arn] : [],
      contains(keys(local.services), name) && var.registry_private ? [aws_secretsmanager_secret.platform["registry"].arn] : [],
      [for secret in var.optional_secrets : aws_secretsmanager_secret.platform[secret].arn if contains(local.secret_users[secret], name)],
    )
  }
}

# The login of each service at Kafka: its own where one is given, else the platform's.
resource "aws_secretsmanager_secret" "kafka" {
  #checkov:skip=CKV2_AWS_57:Confluent makes these keys; no function of AWS can rotate them. docs/DEPLOY-AWS.md has the steps.
  for_each = local.services

  name                    = "${var.name}/${each.key}/kafka"
  description             = "Confluent API key of ${each.key}"
  kms_key_id              = aws_kms_key.platform.arn
  recovery_window_in_days = var.secret_recovery_days
}

resource "aws_secretsmanager_secret_version" "kafka" {
  for_each = local.services

  secret_id = aws_secretsmanager_secret.kafka[each.key].id
  secret_string_wo = jsonencode({
    api_key    = try(var.confluent_service_credentials[each.key].api_key, var.confluent_api_key)
    api_secret = try(var.confluent_service_credentials[each.key].api_secret, var.confluent_api_secret)
  })
  secret_string_wo_version = var.secrets_version
}

resource "aws_secretsmanager_secret" "platform" {
  #checkov:skip=CKV2_AWS_57:others make these; no function of AWS can rotate them. docs/DEPLOY-AWS.md has the steps.
  for_each = local.platform_secrets

  name                    = "${var.name}/platform/${each.key}"
  description             = "The platform's secret ${each.key}"
  kms_key_id              = aws_kms_key.platform.arn
  recovery_window_in_days = var.secret_recovery_days
}

resource "aws_secretsmanager_secret_version" "platform" {
  for_each = local.platform_secrets

  secret_id = aws_secretsmanager_secret.platform[each.key].id
  secret_string_wo = {
    couchbase            = jsonencode({ password = var.couchbase_password })
    registry             = jsonencode({ username = var.registry_username, password = var.registry_token })
    jwt                  = var.jwt_secret
    payment-gateway      = var.payment_gateway_url
    alert-webhook        = var.alert_webhook_url
    alert-webhook-secret = var.alert_webhook_secret
    webhook-endpoints    = var.webhook_endpoints
    tracing-headers      = var.tracing_headers
    metrics-token        = var.metrics_token
  }[each.key]
  secret_string_wo_version = var.secrets_version
}
