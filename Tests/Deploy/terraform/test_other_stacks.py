"""The stacks beside ECS: EKS, its add-ons, Confluent and Capella; the last three by stubs of their providers."""

import re

import product
import pytest
import stubs
import terraform


@pytest.fixture(scope="module")
def providers(tmp_path_factory):
    return stubs.folder(tmp_path_factory.mktemp("stubs"))


@pytest.mark.parametrize("name", ["terraform-confluent", "terraform-capella", "terraform-eks-addons"])
def test_a_stack_passes_its_own_tests(name, providers, tmp_path):
    stack = stubs.stack(name, providers, tmp_path)
    stack.run("validate", "-no-color")
    stack.run("test", "-no-color")


def test_a_misspelt_argument_is_found(providers, tmp_path):
    stack = stubs.stack("terraform-confluent", providers, tmp_path)
    topics = stack.path / "topics.tf"
    topics.write_text(topics.read_text().replace("partitions_count", "partition_count"))
    assert "Unsupported argument" in stack.run("validate", "-no-color", codes=(1,)).stderr


@pytest.mark.full
@pytest.mark.parametrize("name", ["terraform-eks", "terraform-github"])
def test_a_stack_of_aws_alone_passes_its_own_tests(name, tmp_path):
    stack = terraform.Stack(terraform.copy_infra(tmp_path) / name).without_backend().init()
    stack.run("test", "-no-color")


def listed(file, name):
    """The lists of a map of lists in HCL: `name = { key = ["a", "b"] }`."""
    text = (terraform.INFRA / "terraform-confluent" / file).read_text()
    body = re.search(rf"^  {name} += \{{\n(.*?)^  \}}", text, re.MULTILINE | re.DOTALL).group(1)
    return {
        key: re.findall(r'"([\w-]+)"', items) for key, items in re.findall(r"^ +(\w+) += \[(.*)\]$", body, re.MULTILINE)
    }


def test_topics_and_rights_are_those_of_the_topology():
    topology = product.topology()
    assert listed("topics.tf", "reads") == {name: service["reads"] for name, service in topology.items()}
    assert listed("topics.tf", "writes") == {name: service["writes"] for name, service in topology.items()}
