"""A student's coding sheet as one HTML file: the talk and the codes, nobody's codings, no network."""

from __future__ import annotations

import html
from importlib import resources
from string import Template
from typing import Any

from alliance_nlp.provenance import content_hash, hash_bytes
from alliance_nlp.records import allowed, printable
from alliance_nlp.reports.class_kit.lessons import Lesson, number_of
from alliance_nlp.reports.page_data.as_script import as_script

# words that the script fills in while somebody codes; the others stand in the page
_SPOKEN = (
    "saved", "fresh", "continued", "not_kept", "cleared", "elsewhere", "progress", "not_reached", "no_code_means",
    "note", "next", "codes_of", "exported", "forgotten",
)  # fmt: skip


def sheet_page(lesson: Lesson, coder: str, kit: str) -> str:
    """Write the sheet of one student.

    Parameters
    ----------
    lesson : Lesson
        What is coded.
    coder : str
        Whose sheet it is.
    kit : str
        Mark of the kit that the sheet is of.

    Notes
    -----
    Words of the study stand in one block of JSON in which no sign can end a script, and the script puts them into the
    page as text. A content security policy lets that script and that style work, by their hashes, and nothing be
    fetched. What is kept in a browser is kept under the hash of the kit's mark and the sheet's content: two students,
    two lessons, or the same lesson held again on one computer do not meet.
    """
    data = sheet_data(lesson, coder)
    content = {**data, "words": _spoken(lesson), "id": hash_bytes(as_script({**data, "kit": kit}))[:16]}
    style, script = _resource("class_sheet.css"), _resource("class_sheet.js")
    policy = (
        f"default-src 'none'; script-src '{content_hash(script)}'; style-src '{content_hash(style)}'; "
        f"base-uri 'none'; form-action 'none'"
    )
    return Template(_resource("class_sheet.html")).substitute(
        _around(lesson, coder), policy=policy, style=style, script=script, data=as_script(content)
    )


def sheet_data(lesson: Lesson, coder: str) -> dict[str, Any]:
    """Give what is in a sheet: whose it is, turns and codes; nothing of anybody else."""
    said = {turn.id for turn in lesson.said}
    places = {t: n for n, t in enumerate(dict.fromkeys(turn.transcript_id for turn in lesson.turns))}
    turns = [
        {
            "key": f"t{places[turn.transcript_id]}-{number_of(turn)}", "transcript": turn.transcript_id,
            "turn": number_of(turn), "speaker": printable(turn.speaker or ""), "asks": turn.id not in said,
            "withheld": not allowed([turn], "quotation"),
            "text": printable(turn.text) if allowed([turn], "quotation") else "",
        }
        for turn in lesson.turns
    ]  # fmt: skip
    codes = [{"theme": theme, "name": name, "meaning": printable(what)} for theme, name, what in lesson.codes()]
    talk = lesson.talk_language() or None
    return {
        "format": 1, "coder": coder, "language": lesson.language, "talk_language": talk, "codes_language": talk,
        "turns": turns, "codes": codes,
    }  # fmt: skip


def _spoken(lesson: Lesson) -> dict[str, str]:
    sheet, said = lesson.words("sheet"), lesson.words("said")
    return {name: sheet[name] for name in _SPOKEN} | {name: said[name] for name in ("withheld", "turn", "no_code")}


def _around(lesson: Lesson, coder: str) -> dict[str, str]:
    """Give what stands around the talk, escaped."""
    words = lesson.words("sheet")
    talk = _text(lesson.talk_language() or lesson.language)
    first, *others = lesson.about()
    return {
        **{name: _text(value) for name, value in words.items() if isinstance(value, str)},
        "language": lesson.language, "title": _text(words["title"].format(coder=coder)),
        "kind": _text(words["kind"].format(**lesson.frame())),
        "about": "".join([f'<p class="kind">{_text(first)}</p>',
                          *(f'<p class="synthetic">{_text(sentence)}</p>' for sentence in others)]),
        "how": "".join(f"<li>{_text(sentence)}</li>" for sentence in words["how"]),
        "codes": "".join(
            f'<dt lang="{talk}" dir="auto">{_text(name)}</dt><dd lang="{talk}" dir="auto">{_text(what)}</dd>'
            for _, name, what in lesson.codes()
        ),
    }  # fmt: skip


def _text(words: object) -> str:
    return html.escape(printable(str(words)))


def _resource(name: str) -> str:
    return resources.files("alliance_nlp").joinpath("reports", "templates", name).read_text(encoding="utf-8")
