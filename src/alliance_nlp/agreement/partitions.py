"""Agreement of two groupings: clusters against codes, whatever the groups are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_nlp.agreement.chance_info import chance_info
from alliance_nlp.agreement.parts import Parts, Solved, basis, measure, patterns_of
from alliance_nlp.agreement.ratings import Codes, encode_pair
from alliance_nlp.agreement.results import Agreement
from alliance_nlp.numeric import Bools, Floats, Ints, ratio

# Units from which the chance of two groupings is reckoned without overlaps that hardly ever come (`chance_info`).
MANY = 2_000


def _grouped(codes: Codes) -> Ints:
    """Units that both sides put into a group; -1 is "in no cluster", never a group."""
    nowhere = codes.categories.index(-1) if -1 in codes.categories else -2
    return np.flatnonzero(((codes.values >= 0) & (codes.values != nowhere)).all(axis=0))


@dataclass(frozen=True)
class _Cells:
    """Where the non-empty cells of the table (group of a, group of b) lie; cells are sorted by row, then column."""

    row_starts: Ints
    by_column: Ints
    column_starts: Ints
    row: Ints
    column: Ints

    def margins(self, counts: Floats) -> tuple[Floats, Floats]:
        """Units in each group of a and in each group of b."""
        rows = np.add.reduceat(counts, self.row_starts, axis=-1)
        return rows, np.add.reduceat(counts[..., self.by_column], self.column_starts, axis=-1)


def _cells_of(distinct: Ints) -> _Cells:
    row, row_starts = np.unique(distinct[:, 0], return_index=True)
    by_column = np.argsort(distinct[:, 1], kind="stable")
    column, column_starts = np.unique(distinct[by_column, 1], return_index=True)
    return _Cells(
        row_starts,
        by_column,
        column_starts,
        np.searchsorted(row, distinct[:, 0]),
        np.searchsorted(column, distinct[:, 1]),
    )


def _cell_parts(name: str, codes: Codes, solve_cells: Callable[[Floats, _Cells], Floats], chance: str) -> Parts:
    """No features: what counts is how many units lie in each cell (group of a, group of b)."""
    kept = _grouped(codes)
    distinct, pattern = patterns_of(codes.values[:, kept])
    cells = _cells_of(distinct)

    def solve(counts: Floats) -> Solved:
        if counts.shape[-1] == 0:
            return Solved(np.full(counts.shape[:-1], np.nan))
        rows, columns = cells.margins(counts)
        return Solved(np.where(_without_variation(rows, columns), np.nan, solve_cells(counts, cells)))

    undefined = _one_group(kept.size, cells.row_starts.size, cells.column_starts.size)
    about = basis(codes, kept.size, names_matter=False, chance=chance, undefined=undefined)
    return Parts(name, kept, pattern, len(distinct), None, solve, about)


def _one_group(n_units: int, n_rows: int, n_columns: int) -> str:
    if n_units == 0:
        return "no unit is in a group on both sides"
    if n_rows == n_columns == 1:
        return "all units are in one group on both sides: with a single group there is nothing to agree about"
    if n_rows == n_columns == n_units:
        return "every unit is a group of its own on both sides"
    return "chance alone would give full agreement"


def _without_variation(rows: Floats, columns: Floats) -> Bools:
    """Find tables with one group on both sides, or only groups of one: agreement is then no evidence."""
    one = ((rows > 0).sum(axis=-1) <= 1) & ((columns > 0).sum(axis=-1) <= 1)
    return np.asarray(one | ((rows.max(axis=-1) <= 1) & (columns.max(axis=-1) <= 1)))


def _pairs(counts: Floats) -> Floats:
    return counts * (counts - 1) / 2


def _rand(counts: Floats, cells: _Cells) -> Floats:
    rows, columns = cells.margins(counts)
    together, in_rows, in_columns = (_pairs(part).sum(axis=-1) for part in (counts, rows, columns))
    expected = ratio(in_rows * in_columns, _pairs(counts.sum(axis=-1)))
    return ratio(together - expected, (in_rows + in_columns) / 2 - expected)


def _entropy(counts: Floats) -> Floats:
    """Entropy of each row of counts, in nats."""
    shares = np.nan_to_num(ratio(counts, counts.sum(axis=-1, keepdims=True)))
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=-1))


def _mutual_info(counts: Floats, cells: _Cells) -> tuple[Floats, Floats]:
    """Mutual information, and the mean of the two entropies."""
    h_rows, h_columns = (_entropy(margin) for margin in cells.margins(counts))
    return h_rows + h_columns - _entropy(counts), (h_rows + h_columns) / 2


def _expected_info(counts: Floats, cells: _Cells) -> Floats:
    """Mutual information of random groups of the same sizes, once per pair of margins; of few units scikit-learn's."""
    from sklearn.metrics.cluster import expected_mutual_information

    known: dict[tuple[bytes, bytes], float] = {}
    flat = counts.reshape(-1, counts.shape[-1])
    expected = np.zeros(len(flat))
    rows, columns = cells.margins(flat)
    for draw, cell_counts in enumerate(flat):
        key = rows[draw].tobytes(), columns[draw].tobytes()
        if key not in known and cell_counts.sum() >= MANY:
            known[key] = chance_info(rows[draw], columns[draw])
        elif key not in known:
            filled = np.flatnonzero(cell_counts)  # only the margins are used, so empty groups are left out
            places = [np.cumsum(side[draw] > 0) - 1 for side in (rows, columns)]
            table = np.zeros([int((side[draw] > 0).sum()) for side in (rows, columns)], dtype=np.int64)
            table[places[0][cells.row[filled]], places[1][cells.column[filled]]] = cell_counts[filled]
            known[key] = float(expected_mutual_information(table, int(table.sum()))) if filled.size else 0.0
        expected[draw] = known[key]
    return expected.reshape(counts.shape[:-1])


