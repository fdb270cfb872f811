"""Frames of the KV protocol: bytes to requests, answers to bytes. Source: kv_engine's docs/BinaryProtocol.md."""

import struct
from typing import NamedTuple

HEADER = struct.Struct("!BBHBBHIIQ")
FLEXIBLE = struct.Struct("!BBBBBBHIIQ")
MAX_BODY = 30 * 1024 * 1024
REQUEST, FLEXIBLE_REQUEST, RESPONSE, FLEXIBLE_RESPONSE = 0x80, 0x08, 0x81, 0x18
SERVER_REQUEST, SERVER_RESPONSE = 0x82, 0x83


class Malformed(Exception):
    """Bytes that are no frame; the connection is closed."""


class Request(NamedTuple):
    opcode: int
    vbucket: int
    opaque: int
    cas: int
    datatype: int
    framing: bytes
    extras: bytes
    key: bytes
    value: bytes


class Reply(NamedTuple):
    status: int = 0
    extras: bytes = b""
    key: bytes = b""
    value: bytes = b""
    cas: int = 0
    datatype: int = 0


def parse_request(data, offset):
    """The request at the offset and where it ends; None when it is not whole yet."""
    if len(data) - offset < 24:
        return None
    magic, opcode, key, extras, datatype, vbucket, body, opaque, cas = HEADER.unpack_from(data, offset)
    framing = 0
    if magic == FLEXIBLE_REQUEST:
        framing, key = key >> 8, key & 0xFF
    elif magic not in (REQUEST, SERVER_RESPONSE):
        raise Malformed(f"magic 0x{magic:02x}")
    if body > MAX_BODY or framing + extras + key > body:
        raise Malformed(f"a body of {body} bytes with {framing} + {extras} + {key} bytes before its value")
    start = offset + 24
    end = start + body
    if len(data) < end:
        return None
    if magic == SERVER_RESPONSE:
        return None, end
    at_extras = start + framing
    at_key = at_extras + extras
    at_value = at_key + key
    return Request(
        opcode,
        vbucket,
        opaque,
        cas,
        datatype,
        bytes(data[start:at_extras]),
        bytes(data[at_extras:at_key]),
        bytes(data[at_key:at_value]),
        bytes(data[at_value:end]),
    ), end


def encode_reply(opcode, opaque, reply, framing=b""):
    """An answer's bytes; magic 0x18 when it has framing extras."""
    status, extras, key, value, cas, datatype = reply
    body = len(framing) + len(extras) + len(key) + len(value)
    if framing:
        head = FLEXIBLE.pack(
            FLEXIBLE_RESPONSE, opcode, len(framing), len(key), len(extras), datatype, status, body, opaque, cas
        )
    else:
        head = HEADER.pack(RESPONSE, opcode, len(key), len(extras), datatype, status, body, opaque, cas)
    return b"".join((head, framing, extras, key, value))


def encode_push(opcode, opaque, extras, key, value, datatype):
    """A request from server to client (magic 0x82)."""
    head = HEADER.pack(
        SERVER_REQUEST, opcode, len(key), len(extras), datatype, 0, len(extras) + len(key) + len(value), opaque, 0
    )
    return head + extras + key + value


def frame_items(framing):
    """The framing extras of a request as (id, bytes); 15 in a nibble means 15 plus the next byte."""
    items, at = [], 0
    try:
        while at < len(framing):
            first = framing[at]
            at += 1
            identity, length = first >> 4, first & 15
            if identity == 15:
                identity += framing[at]
                at += 1
            if length == 15:
                length += framing[at]
                at += 1
            if at + length > len(framing):
                raise Malformed("a framing extra reaches past its end")
            items.append((identity, framing[at : at + length]))
            at += length
    except IndexError:
        raise Malformed("a framing extra is cut") from None
    return items


def server_duration(microseconds):
    """Response framing extra 0: micros = encoded^1.74 / 2."""
    return b"\x02" + min(65535, int((2 * microseconds) ** (1 / 1.74))).to_bytes(2, "big")


def split_collection(key):
    """The collection id (unsigned LEB128 in at most five bytes, shortest form) and the rest of the key."""
    value = shift = 0
    for index, byte in enumerate(key[:5]):
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if index and not byte:
                raise Malformed("a collection id that is not in its shortest form")
            return value, key[index + 1 :]
        shift += 7
    raise Malformed("a collection id without an end")
