"""Whether two codings have more to do with each other than who speaks when: one sum for each stretch of talk.

Codes run along the talk, over several speakers, and people differ in what they speak of. So neither segments nor people
can be exchanged or moved without making a talk that nobody could have held (docs/decisions/0100). What can be asked is
whether, stretch by stretch, each person gave the code where the other coder gave it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.agreement.contingency import both_sides, numbers_in
from alliance_nlp.agreement.ratings import is_unread
from alliance_nlp.agreement.resampling import LEAST_GROUPS, groups_of
from alliance_nlp.agreement.tested import StretchTest
from alliance_nlp.errors import AlignmentError, InputError, counted
from alliance_nlp.numeric import DUST, Bools, Floats, Ints, ratio

STRETCHES = 10
# Fewer give no p below .05 that could be trusted: with five, a single stretch decides.
LEAST_STRETCHES = 6
# Beyond this the correction for skewness is no longer enough (docs/benchmarks/agreement.md).
MOST_LOPSIDED = -0.2
# With shorter stretches intervals miss the truth where codes run on (docs/benchmarks/agreement.md).
LEAST_UNITS = 20
# Sums over fewer units each take so few values that t rejects too often (docs/benchmarks/agreement.md).
SHORT = 5
Pairs = Sequence[tuple[ArrayLike, ArrayLike]]


def stretches_of(sessions: Sequence[object], *, counted: ArrayLike | None = None) -> Ints:
    """Cut the talk into at least ten stretches, each within one session.

    Parameters
    ----------
    sessions : sequence of n_units values
        The session (transcript) of each unit; units in the order in which they were said.
    counted : array of bool of shape (n_units,), optional
        Units that count, such as those both sides read. Default: all.

    Returns
    -------
    ndarray of int of shape (n_units,)
        The stretch of each unit, numbered from 0; -1 where it does not count.

    Notes
    -----
    Every session is cut into ceil(10 / sessions) stretches of equal numbers of units; one that has fewer units gives as
    many stretches as it has units. With ten or more sessions each is one stretch.

    Examples
    --------
    >>> stretches_of(["first"] * 8 + ["second"] * 6).tolist()
    [0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9]
    """
    kept = np.ones(len(sessions), dtype=bool) if counted is None else np.asarray(counted, dtype=bool)
    if kept.shape != (len(sessions),):
        raise AlignmentError(f"counted must hold one value per unit. Got {kept.shape} for {len(sessions)} units.")
    return _cut(groups_of(sessions, len(sessions), "sessions")[0], kept)


def _cut(session: Ints, counted: Bools) -> Ints:
    sizes = np.bincount(session[counted], minlength=1)
    each = -(-STRETCHES // max(int((sizes > 0).sum()), 1))
    cuts = np.minimum(each, sizes)
    order = np.flatnonzero(counted)[np.argsort(session[counted], kind="stable")]  # the sessions one after the other
    of_unit = session[order]
    at = np.arange(order.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    found = np.full(session.size, -1, dtype=np.int64)
    found[order] = (np.cumsum(cuts) - cuts)[of_unit] + at * cuts[of_unit] // sizes[of_unit]
    return found


class Drawing(NamedTuple):
    """What to draw again for an interval: whose or which units stay together, or why there is nothing to draw.

    `kind` is what one group is, `groups` the group of each unit (give it to `by=`, with `method="expanded"`), None with
    a reason.
    """

    kind: Literal["participants", "stretches of talk"]
    groups: tuple[object, ...] | None
    n_groups: int
    reason: str | None = None


def groups_to_draw(sessions: Sequence[object], people: Sequence[object] | None = None) -> Drawing:
    """Say what to draw again for an interval: participants, or stretches of talk where they are too few.

    Parameters
    ----------
    sessions : sequence of n_units values
        The session (transcript) of each unit that counts; units in the order in which they were said.
    people : sequence of n_units values, optional
        Who said each unit; None where that is not known.

    Returns
    -------
    Drawing
        Participants where all are known and there are at least ten; else stretches of talk (`stretches_of`) where they
        hold twenty units each on average; else nothing, with the reason.

    Notes
    -----
    Participants answer for other people than these. Stretches of talk answer for more talk of the *same* people: how
    these people would be coded elsewhere in their talk, not what other people would say (a block bootstrap; Künsch
    1989, doi:10.1214/aos/1176347265). Shorter stretches would be cut through by codes that run on, and their intervals
    would miss the truth; coverage is tabulated in docs/benchmarks/agreement.md.

    Examples
    --------
    >>> drawing = groups_to_draw(["first"] * 120 + ["second"] * 100, ["Ada", "Bo", "Cleo", "Dan"] * 55)
    >>> drawing.kind, drawing.n_groups, len(set(drawing.groups))
    ('stretches of talk', 10, 10)
    """
    listed = None if people is None else list(people)
    names = set(listed or ())
    known = listed is not None and not any(map(is_unread, names))
    if listed is not None and known:
        groups_of(listed, len(sessions), "people")  # one for each unit
        if len(names) >= LEAST_GROUPS:
            return Drawing("participants", tuple(listed), len(names))
    stretch = stretches_of(sessions)
    n_stretches = len(set(stretch.tolist()))
    talks = counted(n_stretches, "stretch of talk", "stretches of talk")
    few = counted(len(names), "participant") if known else "participants that are not all known"
    if n_stretches < LEAST_GROUPS or len(stretch) < LEAST_UNITS * n_stretches:
        reason = (
            f"{few}, and {counted(len(stretch), 'unit')} in {talks}; an interval needs {LEAST_GROUPS} "
            f"participants, or {LEAST_GROUPS} stretches of {LEAST_UNITS} units on average"
        )
        return Drawing("stretches of talk", None, n_stretches, reason)
    return Drawing("stretches of talk", tuple(stretch.tolist()), n_stretches)


class Talk(NamedTuple):
    """Units put in order by stretch and person, so that every sum is a sum over neighbours."""

    order: Ints  # units that count
    stretch: Ints  # of each unit in `order`
    starts: Ints  # where each person's part of a stretch begins in `order`
    of_stretch: Ints  # where each stretch begins in `starts`
    session: Ints  # of each stretch

    @property
    def n_stretches(self) -> int:
        """Number of stretches."""
        return self.of_stretch.size

    @property
    def part(self) -> Ints:
        """Give each person's part of a stretch a number, one a unit in `order`."""
        return np.repeat(np.arange(self.starts.size), np.diff(self.starts, append=self.order.size))

    def some_stretches(self, most: int) -> Iterator[tuple[slice, Talk]]:
        """Give the talk in turn, whole stretches of `most` units together at most, or one: where in `order`, and it."""
        ends = np.append(self.starts[self.of_stretch][1:], self.order.size) if self.order.size else self.of_stretch
        first = 0
        while first < ends.size:
            begin = int(ends[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(ends, begin + most, side="right")))
            end, parts = int(ends[last - 1]), slice(*np.searchsorted(self.starts, [begin, ends[last - 1]]).tolist())
            yield slice(begin, end), Talk(
                self.order[begin:end], self.stretch[begin:end], self.starts[parts] - begin,
                self.of_stretch[first:last] - parts.start, self.session[first:last],
            )  # fmt: skip
            first = last


