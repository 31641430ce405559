"""What became of each part of large files, and the figures that follow from what they counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alliance_nlp.errors import InputError, counted
from alliance_nlp.records import Record, Table, Tabular
from alliance_nlp.records.fields import Name
from alliance_nlp.scaling.part_figures import plan_of

PARTS = ("part", "file", "first_row", "n_rows", "state", "reason", "seconds", "process")


@dataclass(frozen=True, eq=False, repr=False)
class CodedParts(Tabular, Record):
    """Hold what became of each part, and what the parts that are done counted.

    Parameters
    ----------
    folder : str
        Where the parts lie: ``parts/*.parquet``, one row a text, and ``manifest.json``.
    parts : Table
        One row a part: its file, first row and number of rows, whether it is done, failed or not done, why, and the
        seconds it took.
    clusters : Table
        How many rows each cluster got.
    codes : Table
        How often each code was suggested and, where people coded, how far machine and people agree.
    beside : Table
        For each cluster the codes that people gave its rows more often than elsewhere.
    settings : dict
        What was done with every row, and how many there were.

    Notes
    -----
    Figures rest on the parts that are done; ``complete`` says whether that is all of them. An agreement of machine and
    people says that they part alike, not that either is right.
    """

    folder: Name
    parts: Table
    clusters: Table = field(default_factory=lambda: Table((), ()))
    codes: Table = field(default_factory=lambda: Table((), ()))
    beside: Table = field(default_factory=lambda: Table((), ()))
    settings: Mapping[str, Any] = field(default_factory=dict)

    def _check(self) -> None:
        if self.parts.columns != PARTS:
            raise InputError(f"CodedParts.parts must have the columns {', '.join(PARTS)}.")

    @property
    def complete(self) -> bool:
        """Whether every part is done."""
        return all(row["state"] == "done" for row in self.parts.rows())

    @property
    def failed(self) -> Table:
        """The parts that are not done, with the reason."""
        left = tuple(row for row in self.parts.values if row[PARTS.index("state")] != "done")
        return Table(PARTS, left, "Parts that are not done")

    def table(self) -> Table:
        """Give one row a part."""
        return self.parts

    def tables(self) -> tuple[Table, ...]:
        """Give the parts, and what was counted."""
        return (self.parts, *(table for table in (self.clusters, self.codes, self.beside) if len(table)))

    def plan(
        self, rows: int, *, machines: Sequence[int] = (1, 5, 20), workers: int = 4, price: float = 0.0
    ) -> Table:  # fmt: skip
        """Say what so many rows would take, by the speed that was measured here.

        Parameters
        ----------
        rows : int
            How many rows there are to be.
        machines : sequence of int, default (1, 5, 20)
            Numbers of machines to compare.
        workers : int, default 4
            Workers on each machine, one core and one encoder in memory each.
        price : float, default 0.0
            What an hour of a machine costs, in any currency.

        Returns
        -------
        Table
            Hours, machine hours and cost for each number of machines, and in its notes the speed and the bytes.

        Raises
        ------
        InputError
            When nothing was measured, or a number is not positive.
        """
        speed, size = self.settings.get("rows_per_second"), self.settings.get("bytes_per_row", 0.0)
        if not speed:
            raise InputError("Nothing was measured here: no part is done. Code some rows first.")
        if rows < 1 or workers < 1 or price < 0 or any(n < 1 for n in machines):
            raise InputError("rows, machines and workers must be at least 1, price at least 0.")
        return plan_of(rows, float(speed), float(size), machines, workers, price)

    def _summary(self) -> str:
        done = len(self.parts) - len(self.failed)
        rows = counted(int(self.settings.get("n_rows", 0)), "row")
        return f"{done} of {counted(len(self.parts), 'part')} done, {rows}"
