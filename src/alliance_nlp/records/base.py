"""What every record shares: comparison by content, rows, and a table that a person can read."""

from __future__ import annotations

import dataclasses
import html
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_nlp.errors import import_extra

Row = dict[str, Any]


def same_content(a: object, b: object) -> bool:
    """Compare two values by content: arrays element by element, ``nan`` equal to ``nan``, records field by field."""
    if a is b:
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return _same_arrays(a, b)
    if isinstance(a, Record) and isinstance(b, Record):
        return type(a) is type(b) and all(same_content(getattr(a, n), getattr(b, n)) for n in _compared(a))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same_content(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(same_content, a, b))
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b):
        return True
    return bool(a == b) or _same_fields(a, b)


def _same_fields(a: object, b: object) -> bool:
    """Whether two rows (a `Link`, say) differ in nothing but which ``nan`` they hold."""
    if type(a) is not type(b) or not dataclasses.is_dataclass(a):
        return False
    return all(same_content(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a) if f.compare)


def _same_arrays(a: object, b: object) -> bool:
    if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)):
        return False
    return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")


def _compared(record: Record) -> list[str]:
    return [field.name for field in dataclasses.fields(record) if field.compare]


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """Base of the records that hold arrays or other records: frozen, compared by content, printed as counts."""

    def __eq__(self, other: object) -> bool:
        return same_content(self, other) if isinstance(other, Record) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # content may be arrays; nobody should key a dict with them

    def _summary(self) -> str:
        return ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._summary()})"


def to_frame(rows: Sequence[Row], columns: Sequence[str] | None = None) -> Any:
    """Make a pandas data frame of rows; pandas is imported here and nowhere else."""
    pandas = import_extra("pandas", "formats", "to_frame()")
    return pandas.DataFrame(list(rows), columns=list(columns) if columns is not None else None)


@dataclass(frozen=True, eq=False, repr=False)
class Table(Record):
    """Hold rows under named columns, print them aligned, and give them as dicts or as a data frame.

    Parameters
    ----------
    columns : tuple of str
        Names of the columns, in order.
    values : tuple of tuples
        One tuple a row, as long as `columns`.
    title : str, default ""
        Printed above the table.
    quoting : tuple of str, default ()
        Columns that hold words of participants: in ``rows()``, ``to_frame()`` and HTML, never in ``print``.
    notes : tuple of str, default ()
        Sentences printed below the table: what its numbers rest on.

    Examples
    --------
    >>> print(Table(("theme", "kappa"), (("Trust", 0.5), ("Time", float("nan")))))
    theme  kappa
    Trust    .50
    Time     nan
    """

    columns: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    title: str = ""
    quoting: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, rows: Sequence[Row], *, columns: Sequence[str] | None = None, title: str = "",
        quoting: Sequence[str] = (), notes: Sequence[str] = (),
    ) -> Table:  # fmt: skip
        """Make a table of dicts; the columns are those of the first row unless named."""
        names = tuple(columns) if columns is not None else tuple(rows[0]) if rows else ()
        values = tuple(tuple(row.get(name) for name in names) for row in rows)
        return cls(names, values, title, tuple(quoting), tuple(notes))

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows())

    def __getitem__(self, index: int) -> Row:
        return dict(zip(self.columns, self.values[index], strict=True))

    def rows(self) -> list[Row]:
        """Give the rows as a list of dicts."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.values]

    def to_frame(self) -> Any:
        """Give the rows as a pandas data frame."""
        return to_frame(self.rows(), self.columns)

    def _summary(self) -> str:
        return f"{len(self)} rows: {', '.join(self.columns)}"

    def __str__(self) -> str:
        shown = [index for index, name in enumerate(self.columns) if name not in self.quoting]
        head = [self.columns[index].replace("_", " ") for index in shown]
        cells = [[format_cell(row[index]) for index in shown] for row in self.values]
        numeric = [all(_is_number(row[index]) for row in self.values) for index in shown]
        widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
        lines = [
            "  ".join(c.rjust(w) if n else c.ljust(w) for c, w, n in zip(line, widths, numeric, strict=True)).rstrip()
            for line in [head, *cells]
        ]
        return "\n".join([*([self.title] if self.title else []), *lines, *self.notes])

    def _repr_html_(self) -> str:
        def line(cells: Sequence[object], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(format_cell(c))}</{tag}>" for c in cells) + "</tr>"

        body = "".join(line(row, "td") for row in self.values)
        head = line([name.replace("_", " ") for name in self.columns], "th")
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return f"<table><caption>{html.escape(self.title)}</caption>{head}{body}</table>{notes}"


def _is_number(value: object) -> bool:
    return value is None or isinstance(value, int | float | np.number) or _is_interval(value)


def _is_interval(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, float) for part in value)


def format_cell(value: object) -> str:
    """Write one value for a table: two decimals without the leading zero, intervals as ``.10–.42``.

    Examples
    --------
    >>> [format_cell(value) for value in (0.234, -0.5, 1.0, 12, None, (0.1, 0.42))]
    ['.23', '-.50', '1.00', '12', '', '.10–.42']
    """
    if value is None:
        return ""
    if isinstance(value, tuple) and len(value) == 2 and _is_interval(value):
        return f"{format_cell(value[0])}–{format_cell(value[1])}"
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(sorted(map(str, value)) if isinstance(value, frozenset) else map(str, value))
    if isinstance(value, float | np.floating):
        return "nan" if math.isnan(value) else _short(float(value))
    return str(value)


def _short(value: float) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    text = f"{value:.2f}" if value != round(value) or abs(value) <= 1 else f"{value:.0f}"
    text = text.removeprefix("-") if float(text) == 0 else text
    return text.replace("0.", ".", 1) if abs(value) < 1 and text not in ("1.00", "-1.00") else text
