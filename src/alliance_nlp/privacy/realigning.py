"""Codings of old transcripts on new ones: after typos were mended, names replaced, paragraphs moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from alliance_nlp.errors import InputError, check_type, counted, warn
from alliance_nlp.privacy.following import NO_TRANSCRIPT, LostError, Versions, n_kept, n_letters, pieces, renamed_in
from alliance_nlp.records import (
    CodedSpan,
    Coding,
    ReadSpan,
    Record,
    Segments,
    Study,
    Table,
    Tabular,
    Transcript,
    span_of,
)
from alliance_nlp.records.fields import Checked, Count, Name, Share, refuse_twice

Became = Literal["as it was", "elsewhere", "other words", "lost"]
BECAME: tuple[Became, ...] = ("as it was", "elsewhere", "other words", "lost")
TWICE = "the coder now has this code here twice; it is kept once"
_UNPROVEN = (
    "What cannot be proven is lost: code it again by hand. Of two equal lines that changed places nobody can tell."
)


@dataclass(frozen=True, slots=True)
class Landing(Checked):
    """What became of one application of a code.

    Parameters
    ----------
    span : CodedSpan
        As it stood on the old transcript.
    became : {"as it was", "elsewhere", "other words", "lost"}
        "elsewhere": the same words at another place; "other words": words inside it, or at its edges, changed.
    start, end : int or None
        Where it stands now; None where it is lost.
    old_words, new_words : str
        The words, verbatim; a mark stands for what somebody says who did not agree to be quoted.
    why : str
        Why it is lost, or what to look at.
    """

    span: CodedSpan
    became: Became
    start: Count | None
    end: Count | None
    old_words: str
    new_words: str = ""
    why: str = ""

    def _check(self) -> None:
        lost = self.became == "lost"
        if (self.start is None) != lost or (self.end is None) != lost:
            raise InputError(
                f"A landing has start and end unless it is lost. Got became={self.became!r}, start={self.start}, "
                f"end={self.end}."
            )


@dataclass(frozen=True, eq=False, repr=False)
class Realigned(Tabular, Record):
    """A coding on the new transcripts, and what became of each application: old and new side by side.

    Parameters
    ----------
    coding : Coding
        What could be placed; its coders, codebook and statements are those of the old one.
    landings : tuple of Landing
        One for each application of the old coding, in its order.
    places : dict of str to str
        Of each id of a segment that the coding names the new id; lost ones are absent.
    read_share : dict of str to float
        Per coder the share of the letters said to be read in the old transcripts that is known to be read in the new.

    Notes
    -----
    A stretch that landed holds the words that the coder saw, as far as they are still there. It does not say that the
    coder would still give the code.
    """

    coding: Coding
    landings: tuple[Landing, ...]
    places: Mapping[Name, Name]
    read_share: Mapping[Name, Share]

    def _check(self) -> None:
        placed = {(x.span.transcript_id, x.start, x.end) for x in self.landings if x.start is not None}
        if not {(x.transcript_id, x.start, x.end) for x in self.coding.applied} <= placed:
            raise InputError("Realigned.landings must say of each application of the coding how it came to its place.")

    @property
    def lost(self) -> tuple[Landing, ...]:
        """Applications that have no place in the new transcripts."""
        return tuple(landing for landing in self.landings if landing.became == "lost")

    def table(self) -> Table:
        """Give one row an application whose words or place changed; the words are in ``rows()`` and HTML."""
        columns = ("transcript_id", "coder", "code_id", "became", "old", "new", "old_words", "new_words", "why")
        values = tuple(
            (x.span.transcript_id, x.span.coder, x.span.code_id, x.became, f"{x.span.start}-{x.span.end}",
             "" if x.start is None else f"{x.start}-{x.end}", x.old_words, x.new_words, x.why)
            for x in self.landings if x.became != "as it was" or x.why
        )  # fmt: skip
        return Table(columns, values, "What became of the codings", ("old_words", "new_words"), self._notes())

    def _notes(self) -> tuple[str, ...]:
        n = {became: sum(x.became == became for x in self.landings) for became in BECAME}
        told = ", ".join(f"{n[became]} {became}" for became in BECAME)
        read = tuple(
            f"{coder}: {share:.0%} of what was read is known to be read in the new transcripts"
            for coder, share in self.read_share.items() if share < 1
        )  # fmt: skip
        return (f"{counted(len(self.landings), 'application')}: {told}.", *read, *((_UNPROVEN,) if n["lost"] else ()))

    def _summary(self) -> str:
        return f"{counted(len(self.landings), 'application')}, {len(self.lost)} lost"


Transcribed = Transcript | Study | Segments | Iterable[Transcript]


def realign(coding: Coding, old: Transcribed, new: Transcribed) -> Realigned:
    """Put a coding onto transcripts that were edited after it was made.

    Parameters
    ----------
    coding : Coding
        What was coded on the old transcripts.
    old, new : Transcript, Study, Segments, or iterable of Transcript
        The transcripts as they were coded, and as they are now; known to each other by their ids.

    Returns
    -------
    Realigned
        The coding on the new transcripts, and of each application what became of it. A place is given where the words
        prove it; what cannot be proven is lost, and listed.

    Raises
    ------
    InputError
        When two transcripts on one side have the same id.
    AlignmentError
        When the coding does not fit the old transcripts.

    Warns
    -----
    AllianceWarning
        When applications are lost.

    Notes
    -----
    Words are compared, not letters: three words in a row that stand once in either version are evidence for a place,
    two such rows that share no word prove it. A name at the edge of a coded stretch that was replaced by another one
    is followed where as many words stand in its place, or where the same words were replaced like this elsewhere. What
    was read is followed word by word. A coding that this one was made from is put onto the new transcripts, too.

    Examples
    --------
    >>> from alliance_nlp.records import Turn
    >>> was = Transcript("T", "P1: So Ann waits teh whole day, and then she goes home.", (Turn(4, 55, "P1"),))
    >>> now = Transcript("T", "P1: So Eva waits the whole day, and then she goes home.", (Turn(4, 55, "P1"),))
    >>> found = realign(Coding((CodedSpan("KL", "T", 7, 30, "Time"),), ()), was, now)
    >>> found.landings[0].became, found.landings[0].new_words
    ('other words', 'Eva waits the whole day')
    """
    check_type("realign() takes a Coding", Coding, coding)
    before, after = _by_id(old, "old"), _by_id(new, "new")
    versions = _versions(coding, before, after)
    landings = tuple(_landing(span, before, after, versions) for span in coding.applied)
    read, share = _read(coding, before, versions)
    applied, landings = _once(landings)
    behind = coding.made_from
    if isinstance(behind, Coding):
        behind = _quietly(behind, before, after)
    placed = replace(
        coding, applied=applied, read=read, made_from=behind, saw_suggestions={}
    )  # fmt: skip
    saw = {coder: said for coder, said in coding.saw_suggestions.items() if coder in placed.coders}
    found = Realigned(replace(placed, saw_suggestions=saw), landings, _places(coding, versions), share)
    if found.lost:
        warn(
            f"{counted(len(found.lost), 'application')} of {len(landings)} could not be placed and are listed as lost."
        )
    return found


def transcripts_of(given: Transcribed, where: str) -> tuple[Transcript, ...]:
    """Give the transcripts that a study, segments or a caller holds."""
    held = given.transcripts if isinstance(given, Study | Segments) else given
    transcripts = (held,) if isinstance(held, Transcript) else tuple(held)
    for one in transcripts:
        check_type(f"{where} must hold transcripts", Transcript, one)
    return transcripts


def _by_id(given: Transcribed, where: str) -> dict[str, Transcript]:
    transcripts = transcripts_of(given, where)
    refuse_twice(f"{where} of realign()", (t.id for t in transcripts))
    return {t.id: t for t in transcripts}


def _versions(coding: Coding, before: Mapping[str, Transcript], after: Mapping[str, Transcript]) -> dict[str, Versions]:
    """Lay each coded transcript beside its new version; whatever is replaced in one is known in all."""
    from tqdm import tqdm

    from alliance_nlp.records.transcripts import refuse_outside

    refuse_outside("The coding's applications", coding.applied, before.values())
    refuse_outside("What the coding says was read", coding.read, before.values())
    wanted = [name for name in before if name in after]
    bar = tqdm(wanted, desc="realigning", unit="transcript", delay=2, disable=None, leave=False)
    found = {name: Versions(before[name].text, after[name].text) for name in bar}
    renamed = renamed_in(found.values())
    for each in found.values():
        each.renamed = renamed
    return found


def _landing(
    span: CodedSpan, before: Mapping[str, Transcript], after: Mapping[str, Transcript], versions: Mapping[str, Versions]
) -> Landing:
    was = before[span.transcript_id]
    shown = was.shown(span.start, span.end)
    if span.transcript_id not in versions:
        return Landing(span, "lost", None, None, shown, "", NO_TRANSCRIPT)
    try:
        start, end = versions[span.transcript_id].follow(span.start, span.end)
    except LostError as err:
        return Landing(span, "lost", None, None, shown, "", str(err))
    now = after[span.transcript_id]
    same = was.text[span.start : span.end] == now.text[start:end]
    here = (start, end) == (span.start, span.end)
    became: Became = "other words" if not same else "as it was" if here else "elsewhere"
    return Landing(span, became, start, end, shown, now.shown(start, end), _to_see(was, span, now, start, end))


def _to_see(was: Transcript, span: CodedSpan, now: Transcript, start: int, end: int) -> str:
    """Say what a person should look at: turns that were split or joined, and who speaks."""
    turns, new_turns = _turns(was, span.start, span.end), _turns(now, start, end)
    if len(turns) != len(new_turns):
        return f"stood in {counted(len(turns), 'turn')}, stands in {len(new_turns)}"
    people = [was.turns[i].person for i in turns], [now.turns[i].person for i in new_turns]
    return "" if people[0] == people[1] else f"said by {_names(people[0])}, now by {_names(people[1])}"


def _names(people: Iterable[str | None]) -> str:
    return " and ".join(dict.fromkeys(repr(name) if name else "nobody named" for name in people))


def _turns(transcript: Transcript, start: int, end: int) -> list[int]:
    return [i for i, turn in enumerate(transcript.turns) if max(turn.start, start) < min(turn.end, end)]


def _once(landings: tuple[Landing, ...]) -> tuple[tuple[CodedSpan, ...], tuple[Landing, ...]]:
    """Give the applications where they stand now, each once, and say which ones fell together."""
    applied: dict[CodedSpan, None] = {}
    told = []
    for landing in landings:
        if landing.start is None or landing.end is None:
            told.append(landing)
            continue
        span = replace(landing.span, start=landing.start, end=landing.end)
        told.append(replace(landing, why="; ".join(filter(None, (landing.why, TWICE)))) if span in applied else landing)
        applied[span] = None
    return tuple(applied), tuple(told)


def _read(
    coding: Coding, before: Mapping[str, Transcript], versions: Mapping[str, Versions]
) -> tuple[tuple[ReadSpan, ...], dict[str, float]]:
    """Follow what was read, and say per coder how much of it is known to be read now."""
    found: dict[ReadSpan, None] = {}
    letters: dict[str, list[int]] = {}
    for span in coding.read:
        known = versions.get(span.transcript_id)
        n, kept = letters.setdefault(span.coder, [0, 0]), 0
        if known is not None:
            kept = n_kept(known, span.start, span.end)
            found.update(dict.fromkeys(replace(span, start=s, end=e) for s, e in pieces(known, span.start, span.end)))
        said = n_letters(known, span.start, span.end) if known is not None else span.end - span.start
        n[0], n[1] = n[0] + said, n[1] + kept
    return tuple(found), {coder: kept / said if said else 1.0 for coder, (said, kept) in letters.items()}


def _places(coding: Coding, versions: Mapping[str, Versions]) -> dict[str, str]:
    """Give the new id of each segment that the coding's ledger or applications name."""
    named = {span.segment_id for span in coding.applied}
    if coding.ledger is not None and "segment_id" in coding.ledger.columns:
        named |= {str(row["segment_id"]) for row in coding.ledger.rows()}
    return {name: new for name in sorted(named) if (new := new_id(name, versions)) is not None}


def new_id(segment_id: str, versions: Mapping[str, Versions]) -> str | None:
    """Give the id of a segment in the new transcripts; None where it is lost, or is no id."""
    place = span_of(segment_id)
    if place is None or place[0] not in versions:
        return None
    try:
        start, end = versions[place[0]].follow(place[1], place[2])
    except LostError:
        return None
    return f"{place[0]}:{start}-{end}"


def _quietly(coding: Coding, before: Mapping[str, Transcript], after: Mapping[str, Transcript]) -> Coding:
    """Realign a coding behind another one, without a warning of its own."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return realign(coding, before.values(), after.values()).coding
