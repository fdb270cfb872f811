"""What the linters find: swift format in Swift, ruff in Python, oxlint in the dashboard's TypeScript."""

import re
import subprocess
import unittest

import tree

TOOLS = tree.ROOT / ".build" / "venv-tidy" / "bin"


def findings(*command):
    """What a linter prints, if it is not content."""
    done = subprocess.run(command, check=False, cwd=tree.ROOT, capture_output=True, text=True)
    return (done.stdout + done.stderr)[-3000:] if done.returncode else ""


class LintTests(unittest.TestCase):
    def test_swift_format_has_nothing_to_say(self):
        lint = ("swift", "format", "lint", "--strict", "--recursive", "--configuration", ".swift-format")
        found = findings(*lint, "Sources", "Tests", "Package.swift")
        self.assertFalse(found, f"`swift format -i -r Sources Tests Package.swift` lays it out:\n{found}")

    def test_ruff_has_nothing_to_say(self):
        found = findings(TOOLS / "ruff", "check", "--no-cache", "--quiet", ".")
        self.assertFalse(found, f"`.build/venv-tidy/bin/ruff check --fix` fixes most of it:\n{found}")

    def test_python_is_laid_out(self):
        found = findings(TOOLS / "ruff", "format", "--no-cache", "--check", ".")
        self.assertFalse(found, f"`.build/venv-tidy/bin/ruff format` lays it out:\n{found}")

    def test_oxlint_has_nothing_to_say(self):
        lint = (TOOLS / "oxlint", "-c", "Web/.oxlintrc.json", "--deny-warnings", "--report-unused-disable-directives")
        found = findings(*lint, "Web/src", "Tests/Web/unit")
        self.assertFalse(found, found)

    def test_a_tool_has_one_version_wherever_it_is_installed(self):
        versions = {}
        for path in tree.below("Tests/", ".txt"):
            if "/requirements" in path:
                for tool in re.findall(r"^(pytest==\S+)", tree.read(path), re.MULTILINE):
                    versions.setdefault(tool, []).append(path)
        self.assertLessEqual(len(versions), 1, versions)


if __name__ == "__main__":
    unittest.main()
