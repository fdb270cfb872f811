"""A certificate authority of the test's own and one certificate for all nodes, made with the openssl program."""

import pathlib
import subprocess
from typing import NamedTuple

LEAF = """basicConstraints=CA:FALSE
keyUsage=digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=IP:127.0.0.1,DNS:localhost
"""


class Certificates(NamedTuple):
    authority: str
    certificate: str
    key: str


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make(folder):
    """Writes ca.pem, node.pem and node.key; for localhost and 127.0.0.1, for a week."""
    folder = pathlib.Path(folder)
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    key, request, leaf, extensions = (folder / name for name in ("node.key", "node.csr", "node.pem", "node.ext"))
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    _openssl(
        "req",
        "-x509",
        *curve,
        "-days",
        "7",
        "-subj",
        "/CN=Test cluster CA",
        "-keyout",
        str(authority_key),
        "-out",
        str(authority),
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
    )
    _openssl("req", *curve, "-subj", "/CN=test cluster node", "-keyout", str(key), "-out", str(request))
    extensions.write_text(LEAF)
    _openssl(
        "x509",
        "-req",
        "-in",
        str(request),
        "-CA",
        str(authority),
        "-CAkey",
        str(authority_key),
        "-CAcreateserial",
        "-days",
        "7",
        "-extfile",
        str(extensions),
        "-out",
        str(leaf),
    )
    return Certificates(str(authority), str(leaf), str(key))
