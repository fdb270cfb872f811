"""The cluster's configuration as JSON. Source: SDK-RFC 5 and ns_server's terse bucket configuration."""

import json

CLUSTER_CAPABILITIES = {
    "n1ql": [
        "enhancedPreparedStatements",
        "readFromReplica",
        "costBasedOptimizer",
        "indexAdvisor",
        "javaScriptFunctions",
        "inlineFunctions",
    ]
}
INTERNAL_PORTS = {
    "kv": 11210,
    "kvSSL": 11207,
    "mgmt": 8091,
    "mgmtSSL": 18091,
    "n1ql": 8093,
    "n1qlSSL": 18093,
}


def _host(cluster, node):
    if cluster.options.placeholder:
        return "$HOST"
    return f"node{node.index + 1}.internal.invalid" if cluster.options.alternate else node.host


def _ports(cluster, node):
    return {name: INTERNAL_PORTS[name] for name in node.ports} if cluster.options.alternate else dict(node.ports)


def _extended(cluster, node, asked):
    """An entry of nodesExt."""
    entry = {"services": _ports(cluster, node), "serverGroup": "Group 1"}
    if not cluster.options.placeholder:
        entry["hostname"] = _host(cluster, node)
    if node is asked:
        entry["thisNode"] = True
    if cluster.options.alternate:
        entry["alternateAddresses"] = {"external": {"hostname": node.host, "ports": dict(node.ports)}}
    return entry


def members(cluster):
    """The nodes of the cluster, those with data first, as the KV list of a bucket needs them."""
    inside = [node for node in cluster.nodes if node.member]
    return [node for node in inside if "kv" in node.services] + [n for n in inside if "kv" not in n.services]


def cluster_config(cluster, asked):
    """What a node says of the cluster when no bucket is chosen."""
    return json.dumps(
        {
            "rev": cluster.revision,
            "revEpoch": 1,
            "clusterCapabilitiesVer": [1, 0],
            "clusterCapabilities": CLUSTER_CAPABILITIES,
            "nodesExt": [_extended(cluster, node, asked) for node in members(cluster)],
        },
        separators=(",", ":"),
    ).encode()


def bucket_config(cluster, bucket, asked):
    """The terse configuration of a bucket as one node tells it."""
    nodes = members(cluster)
    data = [node for node in nodes if "kv" in node.services]
    position = {node.index: place for place, node in enumerate(data)}
    position[-1] = -1
    return json.dumps(
        {
            "rev": cluster.revision,
            "revEpoch": 1,
            "name": bucket.name,
            "nodeLocator": "vbucket",
            "uuid": bucket.uuid,
            "uri": f"/pools/default/buckets/{bucket.name}?bucket_uuid={bucket.uuid}",
            "streamingUri": f"/pools/default/bucketsStreaming/{bucket.name}?bucket_uuid={bucket.uuid}",
            "bucketCapabilitiesVer": "",
            "bucketCapabilities": cluster.bucket_capabilities,
            "collectionsManifestUid": f"{bucket.manifest.uid:x}",
            "clusterCapabilitiesVer": [1, 0],
            "clusterCapabilities": CLUSTER_CAPABILITIES,
            "nodes": [
                {
                    "hostname": f"{_host(cluster, node)}:{_ports(cluster, node)['mgmt']}",
                    "ports": {"direct": _ports(cluster, node)["kv"]},
                }
                for node in data
            ],
            "nodesExt": [_extended(cluster, node, asked) for node in nodes],
            "vBucketServerMap": {
                "hashAlgorithm": "CRC",
                "numReplicas": bucket.replicas,
                "serverList": [f"{_host(cluster, node)}:{_ports(cluster, node)['kv']}" for node in data],
                "vBucketMap": [[position.get(index, -1) for index in chain] for chain in bucket.map],
            },
        },
        separators=(",", ":"),
    ).encode()
