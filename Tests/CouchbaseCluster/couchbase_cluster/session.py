"""One KV connection: bytes in, commands, bytes out, and what the faults do to the answers."""

import asyncio
import time

from . import commands_data, commands_session, commands_subdoc, snappy
from .bucket import Pending
from .codes import DATATYPE_JSON, DATATYPE_SNAPPY, MUTATIONS, Feature, Op, Refused, Status
from .frames import (
    MAX_BODY,
    Malformed,
    Reply,
    encode_push,
    encode_reply,
    frame_items,
    parse_request,
    server_duration,
    split_collection,
)

HANDLERS = {**commands_session.HANDLERS, **commands_data.HANDLERS, **commands_subdoc.HANDLERS}
WITHOUT_LOGIN = {Op.HELLO, Op.SASL_LIST, Op.SASL_AUTH, Op.SASL_STEP, Op.GET_ERROR_MAP, Op.NOOP, Op.VERSION, Op.QUIT}
KNOWN_FRAMES = {0, 1, 4, 5}
MIN_COMPRESSED = 32


class Session(asyncio.Protocol):
    def __init__(self, node, tls):
        self.node, self.cluster, self.tls = node, node.cluster, tls
        self.features, self.user, self.bucket, self.scram = set(), None, None, None
        self.buffer, self.out, self.held = bytearray(), [], []
        self.stalled = self.closing = False
        self.sent_revision = 0
        self.durability = None
        self.preserve_expiry = False

    # The connection

    def connection_made(self, transport):
        self.transport = transport
        self.number = self.cluster.next_connection()
        self.node.sessions.add(self)

    def connection_lost(self, error):
        self.closing = True
        self.node.sessions.discard(self)

    def data_received(self, data):
        self.buffer += data
        self.process()

    def process(self):
        """Answers every whole request that has arrived."""
        at = 0
        try:
            while not self.stalled and not self.closing:
                parsed = parse_request(self.buffer, at)
                if parsed is None:
                    break
                request, end = parsed
                if self.cluster.recorder:
                    self.cluster.recorder.received(self, bytes(self.buffer[at:end]))
                at = end
                if request is not None:
                    self.handle(request)
        except Malformed as error:
            self.cluster.note(f"closed a connection: {error}")
            self.close()
        del self.buffer[:at]
        self.flush()

    def flush(self):
        if self.out and not self.closing:
            data, self.out = b"".join(self.out), []
            if self.node.delay:
                asyncio.get_running_loop().call_later(self.node.delay, self.write, data)
            else:
                self.transport.write(data)

    def write(self, data):
        if not self.closing:
            self.transport.write(data)

    def close(self):
        self.flush()
        self.closing = True
        self.transport.close()

    # Requests

    def handle(self, request):
        faults = self.cluster.faults
        rule = faults.match(self, request) if faults.rules else None
        if rule is not None and faults.before(self, request, rule):
            return
        started = time.perf_counter()
        try:
            reply = self.execute(request)
        except Refused as refused:
            reply = Reply(refused.status, value=refused.value, cas=refused.cas)
        except Pending as pending:
            reply = None
            self.hold(request, pending)
        if reply is None:
            return
        frame = self.encode(request, reply, started)
        if rule is not None and faults.after(self, request, rule, frame):
            return
        self.out.append(frame)
        if self.held:
            self.out += self.held
            self.held = []

    def execute(self, request):
        handler = HANDLERS.get(request.opcode)
        if handler is None:
            return Reply(Status.UNKNOWN_COMMAND)
        if self.user is None and request.opcode not in WITHOUT_LOGIN:
            return Reply(Status.NO_ACCESS)
        self.durability, self.preserve_expiry = None, False
        if request.framing:
            self.read_framing(request)
        if request.datatype & DATATYPE_SNAPPY:
            if Feature.SNAPPY not in self.features:
                return Reply(Status.INVALID)
            try:
                request = request._replace(value=snappy.decompress(request.value, MAX_BODY))
            except snappy.Corrupt:
                return Reply(Status.INVALID)
        return handler(self, request)

    def read_framing(self, request):
        for identity, data in frame_items(request.framing):
            if identity == 1:
                self.durability = self.read_durability(request, data)
            elif identity == 5:
                if Feature.PRESERVE_TTL not in self.features or data:
                    raise Refused(Status.INVALID)
                self.preserve_expiry = True
            elif identity not in KNOWN_FRAMES:
                raise Refused(Status.UNKNOWN_FRAME_INFO)

    def read_durability(self, request, data):
        """(level, seconds or None) of a durability requirement."""
        if len(data) not in (1, 3) or request.opcode not in MUTATIONS:
            raise Refused(Status.INVALID)
        if Feature.SYNC_REPLICATION not in self.features:
            raise Refused(Status.NOT_SUPPORTED)
        if data[0] not in (1, 2, 3):
            raise Refused(Status.DURABILITY_INVALID_LEVEL)
        timeout = int.from_bytes(data[1:], "big")
        if len(data) == 3 and timeout in (0, 0xFFFF):
            raise Refused(Status.INVALID)
        return data[0], timeout / 1000 or None

    def locate(self, request, replica=False):
        """The copy that the request is for and the key as the engine has it: (collection id, key)."""
        bucket = self.bucket
        if bucket is None:
            raise Refused(Status.NO_BUCKET)
        collection, key = 0, request.key
        if Feature.COLLECTIONS in self.features:
            collection, key = split_collection(key)
        if not 0 < len(key) <= 250 - (len(request.key) - len(key) if collection else 0):
            raise Refused(Status.INVALID)
        if request.vbucket >= bucket.count:
            raise self.not_mine()
        chain = bucket.map[request.vbucket]
        index = self.node.index
        if not (index in chain[1:] if replica else chain[0] == index):
            raise self.not_mine()
        if collection not in bucket.manifest.by_id:
            raise Refused(Status.UNKNOWN_COLLECTION, bucket.manifest.uid_body())
        return self.node.copies(bucket.name)[request.vbucket], (collection, key)

    def not_mine(self):
        """NOT_MY_VBUCKET with the configuration, unless this connection has it and asked not to be told again."""
        if Feature.DEDUPE_NOT_MY_VBUCKET in self.features and self.sent_revision == self.cluster.revision:
            return Refused(Status.NOT_MY_VBUCKET)
        self.sent_revision = self.cluster.revision
        return Refused(Status.NOT_MY_VBUCKET, self.cluster.config(self.bucket, self.node))

    def hold(self, request, pending):
        pending.bucket.wait(pending, lambda status, kept: self.answer_late(request, pending, status, kept))

    # Answers

    def encode(self, request, reply, started):
        datatype = reply.datatype if Feature.JSON in self.features else reply.datatype & ~DATATYPE_JSON
        value = reply.value
        if (
            reply.status == 0
            and len(value) >= MIN_COMPRESSED
            and self.cluster.options.compress
            and Feature.SNAPPY in self.features
            and datatype & DATATYPE_JSON
        ):
            value, datatype = snappy.compress(value), datatype | DATATYPE_SNAPPY
        reply = reply._replace(datatype=datatype, value=value)
        framing = b""
        if Feature.TRACING in self.features and request.opcode not in WITHOUT_LOGIN:
            framing = server_duration((time.perf_counter() - started) * 1e6)
        frame = encode_reply(request.opcode, request.opaque, reply, framing)
        if self.cluster.recorder:
            self.cluster.recorder.sent(self, request, frame)
        return frame

    def answer_late(self, request, pending, status, kept):
        if status == Status.SUCCESS:
            vbucket = self.node.copies(pending.bucket.name)[pending.vbucket]
            reply = commands_data.mutated(self, vbucket, kept)
        else:
            reply = Reply(status)
        self.write(self.encode(request, reply, time.perf_counter()))

    def stall(self, seconds):
        """Reads no further request for a while: what an ordered connection does behind a slow answer."""
        self.stalled = True
        asyncio.get_running_loop().call_later(seconds, self.unstall)

    def unstall(self):
        self.stalled = False
        if not self.closing:
            self.process()

    def push_config(self):
        """Tells a client that wants to know of another configuration."""
        if Feature.DUPLEX not in self.features or self.closing:
            return
        brief = Feature.CONFIG_PUSH_BRIEF in self.features
        if not brief and Feature.CONFIG_PUSH not in self.features:
            return
        name = self.bucket.name.encode() if self.bucket else b""
        extras = (1).to_bytes(8, "big") + self.cluster.revision.to_bytes(8, "big")
        value = b"" if brief else self.cluster.config(self.bucket, self.node)
        frame = encode_push(0x01, 0, extras, name, value, DATATYPE_JSON if value else 0)
        if self.cluster.recorder:
            self.cluster.recorder.pushed(self, frame)
        self.write(frame)
