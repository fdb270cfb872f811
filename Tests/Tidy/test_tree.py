import importlib.util
import os
import re
import subprocess
import sys
import unittest

import allowed
import tree


class TreeTests(unittest.TestCase):
    def test_the_root_holds_only_what_belongs_there(self):
        stray = set()
        for path in tree.files():
            first, _, rest = path.partition("/")
            if first not in (allowed.ROOT_FOLDERS if rest else allowed.ROOT_FILES):
                stray.add(first)
        self.assertFalse(stray, f"stray at the root: {sorted(stray)}. Move them, or add them to Tests/Tidy/allowed.py")

    def test_no_file_is_large(self):
        large = [path for path in tree.files() if (tree.ROOT / path).stat().st_size > 256 << 10]
        self.assertEqual(set(large), allowed.LARGE_FILES, "files above 256 KiB do not belong in the tree")

    def test_no_leftovers_of_a_merge_or_an_editor(self):
        endings = (".orig", ".rej", ".swp", "~", ".DS_Store", ".profraw")
        left = [path for path in tree.files() if path.endswith(endings)]
        for path in tree.files():
            if re.search(rb"^(<<<<<<<|>>>>>>>) ", (tree.ROOT / path).read_bytes(), re.MULTILINE):
                left.append(path)
        self.assertFalse(left)

    def test_make_can_read_the_makefile_and_knows_every_target_as_phony(self):
        text = tree.read("Makefile")
        targets = re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE)
        self.assertIn("test", targets)
        phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
        self.assertEqual(sorted(phony.group(1).split()) if phony else [], sorted(targets))
        outside = {
            name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
        }
        for target in targets:
            command = ["make", "--dry-run", "-C", str(tree.ROOT), target]
            dry = subprocess.run(command, env=outside, capture_output=True, text=True, check=False)
            self.assertEqual((dry.returncode, dry.stderr), (0, ""), f"make {target}")

    def test_every_planted_bug_has_exactly_one_place(self):
        spec = importlib.util.spec_from_file_location("planted", tree.ROOT / "Tests/PlantedBugs/bugs.py")
        planted = sys.modules["planted"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(planted)
        wrong = [
            bug.name for bug in planted.BUGS if not tree.exists(bug.file) or tree.read(bug.file).count(bug.old) != 1
        ]
        self.assertFalse(
            wrong, "the text that these bugs replace is not there exactly once; see Tests/PlantedBugs/bugs.py"
        )


if __name__ == "__main__":
    unittest.main()
