"""Made studies in which two codings have nothing to do with each other, or a little: what a p must hold on.

Written before the test that is judged on them. In all worlds several people speak in turn and codes run along the talk;
they part in *how* codes run and in whether people differ in how often they say what a code is about. Nothing here knows
the library.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

Floats = np.ndarray
Ints = np.ndarray

KINDS = ("threshold", "own talk", "taken up or not", "episodes")
TURNS = ("any order", "never twice", "uneven")


@dataclasses.dataclass(frozen=True)
class Design:
    """One cell of the table: the shape of a study and how codes run in it."""

    kind: str
    run: float  # mean length of a stretch that carries or lacks a code, in turns (of one person: "own talk")
    people_differ: bool
    n_sessions: int
    n_turns: int  # of each session
    n_people: int  # of each session; 1 is an interview, with another person in each
    prevalence: float = 0.25
    turn_taking: str = "any order"
    agreement: float = 0.0  # share of turns on which the second coding repeats the first
    run_b: float | None = None  # of the second coding, where it is another
    prevalence_b: float | None = None
    uneven_sessions: bool = False  # sessions of very different length


@dataclasses.dataclass(frozen=True)
class Made:
    """Two codings of one code over the turns of a study, with who spoke and in which session."""

    a: Ints
    b: Ints
    session: Ints
    person: Ints


def stretches(rng: np.random.Generator, n: int, mean: float) -> Ints:
    """Give each of n turns the number of its stretch; lengths are geometric with this mean."""
    return np.cumsum(rng.random(n) < 1 / mean) if mean > 1 else np.arange(n)


def speakers(rng: np.random.Generator, design: Design) -> Ints:
    n, people = design.n_turns, design.n_people
    if design.uneven_sessions:
        n = max(5, round(n * np.exp(0.7 * rng.normal())))
    if people == 1:
        return np.zeros(n, dtype=int)
    if design.turn_taking == "never twice":
        return np.cumsum(np.concatenate([rng.integers(people, size=1), rng.integers(1, people, n - 1)])) % people
    weights = rng.dirichlet(np.ones(people)) if design.turn_taking == "uneven" else np.full(people, 1 / people)
    return rng.choice(people, n, p=weights)


def carried(rng: np.random.Generator, design: Design, often: Floats, person: Ints) -> Ints:
    """One coding of a session: 1 where the code is applied; `often` is each person's share."""
    n = len(person)
    if design.kind == "own talk":  # each person's turns run on, whatever the others say between them
        out = np.empty(n, dtype=int)
        for who in range(len(often)):
            own = np.flatnonzero(person == who)
            run = stretches(rng, len(own), design.run)
            out[own] = rng.random(len(own) + 1)[run] < often[who]
        return out
    run = stretches(rng, n, design.run)
    if design.kind == "threshold":  # a subject is on the table; those to whom it matters say so
        return (rng.random(n + 1)[run] < often[person]).astype(int)
    if design.kind == "taken up or not":  # each person takes the subject up or leaves it, for a whole stretch
        return (rng.random((n + 1, len(often))) < often)[run, person].astype(int)
    # the subject is on the table or not; within a stretch each turn speaks of it or not
    on_the_table = (rng.random(n + 1) < 0.5)[run]
    return (on_the_table & (rng.random(n) < np.minimum(1, 2 * often[person]))).astype(int)


def shares(rng: np.random.Generator, design: Design) -> Floats:
    """How often each person says what the code is about."""
    p = design.prevalence
    return rng.beta(4 * p, 4 * (1 - p), design.n_people) if design.people_differ else np.full(design.n_people, p)


def second(design: Design) -> Design:
    """Give the design of the second coding."""
    return dataclasses.replace(
        design, run=design.run_b or design.run, prevalence=design.prevalence_b or design.prevalence
    )


def often_b(design: Design, often: Floats) -> Floats:
    """Those who say more of the one code say more of the other, also where the other is rarer or commoner."""
    if design.prevalence_b is None:
        return often
    return often ** (np.log(design.prevalence_b) / np.log(design.prevalence))


