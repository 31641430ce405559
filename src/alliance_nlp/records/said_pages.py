"""Pages: tables with the sentences that they rest on; printed, in a notebook, as files."""

from __future__ import annotations

from pathlib import Path

from alliance_nlp.records.tables import Table, Tabular, escaped
from alliance_nlp.records.wrapping import fitted


class Page(Tabular):
    """Give a record of tables and sentences its print, its HTML and its files; it says only which tables it has.

    Notes
    -----
    Sentences stand first, since no figure should be read without what it rests on. A table without a row is neither
    shown nor written.
    """

    said: tuple[str, ...] = ()

    def files(self) -> dict[str, Table]:
        """Give the tables that are written, by the name of their file."""
        raise NotImplementedError

    def to_text(self, width: int | None = 110) -> str:
        """Write the page; sentences and tables that are wider than so many signs are broken over several lines."""
        return "\n\n".join([fitted("\n".join(self.said), width), *(table.to_text(width) for table in self.worded())])

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escaped(line)}</p>" for line in self.said) + super()._repr_html_()

    def write(self, folder: str | Path) -> list[Path]:
        """Write each table that holds anything as a .csv file, words of participants included; give the files."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        files = {Path(folder) / f"{name}.csv": table for name, table in self.files().items() if len(table)}
        for path, table in files.items():
            table.to_csv(path)
        return list(files)
