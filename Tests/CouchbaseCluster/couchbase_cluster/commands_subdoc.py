"""Sub-document lookup and mutation (0xD0, 0xD1). Source: kv_engine's docs/BinaryProtocol.md and SDK-RFC 53."""

import copy
import json
import struct
from typing import NamedTuple

from . import subdoc_path
from .codes import Op, Refused, Status
from .commands_data import existing, mutated, need
from .engine import MAX_VALUE, Document, looks_like_json
from .frames import Reply
from .virtual_attributes import document_attribute, expand_macro, vbucket_attribute

MAX_SPECS = 16
LOOKUPS = {Op.SUBDOC_GET, Op.SUBDOC_EXISTS, Op.SUBDOC_COUNT, Op.GET}
CREATE_PARENTS, XATTR, EXPAND = 0x01, 0x04, 0x10
MAKE_DOC, ADD_DOC, ACCESS_DELETED = 0x01, 0x02, 0x04
ARRAY_OPS = {Op.SUBDOC_PUSH_LAST, Op.SUBDOC_PUSH_FIRST, Op.SUBDOC_ARRAY_INSERT}
WHOLE = {Op.GET, Op.SET, Op.DELETE}


class Spec(NamedTuple):
    opcode: int
    flags: int
    path: str
    value: bytes


def read_specs(data, with_value):
    """The specs of a request; attributes have to come before the body."""
    specs, at, head = [], 0, struct.Struct("!BBHI" if with_value else "!BBH")
    try:
        while at < len(data):
            opcode, flags, size, *rest = head.unpack_from(data, at)
            at += head.size
            length = rest[0] if rest else 0
            if at + size + length > len(data):
                raise Refused(Status.INVALID)
            specs.append(Spec(opcode, flags, data[at : at + size].decode(), data[at + size : at + size + length]))
            at += size + length
    except (struct.error, UnicodeDecodeError):
        raise Refused(Status.INVALID) from None
    if not 0 < len(specs) <= MAX_SPECS:
        raise Refused(Status.INVALID_COMBO)
    kinds = [bool(spec.flags & XATTR) for spec in specs]
    if kinds != sorted(kinds, reverse=True):
        raise Refused(Status.XATTR_INVALID_FLAG_COMBO)
    return specs


def body(document):
    try:
        return json.loads(document.value)
    except ValueError:
        raise Refused(Status.DOC_NOT_JSON) from None