def _adjusted_info(counts: Floats, cells: _Cells) -> Floats:
    info, entropy = _mutual_info(counts, cells)
    expected = _expected_info(counts, cells)
    return ratio(info - expected, entropy - expected)


def _harmonic(counts: Floats, cells: _Cells) -> Floats:
    """V-measure: harmonic mean of homogeneity and completeness, which is MI over the mean entropy."""
    return ratio(*_mutual_info(counts, cells))


def rand_parts(codes: Codes) -> Parts:
    """Cell counts into the adjusted Rand index."""
    return _cell_parts("adjusted_rand", codes, _rand, "groups of these sizes filled at random")


def info_parts(codes: Codes) -> Parts:
    """Cell counts into adjusted mutual information."""
    return _cell_parts("adjusted_mutual_info", codes, _adjusted_info, "groups of these sizes filled at random")


def v_parts(codes: Codes) -> Parts:
    """Cell counts into the V-measure."""
    parts = _cell_parts("v_measure", codes, _harmonic, "none")
    if parts.kept.size < 1000:
        parts.about["remarks"] += (
            "chance is not taken off: random groups score well above 0 on so few units; quote AMI or ARI",
        )
    return parts


def _as_set(value: object) -> frozenset[Any]:
    """Take a label as a set of one, and -1 as in no group, like the empty set."""
    if isinstance(value, frozenset):
        return value
    return frozenset() if isinstance(value, int | float) and value == -1 else frozenset([value])


def _together(sets: list[frozenset[Any]]) -> Any:
    """In how many groups every two patterns are together, a sparse table of shape (n_patterns, n_patterns)."""
    from scipy.sparse import csr_array

    place = {group: position for position, group in enumerate({group: None for value in sets for group in value})}
    column = [place[group] for value in sets for group in value]
    starts = np.cumsum([0, *map(len, sets)])
    member = csr_array((np.ones(len(column)), column, starts), shape=(len(sets), max(len(place), 1)))
    return member @ member.T


def _where(shared: Any, level: int | None = None) -> Any:
    """Mark the pairs that share so many groups, or any."""
    found = shared.copy()
    found.data = np.ones(found.data.size) if level is None else (found.data == level).astype(np.float64)
    return found


def _pairs_at(counts: Floats, where: Any) -> Floats:
    """Count the pairs of units that lie in marked pairs of patterns."""
    return np.asarray(((counts @ where) * counts).sum(axis=-1) - (counts * where.diagonal()).sum(axis=-1)) / 2


