"""Member checks of groups: who was there, what was shown, said and changed; and to whom packs were handed out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, listed, problems_error
from alliance_nlp.ledger import Decision, Standing, decide, record_all
from alliance_nlp.method.member_checks.packs import MemberCheckPack
from alliance_nlp.records import Row, Study, Table, still_in

SAID = ("said", "theme", "by", "verdict", "changed")  # what a reply of a group may hold
COLUMNS = (
    "workshop", "date", "present", "not_present", "shown", "theme", "said", "said_by", "verdict", "changed",
    "recorded_by",
)  # fmt: skip


def hand_out_pack(
    ledger: str | Path, pack: MemberCheckPack, *, by: str, of: Study, date: datetime.date | None = None, note: str = ""
) -> Decision:
    """Write into the ledger that a participant got their pack.

    Parameters
    ----------
    ledger : str or Path
        The ledger's file.
    pack : MemberCheckPack
        What was handed out.
    by : str
        Who handed it out.
    of : Study
        The study, in which the participant must have taken part.
    date : datetime.date, optional
        Day on which it was handed out; today by default.
    note : str
        How, such as "by post".

    Returns
    -------
    Decision
        The line as it was written.

    Raises
    ------
    InputError
        When the study has no such participant. Nothing is written then.

    Notes
    -----
    Only who got a pack can leave it unanswered: `member_agreement` counts no answer of these alone.

    Examples
    --------
    >>> from alliance_nlp.method.member_checks import member_check_pack
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Transcript, Turn
    >>> t = Transcript("T", "No time.", (Turn(0, 8, "Ann", "participant"),))
    >>> study = Study((t,), Codebook((Code("Time"),)), Coding((CodedSpan("KL", "T", 0, 8, "Time"),), ()))
    >>> ledger = getfixture("tmp_path") / "decisions.jsonl"
    >>> hand_out_pack(ledger, member_check_pack(study, "Ann"), by="KL", of=study).about
    'Ann'
    """
    given = decide("pack", about=pack.participant, to=pack.id, by=by, date=date, note=note, of=of, ledger=ledger)
    return record_all(ledger, (given,))[0]


def record_workshop(
    ledger: str | Path, workshop: str, *, present: str | Sequence[str], shown: str, by: str, of: Study,
    replies: Sequence[Mapping[str, str | Sequence[str]]] = (), date: datetime.date | None = None,
) -> tuple[Decision, ...]:  # fmt: skip
    """Write a member check of a group into the ledger: a workshop, or a session in which findings were shown.

    Parameters
    ----------
    ledger : str or Path
        The ledger's file.
    workshop : str
        What it goes by; the name of a session where it was one.
    present : str or sequence of str
        Participants who were there.
    shown : str
        What they were shown, in the researchers' words.
    by : str
        Who writes it down.
    of : Study
        The study.
    replies : sequence of dict
        What was said, one dict each: ``said`` (needed), ``theme``, ``by`` (who said it; whoever is not named is not
        known), ``verdict`` ("yes", "partly", "no"), ``changed`` (what the researchers changed for it).
    date : datetime.date, optional
        Day of the workshop; today by default.

    Returns
    -------
    tuple of Decision
        The workshop, then one line a reply. All are written, or none.

    Raises
    ------
    InputError
        When nobody was there, somebody did not take part in the study or missed that session, a reply is by somebody
        who was not there, or says nothing. All problems in one error; nothing is written then.

    Notes
    -----
    To be there is to be shown, not to agree: a reply holds for those it names. Who was not there was not asked, and
    `group_checks` lists them as such.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, Transcript, Turn
    >>> t = Transcript("T", "No time. Mm.", (Turn(0, 8, "Ann", "participant"), Turn(9, 12, "Bo", "participant")))
    >>> study, ledger = Study((t,), Codebook((Code("Time"),))), getfixture("tmp_path") / "decisions.jsonl"
    >>> said = {"said": "Time is not the point.", "theme": "Time", "by": ["Ann"], "verdict": "no"}
    >>> told = {"present": ["Ann"], "shown": "themes", "by": "KL", "of": study, "replies": [said]}
    >>> [decision.kind for decision in record_workshop(ledger, "May", **told)]
    ['workshop', 'workshop reply']
    """
    there = _names(present)
    problems = _problems(there, replies)
    told: list[dict[str, Any]] = [{"kind": "workshop", "people": there, "note": shown}]
    told += [
        {"kind": "workshop reply", "note": str(reply.get("said", "")), "theme": str(reply.get("theme", "")),
         "people": _names(reply.get("by", ())), "verdict": str(reply.get("verdict", "")),
         "to": str(reply.get("changed", ""))}
        for reply in replies if isinstance(reply, Mapping)
    ]  # fmt: skip
    given = []
    for number, parts in enumerate(told):
        try:
            given.append(decide(about=workshop, by=by, date=date, of=of, ledger=ledger, **parts))
        except InputError as err:
            if not any(line.startswith(f"reply {number}: ") for line in problems):
                problems.append(f"reply {number}: {err}" if number else str(err))
    if problems:
        raise problems_error(f"The workshop {workshop!r}", problems)
    return record_all(ledger, given)


def _names(by: str | Sequence[str]) -> tuple[str, ...]:
    return ((by,) if by else ()) if isinstance(by, str) else tuple(by)


def _problems(present: Sequence[str], replies: Sequence[Mapping[str, str | Sequence[str]]]) -> list[str]:
    found = []
    for number, reply in enumerate(replies, start=1):
        if not isinstance(reply, Mapping):
            found.append(f"reply {number}: must be a dict that holds {listed(SAID, 'and')}. Got {type(reply).__name__}")
            continue
        unknown = [key for key in reply if key not in SAID]
        absent = [name for name in _names(reply.get("by", ())) if name not in present]
        if unknown:
            found.append(f"reply {number}: {unknown[0]!r} is not read; a reply holds {listed(SAID, 'and')}")
        if not str(reply.get("said", "")).strip():
            found.append(f"reply {number}: nothing was said; give said='...', or leave it out")
        if absent:
            found.append(f"reply {number}: {listed(absent, 'and')} was not present; a reply is by somebody who was")
    return found


def group_checks(study: Study, standing: Standing) -> Table:
    """Say what came of the member checks of groups: who was there and who was not, what was shown, said and changed.

    Parameters
    ----------
    study : Study
        The study.
    standing : Standing
        What `replay` gave.

    Returns
    -------
    Table
        One row a reply; of a workshop without any, one row. What was said is in ``rows()``, not in ``print``.

    Notes
    -----
    A reply of a workshop that the ledger does not hold, or of somebody who by the ledger was not present, is listed and
    said below. Of several workshops of one name a reply is of the last that was written before it.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> group_checks(Study(()), replay(Ledger(()))).rows()
    []
    """
    workshops, replies = standing.of_kind("workshop"), standing.of_kind("workshop reply")
    of = {reply.number: _held(reply, workshops) for reply in replies}
    rows: list[Row] = []
    for shown in workshops:
        own: list[Decision | None] = [reply for reply in replies if of[reply.number] is shown]
        rows += [_row(study, shown, reply) for reply in own or [None]]
    rows += [_row(study, None, reply) for reply in replies if of[reply.number] is None]
    notes = (
        "To be there is to be shown, not to agree; a reply holds for those it names. Not present is not asked, and no "
        "answer is counted of them.",
        *(doubt for reply in replies for doubt in _doubts(reply, of[reply.number])),
    )
    return Table.of(rows, columns=COLUMNS, title="Member checks of groups", quoting=("said",), notes=notes)


def _held(reply: Decision, workshops: Sequence[Decision]) -> Decision | None:
    """Find the workshop of a reply: the last of its name that was written before it, else any of its name."""
    named = [d for d in workshops if d.about == reply.about]
    return next((d for d in reversed(named) if d.number < reply.number), named[0] if named else None)


def _doubts(reply: Decision, shown: Decision | None) -> list[str]:
    if shown is None:
        return [f"Decision {reply.number} is a reply of {reply.about!r}, a workshop that the ledger does not hold."]
    absent = [person for person in reply.people if person not in shown.people]
    said = (
        f"Decision {reply.number} is a reply of {listed(absent, 'and')}, by the ledger not present at {reply.about!r}."
    )
    return [said] if absent else []


def _row(study: Study, shown: Decision | None, reply: Decision | None) -> Row:
    said = {} if reply is None else {
        "theme": reply.theme, "said": study.quotable(reply.note), "said_by": reply.people, "verdict": reply.verdict,
        "changed": str(reply.to),
    }  # fmt: skip
    line = shown or reply
    present = shown.people if shown is not None else ()
    absent = tuple(p for p in still_in(study) if p not in present) if shown is not None else ()
    return {
        "workshop": line.about if line is not None else "", "date": line.date if line is not None else None,
        "present": present, "not_present": absent,
        "shown": shown.note if shown is not None else "(the ledger does not hold it)",
        **{**dict.fromkeys(("theme", "said", "verdict", "changed"), ""), "said_by": (), **said},
        "recorded_by": line.by if line is not None else "",
    }  # fmt: skip
