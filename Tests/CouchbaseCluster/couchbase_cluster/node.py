"""One node: its listeners, its copies of vbuckets, and whether it is up."""

import asyncio
import ssl

from .http import connection
from .management import Management
from .query_service import QueryService
from .session import Session


class Node:
    def __init__(self, cluster, index, services):
        self.cluster, self.index, self.services = cluster, index, services
        self.host = cluster.options.host
        self.running, self.member = False, True
        # seconds that every answer of this node takes
        self.delay = 0.0
        self.sessions, self.writers, self.servers = set(), set(), []
        # service name -> port; chosen at the first start and kept
        self.ports = {}
        # bucket name -> {vbucket number: VBucket}
        self.data = {}

    def copies(self, bucket):
        return self.data.setdefault(bucket, {})

    async def start(self):
        """Listens, on the same ports as before if it ran before."""
        context = None
        if self.cluster.certificates:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.cluster.certificates.certificate, self.cluster.certificates.key)
        for suffix, tls in (("", None), ("SSL", context)):
            if suffix and tls is None:
                continue
            await self._listen_http("mgmt" + suffix, Management(self).handle, tls)
            if "kv" in self.services:
                await self._listen_kv("kv" + suffix, tls)
            if "n1ql" in self.services:
                await self._listen_http("n1ql" + suffix, QueryService(self).handle, tls)
        self.running = True

    async def _listen_kv(self, name, tls):
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Session(self, tls is not None), self.host, self.ports.get(name, 0), ssl=tls, backlog=512
        )
        self._opened(name, server)

    async def _listen_http(self, name, handler, tls):
        server = await asyncio.start_server(
            connection(handler, self.writers), self.host, self.ports.get(name, 0), ssl=tls, limit=1 << 20
        )
        self._opened(name, server)

    def _opened(self, name, server):
        self.ports[name] = server.sockets[0].getsockname()[1]
        self.servers.append(server)

    def stop(self):
        """Goes as a process goes that is killed: nothing is said, connections are reset."""
        self.running = False
        for server in self.servers:
            server.close()
        self.servers = []
        self.disconnect()

    def disconnect(self):
        for session in list(self.sessions):
            session.closing = True
            session.transport.abort()
        for writer in list(self.writers):
            writer.transport.abort()
