"""As much of an HTTP/1.1 server as the services need: bodies with a length or chunked, kept connections."""

import asyncio
import base64
import json
import urllib.parse
from dataclasses import dataclass, field

REASONS = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
MAX_BODY = 32 * 1024 * 1024


@dataclass
class HttpRequest:
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))

    def user(self, users):
        """The user of a right Basic authentication, or None."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(token).decode().partition(":")
        except ValueError:
            return None
        return name if users.get(name) == password else None


@dataclass
class HttpReply:
    """Parts are sent one by one, chunked; a single part has a length."""

    status: int = 200
    parts: list = field(default_factory=list)
    content_type: str = "application/json"
    # an async iterator of further parts, for a stream
    stream: object = None
    # sends this many parts and closes the connection
    cut_after: int = -1

    @classmethod
    def json(cls, value, status=200):
        return cls(status, [json.dumps(value).encode()])


async def read_request(reader):
    """The next request, or None at the end of the connection."""
    line = await reader.readline()
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers = {}
    while True:
        line = (await reader.readline()).decode("latin-1").strip()
        if not line:
            break
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _chunks(reader)
    else:
        size = int(headers.get("content-length", "0"))
        if size > MAX_BODY:
            raise ValueError("body too large")
        body = await reader.readexactly(size)
    path, _, query = target.partition("?")
    return HttpRequest(method, urllib.parse.unquote(path), dict(urllib.parse.parse_qsl(query)), headers, body)


async def _chunks(reader):
    body = bytearray()
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        if len(body) + size > MAX_BODY:
            raise ValueError("body too large")
        body += await reader.readexactly(size)
        await reader.readline()
        if size == 0:
            return bytes(body)


async def write_reply(writer, reply):
    """Sends an answer; False when the connection has to end with it."""
    head = f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Other')}\r\nContent-Type: {reply.content_type}\r\n"
    whole = len(reply.parts) <= 1 and reply.stream is None and reply.cut_after < 0
    if whole:
        body = b"".join(reply.parts)
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        return True
    writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
    for number, part in enumerate(reply.parts):
        if number == reply.cut_after:
            writer.transport.abort() if number == 0 else None
            return False
        writer.write(b"%x\r\n%s\r\n" % (len(part), part) if part else b"")
        await writer.drain()
    if reply.stream is not None:
        async for part in reply.stream:
            writer.write(b"%x\r\n%s\r\n" % (len(part), part))
            await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def connection(handler, open_writers):
    """A callback for asyncio.start_server that answers with `await handler(request)`."""

    async def serve(reader, writer):
        open_writers.add(writer)
        try:
            while True:
                request = await read_request(reader)
                if request is None:
                    break
                reply = await handler(request)
                if reply is None or not await write_reply(writer, reply):
                    break
                if request.headers.get("connection", "").lower() == "close":
                    break
        except (ConnectionError, asyncio.IncompleteReadError, ValueError, asyncio.CancelledError):
            # The client went or sent no HTTP: nobody is left to tell.
            pass
        finally:
            open_writers.discard(writer)
            writer.close()

    return serve
