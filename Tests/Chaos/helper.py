"""A helper process of the run (proxy, gateway, webhook, upstream): commands as JSON lines on its standard input, an
answer for each on its standard output."""

import asyncio
import json
import subprocess
import sys
import threading


class Helper:
    """One helper process, as the run sees it."""

    def __init__(self, script, log, *arguments):
        self.script, self.log, self.arguments = script, log, [str(argument) for argument in arguments]
        self.lock = threading.Lock()
        self.restarts = -1
        self.start()

    def start(self):
        self.restarts += 1
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-u", str(self.script), *self.arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.ask("ready")

    def ask(self, command, **parameters):
        with self.lock:
            try:
                self.process.stdin.write(json.dumps({"do": command, **parameters}) + "\n")
                self.process.stdin.flush()
                line = self.process.stdout.readline()
            except (BrokenPipeError, ValueError) as error:
                raise RuntimeError(f"{self.script.name} is gone ({error}); see {self.log}") from None
        if not line:
            raise RuntimeError(f"{self.script.name} ended with {self.process.wait()}; see {self.log}")
        return json.loads(line)

    def kill(self):
        """kill -9; `start` brings it back."""
        with self.lock:
            self.process.kill()
            self.process.wait()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


async def serve(double, port):
    """In the helper: a double of an outside system, on its port and at the run's command."""
    server = await asyncio.start_server(double.accept, "127.0.0.1", port, backlog=512)
    async with server:
        await serve_commands(double.handle)


async def serve_commands(handle):
    """In the helper: answers commands until the run ends (end of file)."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        answer = handle(command.pop("do"), command) or {}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