def talk_of(sessions: Sequence[object], people: Sequence[object] | None, counted: Bools) -> Talk:
    """Lay out who speaks when; those who speak once in the whole study are taken together within each stretch."""
    n_units = counted.size
    session, _ = groups_of(sessions, n_units, "sessions")
    stretch = _cut(session, counted)
    person, names = groups_of(people, n_units, "people")
    once = np.bincount(person[counted], minlength=len(names)) == 1
    person = np.where(once[person], len(names), person)
    order = np.flatnonzero(counted)
    order = order[np.lexsort((person[order], stretch[order]))]
    part = stretch[order] * (len(names) + 1) + person[order]
    starts = np.flatnonzero(np.diff(part, prepend=-1))
    of_stretch = np.flatnonzero(np.diff(stretch[order][starts], prepend=-1))
    return Talk(order, stretch[order], starts, of_stretch, session[order][starts][of_stretch])


class Sums(NamedTuple):
    """What each stretch says about each code; every array has one row a code."""

    x: Floats  # sum over a stretch of one coding, centred within person and stretch, times the other
    read: Bools  # whether both sides read anything in the stretch
    telling: Bools  # whether some person's segments vary on both sides there
    shares: Floats  # of the segments both read, those that carry the code: column 0 the first coding, 1 the second

    def over_codes(self) -> Sums:
        """Take all codes as one."""
        x, shares = self.x.sum(axis=0), np.nan_to_num(self.shares).mean(axis=0)
        read, telling = (np.asarray(part.any(axis=0, keepdims=True)) for part in (self.read, self.telling))
        return Sums(x[None], read, telling, shares[None])


