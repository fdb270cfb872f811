"""Scopes and collections of a bucket. Source: kv_engine's docs/Collections.md; uids in JSON are hex."""

import re
from dataclasses import dataclass, field

from .codes import Refused, Status

NAME = re.compile(r"[A-Za-z0-9-][A-Za-z0-9_%-]{0,250}")


class InvalidName(Exception):
    """A name that is no scope's or collection's, exists already, or does not exist."""


@dataclass
class Manifest:
    uid: int = 0
    next_id: int = 8
    # name -> (scope id, {collection name: collection id})
    scopes: dict = field(default_factory=lambda: {"_default": (0, {"_default": 0})})
    by_id: dict = field(default_factory=lambda: {0: ("_default", "_default")})

    def collection_id(self, path):
        """The id of "scope.collection", with the errors of GET_COLLECTION_ID."""
        scope, dot, collection = path.partition(".")
        if not dot:
            raise Refused(Status.INVALID)
        found = self.scopes.get(scope or "_default")
        if found is None:
            raise Refused(Status.UNKNOWN_SCOPE, self.uid_body())
        identity = found[1].get(collection or "_default")
        if identity is None:
            raise Refused(Status.UNKNOWN_COLLECTION, self.uid_body())
        return identity

    def uid_body(self):
        return b'{"manifest_uid":"%x"}' % self.uid

    def create_scope(self, name):
        if not NAME.fullmatch(name):
            raise InvalidName(f"{name}: not a scope's name")
        if name in self.scopes:
            raise InvalidName(f'Scope with name "{name}" already exists')
        self.scopes[name] = (self._take(), {})

    def create_collection(self, scope, name):
        if scope not in self.scopes:
            raise InvalidName(f'Scope with name "{scope}" is not found')
        if not NAME.fullmatch(name):
            raise InvalidName(f"{name}: not a collection's name")
        if name in self.scopes[scope][1]:
            raise InvalidName(f'Collection with name "{name}" in scope "{scope}" already exists')
        identity = self._take()
        self.scopes[scope][1][name] = identity
        self.by_id[identity] = (scope, name)

    def drop_scope(self, name):
        if name not in self.scopes or name == "_default":
            raise InvalidName(f'Scope with name "{name}" is not found')
        for identity in self.scopes.pop(name)[1].values():
            del self.by_id[identity]
        self.uid += 1

    def drop_collection(self, scope, name):
        if scope not in self.scopes:
            raise InvalidName(f'Scope with name "{scope}" is not found')
        identity = self.scopes[scope][1].pop(name, None)
        if identity is None:
            raise InvalidName(f'Collection with name "{name}" in scope "{scope}" is not found')
        del self.by_id[identity]
        self.uid += 1

    def as_json(self):
        return {
            "uid": f"{self.uid:x}",
            "scopes": [
                {
                    "name": scope,
                    "uid": f"{identity:x}",
                    "collections": [{"name": name, "uid": f"{number:x}"} for name, number in collections.items()],
                }
                for scope, (identity, collections) in self.scopes.items()
            ],
        }

    def _take(self):
        self.uid += 1
        self.next_id += 1
        return self.next_id - 1
