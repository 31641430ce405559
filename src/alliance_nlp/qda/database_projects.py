"""What the database of a program holds, laid out alike for all of them, becomes a project."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from alliance_nlp.errors import counted
from alliance_nlp.numeric import counting
from alliance_nlp.qda.code_trees import LevelRule, levels_of
from alliance_nlp.qda.held_texts import id_of
from alliance_nlp.qda.losses import LossReport, QdaCount, QdaOffsets, QdaTrouble
from alliance_nlp.qda.projects import QdaCase, QdaMemo, QdaProject, QdaSelection
from alliance_nlp.reading.plain import read_plain
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.sources import reported
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Role, Study, Transcript


@dataclass(frozen=True)
class HeldCode:
    """One code: names from the top of the tree down, and what the program says of it."""

    path: tuple[str, ...]
    definition: str = ""
    notes: str = ""


@dataclass(frozen=True)
class HeldMark:
    """One coding: which text and code by the program's numbers, where in code points, by whom."""

    text: Any
    code: Any
    start: int | None
    end: int | None
    coder: str
    quote: str = ""
    note: str = ""
    date: datetime.date | None = None
    position: Mapping[str, int] = field(default_factory=dict)


@dataclass
class HeldProject:
    """Everything that is read of a database."""

    name: str
    origin: str
    counting: str
    texts: dict[Any, tuple[str, str]] = field(default_factory=dict)  # number to name and text
    codes: dict[Any, HeldCode] = field(default_factory=dict)
    marks: list[HeldMark] = field(default_factory=list)
    memos: tuple[QdaMemo, ...] = ()
    cases: tuple[QdaCase, ...] = ()
    counts: list[QdaCount] = field(default_factory=list)
    remarks: tuple[str, ...] = ()


def project_from(
    held: HeldProject, levels: LevelRule, roles: Mapping[str, Role | None], remarks: Remarks
) -> QdaProject:
    """Make a project: texts become turns, codes a codebook, and a coding is placed where its quote stands."""
    ids = _ids({key: name for key, (name, _) in held.texts.items()})
    transcripts = {}
    with counting("reading texts", len(held.texts), "text") as done:
        for key, (name, text) in held.texts.items():
            transcripts[key] = _transcript(ids[key], name, text, roles, remarks)
            done(1)
    codes = _codes(held.codes, levels)
    book = Codebook(tuple(codes.values())) if codes else None
    spans: dict[tuple[Any, ...], CodedSpan] = {}
    lost: list[tuple[HeldMark, str]] = []
    for mark in held.marks:
        why = _why_not(mark, held, codes)
        if why or mark.start is None or mark.end is None:
            lost.append((mark, why))
            continue
        place = (ids[mark.text], mark.start, mark.end)
        span = CodedSpan(mark.coder, *place, codes[mark.code].id, "coded", None, mark.note, mark.date)
        spans.setdefault((span.coder, span.segment_id, span.code_id), span)
    coding = Coding(tuple(spans.values()), (), book) if spans else None
    report = _report(held, ids, lost, len(held.marks) - len(lost) - len(spans))
    _say(report, remarks)
    selections = tuple(_left(mark, ids, codes) for mark, _ in lost)
    study = Study(tuple(transcripts.values()), book, coding, title=held.name)
    return QdaProject(study, report, held.name, held.origin, memos=held.memos, cases=held.cases, selections=selections)


def _left(mark: HeldMark, ids: Mapping[Any, str], codes: Mapping[Any, Code]) -> QdaSelection:
    """Keep a coding that has no place as what it is in the file."""
    known = mark.code in codes
    return QdaSelection(
        ids.get(mark.text, "(no text)"), "TextSelection", dict(mark.position),
        (codes[mark.code].id,) if known else (), (mark.coder,) if known else (),
    )  # fmt: skip


