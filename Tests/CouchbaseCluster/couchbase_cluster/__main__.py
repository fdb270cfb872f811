"""Starts the cluster, prints its endpoints as one line of JSON, and runs until a signal or its parent's end."""

import argparse
import asyncio
import gc
import json
import os
import signal
import sys
import tempfile

from . import sasl, tls
from .cluster import Cluster, Options
from .control import Control
from .http import connection


def arguments():
    defaults = Options()
    parser = argparse.ArgumentParser(prog="couchbase_cluster", description=__doc__)
    for name in ("nodes", "replicas", "vbuckets"):
        parser.add_argument(f"--{name}", type=int, default=getattr(defaults, name))
    for name in ("bucket", "user", "password", "host", "services"):
        parser.add_argument(f"--{name}", default=getattr(defaults, name))
    parser.add_argument("--seed", type=int, help="of the faults that have a probability")
    parser.add_argument("--tls", action="store_true", help="TLS listeners too, with a CA made at the start")
    parser.add_argument("--alternate", action="store_true", help="reachable by alternate addresses only")
    parser.add_argument("--placeholder", action="store_true", help="says $HOST in place of host names")
    parser.add_argument("--compress", action="store_true", help="answers with snappy where it was negotiated")
    parser.add_argument("--record", action="store_true", help="keeps the frames for GET /frames")
    parser.add_argument("--mechanisms", default=",".join(sasl.MECHANISMS))
    parser.add_argument("--without", default="", help="HELLO features to refuse, as hex codes with commas between")
    parser.add_argument("--seconds", type=float, default=900, help="how long it runs at most")
    return parser.parse_args()


async def parent_gone(parent):
    while os.getppid() == parent:
        await asyncio.sleep(0.5)


def endpoints(cluster, control_port):
    seeds = [f"{node.host}:{node.ports['kv']}" for node in cluster.data_nodes()]
    secure = [f"{node.host}:{node.ports['kvSSL']}" for node in cluster.data_nodes() if "kvSSL" in node.ports]
    return {
        "connection_string": "couchbase://" + ",".join(seeds),
        "tls_connection_string": "couchbases://" + ",".join(secure) if secure else None,
        "ca": cluster.certificates.authority if cluster.certificates else None,
        "control": f"http://127.0.0.1:{control_port}",
        "user": cluster.options.user,
        "password": cluster.options.password,
        "bucket": cluster.options.bucket,
        "ports": [node.ports for node in cluster.nodes],
    }


async def run(given, folder, parent):
    values = {name: value for name, value in vars(given).items() if name != "seconds"}
    values["mechanisms"] = given.mechanisms.split(",")
    values["without"] = {int(code, 16) for code in given.without.split(",") if code}
    certificates = await asyncio.to_thread(tls.make, folder) if given.tls else None
    cluster = Cluster(Options(**values), certificates)
    await cluster.start()
    control = Control(cluster, lambda: endpoints(cluster, port))
    server = await asyncio.start_server(connection(control.handle, set()), "127.0.0.1", 0, limit=1 << 20)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps(endpoints(cluster, port)), flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ends = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(parent_gone(parent))]
    await asyncio.wait(ends, timeout=given.seconds, return_when=asyncio.FIRST_COMPLETED)
    cluster.stop()


def main():
    parent = os.getppid()
    # Documents hold no cycles; looking for some in a hundred thousand of them would take longer than any query.
    gc.set_threshold(100_000, 50, 1000)
    with tempfile.TemporaryDirectory(prefix="couchbase-cluster-") as folder:
        asyncio.run(run(arguments(), folder, parent))


if __name__ == "__main__":
    sys.exit(main())
