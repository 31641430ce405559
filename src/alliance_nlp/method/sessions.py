"""What is new, kept and gone between two sessions, and whether the same people changed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, NamedTuple

import numpy as np

from alliance_nlp.errors import InputError, check_choice, counted
from alliance_nlp.numeric import Floats, format_p, grouped
from alliance_nlp.records import (
    LEVELS,
    NOT_DATED,
    Clusters,
    Level,
    Record,
    Segment,
    Segments,
    Study,
    Table,
    Tabular,
    Transcript,
    moderates,
    session_dates,
    still_in,
)
from alliance_nlp.records.fields import Name, refuse_twice

Course = Literal["new", "kept", "gone", "in neither"]
EXACT_UP_TO = 16  # people; 65,536 arrangements are still enumerated in a second
N_RANDOM = 20_000


class SignFlip(NamedTuple):
    """An exact test of whether changes of several people point one way.

    Parameters
    ----------
    mean : float
        Mean change.
    p : float
        Two-sided: share of arrangements of signs whose mean is at least as far from 0.
    n : int
        People.
    arrangements : int
        Arrangements of signs there are, 2 to the power of `n`.
    smallest_p : float
        The smallest p that so many people allow; a p cannot fall below it, whatever they say.
    reason : str
        Why p is nan; empty where it is not.
    """

    mean: float
    p: float
    n: int
    arrangements: int
    smallest_p: float
    reason: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class SessionComparison(Tabular, Record):
    """What is new, kept and gone between two sessions.

    Parameters
    ----------
    first, second : str
        The sessions.
    per_name : Table
        One row a theme (or cluster): statements in either session, "new", "kept", "gone" or "in neither", how many of
        the people present in both changed which way, and the sign-flip test.
    per_person : Table
        One row a theme and person: share of their turns in either session; a session they did not attend is empty.
    not_in_both : tuple of (str, str)
        People who are not in the test, and why.
    """

    first: Name
    second: Name
    per_name: Table
    per_person: Table
    not_in_both: tuple[tuple[str, str], ...]

    def _check(self) -> None:
        refuse_twice("SessionComparison.first and second", (self.first, self.second))
        refuse_twice("SessionComparison.not_in_both", (person for person, _ in self.not_in_both))

    def tables(self) -> tuple[Table, ...]:
        """Give one row a theme or cluster, then one a theme and person."""
        return self.per_name, self.per_person

    def of(self, verdict: Course) -> tuple[str, ...]:
        """Names that are "new", "kept", "gone" or "in neither"."""
        return tuple(row["name"] for row in self.rows() if row["verdict"] == verdict)

    def _summary(self) -> str:
        kept, new, gone = (len(self.of(verdict)) for verdict in ("kept", "new", "gone"))
        return f"{self.first!r} to {self.second!r}: {kept} kept, {new} new, {gone} gone"


def sign_flip(changes: Sequence[float], *, random_state: int = 0) -> SignFlip:
    """Test whether the changes of several people point one way, by turning their signs in every arrangement.

    Parameters
    ----------
    changes : sequence of float
        One change a person.
    random_state : int, default 0
        Seed of the draws, for more than 16 people.

    Returns
    -------
    SignFlip
        Mean, two-sided p, people, arrangements, the smallest p possible; p is nan without a change to test.

    Notes
    -----
    Under the null hypothesis a person's change is as likely up as down. Up to 16 people all arrangements are counted;
    beyond, 20,000 are drawn, and p = (1 + hits) / (1 + draws). A small group cannot give a small p: four people allow
    16 arrangements, so p is never below .125. A large p does not say that nothing changed.

    Examples
    --------
    >>> sign_flip([0.1, 0.2, 0.1, 0.3])[1:5]
    (0.125, 4, 16, 0.125)
    """
    values: Floats = np.asarray(list(changes), dtype=float)
    n = values.size
    if n == 0 or not values.any():
        reason = "nobody attended both sessions" if n == 0 else "nobody's share changed"
        return SignFlip(math.nan if n == 0 else 0.0, math.nan, n, 2**n, 2 / 2**n if n else math.nan, reason)
    observed = abs(values.sum())
    slack = 1e-9 * np.abs(values).sum()  # sums that differ by rounding only are ties
    if n <= EXACT_UP_TO:
        sums = np.array(list(product((-1.0, 1.0), repeat=n))) @ values
        p = float(np.mean(np.abs(sums) >= observed - slack))
        return SignFlip(float(values.mean()), p, n, 2**n, 2 / 2**n)
    signs = np.random.default_rng(random_state).choice((-1.0, 1.0), size=(N_RANDOM, n))
    hits = int(np.sum(np.abs(signs @ values) >= observed - slack))
    return SignFlip(float(values.mean()), (1 + hits) / (1 + N_RANDOM), n, 2**n, max(2 / 2**n, 1 / (1 + N_RANDOM)))


def compare_sessions(
    source: Study | Clusters, *, sessions: tuple[str, str] | None = None, level: Level = "theme",
    coder: str | None = None, min_words: int = 3, random_state: int = 0,
) -> SessionComparison:  # fmt: skip
    """Compare two sessions: which themes or clusters are new, kept and gone, and whether the same people changed.

    Parameters
    ----------
    source : Study or Clusters
        A study with a coding (its consensus where it has one), or clusters of a study's segments.
    sessions : tuple of two str, optional
        Earlier and later session; needed where there are more than two. Otherwise by date, and without dates in the
        order given, which the result says.
    level : {"theme", "essence", "code"}, default "theme"
        What is compared, for a study.
    coder : str, optional
        Use only what this coder applied.
    min_words : int, default 3
        Turns with fewer words ("mm", "me too") are no statements and count for nobody.
    random_state : int, default 0
        Seed of the test, for more than 16 people.

    Returns
    -------
    SessionComparison
        Prints one row a theme or cluster.

    Raises
    ------
    InputError
        When there are not two sessions to compare, a session is not known, or nobody has coded anything.

    Notes
    -----
    The unit of the test is the participant, not the statement: statements of one person, and of people who hear one
    another, are not independent. A change is that of the share of a person's own turns. People who missed a session
    are left out of the test, not counted as silent. Each row is tested alone, without correction for their number:
    read p as a description. A theme that is gone was not spoken of; that does not say that it no longer holds.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, ReadSpan, Study, Transcript, Turn
    >>> days = [Transcript(n, "There is no time.", (Turn(0, 17, "P1", "participant"),)) for n in ("S1", "S2")]
    >>> coding = Coding((CodedSpan("A", "S1", 0, 17, "Time"),), (ReadSpan("A", "S2", 0, 17),))
    >>> compare_sessions(Study(tuple(days), Codebook((Code("Time"),)), coding)).of("gone")
    ('Time',)
    """
    check_choice("level", LEVELS, level)
    if isinstance(source, Study):
        study, (units, names) = source, _of_study(source, level, coder, min_words)
    elif isinstance(source, Clusters):
        study, (units, names) = Study(source.segments.transcripts), _of_clusters(source)
    else:
        raise InputError(f"compare_sessions() takes a Study or Clusters. Got {type(source).__name__}.")
    both, note = _order(study.transcripts, sessions)
    said = grouped(((unit.person, unit.session), unit) for unit in units)
    absent = _why("absent from", {p: [s for s in both if s not in came] for p, came in still_in(study).items()})
    silent = _why("no statement in", {p: [s for s in both if (p, s) not in said] for p in absent})
    left_out = {person: absent[person] or silent[person] for person in absent if absent[person] or silent[person]}
    per_name, per_person = [], []
    for name in names:
        shares = {person: [_share(said.get((person, session), ()), name) for session in both] for person in absent}
        per_person += [(name, person, one, two, two - one, absent[person]) for person, (one, two) in shares.items()]
        changes = [two - one for person, (one, two) in shares.items() if person not in left_out]
        per_name.append(_name_row(name, units, both, changes, random_state))
    return SessionComparison(
        *both,
        Table(NAME_COLUMNS, tuple(per_name), f"From {both[0]} to {both[1]}",
              notes=_notes(note, len(absent) - len(left_out), left_out, len(names))),
        Table(PERSON_COLUMNS, tuple(per_person)), tuple(left_out.items()),
    )  # fmt: skip


NAME_COLUMNS = ("name", "first", "second", "verdict", "change", "up", "down", "unchanged", "p", "remark")
PERSON_COLUMNS = ("name", "participant", "first", "second", "change", "remark")


class _Unit(NamedTuple):
    """One statement: its session, its speaker, and the names that it carries."""

    session: str
    person: str | None
    names: frozenset[str]


def _of_clusters(clusters: Clusters) -> tuple[list[_Unit], list[str]]:
    segments = clusters.segments
    units = [
        _Unit(segments.session_of(s), s.person, frozenset({f"cluster {label}"} if label >= 0 else ()))
        for s, label in zip(segments, clusters.labels.tolist(), strict=True)
        if s.id not in clusters.set_aside
    ]
    return units, [f"cluster {number}" for number in range(clusters.n_clusters)]


def _of_study(study: Study, level: Level, coder: str | None, min_words: int) -> tuple[list[_Unit], list[str]]:
    coding = study.coded_by(coder)
    if coding is None or not (coding.applied or coding.read):
        raise InputError(
            "Nobody has coded anything, so sessions cannot be compared by theme. Read codings into the study, or pass "
            "clusters."
        )
    segments = _turns(study, min_words)
    seen = coding.on(segments).at(level, study.codebook)
    units = []
    for position, segment in enumerate(segments):
        read = [sets[position] for sets in seen.sets.values() if sets[position] is not None]
        if read:  # a turn that nobody read is unknown, which is not "no code"
            carried = frozenset(name for codes in read for name in codes or ())
            units.append(_Unit(segments.session_of(segment), segment.person, carried))
    return units, study.book.names_at(level, sorted({name for unit in units for name in unit.names}))


def _turns(study: Study, min_words: int) -> Segments:
    """Participants' turns with at least so many words, as segments."""
    items = [
        Segment(
            t.id,
            turn.start,
            turn.end,
            t.turn_text(index),
            turn.speaker,
            turn.role,
            index,
            index,
            person_id=turn.person_id,
        )
        for t in study.transcripts
        for index, turn in enumerate(t.turns)
        if not moderates(study.role_of(turn)) and len(t.turn_text(index).split()) >= min_words
    ]
    return Segments(tuple(items), study.transcripts)


