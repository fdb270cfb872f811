"""What no linter of workflows knows: pull requests deploy nothing. Usage: workflows.py FILE..."""

import pathlib
import sys

import ruamel.yaml

# What a pull request, or somebody else's workflow that it started, runs by.
FOREIGN = {"pull_request", "pull_request_target", "workflow_run", "issue_comment"}
POWERFUL = {"id-token", "packages", "contents", "attestations", "deployments"}


def problems(path):
    workflow = ruamel.yaml.YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    triggers = set(workflow["on"])
    if "permissions" not in workflow:
        yield "it leaves the rights of its token to the repository's settings"
    for name, job in workflow["jobs"].items():
        writes = {right for right, level in (job.get("permissions") or {}).items() if level == "write"}
        if triggers & FOREIGN and ("environment" in job or writes & POWERFUL):
            yield f"a pull request runs its job {name}, which may deploy or write"
        if "id-token" in writes and "environment" not in job and "uses" not in job:
            yield f"its job {name} takes a role without an environment: nobody has to approve it"


found = [f"{path}: {problem}" for path in map(pathlib.Path, sys.argv[1:]) for problem in problems(path)]
print("\n".join(found), file=sys.stderr)
sys.exit(bool(found))