def _ids(names: Mapping[Any, str]) -> dict[Any, str]:
    """Ids of transcripts, with a number behind names that stand twice."""
    found: dict[Any, str] = {}
    taken: set[str] = set()
    for key, name in names.items():
        own, n = id_of(name or f"text {key}") or f"text {key}", 2
        wanted = own
        while wanted in taken:
            wanted, n = f"{own} ({n})", n + 1
        found[key] = wanted
        taken.add(wanted)
    return found


def _transcript(
    transcript_id: str, name: str, text: str, roles: Mapping[str, Role | None], remarks: Remarks
) -> Transcript:
    about = remarks.about(transcript_id)
    return reported([read_plain(text, transcript_id, name, roles, about)], about)[0]


def _codes(held: Mapping[Any, HeldCode], levels: LevelRule) -> dict[Any, Code]:
    """Rows of the codebook by the program's numbers; two of one path are told apart."""
    above = {code.path[:n] for code in held.values() for n in range(1, len(code.path))}
    times: Counter[str] = Counter()
    found = {}
    for key, code in held.items():
        theme, essence, name = levels_of(code.path, levels, leaf=code.path not in above)
        row = Code(theme, essence, name, code.definition, notes=code.notes)
        times[row.id] += 1
        found[key] = row if times[row.id] == 1 else replace(row, code=f"{row.name} ({times[row.id]})")
    return found


def _why_not(mark: HeldMark, held: HeldProject, codes: Mapping[Any, Code]) -> str:
    """Say why a coding has no place: nothing is moved to where its words might be meant."""
    if mark.text not in held.texts:
        return "its text is not in the file"
    if mark.code not in codes:
        return "its code is not in the file"
    text = held.texts[mark.text][1]
    if mark.start is None or mark.end is None or not 0 <= mark.start <= mark.end <= len(text):
        return "its positions lie outside of the text"
    words = " ".join(text[mark.start : mark.end].split())
    return "its quote stands elsewhere" if mark.quote and " ".join(mark.quote.split()) != words else ""


def _report(held: HeldProject, ids: Mapping[Any, str], lost: list[tuple[HeldMark, str]], twice: int) -> LossReport:
    n = len(held.marks)
    why = "; ".join(f"{k} {reason}" for reason, k in Counter(reason for _, reason in lost).items())
    again = f"{counted(twice, 'coding')} stand there twice and count once" if twice else ""
    counts = (
        QdaCount("texts", len(held.texts), len(held.texts)), QdaCount("codes", len(held.codes), len(held.codes)),
        QdaCount("codings", n, n - len(lost), 0, "; ".join(filter(None, (why, again)))), *held.counts,
    )  # fmt: skip
    quoted: dict[Any, list[bool]] = {}
    for mark in held.marks:
        if mark.quote and mark.text in ids:
            quoted.setdefault(mark.text, []).append(True)
    for mark, reason in lost:
        if mark.quote and mark.text in ids and reason:
            quoted[mark.text][quoted[mark.text].index(True)] = False
    offsets = tuple(
        QdaOffsets(ids[key], held.counting, len(fits), sum(fits) / len(fits) if fits else math.nan, "quotes")
        for key, fits in quoted.items()
    )  # fmt: skip
    troubles = [QdaTrouble("file", "", remark) for remark in held.remarks]
    troubles += [
        QdaTrouble("codings", ids.get(text, ""), f"{counted(k, 'coding')} not placed: {reason}")
        for (text, reason), k in Counter((mark.text, reason) for mark, reason in lost).items()
    ]
    return LossReport(counts, offsets, tuple(troubles))


def _say(report: LossReport, remarks: Remarks) -> None:
    for trouble in report.troubles:
        where = f"{trouble.where}: " if trouble.where else ""
        remarks.keep("noticed", f"{where}{trouble.what}")
        remarks.doubts.append(f"{remarks.source}: {where}{trouble.what}")


def day_of(said: Any) -> datetime.date | None:
    """Day of a date as such programs write it, "2022-02-03 08:01:22"; None where there is none."""
    try:
        return datetime.date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
