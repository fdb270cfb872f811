"""Commands about the connection and the cluster: HELLO, SASL, bucket, configuration, collections."""

import json

from . import sasl
from .codes import DATATYPE_JSON, FEATURES, Feature, Op, Refused, Status
from .frames import Reply

# Features that the server turns on only together with another.
NEEDS = {
    Feature.CONFIG_PUSH: Feature.DUPLEX,
    Feature.CONFIG_PUSH_BRIEF: Feature.DUPLEX,
    Feature.SYNC_REPLICATION: Feature.ALT_REQUEST,
    Feature.PRESERVE_TTL: Feature.ALT_REQUEST,
}
ERRORS = {
    Status.NOT_FOUND: ("KEY_ENOENT", "Not Found", ["item-only"]),
    Status.EXISTS: ("KEY_EEXISTS", "key already exists, or CAS mismatch", ["item-only"]),
    Status.TOO_BIG: ("E2BIG", "Value is too big", ["item-only", "invalid-input"]),
    Status.INVALID: ("EINVAL", "Invalid packet", ["invalid-input", "internal"]),
    Status.NOT_STORED: ("NOT_STORED", "Not stored", ["item-only"]),
    Status.NOT_MY_VBUCKET: ("NOT_MY_VBUCKET", "Server does not know about this vBucket", ["fetch-config"]),
    Status.NO_BUCKET: ("NO_BUCKET", "Not connected to any bucket", ["conn-state-invalidated"]),
    Status.LOCKED: ("LOCKED", "Requested resource is locked", ["item-locked", "item-only", "retry-later"]),
    Status.AUTH_STALE: ("AUTH_STALE", "Reauthentication required", ["conn-state-invalidated", "auth"]),
    Status.AUTH_ERROR: ("AUTH_ERROR", "Authentication failed", ["conn-state-invalidated", "auth"]),
    Status.NO_ACCESS: ("ACCESS_ERROR", "Not authorized for command", ["support", "auth"]),
    Status.NOT_INITIALIZED: ("NOT_INITIALIZED", "Node not initialized", ["conn-state-invalidated"]),
    Status.ENOMEM: ("ENOMEM", "No memory available to store item. Try again", ["temp", "retry-later"]),
    Status.NOT_SUPPORTED: ("NOT_SUPPORTED", "Not supported", ["support"]),
    Status.INTERNAL: ("EINTERNAL", "Internal error", ["internal", "conn-state-invalidated"]),
    Status.EBUSY: ("EBUSY", "Server too busy", ["temp", "retry-later"]),
    Status.TMPFAIL: ("ETMPFAIL", "Temporary failure", ["temp", "retry-later"]),
    Status.UNKNOWN_COLLECTION: ("UNKNOWN_COLLECTION", "Operation specified an unknown collection", ["item-only"]),
    Status.SYNC_WRITE_IN_PROGRESS: (
        "SYNC_WRITE_IN_PROGRESS",
        "A synchronous write is in progress",
        ["item-only", "retry-later"],
    ),
    Status.SYNC_WRITE_AMBIGUOUS: (
        "SYNC_WRITE_AMBIGUOUS",
        "The durable write may or may not have happened",
        ["item-only"],
    ),
    Status.BUCKET_PAUSED: ("BUCKET_PAUSED", "The bucket is paused", ["temp", "retry-later"]),
}


def hello(session, request):
    asked = [int.from_bytes(request.value[at : at + 2], "big") for at in range(0, len(request.value), 2)]
    offered = FEATURES - session.cluster.options.without
    granted = [code for code in asked if code in offered and (NEEDS.get(code) is None or NEEDS[code] in asked)]
    session.features = set(granted)
    return Reply(value=b"".join(code.to_bytes(2, "big") for code in granted))


def sasl_list(session, request):
    return Reply(value=b" ".join(name.encode() for name in session.cluster.options.mechanisms))


def sasl_auth(session, request):
    mechanism = request.key.decode(errors="replace")
    session.user = session.scram = None
    if mechanism not in session.cluster.options.mechanisms:
        return Reply(Status.AUTH_ERROR)
    try:
        if mechanism == "PLAIN":
            session.user = sasl.plain(request.value, session.cluster.users)
            return Reply()
        session.scram = sasl.Scram(mechanism, session.cluster.users)
        return Reply(Status.AUTH_CONTINUE, value=session.scram.first(request.value))
    except (sasl.Denied, UnicodeDecodeError):
        return Reply(Status.AUTH_ERROR)


def sasl_step(session, request):
    scram, session.scram = session.scram, None
    if scram is None:
        return Reply(Status.AUTH_ERROR)
    try:
        signature = scram.final(request.value)
    except (sasl.Denied, UnicodeDecodeError):
        return Reply(Status.AUTH_ERROR)
    session.user = scram.user
    return Reply(value=signature)


def select_bucket(session, request):
    name = request.key.decode(errors="replace")
    if name == "@no bucket@":
        session.bucket = None
        return Reply()
    bucket = session.cluster.buckets.get(name)
    # The server does not say whether a bucket exists to those who may not use it.
    if bucket is None or "kv" not in session.node.services:
        return Reply(Status.NO_ACCESS)
    session.bucket = bucket
    return Reply()


def get_cluster_config(session, request):
    revision = session.cluster.revision
    if len(request.extras) == 16:
        known = (int.from_bytes(request.extras[:8], "big"), int.from_bytes(request.extras[8:], "big"))
        if known >= (1, revision):
            return Reply()
    session.sent_revision = revision
    return Reply(value=session.cluster.config(session.bucket, session.node), datatype=DATATYPE_JSON)


def get_error_map(session, request):
    if len(request.value) != 2 or request.value == b"\0\0":
        return Reply(Status.INVALID)
    errors = {
        f"{status:x}": {"name": name, "desc": text, "attrs": attributes}
        for status, (name, text, attributes) in ERRORS.items()
    }
    version = min(2, int.from_bytes(request.value, "big"))
    return Reply(
        value=json.dumps({"version": version, "revision": 4, "errors": errors}).encode(), datatype=DATATYPE_JSON
    )


def get_manifest(session, request):
    if session.bucket is None:
        raise Refused(Status.NO_BUCKET)
    return Reply(value=json.dumps(session.bucket.manifest.as_json()).encode(), datatype=DATATYPE_JSON)


def get_collection_id(session, request):
    if session.bucket is None:
        raise Refused(Status.NO_BUCKET)
    manifest = session.bucket.manifest
    identity = manifest.collection_id((request.value or request.key).decode(errors="replace"))
    return Reply(extras=manifest.uid.to_bytes(8, "big") + identity.to_bytes(4, "big"))


def noop(session, request):
    return Reply()


def version(session, request):
    return Reply(value=b"7.6.0-test")


def quit_(session, request):
    session.close()
    return


HANDLERS = {
    Op.HELLO: hello,
    Op.SASL_LIST: sasl_list,
    Op.SASL_AUTH: sasl_auth,
    Op.SASL_STEP: sasl_step,
    Op.SELECT_BUCKET: select_bucket,
    Op.GET_CLUSTER_CONFIG: get_cluster_config,
    Op.GET_ERROR_MAP: get_error_map,
    Op.GET_MANIFEST: get_manifest,
    Op.GET_COLLECTION_ID: get_collection_id,
    Op.NOOP: noop,
    Op.VERSION: version,
    Op.QUIT: quit_,
}
