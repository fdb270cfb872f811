import json
import subprocess
import sys
import unittest

import tree


class ContractTests(unittest.TestCase):
    def test_the_dashboards_types_are_those_of_the_api(self):
        check = subprocess.run(
            [sys.executable, str(tree.ROOT / "scripts/web_types.py"), "--check"],
            check=False,
            capture_output=True,
            text=True,
        )
        self.assertEqual(check.returncode, 0, check.stderr)

    def test_every_call_of_the_api_is_on_its_page(self):
        page = tree.read("docs/API.md")
        for path, operations in json.loads(tree.read("docs/openapi.json"))["paths"].items():
            for method in operations:
                self.assertIn(f"`{method.upper()} {path}`", page, "docs/API.md leaves out a call")


if __name__ == "__main__":
    unittest.main()
