"""The report as one HTML page that needs nothing beside itself (no network, no other file), and as Markdown."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from importlib import resources

from alliance_nlp.errors import import_extra
from alliance_nlp.provenance import hash_bytes
from alliance_nlp.records import Grid, in_markdown, printable
from alliance_nlp.records.wrapping import fitted
from alliance_nlp.reports.document import BEHIND, HIDDEN, Block, Bullets, Document, Entries, Entry, Figure, Section

TEMPLATES = "alliance_nlp.reports"
IN_TEXT = 3  # passages, themes, clusters of each list that a terminal shows


def to_html(document: Document, data: str = "") -> str:
    """Write the document as a page in which every word of the study is text and never markup.

    `data` is what the app in the page reads, as JSON in which no sign can end a script; without it the page has no app.

    Notes
    -----
    The template engine escapes everything that it is not told to leave. As a second lock the page carries a content
    security policy: only the style and the script with the right hash work, and nothing is fetched.
    """
    jinja2 = import_extra("jinja2", "report", "write_report()")
    style, script = _together("css", bool(data)), _together("js", bool(data))
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )  # fmt: skip
    environment.filters |= {"data_uri": _data_uri}
    environment.tests |= {"of_kind": lambda block, kind: type(block).__name__ == kind}
    page = environment.from_string(_resource("page.html.j2"))
    written: str = page.render(
        document=document, hidden=HIDDEN, behind=BEHIND, data=jinja2.utils.markupsafe.Markup(data),
        style=jinja2.utils.markupsafe.Markup(style), script=jinja2.utils.markupsafe.Markup(script),
        style_hash=_hash(style), script_hash=_hash(script),
    )  # fmt: skip
    return f"{written}\n"


def _resource(name: str) -> str:
    return resources.files(TEMPLATES).joinpath("templates", name).read_text(encoding="utf-8")


def _together(kind: str, app: bool) -> str:
    """One style or script: the page's own and, where there are data for it, the app's (its source is in `page/`)."""
    return _resource(f"page.{kind}") + (_resource(f"app.{kind}") if app else "")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(bytes.fromhex(hash_bytes(text))).decode("ascii")


def _data_uri(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


def to_markdown(document: Document) -> str:
    """Write the document as Markdown, every word of the study as plain text."""
    parts = [f"# {in_markdown(document.title)}", in_markdown(document.lead)]
    parts += [f"> **{in_markdown(banner)}**" for banner in document.banners]
    parts += [part for section in document.front for part in _section(section)]
    parts.append(f"# {in_markdown(BEHIND)}")
    parts.append("\n".join(f"- {in_markdown(name)}: {in_markdown(value)}" for name, value in document.facts))
    for section in document.sections:
        parts += _section(section)
    day = f" on {in_markdown(document.date)}" if document.date else ""
    parts.append(f"Made with alliance\\_nlp {in_markdown(document.version)}{day}.")
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    return [f"## {in_markdown(section.title)}", *map(_block, section.blocks)]


def _block(block: Block) -> str:
    if isinstance(block, str):
        return in_markdown(block)
    if isinstance(block, Bullets):
        return "\n".join(f"- {in_markdown(item)}" for item in block.items)
    if isinstance(block, Grid):
        return block.to_markdown()
    if isinstance(block, Figure):
        words = in_markdown(block.words)
        return f"![{words}](figures/{block.name}.png)\n\n*{in_markdown(block.title)}.* {words}"
    return "\n\n".join(_entry(entry) for entry in block.items)


def _entry(entry: Entry) -> str:
    quotes = [f"> {in_markdown(quote.text)}\n>\n> — {in_markdown(quote.source)}" for quote in entry.quotes]
    above, below, hidden = (_facts(facts) for facts in (entry.facts, entry.below, entry.hidden))
    folded = [f"<details><summary>{in_markdown(HIDDEN)}</summary>", hidden, "</details>"] if hidden else []
    return "\n\n".join(part for part in (f"### {in_markdown(entry.title)}", above, *quotes, below, *folded) if part)


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"- {in_markdown(name)}: {in_markdown(value)}" for name, value in facts)


def to_text(top: Sequence[str], front: Sequence[Section], width: int | None = None) -> str:
    """Write the page that opens a report for a terminal: a few passages of each list, without what is hidden."""
    lines = list(top)
    for section in front:
        lines += ["", section.title.upper(), *(line for block in section.blocks for line in _text_of(block, width))]
    return fitted("\n".join(lines), width)


def _text_of(block: Block, width: int | None) -> list[str]:
    if isinstance(block, Bullets):
        return [f"- {item}" for item in block.items]
    if isinstance(block, Grid):
        return block.to_text(width).splitlines()
    if isinstance(block, Entries):
        left = len(block.items) - IN_TEXT
        more = [f"({left} more on the page.)"] if left > 0 else []
        return [line for entry in block.items[:IN_TEXT] for line in _text_entry(entry)] + more
    return [block] if isinstance(block, str) else []


def _text_entry(entry: Entry) -> list[str]:
    said = [f"  \u201c{' '.join(quote.text.split())}\u201d ({quote.source})" for quote in entry.quotes[:2]]
    facts = "; ".join(f"{name}: {value}" for name, value in entry.below or entry.facts)
    return [f"  {entry.title}:", *said, *([f"    {facts}"] if facts else [])]
