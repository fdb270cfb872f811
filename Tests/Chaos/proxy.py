"""A TCP proxy before the broker whose connections can be cut in mid-request, delayed, silenced and refused."""

import asyncio
import random
import sys

from helper import serve_commands


class Proxy:
    def __init__(self, target, seed):
        self.target = target
        self.random = random.Random(seed)
        self.links = set()
        self.delay = 0.0
        self.is_silent = False
        self.is_refusing = False
        # After how many bytes at most a connection is cut; None: never.
        self.cut_after = None
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.counts = {"connections": 0, "cut": 0, "refused": 0, "bytes": 0}

    async def accept(self, reader, writer):
        self.counts["connections"] += 1
        if self.is_refusing:
            self.counts["refused"] += 1
            writer.transport.abort()
            return
        try:
            upstream = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.target), 2)
        except (TimeoutError, OSError):
            self.counts["refused"] += 1
            writer.transport.abort()
            return
        link = Link(self, (reader, writer), upstream)
        self.links.add(link)
        await link.run()
        self.links.discard(link)

    def handle(self, command, parameters):
        if command == "cut":
            for link in list(self.links):
                if self.random.random() < parameters["share"]:
                    self.counts["cut"] += 1
                    link.cut()
        elif command == "set":
            self.delay = parameters.get("delay", 0.0)
            self.is_refusing = parameters.get("refuse", False)
            self.cut_after = parameters.get("cut_after")
            self.is_silent = parameters.get("silent", False)
            self.is_open.clear() if self.is_silent else self.is_open.set()
            for link in self.links:
                link.draw_budget()
        return self.counts | {"open": len(self.links)}


class Link:
    """A client's connection and its continuation to the broker."""

    def __init__(self, proxy, client, broker):
        self.proxy = proxy
        self.client, self.broker = client, broker
        self.draw_budget()

    def draw_budget(self):
        limit = self.proxy.cut_after
        self.budget = self.proxy.random.randint(1, limit) if limit else None

    async def run(self):
        pumps = [
            asyncio.create_task(self.pump(self.client[0], self.broker[1])),
            asyncio.create_task(self.pump(self.broker[0], self.client[1])),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        self.cut()
        await asyncio.gather(*pumps, return_exceptions=True)

    def cut(self):
        # An abort sends a reset: what was on its way is lost, half a request or half an answer.
        self.client[1].transport.abort()
        self.broker[1].transport.abort()

    async def pump(self, reader, writer):
        try:
            while data := await reader.read(64 << 10):
                if self.proxy.delay:
                    await asyncio.sleep(self.proxy.delay)
                await self.proxy.is_open.wait()
                self.proxy.counts["bytes"] += len(data)
                if self.budget is not None:
                    if len(data) >= self.budget:
                        writer.write(data[: self.budget])
                        # The part reaches the other side before the reset.
                        await writer.drain()
                        await asyncio.sleep(0.001)
                        self.proxy.counts["cut"] += 1
                        self.draw_budget()
                        return
                    self.budget -= len(data)
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass


async def main(port, target, seed):
    proxy = Proxy(target, seed)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", port, backlog=256)
    async with server:
        await serve_commands(proxy.handle)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:4])))
