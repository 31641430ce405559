"""The report as Markdown: the same content as the page, for notes, repositories and pandoc."""

from __future__ import annotations

from alliance_nlp.records import Grid, in_markdown
from alliance_nlp.reports.document import Block, Bullets, Document, Entry, Figure, Paragraph, Section


def to_markdown(document: Document) -> str:
    """Write the document as Markdown, every word of the study as plain text."""
    parts = [f"# {in_markdown(document.title)}", in_markdown(document.lead)]
    parts += [f"> **{in_markdown(banner)}**" for banner in document.banners]
    parts.append("\n".join(f"- {in_markdown(name)}: {in_markdown(value)}" for name, value in document.facts))
    parts += [_section(section) for section in document.sections]
    day = f" on {in_markdown(document.date)}" if document.date else ""
    parts.append(f"Made with alliance\\_nlp {in_markdown(document.version)}{day}.")
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    return "\n\n".join([f"## {in_markdown(section.title)}", *(_block(block) for block in section.blocks)])


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return in_markdown(block.text)
    if isinstance(block, Bullets):
        return "\n".join(f"- {in_markdown(item)}" for item in block.items)
    if isinstance(block, Grid):
        return block.to_markdown()
    if isinstance(block, Figure):
        words = in_markdown(block.words)
        return f"![{words}](figures/{block.name}.png)\n\n*{in_markdown(block.title)}.* {words}"
    return "\n\n".join(_entry(entry) for entry in block.items)


def _entry(entry: Entry) -> str:
    facts = "\n".join(f"- {in_markdown(name)}: {in_markdown(value)}" for name, value in entry.facts)
    quotes = [f"> {in_markdown(quote.text)}\n>\n> — {in_markdown(quote.source)}" for quote in entry.quotes]
    return "\n\n".join([f"### {in_markdown(entry.title)}", *([facts] if facts else []), *quotes])
