"""Sizes of Swift files and functions; names of topics and groups."""

import re
import unittest

import allowed
import markdown
import swift
import tree
from test_docs import LONGEST, house_word

LONGEST_FILE = 300
LONGEST_FUNCTION = 60
MODIFIERS = (
    r"(?:@\w+(?:\([^)]*\))?\s+|(?:public|private|fileprivate|internal|static|final|override|mutating|nonisolated(?:\(\w+\))?|"
    r"convenience|required|package|open|class|isolated|borrowing|consuming)\s+)*"
)
FUNCTION = re.compile(r"^(\s*)" + MODIFIERS + r"(?:func\s+(\S+?)[(<]|(init|subscript|deinit)\b)")
NAME = re.compile(
    r'"(fraud-alerts|order-analytics|service-health|dead-letter-decisions|platform-layout|(?!dlq-)[a-z]+-group)"|\.dlq"'
)


def swift_files():
    return [
        path for path in tree.below("", ".swift") if path.startswith(("Sources/", "Tests/")) and "/.build/" not in path
    ]


def functions(text):
    """(name, first line, count of lines) of every function with a body, by the layout that the formatter keeps."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        match = FUNCTION.match(line)
        if not match:
            continue
        indent, name = match.group(1), match.group(2) or match.group(3)
        for end in range(index, len(lines)):
            last = lines[end]
            # A requirement of a protocol has no body, and ends before the next declaration of its depth or above.
            if end > index and last.strip() and not last.startswith(indent + " ") and not last.startswith(indent + ")"):
                if last.startswith((indent + "}", indent + "{")):
                    if last.startswith(indent + "{"):
                        continue
                    yield name, index + 1, end - index + 1
                break


class SwiftTests(unittest.TestCase):
    def test_files_are_short(self):
        long = {path for path in swift_files() if tree.read(path).count("\n") > LONGEST_FILE}
        self.check(long, allowed.LONG_FILES, f"longer than {LONGEST_FILE} lines", "LONG_FILES", lambda path: path)

    def test_functions_fit_a_screen(self):
        long = set()
        for path in swift_files():
            long |= {(path, name) for name, _, count in functions(tree.read(path)) if count > LONGEST_FUNCTION}
        self.check(
            long,
            allowed.LONG_FUNCTIONS,
            f"longer than {LONGEST_FUNCTION} lines",
            "LONG_FUNCTIONS",
            lambda entry: entry[0],
        )

    def test_names_of_topics_and_groups_stand_where_they_are_defined(self):
        found = set()
        for path in tree.below("Sources/", ".swift"):
            code = [line for line in tree.read(path).split("\n") if not line.strip().startswith("//")]
            if any(NAME.search(line) for line in code):
                found.add(path)
        self.check(found, allowed.NAMES, "names a topic or group as a literal", "NAMES", lambda path: path)

    def test_comments_and_messages_use_the_words_of_the_field(self):
        found = []
        for path in swift_files():
            for number, text in swift.texts(tree.read(path)):
                if word := house_word(markdown.plain(text)):
                    found.append(f"{path}:{number}: {word}")
        self.assertFalse(found, "\n" + "\n".join(found))

    def test_no_sentence_of_a_comment_is_longer_than_35_words(self):
        found = []
        for path in tree.below("Sources/", ".swift"):
            for number, text in swift.texts(tree.read(path)):
                for sentence in markdown.split(markdown.plain(text)):
                    count = len([word for word in sentence.split() if re.search(r"[A-Za-z0-9]", word)])
                    if count > LONGEST:
                        found.append(f"{path}:{number}: {count} words: {sentence[:70]}…")
        self.assertFalse(found, "\n" + "\n".join(found))

    def test_the_measure_of_functions_works(self):
        text = "func a(\n    b: Int\n) -> Int {\n    1\n}\n\nprotocol P {\n    func c() -> Int\n    func d()\n}\n"
        self.assertEqual(list(functions(text)), [("a", 1, 5)])

    def check(self, found, exceptions, what, name, path_of):
        new = found - exceptions
        self.assertFalse(new, f"{what}: {sorted(new)}")
        # What was moved or deleted is no exception any more; what was shortened must not grow again.
        stale = {entry for entry in exceptions - found if tree.exists(path_of(entry))}
        self.assertFalse(stale, f"no exceptions any more, remove them from allowed.{name}: {sorted(stale)}")


if __name__ == "__main__":
    unittest.main()
