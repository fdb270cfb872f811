"""TLS and SASL before a broker that has neither: handshake and login here, every other byte is the broker's own.

So clients of the platform meet what a managed cluster asks for. The certificates are made with openssl.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import socket
import ssl
import struct
import subprocess
import threading

API_VERSIONS, SASL_HANDSHAKE, SASL_AUTHENTICATE = 18, 17, 36
UNSUPPORTED_MECHANISM, AUTHENTICATION_FAILED = 33, 58


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """Signs certificates; its own is `path`."""

    def __init__(self, folder, name="test authority"):
        self.folder = folder
        self.path, self.key = folder / f"{name}.pem", folder / f"{name}.key"
        openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2),
            *("-subj", f"/CN={name}", "-keyout", self.key, "-out", self.path),
        )

    def certificate(self, name, names="DNS:localhost,IP:127.0.0.1", days=2):
        """The files of a certificate and its key. With 0 days it expires at once."""
        path, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        openssl(
            *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", key, "-out", request),
        )
        openssl(
            *("x509", "-req", "-in", request, "-CA", self.path, "-CAkey", self.key, "-CAcreateserial"),
            *("-days", days, "-extfile", extensions, "-out", path),
        )
        return path, key


class Closed(Exception):
    pass


def exactly(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise Closed
        data += part
    return data


def frame(connection):
    (size,) = struct.unpack(">i", exactly(connection, 4))
    # As brokers do: the first bytes of a TLS handshake are no size.
    if not 0 <= size <= 100 << 20:
        raise Closed
    return exactly(connection, size)


def text(value):
    data = value.encode()
    return struct.pack(">h", len(data)) + data


class SecuredKafka:
    """Listens on a free port of 127.0.0.1. `users` and `context` may be changed while it runs."""

    def __init__(self, upstream=None, certificate=None, users=None, mechanisms=("PLAIN",), clients=None):
        self.upstream, self.users, self.mechanisms = upstream, users, mechanisms
        self.context = self.tls(certificate, clients) if certificate else None
        self.logins, self.refusals = [], 0
        self._open = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @staticmethod
    def tls(certificate, clients=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        if clients:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    @property
    def address(self):
        return f"localhost:{self.port}"

    def drop(self):
        """Cuts all connections: clients have to log in again."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._listener.close()
        self.drop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        upstream = None
        try:
            connection.settimeout(60)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            if self.users is not None and not self._login(connection):
                return
            if self.upstream is None:
                return
            connection.settimeout(None)
            upstream = socket.create_connection(self.upstream)
            threading.Thread(target=self._copy, args=(upstream, connection), daemon=True).start()
            self._copy(connection, upstream)
        except (Closed, OSError):
            pass
        finally:
            self._open.discard(connection)
            for end in (connection, upstream):
                if end:
                    end.close()

    @staticmethod
    def _copy(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def _login(self, connection):
        mechanism, exchange = None, None
        while True:
            request = frame(connection)
            api, version, correlation, client = struct.unpack(">hhih", request[:10])
            body = request[10 + max(client, 0) :]
            head = struct.pack(">i", correlation)
            if api == API_VERSIONS:
                answer = head + self._versions(version)
            elif api == SASL_HANDSHAKE:
                mechanism = body[2:].decode()
                known = mechanism in self.mechanisms
                exchange = (self._plain() if mechanism == "PLAIN" else self._scram(mechanism)) if known else None
                if exchange:
                    next(exchange)
                answer = head + struct.pack(">hi", 0 if known else UNSUPPORTED_MECHANISM, len(self.mechanisms))
                answer += b"".join(text(name) for name in self.mechanisms)
            elif api == SASL_AUTHENTICATE and exchange:
                reply, state = exchange.send(body[4:])
                if state == "refused":
                    self.refusals += 1
                    answer = head + struct.pack(">h", AUTHENTICATION_FAILED) + text("Authentication failed")
                    answer += struct.pack(">i", 0)
                else:
                    answer = head + struct.pack(">hh", 0, -1) + struct.pack(">i", len(reply)) + reply
                if version >= 1:
                    answer += struct.pack(">q", 0)
            else:
                return False
            connection.sendall(struct.pack(">i", len(answer)) + answer)
            if api == SASL_AUTHENTICATE and state != "more":
                return state == "done"

    def _versions(self, version):
        """The broker's own list, with the two requests that a login takes."""
        kinds = {SASL_HANDSHAKE: (0, 1), SASL_AUTHENTICATE: (0, 1), API_VERSIONS: (0, 3)}
        if self.upstream:
            with socket.create_connection(self.upstream) as broker:
                ask = struct.pack(">hhih", API_VERSIONS, 0, 1, -1)
                broker.sendall(struct.pack(">i", len(ask)) + ask)
                answer = frame(broker)
            (count,) = struct.unpack(">i", answer[6:10])
            for n in range(count):
                api, low, high = struct.unpack(">hhh", answer[10 + 6 * n : 16 + 6 * n])
                kinds.setdefault(api, (low, high))
        if version >= 3:
            entries = b"".join(struct.pack(">hhhb", api, *versions, 0) for api, versions in kinds.items())
            size = len(kinds) + 1
            assert size < 128
            return struct.pack(">hB", 0, size) + entries + struct.pack(">ib", 0, 0)
        entries = b"".join(struct.pack(">hhh", api, *versions) for api, versions in kinds.items())
        return struct.pack(">hi", 0, len(kinds)) + entries + (struct.pack(">i", 0) if version >= 1 else b"")

    def _plain(self):
        data = yield
        _, user, password = data.split(b"\0")
        if self.users.get(user.decode()) == password.decode():
            self.logins.append(("PLAIN", user.decode()))
            yield b"", "done"
        yield b"", "refused"

    def _scram(self, mechanism):
        """RFC 5802, the server's side."""
        digest = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}[mechanism]
        first = (yield).decode().removeprefix("n,,")
        fields = dict(part.split("=", 1) for part in first.split(","))
        nonce = fields["r"] + base64.b64encode(os.urandom(12)).decode()
        salt, rounds = os.urandom(16), 4096
        second = f"r={nonce},s={base64.b64encode(salt).decode()},i={rounds}"
        final = (yield second.encode(), "more").decode()
        bare, proof = final.rsplit(",p=", 1)
        password = self.users.get(fields["n"], os.urandom(8).hex())
        salted = hashlib.pbkdf2_hmac(digest, password.encode(), salt, rounds)
        key = hmac.digest(salted, b"Client Key", digest)
        message = f"{first},{second},{bare}".encode()
        signature = hmac.digest(hashlib.new(digest, key).digest(), message, digest)
        expected = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        if not hmac.compare_digest(expected, base64.b64decode(proof)):
            yield b"", "refused"
        server = hmac.digest(hmac.digest(salted, b"Server Key", digest), message, digest)
        self.logins.append((mechanism, fields["n"]))
        yield b"v=" + base64.b64encode(server), "done"
