# What each service may do, no more: docs/CONFIGURATION.md, rights on a cluster with ACLs.
locals {
  consumers = {
    for service, topics in local.reads : service => concat(
      [for topic in distinct(concat(topics, local.writes[service])) : ["TOPIC", topic, "LITERAL", "READ"]],
      [for topic in local.writes[service] : ["TOPIC", topic, "LITERAL", "WRITE"]],
      [for topic in topics : ["TOPIC", "${topic}.${service}-group.dlq", "LITERAL", "WRITE"]],
      [
        ["GROUP", "${service}-group", "LITERAL", "READ"],
        ["TRANSACTIONAL_ID", "${service}-group", "PREFIXED", "WRITE"],
        ["TRANSACTIONAL_ID", "${service}-group", "PREFIXED", "DESCRIBE"],
        # The first one to start writes how many homes there are.
        ["TRANSACTIONAL_ID", "orders-platform-layout", "LITERAL", "WRITE"],
        ["TOPIC", "platform-layout", "LITERAL", "READ"],
        ["TOPIC", "platform-layout", "LITERAL", "WRITE"],
        ["TOPIC", "service-health", "LITERAL", "READ"],
        ["TOPIC", "service-health", "LITERAL", "WRITE"],
      ],
    )
  }
  rights = merge(local.consumers, {
    api = concat(
      [for topic in ["order-analytics", "service-health", "dead-letter-decisions", "platform-layout"] : ["TOPIC", topic, "LITERAL", "READ"]],
      [for topic in concat(keys(local.flow), keys(local.dead_letters)) : ["TOPIC", topic, "LITERAL", "READ"] if topic != "order-analytics"],
      [for topic in ["orders", "webhook-requests"] : ["TOPIC", topic, "LITERAL", "WRITE"]],
      [for service in keys(local.reads) : ["GROUP", "${service}-group", "LITERAL", "DESCRIBE"]],
    )
    # Reads how far each group is.
    lag = concat(
      [for topic in keys(local.flow) : ["TOPIC", topic, "LITERAL", "READ"]],
      [for service in keys(local.reads) : ["GROUP", "${service}-group", "LITERAL", "DESCRIBE"]],
    )
  })
  # Every one of them looks at the topics and their settings.
  common = [
    ["CLUSTER", "kafka-cluster", "LITERAL", "DESCRIBE"],
    ["TOPIC", "*", "LITERAL", "DESCRIBE"],
    ["TOPIC", "*", "LITERAL", "DESCRIBE_CONFIGS"],
    # The name in which topics are read without a group.
    ["GROUP", "orders-ungrouped-", "PREFIXED", "READ"],
  ]
  grants = merge([
    for service, rights in local.rights : {
      for right in distinct(concat(rights, local.common)) : join("/", concat([service], right)) => {
        service = service, type = right[0], name = right[1], pattern = right[2], operation = right[3]
      }
    }
  ]...)
}

resource "confluent_kafka_acl" "this" {
  for_each = var.kafka == null ? {} : local.grants

  resource_type = each.value.type
  resource_name = each.value.name
  pattern_type  = each.value.pattern
  principal     = "User:${confluent_service_account.service[each.value.service].id}"
  host          = "*"
  operation     = each.value.operation
  permission    = "ALLOW"
}
