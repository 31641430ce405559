"""Write a decision down: check what it is about, and add one line that follows the last."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from alliance_nlp.errors import InputError, check_choice, choice_error, listed, warn
from alliance_nlp.files import append_lines, checked_path, hold_lock
from alliance_nlp.ledger.changes import CHANGES_CODEBOOK, BookInWork
from alliance_nlp.ledger.conflicts import standing_decisions
from alliance_nlp.ledger.decisions import KINDS, DecidedBy, Decision, DecisionKind
from alliance_nlp.ledger.lines import last_of, ledger_of, no_folder, read_lines, seal_line
from alliance_nlp.ledger.subjects import check_about
from alliance_nlp.provenance import canonical_json, hash_bytes
from alliance_nlp.records import Clusters, Code, Codebook, Mapping, Segments, Study, span_of

About = Codebook | Mapping | Segments | Study


def record_decision(
    ledger: str | Path, kind: DecisionKind, *, by: str, role: DecidedBy = "researcher",
    code: str | Sequence[str] = (), theme: str = "", segment: str = "", cluster: int | None = None,
    to: str | Code | Sequence[Code] = "", verdict: str = "", note: str = "", date: datetime.date | None = None,
    settles: Sequence[int] = (), about: str = "", people: str | Sequence[str] = (), language: str = "",
    of: About | None = None,
) -> Decision:  # fmt: skip
    """Write one decision into the ledger: who decided what, when, in which role and why.

    Parameters
    ----------
    ledger : str or Path
        The ledger's file, such as ``my_study/decisions.jsonl``; made when it is absent. Lines are only ever added.
    kind : str
        "accept" or "reject" (a link between a cluster and a code, or a suggested code of a segment), "rename" (a code
        or a theme), "merge", "split", "add code", "change definition", "agree" (what coders agreed on for a segment;
        no code means that none applies), "note", "member check", "comparison" (one that was made; `compare` counts
        those that it is given a ledger for), "saw suggestions" (by a coder, before they had finished; `write_report`
        writes it where it shows such transcripts); and what docs/method/ledger.md lists: "expectation", "contrary",
        "read differently", "position", "stance", "relation", "pack", "workshop", "translation", "translation check",
        "memo", "case summary", "negative case", "theme description", "differ", "mark", "read for significance".
    by : str
        Who decided; "KL+MR" where two decided together.
    role : {"researcher", "coder", "participant", "program"}, default "researcher"
        In which role.
    code : str or sequence of str
        Path, or unambiguous name, of the code that it is about; several for a merge.
    theme : str
        Name or alias of the theme that it is about.
    segment : str
        Id of the segment that it is about.
    cluster : int, optional
        Number of the cluster that it is about.
    to : str, Code or sequence of Code
        The new name or definition; or the code, or codes, that the decision makes.
    verdict : str
        "yes", "partly" or "no" of a member check or workshop; "confirmed", "contradicted", "changed" or "open" of an
        expectation; "for", "against" or "neither" of a stance; "as said", "changed" or "not as said" of a translation;
        "significant" or "not significant" of a mark.
    note : str
        Why. The ledger keeps it; nothing prints it unasked.
    date : datetime.date, optional
        Day of the decision; today by default.
    settles : sequence of int
        Numbers of earlier, conflicting decisions that this one settles.
    about : str
        What else it is about: the words of an expectation, a person, a session.
    people : str or sequence of str
        Who was there.
    language : str
        Into which language, of a translation.
    of : Codebook, Mapping, Segments or Study, optional
        What the subject must exist in; codes and themes also by the names that the ledger gave them since. Needed for a
        cluster: its number means nothing without its segments.

    Returns
    -------
    Decision
        The decision as it was written, with its number.

    Raises
    ------
    InputError
        When something is missing or the subject does not exist. Nothing is written then.

    Warns
    -----
    AllianceWarning
        When the computer's clock stands before the last decision; the decision is written all the same.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook
    >>> book = Codebook((Code("Trust", "", "demanding"),))
    >>> file = getfixture("tmp_path") / "decisions.jsonl"
    >>> record_decision(file, "rename", code="demanding", to="asks much", by="KL", of=book).subject
    "'Trust/demanding'"
    """
    given = decide(kind, by=by, role=role, code=code, theme=theme, segment=segment, cluster=cluster, to=to,
                   verdict=verdict, note=note, date=date, settles=settles, about=about, people=people,
                   language=language, of=of, ledger=ledger)  # fmt: skip
    return record_all(ledger, (given,))[0]


def decide(
    kind: DecisionKind, *, by: str, role: DecidedBy = "researcher", code: str | Sequence[str] = (), theme: str = "",
    segment: str = "", cluster: int | None = None, to: str | Code | Sequence[Code] = "", verdict: str = "",
    note: str = "", date: datetime.date | None = None, settles: Sequence[int] = (), about: str = "",
    people: str | Sequence[str] = (), language: str = "", of: About | None = None, ledger: str | Path | None = None,
) -> Decision:  # fmt: skip
    """Make a decision that is not written yet; parameters and errors as in `record_decision`.

    Where a ledger is named, codes and themes may go by the names that they have by its decisions.
    """
    check_choice("kind", KINDS, kind)
    codes = (code,) if isinstance(code, str) and code else tuple(code)
    made = _said(to) if isinstance(to, str) else (to,) if isinstance(to, Code) else tuple(to)
    who = (people,) if isinstance(people, str) else tuple(people)
    decision = Decision(
        kind, by, role, date if date is not None else _now().date(), tuple(codes), _said(theme), segment, cluster, "",
        made, None, verdict, _said(note), tuple(settles), about=_said(about), people=who, language=_said(language),
    )  # fmt: skip
    checked = _checked(decision, of, ledger)
    if len(set(who)) < len(who):
        raise InputError(f"people must name each person once. Got {listed(who, 'and')}.")
    if kind == "differ" and len({name.strip() for name in by.split("+")}) < 2:
        raise InputError(f"To differ takes two: by='KL+MR', those who read it differently. Got {by!r} alone.")
    if kind == "relation" and checked.theme == checked.to:
        raise InputError(f"A relation is between two themes. Got {checked.theme!r} on both sides.")
    return checked


def _said(words: str) -> str:
    """Give words as they are; blanks alone say nothing. Lines that were written with them stay readable."""
    return words if words.strip() else ""


def record_all(ledger: str | Path, given: Sequence[Decision]) -> tuple[Decision, ...]:
    """Write decisions that belong together, such as one person's replies: all of them or none."""
    return record_after(ledger, lambda path: given)


