"""What must hold of the ECS stack and no emulator checks. Each check takes resources and returns what is wrong."""

import json
import re

# cpu: memory, as Fargate has them. Beyond 1,024 units memory is in steps of 1,024 MiB.
FARGATE = {
    256: {512, 1024, 2048},
    512: {1024, 2048, 3072, 4096},
    1024: set(range(2048, 8193, 1024)),
    2048: set(range(4096, 16385, 1024)),
    4096: set(range(8192, 30721, 1024)),
}

# Where a process has its page of metrics.
PAGE = 9464

# Every action that a policy of the stacks may name: the service authorization reference has all of AWS's.
ACTIONS = {
    "acm:DescribeCertificate",
    "acm:ListCertificates",
    "aps:RemoteWrite",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateAction",
    "ec2:CreateSecurityGroup",
    "ec2:CreateTags",
    "ec2:DeleteSecurityGroup",
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcs",
    "ec2:GetSecurityGroupsForVpc",
    "ec2:RevokeSecurityGroupIngress",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "ecs:DeregisterTaskDefinition",
    "ecs:DescribeServiceDeployments",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:ListServiceDeployments",
    "ecs:ListTagsForResource",
    "ecs:RegisterTaskDefinition",
    "ecs:TagResource",
    "ecs:UpdateService",
    "eks:DescribeCluster",
    "elasticloadbalancing:AddListenerCertificates",
    "elasticloadbalancing:AddTags",
    "elasticloadbalancing:CreateListener",
    "elasticloadbalancing:CreateLoadBalancer",
    "elasticloadbalancing:CreateRule",
    "elasticloadbalancing:CreateTargetGroup",
    "elasticloadbalancing:DeleteListener",
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteRule",
    "elasticloadbalancing:DeleteTargetGroup",
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyListenerAttributes",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:ModifyRule",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
    "elasticloadbalancing:RegisterTargets",
    "elasticloadbalancing:RemoveListenerCertificates",
    "elasticloadbalancing:RemoveTags",
    "elasticloadbalancing:SetIpAddressType",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:SetSubnets",
    "iam:PassRole",
    "kms:*",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "s3:*",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "sns:GetTopicAttributes",
    "sns:Publish",
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
}


def of_type(resources, kind):
    return {address: values for address, (found, values) in resources.items() if found == kind}


def containers(resources):
    """(task, container) for each container."""
    for address, task in of_type(resources, "aws_ecs_task_definition").items():
        for container in json.loads(task["container_definitions"]):
            yield address, task, container


def statements(document):
    found = json.loads(document)["Statement"]
    return found if isinstance(found, list) else [found]


# Where policies are, of those that the stacks write.
POLICIES = {
    "aws_iam_role": "assume_role_policy",
    "aws_iam_role_policy": "policy",
    "aws_kms_key": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_sns_topic_policy": "policy",
}


def policies(resources):
    for address, (kind, values) in resources.items():
        if kind in POLICIES:
            yield address, statements(values[POLICIES[kind]])


def listed(value):
    return value if isinstance(value, list) else [value]


def check_sizes(resources):
    for address, task in of_type(resources, "aws_ecs_task_definition").items():
        if int(task["memory"]) not in FARGATE.get(int(task["cpu"]), ()):
            yield f"{address}: Fargate has no size of {task['cpu']} units and {task['memory']} MiB"
        if task["network_mode"] != "awsvpc" or task["requires_compatibilities"] != ["FARGATE"]:
            yield f"{address}: Fargate needs awsvpc"


def check_containers(resources, settings, commands):
    """`settings`: the variables that the platform has. `commands`: its services."""
    for address, _, container in containers(resources):
        variables = [entry["name"] for entry in container["environment"] + container["secrets"]]
        if not container["readonlyRootFilesystem"] or container["linuxParameters"]["capabilities"]["drop"] != ["ALL"]:
            yield f"{address}: the container may write its image or has capabilities"
        # What runs beside the platform.
        if container["name"] == "prometheus":
            continue
        for name in variables:
            if name not in settings:
                yield f"{address}: {name} is no setting of the platform"
        if len(variables) != len(set(variables)):
            yield f"{address}: a variable is given twice"
        if container["command"][0] not in commands:
            yield f"{address}: the platform has no command {container['command']}"
        probe = container.get("healthCheck") or {}
        if container["name"] != "lag" and probe.get("command") != ["CMD", "orders", "health"]:
            yield f"{address}: nobody asks whether it is alive"
        if not 30 < container["stopTimeout"] <= 120:
            yield f"{address}: it is killed before it has drained, or Fargate refuses its stop timeout"


