resource "aws_appautoscaling_target" "service" {
  for_each = { for name, service in local.services : name => service if service.max > service.min }

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.service[each.key].name}"
  min_capacity       = each.value.min
  max_capacity       = each.value.max
}

# Records that wait for each running task. Each step makes the group share out its partitions again and the new task
# rebuild its state, so growing is unhurried and shrinking slow.
resource "aws_appautoscaling_policy" "lag" {
  for_each = { for name, service in local.consumers : name => service if service.max > service.min }

  name               = "lag"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = aws_appautoscaling_target.service[each.key].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.lag
    scale_out_cooldown = 120
    scale_in_cooldown  = 900

    customized_metric_specification {
      metrics {
        id          = "lag"
        label       = "Records that wait"
        return_data = false

        metric_stat {
          stat = "Maximum"

          metric {
            namespace   = local.metric_namespace
            metric_name = "ConsumerLag"

            dimensions {
              name  = "Service"
              value = each.key
            }
          }
        }
      }

      metrics {
        id          = "tasks"
        label       = "Running tasks"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = aws_ecs_cluster.this.name
            }

            dimensions {
              name  = "ServiceName"
              value = each.key
            }
          }
        }
      }

      metrics {
        id          = "each"
        label       = "Records that wait for each task"
        expression  = "IF(tasks > 0, lag / tasks, lag)"
        return_data = true
      }
    }
  }
}

resource "aws_appautoscaling_policy" "api" {
  for_each = local.services["api"].max > local.services["api"].min ? { cpu = 60 } : {}

  name               = each.key
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = aws_appautoscaling_target.service["api"].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
