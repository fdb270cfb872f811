"""The ECS stack, made by a mock: what no emulator checks."""

import json
import shutil

import conftest
import planted
import product
import pytest
import stack_checks
import terraform


def findings(resources):
    return stack_checks.findings(resources, product.settings(), product.commands())


def test_the_stack_is_as_aws_and_the_platform_need_it(made):
    _, resources = made
    assert len(stack_checks.of_type(resources, "aws_ecs_service")) == 10
    assert not findings(resources)


def test_what_the_stack_asserts_of_itself_holds(made):
    output, _ = made
    messages = [json.loads(line) for line in output.splitlines()]
    found = [message["diagnostic"] for message in messages if message["type"] == "diagnostic"]
    assert not [entry["detail"] for entry in found if entry["severity"] == "error"]
    assert [message["test_summary"]["status"] for message in messages if message["type"] == "test_summary"] == ["pass"]


def test_no_secret_is_in_the_state_or_the_output(made):
    output, _ = made
    # The planted values are in the test's own file: tests/platform.tftest.hcl.
    assert "PLANTED" in (terraform.INFRA / "terraform-ecs/tests/platform.tftest.hcl").read_text()
    assert "PLANTED" not in output


def test_every_planted_fault_has_exactly_one_kind_of_place():
    wrong = [
        fault.name
        for fault in planted.FAULTS
        if fault.old not in (terraform.INFRA / "terraform-ecs" / fault.file).read_text()
    ]
    assert not wrong


def plant(ecs, folder, faults):
    """A copy of the stack with the faults, ready to be made."""
    copy = folder / "infra"
    shutil.copytree(ecs.path.parent, copy, symlinks=True)
    stack = terraform.Stack(copy / "terraform-ecs")
    for fault in faults:
        file = stack.path / fault.file
        file.write_text(file.read_text().replace(fault.old, fault.new))
    return stack


@pytest.fixture(scope="module")
def found(ecs, tmp_path_factory):
    """What is found where all faults are planted at once: making the stack is what takes the time."""
    _, resources = conftest.made_by_mock(plant(ecs, tmp_path_factory.mktemp("planted"), planted.FAULTS))
    return findings(resources)


@pytest.mark.full
@pytest.mark.parametrize("fault", planted.FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_planted_fault_is_found(fault, found):
    assert any(fault.finding in finding for finding in found), found


@pytest.mark.full
def test_a_secret_that_would_be_in_the_state_is_refused(ecs, tmp_path):
    with pytest.raises(terraform.TerraformError, match=r"(?i)ephemeral"):
        conftest.made_by_mock(plant(ecs, tmp_path, planted.IN_STATE))
