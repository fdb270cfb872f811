"""What the chart uses of other projects' resources, as JSON schemas: the fields, no more. A misspelt one is an error.

From their reference pages: external-secrets.io/v1, keda.sh/v1alpha1, monitoring.coreos.com/v1, argoproj.io/v1alpha1.
"""


def thing(required, optional=None):
    properties = {**required, **(optional or {})}
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}
LABELS = {"type": "object", "additionalProperties": {"type": "string"}}
FLAG = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}


def some(item):
    return {"type": "array", "minItems": 1, "items": item}


REFERENCE = thing({"key": TEXT}, {"property": TEXT, "version": TEXT})
EXTERNAL_SECRET = thing(
    {
        "refreshInterval": TEXT,
        "secretStoreRef": thing({"kind": {"enum": ["SecretStore", "ClusterSecretStore"]}, "name": TEXT}),
        "target": thing({"name": TEXT}, {"creationPolicy": {"enum": ["Owner", "Orphan", "Merge", "None"]}}),
        "data": some(thing({"secretKey": TEXT, "remoteRef": REFERENCE})),
    }
)
KAFKA_TRIGGER = thing(
    {
        "type": {"const": "kafka"},
        "metadata": thing(
            {"bootstrapServers": TEXT, "consumerGroup": TEXT, "topic": TEXT, "lagThreshold": {"pattern": "^[0-9]+$"}},
            {
                "offsetResetPolicy": {"enum": ["latest", "earliest"]},
                "sasl": {"enum": ["none", "plaintext", "scram_sha256", "scram_sha512"]},
                "tls": {"enum": ["enable", "disable"]},
            },
        ),
    },
    {"authenticationRef": thing({"name": TEXT})},
)
SCALED_OBJECT = thing(
    {"scaleTargetRef": thing({"name": TEXT}), "triggers": some(KAFKA_TRIGGER)},
    {"minReplicaCount": COUNT, "maxReplicaCount": COUNT, "cooldownPeriod": COUNT},
)
TRIGGER_AUTHENTICATION = thing(
    {"secretTargetRef": some(thing({"parameter": {"enum": ["username", "password"]}, "name": TEXT, "key": TEXT}))}
)
PAGE = thing(
    {"port": TEXT, "path": {"const": "/metrics"}, "interval": TEXT},
    {
        "authorization": thing({"type": TEXT, "credentials": thing({"name": TEXT, "key": TEXT})}),
        "relabelings": some(thing({"targetLabel": TEXT, "replacement": TEXT})),
    },
)
EXPRESSIONS = some(thing({"key": TEXT, "operator": {"enum": ["In", "NotIn"]}, "values": TEXTS}))
SELECTOR = thing({"matchLabels": LABELS}, {"matchExpressions": EXPRESSIONS})
SERVICE_MONITOR = thing({"selector": SELECTOR, "endpoints": some(PAGE)})
POD_MONITOR = thing({"selector": SELECTOR, "podMetricsEndpoints": some(PAGE)})
APPLICATION = thing(
    {
        "project": TEXT,
        "source": thing(
            {"repoURL": TEXT, "targetRevision": TEXT, "path": TEXT},
            {"helm": thing({}, {"releaseName": TEXT, "valueFiles": TEXTS})},
        ),
        "destination": thing({"server": TEXT, "namespace": TEXT}),
    },
    {
        "syncPolicy": thing(
            {},
            {
                "automated": thing({}, {"prune": FLAG, "selfHeal": FLAG}),
                "syncOptions": TEXTS,
                "managedNamespaceMetadata": thing({}, {"labels": LABELS}),
                "retry": thing(
                    {}, {"limit": COUNT, "backoff": thing({"duration": TEXT, "factor": COUNT, "maxDuration": TEXT})}
                ),
            },
        ),
        "ignoreDifferences": some(thing({"kind": TEXT}, {"group": TEXT, "jsonPointers": TEXTS})),
    },
)

CLUSTER_SECRET_STORE = thing(
    {"provider": thing({"aws": thing({"service": {"enum": ["SecretsManager", "ParameterStore"]}, "region": TEXT})})}
)

SPECS = {
    ("external-secrets.io/v1", "ClusterSecretStore"): CLUSTER_SECRET_STORE,
    ("external-secrets.io/v1", "ExternalSecret"): EXTERNAL_SECRET,
    ("keda.sh/v1alpha1", "ScaledObject"): SCALED_OBJECT,
    ("keda.sh/v1alpha1", "TriggerAuthentication"): TRIGGER_AUTHENTICATION,
    ("monitoring.coreos.com/v1", "ServiceMonitor"): SERVICE_MONITOR,
    ("monitoring.coreos.com/v1", "PodMonitor"): POD_MONITOR,
    ("argoproj.io/v1alpha1", "Application"): APPLICATION,
}