def _sums(talk: Talk, pairs: list[tuple[Floats, Floats]]) -> Sums:
    """Sum over pairs of coders; within a person's part of a stretch, sum (a - mean a) b = n_ab - n_a n_b / n."""
    shape = (len(pairs[0][0]), talk.n_stretches)
    x, read, telling = np.zeros(shape), np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    applied, n_read = np.zeros((shape[0], 2)), np.zeros((shape[0], 1))
    for first, second in pairs:
        n, in_a, in_b, in_both = _counts(talk, first, second)
        varies = (in_a > 0) & (in_a < n) & (in_b > 0) & (in_b < n)
        x += _by_stretch(talk, in_both - ratio(in_a * in_b, n, otherwise=0.0))
        read |= _by_stretch(talk, n) > 0
        telling |= _by_stretch(talk, varies.astype(np.float64)) > 0
        applied += np.stack([in_a.sum(axis=1), in_b.sum(axis=1)], axis=1)
        n_read += n.sum(axis=1, keepdims=True)
    return Sums(x, read, telling, ratio(applied, n_read))


def _counts(talk: Talk, first: Floats, second: Floats) -> list[Floats]:
    """Units both read, with the code from the first, the second, both, for every person's part of a stretch."""
    a, b = first[:, talk.order], second[:, talk.order]
    both = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(both, a, 0.0), np.where(both, b, 0.0)
    return [np.add.reduceat(part, talk.starts, axis=1) for part in (both.astype(np.float64), a, b, a * b)]


def _by_stretch(talk: Talk, parts: Floats) -> Floats:
    return np.asarray(np.add.reduceat(parts, talk.of_stretch, axis=1))


def centred(talk: Talk, values: Floats, both: Bools) -> Floats:
    """Take off each person's mean in the stretch; 0 where not both read. Columns in the order of the talk's layout."""
    n = np.add.reduceat(both.astype(np.float64), talk.starts, axis=-1)
    values = np.where(both, values, 0.0)
    means = ratio(np.add.reduceat(values, talk.starts, axis=-1), n, otherwise=0.0)
    return np.where(both, values - means[..., talk.part], 0.0)


def lopsided_sums(talk: Talk, sides: list[tuple[Floats, Floats]], *, together: bool = False) -> Floats:
    """Skewness of the whole sum of centred codings, where below 0, were the second turned round in each stretch.

    Turning keeps the runs of both; `together` turns all codes at once and takes them as one.
    """
    squares, cubes = np.zeros(1), np.zeros(1)
    for second, third in turned_moments(talk, sides, together=together):
        squares, cubes = squares + second, cubes + third
    return leaning(squares, cubes)


def turned_moments(
    talk: Talk, sides: list[tuple[Floats, Floats]], *, together: bool = False
) -> Iterator[tuple[Floats, Floats]]:
    """Second and third moment of the sum of each stretch over all ways of turning the second coding round in it."""
    for units in np.split(np.arange(talk.order.size), np.flatnonzero(np.diff(talk.stretch)) + 1):
        said = units[np.argsort(talk.order[units])]
        spectra = [np.fft.rfft(a[:, said]) * np.conj(np.fft.rfft(b[:, said])) for a, b in sides]
        spectrum = np.sum(spectra, axis=(0, 1))[None] if together else np.sum(spectra, axis=0)
        turned = np.fft.irfft(spectrum, n=said.size)
        turned = turned - turned.mean(axis=1, keepdims=True)
        yield (turned**2).mean(axis=1), (turned**3).mean(axis=1)


