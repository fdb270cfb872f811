"""Looks for secrets where none may be: output, command lines, environments, answers of the API, data directories.

In the secured mode every test is watched, and searched at its end. The markers of planted secrets are found as they
are, in base64 (whatever stands before them), in hexadecimal, and percent-encoded, in which they look the same.
"""

import base64
import contextlib
import re
import subprocess
import urllib.parse
from pathlib import Path

import secured_mode

# What the tests plant of their own: in URLs of gateways and webhooks, as passwords, as secrets of tokens.
MARKERS = (secured_mode.MARKER, "s3cr3t", "S3CRET", "hunter2", "planted-secret")


def forms(secret):
    """A text in the encodings in which it may have got somewhere."""
    plain = secret.encode()
    found = {plain, plain.hex().encode(), plain.hex().upper().encode(), urllib.parse.quote(secret, safe="").encode()}
    for before in range(3):
        # Whole groups of three bytes only: those at the ends depend on what stands beside the secret.
        body = plain[-before % 3 :]
        body = body[: len(body) - len(body) % 3]
        found |= {base64.b64encode(body), base64.urlsafe_b64encode(body)}
    return {form for form in found if len(form) >= 6}


def key_lines(pem):
    """Of a private key, the lines that are its own: the first is the same in all keys of a kind."""
    lines = [line for line in pem.splitlines() if line and not line.startswith("-----")]
    body = base64.b64decode("".join(lines))
    return {line.encode() for line in lines[1:]} | {body[-60:-30]}


class Watch:
    """What one test made, to be searched."""

    def __init__(self):
        self.secrets = {marker: forms(marker) for marker in MARKERS}
        self.texts, self.folders = [], set()

    def plant(self, name, secret):
        """One more secret, that a test got: a key, a cookie."""
        self.secrets[name] = forms(secret)

    def plant_key(self, name, pem):
        self.secrets[name] = key_lines(pem)

    def text(self, where, text):
        self.texts.append((where, text if isinstance(text, bytes) else text.encode()))

    def process(self, pid, given):
        """The command lines of a process and its children, and their environments if no secret was given in them."""
        pids = [pid]
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                pids += map(int, task.read_text().split())
        is_given = any(marker in value for value in given.values() for marker in MARKERS)
        files = ["cmdline"] if is_given else ["cmdline", "environ"]
        for one in pids:
            for file in files:
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    self.text(f"/proc/{one}/{file}", Path(f"/proc/{one}/{file}").read_bytes())

    def findings(self):
        """Each secret that is somewhere, and where; never the secret itself."""
        found = [f"{name} in {where}" for where, text in self.texts for name in self._in(text)]
        for file in self._files():
            found += [f"{name} in {file}" for name in self._in(Path(file).read_bytes())]
        return found

    def _files(self):
        """The files in the data directories that have any of the secrets in them: grep reads each once."""
        folders = [str(folder) for folder in self.folders if Path(folder).exists()]
        if not folders:
            return []
        patterns = b"\n".join(sorted({form for forms in self.secrets.values() for form in forms}))
        done = subprocess.run(
            ["grep", "-rlaFz", "-f", "-", *folders],
            input=patterns,
            check=False,
            capture_output=True,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )
        # 1: nothing was found. Files that go away while it reads are no error.
        assert done.returncode in (0, 1) or b"No such file" in done.stderr, done.stderr
        return sorted(done.stdout.decode().splitlines())

    def _in(self, data):
        return [name for name, forms in self.secrets.items() if any(form in data for form in forms)]


watch = Watch()


def begin():
    """Forgets what was before; the mode's own secrets are looked for."""
    watch.__init__()
    if not secured_mode.IS_SECURED:
        return
    files = secured_mode.material()
    # The part after the key's id, which is no secret.
    watch.plant("the tests' API key", secret_part(files.text("api.key")))
    watch.plant_key("the server's private key", files.text("server.key"))


def secret_part(key):
    """Of an API key what is not its id."""
    return key[13:40]


def output(arguments, text):
    """What a command wrote, but for the two commands that show a secret once."""
    arguments = tuple(map(str, arguments))
    if arguments[:2] == ("keys", "add"):
        for key in re.findall(r"ord_\w{50,}", text):
            watch.plant(f"the key {key[:12]}", secret_part(key))
    elif arguments[:2] == ("users", "add"):
        for password in re.findall(r"^\S{32}$", text, re.M):
            watch.plant("a password of orders users add", password)
    else:
        watch.text(f"the output of orders {' '.join(arguments[:3])}", text)


def check():
    found = watch.findings()
    assert not found, "secrets are where none may be:\n" + "\n".join(found)


def folders(arguments):
    """The data directories that a command line names."""
    given = list(map(str, arguments))
    watch.folders |= {given[place + 1] for place, name in enumerate(given[:-1]) if name == "--data-dir"}
