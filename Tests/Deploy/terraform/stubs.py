"""A folder of providers: AWS as it is, and stubs of those that cannot be fetched."""

import json
import pathlib

import stub_schemas
import terraform

PLATFORM = "linux_amd64"
PYTHON = terraform.ROOT / ".build" / "venv-terraform-stub" / "bin" / "python"
# Their requests are answered in seconds, so a check that hangs is a fault.
TIMEOUT = 300


def folder(parent):
    made = pathlib.Path(parent) / "providers" / "registry.terraform.io"
    aws = terraform.plugins() / "registry.terraform.io" / "hashicorp" / "aws"
    for version in aws.iterdir():
        (made / "hashicorp" / "aws" / version.name).mkdir(parents=True)
        # A link further up is not followed.
        (made / "hashicorp" / "aws" / version.name / PLATFORM).symlink_to(version / PLATFORM)
    source = (terraform.HERE / "stub_provider.py").read_text()
    for address, (version, schema) in stub_schemas.STUBS.items():
        place = made / address / version / PLATFORM
        place.mkdir(parents=True)
        program = place / f"terraform-provider-{address.rpartition('/')[2]}_v{version}"
        program.write_text(f"#!{PYTHON}\n{source}")
        program.chmod(0o755)
        (place / "schema.json").write_text(json.dumps(schema))
    return made.parent


def stack(name, providers, tmp_path):
    copy = tmp_path / "infra"
    if not copy.exists():
        terraform.copy_infra(tmp_path)
    return terraform.Stack(copy / name, plugin_folder=providers).without_backend().init()
