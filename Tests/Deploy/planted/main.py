"""Plants each fault in a copy of the tree and runs the check that has to find it.

Usage: main.py [--engine [--ask]] [WORDS]

--ask: only whether a fault that needs an engine is chosen.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import engine_faults
import faults

ROOT = pathlib.Path(__file__).resolve().parents[3]
# What of .build the checks use: environments, tools and the base image. They are the tree's own, the rest is not.
SHARED = ("venv-", "prometheus", "docker-engine", "base-image.tar")
LONGEST = 1200


def run(command, folder):
    started = time.monotonic()
    done = subprocess.run(
        command,
        shell=True,
        executable="/bin/bash",
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    return done.returncode, done.stdout, time.monotonic() - started


def copy_tree(folder):
    """The tree as it stands, with what is not committed yet, as a repository of its own: a check asks git for files."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (source := ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (folder / ".build").mkdir()
    for path in (ROOT / ".build").iterdir():
        if path.name.startswith(SHARED):
            (folder / ".build" / path.name).symlink_to(path)
    if (ROOT / "Web/dist").is_dir():
        shutil.copytree(ROOT / "Web/dist", folder / "Web/dist")
    commit = "git init -q && git add -A && git -c user.name=t -c user.email=t@localhost commit -q -m t"
    assert run(commit, folder)[0] == 0


def plant(folder, edits):
    """Makes the edits; gives what takes them back."""
    before = {}
    for file, old, new in edits:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        before.setdefault(path, text)
        if old not in text:
            raise SystemExit(f"planted: {file} has no {old!r} any more: correct the list of faults")
        path.write_text(text.replace(old, new), encoding="utf-8")

    def undo():
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")

    return undo


def shows(fault, folder):
    """Whether the check fails with the words that name the fault. Prints what it was."""
    undo = plant(folder, fault.edits)
    code, output, seconds = run(fault.check, folder)
    undo()
    if code == 0:
        print(f"NOT FOUND  {fault.name}: {fault.check} is content", flush=True)
        return False
    match = re.search(fault.says, output)
    if not match:
        print(f"NOT NAMED  {fault.name}: nothing says {fault.says!r}\n{output[-3000:]}", flush=True)
        return False
    print(f"found  {fault.name} ({seconds:.0f} s): {' '.join(match.group(0).split())[:140]}", flush=True)
    return True


def main(arguments):
    with_engine = "--engine" in arguments
    words = [word for word in arguments if not word.startswith("--")]
    of = {True: engine_faults.FAULTS, False: faults.FAULTS}
    matching = {kind: [fault for fault in of[kind] if all(word in fault.name for word in words)] for kind in of}
    if not any(matching.values()):
        raise SystemExit(f"planted: no fault has {' '.join(words)!r} in its name")
    chosen = matching[with_engine]
    if "--ask" in arguments:
        return not chosen
    if not chosen:
        return False
    with tempfile.TemporaryDirectory(prefix="orders-planted-") as made:
        folder = pathlib.Path(made)
        copy_tree(folder)
        if with_engine:
            engine_faults.prepare(folder, os.environ.get("BINARY", str(ROOT / ".build/release/orders")), run)
        missed = [fault.name for fault in chosen if not shows(fault, folder)]
    print(f"planted: {len(chosen) - len(missed)} of {len(chosen)} faults were found and named")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
