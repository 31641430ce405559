"""Data frames of any package that narwhals reads, to rows: pandas, polars, lazy ones, pyarrow; data sets of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError


def is_frame(source: object) -> bool:
    """Whether something is a frame of pandas, polars or pyarrow, lazy or not, what narwhals knows, or a data set."""
    # a look at the columns of what is lazy would compute them
    lazy = hasattr(source, "collect_schema") or hasattr(source, "to_native")
    framed = lazy or hasattr(source, "columns") or _is_data_set(source)
    return framed and not isinstance(source, str | Path | Mapping)


def _is_data_set(source: object) -> bool:
    """Whether something is a data set of Hugging Face's `datasets`: rows as dicts, and what is known of them."""
    return hasattr(source, "features") and hasattr(source, "column_names") and not hasattr(source, "columns")


def frame_rows(frame: Any, name: str) -> tuple[Iterable[Mapping[str, Any]], tuple[str, ...]]:
    """Rows and columns of a frame; a lazy one is computed."""
    if _is_data_set(frame):
        rows = [dict(row) for row in frame]
        return rows, tuple(frame.column_names or dict.fromkeys(str(key) for row in rows for key in row))
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
