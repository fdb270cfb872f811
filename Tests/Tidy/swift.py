"""As much of Swift as the checks need: comments, and the text of string literals."""

import re

COMMENT = re.compile(r"(?:^|\s)///? ?(.*)$")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
INTERPOLATION = re.compile(r"\\\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)")


def texts(source):
    """(line, text) of every comment and literal. A paragraph of a doc comment is one text; interpolations are left
    out."""
    found, paragraph, start, in_block = [], [], 0, False

    def finish():
        if paragraph:
            found.append((start, " ".join(paragraph)))
            paragraph.clear()

    for number, line in enumerate(source.split("\n"), 1):
        if line.count('"""') % 2:
            finish()
            in_block = not in_block
            continue
        if in_block:
            found.append((number, INTERPOLATION.sub("`code`", line.strip())))
            continue
        doc = re.match(r"\s*///? ?(.*)$", line)
        if doc:
            text = doc.group(1)
            # A list item and an empty line begin a paragraph of their own; a block of code is left out.
            is_code = text.startswith("    ") and not text.strip().startswith("- ")
            if is_code or text.strip().startswith(("- ", "|", "#")) or not text.strip():
                finish()
            if text.strip() and not is_code:
                if not paragraph:
                    start = number
                # The name of a parameter is code.
                paragraph.append(re.sub(r"^- (?:\w+: |Parameter \w+: )?", "", text.strip()))
            continue
        finish()
        code = INTERPOLATION.sub("`code`", line)
        found += [(number, literal) for literal in LITERAL.findall(code)]
        trailing = COMMENT.search(LITERAL.sub('""', code))
        if trailing:
            found.append((number, trailing.group(1)))
    finish()
    return found
