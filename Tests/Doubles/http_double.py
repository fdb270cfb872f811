"""A small HTTP/1.1 server for the doubles of outside systems: it can be slow, fail, hang and cut connections, on
command."""

import asyncio
import concurrent.futures
import random
import socket
import threading

MODES = ("ok", "slow", "fail", "hang", "cut", "mixed")


class HTTPDouble:
    """Subclasses answer a request with a status and a body."""

    def __init__(self, seed=0):
        self.random = random.Random(seed)
        self.mode = "ok"
        self.counts = {"requests": 0, "failed": 0, "hung": 0, "cut": 0}
        self.awake = asyncio.Event()

    async def respond(self, key, body):
        raise NotImplementedError

    def report(self):
        return {}

    def handle(self, command, parameters):
        if command == "mode":
            self.mode = parameters["mode"]
            # Those that hang are cut, as a client sees it when the other side comes back.
            self.awake.set()
            self.awake = asyncio.Event()
        return self.counts | self.report()

    def choose(self):
        """How the next request fares."""
        return self.random.choice(["ok", "ok", "slow", "fail", "cut"]) if self.mode == "mixed" else self.mode

    async def accept(self, reader, writer):
        try:
            while await self.serve(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.counts["requests"] += 1
        mode = self.choose()
        # The worst faults come after the work was done: the client cannot know that it was.
        is_done = mode in ("ok", "slow") or self.random.random() < 0.5
        status, answer = await self.respond(headers.get("idempotency-key"), body) if is_done else (503, b"{}")
        if mode == "slow":
            await asyncio.sleep(self.random.uniform(0.05, 0.5))
        elif mode == "fail":
            self.counts["failed"] += 1
            status, answer = self.random.choice([500, 502, 503, 504, 429]), b'{"error":"out of order"}'
        elif mode == "hang":
            self.counts["hung"] += 1
            await self.awake.wait()
            writer.transport.abort()
            return False
        head = (
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
        )
        if mode == "cut":
            self.counts["cut"] += 1
            writer.write((head + answer)[: self.random.randrange(len(head) + len(answer))])
            await writer.drain()
            writer.transport.abort()
            return False
        writer.write(head + answer)
        await writer.drain()
        return True


class InProcess:
    """A double on a thread of the test's process. Its port is known before it listens, and is the same each time."""

    def __init__(self, double):
        self.double = double
        self._thread = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self):
        listening = concurrent.futures.Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(listening)), daemon=True)
        self._thread.start()
        self._loop, self._stopped = listening.result(timeout=10)
        return self

    async def _serve(self, listening):
        try:
            server = await asyncio.start_server(self.double.accept, "127.0.0.1", self.port, backlog=256)
        except OSError as error:
            listening.set_exception(error)
            return
        stopped = asyncio.Event()
        listening.set_result((asyncio.get_running_loop(), stopped))
        await stopped.wait()
        server.close()

    def stop(self):
        """Nobody listens any more, and the open connections are cut."""
        if self._thread:
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(timeout=10)
            self._thread = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
