"""scripts/deploy-eks.sh: what it asks of aws and helm, which stand-ins write down. No cluster is there."""

import os
import subprocess

import chart
import pytest

SCRIPT = chart.ROOT / "scripts" / "deploy-eks.sh"
DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def deploy(tmp_path):
    """Runs the script with stand-ins; gives its exit code, its errors and what was called."""
    for name in ("aws", "helm"):
        program = tmp_path / name
        program.write_text(
            f"#!/bin/sh\necho {name} \"$@\" >>'{tmp_path}/calls'\n"
            'case "$*" in *history*) echo \'[{"revision":7}]\' ;; *" test "*) exit ${TEST_FAILS:-0} ;; esac\n'
        )
        program.chmod(0o755)

    def run(*arguments, **variables):
        environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"} | variables
        done = subprocess.run([SCRIPT, *arguments], env=environment, capture_output=True, text=True, check=False)
        calls = tmp_path / "calls"
        return done.returncode, done.stderr, calls.read_text().splitlines() if calls.exists() else []

    return run


def test_a_release_is_upgraded_waited_for_and_tested(deploy):
    code, _, calls = deploy("orders", "1.2.3", DIGEST)
    assert code == 0
    kubeconfig, history, upgrade, test = calls
    assert kubeconfig.startswith("aws eks update-kubeconfig --name orders")
    assert "history orders" in history
    for part in ("--namespace orders upgrade orders k8s/charts/orders", "--atomic --wait", "image.tag=1.2.3", DIGEST):
        assert part in upgrade
    assert "test orders" in test


def test_a_version_that_fails_its_test_gives_way_to_the_one_before(deploy):
    code, errors, calls = deploy("orders", "1.2.3", TEST_FAILS="1")
    assert code == 1
    assert "revision 7 is brought back" in errors
    assert "rollback orders 7 --wait" in calls[-1]


@pytest.mark.parametrize("version", ["latest", "1.2", "1.2.3 --set api=x", ""])
def test_what_is_no_version_is_refused_before_anything_is_called(deploy, version):
    code, errors, calls = deploy("orders", version)
    assert (code, calls) == (1, [])
    assert "version" in errors


def test_the_values_that_it_sets_are_those_of_the_image():
    values = chart.values("minimal") | {"image": {"tag": "1.2.3", "digest": DIGEST}}
    images = {pod["spec"]["containers"][0]["image"] for _, pod in chart.pods(chart.manifests(values))}
    assert images == {f"ghcr.io/example/orders@{DIGEST}"}
