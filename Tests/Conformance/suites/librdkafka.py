import os
import re
import shutil

from listing import Result

from .base import Suite

SECONDS = 240


class Librdkafka(Suite):
    """Each of its tests in a process of its own, since many end with an abort. Those from 0170 on are of share
    groups."""

    name = "librdkafka"
    landmark = "tests/test.c"
    settings = {"KAFKA_BROKER_NUM_PARTITIONS": "4"}

    def prepare(self):
        # Built once for a checkout: it takes minutes.
        self.work = self.folder / "built"
        marker = self.work / "built-from"
        if not marker.exists() or marker.read_text() != str(self.checkout):
            shutil.rmtree(self.work, ignore_errors=True)
            self.copy()
            for command in (["./configure"], ["make", "-j2", "libs"], ["make", "-C", "tests", "build"]):
                self.command(*command, log="build.log", seconds=1800, check=True, cwd=self.work)
            marker.write_text(str(self.checkout))

    def run(self, broker):
        tests = self.work / "tests"
        (tests / "test.conf").write_text(f"bootstrap.servers={broker.address}\n")
        source = (tests / "test.c").read_text()
        # A number runs all that has it ("_local", too). From 0170 on they are of share groups, which are not served.
        found = sorted(set(re.findall(r"^\s*_TEST\((\d{4}_\w+)", source, re.M)), reverse=True)
        names = sorted({name[:4]: name for name in found if name < "0170"}.values())
        results = {}
        for name in names:
            if self.listing.is_skipped(name):
                results[name] = Result("left out")
                continue
            results[name] = self.run_one(tests, name)
            print(f"    {name}: {results[name].outcome}", flush=True)
        return results

    def run_one(self, tests, name):
        log = f"{name}.log"
        paths = f"{self.work}/src:{self.work}/src-cpp:{os.environ.get('LD_LIBRARY_PATH', '')}"
        code = self.command(
            "./test-runner",
            "-p1",
            "-Q",
            log=log,
            seconds=SECONDS,
            cwd=tests,
            env={"TESTS": name.split("_")[0], "TEST_KAFKA_VERSION": "4.0.0", "LD_LIBRARY_PATH": paths},
        )
        output = (self.folder / log).read_text(errors="replace")
        # The table at its end has a row for each test that has the number; what it is not meant to run is SKIPPED
        # there.
        rows = re.findall(r"\|\S* \d{4}_\w+ *\| *(\w+)", output)
        if code == 0 and rows and set(rows) == {"SKIPPED"}:
            return Result("skipped", output[-2000:])
        if code is None:
            return Result("failed", f"{output[-2000:]}\nnot done within {SECONDS} s")
        return Result("passed" if code == 0 else "failed", output[-3000:])
