resource "aws_cloudwatch_metric_alarm" "lag" {
  for_each = local.consumers

  alarm_name          = "${var.name}-${each.key}-lag"
  alarm_description   = "${each.key} is behind, and more tasks have not helped. docs/OPERATIONS.md: a service's lag grows."
  namespace           = local.metric_namespace
  metric_name         = "ConsumerLag"
  dimensions          = { Service = each.key }
  statistic           = "Minimum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.lag * 3
  period              = 60
  evaluation_periods  = 10
  # Silence is the fault of the reporter.
  treat_missing_data = "ignore"
  alarm_actions      = local.notify
  ok_actions         = local.notify
}

resource "aws_cloudwatch_metric_alarm" "members" {
  for_each = local.consumers

  alarm_name          = "${var.name}-${each.key}-members"
  alarm_description   = "No instance of ${each.key} is in its group, or lag is no longer reported."
  namespace           = local.metric_namespace
  metric_name         = "GroupMembers"
  dimensions          = { Service = each.key }
  statistic           = "Maximum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  alarm_actions       = local.notify
  ok_actions          = local.notify
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = local.services

  alarm_name          = "${var.name}-${each.key}-errors"
  alarm_description   = "${each.key} logs errors."
  namespace           = local.metric_namespace
  metric_name         = "Errors-${each.key}"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.notify
  ok_actions          = local.notify
}

resource "aws_cloudwatch_metric_alarm" "api_failures" {
  alarm_name          = "${var.name}-api-failures"
  alarm_description   = "More than 1 % of the requests fail with 5xx."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.notify
  ok_actions          = local.notify

  dynamic "metric_query" {
    for_each = {
      target   = "HTTPCode_Target_5XX_Count"
      balancer = "HTTPCode_ELB_5XX_Count"
      requests = "RequestCount"
    }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = { LoadBalancer = aws_lb.this.arn_suffix }
        period      = 60
        stat        = "Sum"
      }
    }
  }

  metric_query {
    id          = "percentage"
    label       = "Requests that failed, %"
    expression  = "IF(requests > 20, 100 * (FILL(target, 0) + FILL(balancer, 0)) / requests, 0)"
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "api_latency" {
  alarm_name          = "${var.name}-api-latency"
  alarm_description   = "The slowest hundredth of the answers takes more than a second."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  dimensions          = { LoadBalancer = aws_lb.this.arn_suffix }
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 6
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.notify
  ok_actions          = local.notify
}

resource "aws_cloudwatch_metric_alarm" "api_healthy" {
  alarm_name          = "${var.name}-api-healthy"
  alarm_description   = "Fewer instances of the API answer than there should be at least."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  dimensions          = { LoadBalancer = aws_lb.this.arn_suffix, TargetGroup = aws_lb_target_group.api.arn_suffix }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = local.services["api"].min
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "breaching"
  alarm_actions       = local.notify
  ok_actions          = local.notify
}

resource "aws_cloudwatch_metric_alarm" "tasks" {
  for_each = local.tasks

  alarm_name          = "${var.name}-${each.key}-tasks"
  alarm_description   = "Fewer tasks of ${each.key} run than there should be at least."
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = { ClusterName = aws_ecs_cluster.this.name, ServiceName = each.key }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = each.value.min
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  alarm_actions       = local.notify
  ok_actions          = local.notify
}