def make(rng: np.random.Generator, design: Design) -> Made:
    """Draw one study. The same people come to every session, except to interviews."""
    often, parts = shares(rng, design), []
    for session in range(design.n_sessions):
        if design.n_people == 1:
            often = shares(rng, design)
        person = speakers(rng, design)
        a = carried(rng, design, often, person)
        b = carried(rng, second(design), often_b(design, often), person)
        b = np.where(rng.random(len(a)) < design.agreement, a, b)
        number = session if design.n_people == 1 else 0
        parts.append(np.stack([a, b, np.full(len(a), session), person + number]))
    return Made(*np.concatenate(parts, axis=1))


SHAPES = (  # sessions, turns of each, people in each
    (2, 220, 5),  # the founding study
    (1, 100, 4),
    (1, 400, 6),
    (4, 60, 6),
    (8, 40, 1),
    (19, 150, 1),
    (30, 12, 1),
)


OTHER_SHAPES = (
    (3, 40, 1),
    (1, 60, 2),
    (2, 30, 3),
    (6, 30, 2),
    (12, 30, 8),
    (60, 25, 1),
)
TINY_SHAPES = (  # stretches of two to eight turns
    (1, 12, 1),
    (1, 20, 1),
    (1, 30, 2),
    (1, 40, 2),
    (1, 50, 1),
    (1, 80, 4),
    (2, 15, 2),
    (2, 30, 2),
    (6, 6, 2),
    (10, 2, 1),
    (10, 4, 3),
    (10, 5, 1),
    (12, 3, 1),
    (12, 5, 2),
)
UNLIKE = ((0.02, 0.25), (0.05, 0.5), (0.05, 0.9), (0.02, 0.98), (0.25, 0.75), (0.1, 0.9))  # prevalence of a and of b


def designs(agreement: float = 0.0) -> Iterator[Design]:
    """Give the cells of the table."""
    yield from first_designs(agreement)
    yield from rare_and_unlike_designs(agreement)
    yield from long_and_other_designs(agreement)
    yield from tiny_designs(agreement)


def rare_and_unlike_designs(agreement: float) -> Iterator[Design]:
    """Give rare codes, and codings of which one is commoner, or runs longer, than the other."""
    for shape in SHAPES:
        for prevalence in (0.02, 0.05):
            for run in (1, 8):
                yield Design("threshold", run, True, *shape, prevalence=prevalence, agreement=agreement)
    for a, b in UNLIKE:
        for shape in (SHAPES[0], SHAPES[1], SHAPES[4], SHAPES[6]):
            for run in (1, 8):
                yield Design("threshold", run, False, *shape, prevalence=a, prevalence_b=b, agreement=agreement)
    for run_a, run_b in ((1, 15), (15, 1), (3, 8)):
        for shape in (SHAPES[0], SHAPES[1], SHAPES[5]):
            yield Design("threshold", run_a, True, *shape, run_b=run_b, agreement=agreement)


def long_and_other_designs(agreement: float) -> Iterator[Design]:
    """Give runs that are longer than a tenth of the talk, and studies of other shapes."""
    for kind in KINDS:
        for shape in (SHAPES[0], SHAPES[1], SHAPES[3]):
            for run in (30, 60):
                yield Design(kind, run, True, *shape, agreement=agreement)
    for shape in OTHER_SHAPES:
        for run in (1, 3, 8):
            yield Design(KINDS[0], run, True, *shape, agreement=agreement)
    for shape in (SHAPES[0], SHAPES[3], SHAPES[4], SHAPES[5]):
        for run in (3, 8):
            yield Design("threshold", run, True, *shape, uneven_sessions=True, agreement=agreement)


def tiny_designs(agreement: float) -> Iterator[Design]:
    """Give talk of few turns, in which sums of stretches take few values."""
    for shape in TINY_SHAPES:
        for a, b in ((0.5, 0.5), (0.2, 0.2), (0.7, 0.7), (0.3, 0.7), (0.2, 0.5)):
            yield Design("threshold", 1, False, *shape, prevalence=a, prevalence_b=b, agreement=agreement)


def first_designs(agreement: float) -> Iterator[Design]:
    """Give the cells that a first trial was judged on."""
    for n_sessions, n_turns, n_people in SHAPES:
        for kind in KINDS[:1] if n_people == 1 else KINDS:
            for differ in (False, True):
                for run in (1, 3, 8, 15):
                    yield Design(kind, run, differ, n_sessions, n_turns, n_people, agreement=agreement)
    for prevalence in (0.05, 0.1, 0.5):
        for shape in (SHAPES[0], SHAPES[5]):
            for run in (3, 8):
                yield Design("threshold", run, True, *shape, prevalence=prevalence, agreement=agreement)
    for turn_taking in TURNS[1:]:
        for kind in KINDS:
            for run in (3, 15):
                yield Design(kind, run, True, *SHAPES[0], turn_taking=turn_taking, agreement=agreement)
    for n_people in (60, 300):  # answers of a survey: one each, in no order
        yield Design("threshold", 1, False, 1, n_people, n_people, agreement=agreement)


