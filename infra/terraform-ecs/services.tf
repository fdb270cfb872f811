# What runs: one entry for each service of the platform, with what each is given. docs/CONFIGURATION.md has the settings.
locals {
  http_port    = 8080
  metrics_port = 9464
  data_path    = "/var/lib/orders"
  # Longer than the 25 s (30 s for the API) in which the platform drains.
  stop_timeout = 45

  # Whether the process is alive and at work. A service that waits for Kafka or the store is healthy: a restart would not
  # help it. `lag` is no service: an alarm watches its lines.
  health_check = { command = ["CMD", "orders", "health"], interval = 15, timeout = 5, retries = 3, startPeriod = 120 }

  store_ports = { management = [18091, 18096], data = [11207, 11207] }

  # lag: at how many records a task another one is started. null: not a consumer.
  defaults = {
    api       = { cpu = 512, memory = 1024, min = 2, max = 6, spot = false, lag = null, store = true }
    fraud     = { cpu = 256, memory = 512, min = 1, max = 6, spot = true, lag = 20000, store = false }
    payments  = { cpu = 512, memory = 1024, min = 1, max = 6, spot = true, lag = 10000, store = false }
    analytics = { cpu = 512, memory = 1024, min = 1, max = 6, spot = true, lag = 20000, store = false }
    sink      = { cpu = 256, memory = 512, min = 1, max = 6, spot = true, lag = 20000, store = true }
    alerting  = { cpu = 256, memory = 512, min = 1, max = 2, spot = true, lag = 10000, store = false }
    lag       = { cpu = 256, memory = 512, min = 1, max = 1, spot = true, lag = null, store = false }
  }
  # Only where there are endpoints to post to.
  webhooks = contains(var.optional_secrets, "webhook-endpoints") ? {
    webhooks = { cpu = 256, memory = 512, min = 1, max = 6, spot = true, lag = 20000, store = false }
  } : {}
  trial = var.producer_rate == null ? {} : {
    producer = { cpu = 256, memory = 512, min = 1, max = 1, spot = true, lag = null, store = false }
  }
  services = {
    for name, service in merge(local.defaults, local.webhooks, local.trial) : name => merge(service, {
      for key, value in try(var.services[name], {}) : key => value if value != null
    })
  }
  # Every process has a page of metrics where there is a token for it. `lag` has none: it only writes lines.
  pages = contains(var.optional_secrets, "metrics-token") ? { for name, service in local.services : name => service if name != "lag" } : {}
  # What runs beside the platform.
  collector = length(local.pages) == 0 ? {} : { prometheus = { cpu = 256, memory = 512, min = 1 } }
  tasks     = merge({ for name, service in local.services : name => { cpu = service.cpu, memory = service.memory, min = service.min } }, local.collector)
  consumers = { for name, service in local.services : name => service if service.lag != null }

  environment = {
    for name, service in local.services : name => merge(
      {
        KAFKA_BOOTSTRAP_SERVERS = var.kafka_bootstrap_servers
        LOG_FORMAT              = "json"
        LOG_LEVEL               = var.log_level
        ORDERS_DATA_DIR         = local.data_path
      },
      contains(keys(local.pages), name) ? { METRICS_LISTEN = "0.0.0.0:${local.metrics_port}" } : {},
      var.tracing == null ? {} : {
        OTEL_EXPORTER_OTLP_ENDPOINT = var.tracing.endpoint
        OTEL_TRACES_SAMPLER         = "parentbased_traceidratio"
        OTEL_TRACES_SAMPLER_ARG     = tostring(var.tracing.ratio)
      },
      service.store ? {
        COUCHBASE_HOST     = var.couchbase_host
        COUCHBASE_BUCKET   = var.couchbase_bucket
        COUCHBASE_USERNAME = var.couchbase_username
      } : {},
      name == "api" ? merge(
        {
          ORDERS_HTTP   = "0.0.0.0:${local.http_port}"
          ALLOWED_HOSTS = join(",", concat([var.domain_name], var.alternative_names))
          AUDIT_LOG     = "-"
          JWT_ISSUER    = var.jwt.issuer
          JWT_AUDIENCE  = var.jwt.audience
        },
        var.jwt.key_set == null ? {} : { JWT_JWKS = var.jwt.key_set },
      ) : {},
      name == "producer" ? { ORDERS_RATE = tostring(var.producer_rate) } : {},
    )
  }

  containers = {
    for name, service in local.services : name => {
      name      = name
      image     = var.image
      essential = true
      # Of its lines metric filters make CloudWatch metrics.
      command                = name == "lag" ? ["lag", "--every", "30"] : [name]
      readonlyRootFilesystem = true
      stopTimeout            = local.stop_timeout
      healthCheck            = name == "lag" ? null : local.health_check
      linuxParameters        = { initProcessEnabled = true, capabilities = { add = [], drop = ["ALL"] } }
      repositoryCredentials  = var.registry_private ? { credentialsParameter = aws_secretsmanager_secret.platform["registry"].arn } : null
      environment            = [for key, value in local.environment[name] : { name = key, value = value }]
      secrets                = [for key, from in local.secret_environment[name] : { name = key, valueFrom = from }]
      mountPoints            = [{ sourceVolume = "data", containerPath = local.data_path, readOnly = false }]
      portMappings = [
        for port in concat(name == "api" ? [local.http_port] : [], contains(keys(local.pages), name) ? [local.metrics_port] : []) :
        { containerPort = port, hostPort = port, protocol = "tcp" }
      ]
      logConfiguration = local.log_configuration[name]
    }
  }
  log_configuration = {
    for name in keys(local.tasks) : name => {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.service[name].name
        awslogs-region        = var.region
        awslogs-stream-prefix = name
        mode                  = "non-blocking"
        max-buffer-size       = "4m"
      }
    }
  }
}

# The sizes that Fargate has: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
locals {
  fargate_memory = {
    "256"  = [512, 1024, 2048]
    "512"  = [1024, 2048, 3072, 4096]
    "1024" = range(2048, 8193, 1024)
    "2048" = range(4096, 16385, 1024)
    "4096" = range(8192, 30721, 1024)
  }
}
