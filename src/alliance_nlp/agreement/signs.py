"""Signs of stretches turned round: whether what stretches say of all pairs goes one way, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.agreement.permuting import SAME
from alliance_nlp.numeric import Bools, Floats, Ints, counting

# Stretches up to which their products are one table (32 MB); beyond, the sums themselves are kept, which are few.
_TOGETHER = 2_000
# Values worked on at a time: memory stays near 100 MB.
_VALUES = 4_000_000


class Likeness(NamedTuple):
    """What the stretches say of every pair of a theme and a cluster: their products, or the sums themselves."""

    session: Ints  # of each stretch
    products: Floats | None  # (n_stretches, n_stretches), summed over pairs, where the stretches are few
    sums: list[Any]  # sparse, (n_stretches, some pairs) each, where they are many

    @property
    def neighbors(self) -> Ints:
        """Stretches after which another of the same session comes: runs cross their border."""
        return np.flatnonzero(self.session[:-1] == self.session[1:])


def likeness_of(session: Ints) -> Likeness:
    """Begin with no pair; `session` is that of each stretch."""
    few = session.size <= _TOGETHER
    return Likeness(session, np.zeros((session.size, session.size)) if few else None, [])


def add_sums(alike: Likeness, sums: Floats) -> None:
    """Add the sums of some pairs, shape (n_stretches, n_pairs)."""
    from scipy import sparse

    if alike.products is not None:
        alike.products[:] += sums @ sums.T
    else:
        alike.sums.append(sparse.csc_array(sums))


def are_related(alike: Likeness) -> bool:
    """Whether any two stretches, not neighbors of one session, say something of the same pair."""
    if alike.products is not None:
        return bool(np.abs(_apart(alike)).max(initial=0.0) > 0)
    next_of_one = np.append(alike.session[:-1] == alike.session[1:], [False])
    for some in alike.sums:
        said = np.diff(some.indptr) > 1
        first, last = some.indices[some.indptr[:-1][said]], some.indices[some.indptr[1:][said] - 1]
        if ((last - first > 1) | ~next_of_one[first]).any():
            return True
    return False


def turned(alike: Likeness, n_flips: int, random_state: int) -> tuple[float, int, bool]:
    """Turn the sign of every stretch or not, in all ways or in as many as asked for: p, ways tried, whether all."""
    k = alike.session.size
    exact = k - 1 <= (n_flips + 1).bit_length() - 1
    n_tried = 2 ** (k - 1) if exact else n_flips
    reaching = _many if alike.products is None else _few
    reached = 0
    with counting("turning stretches of talk", n_tried, "way") as done:
        for some in reaching(alike, n_tried, None if exact else random_state):
            reached += int(some.sum())
            done(some.size)
    # the signs as they are stand among all ways
    return (reached / n_tried if exact else (1 + reached) / (1 + n_tried)), n_tried, exact


def _apart(alike: Likeness) -> Floats:
    """Leave out each stretch with itself, and neighbors of one session."""
    kept, left = np.array(alike.products), alike.neighbors
    np.fill_diagonal(kept, 0.0)
    kept[left, left + 1] = kept[left + 1, left] = 0.0
    return kept


def _few(alike: Likeness, n_tried: int, random_state: int | None) -> Iterator[Bools]:
    """Say which ways reach the figure of the signs as they are, from the products."""
    apart = _apart(alike)
    least = apart.sum() - SAME * np.abs(apart).sum()
    for signs in _ways(len(apart), n_tried, random_state, len(apart)):
        yield ((signs @ apart) * signs).sum(axis=1) >= least


def _many(alike: Likeness, n_tried: int, random_state: int | None) -> Iterator[Bools]:
    """Say the same from the sums: the square of what they come to together, less neighbors of one session.

    The square of each stretch alone is the same whatever the signs. Stretches that say nothing are left out after their
    signs were drawn, so that the signs of the others are the same.
    """
    from scipy import sparse

    sums = sparse.hstack(alike.sums, format="csr")
    left = alike.neighbors
    near = np.asarray((sums[left] * sums[left + 1]).sum(axis=1)).ravel()
    left, near = left[near != 0], near[near != 0]
    telling = np.flatnonzero(np.diff(sums.indptr))
    # no product of two stretches is larger than that of their lengths
    dust = SAME * float(np.sqrt(np.asarray((sums * sums).sum(axis=1))).sum()) ** 2
    across = sums[telling].T.tocsr()
    across = across[np.flatnonzero(np.diff(across.indptr))]

    def figures(signs: Floats) -> Floats:
        together = across @ np.ascontiguousarray(signs[:, telling].T)
        return np.asarray((together**2).sum(axis=0) - 2 * (signs[:, left] * signs[:, left + 1]) @ near)

    least = figures(np.ones((1, alike.session.size)))[0] - dust
    for signs in _ways(alike.session.size, n_tried, random_state, max(alike.session.size, across.shape[0])):
        yield figures(signs) >= least


def _ways(k: int, n_tried: int, random_state: int | None, width: int) -> Iterator[Floats]:
    """Give signs of k stretches, some ways at a time: all there are without a seed, else as they are drawn."""
    rng = None if random_state is None else np.random.default_rng(random_state)
    step = max(1, _VALUES // max(width, 1))
    for start in range(0, n_tried, step):
        rows = np.arange(start, min(n_tried, start + step))
        if rng is None:
            yield np.where(rows[:, None] >> np.arange(k) & 1, -1.0, 1.0)
        else:
            yield rng.choice([-1.0, 1.0], (rows.size, k))
