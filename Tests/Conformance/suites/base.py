"""What suites have in common."""

import os
import shutil
import subprocess


class Suite:
    name = ""
    #: A file by which a checkout is known.
    landmark = ""
    #: Of the broker, as environment variables.
    settings = {}

    def __init__(self, checkout, folder, work, listing):
        #: What is kept from run to run, and the copy of the checkout that is worked on.
        self.checkout, self.folder, self.work, self.listing = checkout, folder, work, listing

    def copy(self):
        shutil.copytree(self.checkout, self.work, symlinks=True, ignore=shutil.ignore_patterns(".git"))

    def command(self, *arguments, log, seconds, check=False, **more):
        """Runs a program with its output in a file; None for a time that ran out."""
        environment = os.environ | {key: str(value) for key, value in more.pop("env", {}).items()}
        with open(self.folder / log, "w") as output:
            try:
                done = subprocess.run(
                    list(map(str, arguments)),
                    check=False,
                    stdout=output,
                    stderr=more.pop("stderr", subprocess.STDOUT),
                    stdin=subprocess.DEVNULL,
                    timeout=seconds,
                    env=environment,
                    **more,
                )
            except subprocess.TimeoutExpired:
                if check:
                    raise SystemExit(
                        f"conformance: {self.name}: {arguments[0]} took over {seconds} s; see {self.folder / log}"
                    ) from None
                return None
        if check and done.returncode != 0:
            raise SystemExit(f"conformance: {self.name}: {arguments[0]} failed; see {self.folder / log}")
        return done.returncode

    def virtual_environment(self, *requirements):
        """A Python environment with these packages; made again only when they change."""
        directory = self.folder / "python"
        marker, wanted = directory / "requirements", "\n".join(requirements)
        if not marker.exists() or marker.read_text() != wanted:
            shutil.rmtree(directory, ignore_errors=True)
            self.command("python3", "-m", "venv", directory, log="install.log", seconds=120, check=True)
            self.command(
                directory / "bin" / "pip",
                "install",
                "--quiet",
                *requirements,
                log="install.log",
                seconds=900,
                check=True,
            )
            marker.write_text(wanted)
        return directory / "bin" / "python"
