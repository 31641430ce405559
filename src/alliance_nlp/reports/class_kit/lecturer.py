"""The page that a lecturer keeps: what to do before, and then minute by minute."""

from __future__ import annotations

import html
from collections.abc import Sequence

from alliance_nlp.comparison.class_words import counted_in
from alliance_nlp.provenance import content_hash
from alliance_nlp.records import Cell, Grid, printable
from alliance_nlp.reports.class_kit.lessons import Lesson

STYLE = (
    ":root{color-scheme:light dark}body{font:1.05rem/1.55 system-ui,sans-serif;max-width:62rem;margin:2rem auto;"
    "padding:0 1rem;overflow-wrap:anywhere}table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;"
    "padding:.45rem .7rem;border-bottom:1px solid #8b8f94}caption{text-align:left;font-weight:600;font-size:1.4rem}"
    "thead th{white-space:nowrap}"
)


def lecturer_page(
    lesson: Lesson, n_students: int, *, kit: str, solved: bool, practised: bool, left_out: Sequence[str]
) -> str:
    """Write the page.

    Parameters
    ----------
    lesson : Lesson
        What is coded.
    n_students : int
        How many sheets there are.
    kit : str
        Name of the kit's folder, as commands name it.
    solved : bool
        Whether there are solutions to open.
    practised : bool
        Whether there is a sheet for practice.
    left_out : sequence of str
        Sentences on papers that could not be drawn as PDF.
    """
    words, folders = lesson.words("lecturer"), lesson.words("folders")
    file = lesson.words("files")["solutions"]
    beside, slides = f"{kit}_collected", lesson.words("slides")["folder"]
    told = {
        **lesson.frame(), **folders, "students": counted_in(lesson.language, "student", n_students),
        "turns": counted_in(lesson.language, "turn", len(lesson.turns)), "slides": f"{beside}/{slides}",
        "after": f"{folders['after']}/{file}",
        "collect": f'alliance-nlp class collect "{kit}" --out "{beside}"',
        "figures": f'alliance-nlp class collect "{kit}" --figures --out "{beside}"',
    }  # fmt: skip
    minutes = [[str(cell).format(**told) for cell in row] for row in words["minutes"]]
    if not solved:
        minutes = [[minute, words["no_solutions"] if minute == "83" else what, why] for minute, what, why in minutes]
    grid = Grid(
        words["minutes_title"], tuple(words[name] for name in ("minute", "what", "why")),
        tuple(tuple(map(Cell, row)) for row in minutes),
    )  # fmt: skip
    before = [str(sentence).format(**told) for sentence in words["before"]]
    if not practised:
        before.append(str(words["no_practice"]).format(**told))
    points = "".join(f"<li>{_text(sentence)}</li>" for sentence in [*before, *left_out])
    paragraphs = [str(words["lead"]).format(**told), *lesson.about()]
    below = [words["collect"], str(words["not_shown"]).format(**told)]
    title = _text(words["title"])
    policy = f"default-src 'none'; style-src '{content_hash(STYLE)}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="{lesson.language}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style></head>\n<body><main>\n<h1>{title}</h1>\n{_paragraphs(paragraphs)}\n"
        f"<h2>{_text(words['before_title'])}</h2>\n<ul>{points}</ul>\n"
        f"{grid.to_html()}\n<h2>{_text(words['collect_title'])}</h2>\n{_paragraphs(below)}\n</main></body></html>\n"
    )


def _paragraphs(sentences: Sequence[str]) -> str:
    return "\n".join(f'<p dir="auto">{_text(sentence)}</p>' for sentence in sentences)


def _text(words: str) -> str:
    return html.escape(printable(words))
