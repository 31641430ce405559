"""What is handed out and what is kept, before it has a format: blocks of words, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from alliance_nlp.reading.coded_tables import CODING_COLUMNS
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.records import CodeSet, ProjectedCoding, Segment
from alliance_nlp.reports.class_kit.lessons import Lesson, number_of

Kind = Literal["title", "heading", "text", "item", "note", "turn", "asked", "code"]


class Block(NamedTuple):
    """One block: what it is, its words, what stands before them, and the language where it is the talk's."""

    kind: Kind
    text: str
    before: str = ""
    language: str = ""


def handout(lesson: Lesson) -> list[Block]:
    """Say what a student does, how codes are chosen, and what is handed in."""
    words = lesson.words("handout")
    return [
        Block("title", words["title"]), Block("text", words["lead"]), *_texts(lesson.about()),
        *(Block("item", point) for point in words["points"]),
        Block("heading", words["sheet_title"]), Block("text", words["sheet"]), Block("note", words["no_test"]),
    ]  # fmt: skip


def transcript(lesson: Lesson) -> list[Block]:
    """Give the talk with its turns' numbers, without anybody's codes."""
    words, talk = lesson.words("transcript"), lesson.talk_language()
    said = {turn.id for turn in lesson.said}
    lead = str(words["lead"]).format(**lesson.frame())
    blocks = [Block("title", words["title"]), Block("text", lead), *_texts(lesson.about())]
    several = len({turn.transcript_id for turn in lesson.turns}) > 1
    before = ""
    for turn in lesson.turns:
        if several and turn.transcript_id != before:
            blocks.append(Block("heading", before := turn.transcript_id))
        kind: Kind = "turn" if turn.id in said else "asked"
        blocks.append(Block(kind, lesson.shown(turn), _who(turn), talk))
    return blocks


def codebook(lesson: Lesson) -> list[Block]:
    """Give the codes with what they mean, under their themes."""
    words, talk = lesson.words("codebook"), lesson.talk_language()
    blocks = [Block("title", words["title"]), Block("text", words["lead"]), *_texts(lesson.about())]
    before = ""
    for theme, name, what in lesson.codes():
        if theme and theme != before:
            blocks.append(Block("heading", before := theme, language=talk))
        blocks.append(Block("code", what, name, talk))
    none = lesson.words("sheet")["no_code_means"]
    return [*blocks, Block("heading", ""), Block("code", none, lesson.words("said")["no_code"])]


def solutions(lesson: Lesson) -> list[Block]:
    """Tell what the study's coders had on turns where they part or gave a reason, what they agreed on, and why.

    Empty where the study holds neither the codings of two people nor what was agreed on.
    """
    study, words, talk = lesson.study, lesson.words("solutions"), lesson.talk_language()
    coders = _seen(lesson, study.coding)
    agreed = _seen(lesson, study.consensus)
    if (coders is None or len(coders.coders) < 2) and agreed is None:
        return []
    why = _reasons(lesson)
    blocks = [Block("title", words["title"]), Block("note", words["warning"]), *_texts(lesson.about())]
    shown = []
    for at, turn in enumerate(lesson.said):
        had = {} if coders is None else {c: coders.sets[c][at] for c in coders.coders}
        known = [codes for codes in had.values() if codes is not None]
        reasons = why.get((turn.transcript_id, number_of(turn)), [])
        if len(set(known)) > 1 or reasons:
            shown.append(Block("turn", lesson.shown(turn), _who(turn), talk))
            shown += [
                Block("item", words["had"].format(coder=c, codes=_names(lesson, s)))
                for c, s in had.items()
                if s is not None
            ]
            if agreed is not None and (settled := agreed.sets[agreed.coders[0]][at]) is not None:
                shown.append(Block("item", words["agreed"].format(codes=_names(lesson, settled))))
            shown += [Block("item", words["why"].format(reason=reason)) for reason in reasons]
    if not shown:
        return [*blocks, Block("text", words["nothing"])]
    n_shown = sum(block.kind == "turn" for block in shown)
    n_alike = len(lesson.said) - n_shown
    alike = str(words["alike_one" if n_alike == 1 else "alike"]).format(n=n_alike)
    return [*blocks, Block("text", words["lead"]), *shown, Block("text", alike)]


def _seen(lesson: Lesson, coding: Any) -> ProjectedCoding | None:
    if coding is None:
        return None
    at = {turn.id: i for i, turn in enumerate(lesson.turns)}
    said = lesson.turns.take([at[turn.id] for turn in lesson.said])
    seen: ProjectedCoding = coding.on(said)
    return seen if seen.coders else None


def _names(lesson: Lesson, codes: CodeSet) -> str:
    named = {code.id: name for code, (_, name, _) in zip(lesson.codebook, lesson.codes(), strict=True)}
    return " + ".join(name for path, name in named.items() if path in codes) or lesson.words("said")["no_code"]


def _reasons(lesson: Lesson) -> dict[tuple[str, int], list[str]]:
    """Written reasons of coders and of the consensus, by transcript and turn, each once."""
    found: dict[tuple[str, int], list[str]] = {}
    spans = lesson.study.coding.applied if lesson.study.coding is not None else ()
    for turn in lesson.said:
        place = (turn.transcript_id, number_of(turn))
        for span in spans:
            if span.note and span.transcript_id == turn.transcript_id and turn.start <= span.start < turn.end:
                found.setdefault(place, []).append(f"{span.coder}: {span.note}")
    ledger = lesson.study.consensus.ledger if lesson.study.consensus is not None else None
    where, number, reason = (
        _column(ledger.columns if ledger is not None else (), meaning) for meaning in ("transcript", "turn", "note")
    )
    if ledger is not None and number is not None and reason is not None:
        for row in ledger.rows():
            if str(row[reason]).strip() and str(row[number]).strip().isdecimal():
                session = row[where] if where else lesson.study.transcripts[0].id
                found.setdefault((session, int(row[number])), []).append(str(row[reason]).strip())
    return {place: list(dict.fromkeys(reasons)) for place, reasons in found.items()}


def _column(columns: Sequence[str], meaning: str) -> str | None:
    names = {meaning, *CODING_COLUMNS[meaning]}
    return next((column for column in columns if fold_column(column) in names), None)


def _who(turn: Segment) -> str:
    return f"{number_of(turn)}  {turn.speaker}" if turn.speaker else str(number_of(turn))


def _texts(sentences: Iterable[str]) -> list[Block]:
    return [Block("text", sentence) for sentence in sentences]
