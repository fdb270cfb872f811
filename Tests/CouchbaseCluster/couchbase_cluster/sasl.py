"""SASL on the server's side: PLAIN (RFC 4616) and SCRAM (RFC 5802) without channel binding."""

import base64
import functools
import hashlib
import hmac
import os

MECHANISMS = {"SCRAM-SHA512": "sha512", "SCRAM-SHA256": "sha256", "SCRAM-SHA1": "sha1", "PLAIN": None}
ITERATIONS = 4096


class Denied(Exception):
    """Wrong user, password or message."""


@functools.lru_cache(maxsize=64)
def _salted(digest, password):
    """The salt and the salted password; one a password, so that a thousand connections cost one derivation."""
    salt = os.urandom(16)
    return salt, hashlib.pbkdf2_hmac(digest, password.encode(), salt, ITERATIONS)


def plain(payload, users):
    """The user's name of a PLAIN message that is right."""
    parts = payload.split(b"\0")
    if len(parts) != 3:
        raise Denied("not authzid NUL user NUL password")
    user, password = parts[1].decode(), parts[2].decode()
    known = users.get(user)
    if known is None or not hmac.compare_digest(known.encode(), password.encode()):
        raise Denied(user)
    return user


def _attributes(text):
    """a=1,b=2 as a dictionary."""
    try:
        return dict(part.split("=", 1) for part in text.split(","))
    except ValueError:
        raise Denied("not attribute=value") from None


class Scram:
    """One exchange: first message in, challenge out; proof in, signature out."""

    def __init__(self, mechanism, users, nonce=None):
        self.digest = MECHANISMS[mechanism]
        self.users = users
        self.nonce = nonce or base64.b64encode(os.urandom(18)).decode()
        self.user = None

    def first(self, payload):
        text = payload.decode()
        if not text.startswith(("n,,", "y,,")):
            raise Denied("a channel binding that is not offered")
        self.client_first = text[3:]
        fields = _attributes(self.client_first)
        self.user = fields.get("n", "").replace("=2C", ",").replace("=3D", "=")
        # An unknown user gets a challenge too, and fails at its proof.
        self.salt, self.salted = _salted(self.digest, self.users.get(self.user, "\0unknown"))
        self.nonce = fields.get("r", "") + self.nonce
        salt = base64.b64encode(self.salt).decode()
        self.server_first = f"r={self.nonce},s={salt},i={ITERATIONS}"
        return self.server_first.encode()

    def final(self, payload):
        text = payload.decode()
        without_proof, _, proof = text.rpartition(",p=")
        fields = _attributes(without_proof)
        if fields.get("r") != self.nonce or fields.get("c") not in ("biws", "eSws") or self.user not in self.users:
            raise Denied(self.user)
        message = f"{self.client_first},{self.server_first},{without_proof}".encode()
        client_key = self._hmac(self.salted, b"Client Key")
        signature = self._hmac(hashlib.new(self.digest, client_key).digest(), message)
        expected = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        if not hmac.compare_digest(base64.b64encode(expected).decode(), proof):
            raise Denied(self.user)
        server = self._hmac(self._hmac(self.salted, b"Server Key"), message)
        return b"v=" + base64.b64encode(server)

    def _hmac(self, key, message):
        return hmac.new(key, message, self.digest).digest()