@dataclasses.dataclass(frozen=True)
class GroupDesign:
    """A study whose turns carry at most one theme each and lie in one cluster each."""

    run: float
    people_differ: bool
    n_sessions: int
    n_turns: int
    n_people: int
    n_themes: int = 4
    n_clusters: int = 12
    without_theme: float = 0.2
    agreement: float = 0.0  # share of coded turns whose cluster is that of their theme


@dataclasses.dataclass(frozen=True)
class MadeGroups:
    """Theme (-1 for none) and cluster of every turn, with who spoke and in which session."""

    theme: Ints
    cluster: Ints
    session: Ints
    person: Ints


def grouped(rng: np.random.Generator, run: float, favor: Floats, person: Ints, nowhere: float) -> Ints:
    """One grouping of a session: a subject lasts a while, and people differ in what they make of it."""
    run_of = stretches(rng, len(person), run)
    drawn, absent = rng.random(len(person) + 1)[run_of], rng.random(len(person) + 1)[run_of] < nowhere
    group = (drawn[:, None] > np.cumsum(favor, axis=1)[person]).sum(axis=1)
    return np.where(absent, -1, np.minimum(group, favor.shape[1] - 1))


def make_groups(rng: np.random.Generator, design: GroupDesign) -> MadeGroups:
    """Draw one study. The same people come to every session, except to interviews."""

    def favors() -> tuple[Floats, ...]:
        sizes = (design.n_themes, design.n_clusters)
        if design.people_differ:
            return tuple(rng.dirichlet(np.ones(size), design.n_people) for size in sizes)
        return tuple(np.full((design.n_people, size), 1 / size) for size in sizes)

    themes, clusters = favors()
    parts = []
    for session in range(design.n_sessions):
        if design.n_people == 1:
            themes, clusters = favors()
        person = rng.integers(0, design.n_people, design.n_turns)
        theme = grouped(rng, design.run, themes, person, design.without_theme)
        cluster = grouped(rng, design.run, clusters, person, 0.0)
        cluster = np.where((theme >= 0) & (rng.random(len(theme)) < design.agreement), theme, cluster)
        number = session if design.n_people == 1 else 0
        parts.append(np.stack([theme, cluster, np.full(len(theme), session), person + number]))
    return MadeGroups(*np.concatenate(parts, axis=1))


GROUP_SHAPES = ((2, 220, 5), (1, 400, 4), (1, 100, 4), (10, 40, 1), (30, 12, 1))


def group_designs(agreement: float = 0.0) -> Iterator[GroupDesign]:
    """Give the cells of the table of groupings."""
    for shape in GROUP_SHAPES:
        for differ in (False, True):
            for run in (1, 2, 4, 8, 15):
                yield GroupDesign(run, differ, *shape, agreement=agreement)
    for themes, clusters in ((12, 40), (2, 3)):
        for run in (1, 8):
            yield GroupDesign(run, True, *GROUP_SHAPES[0], themes, clusters, agreement=agreement)


@dataclasses.dataclass(frozen=True)
class SlipDesign:
    """A study in which two coders read one truth and slip: how codes run, and how slips run on."""

    run: float
    slip_run: float
    n_sessions: int
    n_turns: int
    n_people: int  # of each session; 1 is an interview, with another person in each
    prevalence: float = 0.25


@dataclasses.dataclass(frozen=True)
class Slipped:
    """What two coders said, in which session and of whom; and the kappa that more talk of these people would have."""

    a: Ints
    b: Ints
    session: Ints
    person: Ints
    kappa: float


def slipped_session(
    rng: np.random.Generator, design: SlipDesign, often: Floats, slips: Floats
) -> tuple[Ints, Ints, Ints]:
    """One session: person, and the two codings; slips differ by person and run on as codes do."""
    talk = Design("threshold", design.run, True, 1, design.n_turns, design.n_people)
    person = speakers(rng, talk)
    truth = carried(rng, talk, often, person)
    wrong = dataclasses.replace(talk, run=design.slip_run)
    a, b = (truth ^ carried(rng, wrong, slips, person) for _ in range(2))
    return person, a, b


