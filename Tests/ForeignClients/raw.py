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


def latest_offset(host, port, topic, partition=0):
    """The end of a partition, by ListOffsets version 1; 0 while there is no answer."""
    raw = Raw(host, port)
    try:
        encoded = topic.encode()
        body = struct.pack(">ii", -1, 1) + struct.pack(">h", len(encoded)) + encoded
        raw.request(2, 1, body + struct.pack(">iiq", 1, partition, -1))
        return struct.unpack(">q", raw.response()[-8:])[0]
    finally:
        raw.close()
