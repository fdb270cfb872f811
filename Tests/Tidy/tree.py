"""The files of the tree, as git knows them."""

import functools
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = {".build", ".git", "dist", "node_modules", "__pycache__", "data"}


@functools.cache
def files():
    """Paths from the root, with slashes: what is committed or could be. Without git, what is not built."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")]
        listed = [path for path in listed if not BUILT & set(path.split("/"))]
    return sorted(path for path in listed if (ROOT / path).is_file())


def below(folder, *endings):
    """Files below a folder whose names end so."""
    return [path for path in files() if path.startswith(folder) and path.endswith(endings or ("",))]


@functools.cache
def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def exists(path):
    return (ROOT / path).exists()
