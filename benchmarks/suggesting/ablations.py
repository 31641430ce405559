"""What each part of a learnt score adds: the public call with everything, and with one part switched off.

Half of the documents are learnt from, the other half is asked for, as in the part exemplars. A part is switched off in
the library's own modules for the length of one call. Which weights a study gets is chosen within what it learns from,
so a part that says nothing there is weighed down without being switched off; the constants were chosen on these sets.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from alliance_nlp.suggesting import learning, reference, similarity, weighing
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.suggesting.exemplars import judge, ours
from benchmarks.suggesting.sets import draw, sets_of

EVERYTHING = "everything"
CHOSEN = learning.choose_weights


def weighed(**none: float | bool) -> list[Any]:
    """Choose weights as ever, and then leave some parts out."""
    return [mock.patch.object(learning, "choose_weights", lambda *given: CHOSEN(*given)._replace(**none))]


def constants(module: Any, **values: float) -> list[Any]:
    return [mock.patch.object(module, name, value) for name, value in values.items()]


OFF: dict[str, Callable[[], list[Any]]] = {
    EVERYTHING: list,
    "names of codes": lambda: weighed(name=0.0),
    "themes above codes": lambda: weighed(related=0.0),
    "anything to code": lambda: [*weighed(anything=0.0), *constants(learning, ANYTHING=0.0)],
    "smoothing over turns": lambda: weighed(around=0.0, wide=False),
    "turns around, and who speaks": lambda: constants(similarity, AROUND=0.0, ROLE=0.0),
    "words and letters": lambda: constants(similarity, WORDS=0.0, LETTERS=0.0),
    "a choice of weights": lambda: [m for at in (reference, weighing) for m in constants(at, ENOUGH_READ=10**9)],
}


def ablations(options: argparse.Namespace) -> Iterator[Row]:
    """Suggest with everything and without each part."""
    for found in sets_of(options):
        for number in range(options.draws or 2):
            drawn = draw(found, "half", number)
            for name, patches in OFF.items():
                with contextlib.ExitStack() as stack:
                    for patch in patches():
                        stack.enter_context(patch)
                    figures = judge(found, drawn, ours(found, drawn))
                setting = {"set": found.name, "part": found.part, "draw": number, "without": name}
                kept = {figure: figures.get(figure) for figure in ("kappa", "ap")}
                yield {**setting, **kept, "seed": number, "data": found.data_hash}


PARTS = {"ablations": Part(ablations, ("set", "part", "draw", "without"))}