def _order(transcripts: Sequence[Transcript], sessions: tuple[str, str] | None) -> tuple[tuple[str, str], str]:
    dates = session_dates(transcripts)
    names = list(dates)
    if sessions is not None:
        unknown = [name for name in sessions if name not in names]
        if unknown or len(set(sessions)) != 2:
            raise InputError(
                f"sessions names two different sessions of {', '.join(map(repr, names))}. Got {sessions!r}."
            )
        return sessions, ""
    if len(names) != 2:
        raise InputError(
            f"compare_sessions() compares two sessions. There are {len(names)}: {', '.join(map(repr, names))}. "
            f"Name two with sessions=('earlier', 'later')."
        )
    first, second = dates.values()
    if first is None or second is None:
        return (names[0], names[1]), NOT_DATED
    return (names[0], names[1]), f"Between the sessions: {counted((second - first).days, 'day')}."


def _why(what: str, sessions: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Say of each person in which sessions something holds; empty where in none."""
    return {person: f"{what} {' and '.join(names)}" if names else "" for person, names in sessions.items()}


def _share(own: Sequence[_Unit], name: str) -> float:
    return sum(name in unit.names for unit in own) / len(own) if own else math.nan


def _name_row(
    name: str, units: Sequence[_Unit], both: tuple[str, str], changes: Sequence[float], random_state: int
) -> tuple[Any, ...]:
    one, two = (sum(name in unit.names and unit.session == session for unit in units) for session in both)
    came: dict[tuple[bool, bool], Course] = {(True, True): "kept", (False, True): "new", (True, False): "gone"}
    verdict: Course = came.get((one > 0, two > 0), "in neither")
    test = sign_flip(changes, random_state=random_state)
    up, down = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    unchanged = len(changes) - up - down
    return name, one, two, verdict, test.mean, up, down, unchanged, test.p, test.reason


def _notes(note: str, n: int, left_out: Mapping[str, str], n_tests: int) -> tuple[str, ...]:
    test = (
        f"Test over the {n} people present in both sessions: {counted(2**n, 'arrangement')} of signs, so p cannot fall "
        f"below {format_p(2 / 2**n)}; {counted(n_tests, 'row')} tested, each alone."
        if n
        else "Nobody spoke in both sessions, so no change can be tested."
    )
    people = "; ".join(f"{person} {why}" for person, why in left_out.items())
    aside = f"Not in the test: {people}. Absent is not silent." if people else ""
    return tuple(filter(None, (note, test, aside)))
