"""Terraform in copies of the stacks, against the emulator. Nothing here reaches AWS."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
INFRA = ROOT / "infra"
HERE = pathlib.Path(__file__).parent
# Where packages of Terraform providers may lie. They cannot be fetched by every machine.
PLUGINS = ("TF_PLUGIN_DIR", ("/opt/tf-plugins", "/usr/share/terraform/plugins", "~/.terraform.d/plugins"))
# What the stacks call. One that is not named here would be looked for at AWS itself.
SERVICES = [
    "acm",
    "amp",
    "applicationautoscaling",
    "autoscaling",
    "cloudwatch",
    "cloudwatchevents",
    "cloudwatchlogs",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elbv2",
    "iam",
    "kms",
    "route53",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "sns",
    "sts",
    "wafv2",
    "ssm",
    "sqs",
]


class TerraformError(AssertionError):
    """What terraform printed when it failed."""


def plugins():
    """The folder with the AWS provider. Its absence is an error: without it nothing here is tested."""
    variable, folders = PLUGINS
    for folder in [os.environ.get(variable), *folders]:
        if folder and (found := pathlib.Path(folder).expanduser() / "registry.terraform.io/hashicorp/aws").is_dir():
            return found.parents[2]
    raise TerraformError(
        f"the AWS provider for Terraform is in none of {', '.join(folders)}. "
        f"`terraform providers mirror FOLDER` in infra/terraform-ecs fetches it; name the folder in {variable}"
    )


def environment(**variables):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))}
    return kept | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        **variables,
    }


def copy_infra(folder):
    """The stacks with their modules, without what an earlier run left."""
    copy = pathlib.Path(folder) / "infra"
    left = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfplan", "terraform.tfvars", "backend.hcl")
    shutil.copytree(INFRA, copy, ignore=left)
    return copy


class Stack:
    """A root module in a copy of the tree."""

    def __init__(self, path, *, plugin_folder=None, variables=None):
        self.path = pathlib.Path(path)
        self.plugin_folder = plugin_folder or plugins()
        self.variables = variables or {}

    def run(self, *arguments, codes=(0,), timeout=600):
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.path,
            env=environment(**self.variables),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode not in codes:
            output = (done.stdout + done.stderr)[-6000:]
            raise TerraformError(f"terraform {' '.join(arguments)}: exit {done.returncode}\n{output}")
        return done

    def init(self, *arguments):
        (self.path / ".terraform.lock.hcl").unlink(missing_ok=True)
        self.run("init", f"-plugin-dir={self.plugin_folder}", "-input=false", "-no-color", *arguments)
        return self

    def without_backend(self):
        (self.path / "backend.tf").unlink(missing_ok=True)
        return self

    def against(self, port):
        """The provider, and the backend if there is one, at the emulator: an override beside the stack's own files."""
        url = f"http://127.0.0.1:{port}"
        endpoints = "\n".join(f'    {service} = "{url}"' for service in SERVICES)
        (self.path / "emulator_override.tf").write_text(
            'provider "aws" {\n'
            '  access_key = "test"\n  secret_key = "test"\n  max_retries = 3\n'
            "  skip_credentials_validation = true\n  skip_metadata_api_check = true\n  s3_use_path_style = true\n"
            f"  endpoints {{\n{endpoints}\n  }}\n}}\n"
        )
        return self

    def plan(self, *arguments):
        """The plan as data, and as text."""
        self.run("plan", "-input=false", "-no-color", "-lock=false", "-out=tfplan", *arguments)
        return json.loads(self.run("show", "-json", "tfplan").stdout)

    def apply(self, *arguments):
        return self.run("apply", "-input=false", "-no-color", "-auto-approve", "-parallelism=20", *arguments).stdout

    def is_unchanged(self, *arguments):
        done = self.run("plan", "-input=false", "-no-color", "-detailed-exitcode", *arguments, codes=(0, 2))
        assert done.returncode == 0, f"a second plan finds changes:\n{done.stdout[-6000:]}"

    def destroy(self, *arguments):
        return self.run("destroy", "-input=false", "-no-color", "-auto-approve", "-parallelism=20", *arguments).stdout


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@contextlib.contextmanager
def emulator(log):
    """The emulator on a free port of loopback, for as long as the block."""
    port = free_port()
    command = [sys.executable, str(HERE / "emulator.py"), "-H", "127.0.0.1", "-p", str(port)]
    with open(log, "w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, env=environment(AWS_REGION="eu-central-1"))
        try:
            _await(server, port, log)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=20)


def _await(server, port, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TerraformError(f"the emulator did not start:\n{pathlib.Path(log).read_text()[-3000:]}")
