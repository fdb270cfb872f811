# Two roles for each service. ECS uses the execution role to start a task: that service's secrets, log and image, no
# other's. The platform calls nothing of AWS, so the task role may do nothing. That of Prometheus: metrics.tf.
locals {
  ecs_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

resource "aws_iam_role" "execution" {
  for_each = local.tasks

  name               = "${var.name}-${var.region}-${each.key}-execution"
  assume_role_policy = local.ecs_trust
}

resource "aws_iam_role" "task" {
  for_each = local.tasks

  name               = "${var.name}-${var.region}-${each.key}-task"
  assume_role_policy = local.ecs_trust
}

resource "aws_iam_role_policy" "execution" {
  for_each = local.tasks

  name = "start-${each.key}"
  role = aws_iam_role.execution[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "Log"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.service[each.key].arn}:*"
        },
        {
          Sid      = "Secrets"
          Effect   = "Allow"
          Action   = "secretsmanager:GetSecretValue"
          Resource = local.readable_secrets[each.key]
        },
        {
          Sid       = "DecryptSecrets"
          Effect    = "Allow"
          Action    = "kms:Decrypt"
          Resource  = aws_kms_key.platform.arn
          Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }
        },
      ],
      [for statement in [
        {
          Sid      = "Image"
          Effect   = "Allow"
          Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
          Resource = var.ecr_repository_arn
        },
        {
          Sid      = "ImageLogin"
          Effect   = "Allow"
          Action   = ["ecr:GetAuthorizationToken"]
          Resource = "*"
        },
      ] : statement if var.ecr_repository_arn != null],
    )
  })
}
