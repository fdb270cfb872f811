"""Faults that are found without an engine: for each, what is planted, which check runs, and what it has to say.

`edits` are (file, what stands there, what is put there). `says` is a regular expression.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    edits: list
    check: str
    says: str


LINT = "Tests/Deploy/lint.sh"
TERRAFORM = "Tests/Deploy/terraform/run.sh"
HELM = "Tests/Deploy/helm/run.sh"
OBSERVABILITY = "Tests/Deploy/observability/run.sh"
CHART = "k8s/charts/orders/"
TEMPLATES = CHART + "templates/"
ALERTS = "infra/observability/prometheus/alerts.yaml"
DEPLOY = ".github/workflows/deploy.yaml"

LINTERS = [
    Fault("hadolint: a version that is not pinned", [("Dockerfile", "# hadolint ignore=DL3008\n", "")], LINT, "DL3008"),
    Fault(
        "compose schema: a misspelt key",
        [("infra/compose/compose.yaml", "mem_limit: 1536m", "mem_limt: 1536m")],
        LINT,
        "mem_limt",
    ),
    Fault(
        "workflow schema: a misspelt key",
        [(".github/workflows/build.yaml", "timeout-minutes: 180", "timeout-minute: 180")],
        LINT,
        "timeout-minute",
    ),
    Fault(
        "actionlint: an input that there is not",
        [(DEPLOY, "VERSION: ${{ inputs.version }}", "VERSION: ${{ inputs.versions }}")],
        LINT,
        'property "versions" is not defined',
    ),
    Fault(
        "zizmor: an action that is not pinned",
        [(DEPLOY, "@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0", "@v6")],
        LINT,
        "unpinned-uses",
    ),
    Fault(
        "zizmor: an input in a command",
        [(DEPLOY, 'deploy-ecs.sh "$IMAGE"', "deploy-ecs.sh ${{ inputs.version }}")],
        LINT,
        "template-injection",
    ),
    Fault(
        "workflows: a pull request that deploys",
        [(DEPLOY, "on:\n  workflow_dispatch:", "on:\n  pull_request:\n  workflow_dispatch:")],
        LINT,
        "a pull request runs its job deploy",
    ),
    Fault(
        "workflows: a deployment without approval",
        [(DEPLOY, "    environment: ${{ inputs.environment }}\n", "")],
        LINT,
        "nobody has to approve",
    ),
    Fault(
        "shellcheck: a variable without a value",
        [("scripts/stage.sh", 'rm -rf "$target"', 'rm -rf "$targets"')],
        LINT,
        "SC2154",
    ),
    Fault(
        "systemd: a misspelt key",
        [("infra/debian/orders.service", "NoNewPrivileges=", "NoNewPrivilege=")],
        LINT,
        "Unknown key.*NoNewPrivilege",
    ),
    Fault(
        "act: a step that fails",
        [(".github/workflows/build.yaml", "run: Tests/Deploy/lint.sh", "run: Tests/Deploy/lints.sh")],
        "Tests/Deploy/act.sh",
        "lints.sh",
    ),
]

STACKS = [
    Fault(
        "terraform fmt: another layout",
        [("infra/terraform-ecs/kms.tf", "enable_key_rotation     = true", "enable_key_rotation = true")],
        f"{TERRAFORM} -k laid_out",
        "lays it out",
    ),
    Fault(
        "terraform validate: an argument that there is not",
        [("infra/terraform-eks/nodes.tf", "min_size     = var", "minimum_size = var")],
        f"{TERRAFORM} -k 'a_stack_is_valid and terraform-eks'",
        'argument named "minimum_size" is not expected',
    ),
    Fault(
        "terraform test: nonsense is taken",
        [("infra/terraform-ecs/variables.tf", '|:[0-9][0-9A-Za-z._-]*)$"', '|:[0-9a-z][0-9A-Za-z._-]*)$"')],
        f"{TERRAFORM} --full -k nonsense",
        "latest_is_refused",
    ),
    Fault(
        "terraform test: a role for any branch",
        [("infra/terraform-github/main.tf", ":environment:${each.key}", ":*")],
        f"{TERRAFORM} --full -k 'own_tests and terraform-github'",
        "could take the role",
    ),
    Fault(
        "stubs: an argument of Confluent that there is not",
        [("infra/terraform-confluent/topics.tf", "partitions_count", "partition_count")],
        f"{TERRAFORM} -k 'own_tests and terraform-confluent'",
        "partition_count",
    ),
    Fault(
        "topology: a topic that a service may not read",
        [("infra/terraform-confluent/topics.tf", '"payments", "fraud-alerts"]', '"payments"]')],
        f"{TERRAFORM} -k topology",
        "fraud-alerts",
    ),
    Fault(
        "the ECS stack: a size that Fargate lacks",
        [("infra/terraform-ecs/services.tf", "fraud     = { cpu = 256", "fraud     = { cpu = 300")],
        f"{TERRAFORM} -k as_aws_and_the_platform",
        "no size of 300",
    ),
    Fault(
        "terraform test: a process without a page of metrics",
        [("infra/terraform-ecs/services.tf", 'service if name != "lag" }', 'service if name != "fraud" }')],
        f"{TERRAFORM} -k asserts_of_itself",
        "Every process has a page of metrics",
    ),
    Fault(
        "terraform test: a service that traces nothing",
        [
            (
                "infra/terraform-ecs/services.tf",
                "OTEL_EXPORTER_OTLP_ENDPOINT = var.tracing.endpoint",
                "OTLP = var.tracing.endpoint",
            )
        ],
        f"{TERRAFORM} -k asserts_of_itself",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ),
    Fault(
        "the ECS stack: a page of metrics that nobody asks for",
        [("infra/terraform-ecs/metrics.tf", 'name if name != "api"]', 'name if name != "sink"]')],
        f"{TERRAFORM} -k as_aws_and_the_platform",
        "nobody asks for its page",
    ),
    Fault(
        "the collector: a token that it does not show",
        [("infra/terraform-ecs/metrics.tf", ">metrics-token", ">another")],
        f"{TERRAFORM} -k reads_pages",
        r"only \[.*\] came",
    ),
    Fault(
        "secrets: a password in the state",
        [
            ("infra/terraform-ecs/secrets.tf", "secret_string_wo = {", "secret_string = {"),
            ("infra/terraform-ecs/secrets.tf", "secret_string_wo = jsonencode", "secret_string = jsonencode"),
            ("infra/terraform-ecs/secrets.tf", "  secret_string_wo_version = var.secrets_version\n", ""),
        ],
        f"{TERRAFORM} -k no_secret_is",
        "(?i)ephemeral",
    ),
    Fault(
        "checkov: a bucket that may be public",
        [("infra/terraform-state/main.tf", "block_public_acls       = true", "block_public_acls       = false")],
        f"{TERRAFORM} -k 'finds_nothing and checkov'",
        "CKV_AWS_53",
    ),
    Fault(
        "trivy: a bucket that may be public",
        [("infra/terraform-state/main.tf", "block_public_acls       = true", "block_public_acls       = false")],
        f"{TERRAFORM} -k 'finds_nothing and trivy'",
        "AVD-AWS-0086",
    ),
    Fault(
        "scanners: an exception without a reason",
        [
            (
                "infra/terraform-state/main.tf",
                "CKV_AWS_144:a state describes one region and can be imported again",
                "CKV_AWS_144:no",
            )
        ],
        f"{TERRAFORM} -k has_a_reason",
        "CKV_AWS_144",
    ),
    Fault(
        "emulator: a second plan that finds changes",
        [
            (
                "infra/terraform-github/main.tf",
                "max_session_duration = 3600",
                'max_session_duration = 3600 + parseint(formatdate("s", timestamp()), 10)',
            )
        ],
        f"{TERRAFORM} --full -k roles_of_deployments",
        "a second plan finds changes",
    ),
    Fault(
        "emulator: a policy that AWS refuses",
        [("infra/terraform-github/main.tf", 'Version   = "2012-10-17"', 'Version   = "2012-10-18"')],
        f"{TERRAFORM} --full -k roles_of_deployments",
        "MalformedPolicyDocument|Version",
    ),
]

KUBERNETES = [
    Fault(
        "helm: a template that does not parse",
        [(TEMPLATES + "account.yaml", "{{ .Release.Name }}", "{{ .Release.Name }")],
        f"{HELM} -k helm_has_nothing",
        "account.yaml",
    ),
    Fault(
        "chart schema: nonsense is taken",
        [(CHART + "values.schema.json", '"pattern": "^[0-9][0-9A-Za-z._-]*$"', '"pattern": "^[0-9A-Za-z._-]*$"')],
        f"{HELM} -k nonsense",
        "image.tag-latest",
    ),
    Fault(
        "strict validation: a misspelt field",
        [(TEMPLATES + "workers.yaml", "revisionHistoryLimit", "revisionHistoryLimits")],
        f"{HELM} -k every_document_is_valid",
        "revisionHistoryLimits",
    ),
    Fault(
        "schemas of others: a misspelt field",
        [(TEMPLATES + "autoscaling.yaml", "cooldownPeriod", "coolDownPeriod")],
        f"{HELM} -k every_document_is_valid",
        "coolDownPeriod",
    ),
    Fault(
        "pod security: a container that may gain rights",
        [(TEMPLATES + "_helpers.tpl", "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true")],
        f"{HELM} -k as_the_platform_and_restricted",
        "may gain rights",
    ),
    Fault(
        "chart: a pod that nobody probes",
        [(TEMPLATES + "workers.yaml", ' "probes" (include "orders.health" $)', "")],
        f"{HELM} -k as_the_platform_and_restricted",
        "whether it is alive",
    ),
    Fault(
        "chart: a page of metrics that nobody scrapes",
        [(TEMPLATES + "monitoring.yaml", "operator: In", "operator: NotIn")],
        f"{HELM} -k is_scraped_with_a_token",
        "demo-fraud",
    ),
    Fault(
        "chart: a pod that traces nothing",
        [(CHART + "ci/production.yaml", "tracing: {", "# tracing: {")],
        f"{HELM} -k is_scraped_with_a_token",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ),
    Fault(
        "chart: a topology that is not the platform's",
        [
            (
                CHART + "topology.yaml",
                "sink: { group: sink-group, topics: [order-analytics] }",
                "sink: { group: sink-group, topics: [orders] }",
            )
        ],
        f"{HELM} -k as_the_topology_says",
        "order-analytics",
    ),
    Fault(
        "chart: a deployer that may not change what there is",
        [("k8s/cluster/deployer.yaml", "[ingresses, networkpolicies]", "[ingresses]")],
        f"{HELM} -k deployer_may",
        "networkpolicies",
    ),
    Fault(
        "checkov on pods: an image that may be written",
        [(TEMPLATES + "_helpers.tpl", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")],
        f"{HELM} -k 'finds_nothing and checkov'",
        "CKV_K8S_22",
    ),
    Fault(
        "trivy on pods: an image that may be written",
        [(TEMPLATES + "_helpers.tpl", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")],
        f"{HELM} -k 'finds_nothing and trivy'",
        "KSV-?0*14",
    ),
    Fault(
        "deployment: a release whose test is not looked at",
        [("scripts/deploy-eks.sh", 'if ! helm --namespace "$namespace" test', 'if helm --namespace "$namespace" test')],
        f"{HELM} -k test_deploy",
        "gives_way_to_the_one_before",
    ),
    Fault(
        "deployment: a version that is none",
        [("scripts/deploy-eks.sh", "if ! [[ $version =~", "if [[ $version =~")],
        f"{HELM} -k test_deploy",
        "no_version_is_refused",
    ),
]

WATCHING = [
    Fault(
        "promtool: a rule that does not parse",
        [(ALERTS, "max(orders_problems) > 0", "max(orders_problems > 0")],
        f"{OBSERVABILITY} -k prometheus_takes",
        "could not parse expression",
    ),
    Fault(
        "promtool: an alert that does not fire",
        [(ALERTS, "max(orders_problems) > 0", "max(orders_problems) > 10")],
        f"{OBSERVABILITY} -k 'fires_on_its_fault'",
        "ProblemsLast",
    ),
    Fault(
        "promtool: an alert that fires on a platform that is well",
        [(ALERTS, "max(orders_problems) > 0", "max(orders_problems) >= 0")],
        f"{OBSERVABILITY} -k while_the_platform_is_well",
        "ALERTS",
    ),
    Fault(
        "alerts: one without a runbook",
        [("docs/RUNBOOKS.md", "## ProblemsLast\n", "## Problems\n")],
        f"{OBSERVABILITY} -k where_to_read_on",
        "has no runbook|runbook of no alert",
    ),
    Fault(
        "amtool: a receiver that there is not",
        [("infra/observability/alertmanager/alertmanager.yaml", "receiver: pages", "receiver: page")],
        f"{OBSERVABILITY} -k alertmanager_takes",
        'undefined receiver "page"',
    ),
    Fault(
        "boards: a panel over another",
        [("infra/observability/grafana/api.json", '"x": 12', '"x": 0')],
        f"{OBSERVABILITY} -k 'loads_as_it_is and api'",
        "taken & cells",
    ),
    Fault(
        "boards: an expression that does not parse",
        [("infra/observability/grafana/broker.json", "max(orders_problems)", "max(orders_problems))")],
        f"{OBSERVABILITY} -k 'loads_as_it_is and broker'",
        "(?i)unexpected|invalid",
    ),
    Fault(
        "boards: a metric that the platform lacks",
        [("infra/observability/grafana/broker.json", "max(orders_problems)", "max(orders_troubles)")],
        f"{OBSERVABILITY} -k metrics_and_labels",
        "no metric orders_troubles",
    ),
]

FAULTS = LINTERS + STACKS + KUBERNETES + WATCHING