def leaning(squares: Floats, cubes: Floats) -> Floats:
    """Skewness of a sum from the moments of its parts, where below 0."""
    return np.minimum(ratio(cubes, squares**1.5, otherwise=0.0), 0.0)


def _lopsided(talk: Talk, pairs: list[tuple[Floats, Floats]], codes: Ints, *, together: bool) -> Floats:
    sides = []
    for first, second in pairs:
        a, b = first[codes][:, talk.order], second[codes][:, talk.order]
        both = np.isfinite(a) & np.isfinite(b)
        sides.append((centred(talk, a, both), centred(talk, b, both)))
    return lopsided_sums(talk, sides, together=together)


class Told(NamedTuple):
    """What the sums of stretches tell, one value a test."""

    t: Floats
    p: Floats
    smallest_p: Floats  # that so many telling stretches can give


def told(x: Floats, lopsided: Floats, n_telling: Ints, n_units: int) -> Told:
    """Test each row of `x`; columns are stretches, `n_units` are in all of them together.

    Where stretches are short p is never below that of a sign test in which all telling stretches lie on one side:
    the sums of two turns are -1/2, 0 or 1/2, and three of ten above 0, with none below, would have p = .04 by t.
    """
    t, p = _tail(x, lopsided)
    least = np.where(n_units < SHORT * x.shape[1], 0.5 ** np.asarray(n_telling, dtype=np.float64), 0.0)
    return Told(t, np.maximum(p, least), np.maximum(_smallest_tail(n_telling, x.shape[1]), least))


def _tail(x: Floats, lopsided: Floats) -> tuple[Floats, Floats]:
    """Mean over its standard error, and its one-sided p; rows of `x` are tests, columns stretches.

    To the tail of Student's t comes the first term of its Edgeworth expansion, -skewness (2 t^2 + 1) f(t) / 6 (Hall
    1987, doi:10.1214/aop/1176991994), where the skewness of the sum is below 0: t rejects too often there. Where all
    stretches say exactly the same there is no spread to go by, and p is that of a sign test (`_all_alike`).
    """
    from scipy.special import beta, stdtr

    df = x.shape[1] - 1
    if df < 1:
        return np.full(len(x), np.nan), np.full(len(x), np.nan)
    mean = x.mean(axis=1)
    alike = (np.ptp(x, axis=1) < DUST) & (np.abs(mean) >= DUST)
    t = ratio(mean, x.std(axis=1, ddof=1) / np.sqrt(df + 1))
    density = (1 + t**2 / df) ** (-(df + 1) / 2) / (np.sqrt(df) * beta(0.5, df / 2))
    p = np.clip(stdtr(df, -t) - lopsided * (2 * t**2 + 1) * density / 6, 0.0, 1.0)
    return np.where(alike, np.copysign(np.inf, mean), t), np.where(alike, _all_alike(mean, lopsided, df + 1), p)


def _all_alike(mean: Floats, lopsided: Floats, n_stretches: int) -> Floats:
    """Give the p of a sign test where the sums of all stretches are one number: above 0 by chance in every one of them.

    One sum is above 0 in half of the cases at most, or, where the whole sum leans to the left, in as many as two values
    with that skewness can be: half of 1 + g / sqrt(4 + g^2), g that of one stretch.
    """
    g = -lopsided * np.sqrt(n_stretches)
    return np.where(mean > 0, ((1 + g / np.sqrt(4 + g**2)) / 2) ** n_stretches, 1.0)


def _smallest_tail(n_telling: Ints, n_stretches: int) -> Floats:
    """Give p when the sums of the telling stretches are alike and the others 0: no other sums give a larger t."""
    from scipy.special import stdtr

    t = np.sqrt(ratio(n_telling * (n_stretches - 1), n_stretches - n_telling, otherwise=np.inf))
    return np.asarray(stdtr(n_stretches - 1, -t))