def dump(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def look(session, vbucket, request, document, spec):
    """One lookup's value as bytes."""
    if spec.opcode not in LOOKUPS:
        raise Refused(Status.INVALID_COMBO)
    if spec.opcode == Op.GET:
        if spec.path or spec.flags & XATTR:
            raise Refused(Status.INVALID)
        return document.value
    parts = subdoc_path.parse(spec.path)
    if spec.flags & XATTR:
        if not parts:
            raise Refused(Status.PATH_INVALID)
        root = document.xattrs
        if parts[0] == "$document":
            root = {"$document": document_attribute(vbucket, document)}
        elif parts[0] == "$vbucket":
            root = {"$vbucket": vbucket_attribute(session.cluster.clock)}
        elif parts[0] == "$XTOC":
            root = {"$XTOC": list(document.xattrs)}
        elif str(parts[0]).startswith("$"):
            raise Refused(Status.XATTR_UNKNOWN_VATTR)
    else:
        root = body(document)
    found = subdoc_path.lookup(root, spec.opcode, parts)
    return b"" if spec.opcode == Op.SUBDOC_EXISTS else dump(found)


def lookup(session, request):
    need(request.extras, 0, 1)
    vbucket, _, document = existing(session, request)
    out, failed = [], False
    for spec in read_specs(request.value, with_value=False):
        try:
            status, value = 0, look(session, vbucket, request, document, spec)
        except Refused as refused:
            status, value, failed = refused.status, b"", True
        out.append(struct.pack("!HI", status, len(value)) + value)
    return Reply(Status.MULTI_PATH_FAILURE if failed else Status.SUCCESS, value=b"".join(out), cas=document.cas)


def values_of(spec, context):
    """The JSON values of a mutation; array commands may carry several, with commas between."""
    if spec.opcode == Op.SUBDOC_DELETE:
        return []
    if spec.flags & EXPAND:
        if not spec.flags & XATTR:
            raise Refused(Status.XATTR_INVALID_FLAG_COMBO)
        expanded = expand_macro(spec.value, *context)
        if expanded is not None:
            return [expanded]
    try:
        values = json.loads(b"[" + spec.value + b"]")
    except ValueError:
        raise Refused(Status.VALUE_CANT_INSERT) from None
    if not values or (len(values) > 1 and spec.opcode not in ARRAY_OPS):
        raise Refused(Status.VALUE_CANT_INSERT)
    return values


class Edit:
    """A document while the specs of one request change it."""

    def __init__(self, before):
        self.before = before
        self.value = before.value if before else b"{}"
        self.xattrs = copy.deepcopy(before.xattrs) if before else {}
        self.root = None
        self.removed = False

    def apply(self, spec, context):
        """One spec; the value to send when the command has one."""
        create = bool(spec.flags & CREATE_PARENTS)
        if spec.flags & XATTR:
            parts = subdoc_path.parse(spec.path)
            if not parts or spec.opcode in WHOLE:
                raise Refused(Status.PATH_INVALID)
            if str(parts[0]).startswith("$"):
                raise Refused(Status.XATTR_CANT_MODIFY_VATTR)
            return subdoc_path.mutate(self.xattrs, spec.opcode, parts, values_of(spec, context), create)
        if spec.opcode in WHOLE:
            return self.replace(spec)
        if self.root is None:
            fresh = self.before is None and spec.path.startswith("[")
            self.root = [] if fresh or (self.before is None and not spec.path) else self.parsed()
        return subdoc_path.mutate(
            self.root, spec.opcode, subdoc_path.parse(spec.path), values_of(spec, context), create
        )

    def parsed(self):
        return body(Document(self.value))

    def replace(self, spec):
        if spec.path or spec.opcode == Op.GET:
            raise Refused(Status.INVALID)
        if spec.opcode == Op.DELETE:
            self.removed = True
        self.value, self.root = spec.value, None

    def finish(self):
        return self.value if self.root is None else dump(self.root)


def before_of(session, request, vbucket, key, flags):
    """The document as it is, with the rules of the flags that may create one."""
    before = vbucket.writable(key, request.cas, session.cluster.clock.now())
    if before is None and not flags & (MAKE_DOC | ADD_DOC):
        raise Refused(Status.NOT_FOUND)
    if before is not None and flags & ADD_DOC:
        raise Refused(Status.EXISTS)
    return before


def read_extras(extras):
    """(expiry or None, document flags)."""
    need(extras, 0, 1, 4, 5)
    flags = extras[-1] if len(extras) in (1, 5) else 0
    if flags & (MAKE_DOC | ADD_DOC) == MAKE_DOC | ADD_DOC:
        raise Refused(Status.INVALID)
    if flags & ~(MAKE_DOC | ADD_DOC | ACCESS_DELETED):
        raise Refused(Status.NOT_SUPPORTED)
    return (int.from_bytes(extras[:4], "big") if len(extras) >= 4 else None), flags


def mutation(session, request):
    expiry, flags = read_extras(request.extras)
    specs = read_specs(request.value, with_value=True)
    vbucket, key = session.locate(request)
    before = before_of(session, request, vbucket, key, flags)
    clock = session.cluster.clock
    edit, cas, out = Edit(before), clock.cas(), []
    for index, spec in enumerate(specs):
        try:
            answer = edit.apply(spec, (cas, vbucket.seqno + 1, edit.value))
        except Refused as refused:
            return Reply(Status.MULTI_PATH_FAILURE, value=struct.pack("!BH", index, refused.status))
        if answer is not None:
            data = dump(answer)
            out.append(struct.pack("!BHI", index, 0, len(data)) + data)
    document = None
    if not edit.removed:
        value = edit.finish()
        if len(value) > MAX_VALUE:
            raise Refused(Status.TOO_BIG)
        keeps = expiry is None or (session.preserve_expiry and before)
        document = Document(
            value,
            before.flags if before else 0,
            (before.expiry if before else 0) if keeps else clock.expiry(expiry),
            cas,
            0,
            before.revision + 1 if before else 1,
            looks_like_json(value),
            edit.xattrs,
            int(clock.now()),
        )
    kept = session.bucket.commit(request.vbucket, key, document, session.durability)
    return mutated(session, vbucket, kept, b"".join(out))


HANDLERS = {Op.SUBDOC_LOOKUP: lookup, Op.SUBDOC_MUTATION: mutation}
