"""Schemas of providers that cannot be fetched, as far as the stacks use them: by hand, from their reference pages.

An argument that a page has and the stacks do not use is missing here.
"""

STRING, NUMBER, BOOL = "string", "number", "bool"
STRINGS, MAP = ["list", STRING], ["map", STRING]


def needs(kind, **flags):
    return {"type": kind, "required": True, **flags}


def takes(kind, **flags):
    return {"type": kind, "optional": True, **flags}


def gives(kind):
    return {"type": kind, "computed": True}


def nested(attributes, blocks=None, mode="list", least=0, most=1):
    inner = {"attributes": attributes, "block_types": blocks or {}}
    return {"nesting_mode": mode, "min_items": least, "max_items": most, "block": inner}


def resource(attributes, blocks=None):
    return {"block": {"attributes": {"id": gives(STRING), **attributes}, "block_types": blocks or {}}}


def provider(attributes, blocks=None):
    return {"block": {"attributes": attributes, "block_types": blocks or {}}}


EXEC = nested({"api_version": needs(STRING), "command": needs(STRING), "args": takes(STRINGS), "env": takes(MAP)})
KUBERNETES = nested(
    {name: takes(STRING) for name in ("host", "cluster_ca_certificate", "token", "config_path")}, {"exec": EXEC}
)
HELM = {
    "provider": provider({"debug": takes(BOOL)}, {"kubernetes": KUBERNETES}),
    "resource_schemas": {
        "helm_release": resource(
            {
                "name": needs(STRING),
                "chart": needs(STRING),
                **{name: takes(STRING) for name in ("repository", "version", "namespace", "description")},
                **{
                    name: takes(BOOL) for name in ("create_namespace", "atomic", "wait", "cleanup_on_fail", "skip_crds")
                },
                "timeout": takes(NUMBER),
                "values": takes(STRINGS),
                "status": gives(STRING),
            }
        )
    },
}

CONFLUENT = {
    "provider": provider(
        {
            f"{part}": takes(STRING, sensitive=part.endswith("secret"))
            for part in (
                "cloud_api_key",
                "cloud_api_secret",
                "kafka_id",
                "kafka_rest_endpoint",
                "kafka_api_key",
                "kafka_api_secret",
            )
        }
    ),
    "resource_schemas": {
        "confluent_environment": resource({"display_name": needs(STRING), "resource_name": gives(STRING)}),
        "confluent_service_account": resource({"display_name": needs(STRING), "description": takes(STRING)}),
        "confluent_kafka_cluster": resource(
            {
                "display_name": needs(STRING),
                "availability": needs(STRING),
                "cloud": needs(STRING),
                "region": needs(STRING),
                "bootstrap_endpoint": gives(STRING),
                "rest_endpoint": gives(STRING),
            },
            {
                "environment": nested({"id": needs(STRING)}, least=1),
                "basic": nested({}),
                "standard": nested({}),
                "dedicated": nested({"cku": needs(NUMBER)}),
            },
        ),
        "confluent_kafka_topic": resource(
            {
                "topic_name": needs(STRING),
                "partitions_count": takes(NUMBER),
                "config": takes(MAP, computed=True),
                "rest_endpoint": takes(STRING),
            },
            {"kafka_cluster": nested({"id": needs(STRING)})},
        ),
        "confluent_kafka_acl": resource(
            {
                name: needs(STRING)
                for name in (
                    "resource_type",
                    "resource_name",
                    "pattern_type",
                    "principal",
                    "host",
                    "operation",
                    "permission",
                )
            }
            | {"rest_endpoint": takes(STRING)},
            {"kafka_cluster": nested({"id": needs(STRING)})},
        ),
    },
}


def structure(**fields):
    return ["object", fields]


COMPUTE = structure(cpu=NUMBER, ram=NUMBER)
DISK = structure(type=STRING, storage=NUMBER, iops=NUMBER)
SERVICE_GROUP = structure(num_of_nodes=NUMBER, services=["set", STRING], node=structure(compute=COMPUTE, disk=DISK))
BUCKETS = structure(buckets=["list", structure(name=STRING)])
IN_CLUSTER = {name: needs(STRING) for name in ("organization_id", "project_id", "cluster_id")}
CAPELLA = {
    "provider": provider({"authentication_token": takes(STRING, sensitive=True), "host": takes(STRING)}),
    "resource_schemas": {
        "couchbase-capella_project": resource(
            {"organization_id": needs(STRING), "name": needs(STRING), "description": takes(STRING)}
        ),
        "couchbase-capella_cluster": resource(
            {
                "organization_id": needs(STRING),
                "project_id": needs(STRING),
                "name": needs(STRING),
                "cloud_provider": needs(structure(type=STRING, region=STRING, cidr=STRING)),
                "service_groups": needs(["set", SERVICE_GROUP]),
                "availability": needs(structure(type=STRING)),
                "support": needs(structure(plan=STRING, timezone=STRING)),
                "connection_string": gives(STRING),
            }
        ),
        "couchbase-capella_bucket": resource(
            IN_CLUSTER
            | {"name": needs(STRING), "flush": takes(BOOL), "replicas": takes(NUMBER)}
            | {name: takes(STRING) for name in ("type", "storage_backend", "durability_level")}
            | {"memory_allocation_in_mb": takes(NUMBER), "bucket_conflict_resolution": takes(STRING)}
        ),
        "couchbase-capella_database_credential": resource(
            IN_CLUSTER
            | {
                "name": needs(STRING),
                "password": {"type": STRING, "optional": True, "computed": True, "sensitive": True},
                "access": needs(["list", structure(privileges=STRINGS, resources=BUCKETS)]),
            }
        ),
        "couchbase-capella_allowlist": resource(IN_CLUSTER | {"cidr": needs(STRING), "comment": takes(STRING)}),
    },
}

# The provider's address below the registry, a version that the stacks take, its schema.
STUBS = {
    "hashicorp/helm": ("2.17.0", HELM),
    "confluentinc/confluent": ("2.99.0", CONFLUENT),
    "couchbasecloud/couchbase-capella": ("1.99.0", CAPELLA),
}
