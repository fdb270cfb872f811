"""JSON Web Tokens, made by a library of others, before a process that runs: which are taken, which are refused, and
what happens when the keys change."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from platform_process import eventually, request, up

ISSUER, AUDIENCE, SECRET = "https://issuer.example", "orders", "a-shared-secret-of-at-least-32-bytes-0123456789"


class Key:
    """A signing key with its public half as a member of a key set."""

    def __init__(self, algorithm, kid):
        self.algorithm, self.kid = algorithm, kid
        if algorithm == "RS256":
            self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        else:
            self.private = ed25519.Ed25519PrivateKey.generate()
            public = jwt.algorithms.OKPAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        self.public = {name: value for name, value in public.items() if name != "key_ops"} | {
            "kid": kid,
            "use": "sig",
            "alg": algorithm,
        }

    def token(self, **claims):
        return jwt.encode(claims_of(**claims), self.private, self.algorithm, headers={"kid": self.kid})


def claims_of(**claims):
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "someone", "exp": now + 600, "scope": "read"}
    return {name: value for name, value in (usual | claims).items() if value is not None}


def write_keys(path, *keys):
    """In place, as a rotation puts it there."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"keys": [key.public for key in keys]}))
    new.rename(path)


def encoded(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def handmade(header, claims, sign=lambda text: b""):
    """A token that no library would make."""
    text = f"{encoded(header)}.{encoded(claims)}"
    return f"{text}.{encoded(sign(text.encode()))}"


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "keys.json"


def environment(keys):
    return {
        "JWT_JWKS": str(keys),
        "JWT_SECRET": SECRET,
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "API_AUTH": "required",
    }


def test_tokens_of_each_algorithm_are_taken_and_every_forged_or_wrong_one_is_refused(data, keys):
    rs, ed, foreign = Key("RS256", "rs-1"), Key("EdDSA", "ed-1"), Key("RS256", "rs-1")
    write_keys(keys, rs, ed)
    with up(data, "--count", 0, env=environment(keys)) as platform:
        (http,) = platform.addresses("dashboard")

        def get(token, path="/api/stats"):
            status, _, body = request("GET", http + path, headers={"Authorization": f"Bearer {token}"})
            assert token not in json.dumps(body)
            return status

        shared = jwt.encode(claims_of(), SECRET, "HS256")
        for token in (shared, rs.token(), ed.token(), rs.token(aud=["other", AUDIENCE])):
            assert get(token) == 200
            assert request("POST", f"{http}/api/orders", {}, {"Authorization": f"Bearer {token}"})[0] == 403
        assert get(ed.token(scope="write")) == 403

        pem = rs.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        swapped = [
            handmade(
                {"alg": "HS256", "typ": "JWT"} | kid, claims_of(), lambda text: hmac.digest(pem, text, hashlib.sha256)
            )
            for kid in ({}, {"kid": "rs-1"}, {"kid": "ed-1"})
        ]
        wrong = {
            "expired": rs.token(exp=int(time.time()) - 60),
            "without expiry": rs.token(exp=None),
            "not valid yet": rs.token(nbf=int(time.time()) + 600),
            "other audience": ed.token(aud="elsewhere"),
            "no audience": ed.token(aud=None),
            "other issuer": ed.token(iss="https://evil.example"),
            "none": handmade({"alg": "none"}, claims_of()),
            "None": handmade({"alg": "None", "kid": "rs-1"}, claims_of()),
            "none of a key": handmade({"alg": "none", "kid": "rs-1"}, claims_of()),
            "same kid, other key": foreign.token(),
            "unknown kid": Key("EdDSA", "ed-9").token(),
            "short secret": jwt.encode(claims_of(), SECRET[:32], "HS256"),
            "HS512": jwt.encode(claims_of(), SECRET * 2, "HS512"),
            "key that it brings": jwt.encode(
                claims_of(), foreign.private, "RS256", headers={"kid": "rs-1", "jwk": foreign.public}
            ),
            "critical extension": handmade(
                {"alg": "HS256", "crit": ["exp"]},
                claims_of(),
                lambda text: hmac.digest(SECRET.encode(), text, hashlib.sha256),
            ),
            "changed": rs.token().replace(".", f".{encoded(claims_of(scope='operate'))}x", 1),
        } | {f"swapped {place}": token for place, token in enumerate(swapped)}
        for name, token in wrong.items():
            status = get(token)
            # Many wrong ones of one address are answered late, with 429; right ones never are.
            assert status in (401, 429), name
            assert get(rs.token()) == 200, name
        assert SECRET not in platform.output


def test_a_key_set_that_is_rotated_while_the_server_runs_is_read_again(data, keys):
    old, new = Key("EdDSA", "2026-11"), Key("RS256", "2026-12")
    write_keys(keys, old)
    with up(data, "--count", 0, env=environment(keys)) as platform:
        (http,) = platform.addresses("dashboard")

        def status(key):
            return request("GET", f"{http}/api/stats", headers={"Authorization": f"Bearer {key.token()}"})[0]

        assert status(old) == 200 and status(new) == 401
        write_keys(keys, old, new)
        # A key that is not known makes the server look again, at most every 30 s.
        eventually(lambda: status(new) == 200, timeout=60, every=2)
        assert status(old) == 200
        write_keys(keys, new)
        other = Key("EdDSA", "2027-01")
        # Whoever comes with another unknown key has the set read: then the old key is gone.
        eventually(lambda: (status(other), status(old))[1] in (401, 429), timeout=60, every=2)
        assert status(new) == 200
        # A file that is broken leaves the keys at hand in use.
        keys.write_text("{")
        assert status(new) == 200
