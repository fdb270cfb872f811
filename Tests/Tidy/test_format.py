"""The layout of Swift code is swift format's, by .swift-format at the root."""

import subprocess
import unittest

from tree import ROOT


class FormatTests(unittest.TestCase):
    def test_swift_format_has_nothing_to_say(self):
        lint = ["swift", "format", "lint", "--strict", "--recursive", "--configuration", ".swift-format"]
        result = subprocess.run([*lint, "Sources", "Tests", "Package.swift"], cwd=ROOT, capture_output=True, text=True)
        findings = result.stdout + result.stderr
        self.assertEqual(
            result.returncode, 0, f"`swift format -i -r Sources Tests Package.swift` lays it out:\n{findings[-3000:]}")


if __name__ == "__main__":
    unittest.main()
