"""A connection to a broker without a client: for requests that no client has, logged in where that is asked for."""

import contextlib
import socket
import struct

import secured_mode

SASL_HANDSHAKE, SASL_AUTHENTICATE = 17, 36


class RawKafka:
    def __init__(self, connection):
        self.connection = connection
        self._answers = connection.makefile("rb")

    def ask(self, api, version, body):
        """The answer's bytes, from the correlation id on."""
        request = struct.pack(">hhih", api, version, 1, -1) + body
        self.connection.sendall(struct.pack(">i", len(request)) + request)
        return self._answers.read(struct.unpack(">i", self._answers.read(4))[0])

    def login(self, user, password):
        answer = self.ask(SASL_HANDSHAKE, 1, struct.pack(">h", 5) + b"PLAIN")
        assert answer[4:6] == b"\0\0", answer
        data = b"\0".join([b"", user.encode(), password.encode()])
        answer = self.ask(SASL_AUTHENTICATE, 1, struct.pack(">i", len(data)) + data)
        assert answer[4:6] == b"\0\0", answer


@contextlib.contextmanager
def raw_kafka(kafka):
    host, port = kafka.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=10) as plain:
        if not secured_mode.IS_SECURED:
            yield RawKafka(plain)
            return
        with secured_mode.tls().wrap_socket(plain, server_hostname=host) as secured:
            raw = RawKafka(secured)
            raw.login("tester", secured_mode.material().text("tester.password"))
            yield raw
