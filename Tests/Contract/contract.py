#!/usr/bin/env python3
"""Runs schemathesis against a platform of its own: contract.py SCHEMATHESIS [ARGUMENT...]. See run.sh."""

import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Platform"))

from platform_process import Process

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
SEED = os.environ.get("SEED", "1")
SECONDS = int(os.environ.get("CONTRACT_SECONDS", "60"))


def schemathesis(program, url, directory, arguments):
    return subprocess.run(
        [
            program,
            "run",
            f"{url}/openapi.json",
            "--checks",
            ",".join(CHECKS),
            # A stream that never ends.
            "--exclude-path",
            "/api/events",
            "--phases",
            "examples,coverage,fuzzing",
            "--max-time",
            str(SECONDS),
            "--max-examples",
            "200",
            "--continue-on-failure",
            "--seed",
            SEED,
            "--request-timeout",
            "20",
            "--warnings",
            "off",
            "--no-color",
            *arguments,
        ],
        cwd=directory,
        check=False,
        timeout=SECONDS * 4 + 120,
    ).returncode


def refused_by_the_stream(url):
    """The event stream is not in the run: what is wrong with a request to it is asked here."""
    try:
        urllib.request.urlopen(f"{url}/api/events?type=nothing", timeout=10)
    except urllib.error.HTTPError as error:
        return error.code == 400 and error.headers["Content-Type"] == "application/problem+json"
    return False


def main():
    program, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="orders-contract-") as directory:
        data = pathlib.Path(directory) / "data"
        platform = Process(
            *("up", "--rate", "50", "--http", "127.0.0.1:0", "--kafka", "127.0.0.1:0", "--data-dir", data),
            *("--log-level", "error"),
        )
        try:
            (url,) = platform.addresses("dashboard")
            code = schemathesis(program, url, directory, arguments)
            if not refused_by_the_stream(url):
                print("contract: /api/events took a type that there is not")
                code = code or 1
            if platform.process.poll() is not None:
                print(f"contract: the platform ended:\n{platform.output}")
                code = code or 1
        finally:
            platform.stop()
    sys.exit(code)


if __name__ == "__main__":
    main()
