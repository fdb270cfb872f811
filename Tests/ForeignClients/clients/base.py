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


class Wanted:
    """What a reader waits for: so many records, or that of the offset `last`."""

    def __init__(self, count=None, last=None):
        self.count = count
        self.last = last

    def most(self, received):
        """How many more records it may take at once."""
        return 1000 if self.count is None else self.count - len(received)

    def is_met(self, received):
        if self.count is not None and len(received) >= self.count:
            return True
        return self.last is not None and bool(received) and received[-1].offset >= self.last


class BaseClient:
    """A client bound to one broker. Methods that a client lacks are named in no feature."""

    name = ""
    #: headers, groups, commit, transactions, timestamps, admin, configs, partitions, group-admin, delete-records,
    #: idempotence, static
    features = frozenset()
    #: Whether it knows what a transaction is when it reads.
    isolates = True

    def __init__(self, address):
        self.address = address

    def close(self):
        pass
