"""scripts/deploy-ecs.sh at work on a copy of the stacks, against the emulator."""

import re
import shutil
import subprocess

import terraform

# Anybody may ask who they are. The second is asked only where credentials are not validated, as against the emulator.
FREE = {"sts:GetCallerIdentity", "iam:GetUser"}


def run(stack, image, *options):
    """Exit code, output, and the actions of AWS that the provider called."""
    scripts = stack.path.parent.parent / "scripts"
    scripts.mkdir(exist_ok=True)
    script = shutil.copy(terraform.ROOT / "scripts" / "deploy-ecs.sh", scripts)
    log = scripts / "log"
    log.unlink(missing_ok=True)
    done = subprocess.run(
        [script, image, *options],
        env=terraform.environment(
            TF_CLI_ARGS_init=f"-plugin-dir={stack.plugin_folder}", TF_LOG_PROVIDER="DEBUG", TF_LOG_PATH=str(log)
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    return done.returncode, done.stdout, called(log.read_text())


def called(log):
    """`service:Action` of each request in a log of the provider."""
    found = set()
    for line in log.splitlines():
        action, service = re.search(r"rpc\.method=(\w+)", line), re.search(r'rpc\.service="?(\w+)', line)
        if action and service:
            found.add(f"{service.group(1).lower()}:{action.group(1)}")
    return found - FREE
