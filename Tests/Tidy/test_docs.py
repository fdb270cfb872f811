"""Width, sentences, words, links and commands of the pages."""

import re
import statistics
import unittest

import allowed
import markdown
import tree

WIDTH = 100
# A row cannot be wrapped; one that is longer holds more than one idea.
ROW_WIDTH = 260
LONGEST = 35
MEDIAN = 18

# The field's words instead of our own. Code is not looked at.
HOUSE_WORDS = {
    r"mend(s|ed|ing)?": "fix, correct",
    r"anew": "again",
    r"told|tells of": "notified, says",
    r"pass(es|ed|ing)? (\w+ )?over": "skip",
    r"com(es?|ing) of|came of": "results in",
    r"for ever": "indefinitely",
    # Not those of the alphabet.
    r"(?<!dead )(?<!dead-)(?<!two )(?<!three )(?<!two-)(?<!three-)(?<!first )(?<!second )letters?": "dead letter",
    r"life|lives": "run",
    r"for good": "permanently",
    r"anybody|nobody who": "anyone",
}
WORD = re.compile(
    r"\b(?:" + "|".join(f"(?P<w{n}>{word})" for n, word in enumerate(HOUSE_WORDS)) + r")\b", re.IGNORECASE
)
PATH = re.compile(r"^(?:Sources|Tests|docs|scripts|Web|Benchmarks)/[\w+./-]+$")


def pages():
    return [path for path in tree.below("", ".md") if not path.startswith(".github/")]


def plain_pages():
    return [path for path in pages() if path not in allowed.PAGES]


def house_word(text):
    match = WORD.search(text)
    if not match:
        return None
    better = list(HOUSE_WORDS.values())[int(match.lastgroup[1:])]
    return f'"{match.group(0)}": say {better}'


class PageTests(unittest.TestCase):
    def test_lines_are_at_most_100_wide_and_rows_hold_one_idea(self):
        wide = []
        for path in plain_pages():
            for line in markdown.lines(tree.read(path)):
                limit = ROW_WIDTH if line.kind == "table" else WIDTH
                # What cannot be wrapped: code, and a link by itself.
                if len(line.text) > limit and line.kind != "code" and " " in line.text.strip():
                    wide.append(f"{path}:{line.number}: {len(line.text)} characters")
        self.check(wide)

    def test_no_sentence_is_longer_than_35_words(self):
        long = []
        for path in plain_pages():
            for sentence in markdown.sentences(tree.read(path)):
                if sentence.words > LONGEST:
                    long.append(f"{path}:{sentence.number}: {sentence.words} words: {sentence.text[:70]}…")
        self.check(long)

    def test_the_median_sentence_of_a_page_has_at_most_18_words(self):
        heavy = []
        for path in plain_pages():
            counts = [sentence.words for sentence in markdown.sentences(tree.read(path)) if sentence.kind != "table"]
            if len(counts) >= 10 and statistics.median(counts) > MEDIAN:
                heavy.append(f"{path}: {statistics.median(counts)} words")
        self.check(heavy)

    def test_pages_use_the_words_of_the_field(self):
        found = []
        for path in plain_pages():
            text = tree.read(path)
            headings = [
                (line.number, markdown.plain(line.text)) for line in markdown.lines(text) if line.kind == "heading"
            ]
            for number, part in headings + [(sentence.number, sentence.text) for sentence in markdown.sentences(text)]:
                if word := house_word(part):
                    found.append(f"{path}:{number}: {word}")
        self.check(found)

    def test_links_lead_somewhere(self):
        broken = []
        for path in pages():
            for number, target in markdown.links(tree.read(path)):
                if re.match(r"[a-z]+:", target):
                    continue
                file, _, anchor = target.partition("#")
                resolved = (tree.ROOT / path).parent / file if file else tree.ROOT / path
                if not resolved.exists():
                    broken.append(f"{path}:{number}: there is no {target}")
                elif anchor and resolved.suffix == ".md" and anchor not in markdown.anchors(resolved.read_text()):
                    broken.append(f"{path}:{number}: {file or path} has no heading for #{anchor}")
        self.check(broken)

    def test_files_that_are_named_exist(self):
        missing = []
        for path in plain_pages():
            for number, code in markdown.code_spans(tree.read(path)):
                if PATH.match(code) and not tree.exists(code) and not code.startswith("Web/dist"):
                    missing.append(f"{path}:{number}: there is no {code}")
        self.check(missing)

    def test_make_targets_that_are_named_exist(self):
        targets = set(re.findall(r"^([a-z-]+):", tree.read("Makefile"), re.MULTILINE))
        missing = []
        for path in pages():
            for number, code in markdown.code_spans(tree.read(path)):
                for target in re.findall(r"\bmake ([a-z][a-z-]+)", code):
                    if target not in targets:
                        missing.append(f"{path}:{number}: make {target}")
        self.check(missing)

    def test_commands_that_are_named_exist(self):
        commands = set(
            re.findall(
                r'commandName: "([a-z]+)"', "".join(tree.read(path) for path in tree.below("Sources/orders/", ".swift"))
            )
        )
        commands |= {"up"}
        missing = []
        for path in pages():
            for number, code in markdown.code_spans(tree.read(path)):
                for name in re.findall(r"(?:^|[ /])orders ([a-z]+)\b", code):
                    if name not in commands and code.lstrip().startswith(("orders ", ".build/", "$")):
                        missing.append(f"{path}:{number}: orders {name}")
        self.check(missing)

    def test_no_exception_is_left_for_a_page_that_needs_none(self):
        self.assertFalse({path for path in allowed.PAGES if not tree.exists(path)})

    def check(self, findings):
        self.assertFalse(findings, "\n" + "\n".join(findings))


class MarkdownTests(unittest.TestCase):
    def test_sentences_end_where_they_end(self):
        text = (
            "One idea. Two `a.b` ideas, e. g. this!\n\n- An item\n  of two lines. And more\n\n"
            "Then:\n\n    code here\n\n| a | b |\n|---|---|\n| x y | z |\n"
        )
        found = [(sentence.kind, sentence.words) for sentence in markdown.sentences(text)]
        self.assertEqual(
            found,
            [
                ("prose", 2),
                ("prose", 6),
                ("item", 5),
                ("item", 2),
                ("prose", 1),
                ("table", 1),
                ("table", 1),
                ("table", 2),
                ("table", 1),
            ],
        )

    def test_anchors_are_those_of_github(self):
        self.assertEqual(markdown.anchors("# A `b-c`, d!\n## A\n## A\n"), {"a-b-c-d", "a", "a-1"})

    def test_house_words_are_found(self):
        self.assertTrue(house_word("the service passes it over"))
        self.assertTrue(house_word("its letter"))
        self.assertIsNone(house_word("a dead letter is skipped"))


if __name__ == "__main__":
    unittest.main()
