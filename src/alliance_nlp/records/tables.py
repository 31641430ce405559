"""The one home of tables: rows under named columns as text, frame, CSV, Markdown and HTML, and how a number is written.

Notes
-----
A spreadsheet program runs a cell that begins with ``=``, ``+``, ``-`` or ``@``. `guarded` puts one apostrophe before a
text that would run, and before one that already has apostrophes there, so `unguarded` gives back exactly what stood in
the table: it takes one apostrophe away where what follows would run, and leaves every other text as it is.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import html
import io
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from alliance_nlp.errors import InputError, check_choice, counted, import_extra
from alliance_nlp.files import as_bytes, printable, whole_signs, write_atomic
from alliance_nlp.numeric import format_number, format_p
from alliance_nlp.records.base import Record, Row
from alliance_nlp.records.workbooks import workbook_bytes
from alliance_nlp.records.wrapping import fitted, side_by_side

Backend = Literal["pandas", "polars", "pyarrow"]
FRAMES = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "table"}  # what each backend calls its own
PARQUET = "pyarrow.parquet"
SHOWN_ROWS = 50  # of a long table in print and in a notebook
P_COLUMNS = frozenset({"p", "p_adjusted", "q", "smallest_p", "p_differs"})
PLAIN_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?", re.ASCII)
BREAKS = ("\t", "\r", "\n")
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters by category, blank to the eye
# what Markdown would read as markup, and nothing else, so that a quote stands as it was said; < and & would be HTML.
# A bracket is one only before ( [ or :, a stroke below only at the edge of a word.
MARKUP = re.compile(r"([\\`*|~$]|\](?=[(\[:])|(?<![^\W_])_|_(?![^\W_]))")


@dataclass(frozen=True, eq=False, repr=False)
class Table(Record):
    """Hold rows under named columns, print them aligned, and give them as dicts, frame, CSV, Markdown or HTML.

    Parameters
    ----------
    columns : tuple of str
        Names of the columns, in order, each once.
    values : tuple of tuples
        One tuple a row, as long as `columns`.
    title : str, default ""
        Printed above the table.
    quoting : tuple of str, default ()
        Columns that hold words of participants: in ``rows()``, ``to_frame()`` and HTML, never in ``print``.
    notes : tuple of str, default ()
        Sentences printed below the table: what its numbers rest on.

    Raises
    ------
    InputError
        When two columns have one name, or a row is shorter or longer than `columns`.

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

    def _check(self) -> None:
        if len(set(self.columns)) != len(self.columns):
            raise InputError(f"Columns need names of their own. Got {', '.join(map(repr, self.columns))}.")
        odd = next((i for i, row in enumerate(self.values) if len(row) != len(self.columns)), None)
        if odd is not None:
            raise InputError(
                f"Each row needs {len(self.columns)} values, one a column. Row {odd} has {len(self.values[odd])}."
            )

    @classmethod
    def of(
        cls, rows: Sequence[Row], *, columns: Sequence[str] | None = None, title: str = "",
        quoting: Sequence[str] = (), notes: Sequence[str] = (),
    ) -> Table:  # fmt: skip
        """Make a table of dicts; the columns are those of the first row unless named."""
        names = tuple(columns) if columns is not None else tuple(rows[0]) if rows else ()
        values = tuple(tuple(row.get(name) for name in names) for row in rows)
        return cls(names, values, title, tuple(quoting), tuple(notes))

    def only(self, columns: Sequence[str]) -> Table:
        """Keep these columns, in this order."""
        return Table.of(self.rows(), columns=columns, title=self.title, quoting=self.quoting, notes=self.notes)

    def beside(self, columns: Sequence[str], values: Sequence[tuple[Any, ...]]) -> Table:
        """Put further columns to the right, one tuple of values a row."""
        rows = tuple((*own, *more) for own, more in zip(self.values, values, strict=True))
        return replace(self, columns=(*self.columns, *columns), values=rows)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows())

    def __getitem__(self, index: int) -> Row:
        return dict(zip(self.columns, self.values[index], strict=True))

    def rows(self) -> list[Row]:
        """Give the rows as a list of dicts."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.values]

    def to_frame(self, *, backend: Backend = "pandas") -> Any:
        """Give the rows as a data frame.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"}, default "pandas"
            Whose frame. pandas keeps every value as it is; the other two want one type a column, so sets and intervals
            become lists, and a column of several types is written as words.

        Raises
        ------
        InputError
            When the backend is none of the three.
        MissingExtraError
            When its package is not installed.
        """
        check_choice("backend", FRAMES, backend)
        as_it_is = backend == "pandas"
        asked = "to_frame()" if as_it_is else f"to_frame(backend={backend!r})"
        module = import_extra(backend, "formats" if as_it_is else None, asked)
        data = {name: values if as_it_is else _one_type(values) for name, values in self._by_column().items()}
        return getattr(module, FRAMES[backend])(data)

    def _by_column(self, *, quotes: bool = True) -> dict[str, list[Any]]:
        names = [name for name in self.columns if quotes or name not in self.quoting]
        return {name: [row[self.columns.index(name)] for row in self.values] for name in names}

    def to_csv(self, path: str | Path | None = None, *, quotes: bool = True) -> str:
        r"""Write the rows as CSV that a spreadsheet opens without running anything.

        Parameters
        ----------
        path : str or Path, optional
            Where to write it: UTF-8 with a byte order mark, which spreadsheet programs need to know it by.
        quotes : bool, default True
            False leaves out the columns that hold participants' words.

        Returns
        -------
        str
            The text, without the mark. Lines end in ``\r\n``, as RFC 4180 has it. Numbers are
            written in full, an interval as two columns, sets and tuples as their words joined by " | ", and a text that
            would run as a formula has an apostrophe in front.

        Examples
        --------
        >>> Table(("theme", "ci"), (("=1+1", (0.1, 0.42)),)).to_csv().splitlines()
        ['theme,ci_low,ci_high', "'=1+1,0.1,0.42"]
        """
        columns = self._flat(quotes=quotes)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(map(guarded, columns))
        writer.writerows(map(_field, row) for row in zip(*columns.values(), strict=True))
        if path is not None:
            write_atomic(path, codecs.BOM_UTF8 + as_bytes(out.getvalue(), Path(path).name))
        return out.getvalue()

    def _flat(self, *, quotes: bool) -> dict[str, list[Any]]:
        """Columns of plain values: an interval as two of them."""
        columns: dict[str, list[Any]] = {}
        for name, values in self._by_column(quotes=quotes).items():
            if any(map(_is_interval, values)) and all(value is None or _is_interval(value) for value in values):
                for at, end in enumerate(("low", "high")):
                    columns[f"{name}_{end}"] = [None if value is None else value[at] for value in values]
            else:
                columns[name] = values
        return columns

    def to_xlsx(self, path: str | Path, *, quotes: bool = True) -> None:
        """Write the rows as a workbook: words that would run as a formula are kept as words, columns have fit widths.

        Parameters
        ----------
        path : str or Path
            Where to write it.
        quotes : bool, default True
            False leaves out the columns that hold participants' words.

        Raises
        ------
        InputError
            When words are longer than a cell of a workbook holds.
        """
        columns = self._flat(quotes=quotes)
        rows = [list(map(_joined, row)) for row in zip(*columns.values(), strict=True)]
        write_atomic(path, workbook_bytes(tuple(columns), rows, self.title))

    def to_parquet(self, path: str | Path, *, quotes: bool = True) -> None:
        """Write the rows as a Parquet file, each column of one type, as `to_frame` gives them for pyarrow.

        Parameters
        ----------
        path : str or Path
            Where to write it.
        quotes : bool, default True
            False leaves out the columns that hold participants' words.
        """
        kept = self if quotes else self.only([name for name in self.columns if name not in self.quoting])
        parquet = import_extra(PARQUET, None, "to_parquet()")
        out = io.BytesIO()
        parquet.write_table(kept.to_frame(backend="pyarrow"), out)
        write_atomic(path, out.getvalue())

    def to_markdown(self, *, quotes: bool = True) -> str:
        r"""Write the table as Markdown, every word as plain text.

        Examples
        --------
        >>> print(Table(("theme", "kappa"), (("Trust | time", -0.5),)).to_markdown())
        | theme | kappa |
        | --- | ---: |
        | Trust \| time | −.50 |
        """
        return self._grid(quotes=quotes).to_markdown()

    def _grid(self, *, quotes: bool = True, most: int | None = None) -> Grid:
        """Write the table for readers: at most so many rows, with or without participants' words."""
        columns = self._by_column(quotes=quotes)
        cells = [[Cell.of(value, name) for value in values[:most]] for name, values in columns.items()]
        rest = (f"… {len(self) - most} more; .rows() has all.",) if most is not None and len(self) > most else ()
        heads = tuple(name.replace("_", " ") for name in columns)
        return Grid(self.title, heads, tuple(zip(*cells, strict=True)), (*rest, *self.notes))

    def _summary(self) -> str:
        return f"{counted(len(self), 'row')}: {', '.join(self.columns)}"

    def to_text(self, width: int | None = None) -> str:
        """Write the table as print does; where it is wider than `width` signs it is wrapped, or stands in parts."""
        return self._grid(quotes=False, most=SHOWN_ROWS).to_text(width)

    __str__ = to_text

    def _repr_html_(self) -> str:
        shown = self._grid(most=SHOWN_ROWS)
        return shown.to_html() + "".join(f"<p>{escaped(note)}</p>" for note in shown.notes)


