"""What other traditions keep: a theme's course over time, cases that go against it, and readings left to differ."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alliance_nlp.ledger import Decision, Standing
from alliance_nlp.ledger.subjects import readings
from alliance_nlp.numeric import grouped
from alliance_nlp.records import Coding, Row, Study, Table, span_of

_WORD = re.compile(r"\w+")
VERSIONS = ("theme", "version", "date", "by", "what", "description", "words_before", "words_kept", "number", "since")
NEGATIVE = ("theme", "segment_id", "speaker", "session", "why", "by", "date", "number", "statements_under_it", "quote")
DIFFERING = ("about", "readings", "note", "by", "date", "number", "since")


def theme_versions(study: Study, standing: Standing) -> Table:
    """Show how each theme changed over time: every description that somebody wrote, each with its author and day.

    Parameters
    ----------
    study : Study
        The study.
    standing : Standing
        What `replay` gave; its decisions of kind "theme description", renamings of themes, and what was written of the
        theme in between.

    Returns
    -------
    Table
        One row a version, those that people left to differ included: theme (by its name of today), version from 1 (0
        is the study's own description), day, author, what it is ("description" or "renamed"), the words, how many
        words the version before had and how many of these stayed; in "since" the memos and negative cases of the
        theme up to the next version, by number.

    Notes
    -----
    One analyst's versions do not compete: all stand, in order. How many words stayed says how much was rewritten, not
    whether the meaning changed.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> row = {"kind": "theme description", "by": "KL", "role": "coder", "date": "2025-05-14", "theme": "Time"}
    >>> ledger = Ledger.of([{**row, "to": "No time."}, {**row, "to": "No time of their own."}])
    >>> [(r["version"], r["words_before"], r["words_kept"]) for r in theme_versions(Study(()), replay(ledger)).rows()]
    [(1, 0, 0), (2, 2, 2)]
    """
    rows: list[Row] = []
    renamings = {d.number for d in standing.of_kind("rename")}
    named = standing.written("theme description", "rename", "memo", "negative case")
    own = grouped((_today(d, standing), d) for d in named if d.theme and (d.kind != "rename" or d.number in renamings))
    told = {standing.codebook.find_theme(t.name) or t.name: t.description for t in study.book.themes}
    for theme in dict.fromkeys([*(name for name in told if name in own), *own]):
        before, version = told.get(theme, ""), 0
        if before:
            rows.append({"theme": theme, "version": 0, "by": "the study", "what": "description", "description": before})
        for d in own[theme]:
            if d.kind in ("memo", "negative case"):
                if rows and rows[-1]["theme"] == theme:
                    rows[-1]["since"] = (*rows[-1].get("since", ()), f"{d.kind} {d.number}")
                continue
            version += 1
            renamed = d.kind == "rename"
            words = before if renamed else study.quotable(str(d.to))
            rows.append({
                "theme": theme, "version": version, "date": d.date, "by": d.by, "number": d.number,
                "what": f"renamed from {d.theme!r} to {d.to!r}" if renamed else "description", "description": words,
                "words_before": len(_WORD.findall(before)), "words_kept": _kept(before, words),
            })  # fmt: skip
            before = words
    rows = [{"since": (), **row} for row in rows if row["theme"] in {r["theme"] for r in rows if r["version"]}]
    return Table.of(rows, columns=VERSIONS, title="Themes over time, in the words of who wrote them")


def _today(decision: Decision, standing: Standing) -> str:
    """Name by which a theme goes today; its name then where the codebook does not know it."""
    return standing.codebook.find_theme(decision.theme) or decision.theme


def _kept(before: str, after: str) -> int:
    """Count the words that stand in both, in order."""
    from difflib import SequenceMatcher

    old, new = (_WORD.findall(text.casefold()) for text in (before, after))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def negative_cases(study: Study, standing: Standing) -> Table:
    """List the statements that people recorded as going against a theme, beside how many stand under it.

    Parameters
    ----------
    study : Study
        The study.
    standing : Standing
        What `replay` gave; its decisions of kind "negative case".

    Returns
    -------
    Table
        One row a case: theme, place, who said it, why it goes against the theme, by whom, when, and how many statements
        of participants stand under the theme; the words are in ``rows()``, not in ``print``.

    Notes
    -----
    The count beside it is no ratio: nobody looked for negative cases in every statement, unless somebody did.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> from alliance_nlp.records import Transcript, Turn
    >>> study = Study((Transcript("T", "I have time.", (Turn(0, 12, "Ann", "participant"),)),))
    >>> row = {"kind": "negative case", "by": "KL", "role": "coder", "date": "2025-05-14", "theme": "Time",
    ...        "segment": "T:0-12", "note": "Has all the time."}
    >>> [(r["speaker"], r["why"]) for r in negative_cases(study, replay(Ledger.of([row]))).rows()]
    [('Ann', 'Has all the time.')]
    """
    coded = any(coding.applied for coding in study.codings)
    said = study.statements(level="theme") if coded else ()
    under = grouped((standing.codebook.find_theme(x.at("theme")) or x.at("theme"), x) for x in said)  # as it goes today
    of = {transcript.id: transcript for transcript in study.transcripts}
    rows: list[Row] = []
    for d in standing.of_kind("negative case"):
        place = span_of(d.segment)
        home = of.get(place[0]) if place is not None else None
        inside = home is not None and place is not None and place[2] <= len(home.text)
        turn = home.answer_at(*place[1:]) if home is not None and place is not None and inside else None
        rows.append({
            "theme": _today(d, standing), "segment_id": d.segment, "number": d.number, "by": d.by, "date": d.date,
            "speaker": home.turns[turn].person or "" if home is not None and turn is not None else "",
            "session": home.session_name if home is not None else "(not in the study)",
            "why": study.quotable(d.note), "statements_under_it": len(under.get(_today(d, standing), ())),
            "quote": home.shown(*place[1:]) if home is not None and place is not None and inside else "",
        })  # fmt: skip
    return Table.of(rows, columns=NEGATIVE, title="What goes against a theme", quoting=("quote",))


def left_to_differ(study: Study, standing: Standing) -> Table:
    """List what people decided to go on reading differently, with both readings.

    Parameters
    ----------
    study : Study
        The study; of words that coders read differently its codings are the readings.
    standing : Standing
        What `replay` gave; its decisions of kind "differ".

    Returns
    -------
    Table
        One row a matter: what it is about, each reading with its author, why they go on differing, by whom, when; in
        "since" later decisions that agree on the same words, by number.

    Notes
    -----
    "We still differ" is final as any decision is: nothing of either reading is applied or taken back by it. Whoever
    changes their mind later writes a new line.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> from alliance_nlp.records import CodedSpan, ReadSpan, Transcript
    >>> coding = Coding((CodedSpan("KL", "T", 0, 8, "rush"),), (ReadSpan("MR", "T", 0, 8),))
    >>> row = {"kind": "differ", "by": "KL+MR", "role": "coder", "date": "2025-05-14", "segment": "T:0-8",
    ...        "note": "Both read it so."}
    >>> found = left_to_differ(Study((Transcript("T", "No time."),), coding=coding), replay(Ledger.of([row])))
    >>> found.rows()[0]["readings"]
    ('MR: no code', 'KL: rush')
    """
    of = {d.number: d for d in standing.settled}
    agreed = standing.of_kind("agree")
    rows: list[Row] = [
        {"about": _about(d, of), "note": study.quotable(d.note),
         "readings": tuple(_said(of[n], study) for n in d.settles if n in of) or _coded(study.coding, d.segment),
         "by": d.by, "date": d.date, "number": d.number,
         "since": tuple(a.number for a in agreed if d.segment and a.segment == d.segment and a.number > d.number)}
        for d in standing.of_kind("differ")
    ]  # fmt: skip
    people = grouped((d.segment, d.by) for d in standing.of_kind("differ") if d.segment)  # each may say it alone
    lacking = ((d, row, people.get(d.segment, [])) for d, row in zip(standing.of_kind("differ"), rows, strict=True))
    notes = tuple(note for each in lacking for note in _lacking(*each))
    return Table.of(rows, columns=DIFFERING, title="Left to differ: both readings stand", notes=notes)


def _about(decision: Decision, of: dict[int, Decision]) -> str:
    first = next((of[n].subject for n in decision.settles if n in of), decision.subject)
    return decision.segment or decision.about or first


def _said(decision: Decision, study: Study) -> str:
    what = decision.verdict or (study.quotable(decision.to) if isinstance(decision.to, str) else "")
    codes = ", ".join(decision.code)
    return f"{decision.by}: {' '.join(part for part in (decision.kind, codes, what) if part)}"


def _coded(coding: Coding | None, segment_id: str) -> tuple[str, ...]:
    """Say what each coder has on some words: their codes, or that they read them and gave none."""
    return tuple(f"{coder}: {', '.join(own) or 'no code'}" for coder, own in readings(coding, segment_id).items())


def _lacking(decision: Decision, row: Row, people: Sequence[str]) -> list[str]:
    """Say where a decision to differ holds no two readings, or is nobody else's: such lines are listed all the same."""
    alone = "+" not in decision.by and len(set(people)) < 2
    said = {str(one).partition(": ")[2] for one in row["readings"]}
    return [
        *([f"Decision {decision.number} is by {decision.by} alone: to differ takes two."] if alone else []),
        *([f"Decision {decision.number} leaves no two readings on record."] if len(said) < 2 else []),
    ]
