"""AWS as moto emulates it, with what moto lacks of what the stacks use. Run: emulator.py -H 127.0.0.1 -p PORT

Each patch keeps what a request says, so that reading it again gives the same: without, every plan would find a change.
"""

import json
import os
import sys

# The policies that AWS manages are there too.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.amp import urls as amp_urls
from moto.amp.exceptions import ResourceNotFoundException
from moto.amp.models import Workspace
from moto.amp.responses import PrometheusServiceResponse
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.cloudwatch.responses import CloudWatchResponse
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.eks.responses import EKSResponse


class ScalingTags:
    """Tags of scalable targets: moto has neither the calls nor the tags of a registration."""

    def __init__(self):
        self.by_arn = {}

    def patch(self, response):
        register = response.register_scalable_target

        def register_scalable_target(call):
            answer = register(call)
            if tags := call._get_param("Tags"):
                self.by_arn[json.loads(answer)["ScalableTargetARN"]] = dict(tags)
            return answer

        def tag_resource(call):
            self.by_arn.setdefault(call._get_param("ResourceARN"), {}).update(call._get_param("Tags") or {})
            return "{}"

        def untag_resource(call):
            kept = self.by_arn.get(call._get_param("ResourceARN"), {})
            for key in call._get_param("TagKeys") or []:
                kept.pop(key, None)
            return "{}"

        def list_tags_for_resource(call):
            return json.dumps({"Tags": self.by_arn.get(call._get_param("ResourceARN"), {})})

        response.register_scalable_target = register_scalable_target
        response.tag_resource = tag_resource
        response.untag_resource = untag_resource
        response.list_tags_for_resource = list_tags_for_resource


def keep(response, call_name, result_key, fields, always=()):
    """Copies fields of the request, which moto drops, to the object that it answers with and keeps."""
    original = getattr(response, call_name)

    def call(self):
        answer = original(self)
        kept = answer.result[result_key]
        for field, attribute in fields.items():
            value = self._get_param(field)
            if value is not None or field in always:
                setattr(kept, attribute, value)
        return answer

    setattr(response, call_name, call)


def describe_rules_between_groups():
    """A rule whose peer is another group has its description there, and moto answers only with those of addresses."""

    def description(rule):
        return rule.ip_range.get("Description") or (rule.source_group or {}).get("Description")

    SecurityGroupRule.description = property(description)


def keep_tags_of_templates_apart():
    """The tags of a launch template are not a part of its versions, where moto puts them as well."""
    original = LaunchTemplateVersion.__init__

    def init(self, template, number, data, description):
        tags = [part for part in data.pop("TagSpecifications", []) if part["ResourceType"] != "launch-template"]
        original(self, template, number, data | ({"TagSpecifications": tags} if tags else {}), description)

    LaunchTemplateVersion.__init__ = init


class AlertManagers:
    """The alert manager of a workspace, which moto lacks: its text, by the workspace."""

    def __init__(self):
        self.by_workspace = {}

    def patch(self, response):
        def workspace(call):
            return call.path.split("/")[-3]

        def put(call):
            self.by_workspace[workspace(call)] = json.loads(call.body)["data"]
            return 202, {}, json.dumps({"status": {"statusCode": "ACTIVE"}})

        def describe(call):
            if workspace(call) not in self.by_workspace:
                raise ResourceNotFoundException("there is none", workspace(call), "alertmanager")
            found = {"status": {"statusCode": "ACTIVE"}, "data": self.by_workspace[workspace(call)]}
            return json.dumps({"alertManagerDefinition": found | {"createdAt": 0, "modifiedAt": 0}})

        def delete(call):
            del self.by_workspace[workspace(call)]
            return 202, {}, "{}"

        response.create_alert_manager_definition = response.put_alert_manager_definition = put
        response.describe_alert_manager_definition = describe
        response.delete_alert_manager_definition = delete
        path = "{0}/workspaces/(?P<workspace_id>[^/]+)/alertmanager/definition$"
        amp_urls.url_paths[path] = response.dispatch


def keep_keys_of_workspaces():
    """The key of a workspace, which moto drops."""
    create, describe = PrometheusServiceResponse.create_workspace, Workspace.to_dict

    def create_workspace(call):
        answer = json.loads(create(call))
        keys[answer["workspaceId"]] = json.loads(call.body).get("kmsKeyArn")
        return json.dumps(answer | {"kmsKeyArn": keys[answer["workspaceId"]]})

    def to_dict(workspace):
        return describe(workspace) | {"kmsKeyArn": keys.get(workspace.workspace_id)}

    keys = {}
    PrometheusServiceResponse.create_workspace, Workspace.to_dict = create_workspace, to_dict


SERVICE_FIELDS = {
    "enableExecuteCommand": "enable_execute_command",
    "deploymentConfiguration": "deployment_configuration",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
    "capacityProviderStrategy": "capacity_provider_strategy",
    "enableECSManagedTags": "enable_ecs_managed_tags",
    "availabilityZoneRebalancing": "availability_zone_rebalancing",
}


def patch():
    describe_rules_between_groups()
    keep_tags_of_templates_apart()
    keep_keys_of_workspaces()
    AlertManagers().patch(PrometheusServiceResponse)
    ScalingTags().patch(ApplicationAutoScalingResponse)
    for call in ("create_service", "update_service"):
        keep(EC2ContainerServiceResponse, call, "service", SERVICE_FIELDS)
    keep(EKSResponse, "create_cluster", "cluster", {"accessConfig": "access_config", "upgradePolicy": "upgrade_policy"})
    nodes = {"updateConfig": "update_config", "remoteAccess": "remote_access"}
    keep(EKSResponse, "create_nodegroup", "nodegroup", nodes, always=("remoteAccess",))
    # Composite alarms are missing; their body is that of an alarm.
    if not hasattr(CloudWatchResponse, "put_composite_alarm"):
        CloudWatchResponse.put_composite_alarm = CloudWatchResponse.put_metric_alarm


if __name__ == "__main__":
    from moto.server import main

    patch()
    main(sys.argv[1:])
