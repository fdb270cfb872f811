"""Commands on whole documents. Source: kv_engine's docs/BinaryProtocol.md and docs/SyncReplication.md."""

import struct

from .codes import DATATYPE_JSON, DATATYPE_XATTR, Feature, Op, Refused, Status
from .engine import LOCKED_CAS, MAX_VALUE, Document, looks_like_json
from .frames import Reply

FLAGS_EXPIRY = struct.Struct("!II")
COUNTER = struct.Struct("!QQI")
META = struct.Struct("!IIIQB")
DEFAULT_LOCK, MAX_LOCK = 15, 30
DO_NOT_CREATE = 0xFFFFFFFF


def need(data, *sizes):
    """Extras of a size that the command does not have are refused."""
    if len(data) not in sizes:
        raise Refused(Status.INVALID)


def mutated(session, vbucket, document, value=b""):
    """The answer to a mutation: its CAS and, when asked for at HELLO, its mutation token."""
    extras = b""
    if Feature.MUTATION_SEQNO in session.features:
        extras = vbucket.uuid.to_bytes(8, "big") + vbucket.seqno.to_bytes(8, "big")
    return Reply(extras=extras, value=value, cas=document.cas if document else session.cluster.clock.cas())


def existing(session, request, replica=False):
    vbucket, key = session.locate(request, replica)
    document = vbucket.find(key, session.cluster.clock.now())
    if document is None:
        raise Refused(Status.NOT_FOUND)
    return vbucket, key, document


def found(vbucket, key, document, now, cas=None):
    if cas is None:
        cas = LOCKED_CAS if vbucket.locks and vbucket.lock(key, now) else document.cas
    return Reply(
        extras=document.flags.to_bytes(4, "big"),
        value=document.value,
        cas=cas,
        datatype=DATATYPE_JSON if document.is_json else 0,
    )


def get(session, request):
    need(request.extras, 0)
    vbucket, key, document = existing(session, request, replica=request.opcode == Op.GET_REPLICA)
    return found(vbucket, key, document, session.cluster.clock.now())


def write(session, request, vbucket, key, value, flags, expiry, before):
    """Writes a document over the one before; its user attributes stay."""
    if len(value) > MAX_VALUE:
        raise Refused(Status.TOO_BIG)
    clock = session.cluster.clock
    keeps = session.preserve_expiry and before is not None
    document = Document(
        value,
        flags,
        before.expiry if keeps else clock.expiry(expiry),
        clock.cas(),
        0,
        before.revision + 1 if before else 1,
        looks_like_json(value),
        before.xattrs if before else {},
        int(clock.now()),
    )
    return session.bucket.commit(request.vbucket, key, document, session.durability)


def store(session, request):
    """SET, ADD and REPLACE."""
    need(request.extras, 8)
    flags, expiry = FLAGS_EXPIRY.unpack(request.extras)
    vbucket, key = session.locate(request)
    if request.opcode == Op.ADD and request.cas:
        raise Refused(Status.INVALID)
    now = session.cluster.clock.now()
    if request.opcode == Op.ADD and vbucket.find(key, now) is not None and key not in vbucket.pending:
        raise Refused(Status.EXISTS)
    before = vbucket.writable(key, request.cas, now)
    if request.opcode == Op.REPLACE and before is None:
        raise Refused(Status.NOT_FOUND)
    return mutated(session, vbucket, write(session, request, vbucket, key, request.value, flags, expiry, before))


def delete(session, request):
    need(request.extras, 0)
    vbucket, key = session.locate(request)
    if vbucket.writable(key, request.cas, session.cluster.clock.now()) is None:
        raise Refused(Status.NOT_FOUND)
    session.bucket.commit(request.vbucket, key, None, session.durability)
    return mutated(session, vbucket, None)


def concatenate(session, request):
    """APPEND and PREPEND."""
    need(request.extras, 0)
    vbucket, key = session.locate(request)
    before = vbucket.writable(key, request.cas, session.cluster.clock.now())
    if before is None:
        raise Refused(Status.NOT_STORED)
    parts = (before.value, request.value) if request.opcode == Op.APPEND else (request.value, before.value)
    session.preserve_expiry = True
    return mutated(session, vbucket, write(session, request, vbucket, key, b"".join(parts), before.flags, 0, before))


