"""Two projects of one team as two tables of codings: the texts that both hold, turn by turn, nothing overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, counted
from alliance_nlp.provenance import content_hash
from alliance_nlp.qda import QdaProject, is_project, read_project
from alliance_nlp.records import Codebook, Row, Segments, Study, Transcript
from alliance_nlp.segments import segment


@dataclass(frozen=True)
class TwoProjects:
    """Rows of both projects, the codes of both, and what was found when they were laid side by side."""

    rows: tuple[list[Row], list[Row]]
    codebook: Codebook
    said: tuple[str, ...]


def as_tables(a: Any, b: Any, codebook: Any) -> tuple[Any, Any, Any, tuple[str, ...]]:
    """Give two projects as tables with the codes of both; anything else as it is, with nothing to say."""
    if not (is_project(a) and is_project(b)):
        return a, b, codebook, ()
    both = lay_side_by_side(a, b)
    return *both.rows, both.codebook if codebook is None else codebook, both.said


def lay_side_by_side(a: str | Path, b: str | Path) -> TwoProjects:
    """Read two projects and give what was coded in the texts that both hold, a row for each turn, coder and code.

    Texts are known by their words, whatever they are called; codes by their paths. Where both projects define a code,
    the words of the first are kept and the difference is said.

    Raises
    ------
    InputError
        When no text stands in both, or a project holds no codings.
    """
    names = Path(a).name, Path(b).name
    first, second = read_project(a), read_project(b)
    called = _shared(first.study, second.study)
    if not called:
        raise InputError(
            f"{names[0]} and {names[1]} share no text: of {len(first.study.transcripts)} and "
            f"{len(second.study.transcripts)} transcripts none has the same words. Export both with their "
            f"sources, from one team's project."
        )
    rows = _rows(first, {t.id: t.id for t in first.study.transcripts if t.id in called.values()}, names[0])
    other = _rows(second, called, names[1])
    book, said = _codes(first.study.book, second.study.book, names)
    return TwoProjects((rows, other), book, (*_alone(first.study, second.study, called, names), *said))


def _hash(transcript: Transcript) -> str:
    return content_hash("\n".join(transcript.text.splitlines()))


def _shared(a: Study, b: Study) -> dict[str, str]:
    """Transcripts of the second by id, with what the same text is called in the first."""
    ids = {_hash(t): t.id for t in reversed(a.transcripts)}
    return {t.id: ids[_hash(t)] for t in b.transcripts if _hash(t) in ids}


def _rows(project: QdaProject, called: dict[str, str], name: str) -> list[Row]:
    coding = project.study.coding
    if coding is None:
        raise InputError(f"{name} holds no codings of people in its texts. Export the project in which they coded.")
    own = tuple(t for t in project.study.transcripts if t.id in called)
    segments: Segments = segment(own, unit="turn", roles=None)
    seen = coding.on(segments, rule="any")
    return [
        {"coder": coder, "transcript": called[s.transcript_id], "turn": s.turn + 1, "quote": s.text, "code": code}
        for coder, sets in seen.sets.items()
        for s, codes in zip(segments, sets, strict=True)
        for code in sorted(codes or ())
    ]


def _codes(a: Codebook, b: Codebook, names: tuple[str, str]) -> tuple[Codebook, list[str]]:
    """Codes of both: those of the first as they are, then those that only the second has."""
    new = [code for code in b if code.id not in a]
    other = [code.id for code in b if code.id in a and code.definition != a[code.id].definition]
    said = []
    if new:
        said.append(f"{counted(len(new), 'code')} in {names[1]} only: {', '.join(code.id for code in new[:6])}.")
    if other:
        said.append(f"{counted(len(other), 'code')} defined in other words in {names[1]}: {', '.join(other[:6])}.")
    return Codebook((*a.codes, *new), a.themes), said


def _alone(a: Study, b: Study, called: dict[str, str], names: tuple[str, str]) -> list[str]:
    """Say which texts stand in one project only, and which have one name and other words."""
    alone = (
        [t.id for t in a.transcripts if t.id not in called.values()],
        [t.id for t in b.transcripts if t.id not in called],
    )
    said = [f"{counted(len(called), 'text')} in both projects; coded turns were compared."]
    for own, name in zip(alone, names, strict=True):
        if own:
            said.append(f"{counted(len(own), 'text')} in {name} only, left out: {', '.join(own[:6])}.")
    if both := sorted(set(alone[0]) & set(alone[1])):
        said.append(f"Other words under one name, so other texts: {', '.join(both[:6])}.")
    return said
