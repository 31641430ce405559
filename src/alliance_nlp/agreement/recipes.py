"""Which public statistic is made of which parts, so that resampling can work on the parts and not on the data."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_nlp.agreement import alpha, many_coders, partitions, two_coders
from alliance_nlp.agreement.parts import Parts, Solved
from alliance_nlp.agreement.ratings import Codes, encode, grid_of
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Floats

Statistic = Callable[..., Any]


@dataclass(frozen=True)
class Recipe:
    """How to build the parts; whether it takes (a, b); whether a unit may be drawn twice."""

    build: Callable[..., Parts]
    two_coders: bool
    with_replacement: bool = True


RECIPES: dict[Statistic, Recipe] = {
    two_coders.cohen_kappa: Recipe(two_coders.kappa_parts, True),
    two_coders.scott_pi: Recipe(two_coders.pi_parts, True),
    two_coders.holsti: Recipe(two_coders.holsti_parts, True),
    two_coders.positive_agreement: Recipe(two_coders.positive_parts, True),
    two_coders.negative_agreement: Recipe(two_coders.negative_parts, True),
    two_coders.jaccard: Recipe(two_coders.jaccard_parts, True),
    two_coders.precision: Recipe(two_coders.precision_parts, True),
    two_coders.recall: Recipe(two_coders.recall_parts, True),
    two_coders.f1: Recipe(two_coders.f1_parts, True),
    many_coders.percent_agreement: Recipe(many_coders.percent_parts, False),
    many_coders.fleiss_kappa: Recipe(many_coders.fleiss_parts, False),
    many_coders.conger_kappa: Recipe(many_coders.conger_parts, False),
    many_coders.gwet_ac1: Recipe(many_coders.gwet_parts, False),
    many_coders.brennan_prediger: Recipe(many_coders.brennan_prediger_parts, False),
    alpha.krippendorff_alpha: Recipe(alpha.alpha_parts, False),
    partitions.adjusted_rand: Recipe(partitions.rand_parts, True, with_replacement=False),
    partitions.adjusted_mutual_info: Recipe(partitions.info_parts, True, with_replacement=False),
    partitions.v_measure: Recipe(partitions.v_parts, True, with_replacement=False),
    partitions.omega_index: Recipe(partitions.omega_parts, True, with_replacement=False),
}


def unwrapped(statistic: Statistic) -> tuple[Recipe | None, dict[str, Any]]:
    """Find the recipe behind a statistic or a functools.partial of one, and the options it fixes."""
    options: dict[str, Any] = {}
    while isinstance(statistic, functools.partial) and not statistic.args:
        options = {**statistic.keywords, **options}
        statistic = statistic.func
    return RECIPES.get(statistic), options


def name_of(statistic: Statistic) -> str:
    """Return the name to print for a statistic, the caller's own included."""
    while isinstance(statistic, functools.partial):
        statistic = statistic.func
    return str(getattr(statistic, "__name__", type(statistic).__name__))


def parts_for(statistic: Statistic, ratings: object) -> Parts:
    """Build the parts of a statistic on these ratings."""
    recipe, options = unwrapped(statistic)
    if recipe is None:
        return _own_parts(statistic, ratings)
    categories = options.pop("categories", None)
    return recipe.build(encode(ratings, categories), **options)


def parts_of_codes(statistic: Statistic, codes: Codes) -> Parts:
    """Build the parts of one of our statistics on ratings that are integers already."""
    recipe, options = unwrapped(statistic)
    if recipe is None:
        raise InputError(f"{name_of(statistic)} is not a statistic of alliance_nlp.agreement.")
    options.pop("categories", None)
    return recipe.build(codes, **options)


def call(statistic: Statistic, grid: np.ndarray[Any, Any]) -> float:
    """Call a statistic of the caller's own: with (a, b) when it needs two arguments, else with the ratings."""
    needed = [
        parameter
        for parameter in inspect.signature(statistic).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    return float(statistic(grid[0], grid[1]) if len(needed) == 2 else statistic(grid))


def _own_parts(statistic: Statistic, ratings: object) -> Parts:
    """Take a function of the caller's own: every draw calls it on the drawn columns."""
    grid = grid_of(ratings)
    codes = encode(grid)
    kept = np.flatnonzero(codes.n_ratings >= 1)
    _, first, pattern = np.unique(codes.values[:, kept].T, axis=0, return_index=True, return_inverse=True)
    columns = grid[:, kept[first]]

    def solve(counts: Floats) -> Solved:
        flat = counts.reshape(-1, counts.shape[-1]).astype(np.int64)
        values = [call(statistic, np.repeat(columns, row, axis=1)) for row in flat]
        return Solved(np.array(values).reshape(counts.shape[:-1]))

    about = {"n_units": kept.size, "n_coders": codes.n_coders, "undefined": "the statistic returned nan"}
    return Parts(name_of(statistic), kept, pattern.reshape(-1), len(first), None, solve, about)