def count(session, request):
    """INCREMENT and DECREMENT: a counter is decimal text that wraps at 2^64 and never goes below 0."""
    need(request.extras, 20)
    delta, initial, expiry = COUNTER.unpack(request.extras)
    vbucket, key = session.locate(request)
    before = vbucket.writable(key, request.cas, session.cluster.clock.now())
    if before is None:
        if expiry == DO_NOT_CREATE:
            raise Refused(Status.NOT_FOUND)
        number, flags = initial, 0
    else:
        if not before.value.isdigit() or int(before.value) >= 1 << 64:
            raise Refused(Status.DELTA_BADVAL)
        number, flags = int(before.value), before.flags
        number = (number + delta) % (1 << 64) if request.opcode == Op.INCREMENT else max(0, number - delta)
        session.preserve_expiry = True
    document = write(session, request, vbucket, key, str(number).encode(), flags, expiry, before)
    return mutated(session, vbucket, document, number.to_bytes(8, "big"))


def touch(session, request):
    """TOUCH and GET_AND_TOUCH: another expiry, another CAS."""
    need(request.extras, 4)
    vbucket, key, document = existing(session, request)
    clock = session.cluster.clock
    if vbucket.lock(key, clock.now()) is not None:
        raise Refused(Status.LOCKED)
    changed = document._replace(expiry=clock.expiry(int.from_bytes(request.extras, "big")), cas=clock.cas())
    changed = session.bucket.commit(request.vbucket, key, changed, None)
    if request.opcode == Op.TOUCH:
        return Reply(cas=changed.cas)
    return found(vbucket, key, changed, clock.now())


def get_locked(session, request):
    need(request.extras, 0, 4)
    vbucket, key, document = existing(session, request)
    clock = session.cluster.clock
    if vbucket.lock(key, clock.now()) is not None:
        raise Refused(Status.LOCKED)
    seconds = int.from_bytes(request.extras, "big")
    if not 0 < seconds <= MAX_LOCK:
        seconds = DEFAULT_LOCK
    token = clock.cas()
    vbucket.documents[key] = document._replace(cas=token)
    vbucket.locks[key] = (token, clock.now() + seconds)
    return found(vbucket, key, document, clock.now(), token)


def unlock(session, request):
    vbucket, key, _ = existing(session, request)
    token = vbucket.lock(key, session.cluster.clock.now())
    if not request.cas:
        raise Refused(Status.INVALID)
    if token is None:
        raise Refused(Status.NOT_LOCKED)
    if token != request.cas:
        raise Refused(Status.LOCKED)
    del vbucket.locks[key]
    return Reply()


def get_meta(session, request):
    _, _, document = existing(session, request)
    datatype = (DATATYPE_JSON if document.is_json else 0) | (DATATYPE_XATTR if document.xattrs else 0)
    extras = META.pack(0, document.flags, document.expiry, document.revision, datatype)
    return Reply(extras=extras if request.extras == b"\x02" else extras[:-1], cas=document.cas)


def observe(session, request):
    """Where each key of the list stands on this node: 1 is found and persisted, 0x80 is not found."""
    out, at = [], 0
    while at + 4 <= len(request.value):
        number, length = struct.unpack_from("!HH", request.value, at)
        key = request.value[at + 4 : at + 4 + length]
        at += 4 + length
        vbucket, place = session.locate(request._replace(vbucket=number, key=key))
        document = vbucket.find(place, session.cluster.clock.now())
        out.append(
            struct.pack("!HH", number, length)
            + key
            + struct.pack("!BQ", 1 if document else 0x80, document.cas if document else 0)
        )
    return Reply(value=b"".join(out))


def observe_seqno(session, request):
    need(request.value, 8)
    vbucket = session.node.copies(session.bucket.name).get(request.vbucket) if session.bucket else None
    if vbucket is None:
        raise session.not_mine()
    return Reply(value=struct.pack("!BHQQQ", 0, request.vbucket, vbucket.uuid, vbucket.seqno, vbucket.seqno))


HANDLERS = {
    Op.GET: get,
    Op.GET_REPLICA: get,
    Op.SET: store,
    Op.ADD: store,
    Op.REPLACE: store,
    Op.DELETE: delete,
    Op.APPEND: concatenate,
    Op.PREPEND: concatenate,
    Op.INCREMENT: count,
    Op.DECREMENT: count,
    Op.TOUCH: touch,
    Op.GET_AND_TOUCH: touch,
    Op.GET_LOCKED: get_locked,
    Op.UNLOCK: unlock,
    Op.GET_META: get_meta,
    Op.OBSERVE: observe,
    Op.OBSERVE_SEQNO: observe_seqno,
}
