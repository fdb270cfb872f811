"""Stacks applied to an emulator of AWS, planned again, changed and destroyed. It proves what the emulator checks."""

import json
import uuid

import boto3
import deployment
import product
import pytest
import stack_checks
import terraform

pytestmark = pytest.mark.full

ECS = """
region                  = "eu-central-1"
domain_name             = "orders.example.com"
image                   = "ghcr.io/example/orders:0.1.0"
kafka_bootstrap_servers = "pkc-12345.eu-central-1.aws.confluent.cloud:9092"
couchbase_host          = "couchbases://cb.example.cloud.couchbase.com"
couchbase_username      = "orders"
optional_secrets        = ["metrics-token", "payment-gateway"]
alarm_emails            = ["on-call@example.com"]
jwt = {{
  issuer   = "https://login.example.com/"
  audience = "orders"
  key_set  = "https://login.example.com/jwks.json"
}}
route53_zone_id         = "{zone}"
# An emulator runs no tasks, and what is destroyed must be gone.
wait_for_steady_state = false
deletion_protection   = false
secret_recovery_days  = 0
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with terraform.emulator(tmp_path_factory.mktemp("emulator") / "log") as port:
        yield port


def client(port, service):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=f"http://127.0.0.1:{port}", region_name="eu-central-1", **keys)


def backend(port, bucket):
    url = f"http://127.0.0.1:{port}"
    lines = {
        "bucket": bucket,
        "key": "ecs/terraform.tfstate",
        "region": "eu-central-1",
        "access_key": "test",
        "secret_key": "test",
    }
    flags = "use_path_style skip_credentials_validation skip_metadata_api_check skip_requesting_account_id"
    text = "".join(f'{key} = "{value}"\n' for key, value in lines.items())
    text += "".join(f"{flag} = true\n" for flag in [*flags.split(), "skip_region_validation", "skip_s3_checksum"])
    return text + f'endpoints = {{ s3 = "{url}", sts = "{url}", iam = "{url}" }}\n'


@pytest.fixture(scope="module")
def granted(port, tmp_path_factory):
    """The actions that the role of a deployment may use: infra/terraform-github, applied."""
    copy = terraform.copy_infra(tmp_path_factory.mktemp("github")) / "terraform-github"
    stack = terraform.Stack(copy).without_backend().against(port)
    place = {"state_bucket": "states", "state_key": "ecs/terraform.tfstate", "state_kms_arn": "arn:aws:kms:::key/1"}
    environments = {
        "production": {"region": "eu-central-1", "ecs": place},
        "staging": {"region": "eu-central-1", "eks_cluster": "orders"},
    }
    given = {"region": "eu-central-1", "repository": "example/orders", "environments": environments}
    (stack.path / "terraform.tfvars.json").write_text(json.dumps(given))
    stack.init()
    stack.apply()
    stack.is_unchanged()
    shown = json.loads(stack.run("show", "-json").stdout)
    assert not list(stack_checks.check_actions(stack_checks.resources_of(shown["values"]["root_module"])))
    policy = client(port, "iam").get_role_policy(RoleName="orders-deploy-production", PolicyName="deploy")
    yield {action for statement in policy["PolicyDocument"]["Statement"] for action in statement["Action"]}
    stack.destroy()


def test_the_roles_of_deployments_are_made_and_may_not_do_everything(granted):
    assert {"ecs:UpdateService", "iam:PassRole"} <= granted
    assert not [action for action in granted if "*" in action]


def deploys_another_image_and_nothing_else(stack, port, granted):
    def images():
        ecs = client(port, "ecs")
        for name in ("api", "analytics"):
            (service,) = ecs.describe_services(cluster="orders", services=[name])["services"]
            task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
            yield task["containerDefinitions"][0]["image"]

    for version in ("0.2.0", "0.1.0"):
        image = f"ghcr.io/example/orders:{version}"
        code, output, called = deployment.run(stack, image)
        assert code == 0, output
        assert set(images()) == {image}
        assert {"ecs:RegisterTaskDefinition", "ecs:UpdateService"} <= called <= granted, called - granted
    assert "is what runs" in deployment.run(stack, image)[1]

    # Something else was changed, and not applied yet.
    variables = stack.path / "terraform.tfvars"
    before = variables.read_text()
    variables.write_text(before + "waf_requests_per_5_minutes = 20000\n")
    code, output, called = deployment.run(stack, "ghcr.io/example/orders:0.2.0")
    assert (code, "aws_wafv2_web_acl.this" in output.partition("more than another image")[2]) == (1, True), output
    assert "ecs:RegisterTaskDefinition" not in called
    variables.write_text(before)


def test_the_ecs_stack_is_applied_changed_and_destroyed(port, granted, tmp_path):
    zone = client(port, "route53").create_hosted_zone(Name="example.com", CallerReference=str(uuid.uuid4()))
    s3 = client(port, "s3")
    s3.create_bucket(Bucket="states", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    secrets = {name: f"PLANTED-{uuid.uuid4()}" for name in ("confluent_api_key", "confluent_api_secret")}
    secrets |= {"couchbase_password": "PLANTED-couchbase", "payment_gateway_url": "https://pay.example/PLANTED"}
    secrets |= {"webhook_endpoints": '{"endpoints":[]}', "metrics_token": f"PLANTED-{uuid.uuid4()}"}
    stack = terraform.Stack(
        terraform.copy_infra(tmp_path) / "terraform-ecs",
        variables={f"TF_VAR_{name}": value for name, value in secrets.items()},
    ).against(port)
    (stack.path / "terraform.tfvars").write_text(ECS.format(zone=zone["HostedZone"]["Id"].rpartition("/")[2]))
    (stack.path / "backend.hcl").write_text(backend(port, "states"))
    stack.init("-backend-config=backend.hcl")

    plan = stack.plan()
    assert "PLANTED" not in json.dumps(plan)
    assert b"PLANTED" not in (stack.path / "tfplan").read_bytes()
    assert {change["change"]["actions"][0] for change in plan["resource_changes"]} <= {"create", "read"}

    stack.apply()
    state = s3.get_object(Bucket="states", Key="ecs/terraform.tfstate")["Body"].read().decode()
    assert "PLANTED" not in state
    kept = client(port, "secretsmanager").get_secret_value(SecretId="orders/payments/kafka")["SecretString"]
    assert json.loads(kept) == {"api_key": secrets["confluent_api_key"], "api_secret": secrets["confluent_api_secret"]}
    shown = json.loads(stack.run("show", "-json").stdout)
    made = stack_checks.resources_of(shown["values"]["root_module"])
    assert not stack_checks.findings(made, product.settings(), product.commands())
    stack.is_unchanged()

    # Another one at work.
    s3.put_object(Bucket="states", Key="ecs/terraform.tfstate.tflock", Body=b'{"ID":"another"}')
    assert "Error acquiring the state lock" in stack.run("plan", "-no-color", codes=(1,)).stderr
    s3.delete_object(Bucket="states", Key="ecs/terraform.tfstate.tflock")

    deploys_another_image_and_nothing_else(stack, port, granted)
    stack.is_unchanged()

    change = ["-var-file=examples/large.tfvars", "-var", "image=ghcr.io/example/orders:0.2.0"]
    stack.apply(*change)
    stack.is_unchanged(*change)
    ecs = client(port, "ecs")
    service = ecs.describe_services(cluster="orders", services=["analytics"])["services"][0]
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert (task["cpu"], task["containerDefinitions"][0]["image"]) == ("1024", "ghcr.io/example/orders:0.2.0")

    # A secret that was rotated in Secrets Manager stays.
    manager = client(port, "secretsmanager")
    manager.put_secret_value(SecretId="orders/payments/kafka", SecretString='{"api_key":"new","api_secret":"new"}')
    stack.is_unchanged(*change)
    assert "new" in manager.get_secret_value(SecretId="orders/payments/kafka")["SecretString"]

    stack.destroy(*change)
    found = ecs.describe_clusters(clusters=["orders"])["clusters"]
    assert all(cluster["status"] == "INACTIVE" for cluster in found)
    assert stack.run("state", "list").stdout == ""


def test_the_eks_stack_is_applied_changed_and_destroyed(port, tmp_path):
    stack = terraform.Stack(terraform.copy_infra(tmp_path) / "terraform-eks").without_backend().against(port)
    # The emulator has no add-ons and no access entries: a mock makes them, in the stack's own tests.
    (stack.path / "terraform.tfvars").write_text('region = "eu-central-1"\nname = "orders-eks"\naddons = {}\n')
    stack.init()
    stack.apply()
    stack.is_unchanged()
    shown = json.loads(stack.run("show", "-json").stdout)
    made = stack_checks.resources_of(shown["values"]["root_module"])
    assert not list(stack_checks.check_actions(made))
    assert not list(stack_checks.check_zones(made))

    # The emulator cannot change a cluster or its nodes.
    change = ["-var", "log_retention_days=90"]
    stack.apply(*change)
    stack.is_unchanged(*change)
    (group,) = client(port, "logs").describe_log_groups(logGroupNamePrefix="/aws/eks/orders-eks")["logGroups"]
    assert group["retentionInDays"] == 90

    stack.destroy(*change)
    assert not client(port, "eks").list_clusters()["clusters"]


def test_two_regions_get_one_name(port, tmp_path):
    zone = client(port, "route53").create_hosted_zone(Name="example.com", CallerReference=str(uuid.uuid4()))
    regions = {
        name: {
            "dns_name": f"{name}.elb.amazonaws.com",
            "zone_id": "Z215JYRZR1TBD5",
            "health_name": f"{name}.example.com",
        }
        for name in ("primary", "secondary")
    }
    copy = terraform.copy_infra(tmp_path) / "terraform-ecs" / "examples" / "regions"
    stack = terraform.Stack(copy).without_backend().against(port)
    given = {"domain_name": "orders.example.com", "route53_zone_id": zone["HostedZone"]["Id"].rpartition("/")[2]}
    # The other region's tfvars are those of infra/terraform-ecs.
    (stack.path / "terraform.tfvars.json").write_text(json.dumps(given | {"regions": regions}))
    stack.init()
    stack.apply()
    stack.is_unchanged()
    records = client(port, "route53").list_resource_record_sets(HostedZoneId=given["route53_zone_id"])
    failover = {record["Failover"] for record in records["ResourceRecordSets"] if "Failover" in record}
    assert failover == {"PRIMARY", "SECONDARY"}
    stack.destroy()