def refusal(x: Floats, shares: Floats, lopsided: float, n_units: int) -> str | None:
    """Say why the sums of the stretches in which both sides read give no p.

    The skewness that independent units with these shares would have is asked as well: it hardly differs from study to
    study, so that a design is refused whole, and not but for the few studies that happen to lean less.
    """
    if not x.size:
        return "no segment was read on both sides"
    for side, share in zip(("first", "second"), shares, strict=True):
        if share in (0.0, 1.0):
            return f"the {side} side gives the code to {'every' if share else 'no'} segment that both read"
    if x.size < LEAST_STRETCHES:
        return f"{x.size} stretches of talk were read on both sides; the test needs {LEAST_STRETCHES}"
    if np.abs(x).max() < DUST:
        return (
            "no person's segments in a stretch of talk tell anything: none of them vary on both sides, or what "
            "they say cancels out"
        )
    independent = np.prod((1 - 2 * shares) / np.sqrt(shares * (1 - shares))) / np.sqrt(n_units)
    if min(lopsided, independent) < MOST_LOPSIDED:
        return (
            f"one side gives the code to {shares.max():.0%} of the segments and the other to {shares.min():.0%}: by "
            "chance alone the one would stand without the other too seldom for a p"
        )
    return None


def _tests(sums: Sums, lopsided: Floats, n_units: int) -> list[StretchTest]:
    """Give one record for each row of the sums."""
    found = []
    for every, read, telling, shares, skew in zip(*sums, lopsided.tolist(), strict=True):
        x, n_telling = every[read], int(telling[read].sum())
        reason = refusal(x, shares, skew, n_units)
        t, p, smallest = (np.nan,) * 3
        if reason is None:
            t, p, smallest = (
                float(part[0]) for part in told(x[None], np.array([skew]), telling[read].sum(keepdims=True), n_units)
            )
        found.append(StretchTest(p, t, x.size, n_telling, smallest, tuple(x.tolist()), skew, reason))
    return found


def _rows_of(coding: ArrayLike) -> Floats:
    """Give one code, or several, a row each."""
    return np.atleast_2d(numbers_in("a coding", coding))


def _laid_out(
    pairs: Pairs, sessions: Sequence[object], people: Sequence[object] | None
) -> tuple[Talk, list[tuple[Floats, Floats]]]:
    """Check the codings and lay out the segments that some pair of coders read."""
    pairs = tuple(pairs)
    if not all(hasattr(pair, "__len__") and len(pair) == 2 for pair in pairs):
        raise InputError("pairs must hold pairs of codings, such as [(a, b)]. Put one pair into a list.")
    sides = [both_sides(_rows_of(a), _rows_of(b)) for a, b in pairs]
    if not sides:
        raise InputError("pairs must hold at least one pair of codings (a, b). Got none.")
    shapes = sorted({first.shape for first, _ in sides})
    if len(shapes) > 1:
        raise AlignmentError(f"All pairs must hold the same codes and units. Got the shapes {shapes}.")
    counted = np.stack([(np.isfinite(a) & np.isfinite(b)).any(axis=0) for a, b in sides]).any(axis=0)
    return talk_of(sessions, people, np.asarray(counted)), sides


def per_code_stretch_tests(
    pairs: Pairs, *, sessions: Sequence[object], people: Sequence[object] | None = None
) -> list[StretchTest]:
    """Test for each of many codes whether two codings have more to do with each other than who speaks when.

    Parameters
    ----------
    pairs : sequence of (a, b)
        Pairs of coders, each coding an array of shape (n_codes, n_units): 1 applied, 0 read and not applied, nan not
        read; units in the order in which they were said. What pairs say is summed.
    sessions : sequence of n_units values
        The session (transcript) of each unit.
    people : sequence of n_units values, optional
        Who said each unit. Default: one person.

    Returns
    -------
    list of StretchTest
        One a code, in the order of the rows; p is not adjusted for the number of codes (`adjust_p` does).

    Raises
    ------
    InputError
        When a value is not 0, 1 or nan, or no pair is given.

    Notes
    -----
    See `stretch_test`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a = (rng.random((2, 200)) < 0.3).astype(float)
    >>> b = np.stack([a[0], rng.permutation(a[1])])
    >>> found = per_code_stretch_tests([(a, b)], sessions=[1] * 100 + [2] * 100, people=list("PQRS") * 50)
    >>> [test.p < 0.05 for test in found]
    [True, False]
    """
    talk, sides = _laid_out(pairs, sessions, people)
    if not talk.order.size:
        return _tests(_nothing(len(sides[0][0])), np.zeros(len(sides[0][0])), 0)
    sums = _sums(talk, sides)
    lopsided = np.zeros(len(sums.x))
    unlike = _unlike(sums.shares)
    if unlike.size:
        lopsided[unlike] = _lopsided(talk, sides, unlike, together=False)
    return _tests(sums, lopsided, talk.order.size)