class Tabular:
    """Give a record that has rows its dicts, frame, CSV, Markdown, print and HTML; it says only which table(s) it is.

    Notes
    -----
    ``print`` shows ids, counts and figures; columns that hold participants' words are in ``rows()``, ``to_frame()`` and
    HTML. Of a long table print and HTML show the first rows and say how many there are.
    """

    def table(self) -> Table:
        """Give the rows as a table."""
        return self.tables()[0]

    def tables(self) -> tuple[Table, ...]:
        """Give the tables that print and a notebook show, the one of the rows first."""
        return (self.table(),)

    def worded(self) -> tuple[Table, ...]:
        """Give the tables as print and a notebook word them; a record that speaks several languages words them here."""
        return self.tables()

    def rows(self) -> list[Row]:
        """Give the rows as a list of dicts, participants' words included."""
        return self.table().rows()

    def to_frame(self, *, backend: Backend = "pandas") -> Any:
        """Give the rows as a data frame of pandas, polars or pyarrow, as `Table.to_frame` does."""
        return self.table().to_frame(backend=backend)

    def to_csv(self, path: str | Path | None = None, *, quotes: bool = True) -> str:
        """Write the rows as CSV, into a file where one is named, as `Table.to_csv` does."""
        return self.table().to_csv(path, quotes=quotes)

    def to_markdown(self, *, quotes: bool = True) -> str:
        """Write the rows as a table in Markdown, with or without the columns of participants' words."""
        return self.table().to_markdown(quotes=quotes)

    def _titled(self) -> tuple[Table, ...]:
        first, *others = self.worded()
        return (replace(first, title=first.title or repr(self)), *(table for table in others if table.columns))

    def to_text(self, width: int | None = None) -> str:
        """Write the tables as print does, no line wider than so many signs."""
        return "\n\n".join(table.to_text(width) for table in self._titled())

    def __str__(self) -> str:
        return self.to_text()  # as a record words it that has a text of its own

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self._titled())


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table for readers.

    Parameters
    ----------
    text : str
        How it is written.
    number : float or None
        The number it stands for, by which a page sorts; nan where it is missing; None for words.
    markup : str
        HTML that stands instead of the text where the table is HTML.
    """

    text: str
    number: float | None = None
    markup: str = ""

    @classmethod
    def of(cls, value: object, column: str = "") -> Cell:
        """Write one value of a column."""
        return cls(format_cell(value, column), _number(value))

    @property
    def typeset(self) -> str:
        """The text with a real minus sign, for pages; a terminal may not know that letter."""
        return self.text if self.number is None else self.text.replace("-", "−")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as readers see it: headings in words, written cells, sentences below."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    kind: str = ""

    @property
    def right(self) -> list[bool]:
        """Which columns hold numbers and stand to the right."""
        return [all(row[at].number is not None for row in self.rows) for at in range(len(self.headings))]

    def to_text(self, width: int | None = None) -> str:
        """Write it aligned, for print."""
        lines = [self.headings, *([c.text for c in row] for row in self.rows)]
        shown = side_by_side(lines, self.right, width) if self.rows or not self.title else []  # a title says enough
        parts = [fitted(self.title, width), *shown, *(fitted(note, width) for note in self.notes)]
        return "\n".join(part for i, part in enumerate(parts) if part or 0 < i <= len(shown))

    def to_markdown(self) -> str:
        """Write it as a table in Markdown, every word as plain text."""
        title = f"**{in_markdown(self.title)}**" if self.title else ""
        lines = [
            map(in_markdown, self.headings),
            ("---:" if right else "---" for right in self.right),
            *((in_markdown(cell.typeset) for cell in row) for row in self.rows),
        ]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        start = [title, table] if self.rows else [f"{title or 'Table'}: no rows."]
        return "\n\n".join(part for part in [*start, *map(in_markdown, self.notes)] if part)

    def to_html(self) -> str:
        """Write it as a table in HTML, every word as plain text; the notes are left to the page."""
        sides = [' class="number"' if right else "" for right in self.right]
        heads = zip(self.headings, sides, strict=True)
        head = "".join(f'<th scope="col" dir="auto"{side}>{escaped(name)}</th>' for name, side in heads)
        body = "\n".join(
            f"<tr>{''.join(_html_cell(at, cell, sides[at]) for at, cell in enumerate(row))}</tr>" for row in self.rows
        )
        kind = f' class="{self.kind}"' if self.kind else ""
        caption = f'<caption dir="auto">{escaped(self.title)}</caption>' if self.title else ""
        return f"<table{kind}>\n{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _html_cell(at: int, cell: Cell, side: str) -> str:
    long = ' class="words"' if at and len(cell.text) > 24 else ""
    number = f' data-number="{cell.number}"' if cell.number is not None else ""
    start = "td" if at or cell.markup else 'th scope="row"'
    return f'<{start} dir="auto"{side or long}{number}>{cell.markup or escaped(cell.typeset)}</{start[:2]}>'


def escaped(text: str) -> str:
    """Write a text for HTML, every sign as a plain one."""
    return html.escape(printable(text))


def format_cell(value: object, column: str = "") -> str:
    """Write one value for a table: two decimals without the leading zero, intervals as ``.10 to .42``.

    Parameters
    ----------
    value : object
        A number, an interval, words, several words, or None.
    column : str, default ""
        Name of its column: p values have three decimals.

    Examples
    --------
    >>> [format_cell(value) for value in (0.234, -0.5, 1.0, 12, None, (0.1, 0.42), True)]
    ['.23', '-.50', '1.00', '12', '', '.10 to .42', 'yes']
    >>> format_cell(0.0002, "p")
    '<.001'
    """
    if value is None:
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, tuple) and _is_interval(value):
        return "" if any(map(math.isnan, value)) else " to ".join(map(format_number, value))
    if isinstance(value, frozenset | tuple | list):
        return ", ".join(sorted(map(str, value)) if isinstance(value, frozenset) else map(str, value))
    if isinstance(value, float | np.floating):
        return (format_p if column in P_COLUMNS else format_number)(float(value))
    return str(value)


def in_markdown(text: str) -> str:
    """Write words so that Markdown shows them and does nothing else with them."""
    one_line = " ".join(printable(text).split())
    safe = one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = MARKUP.sub(r"\\\1", safe)
    if ("[" in safe or "]" in safe) and not _are_paired(safe):
        safe = re.sub(r"(?<!\\)([\[\]])", r"\\\1", safe)
    # what would begin a list or a heading at the start of a line
    return re.sub(r"^([-+=#]|\d+[.)])", lambda found: f"{found[0][:-1]}\\{found[0][-1]}", safe)


def _are_paired(text: str) -> bool:
    """Whether square brackets close as they open, so that words may stand within brackets of Markdown's own."""
    depth = 0
    for sign in re.sub(r"\\.", "", text):
        depth += {"[": 1, "]": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet program would run.

    Examples
    --------
    >>> guarded("=1+1"), guarded("so =1"), guarded(" @x"), guarded("-0.5")
    ("'=1+1", 'so =1', "' @x", '-0.5')
    """
    return f"'{clean}" if _would_run(clean := printable(text)) else clean


def unguarded(text: str) -> str:
    """Take away the apostrophe that `guarded` put there, and no other.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis"), unguarded(guarded("'=1+1"))
    ('=1+1', "'tis", "'=1+1")
    """
    return text[1:] if text.startswith("'") and _would_run(text[1:]) else text


def _would_run(text: str) -> bool:
    bare = text.lstrip("'")
    if (bare[:1].isascii() and bare[:1].isalnum()) or PLAIN_NUMBER.fullmatch(bare):  # most texts begin with a letter
        return False
    first = next((letter for letter in bare if not _is_unseen(letter)), "")
    # full-width signs run too; their compatible form is the plain one
    return bare.startswith(BREAKS) or unicodedata.normalize("NFKC", first).startswith(("=", "+", "-", "@"))


def _is_unseen(letter: str) -> bool:
    """Blanks, controls, marks without width and marks of direction: spreadsheets may read past them."""
    return unicodedata.category(letter)[0] in "CMZ" or letter in FILLERS


def _field(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return repr(float(value))  # numpy's own would be written with its type
    value = _joined(value)
    return guarded(value) if isinstance(value, str) else value


def _joined(value: Any) -> Any:
    """Give a value that a cell holds: several words as one text, and letters only that a file may hold."""
    if isinstance(value, tuple | list | frozenset):
        value = " | ".join(map(str, sorted(value) if isinstance(value, frozenset) else value))
    return printable(value) if isinstance(value, str) else value


def _is_interval(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, float) for part in value)


def _number(value: object) -> float | None:
    if value is None:
        return math.nan
    if isinstance(value, tuple) and _is_interval(value):
        return float(value[0])
    return float(value) if isinstance(value, int | float | np.number) and not isinstance(value, bool) else None


def _one_type(values: Sequence[Any]) -> list[Any]:
    """Give a column one type: lists for sets and tuples, words where types are mixed."""
    plain = [value.item() if isinstance(value, np.generic) else value for value in values]
    plain = [sorted(value) if isinstance(value, frozenset) else value for value in plain]
    kinds = {list if isinstance(value, tuple | list) else type(value) for value in plain if value is not None}
    if kinds == {list}:
        parts = {type(part) for value in plain for part in value or ()}
        keep = len(parts) == 1 and str not in parts
        return [None if v is None else [part if keep else whole_signs(str(part)) for part in v] for v in plain]
    if kinds <= {int, float} or (len(kinds) == 1 and kinds <= {bool, datetime.date, datetime.datetime}):
        return [float(value) if kinds == {int, float} and value is not None else value for value in plain]
    return [None if value is None else whole_signs(format_cell(value)) for value in plain]
