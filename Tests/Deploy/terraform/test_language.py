"""What terraform itself says of every stack: layout, validity, and each stack's own tests."""

import re
import subprocess

import pytest
import terraform

# Roots whose only provider is AWS.
AWS_ROOTS = sorted(
    root.name
    for root in terraform.INFRA.glob("terraform-*")
    if root.name != "terraform-ecs"
    and set(re.findall(r'^provider "(\w+)"', "".join(file.read_text() for file in root.glob("*.tf")), re.MULTILINE))
    == {"aws"}
)


def test_everything_is_laid_out_as_terraform_does():
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", "-diff", str(terraform.INFRA)],
        env=terraform.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"`terraform fmt -recursive infra` lays it out:\n{done.stdout}{done.stderr}"


def test_the_ecs_stack_is_valid(ecs):
    ecs.run("validate", "-no-color")


@pytest.mark.parametrize("root", AWS_ROOTS)
def test_a_stack_is_valid(root, tmp_path):
    stack = terraform.Stack(terraform.copy_infra(tmp_path) / root).without_backend().init()
    stack.run("validate", "-no-color")


@pytest.mark.full
def test_what_may_be_varied_can_be_and_nonsense_is_refused(ecs):
    ecs.run("test", "-no-color", "-filter=tests/variants.tftest.hcl")
