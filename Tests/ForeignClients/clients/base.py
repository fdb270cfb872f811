"""What the tests ask of every client."""

from dataclasses import dataclass, field

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
DEADLINE = 20


@dataclass(frozen=True)
class Message:
    """A record, as it is sent or received."""

    key: bytes | None
    value: bytes | None
    partition: int = 0
    timestamp: int | None = None
    headers: tuple = ()
    offset: int | None = field(default=None, compare=False)

    @property
    def content(self):
        return (self.key, self.value, self.headers)


class BaseClient:
    """A client bound to one broker. Methods that a client lacks are named in no feature."""

    name = ""
    #: headers, groups, commit, transactions, timestamps, admin, configs, partitions, group-admin, delete-records,
    #: idempotence, static
    features = frozenset()

    def __init__(self, address):
        self.address = address

    def close(self):
        pass
