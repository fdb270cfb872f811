"""Faults on command: which request is answered wrongly, late, twice, out of order, half or not at all."""

import asyncio
import fnmatch
import random
from dataclasses import dataclass, fields

from .codes import Feature, Op, Status
from .frames import Reply

ACTIONS = {
    "status",  # answers with a status and does nothing
    "after",  # does what is asked and then answers with a status
    "delay",  # does it, and answers after delay_ms; other answers pass only if unordered execution is on
    "duplicate",  # answers twice
    "reorder",  # answers behind the next answer, or after delay_ms if there is none
    "stray",  # answers twice, first with an opaque that nobody asked with
    "drop",  # does it and never answers
    "ignore",  # neither does nor answers
    "close",  # closes the connection and does nothing
    "close_after",  # does it and closes the connection without an answer
    "cut",  # does it and closes the connection in the middle of the answer
}


@dataclass
class Rule:
    action: str
    opcode: str = ""
    node: int = -1
    # a pattern such as order::*, without the collection
    key: str = ""
    status: str = "TMPFAIL"
    delay_ms: int = 100
    # how many requests, -1 for every one until the rule is removed
    count: int = 1
    # how many requests pass first
    skip: int = 0
    probability: float = 1.0
    body: str = ""
    id: int = 0
    hits: int = 0

    @classmethod
    def read(cls, given, identity):
        known = {field.name: field.type for field in fields(cls)} | {"status": str}
        unknown = set(given) - set(known)
        if unknown:
            raise ValueError(f"unknown members: {', '.join(sorted(unknown))}")
        rule = cls(**{**given, "id": identity, "hits": 0})
        if rule.action not in ACTIONS:
            raise ValueError(f"action is one of {', '.join(sorted(ACTIONS))}")
        if rule.opcode and rule.opcode not in Op.__members__:
            raise ValueError(f"opcode is one of {', '.join(Op.__members__)}")
        if not rule.status.startswith("0x") and rule.status not in Status.__members__:
            raise ValueError(f"status is 0x… or one of {', '.join(Status.__members__)}")
        return rule

    @property
    def code(self):
        return int(self.status, 16) if self.status.startswith("0x") else Status[self.status].value


class Faults:
    def __init__(self, seed=None):
        self.rules = []
        self.random = random.Random(seed)
        self.next = 1

    def add(self, given):
        rule = Rule.read(given, self.next)
        self.next += 1
        self.rules.append(rule)
        return rule

    def clear(self, identity=None):
        self.rules = [rule for rule in self.rules if identity is not None and rule.id != identity]

    def match(self, session, request):
        """The first rule for this request, counted down."""
        for rule in self.rules:
            if rule.count == 0 or (rule.opcode and Op[rule.opcode] != request.opcode):
                continue
            if rule.node >= 0 and rule.node != session.node.index:
                continue
            if rule.key and not fnmatch.fnmatchcase(request.key.lstrip(b"\0").decode(errors="replace"), rule.key):
                continue
            if rule.probability < 1 and self.random.random() >= rule.probability:
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            rule.count -= rule.count > 0
            rule.hits += 1
            return rule
        return None

    def before(self, session, request, rule):
        """Faults in place of the command; True when there is nothing more to do."""
        if rule.action == "status":
            reply = Reply(rule.code, value=rule.body.encode())
            if rule.code == Status.NOT_MY_VBUCKET and not rule.body:
                reply = reply._replace(value=session.not_mine().value)
            session.out.append(session.encode(request, reply, asyncio.get_running_loop().time()))
        elif rule.action == "close":
            session.close()
        return rule.action in ("status", "close", "ignore")

    def after(self, session, request, rule, frame):
        """Faults of the answer; True when the session has nothing to send itself."""
        loop = asyncio.get_running_loop()
        action, seconds = rule.action, rule.delay_ms / 1000
        if action == "after":
            session.out.append(session.encode(request, Reply(rule.code, value=rule.body.encode()), loop.time()))
        elif action == "delay":
            loop.call_later(seconds, session.write, frame)
            if Feature.UNORDERED not in session.features:
                session.stall(seconds)
        elif action == "duplicate":
            session.out += [frame, frame]
        elif action == "stray":
            session.out += [frame[:12] + b"\xfe\xdc\xba\x98" + frame[16:], frame]
        elif action == "reorder" and Feature.UNORDERED in session.features:
            session.held.append(frame)
            loop.call_later(seconds, self.release, session, frame)
        elif action == "close_after":
            session.close()
        elif action == "cut":
            session.out.append(frame[: max(1, len(frame) // 2)])
            session.close()
        elif action != "drop":
            return False
        return True

    def release(self, session, frame):
        """An answer that was held back and that no other one followed."""
        if frame in session.held:
            session.held.remove(frame)
            session.write(frame)
