"""Marks of significance into the ledger and out of it again, so that each has its reader and its day."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from alliance_nlp.errors import AllianceError, problems_error, warn
from alliance_nlp.ledger import Decision, Standing, decide, record_all
from alliance_nlp.ledger.decisions import NOT_SIGNIFICANT, SIGNIFICANT
from alliance_nlp.numeric import grouped
from alliance_nlp.records import Mark, Marks, ReadSpan, Study, Transcript, join_marks, span_of


def record_marks(
    ledger: str | Path, marks: Marks, *, of: Study, date: datetime.date | None = None
) -> tuple[Decision, ...]:
    """Write readers' marks of significance into the ledger, and what each of them read.

    Parameters
    ----------
    ledger : str or Path
        The ledger's file.
    marks : Marks
        What was marked and read; each line is ``by`` its reader.
    of : Study
        The study in which the words must stand.
    date : datetime.date, optional
        Day of marks that have none of their own, and of what was read; today by default.

    Returns
    -------
    tuple of Decision
        First what was read (kind "read for significance"), one line for a whole transcript (``about``) or one a stretch
        (``segment``); then one line a mark (kind "mark"). All are written, or none.

    Raises
    ------
    InputError
        When words are not in the study; all problems in one error. Nothing is written then.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> study = Study((Transcript("T", "No time.", (Turn(0, 8, "Ann", "participant"),)),))
    >>> marks, ledger = Marks((Mark("KL", "T", 0, 8),)), getfixture("tmp_path") / "decisions.jsonl"
    >>> [(d.kind, d.by, d.segment, d.verdict) for d in record_marks(ledger, marks, of=study)]
    [('mark', 'KL', 'T:0-8', 'significant')]
    """
    made, problems = [], []
    for deciding in _lines(marks, of, date):
        try:
            made.append(deciding())
        except AllianceError as err:
            problems.append(str(err))
    if problems:
        raise problems_error("record_marks()", problems)
    return record_all(ledger, made)


def _lines(marks: Marks, of: Study, date: datetime.date | None) -> Iterator[Callable[[], Decision]]:
    """Give what makes each line: of each reader first what they read, then what they marked."""
    texts = {t.id: t for t in of.transcripts}
    for reader in marks.readers:
        spans = grouped((r.transcript_id, r) for r in marks.read if r.coder == reader)
        read = partial(decide, "read for significance", by=reader, role="coder", of=of, date=date)
        for name, own in spans.items():
            places = {(r.start, r.end) for r in own}
            if name in texts and (set(_to_read(texts[name])) <= places or (0, len(texts[name].text)) in places):
                yield partial(read, about=name)
            else:
                yield from (partial(read, segment=r.segment_id) for r in own)
        for m in marks.by(reader).marks:
            verdict = SIGNIFICANT if m.significant else NOT_SIGNIFICANT
            yield partial(decide, "mark", by=reader, role="coder", segment=m.segment_id, verdict=verdict, note=m.why,
                          date=m.date or date, of=of)  # fmt: skip


def _to_read(transcript: Transcript) -> list[tuple[int, int]]:
    """Give what is read of a whole transcript: the turns of its participants; all of it where it names none."""
    turns = [(turn.start, turn.end) for turn in transcript.turns if turn.role == "participant"]
    return turns or [(0, len(transcript.text))]


def marks_of(study: Study, standing: Standing | None = None) -> Marks | None:
    """Give all marks of significance: those of the study's files, then those of the ledger, which replace them.

    Parameters
    ----------
    study : Study
        The study; its `marks` come from its files.
    standing : Standing, optional
        What `replay` gave; its decisions of kind "mark" and "read for significance".

    Returns
    -------
    Marks or None
        None where nobody marked anything and nobody is said to have read for it.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> from alliance_nlp.records import Transcript
    >>> row = {"kind": "mark", "by": "KL", "role": "coder", "date": "2025-05-14", "segment": "T:0-8",
    ...        "verdict": "significant"}
    >>> marks_of(Study((Transcript("T", "No time."),)), replay(Ledger.of([row])))
    Marks(1 mark by 1 reader)
    """
    given = standing.of_kind("mark", "read for significance") if standing is not None else ()
    found = [] if study.marks is None else [study.marks]
    lines = [(d.number, _marks_in(d, study)) for d in given]
    if lost := [number for number, one in lines if one is None]:
        warn(
            f"Decisions {', '.join(map(str, lost))} mark words that are not in the study; they stand in the ledger and "
            f"are not counted. Was a transcript changed since?"
        )
    found += [one for _, one in lines if one is not None]
    return join_marks(found) if found else None


def _marks_in(decision: Decision, study: Study) -> Marks | None:
    """Give the marks of one line; None where its words are not in this study."""
    named = [t for t in study.transcripts if decision.about in (t.id, t.session_name)]
    if decision.about:
        read = tuple(ReadSpan(decision.by, t.id, *place) for t in named for place in _to_read(t))
        return Marks((), read) if named else None
    place, ends = span_of(decision.segment), {t.id: len(t.text) for t in study.transcripts}
    if place is None or place[2] > ends.get(place[0], -1):
        return None
    if decision.kind == "read for significance":
        return Marks((), (ReadSpan(decision.by, *place),))
    said = Mark(decision.by, *place, decision.verdict == SIGNIFICANT, study.quotable(decision.note), decision.date)
    return Marks((said,))
