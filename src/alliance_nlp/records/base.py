"""What every record shares: comparison by content, and a line that says what it is."""

from __future__ import annotations

import dataclasses
import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from alliance_nlp.records.fields import Checked, freeze

Row = dict[str, Any]
SentenceKind = Literal[
    "headline", "basis", "warning", "code", "gathered", "meaning", "heading",  # of a comparison
    "threshold", "objection",
    "score", "examples", "parts", "words", "runner-up", "caution",  # of a suggestion
]  # fmt: skip


class Sentence(NamedTuple):
    """One sentence about a result, and what kind of sentence it is."""

    kind: SentenceKind
    text: str


def same_content(a: object, b: object) -> bool:
    """Compare two values by content: arrays element by element, ``nan`` equal to ``nan``, records field by field."""
    if a is b:
        return True
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return False
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same_content(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(same_content, a, b))
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b):
        return True
    return (not isinstance(a, Record) and bool(a == b)) or _same_fields(a, b)


def _same_fields(a: object, b: object) -> bool:
    """Whether two records, or two rows of one (a `Link`, say), hold the same; ``nan`` is ``nan``, whichever it is."""
    if type(a) is not type(b) or not dataclasses.is_dataclass(a):
        return False
    return all(same_content(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a) if f.compare)


def at_the_door(name: str) -> Any:
    """Give a public function by its name, for a method that shows in a notebook what a later room makes.

    Notes
    -----
    A room imports only from rooms before it. ``comparison.show()`` is what people type in a notebook, and does nothing
    but open the door again; docs/decisions/0239 says why, and a test holds that only two places do it.
    """
    return getattr(importlib.import_module("alliance_nlp"), name)


@dataclass(frozen=True, eq=False, repr=False)
class Record(Checked):
    """Base of the records that hold arrays or other records: frozen, compared by content, printed as counts."""

    def __eq__(self, other: object) -> bool:
        return same_content(self, other) if isinstance(other, Record) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # content may be arrays; nobody should key a dict with them

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():  # numpy forgets in a pickle or a deep copy that an array is read-only
            object.__setattr__(self, name, freeze(value))

    def _summary(self) -> str:
        return ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._summary()})"
