"""The report as Markdown: the same content as the page, for notes, repositories and pandoc."""

from __future__ import annotations

import re

from alliance_nlp.plots.figures import printable
from alliance_nlp.reports.document import Block, Bullets, Document, Entry, Figure, Grid, Paragraph, Section

# what Markdown would read as markup, wherever it stands; < and & would be read as HTML
MARKUP = re.compile(r"([\\`*_\[\]|~$#!^])")


def to_markdown(document: Document) -> str:
    """Write the document as Markdown, every word of the study as plain text."""
    parts = [f"# {plain(document.title)}", plain(document.lead)]
    parts += [f"> **{plain(banner)}**" for banner in document.banners]
    parts.append("\n".join(f"- {plain(name)}: {plain(value)}" for name, value in document.facts))
    parts += [_section(section) for section in document.sections]
    parts.append(
        f"Made with alliance\\_nlp {plain(document.version)}{f' on {plain(document.date)}' if document.date else ''}."
    )
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Write words so that Markdown shows them and does nothing else with them."""
    one_line = " ".join(printable(text).split())
    safe = one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = MARKUP.sub(r"\\\1", safe)
    # what would begin a list or a heading at the start of a line
    return re.sub(r"^([-+=]|\d+[.)])", lambda found: f"{found[0][:-1]}\\{found[0][-1]}", safe)


def _section(section: Section) -> str:
    return "\n\n".join([f"## {plain(section.title)}", *(_block(block) for block in section.blocks)])


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return plain(block.text)
    if isinstance(block, Bullets):
        return "\n".join(f"- {plain(item)}" for item in block.items)
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Figure):
        return f"![{plain(block.words)}](figures/{block.name}.png)\n\n*{plain(block.title)}.* {plain(block.words)}"
    return "\n\n".join(_entry(entry) for entry in block.items)


def _grid(grid: Grid) -> str:
    if not grid.rows:
        return "\n\n".join([f"**{plain(grid.title)}**: no rows.", *map(plain, grid.notes)])
    numeric = [
        all(row[i].number is not None or row[i].text == "–" for row in grid.rows) for i in range(len(grid.headings))
    ]
    lines = [
        _line([plain(heading) for heading in grid.headings]),
        _line(["---:" if right else "---" for right in numeric]),
        *(_line([plain(cell.text) for cell in row]) for row in grid.rows),
    ]
    return "\n\n".join([f"**{plain(grid.title)}**", "\n".join(lines), *map(plain, grid.notes)])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _entry(entry: Entry) -> str:
    facts = "\n".join(f"- {plain(name)}: {plain(value)}" for name, value in entry.facts)
    quotes = [f"> {plain(quote.text)}\n>\n> — {plain(quote.source)}" for quote in entry.quotes]
    return "\n\n".join([f"### {plain(entry.title)}", *([facts] if facts else []), *quotes])
