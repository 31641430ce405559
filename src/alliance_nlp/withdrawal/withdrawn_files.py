"""What became of each file when somebody withdrew, and which copies are out of reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alliance_nlp.errors import counted
from alliance_nlp.records import Record, Row, Table, Tabular
from alliance_nlp.records.fields import Name


@dataclass(frozen=True, eq=False, repr=False)
class Withdrawal(Tabular, Record):
    """What became of each file, or would, and what somebody has to do by hand.

    Parameters
    ----------
    person : str
        Who withdrew, by the name that the study prints.
    files : Table
        One row a file or folder: ``file``, ``what`` (shortened, written anew, removed, by hand), ``becomes``, ``why``,
        and the beginning of its SHA-256 before and after.
    out_of_reach : Table
        One row for each kind of copy that the library cannot reach, with what to do.
    done : bool
        False for a preview: nothing was changed.

    Notes
    -----
    That a file is not listed says that no words were found in it that copy the person's: four words in a row, or a
    whole turn of three. What was retold or said in other words, and what is seen in pictures, nobody looked for.
    """

    person: Name
    files: Table
    out_of_reach: Table
    done: bool

    def table(self) -> Table:
        """Give one row a file."""
        return self.files

    def tables(self) -> tuple[Table, ...]:
        """Give the files, and the copies that are out of reach."""
        return (self.files, self.out_of_reach)

    def _summary(self) -> str:
        by_hand = sum(row["what"] == "by hand" for row in self.files.rows())
        return (
            f"{counted(len(self.files), 'file')}, {by_hand} by hand, {'done' if self.done else 'nothing changed yet'}"
        )


def out_of_reach(home: Path, places: Sequence[Path]) -> Table:
    """Name the copies that the library does not reach, those first of which it can see that there are some."""
    rows: list[Row] = []
    for place in (home, *places):
        above = next((p for p in (place.resolve(), *place.resolve().parents) if (p / ".git").exists()), None)
        if above is not None:
            rows.append(
                {"copy": f"history of versions in {above.name}", "do": "take the files out of it as its program says"}
            )
    rows += [
        {"copy": "backups, mail, disks of others", "do": "ask who keeps them"},
        {"copy": "recordings and photographs", "do": "delete them"},
        {
            "copy": "packs, reports and quotes that were handed out or published",
            "do": "ask for them back; what is printed stays",
        },
        {
            "copy": "vectors kept between runs of segments that were cut by rules of your own",
            "do": "remove the folder in which they are kept",
        },
        {"copy": "projects of QDA programs", "do": "take the person out there"},
        {"copy": "what was sent to a language model", "do": "ask who runs it"},
        {"copy": "files that the table above calls by hand", "do": "take the words out in the program that wrote them"},
    ]
    return Table.of(rows, columns=("copy", "do"), title="Out of reach")
