"""Data frames of any package that narwhals reads, to rows: pandas, polars, lazy ones, pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError


def is_frame(source: object) -> bool:
    """Whether something is a frame of pandas, polars or pyarrow, lazy or not, or what narwhals takes for one."""
    lazy = hasattr(source, "collect_schema") or hasattr(
        source, "to_native"
    )  # a look at their columns would compute them
    return (lazy or hasattr(source, "columns")) and not isinstance(source, str | Path | Mapping)


def frame_rows(frame: Any, name: str) -> tuple[Iterable[Mapping[str, Any]], tuple[str, ...]]:
    """Rows and columns of a frame; a lazy one is computed."""
    import narwhals.stable.v1 as nw

    try:
        found: Any = nw.from_native(frame)
        native = found.collect() if isinstance(found, nw.LazyFrame) else found
        return native.iter_rows(named=True), tuple(map(str, native.columns))
    except Exception as err:  # what it is not, or what its own engine refuses; their words may hold cells
        raise InputError(
            f"{name} must be a frame of pandas, polars or pyarrow with a name for each column, each once. "
            f"Got {type(frame).__name__} instead."
        ) from (err if isinstance(err, TypeError) else None)