def make_slipped(rng: np.random.Generator, design: SlipDesign, *, more: int = 20_000) -> Slipped:
    """Draw one study, and `more` turns of the same people for the truth. The same people come to every session."""
    talk = Design("threshold", design.run, True, 1, design.n_turns, design.n_people, design.prevalence)
    people = [(shares(rng, talk), rng.beta(1.2, 8.0, design.n_people)) for _ in range(design.n_sessions)]
    if design.n_people > 1:
        people = people[:1] * design.n_sessions
    parts = []
    for session, of_session in enumerate(people):
        person, a, b = slipped_session(rng, design, *of_session)
        number = session if design.n_people == 1 else 0
        parts.append(np.stack([a, b, np.full(len(a), session), person + number]))
    again = max(1, more // (design.n_turns * design.n_sessions))
    long = np.concatenate(
        [np.stack(slipped_session(rng, design, *of)[1:]) for of in people for _ in range(again)], axis=1
    )
    both, in_a, in_b = (long[0] & long[1]).mean(), long[0].mean(), long[1].mean()
    observed, expected = 1 - in_a - in_b + 2 * both, in_a * in_b + (1 - in_a) * (1 - in_b)
    return Slipped(*np.concatenate(parts, axis=1), float((observed - expected) / (1 - expected)))


def slip_designs() -> Iterator[SlipDesign]:
    """Give the cells of the table of coverage."""
    for shape in ((2, 220, 5), (1, 400, 6), (1, 200, 4), (4, 60, 6), (8, 40, 1), (1, 100, 4)):
        for prevalence in (0.25, 0.1):
            for run, slip_run in ((1, 1), (4, 1), (4, 4), (8, 8), (15, 3)):
                yield SlipDesign(run, slip_run, *shape, prevalence=prevalence)


@dataclasses.dataclass(frozen=True)
class FollowDesign:
    """Clusters that follow the themes in a share of the turns; people differ in themes, clusters and that share."""

    run: float
    n_people: int
    n_turns: int  # of each participant, or of the whole talk
    together: bool = False  # one talk of all, or each participant's own


def make_followed(rng: np.random.Generator, design: FollowDesign, n_people: int, n_turns: int) -> tuple[Ints, ...]:
    """Give theme, cluster and person of every turn of so many new people."""
    themes, clusters = rng.dirichlet(np.ones(6), n_people), rng.dirichlet(np.ones(8), n_people)
    return _followed(rng, design, themes, clusters, rng.beta(2, 2, n_people), n_turns)


def _followed(
    rng: np.random.Generator, design: FollowDesign, themes: Floats, clusters: Floats, follow: Floats, n_turns: int
) -> tuple[Ints, ...]:
    n_people = len(follow)
    if design.together:
        blocks = [rng.integers(0, n_people, n_turns)]
    else:
        blocks = [np.full(n_turns, who) for who in range(n_people)]
    parts = []
    for person in blocks:
        theme, cluster = (grouped(rng, design.run, favor, person, 0.0) for favor in (themes, clusters))
        follows = grouped(rng, max(1.0, design.run / 2), np.stack([1 - follow, follow], axis=1), person, 0.0)
        parts.append(np.stack([theme, np.where(follows == 1, theme, cluster), person]))
    return tuple(np.concatenate(parts, axis=1))


def make_followed_twice(rng: np.random.Generator, design: FollowDesign, more: int) -> tuple[tuple[Ints, ...], ...]:
    """Give one talk of some people, and a long one of the same people."""
    n = design.n_people
    people = rng.dirichlet(np.ones(6), n), rng.dirichlet(np.ones(8), n), rng.beta(2, 2, n)
    return _followed(rng, design, *people, design.n_turns), _followed(rng, design, *people, more)


def follow_designs() -> Iterator[FollowDesign]:
    """Give the cells of the table of coverage for clusters beside themes."""
    for n_people, n_turns, runs in ((12, 30, (1, 4, 8)), (20, 20, (1, 4)), (40, 12, (1, 4))):
        for run in runs:
            yield FollowDesign(run, n_people, n_turns)
    for n_people, n_turns in ((5, 440), (6, 400), (4, 200)):
        for run in (1, 4, 8):
            yield FollowDesign(run, n_people, n_turns, together=True)
