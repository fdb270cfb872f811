# The platform's topics as Sources/OrderEvents/Topics says: a test compares them.
locals {
  homes = var.homes
  day   = 86400000

  flow = {
    orders          = { "cleanup.policy" = "delete", "retention.ms" = 7 * local.day, "message.timestamp.type" = "LogAppendTime" }
    payments        = { "cleanup.policy" = "delete", "retention.ms" = 30 * local.day }
    fraud-alerts    = { "cleanup.policy" = "delete", "retention.ms" = 30 * local.day }
    order-analytics = { "cleanup.policy" = "compact" }
    # Of the service `webhooks`, which runs where endpoints are set up.
    webhook-deliveries = { "cleanup.policy" = "delete", "retention.ms" = 7 * local.day }
    webhook-requests   = { "cleanup.policy" = "delete", "retention.ms" = 7 * local.day }
  }
  reads = {
    fraud     = ["orders"]
    payments  = ["orders"]
    analytics = ["orders", "payments", "fraud-alerts"]
    sink      = ["order-analytics"]
    alerting  = ["fraud-alerts"]
    webhooks  = ["order-analytics", "webhook-requests"]
  }
  writes = {
    fraud     = ["fraud-alerts"]
    payments  = ["payments", "orders"]
    analytics = ["order-analytics"]
    sink      = []
    alerting  = []
    webhooks  = ["webhook-deliveries"]
  }
  dead_letters = {
    for pair in flatten([for service, topics in local.reads : [for topic in topics : { service = service, topic = topic }]]) :
    "${pair.topic}.${pair.service}-group.dlq" => { "cleanup.policy" = "delete", "retention.ms" = 30 * local.day, "max.message.bytes" = 2097164 }
  }
  single = { for name in ["service-health", "dead-letter-decisions", "platform-layout"] : name => { "cleanup.policy" = "compact" } }
  topics = merge(
    { for name, settings in merge(local.flow, local.dead_letters) : name => { partitions = local.homes, settings = settings } },
    { for name, settings in local.single : name => { partitions = 1, settings = settings } },
  )
}

resource "confluent_kafka_topic" "this" {
  for_each = var.kafka == null ? {} : local.topics

  topic_name       = each.key
  partitions_count = each.value.partitions
  config           = { for key, value in each.value.settings : key => tostring(value) }

  lifecycle {
    prevent_destroy = true
  }
}
