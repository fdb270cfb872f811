"""The control port: faults and events by HTTP, JSON in and out. Tests/CouchbaseCluster/README.md lists the routes."""

import json

from .http import HttpReply


class Control:
    def __init__(self, cluster, describe):
        self.cluster, self.describe = cluster, describe

    async def handle(self, request):
        try:
            body = json.loads(request.body) if request.body else {}
            action = getattr(self, f"{request.method.lower()}_{request.path.strip('/')}", None)
            if action is None:
                return HttpReply.json({"error": "no such command"}, 404)
            return HttpReply.json(await action(body) or {})
        except (ValueError, TypeError, KeyError, IndexError) as error:
            return HttpReply.json({"error": f"{type(error).__name__}: {error}"}, 400)

    def bucket(self, body):
        return self.cluster.buckets[body.get("bucket", self.cluster.options.bucket)]

    async def get_state(self, body):
        return {
            **self.describe(),
            "revision": self.cluster.revision,
            "notes": self.cluster.notes,
            "nodes": [
                {
                    "index": node.index,
                    "running": node.running,
                    "member": node.member,
                    "ports": node.ports,
                    "connections": len(node.sessions),
                    "delay_ms": node.delay * 1000,
                }
                for node in self.cluster.nodes
            ],
            "faults": [vars(rule) for rule in self.cluster.faults.rules],
        }

    async def get_map(self, body):
        return {name: bucket.map for name, bucket in self.cluster.buckets.items()}

    async def post_faults(self, body):
        return vars(self.cluster.faults.add(body))

    async def delete_faults(self, body):
        self.cluster.faults.clear(body.get("id"))

    async def post_kill(self, body):
        self.cluster.nodes[body["node"]].stop()

    async def post_restart(self, body):
        await self.cluster.restart(body["node"])

    async def post_failover(self, body):
        self.cluster.failover(body["node"])

    async def post_rebalance(self, body):
        await self.cluster.rebalance()

    async def post_disconnect(self, body):
        self.cluster.nodes[body["node"]].disconnect()

    async def post_delay(self, body):
        for node in self.cluster.nodes:
            if body.get("node") in (None, node.index):
                node.delay = body["ms"] / 1000

    async def post_move(self, body):
        bucket = self.bucket(body)
        numbers = body["vbuckets"] if "vbuckets" in body else range(bucket.count)
        self.cluster.move(bucket, numbers, body["node"])
        return {"revision": self.cluster.revision}

    async def post_change(self, body):
        """Another revision of the same map."""
        self.cluster.change()
        return {"revision": self.cluster.revision}

    async def post_replication(self, body):
        bucket = self.bucket(body)
        bucket.resume_replication() if body["on"] else bucket.pause_replication()

    async def post_clock(self, body):
        """Puts the cluster's clock forward, so that a test of expiry need not wait."""
        self.cluster.clock.ahead += body["seconds"]

    async def post_query_faults(self, body):
        self.cluster.catalog.faults.append(body)

    async def delete_query_faults(self, body):
        self.cluster.catalog.faults.clear()

    async def post_lag(self, body):
        """From now on (or no longer) the indexes miss what is written, for queries that do not ask to wait."""
        self.cluster.catalog.lag(body["on"])

    async def post_purpose(self, body):
        """Names what the frames that follow are for."""
        self.cluster.recorder.purpose = body["purpose"]

    async def get_frames(self, body):
        return {"frames": self.cluster.recorder.frames}