def check_secrets_are_references(resources):
    for address, _, container in containers(resources):
        for entry in container["environment"]:
            if re.search(r"PASSWORD|SECRET|API_KEY|TOKEN|_URL$", entry["name"]):
                yield f"{address}: {entry['name']} is plain text"
        for entry in container["secrets"]:
            if not entry["valueFrom"].startswith("arn:aws:secretsmanager:"):
                yield f"{address}: {entry['name']} is not from Secrets Manager"


def check_pages(resources):
    """A page of metrics asks for a token, its port is open to Prometheus alone, and Prometheus asks for its name."""
    open_to = {
        rule["security_group_id"]: rule["referenced_security_group_id"]
        for rule in of_type(resources, "aws_vpc_security_group_ingress_rule").values()
        if (rule["from_port"], rule["to_port"]) == (PAGE, PAGE)
    }
    names = {values["name"] for values in of_type(resources, "aws_service_discovery_service").values()}
    asked = {name.partition(".")[0] for config in prometheus_configs(resources) for name in scraped_names(config)}
    pages = set()
    for address, _, container in containers(resources):
        listening = {entry["name"]: entry["value"] for entry in container["environment"]}.get("METRICS_LISTEN")
        if listening is None:
            continue
        pages.add(container["name"])
        if "METRICS_TOKEN" not in [entry["name"] for entry in container["secrets"]]:
            yield f"{address}: its page of metrics asks for no token, so that it does not start"
        if listening != f"0.0.0.0:{PAGE}" or PAGE not in [port["containerPort"] for port in container["portMappings"]]:
            yield f"{address}: its page of metrics is not at {PAGE}"
    yield from (f"{name}: nobody finds its page of metrics" for name in pages - names)
    yield from (f"{name}: nobody asks for its page of metrics" for name in pages - asked)
    yield from (f"{name}: it is asked for a page that it has not" for name in asked - pages)
    if len(open_to) < len(pages) or not all(open_to.values()):
        yield f"{len(pages)} pages of metrics, {len(open_to)} of them open to Prometheus"


def prometheus_configs(resources):
    for _, _, container in containers(resources):
        for entry in container["environment"]:
            if entry["name"] == "PROMETHEUS_CONFIG":
                yield json.loads(entry["value"])


def scraped_names(config):
    return [name for job in config["scrape_configs"] for names in job["dns_sd_configs"] for name in names["names"]]


def check_logs(resources):
    groups = {values["name"]: values for values in of_type(resources, "aws_cloudwatch_log_group").values()}
    for address, _, container in containers(resources):
        options = container["logConfiguration"]["options"]
        group = groups.get(options["awslogs-group"])
        if group is None:
            yield f"{address}: nothing makes the log group {options['awslogs-group']}"
        elif not group["retention_in_days"] or not group["kms_key_id"]:
            yield f"{address}: its log is kept without end or not encrypted"
    used = [container["logConfiguration"]["options"]["awslogs-group"] for _, _, container in containers(resources)]
    if len(used) != len(set(used)):
        yield "two services share a log group"


def check_services(resources):
    for address, service in of_type(resources, "aws_ecs_service").items():
        breaker = service["deployment_circuit_breaker"]
        if not breaker or not (breaker[0]["enable"] and breaker[0]["rollback"]):
            yield f"{address}: a deployment that fails is not rolled back"
        network = service["network_configuration"][0]
        if network["assign_public_ip"] or len(network["subnets"]) < 2:
            yield f"{address}: it has a public address or stands in one zone"
        spot = {entry["capacity_provider"]: entry for entry in service["capacity_provider_strategy"]}
        if "FARGATE_SPOT" in spot and (service["name"] == "api" or not spot.get("FARGATE", {}).get("base")):
            yield f"{address}: all of its tasks may be taken away at once"


def check_zones(resources):
    for kind in ("private", "public"):
        zones = {
            values["availability_zone"]
            for address, values in of_type(resources, "aws_subnet").items()
            if f".{kind}[" in address
        }
        if len(zones) < 2:
            yield f"the {kind} subnets are in {sorted(zones)}"


