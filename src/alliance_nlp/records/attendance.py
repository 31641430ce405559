"""Who took part, in which sessions, and in which order these were."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from alliance_nlp.errors import counted
from alliance_nlp.records.people import Cast
from alliance_nlp.records.study import Study
from alliance_nlp.records.transcripts import Transcript, moderates
from alliance_nlp.records.withdrawn import took_back

NOT_DATED = "Not every session has a date; the order is that in which they were given."


def people_behind(study: Study) -> Cast:
    """Who stands behind each label of a study."""
    return Cast(study.transcripts, study.participants, study.same_people)


def attendance(study: Study) -> dict[str, frozenset[str]]:
    """Sessions that each participant attended: as the study states, and those in which they speak.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    dict of str to frozenset of str
        Per participant the names of sessions, none for somebody who came to none; moderators are left out.

    Examples
    --------
    >>> from alliance_nlp.records import Participant, Study, Transcript
    >>> people = (Participant("P1", "participant", ("S1",)), Participant("M", "moderator", ("S1",)))
    >>> attendance(Study((Transcript("S1", ""),), participants=people))
    {'P1': frozenset({'S1'})}
    """
    sessions = {name: t.session_name for t in study.transcripts for name in (t.id, t.session_name)}
    vague = people_behind(study).vague
    attended = {
        person.id: {sessions[name] for name in person.sessions if name in sessions}
        for person in study.participants
        if not moderates(person.role) and person.id not in vague
    }
    for transcript in study.transcripts:
        for turn in transcript.turns:
            if turn.person and not moderates(study.role_of(turn)):
                attended.setdefault(turn.person, set()).add(transcript.session_name)
    return {name: frozenset(names) for name, names in attended.items()}


def still_in(study: Study) -> dict[str, frozenset[str]]:
    r"""Attendance of the participants without those who took back what they said: nothing is counted of them.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> turns = (Turn(0, 3, "Ann"), Turn(4, 7, "Bo"))
    >>> list(still_in(Study((Transcript("T", "\u00b7\u00b7\u00b7\nYes", turns),))))
    ['Bo']
    """
    return {person: at for person, at in attendance(study).items() if not took_back(study.transcripts, person)}


def not_counted(study: Study) -> tuple[str, ...]:
    """Say how many participants took back what they said; nothing where nobody did.

    Examples
    --------
    >>> not_counted(Study(()))
    ()
    """
    n = len(attendance(study)) - len(still_in(study))
    return (f"Not counted: {counted(n, 'participant')} who took back what they said.",) if n else ()


def session_dates(transcripts: Sequence[Transcript]) -> dict[str, datetime.date | None]:
    """Sessions with their dates, earliest first; in the order given where one has no date.

    Examples
    --------
    >>> session_dates((Transcript("T1", "", session="first"), Transcript("T2", "", session="first")))
    {'first': None}
    """
    dates: dict[str, datetime.date | None] = {}
    for transcript in transcripts:
        dates.setdefault(transcript.session_name, transcript.date)
    return dates if None in dates.values() else dict(sorted(dates.items(), key=lambda item: str(item[1])))
