"""Modules under the names that they had in 0.1.0, for scripts and audit trails that were written then.

A name that is asked for is looked up where it stands now; nothing is kept twice (docs/decisions/0107).
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

DOOR = "alliance_nlp"
# the room of 0.1.0, and the one of today; modules below it follow
ROOMS = {
    "audit": "reports.audit",
    "audit.writing": "reports.audit.trail",
    "chain": "method.chain",
    "chain.contexts": "method.contexts",
    "chain.first_table": "method.table1",
    "chain.tracing": "method.chain",
    "datasets": "studies",
    "describing": "clusters.describing",
    "expectations": "method.expectations",
    "member_checks": "method.member_checks",
    "naming": "clusters.naming",
    "reading.studies": "studies",
    "relations": "method.relations",
    "reports.exports": "reports.writing",
    "saturation": "method.saturation",
    "sessions": "method.sessions",
    "significance": "method.horizontalization",
    "voices": "method.voices",
}
# functions that are methods of a table today
METHODS: dict[str, Callable[..., Any]] = {
    "csv_of": lambda table, *, quotes=True: table.to_csv(quotes=quotes),
    "csv_bytes": lambda table, *, quotes=True: table.to_csv(quotes=quotes).encode("utf-8-sig"),
    "markdown_of": lambda table, *, quotes=True: table.to_markdown(quotes=quotes),
}


def now(name: str) -> str | None:
    """Give where a module of 0.1.0 stands, None where it has not moved.

    Examples
    --------
    >>> now("voices.quotes"), now("chain.contexts"), now("mapping")
    ('method.voices.quotes', 'method.contexts', None)
    """
    room, _, below = name.rpartition(".")
    if name in ROOMS or not room:
        return ROOMS.get(name)
    above = now(room)
    return above and f"{above}.{below}"


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # what stands above it is no package
        return False


class Former:
    """Finds modules by their former names; asked only for what is found nowhere else."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Say that a module can be had, as `importlib.abc.MetaPathFinder` has it."""
        door, _, below = name.partition(".")
        home = now(below) if door == DOOR else None
        if home is None or not _is_there(f"{DOOR}.{home}"):
            return None
        return ModuleSpec(name, cls, is_package=True)  # type: ignore[arg-type]

    @staticmethod
    def create_module(spec: ModuleSpec) -> None:
        """Leave it to Python to make the module."""

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Let the module answer with what stands in today's, or at the door."""
        home = f"{DOOR}.{now(module.__name__.removeprefix(f'{DOOR}.'))}"
        rooms = [importlib.import_module(home), importlib.import_module(DOOR)]
        warnings.warn(f"{module.__name__} is {home} now", DeprecationWarning, stacklevel=2)

        def look_up(name: str) -> Any:
            if name in METHODS:
                return METHODS[name]
            for room in rooms:
                if not name.startswith("__") and hasattr(room, name):
                    return getattr(room, name)
            raise AttributeError(f"{module.__name__} is {home} now, and has no {name!r}: see CHANGELOG, 0.2.0")

        module.__getattr__ = look_up  # type: ignore[method-assign]
