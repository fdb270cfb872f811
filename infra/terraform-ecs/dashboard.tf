locals {
  # Each: title, and its metrics as CloudWatch writes them.
  panels = [
    { title = "Requests", stat = "Sum", metrics = [
      for name in ["RequestCount", "HTTPCode_Target_2XX_Count", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"] :
      ["AWS/ApplicationELB", name, "LoadBalancer", aws_lb.this.arn_suffix]
    ] },
    { title = "Response time, p99", stat = "p99", metrics = [["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", aws_lb.this.arn_suffix]] },
    { title = "Records that wait", stat = "Maximum", metrics = [for name in keys(local.consumers) : [local.metric_namespace, "ConsumerLag", "Service", name]] },
    { title = "Members of the groups", stat = "Minimum", metrics = [for name in keys(local.consumers) : [local.metric_namespace, "GroupMembers", "Service", name]] },
    { title = "Running tasks", stat = "Average", metrics = [
      for name in keys(local.services) : ["ECS/ContainerInsights", "RunningTaskCount", "ClusterName", aws_ecs_cluster.this.name, "ServiceName", name]
    ] },
    { title = "Errors in the logs", stat = "Sum", metrics = [for name in keys(local.services) : [local.metric_namespace, "Errors-${name}"]] },
    { title = "CPU, %", stat = "Average", metrics = [
      for name in keys(local.services) : ["AWS/ECS", "CPUUtilization", "ClusterName", aws_ecs_cluster.this.name, "ServiceName", name]
    ] },
    { title = "Memory, %", stat = "Maximum", metrics = [
      for name in keys(local.services) : ["AWS/ECS", "MemoryUtilization", "ClusterName", aws_ecs_cluster.this.name, "ServiceName", name]
    ] },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [
      for index, panel in local.panels : {
        type   = "metric"
        x      = 12 * (index % 2)
        y      = 6 * floor(index / 2)
        width  = 12
        height = 6
        properties = {
          title   = panel.title
          region  = var.region
          view    = "timeSeries"
          stacked = false
          stat    = panel.stat
          period  = 60
          metrics = panel.metrics
        }
      }
    ]
  })
}