def record_after(ledger: str | Path, make: Callable[[Path], Sequence[Decision]]) -> tuple[Decision, ...]:
    """Write what is made of the ledger as it stands, all of it or none, while nobody else writes."""
    path = checked_path(ledger, "The path of a ledger")
    if path.is_dir():
        raise no_folder(path)
    written: list[Decision] = []
    lines: list[str] = []
    with hold_lock(path):
        given = make(path)
        line, number, last_written = last_of(path) if given else (None, 0, "")
        for decision in given:
            _check_settled(decision, number)
            number += 1
            written.append(replace(decision, number=number, written=_now().isoformat(timespec="milliseconds")))
            line = seal_line(written[-1], line)
            lines.append(line)
        if lines:
            append_lines(path, *lines)
    if written:
        _warn_of_clock(written[0], last_written)
    return tuple(written)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def members_hash(of: Mapping | Clusters, cluster: int) -> str:
    """Hash of the segments in a cluster, in whatever order, so that the cluster is known again in another run."""
    clusters = of.clusters if isinstance(of, Mapping) else of
    ids = sorted(clusters.segments.ids[row] for row in clusters.rows_in(cluster))
    return hash_bytes(canonical_json({"ids": ids}, ascii_only=False))[:16]


def _check_settled(decision: Decision, last: int) -> None:
    unknown = [number for number in decision.settles if not 1 <= number <= last]
    if unknown:
        raise InputError(
            f"settles names decisions {', '.join(map(str, unknown))}, which are not in the ledger. "
            f"It holds decisions 1 to {last}." if last else "settles names decisions, but the ledger holds none."
        )  # fmt: skip


