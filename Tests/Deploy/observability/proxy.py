"""A TCP proxy before the broker that can fall silent, delay, and say that a quota delayed an answer."""

import asyncio
import struct
import threading

FETCH = 1
# The first version of Fetch whose answer has tagged fields in its header.
FETCH_FLEXIBLE = 12


class Proxy:
    """`pause`: seconds that each answer waits. `throttle`: milliseconds that answers to Fetch claim. `is_cut`: nobody
    gets through."""

    def __init__(self, port, target):
        self.port, self.target = port, target
        self.pause, self.throttle, self.is_cut = 0.0, 0, False
        self.links = set()
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        assert ready.wait(10)

    def _run(self, ready):
        async def serve():
            await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            ready.set()

        self.loop.run_until_complete(serve())
        self.loop.run_forever()

    def cut(self):
        self.is_cut = True
        self.loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in self.links])

    def heal(self):
        self.pause, self.throttle, self.is_cut = 0.0, 0, False

    async def _accept(self, reader, writer):
        try:
            if self.is_cut:
                raise ConnectionAbortedError
            upstream = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self.links |= {writer, upstream[1]}
        # Which versions of Fetch the answers under way are of, by correlation id.
        fetches = {}
        pumps = [self._pump(reader, upstream[1], fetches, False), self._pump(upstream[0], writer, fetches, True)]
        await asyncio.wait([asyncio.create_task(pump) for pump in pumps], return_when=asyncio.FIRST_COMPLETED)
        for one in (writer, upstream[1]):
            one.transport.abort()
            self.links.discard(one)

    async def _pump(self, reader, writer, fetches, is_answer):
        try:
            while True:
                size = await reader.readexactly(4)
                frame = bytearray(await reader.readexactly(struct.unpack(">i", size)[0]))
                if is_answer:
                    await self._answer(frame, fetches)
                else:
                    api, version, correlation = struct.unpack(">hhi", frame[:8])
                    if api == FETCH:
                        fetches[correlation] = version
                writer.write(size + frame)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass

    async def _answer(self, frame, fetches):
        if self.pause:
            await asyncio.sleep(self.pause)
        version = fetches.pop(struct.unpack(">i", frame[:4])[0], None)
        if version is not None and self.throttle:
            place = 5 if version >= FETCH_FLEXIBLE else 4
            frame[place : place + 4] = struct.pack(">i", self.throttle)
