"""The management service: what SDKs ask ns_server. Source: Couchbase's REST documentation and SDK-RFC 5."""

import asyncio
import re

from .http import HttpReply
from .manifest import InvalidName

BUCKET = re.compile(r"/pools/default/(?:buckets|b|bs|bucketsStreaming)/([^/]+)(/.*)?")
VERSION = "7.6.2-0000-enterprise"
SEPARATOR = b"\n\n\n\n"


class Management:
    def __init__(self, node):
        self.node, self.cluster = node, node.cluster

    async def handle(self, request):
        if self.node.delay:
            await asyncio.sleep(self.node.delay)
        if request.path == "/pools" and request.method == "GET":
            return HttpReply.json(
                {
                    "implementationVersion": VERSION,
                    "uuid": self.cluster.uuid,
                    "isEnterprise": True,
                    "pools": [{"name": "default", "uri": "/pools/default"}],
                }
            )
        if request.user(self.cluster.users) is None:
            return HttpReply.json({"message": "Unauthorized"}, 401)
        if request.path.startswith("/settings/rbac/users/local/"):
            return self.user(request)
        if request.path == "/pools/default/nodeServices":
            return HttpReply(parts=[self.cluster.config(None, self.node)])
        if request.path == "/pools/default":
            return HttpReply.json({"name": "default", "nodes": self.nodes(), "clusterName": "test"})
        if request.path == "/pools/default/buckets":
            return self.buckets(request)
        match = BUCKET.fullmatch(request.path)
        bucket = self.cluster.buckets.get(match[1]) if match else None
        if bucket is None:
            return HttpReply.json("Requested resource not found.", 404)
        return self.bucket(request, bucket, match[2] or "")

    def nodes(self):
        return [
            {
                "hostname": f"{node.host}:{node.ports['mgmt']}",
                "version": VERSION,
                "clusterMembership": "active",
                "status": "healthy" if node.running else "unhealthy",
                "services": sorted(node.services),
                "ports": {"direct": node.ports.get("kv", 0)},
                "thisNode": node is self.node,
            }
            for node in self.cluster.nodes
            if node.member
        ]

    def describe(self, bucket):
        return {
            "name": bucket.name,
            "uuid": bucket.uuid,
            "bucketType": "membase",
            "nodeLocator": "vbucket",
            "replicaNumber": bucket.replicas,
            "numVBuckets": bucket.count,
            "nodes": self.nodes(),
            "quota": {"ram": 104857600, "rawRAM": 104857600},
            "storageBackend": "couchstore",
            "maxTTL": 0,
            "evictionPolicy": "valueOnly",
            "compressionMode": "passive",
            "conflictResolutionType": "seqno",
            "durabilityMinLevel": "none",
            "replicaIndex": False,
            "controllers": {},
            "bucketCapabilities": self.cluster.bucket_capabilities,
        }

    def buckets(self, request):
        if request.method == "GET":
            return HttpReply.json([self.describe(bucket) for bucket in self.cluster.buckets.values()])
        form = request.form()
        name = form.get("name", "")
        if not re.fullmatch(r"[A-Za-z0-9_.%-]{1,100}", name) or name in self.cluster.buckets:
            return HttpReply.json({"errors": {"name": "Bucket with given name already exists"}}, 400)
        self.cluster.create_bucket(name, int(form.get("replicaNumber", "1")))
        return HttpReply(202)

    def bucket(self, request, bucket, rest):
        if rest.startswith("/scopes"):
            return self.scopes(request, bucket, rest.split("/")[2:])
        if rest == "/controller/doFlush":
            self.cluster.flush(bucket)
            return HttpReply()
        if request.method == "DELETE":
            self.cluster.drop_bucket(bucket)
            return HttpReply()
        if request.path.startswith("/pools/default/b/"):
            return HttpReply(parts=[self.cluster.config(bucket, self.node)])
        if request.path.startswith(("/pools/default/bs/", "/pools/default/bucketsStreaming/")):
            return HttpReply(stream=self.stream(bucket))
        return HttpReply.json(self.describe(bucket))

    async def stream(self, bucket):
        """Each configuration as it comes, for as long as the client listens."""
        while bucket.name in self.cluster.buckets:
            changed = self.cluster.changed
            yield self.cluster.config(bucket, self.node) + SEPARATOR
            await changed.wait()

    def scopes(self, request, bucket, path):
        """GET, POST and DELETE under /scopes; `path` is what follows, such as [scope, "collections", name]."""
        manifest, form = bucket.manifest, request.form() if request.method == "POST" else {}
        try:
            match request.method, path:
                case "GET", []:
                    return HttpReply.json(manifest.as_json())
                case "POST", []:
                    manifest.create_scope(form.get("name", ""))
                case "POST", [scope, "collections"]:
                    manifest.create_collection(scope, form.get("name", ""))
                case "DELETE", [scope]:
                    manifest.drop_scope(scope)
                case "DELETE", [scope, "collections", name]:
                    manifest.drop_collection(scope, name)
                case _ if path and path[0] == "@ensureManifest":
                    return HttpReply()
                case _:
                    return HttpReply.json("Requested resource not found.", 404)
        except InvalidName as error:
            status = 404 if "is not found" in str(error) else 400
            return HttpReply.json({"errors": {"_": str(error)}}, status)
        self.cluster.forget_dropped(bucket)
        self.cluster.change()
        return HttpReply.json({"uid": f"{manifest.uid:x}"})

    def user(self, request):
        name = request.path.rsplit("/", 1)[1]
        if request.method == "PUT":
            self.cluster.users[name] = request.form().get("password", "")
        elif request.method == "DELETE":
            self.cluster.users.pop(name, None)
        return HttpReply.json("")