def _warn_of_clock(decision: Decision, last: str) -> None:
    if decision.written < last:
        warn(
            f"The computer's clock stands at {decision.written}, before the last decision ({last}). Decision "
            f"{decision.number} is written; the order of the ledger counts. Set the clock."
        )


def _checked(decision: Decision, of: About | None, ledger: str | Path | None) -> Decision:
    """Check that what the decision is about exists, and note what stood before it."""
    if decision.cluster is not None:
        if not isinstance(of, Mapping):
            raise InputError(
                f"Cluster {decision.cluster} means nothing without its segments. Pass of=mapping, the mapping (or "
                f"what map_clusters() gave) in which the cluster stands."
            )
        decision = replace(decision, members=members_hash(of, decision.cluster))
    book = of if isinstance(of, Codebook) else of.codebook if isinstance(of, Mapping | Study) else None
    if book is not None:
        try:
            decision = _in_codebook(decision, book)
        except InputError:
            today = _book_today(ledger, book) if ledger is not None else book
            if today == book:
                raise
            decision = _in_codebook(decision, today)
    if decision.segment and of is not None:
        _check_segment(decision.segment, of)
    return check_about(decision, of) if isinstance(of, Study) else decision


def _book_today(ledger: str | Path, book: Codebook) -> Codebook:
    """Give a codebook with the names that it has by the decisions of a ledger."""
    work = BookInWork(book)
    applied, *_ = standing_decisions(ledger_of(read_lines(ledger)).decisions)
    for decision in applied:
        if decision.kind in CHANGES_CODEBOOK:
            work.apply(decision)
    return work.codebook()


def _in_codebook(decision: Decision, book: Codebook) -> Decision:
    paths = tuple(_path_of(name, book) for name in decision.code)
    theme = decision.theme
    theme = _theme_of(theme, book) if theme else theme
    if decision.kind == "relation":
        decision = replace(decision, to=_theme_of(str(decision.to), book))
    before = book[paths[0]].definition if decision.kind == "change definition" else None
    taken = [code.id for code in decision.made if code.id in book and code.id not in paths]
    if taken:
        raise InputError(
            f"The codebook already has a code {taken[0]!r}. Give the new code another name, or merge the two."
        )
    return replace(decision, code=paths, theme=theme, before=before)


def _theme_of(name: str, book: Codebook) -> str:
    found = book.find_theme(name)
    if found is None:
        raise choice_error("theme", tuple(t.name for t in book.themes) or ("(no themes)",), name)
    return found


def _path_of(name: str, book: Codebook) -> str:
    found = book.find(name)
    if len(found) > 1:
        raise InputError(f"The code {name!r} can mean {' or '.join(map(repr, found))}. Give the whole path.")
    return found[0] if found else book[name].id  # an unknown path is told by the codebook


def _check_segment(segment_id: str, of: About) -> None:
    if isinstance(of, Segments | Mapping):
        (of if isinstance(of, Segments) else of.clusters.segments).index_of(segment_id)
    elif isinstance(of, Study):
        place = span_of(segment_id)
        lengths = {t.id: len(t.text) for t in of.transcripts}
        if place is None or place[0] not in lengths or place[2] > lengths[place[0]]:
            raise InputError(
                f"No words of the study have the id {segment_id!r}. An id is 'transcript:start-end'; the transcripts "
                f"are {', '.join(map(repr, lengths))}."
            )
