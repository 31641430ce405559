"""Marks that stand for what is above them in a column: read so in columns of names, where no row can mean the sign."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from alliance_nlp.reading.paths import folded
from alliance_nlp.reading.spreadsheets import Sheet

_SIGN = r"[\"“”„‟″〃々⸗]|''|’’|′′|,,|\|\|"
_DITTO = re.compile(
    rf"[-–—=~]{{0,5}}\s?(?:{_SIGN})\s?[-–—=~]{{0,5}}|↑|⬆|ditto|dito|idem|id\.|do\.|同上|同前|위와 같음|"
    r"(?:(?:the )?same )?as above|see above|s\. ?o\.|siehe oben|wie oben|(?:samme )?som (?:over|ovenfor)|se over|"
    r"samma som ovan|(?:zelfde )?als hierboven|zie boven|comme ci-dessus|voir ci-dessus|igual que arriba|como arriba|"
    r"como acima|come sopra|jak wyżej|j\. ?w\.|kuten yllä|то же|jako výše",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s{0,9}[(\[](?:cont(?:inued|inuação|inuación|['’.]?d)?|forts(?:att|ettelse|\.)?|fortsetzung|suite|vervolg|segue|c\.?d|jatkuu|"
    r"ctd)\.?[)\]]$",
    re.IGNORECASE,
)  # fmt: skip


def as_above(sheet: Sheet, columns: Iterable[str]) -> tuple[Sheet, dict[str, list[int]]]:
    """Read marks such as ditto signs, and "Time (continued)", as what stands above; give their rows by column."""
    rows, found = list(sheet.rows), {}
    for column in columns:
        above, read = "", []
        for at, row in enumerate(rows):
            cell = row.cells[column].strip()
            goes_on = _GOES_ON.sub("", cell)
            if above and (_DITTO.fullmatch(cell) or (goes_on != cell and folded(goes_on) == folded(above))):
                rows[at] = replace(row, cells={**row.cells, column: above})
                read.append(row.number)
            elif cell:
                above = row.cells[column]
        if read:
            found[column] = read
    return replace(sheet, rows=tuple(rows)) if found else sheet, found


def assume_above(sheet: Sheet, columns: Iterable[str]) -> Sheet:
    """Read such marks where that may be assumed, and say so with rows."""
    if not sheet.remarks.may("as above"):
        return sheet
    read, found = as_above(sheet, columns)
    for column, numbers in found.items():
        said = f"marks in {column!r} that say the same as above were read as what stands there"
        sheet.remarks.assume("as above", said, numbers)
    return read