def omega_parts(codes: Codes) -> Parts:
    """No features: pairs of units are compared, so the counts of the patterns are what is needed."""
    kept = np.flatnonzero((codes.values >= 0).all(axis=0))
    distinct, pattern = patterns_of(codes.values[:, kept])
    sets = [_as_set(value) for value in codes.categories]
    a, b = (_together([sets[value] for value in distinct[:, side]]) for side in (0, 1))
    most = int(min(side.data.max(initial=0) for side in (a, b)))
    levels = [(_where(a, level), _where(b, level)) for level in range(1, most + 1)]
    any_a, any_b = _where(a), _where(b)

    def solve(counts: Floats) -> Solved:
        n, in_a, in_b = _pairs(counts.sum(axis=-1)), _pairs_at(counts, any_a), _pairs_at(counts, any_b)
        # pairs that share no group are what the others leave: they are many, and are not written down
        same, chance = n - in_a - in_b + _pairs_at(counts, any_a * any_b), (n - in_a) * (n - in_b)
        for x, y in levels:
            same = same + _pairs_at(counts, x * y)
            chance = chance + _pairs_at(counts, x) * _pairs_at(counts, y)
        observed, expected = ratio(same, n), ratio(chance, n**2)
        return Solved(ratio(observed - expected, 1 - expected), observed, expected)

    undefined = (
        "fewer than two units were read on both sides"
        if kept.size < 2
        else ("all pairs of units share the same number of groups on both sides: there is nothing to agree about")
    )
    chance = "pairs of units joined as often, at random"
    about = basis(codes, kept.size, names_matter=False, chance=chance, undefined=undefined)
    return Parts("omega_index", kept, pattern, len(distinct), None, solve, about)


def adjusted_rand(a: object, b: object) -> Agreement:
    """Compare two groupings by the pairs of units they keep together, beyond chance.

    Parameters
    ----------
    a, b : sequence of n_units values
        The group of each unit; names need not match. None, nan and -1 (in no cluster) leave the unit out.

    Returns
    -------
    Agreement
        1 for equal groupings, around 0 for unrelated ones; nan with a reason when neither side varies.

    Notes
    -----
    Hubert & Arabie 1985, doi:10.1007/BF01908075. A high figure says the clusters follow the codes, not that the codes
    are right; large groups dominate it. Read it beside the share of units that are in a cluster at all (`n_left_out`).

    Examples
    --------
    >>> round(float(adjusted_rand(["trust", "trust", "time", "time"], [0, 0, 1, 2])), 3)
    0.571
    """
    return measure(rand_parts(encode_pair(a, b)))


def adjusted_mutual_info(a: object, b: object) -> Agreement:
    """Compare two groupings by what one tells about the other, beyond chance.

    Parameters
    ----------
    a, b : sequence of n_units values
        The group of each unit; names need not match. None, nan and -1 (in no cluster) leave the unit out.

    Returns
    -------
    Agreement
        1 for equal groupings, around 0 for unrelated ones; nan with a reason when neither side varies.

    Notes
    -----
    Vinh, Epps & Bailey 2010 (JMLR 11:2837), arithmetic mean of the entropies. Suits groups of unequal size better than
    the adjusted Rand index does (Romano et al. 2016). It does not say that the codes are right.

    Examples
    --------
    >>> round(float(adjusted_mutual_info(["trust", "trust", "time", "time"], [0, 0, 1, 2])), 3)
    0.571
    """
    return measure(info_parts(encode_pair(a, b)))


def v_measure(a: object, b: object) -> Agreement:
    """Compare two groupings by what one tells about the other, chance *not* taken off.

    Parameters
    ----------
    a, b : sequence of n_units values
        The group of each unit; names need not match. None, nan and -1 (in no cluster) leave the unit out.

    Returns
    -------
    Agreement
        Harmonic mean of homogeneity and completeness; the same as normalised mutual information.

    Notes
    -----
    Rosenberg & Hirschberg 2007 (D07-1043). Ten random clusters against eight codes score about .49 on 20 units: never
    a headline.

    Examples
    --------
    >>> round(float(v_measure(["trust", "trust", "time", "time"], [0, 0, 1, 2])), 3)
    0.8
    """
    return measure(v_parts(encode_pair(a, b)))


def omega_index(a: object, b: object) -> Agreement:
    """Compare overlapping groupings: units with several codes against clusters.

    Parameters
    ----------
    a, b : sequence of n_units values
        A frozenset of groups per unit, or a plain group; the empty set and -1 mean: in no group. None or nan leaves the
        unit out.

    Returns
    -------
    Agreement
        For groupings without overlap it is the adjusted Rand index.

    Notes
    -----
    Two units agree when both sides put them together in the same *number* of groups (Collins & Dent 1988,
    doi:10.1207/s15327906mbr2302_6).

    Examples
    --------
    >>> codes = [{"trust"}, {"trust", "time"}, {"time"}, set()]
    >>> round(float(omega_index(codes, [0, 0, 1, -1])), 3)
    0.571
    """
    return measure(omega_parts(encode_pair(a, b)))
