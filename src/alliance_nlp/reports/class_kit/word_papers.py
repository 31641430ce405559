"""A paper of a class's kit as a Word document, in the language that each paragraph is in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from alliance_nlp.errors import import_extra
from alliance_nlp.plots.drawn_words import runs_left
from alliance_nlp.records import printable
from alliance_nlp.reports.class_kit.papers import Block

STYLES = {"title": "Title", "heading": "Heading 1", "item": "List Bullet"}
A4 = (210, 297)  # mm, as the PDF of the same paper
_HANGING, _TURN = 1.0, 3.2  # cm that the words of a code, of a turn are set in
_BEHIND = (
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
    "w:sectPr",
)  # as Word orders them
_WORDS = {"en": "en-GB", "nb": "nb-NO", "nn": "nn-NO", "no": "nb-NO"}  # as Word names languages


def word_bytes(blocks: Sequence[Block], language: str) -> bytes:
    """Write blocks as a Word document without a name of anybody in its properties."""
    docx: Any = import_extra("docx", "formats", "A handout as a Word document")
    paper = docx.Document()
    page = paper.sections[0]
    page.page_width, page.page_height = map(docx.shared.Mm, A4)  # python-docx begins with US Letter
    properties = paper.core_properties
    properties.author = properties.comments = ""  # python-docx writes its own name otherwise
    properties.title = next((printable(block.text) for block in blocks if block.kind == "title"), "")
    properties.language = _WORDS.get(language, language)
    for block in blocks:
        if block.text or block.before:
            _add(docx, paper, block, block.language or language)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _add(docx: Any, paper: Any, block: Block, language: str) -> None:
    paragraph = paper.add_paragraph(style=STYLES.get(block.kind, "Normal"))
    if block.before:
        first = paragraph.add_run(printable(block.before))
        first.bold = block.kind != "asked"
        paragraph.add_run("\t" if block.kind in ("turn", "asked") else ": ")
        inches = docx.shared.Cm(_TURN if block.kind in ("turn", "asked") else _HANGING)
        paragraph.paragraph_format.left_indent = inches
        paragraph.paragraph_format.first_line_indent = -inches
    words = paragraph.add_run(printable(block.text))
    words.italic = block.kind in ("asked", "note") or None
    for run in paragraph.runs:
        _in_language(docx, run, _WORDS.get(language, language))
    if runs_left(block.text):
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(docx.oxml.OxmlElement("w:bidi"), *_BEHIND)


def _in_language(docx: Any, run: Any, language: str) -> None:
    """Say the language of words, for whoever has them read aloud or checked."""
    properties = run._r.get_or_add_rPr()
    tag = docx.oxml.OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        tag.set(docx.oxml.ns.qn(name), language)
    properties.append(tag)
