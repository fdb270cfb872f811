"""An issuer of JSON Web Tokens, right and wrong ones. The keys are made with openssl; nothing here is the server's."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import time

ISSUER, AUDIENCE = "https://issuer.example", "orders"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """One RSA key, in a key set, and one secret that is shared with the server."""

    def __init__(self, folder):
        self.key = folder / "issuer.key"
        self._openssl("genrsa", "-out", str(self.key), "2048")
        self.public = self._openssl("rsa", "-in", str(self.key), "-pubout")
        modulus = self._openssl("rsa", "-in", str(self.key), "-noout", "-modulus").decode()
        number = bytes.fromhex(re.search(r"=([0-9A-F]+)", modulus)[1])
        self.set = folder / "keys.json"
        public = {"kty": "RSA", "kid": "r1", "alg": "RS256", "use": "sig", "n": encoded(number), "e": "AQAB"}
        self.set.write_text(json.dumps({"keys": [public]}))
        self.secret = b"a secret that is shared, of more than 32 bytes"

    @staticmethod
    def _openssl(*arguments, data=None):
        return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout

    def rs256(self, text):
        return self._openssl("dgst", "-sha256", "-sign", str(self.key), data=text)

    def hs256(self, text, secret=None):
        return hmac.digest(secret or self.secret, text, hashlib.sha256)

    def token(self, sign, header, **claims):
        now = time.time()
        right = {"iss": ISSUER, "aud": AUDIENCE, "sub": "somebody", "exp": now + 600, "scope": "read write operate"}
        content = {name: value for name, value in (right | claims).items() if value is not None}
        text = ".".join(encoded(json.dumps(part).encode()) for part in (header, content))
        return f"{text}.{encoded(sign(text.encode()))}"

    def right(self, **claims):
        """By how they are signed."""
        return {
            "RS256": self.token(self.rs256, {"alg": "RS256", "kid": "r1", "typ": "JWT"}, **claims),
            "HS256": self.token(self.hs256, {"alg": "HS256", "typ": "JWT"}, **claims),
        }

    def wrong(self):
        """By what is wrong with them."""
        now = time.time()
        rsa, shared = {"alg": "RS256", "kid": "r1"}, {"alg": "HS256"}
        right = self.right()["RS256"]
        head, body, signature = right.split(".")
        other = encoded(json.dumps({"iss": ISSUER, "aud": AUDIENCE, "exp": now + 600, "scope": "operate"}).encode())
        named = {
            "expired": self.token(self.rs256, rsa, exp=now - 300),
            "expired, by the shared secret": self.token(self.hs256, shared, exp=now - 300),
            "without an end": self.token(self.rs256, rsa, exp=None),
            "not valid yet": self.token(self.rs256, rsa, nbf=now + 300),
            "for another audience": self.token(self.rs256, rsa, aud="invoices"),
            "for no audience": self.token(self.rs256, rsa, aud=None),
            "of another issuer": self.token(self.rs256, rsa, iss="https://evil.example"),
            "of no issuer": self.token(self.rs256, rsa, iss=None),
            "signed with another secret": self.token(lambda text: self.hs256(text, b"x" * 40), shared),
            "with another body": f"{head}.{other}.{signature}",
            "without a signature": f"{head}.{body}.",
            "with a signature cut short": right[:-8],
            "two parts": f"{head}.{body}",
            "no JSON": ".".join([encoded(b"{"), encoded(b"{"), encoded(b"x")]),
            "nothing": "",
            "one letter": "x",
            "a long one": "x" * 8000,
            "of a key that there is not": self.token(self.rs256, {"alg": "RS256", "kid": "r2"}),
        }
        for none in ("none", "None", "NONE", "nOnE"):
            named[f"alg {none}"] = self.token(lambda _: b"", {"alg": none})
            named[f"alg {none} with the key's name"] = self.token(lambda _: b"", {"alg": none, "kid": "r1"})
        # The public key, which everybody has, as if it were the shared secret.
        for form, secret in {"PEM": self.public, "PEM without its end": self.public.strip()}.items():
            for kid in ({}, {"kid": "r1"}):
                swapped = self.token(lambda text, secret=secret: self.hs256(text, secret), shared | kid)
                named[f"HS256 by the public key, {form}{', named' if kid else ''}"] = swapped
        named["HS256 signed by RSA"] = self.token(self.rs256, shared)
        named["RS256 signed by the secret"] = self.token(self.hs256, rsa)
        named["RS512 of the same key"] = self.token(self.rs256, {"alg": "RS512", "kid": "r1"})
        inner = {"kty": "oct", "k": encoded(b"y" * 40)}
        own = {"alg": "HS256", "jwk": inner, "jku": "https://evil.example/keys"}
        named["with a key of its own"] = self.token(lambda text: self.hs256(text, b"y" * 40), own)
        return named
