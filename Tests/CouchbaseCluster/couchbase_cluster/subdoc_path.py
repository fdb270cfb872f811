"""Sub-document paths and what is done at them. Source: kv_engine's docs on sub-documents and couchbase/subjson.

A path is names and indexes: a.b[0].c, a[-1], `a.b`.c. Values are JSON as Python has it.
"""

import re

from .codes import Op, Refused, Status

PART = re.compile(r"(?:^|\.)(?:`((?:[^`]|``)+)`|([^.\[\]`]+))|\[(-?\d+)\]")
MAX_DEPTH = 32
NUMBER_RANGE = 1 << 63


def parse(path):
    """The parts of a path: strings for names, integers for indexes."""
    parts, at = [], 0
    while at < len(path):
        match = PART.match(path, at)
        if match is None or (at and match[3] is None and path[at] != "."):
            raise Refused(Status.PATH_INVALID)
        if match[3] is not None:
            index = int(match[3])
            if index < -1:
                raise Refused(Status.PATH_INVALID)
            parts.append(index)
        else:
            parts.append(match[1].replace("``", "`") if match[1] else match[2])
        at = match.end()
    if len(parts) > MAX_DEPTH:
        raise Refused(Status.PATH_TOO_BIG)
    return parts


def child(value, part):
    """The member or element; PATH_MISMATCH when the value has none of that kind."""
    if isinstance(part, str):
        if not isinstance(value, dict):
            raise Refused(Status.PATH_MISMATCH)
        if part not in value:
            raise Refused(Status.PATH_NOT_FOUND)
        return value[part]
    if not isinstance(value, list):
        raise Refused(Status.PATH_MISMATCH)
    if not value or part >= len(value):
        raise Refused(Status.PATH_NOT_FOUND)
    return value[part]


def walk(root, parts):
    for part in parts:
        root = child(root, part)
    return root


def lookup(root, opcode, parts):
    """GET, EXISTS and COUNT: the value to send, None for none."""
    found = walk(root, parts)
    if opcode == Op.SUBDOC_COUNT:
        if not isinstance(found, (dict, list)):
            raise Refused(Status.PATH_MISMATCH)
        return len(found)
    return found


def parent(root, parts, create):
    """The container of the last part; with `create` missing members on the way become objects."""
    for part in parts[:-1]:
        if create and isinstance(part, str) and isinstance(root, dict) and part not in root:
            root[part] = {}
        root = child(root, part)
    return root


def _array(root, parts, create):
    """The array at a path, made when it may be."""
    if not parts:
        found = root
    else:
        holder = parent(root, parts, create)
        if create and isinstance(parts[-1], str) and isinstance(holder, dict) and parts[-1] not in holder:
            holder[parts[-1]] = []
        found = child(holder, parts[-1])
    if not isinstance(found, list):
        raise Refused(Status.PATH_MISMATCH)
    return found


def _set_member(root, opcode, parts, value, create):
    if not parts:
        raise Refused(Status.PATH_INVALID if opcode != Op.SUBDOC_REPLACE else Status.VALUE_CANT_INSERT)
    holder, last = parent(root, parts, create), parts[-1]
    if opcode == Op.SUBDOC_REPLACE:
        child(holder, last)
    elif not isinstance(last, str):
        raise Refused(Status.PATH_INVALID)
    elif not isinstance(holder, dict):
        raise Refused(Status.PATH_MISMATCH)
    elif opcode == Op.SUBDOC_DICT_ADD and last in holder:
        raise Refused(Status.PATH_EXISTS)
    holder[last] = value


def _delete(root, parts):
    if not parts:
        raise Refused(Status.PATH_INVALID)
    holder = parent(root, parts, False)
    child(holder, parts[-1])
    del holder[parts[-1]]


def _insert(root, parts, values):
    if not parts or not isinstance(parts[-1], int):
        raise Refused(Status.PATH_INVALID)
    holder, index = parent(root, parts, False), parts[-1]
    if not isinstance(holder, list):
        raise Refused(Status.PATH_MISMATCH)
    if index > len(holder):
        raise Refused(Status.PATH_NOT_FOUND)
    if index < 0:
        raise Refused(Status.PATH_INVALID)
    holder[index:index] = values


def _add_unique(root, parts, value, create):
    array = _array(root, parts, create)
    if isinstance(value, (dict, list)) or any(isinstance(item, (dict, list)) for item in array):
        raise Refused(Status.PATH_MISMATCH)
    if any(type(item) is type(value) and item == value for item in array):
        raise Refused(Status.PATH_EXISTS)
    array.append(value)


def _count(root, parts, delta, create):
    if not isinstance(delta, int) or isinstance(delta, bool) or delta == 0:
        raise Refused(Status.DELTA_INVALID)
    if not parts:
        raise Refused(Status.PATH_INVALID)
    holder, last = parent(root, parts, create), parts[-1]
    if isinstance(last, str) and isinstance(holder, dict) and last not in holder:
        holder[last] = 0
    number = child(holder, last)
    if not isinstance(number, int) or isinstance(number, bool):
        raise Refused(Status.PATH_MISMATCH)
    if not -NUMBER_RANGE <= number < NUMBER_RANGE:
        raise Refused(Status.NUM_RANGE)
    if not -NUMBER_RANGE <= number + delta < NUMBER_RANGE:
        raise Refused(Status.VALUE_CANT_INSERT)
    holder[last] = number + delta
    return number + delta


def mutate(root, opcode, parts, values, create):
    """One mutation in place; the value to send when the command has one."""
    if opcode in (Op.SUBDOC_DICT_ADD, Op.SUBDOC_DICT_UPSERT, Op.SUBDOC_REPLACE):
        _set_member(root, opcode, parts, values[0], create)
    elif opcode == Op.SUBDOC_DELETE:
        _delete(root, parts)
    elif opcode == Op.SUBDOC_PUSH_LAST:
        _array(root, parts, create).extend(values)
    elif opcode == Op.SUBDOC_PUSH_FIRST:
        _array(root, parts, create)[0:0] = values
    elif opcode == Op.SUBDOC_ARRAY_INSERT:
        _insert(root, parts, values)
    elif opcode == Op.SUBDOC_ADD_UNIQUE:
        _add_unique(root, parts, values[0], create)
    elif opcode == Op.SUBDOC_COUNTER:
        return _count(root, parts, values[0], create)
    else:
        raise Refused(Status.INVALID_COMBO)
    return None