def check_actions(resources):
    for name, found in policies(resources):
        for statement in found:
            for action in listed(statement["Action"]):
                if action not in ACTIONS:
                    yield f"{name}: {action} is not on the list"


def check_rights(resources):
    """The roles of tasks: nothing with a wildcard but what AWS grants only so, and only the service's own secrets."""
    for address, policy in of_type(resources, "aws_iam_role_policy").items():
        for statement in statements(policy["policy"]):
            actions = listed(statement["Action"])
            everything = "*" in listed(statement["Resource"]) or any("*" in action for action in actions)
            if statement["Effect"] == "Allow" and everything and actions != ["ecr:GetAuthorizationToken"]:
                yield f"{address}: {actions} on {statement['Resource']}"
    attached = of_type(resources, "aws_iam_role_policy_attachment")
    yield from (f"{address}: policies of AWS allow more than a service needs" for address in attached)


def check_listeners(resources):
    for address, listener in of_type(resources, "aws_lb_listener").items():
        action = listener["default_action"][0]
        if listener["protocol"] == "HTTPS":
            if not listener["certificate_arn"] or "TLS13" not in listener["ssl_policy"]:
                yield f"{address}: no certificate, or old versions of TLS"
        elif action["type"] != "redirect" or action["redirect"][0]["protocol"] != "HTTPS":
            yield f"{address}: it serves without TLS"


def check_dashboards(resources):
    for address, dashboard in of_type(resources, "aws_cloudwatch_dashboard").items():
        taken = set()
        for widget in json.loads(dashboard["dashboard_body"])["widgets"]:
            if widget["type"] not in ("metric", "text", "log", "alarm"):
                yield f"{address}: CloudWatch has no widget {widget['type']}"
            if widget["x"] + widget["width"] > 24:
                yield f"{address}: {widget['properties']['title']} is wider than the page"
            cells = {
                (widget["x"] + column, widget["y"] + row)
                for column in range(widget["width"])
                for row in range(widget["height"])
            }
            if taken & cells:
                yield f"{address}: {widget['properties']['title']} lies over another"
            taken |= cells


def check_alarms(resources):
    """Each alarm is sent to somebody, and watches a metric that somebody writes."""
    written = {
        (values["metric_transformation"][0]["namespace"], values["metric_transformation"][0]["name"])
        for values in of_type(resources, "aws_cloudwatch_log_metric_filter").values()
    }
    for address, alarm in of_type(resources, "aws_cloudwatch_metric_alarm").items():
        if not alarm["alarm_actions"]:
            yield f"{address}: nobody is notified"
        namespace = alarm["namespace"]
        if (
            namespace
            and not namespace.startswith(("AWS/", "ECS/"))
            and (namespace, alarm["metric_name"]) not in written
        ):
            yield f"{address}: nothing writes {namespace} {alarm['metric_name']}"


def check_scaling(resources):
    """Each consumer's policy reads a lag that is written and does not go beyond the number of homes."""
    for address, policy in of_type(resources, "aws_appautoscaling_policy").items():
        settings = policy["target_tracking_scaling_policy_configuration"][0]
        for metrics in settings["customized_metric_specification"]:
            answers = [metric["id"] for metric in metrics["metrics"] if metric["return_data"]]
            if len(answers) != 1:
                yield f"{address}: exactly one metric has to be the answer, not {answers}"
    for address, target in of_type(resources, "aws_appautoscaling_target").items():
        if target["max_capacity"] > 6:
            yield f"{address}: more tasks than homes"


CHECKS = [
    check_sizes,
    check_secrets_are_references,
    check_pages,
    check_logs,
    check_services,
    check_zones,
    check_actions,
    check_rights,
    check_listeners,
    check_dashboards,
    check_alarms,
    check_scaling,
]


def findings(resources, settings, commands):
    found = [finding for check in CHECKS for finding in check(resources)]
    return found + list(check_containers(resources, settings, commands))


def resources_of(module):
    """Address to (type, values), of a module of a state or plan as `terraform show -json` writes them."""
    found = {entry["address"]: (entry["type"], entry["values"]) for entry in module.get("resources", ())}
    for child in module.get("child_modules", ()):
        found |= resources_of(child)
    return found
