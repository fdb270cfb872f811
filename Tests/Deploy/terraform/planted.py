"""Faults of the ECS stack that a check must find: file, what stands there, what is put there, part of the finding."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    file: str
    old: str
    new: str
    finding: str


FAULTS = [
    Fault("a size that Fargate lacks", "services.tf", "fraud     = { cpu = 256", "fraud     = { cpu = 300", "no size"),
    Fault(
        "a setting that the platform lacks", "services.tf", "LOG_FORMAT  ", "LOG_FORMATS ", "LOG_FORMATS is no setting"
    ),
    Fault("an unknown action", "iam.tf", "logs:PutLogEvents", "logs:PutLogEvent", "logs:PutLogEvent is not"),
    Fault("the secrets of all", "iam.tf", "local.readable_secrets[each.key]", '"*"', "secretsmanager:GetSecretValue"),
    Fault("no rollback", "ecs.tf", "rollback = true", "rollback = false", "not rolled back"),
    Fault("public addresses", "ecs.tf", "assign_public_ip = false", "assign_public_ip = true", "public address"),
    Fault("no probe", "services.tf", '"orders", "health"]', '"orders", "lag"]', "whether it is alive"),
    Fault("a short stop", "services.tf", "stop_timeout = 45", "stop_timeout = 10", "killed before"),
    Fault(
        "a writable image",
        "services.tf",
        "readonlyRootFilesystem = true",
        "readonlyRootFilesystem = false",
        "may write",
    ),
    Fault(
        "a log group that is not made",
        "services.tf",
        "aws_cloudwatch_log_group.service[name].name",
        '"/logs/${name}"',
        "log group",
    ),
    Fault(
        "an alarm for nobody", "alarms.tf", "alarm_actions       = local.notify", "alarm_actions       = []", "nobody"
    ),
    Fault("a metric that nothing writes", "alarms.tf", '"ConsumerLag"', '"Lag"', "nothing writes"),
    Fault("panels over each other", "dashboard.tf", "6 * floor(index / 2)", "3 * floor(index / 2)", "lies over"),
    Fault(
        "a page without a token",
        "secrets.tf",
        'METRICS_TOKEN          = "metrics',
        'METRICS_TOKENS         = "metrics',
        "no token",
    ),
    Fault("a page that nobody asks for", "metrics.tf", 'if name != "api"]', 'if name != "sink"]', "nobody asks for"),
    Fault("old TLS", "alb.tf", "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08", "old versions"),
    Fault(
        "a secret as plain text",
        "services.tf",
        "COUCHBASE_USERNAME = var.couchbase_username",
        'COUCHBASE_PASSWORD = "x"',
        "plain text",
    ),
]

# Terraform itself refuses these together.
IN_STATE = [
    Fault("a password in the state", "secrets.tf", "secret_string_wo = {", "secret_string = {", "ephemeral"),
    Fault("the keys too", "secrets.tf", "secret_string_wo = jsonencode", "secret_string = jsonencode", "ephemeral"),
    Fault("without its version", "secrets.tf", "secret_string_wo_version = var.secrets_version\n", "\n", "ephemeral"),
]
