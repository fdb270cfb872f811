# With metrics-token in optional_secrets: a Prometheus that scrapes the page of every process and writes what it reads to a
# workspace of AWS, which keeps it for 150 days and evaluates the rules. It keeps nothing itself.
locals {
  prometheus_path = "/prometheus"
  workspace       = one(aws_prometheus_workspace.this[*])

  # The jobs are those of infra/observability: the alerts name them.
  scraped = {
    orders          = [for name in keys(local.pages) : name if name == "api"]
    orders-services = [for name in keys(local.pages) : name if name != "api"]
  }
  prometheus_config = {
    global = {
      scrape_interval = "30s"
      external_labels = { platform = var.name, region = var.region }
    }
    scrape_configs = [
      for job, names in local.scraped : {
        job_name      = job
        metrics_path  = "/metrics"
        authorization = { credentials_file = "${local.prometheus_path}/metrics-token" }
        # Every task that a name stands for.
        dns_sd_configs = [{ names = [for name in names : "${name}.${local.namespace}"], type = "A", port = local.metrics_port }]
      }
    ]
    remote_write = [
      for workspace in aws_prometheus_workspace.this :
      { url = "${workspace.prometheus_endpoint}api/v1/remote_write", sigv4 = { region = var.region } }
    ]
  }

  prometheus = {
    name      = "prometheus"
    image     = var.prometheus_image
    essential = true
    # Its files come from its settings. JSON is YAML.
    entryPoint = ["/bin/sh", "-euc"]
    command = [join("\n", [
      "umask 077",
      "cd ${local.prometheus_path}",
      "printf %s \"$METRICS_TOKEN\" >metrics-token",
      "printf %s \"$PROMETHEUS_CONFIG\" >prometheus.yaml",
      "unset METRICS_TOKEN",
      "exec prometheus --agent --config.file=prometheus.yaml --storage.agent.path=wal --web.listen-address=127.0.0.1:9090",
    ])]
    readonlyRootFilesystem = true
    stopTimeout            = local.stop_timeout
    healthCheck            = { command = ["CMD", "wget", "-qO-", "http://127.0.0.1:9090/-/ready"], interval = 15, timeout = 5, retries = 3, startPeriod = 60 }
    linuxParameters        = { initProcessEnabled = true, capabilities = { add = [], drop = ["ALL"] } }
    environment            = [{ name = "PROMETHEUS_CONFIG", value = jsonencode(local.prometheus_config) }]
    secrets                = [for secret in setintersection(["metrics-token"], var.optional_secrets) : { name = "METRICS_TOKEN", valueFrom = aws_secretsmanager_secret.platform[secret].arn }]
    mountPoints            = [{ sourceVolume = "data", containerPath = local.prometheus_path, readOnly = false }]
    portMappings           = []
    logConfiguration       = try(local.log_configuration["prometheus"], null)
  }

  namespace = "${var.name}.internal"
}

resource "aws_prometheus_workspace" "this" {
  count = length(local.collector)

  alias       = var.name
  kms_key_arn = aws_kms_key.platform.arn
}

# The objectives and alerts of infra/observability, as they are.
resource "aws_prometheus_rule_group_namespace" "this" {
  for_each = length(local.collector) > 0 ? toset(["slo", "alerts"]) : []

  name         = each.key
  workspace_id = local.workspace.id
  data         = file("${path.module}/../observability/prometheus/${each.key}.yaml")
}

resource "aws_prometheus_alert_manager_definition" "this" {
  count = length(local.collector)

  workspace_id = local.workspace.id
  definition = yamlencode({
    alertmanager_config = yamlencode({
      route = { receiver = "alarms", group_by = ["alertname", "service"], repeat_interval = "4h" }
      receivers = [{
        name        = "alarms"
        sns_configs = [{ topic_arn = aws_sns_topic.alarms.arn, sigv4 = { region = var.region }, subject = "{{ .CommonLabels.alertname }}" }]
      }]
    })
  })

  depends_on = [aws_sns_topic_policy.alarms]
}

# Names for the tasks, in the VPC only.
resource "aws_service_discovery_private_dns_namespace" "this" {
  count = length(local.collector)

  name        = local.namespace
  description = "Tasks of ${var.name}"
  vpc         = module.network.vpc_id
}

resource "aws_service_discovery_service" "page" {
  for_each = local.pages

  name          = each.key
  force_destroy = true

  dns_config {
    namespace_id   = one(aws_service_discovery_private_dns_namespace.this[*].id)
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }

  # ECS says who is well.
  health_check_custom_config {
    failure_threshold = 1
  }
}

resource "aws_iam_role_policy" "remote_write" {
  count = length(local.collector)

  name = "write-metrics"
  role = aws_iam_role.task["prometheus"].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Write", Effect = "Allow", Action = "aps:RemoteWrite", Resource = local.workspace.arn }]
  })
}

resource "aws_ecs_task_definition" "prometheus" {
  for_each = local.collector

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = aws_iam_role.execution[each.key].arn
  task_role_arn            = aws_iam_role.task[each.key].arn
  container_definitions    = jsonencode([local.prometheus])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  volume {
    name = "data"
  }
}

resource "aws_ecs_service" "prometheus" {
  for_each = local.collector

  name            = each.key
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.prometheus[each.key].arn
  desired_count   = each.value.min

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  wait_for_steady_state              = var.wait_for_steady_state

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 0
    weight            = 1
  }

  network_configuration {
    subnets          = module.network.private_subnet_ids
    security_groups  = [aws_security_group.service[each.key].id]
    assign_public_ip = false
  }

  depends_on = [aws_ecs_cluster_capacity_providers.this, aws_iam_role_policy.execution, aws_iam_role_policy.remote_write]
}
