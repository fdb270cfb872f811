"""A broker that other machines reach: its certificates, its users, and how each client logs in."""

import os
import re
import subprocess

from broker import Broker

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], check=False, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


class Authority:
    """A certificate authority of one test."""

    def __init__(self, folder, name):
        self.path = str(folder / f"{name}.pem")
        self.key = str(folder / f"{name}.key")
        openssl("req", "-x509", *NEW_KEY, "-days", "2", "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.path)

    def issue(self, folder, name):
        """A certificate for this machine: the paths of certificate and key."""
        certificate, key, request = (str(folder / f"{name}.{end}") for end in ("pem", "key", "csr"))
        extensions = folder / f"{name}.names"
        extensions.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost")
        openssl("req", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        signed = ["-CA", self.path, "-CAkey", self.key, "-CAcreateserial", "-extfile", str(extensions)]
        openssl("x509", "-req", "-in", request, *signed, "-days", "2", "-out", certificate)
        return certificate, key


class SecuredBroker:
    """A broker with a secured listener, and its users."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = Authority(folder, "authority")
        certificate, key = self.authority.issue(folder, "broker")
        self.users = str(folder / "users.json")
        self.passwords = {}
        self.add("root", "--admin", "*")
        self.broker = Broker(
            folder / "data",
            {
                "BROKER_LISTEN": "127.0.0.1:0",
                "BROKER_TLS_CERT": certificate,
                "BROKER_TLS_KEY": key,
                "BROKER_USERS": self.users,
            },
        ).start()
        match = next(match for line in self.broker.lines if (match := re.search(r"listening with TLS on (\S+)", line)))
        self.address = match.group(1)

    def add(self, name, *rights):
        """Adds a user with a password that the program makes."""
        arguments = [os.environ["ORDERS_BIN"], "users", "add", name, "--broker-users", self.users, *rights]
        done = subprocess.run(arguments, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        self.passwords[name] = done.stdout.strip()

    def stop(self):
        assert self.broker.is_alive, "the broker died:\n" + "\n".join(self.broker.lines[-40:])
        assert self.broker.stop() == 0
        text = "\n".join(self.broker.lines)
        for password in self.passwords.values():
            assert password not in text
