locals {
  metric_namespace = "Orders/${var.name}"
  notify           = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_log_group" "service" {
  for_each = local.tasks

  name              = "/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.platform.arn
}

# The lines of the task `lag`.
resource "aws_cloudwatch_log_metric_filter" "lag" {
  name           = "${var.name}-lag"
  log_group_name = aws_cloudwatch_log_group.service["lag"].name
  pattern        = "{ $.lag = * && $.service = * }"

  metric_transformation {
    namespace  = local.metric_namespace
    name       = "ConsumerLag"
    value      = "$.lag"
    dimensions = { Service = "$.service" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "members" {
  name           = "${var.name}-members"
  log_group_name = aws_cloudwatch_log_group.service["lag"].name
  pattern        = "{ $.members = * && $.service = * }"

  metric_transformation {
    namespace  = local.metric_namespace
    name       = "GroupMembers"
    value      = "$.members"
    dimensions = { Service = "$.service" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  for_each = local.services

  name           = "${var.name}-${each.key}-errors"
  log_group_name = aws_cloudwatch_log_group.service[each.key].name
  pattern        = "{ $.level = \"error\" || $.level = \"critical\" }"

  metric_transformation {
    namespace     = local.metric_namespace
    name          = "Errors-${each.key}"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.platform.arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
        Action    = ["sns:Publish"]
        Resource  = aws_sns_topic.alarms.arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      }],
      [for workspace in aws_prometheus_workspace.this : {
        Sid       = "Alerts"
        Effect    = "Allow"
        Principal = { Service = ["aps.amazonaws.com"] }
        Action    = ["sns:Publish", "sns:GetTopicAttributes"]
        Resource  = aws_sns_topic.alarms.arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id, "aws:SourceArn" = workspace.arn } }
      }],
    )
  })
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}

# A deployment that was rolled back, and a service that cannot place its tasks.
resource "aws_cloudwatch_event_rule" "deployment" {
  name        = "${var.name}-deployment-failed"
  description = "A deployment of a service failed, or its tasks cannot be placed"
  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Deployment State Change", "ECS Service Action"]
    detail = {
      eventName  = ["SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_PLACEMENT_FAILURE", "SERVICE_TASK_START_IMPAIRED"]
      clusterArn = [aws_ecs_cluster.this.arn]
    }
  })
}

resource "aws_cloudwatch_event_target" "deployment" {
  rule = aws_cloudwatch_event_rule.deployment.name
  arn  = aws_sns_topic.alarms.arn
}
