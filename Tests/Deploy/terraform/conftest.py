import json

import pytest
import stack_checks
import terraform


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="also what takes minutes: apply, change and destroy")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--full"):
        return
    left_out = [item for item in items if item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_configure(config):
    config.addinivalue_line("markers", "full: takes minutes; runs with --full")


def made_by_mock(stack):
    """The messages of `terraform test` for the file that makes everything, and the resources of the state it made."""
    done = stack.run("test", "-json", "-verbose", "-filter=tests/platform.tftest.hcl", codes=(0, 1))
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    for message in messages:
        if message["type"] == "test_state":
            return done.stdout, stack_checks.resources_of(message["test_state"]["root_module"])
    errors = [message["diagnostic"] for message in messages if message["type"] == "diagnostic"]
    raise terraform.TerraformError(f"the stack cannot be made by the mock:\n{errors or done.stdout[-4000:]}")


@pytest.fixture(scope="session")
def ecs(tmp_path_factory):
    """A copy of the ECS stack, ready to plan."""
    copy = terraform.copy_infra(tmp_path_factory.mktemp("ecs"))
    return terraform.Stack(copy / "terraform-ecs").without_backend().init()


@pytest.fixture(scope="session")
def made(ecs):
    """(output, resources) of the whole stack, made by a provider that answers without AWS."""
    return made_by_mock(ecs)
