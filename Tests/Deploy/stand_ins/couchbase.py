"""The Couchbase cluster of the tests in a container, at the ports that a real one has."""

import asyncio
import pathlib
import signal

from couchbase_cluster.cluster import Cluster, Options


async def main():
    password = pathlib.Path("/run/secrets/couchbase-password").read_text().strip()
    cluster = Cluster(Options(nodes=1, replicas=0, host="couchbase", user="orders", password=password))
    cluster.nodes[0].ports.update(mgmt=8091, n1ql=8093, kv=11210)
    await cluster.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    cluster.stop()


asyncio.run(main())
