"""The little of the protocol that the tests speak themselves."""

import socket
import struct


class Raw:
    """One connection, frames in and out."""

    def __init__(self, host, port, seconds=10):
        self.socket = socket.create_connection((host, port), timeout=seconds)

    def send(self, data):
        self.socket.sendall(data)

    def request(self, key, version, body=b"", correlation=1):
        client = b"raw"
        frame = struct.pack(">hhih", key, version, correlation, len(client)) + client + body
        self.send(struct.pack(">i", len(frame)) + frame)

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise ConnectionError("closed")
            data += part
        return data

    def response(self):
        return self.read(struct.unpack(">i", self.read(4))[0])

    def is_closed(self):
        """Waits for the other side to close."""
        try:
            while self.socket.recv(65536):
                pass
            return True
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.socket.close()


def latest_offset(host, port, topic, partition=0, committed=False):
    """The end of a partition for readers of either isolation level, by ListOffsets version 2; 0 while there is no
    answer."""
    raw = Raw(host, port)
    try:
        encoded = topic.encode()
        body = struct.pack(">ibi", -1, committed, 1) + struct.pack(">h", len(encoded)) + encoded
        raw.request(2, 2, body + struct.pack(">iiq", 1, partition, -1))
        return struct.unpack(">q", raw.response()[-8:])[0]
    finally:
        raw.close()


def topic_bytes(host, port, topic):
    """What a topic takes on the disk, by DescribeLogDirs version 1."""
    raw = Raw(host, port)
    try:
        raw.request(35, 1, struct.pack(">i", -1))
        answer = raw.response()
    finally:
        raw.close()
    # Behind the correlation id and the throttle time: the folders (one), its error and name, its topics.
    folders, _, length = struct.unpack_from(">ihh", answer, 8)
    assert folders == 1
    position = 16 + length
    (topics,) = struct.unpack_from(">i", answer, position)
    position += 4
    for _ in range(topics):
        (length,) = struct.unpack_from(">h", answer, position)
        name = answer[position + 2 : position + 2 + length].decode()
        position += 2 + length
        (partitions,) = struct.unpack_from(">i", answer, position)
        # A partition: index, size, lag, whether it is to be moved.
        sizes = [struct.unpack_from(">q", answer, position + 4 + 21 * index + 4)[0] for index in range(partitions)]
        position += 4 + 21 * partitions
        if name == topic:
            return sum(sizes)
    raise AssertionError(f"there is no topic {topic}")