def stretch_test(pairs: Pairs, *, sessions: Sequence[object], people: Sequence[object] | None = None) -> StretchTest:
    """Test whether two codings have more to do with each other than who speaks when, all codes taken together.

    Parameters
    ----------
    pairs : sequence of (a, b)
        Pairs of coders, each coding an array of shape (n_units,) or (n_codes, n_units): 1 applied, 0 read and not
        applied, nan not read; units in the order in which they were said. What pairs and codes say is summed.
    sessions : sequence of n_units values
        The session (transcript) of each unit.
    people : sequence of n_units values, optional
        Who said each unit. Default: one person.

    Returns
    -------
    StretchTest
        One-sided p with what each stretch says; nan with a reason when fewer than six stretches were read on both
        sides, a side does not vary, no person's segments in a stretch vary on both sides, or one side codes nearly
        everything and the other nearly nothing.

    Raises
    ------
    InputError
        When a value is not 0, 1 or nan, or no pair is given.

    Notes
    -----
    The talk is cut into stretches (`stretches_of`). In each, x = sum of (a - the mean of a over the same person's units
    there) times b; swapping a and b gives the same x. Without any relation beyond who speaks when, x has mean 0 in
    every stretch whatever its variance, and stretches are independent but for runs across a border. So the x are
    tested by Student's t with (stretches - 1) degrees of freedom (Ibragimov & Müller 2010,
    doi:10.1198/jbes.2009.08046), corrected where one side is common and the other rare. Those who speak once in the
    whole study are taken as one person. Where all x are the same number, t has no spread to go by (it is infinite): p
    is that of a sign test, such as 1/1024 with ten stretches (docs/decisions/0106). In stretches of fewer than five
    units on average sums take so few values that p is never below that of signs, one half to the power of the stretches
    that tell (docs/decisions/0126). Nothing is drawn: no seed.

    A small p does not say that the codings agree well, nor that they saw the same thing: both following the questions
    of a guide, or the length of a turn, is a relation too. A large p does not say that there is none; power and the
    share of unrelated codings with p <= .05 are tabulated in docs/benchmarks/agreement.md.

    Examples
    --------
    >>> a = [1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0] * 5
    >>> b = [1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0] * 5
    >>> print(stretch_test([(a, b)], sessions=["first"] * 40 + ["second"] * 40, people=list("PPQQPRPQ") * 10))
    p = .007 (t = 3 over 10 stretches of talk, 5 tell)
    """
    talk, sides = _laid_out(pairs, sessions, people)
    if not talk.order.size:
        return _tests(_nothing(1), np.zeros(1), 0)[0]
    sums = _sums(talk, sides)
    unlike = _unlike(sums.shares)
    skew = _lopsided(talk, sides, np.arange(len(sums.x)), together=True) if unlike.size else np.zeros(1)
    return _tests(sums.over_codes(), skew, talk.order.size)[0]


def _unlike(shares: Floats) -> Ints:
    """Codes that are common on one side and rare on the other: only then does the sum lean to the left."""
    return np.flatnonzero(np.prod(shares - 0.5, axis=-1) < 0)


def _nothing(n_codes: int) -> Sums:
    none = np.zeros((n_codes, 0))
    return Sums(none, none.astype(bool), none.astype(bool), np.full((n_codes, 2), np.nan))
