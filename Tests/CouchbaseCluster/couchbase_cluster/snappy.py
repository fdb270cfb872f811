"""Snappy's raw block format. Source: google/snappy's format_description.txt."""


class Corrupt(Exception):
    """Bytes that are no snappy block."""


def _varint(data):
    value = shift = 0
    for at, byte in enumerate(data[:5]):
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at + 1
        shift += 7
    raise Corrupt("length")


def _element(data, at):
    """One element's (is literal, length, offset, where it ends)."""
    tag = data[at]
    kind, at = tag & 3, at + 1
    if kind == 0:
        length = tag >> 2
        if length >= 60:
            extra = length - 59
            length = int.from_bytes(data[at : at + extra], "little")
            at += extra
        return True, length + 1, 0, at
    if kind == 1:
        return False, 4 + ((tag >> 2) & 7), (tag >> 5) << 8 | data[at], at + 1
    width = 2 if kind == 2 else 4
    return False, 1 + (tag >> 2), int.from_bytes(data[at : at + width], "little"), at + width


def decompress(data, limit):
    """The bytes that were compressed, at most `limit` of them."""
    size, at = _varint(data)
    if size > limit:
        raise Corrupt(f"{size} bytes, more than {limit}")
    out = bytearray()
    try:
        while at < len(data):
            literal, length, offset, at = _element(data, at)
            if literal:
                out += data[at : at + length]
                at += length
                continue
            if not 0 < offset <= len(out) or len(out) + length > size:
                raise Corrupt("a copy from before the start")
            start = len(out) - offset
            for index in range(length):
                out.append(out[start + index])
    except IndexError:
        raise Corrupt("cut short") from None
    if len(out) != size:
        raise Corrupt(f"{len(out)} bytes where {size} were said")
    return bytes(out)


def _literal(data):
    length = len(data) - 1
    if length < 60:
        return bytes([length << 2]) + data
    width = (length.bit_length() + 7) // 8
    return bytes([(59 + width) << 2]) + length.to_bytes(width, "little") + data


def compress(data):
    """A valid block: copies of up to 64 bytes where four bytes were seen before, literals between."""
    size, out = len(data), bytearray()
    while True:
        out.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            break
    seen, at, pending = {}, 0, 0
    while at + 4 <= len(data):
        word = data[at : at + 4]
        before = seen.get(word)
        seen[word] = at
        if before is None or at - before > 0xFFFF:
            at += 1
            continue
        length = 4
        while length < 64 and at + length < len(data) and data[before + length] == data[at + length]:
            length += 1
        if at > pending:
            out += _literal(data[pending:at])
        out += bytes([(length - 1) << 2 | 2]) + (at - before).to_bytes(2, "little")
        at += length
        pending = at
    if pending < len(data):
        out += _literal(data[pending:])
    return bytes(out)
