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
        for path in tree.below("", ".swift", ".py", ".sh", ".md", ".ts", ".tsx"):
            if any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in tree.read(path).split("\n")):
                left.append(path)
        self.assertFalse(left)


if __name__ == "__main__":
    unittest.main()
