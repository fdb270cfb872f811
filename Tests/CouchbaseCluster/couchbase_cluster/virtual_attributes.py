"""Attributes that the server computes, and macros in attributes. Source: kv_engine's docs on extended attributes."""

import time

POLYNOMIAL = 0x82F63B78


def _table():
    table = []
    for byte in range(256):
        entry = byte
        for _ in range(8):
            entry = entry >> 1 ^ (POLYNOMIAL if entry & 1 else 0)
        table.append(entry)
    return table


TABLE = _table()


def crc32c(data):
    """CRC-32C (Castagnoli)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def document_attribute(vbucket, document):
    """$document."""
    kinds = (["json"] if document.is_json else ["raw"]) + (["xattr"] if document.xattrs else [])
    return {
        "CAS": f"0x{document.cas:016x}",
        "vbucket_uuid": f"0x{vbucket.uuid:016x}",
        "seqno": f"0x{document.seqno:016x}",
        "revid": str(document.revision),
        "exptime": document.expiry,
        "value_bytes": len(document.value),
        "value_crc32c": f"0x{crc32c(document.value):08x}",
        "datatype": kinds,
        "deleted": False,
        "last_modified": str(document.modified),
        "flags": document.flags,
    }


def vbucket_attribute(clock):
    """$vbucket: the hybrid logical clock."""
    return {"HLC": {"now": str(int(time.time() + clock.ahead)), "mode": "real"}}


def expand_macro(value, cas, seqno, body):
    """What a macro stands for; None when the value is no macro."""
    if value == b'"${Mutation.CAS}"':
        return "0x" + cas.to_bytes(8, "little").hex()
    if value == b'"${Mutation.seqno}"':
        return f"0x{seqno:016x}"
    if value == b'"${Mutation.value_crc32c}"':
        return f"0x{crc32c(body):08x}"
    return None
