"""The pack on paper: HTML to read and print, and a Word document to fill in."""

from __future__ import annotations

import html
import io
from typing import TYPE_CHECKING, Any

from alliance_nlp.errors import import_extra

if TYPE_CHECKING:
    from alliance_nlp.method.member_checks.packs import MemberCheckPack, PackTheme

TICKS = ("yes", "partly", "no")
QUESTION = "Do you recognize yourself in this theme?"
BLANK = "\u2610"


def introduction(pack: MemberCheckPack) -> list[str]:
    """Sentences before the themes."""
    back = f" Please send the sheet to {pack.contact}." if pack.contact else ""
    made_up = ["This study is synthetic: nobody said these sentences."] if pack.synthetic else []
    return [
        *made_up,
        "You took part in our conversations. Here you find some of the things that you said yourself, and the themes "
        "that we, the researchers, put them under. We would like to know whether you recognize yourself.",
        "There is no right answer. Tick yes, partly or no for each theme, and write whatever you want to add or "
        f"object to. A theme that you leave open counts as no answer, not as agreement.{back}",
        "This paper holds your own words and our questions, and no words of the others. What is said in a group is "
        "known to all who were there: we cannot promise on behalf of the others that it stays among you.",
    ]


def _head(pack: MemberCheckPack) -> str:
    return f"{pack.participant} · {pack.date.isoformat()} · sheet {pack.id}"


def html_page(pack: MemberCheckPack) -> str:
    """Give the pack as one page without anything loaded from elsewhere."""
    title = html.escape(pack.title or "Our conversations")
    intro = "".join(f"<p>{html.escape(line)}</p>" for line in introduction(pack))
    themes = "".join(map(_html_theme, pack.themes)) or "<p>None of your statements stands under a theme.</p>"
    rows = "".join(
        f'<tr><th scope="row">{html.escape(theme.name)}</th>{f"<td>{BLANK}</td>" * len(TICKS)}'
        f'<td class="comment"></td></tr>'
        for theme in pack.themes
    )
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("theme", *TICKS, "comment"))
    sheet = f"<h2>Your answers</h2><p>{QUESTION}</p><table><tr>{heads}</tr>{rows}</table>" if pack.themes else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"</head><body><h1>{title}</h1><p>{html.escape(_head(pack))}</p>{intro}{themes}{sheet}</body></html>"
    )


STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:44em;margin:2em auto;padding:0 1em}"
    "blockquote{margin:.5em 0 1em 1em;border-left:3px solid #999;padding-left:1em}.asked{color:#555}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.5em;text-align:left}"
    ".comment{min-width:14em;height:3em}"
)


def _html_theme(theme: PackTheme) -> str:
    told = "".join(f"<p>{html.escape(line)}</p>" for line in _told(theme))
    quotes = "".join(
        (f'<p class="asked">We asked: {html.escape(quote.question)}</p>' if quote.question else "")
        + f"<blockquote>{html.escape(quote.text)}</blockquote>"
        for quote in theme.quotes
    )
    return f"<h2>{html.escape(theme.name)}</h2>{told}<p>You said:</p>{quotes}"


def _told(theme: PackTheme) -> list[str]:
    essences = [f"In a few words, what we heard: {'; '.join(theme.essences)}."] if theme.essences else []
    return [*essences, *([" ".join(theme.description.split())] if theme.description else [])]


def docx_bytes(pack: MemberCheckPack) -> bytes:
    """Give the pack as a Word document.

    Raises
    ------
    MissingExtraError
        When python-docx is not installed.
    """
    docx: Any = import_extra("docx", "formats", "A member-check pack as a Word document")
    paper = docx.Document()
    paper.core_properties.author = ""  # python-docx writes its own name otherwise
    paper.core_properties.comments = ""
    paper.core_properties.subject = f"sheet {pack.id}"
    paper.add_heading(pack.title or "Our conversations", level=1)
    paper.add_paragraph(_head(pack))
    for line in introduction(pack):
        paper.add_paragraph(line)
    for theme in pack.themes:
        paper.add_heading(theme.name, level=2)
        for line in _told(theme):
            paper.add_paragraph(line)
        for quote in theme.quotes:
            if quote.question:
                paper.add_paragraph(f"We asked: {quote.question}")
            paper.add_paragraph(quote.text, style="Intense Quote")
    _add_sheet(paper, pack)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _add_sheet(paper: Any, pack: MemberCheckPack) -> None:
    paper.add_heading("Your answers", level=2)
    paper.add_paragraph(QUESTION)
    sheet = paper.add_table(rows=1, cols=5, style="Table Grid")
    for cell, name in zip(sheet.rows[0].cells, ("theme", *TICKS, "comment"), strict=True):
        cell.text = name
    for theme in pack.themes:
        sheet.add_row().cells[0].text = theme.name
