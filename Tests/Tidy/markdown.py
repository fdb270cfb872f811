"""As much of Markdown as the checks need: lines by kind, sentences, headings, links."""

import dataclasses
import re

LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
LIST_ITEM = re.compile(r"^(\s*)([-*+]|\d+\.)\s+")


@dataclasses.dataclass
class Line:
    number: int
    text: str
    # prose, item, table, heading, code or blank
    kind: str


@dataclasses.dataclass
class Sentence:
    number: int
    text: str
    kind: str

    @property
    def words(self):
        return len([word for word in self.text.split() if re.search(r"[A-Za-z0-9]", word)])


def lines(text):
    """Every line with its kind. Indented code is a line four deep after a blank one, outside of a list."""
    result, fence, previous, in_list, in_comment = [], None, "blank", False, False
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if fence:
            kind = "code"
            if stripped.startswith(fence):
                fence = None
        elif in_comment or stripped.startswith("<!--"):
            kind, in_comment = "code", "-->" not in line
        elif stripped[:3] in ("```", "~~~"):
            kind, fence = "code", stripped[:3]
        elif not stripped or re.fullmatch(r"</?\w+>|---+", stripped):
            kind = "blank"
        elif line.startswith("    ") and previous in ("blank", "code") and not in_list:
            kind = "code"
        elif stripped.startswith("|"):
            kind = "table"
        elif stripped.startswith("#"):
            kind = "heading"
        elif LIST_ITEM.match(line):
            kind = "item"
        elif previous in ("item", "item-more") and not line.startswith("#"):
            kind = "item-more"
        else:
            kind = "prose"
        if kind in ("item", "item-more"):
            in_list = True
        elif kind in ("prose", "heading", "table") and not line.startswith(" "):
            in_list = False
        result.append(Line(number, line, kind))
        previous = kind
    return result


def plain(text):
    """Without markup; code in backticks is one word that no check looks into."""
    text = re.sub(r"`[^`]*`", "`code`", text)
    text = LINK.sub(lambda match: match.group(1), text)
    return re.sub(r"<[^<>\s][^<>]*>|[*_]{2}", "", text)


def split(text):
    """The sentences of a paragraph."""
    text = re.sub(r"\s+", " ", text).strip()
    parts = re.split(r"(?<=[.!?])[)\"*]*\s+(?=[\"(*`]*[A-Z0-9`*])", text)
    return [part for part in parts if part]


def sentences(text):
    """Sentences of paragraphs, list items and table cells, with the line where their paragraph begins."""
    result, paragraph, start, kind = [], [], 0, "prose"

    def finish():
        if paragraph:
            result.extend(Sentence(start, part, kind) for part in split(plain(" ".join(paragraph))))
            paragraph.clear()

    for line in lines(text):
        if line.kind == "table":
            finish()
            if re.fullmatch(r"[|:\- ]+", line.text.strip()):
                continue
            # A pipe in code or behind a backslash is not a cell's end.
            row = re.sub(r"`[^`]*`", "`code`", line.text).replace("\\|", "/")
            for cell in row.strip().strip("|").split("|"):
                result.extend(Sentence(line.number, part, "table") for part in split(plain(cell)))
        elif line.kind in ("blank", "code", "heading"):
            finish()
        else:
            if line.kind == "item":
                finish()
            if not paragraph:
                start, kind = line.number, "item" if line.kind.startswith("item") else "prose"
            paragraph.append(LIST_ITEM.sub("", line.text).strip().lstrip("> "))
    finish()
    return result


def anchors(text):
    """The anchors that GitHub gives the headings."""
    found, counts = set(), {}
    for line in lines(text):
        if line.kind != "heading":
            continue
        title = LINK.sub(lambda match: match.group(1), line.text.lstrip("#").strip())
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        count = counts.get(slug, 0)
        counts[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    return found


def links(text):
    """(line, target) of every link outside of code."""
    for line in lines(text):
        if line.kind == "code":
            continue
        for match in LINK.finditer(re.sub(r"`[^`]*`", "`code`", line.text)):
            yield line.number, match.group(2)


def code_spans(text):
    """(line, content) of every piece of code: spans, and lines of code blocks."""
    for line in lines(text):
        if line.kind == "code":
            yield line.number, line.text.strip()
        else:
            for match in re.finditer(r"`([^`]+)`", line.text):
                yield line.number, match.group(1)


def table_after(text, heading):
    """The rows of the first table below a heading, each as its cells; without the table's head."""
    rows, found = [], False
    for line in lines(text):
        if line.kind == "heading":
            if rows:
                break
            found = line.text.lstrip("#").strip() == heading
        elif found and line.kind == "table":
            cells = re.split(r"(?<!\\)\|", line.text.strip().strip("|"))
            rows.append([cell.strip() for cell in cells])
        elif found and rows:
            break
    return rows[2:]
