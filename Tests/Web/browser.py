"""Debian's Chromium, driven by Playwright."""

import os
import shutil
import sys

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable():
    """The browser's path: $CHROMIUM, else the first one installed. Ends the program with advice if there is none."""
    for candidate in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(candidate) if candidate else None
        if path:
            return path
    sys.exit("web tests: no Chromium found. Install it (sudo apt-get install chromium) or set CHROMIUM to its path.")


def launch(playwright):
    return playwright.chromium.launch(executable_path=executable(), args=FLAGS)
