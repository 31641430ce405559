"""Levels of a codebook as people write them: once and then blank, set in, as paths, by parents, in any depth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from alliance_nlp.reading.dittos import assume_above
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.paths import Parts, folded, habit_of
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow

LEVELS = ("theme", "essence", "code", "subcode", "subsubcode")
LEVEL_COLUMN = re.compile(r"(?:(?:code_)?level|ebene|stufe|niva|niveau|nivel|livello|poziom|taso)_?(\d)")
SET_IN = re.compile(r"^([\s\u2003]*)((?:[-–—•·*◦▪‣+]|>+)(?=\s)\s*)?")
NUMBERED = re.compile(r"\s*(\d+(?:\.\d+)*)\.?\)?\s+\S")


@dataclass(frozen=True)
class Entry:
    """One row of a codebook and the names of its levels, the highest first; a heading names what stands below it."""

    row: SheetRow
    levels: Parts
    heading: bool = False
    is_tree: bool = False  # levels are counted from the top, and not known by their columns

    @property
    def parts(self) -> Parts:
        """Names of the levels that are filled."""
        return tuple(part for part in self.levels if part)


def entries_of(sheet: Sheet) -> list[Entry]:
    """Give each row its levels, with what had to be assumed on the report."""
    columns = [sheet.columns[level] if level in LEVELS else level for level in level_columns(sheet)]
    if len(columns) > 1 and columns[0] in sheet.twice:
        said = f"{len(columns)} columns are called {columns[0]!r}: each was read as the level below the one before"
        sheet.remarks.assume("parents", said)
    sheet = assume_above(sheet, columns[:-1])
    entries = [Entry(row, tuple(row[column] for column in columns)) for row in sheet.rows]
    entries = [entry for entry in entries if _known(entry)]
    told = _by_parents(sheet, entries) or _by_depth(sheet, entries) or _by_numbers(sheet, entries)
    if not told and len(columns) == 1:
        told = _set_in(sheet, entries)
    entries = told or _as_above(sheet.remarks, entries, columns)
    entries = [replace(entry, levels=tuple(level.strip() for level in entry.levels)) for entry in entries]
    return _without_headings(sheet, _by_paths(sheet.remarks, entries))


def place_of(entry: Entry, columns: Sequence[str]) -> tuple[str, str, str]:
    """Theme, essence and code of an entry: by its columns, or in a tree by depth; what is deeper stays in the code."""
    if not entry.is_tree and set(columns) <= set(LEVELS[:3]):
        own = dict(zip(columns, entry.levels, strict=True))
        return own.get("theme", ""), own.get("essence", ""), own.get("code", "")
    first, *others = entry.parts
    if entry.heading and len(entry.parts) < 3:
        return first, "".join(others), ""
    if not others:
        return "", "", first
    return first, others[0] if len(others) > 1 else "", "/".join(others[1:] or others)


def _known(entry: Entry) -> bool:
    if any(level.strip() for level in entry.levels):
        return True
    entry.row.fault("no theme, essence or code is named")
    return False


def level_columns(sheet: Sheet) -> list[str]:
    """Give what holds the levels, the highest first: meanings of columns, or columns that count their level."""
    named = [level for level in LEVELS if level in sheet.columns]
    if named == ["code"] and (several := code_columns(sheet)):
        return several
    numbered = sorted((int(found[1]), column) for column in sheet.header
                      if (found := LEVEL_COLUMN.fullmatch(fold_column(column))))  # fmt: skip
    return [column for _, column in numbered] if len(numbered) > 1 and not set(named) - {"code"} else named


def code_columns(sheet: Sheet) -> list[str]:
    """Columns that are all called code: each holds the level below the one before; empty where there is only one."""
    first = sheet.columns["code"]
    again = re.compile(rf"{re.escape(first)} \(\d+\)")
    several = [column for column in sheet.header if column == first or again.fullmatch(column)]
    return several if first in sheet.twice and sheet.remarks.may("parents") else []


def _as_above(remarks: Remarks, entries: Sequence[Entry], columns: Sequence[str]) -> list[Entry]:
    """Fill blanks below a level that is written once, within what stands above it."""
    fills = [remarks.may("as above") and _is_written_once(entries, at) for at in range(len(columns))]
    found, above, filled, without = [], [""] * len(columns), [], []
    for entry, below in zip_longest(entries, entries[1:]):
        levels = [level.strip() for level in entry.levels]
        deepest = max(at for at, level in enumerate(levels) if level)
        for at, own in enumerate(levels[:deepest]):
            if own:
                above[at:] = [own, *[""] * (len(levels) - at - 1)]
            elif fills[at] and above[at] and not any(level.strip() for level in entry.levels[:at]):
                levels[at] = above[at]
                filled.append(entry.row.number)
            else:
                without.append(entry.row.number)
        above[deepest:] = [levels[deepest], *[""] * (len(levels) - deepest - 1)]
        heading = remarks.may("as above") and below is not None and _heads(below, deepest)
        found.append(replace(entry, levels=tuple(levels), heading=heading))
    if filled:
        names = ", ".join(repr(column) for column, fill in zip(columns, fills, strict=True) if fill)
        remarks.assume("as above", f"a blank in {names} was read as what stands above it", dict.fromkeys(filled))
    if without := [number for number in dict.fromkeys(without) if number not in filled]:
        rows = which(without, "row", shown=40)
        remarks.keep("noticed", "a level above the lowest is blank, and was read as none", where=rows)
    return found


def _is_written_once(entries: Sequence[Entry], at: int) -> bool:
    """Whether a column's blanks mean "as above": more rows below leave the value out than write it again."""
    again = blank = 0
    for entry, before in zip(entries, [None, *entries], strict=False):
        if any(level.strip() for level in entry.levels[at + 1 :]):
            own = entry.levels[at].strip()
            blank += not own
            again += bool(own) and before is not None and folded(before.levels[at]) == folded(own)
    return blank > again


def _heads(below: Entry, deepest: int) -> bool:
    """Whether the next row leaves a level blank and fills a deeper one: the row above it only names what follows."""
    return not below.levels[deepest].strip() and any(level.strip() for level in below.levels[deepest + 1 :])


def _set_in(sheet: Sheet, entries: Sequence[Entry]) -> list[Entry]:
    """Levels by how far the names of the only column are set in, or by their numbers; nothing where neither is."""
    if not sheet.remarks.may("indentation"):
        return []
    names = [entry.levels[0] for entry in entries]
    starts = [SET_IN.match(name) for name in names]
    depths = [len(found[1].expandtabs(4)) + bool(found[2]) if found else 0 for found in starts]
    if len(set(depths)) > 1 and depths[0] == min(depths) and _is_meant(names, depths):
        bare = [name[found.end() :] if found else name for name, found in zip(names, starts, strict=True)]
        said = "names that are set in were read as below those above them that are less far in"
        return _below(sheet.remarks, entries, depths, bare, said)
    numbers = [found[1].split(".") if (found := NUMBERED.match(name)) else [] for name in names]
    known = {tuple(number) for number in numbers}
    if all(numbers) and len(known) == len(numbers) and any(tuple(n[:-1]) in known for n in numbers):
        said = "numbered names were read as levels: 1.1 is below 1"
        return _below(sheet.remarks, entries, [len(number) for number in numbers], names, said)
    return []


def _is_meant(names: Sequence[str], depths: Sequence[int]) -> bool:
    """Whether indents are more than a blank that slipped in: wider than one, or the habit of most rows."""
    slips = [name.startswith(" ") and depth == 1 for name, depth in zip(names, depths, strict=True)]
    return any(depth > min(depths) and not slip for depth, slip in zip(depths, slips, strict=True)) or (
        2 * sum(slips) > len(names)
    )


def _below(
    remarks: Remarks, entries: Sequence[Entry], depths: Sequence[int], names: Sequence[str], said: str
) -> list[Entry]:
    """Put each row below the last one above it that is less deep."""
    found: list[Entry] = []
    above: list[tuple[int, str]] = []
    for index, (entry, depth, name) in enumerate(zip(entries, depths, names, strict=True)):
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, name.strip()))
        heads = index + 1 < len(depths) and depths[index + 1] > depth
        found.append(Entry(entry.row, tuple(name for _, name in above), heads, is_tree=True))
    kind = "parents" if "depth" in said else "indentation"
    remarks.assume(kind, said, [entry.row.number for entry in found if len(entry.levels) > 1])
    return found


def _by_depth(sheet: Sheet, entries: Sequence[Entry]) -> list[Entry]:
    """Levels by a column that counts them; nothing where there is none."""
    said = [entry.row.text("depth") for entry in entries]
    if not all(depth.isdecimal() for depth in said) or len(set(said)) < 2 or not sheet.remarks.may("parents"):
        return []
    names = [next(filter(str.strip, reversed(entry.levels))) for entry in entries]
    column = sheet.columns["depth"]
    return _below(sheet.remarks, entries, list(map(int, said)), names, f"{column!r} was read as the depth of each code")


def _by_numbers(sheet: Sheet, entries: Sequence[Entry]) -> list[Entry]:
    """Levels by a column of numbers such as 1, 1.1, 1.2, whose parents have rows; nothing where there is none."""
    if not sheet.remarks.may("indentation") or len(entries) < 2 or any(len(entry.parts) > 1 for entry in entries):
        return []
    for column in sheet.header:
        cells = [entry.row[column].strip().rstrip(".") for entry in entries]
        if not all(re.fullmatch(r"\d+(?:\.\d+)*", cell) for cell in cells) or len({*cells}) < len(cells):
            continue
        above = [cell.rpartition(".")[0] for cell in cells if "." in cell]
        if above and set(above) <= {*cells}:
            names = [entry.parts[0] for entry in entries]
            said = f"the numbers in {column!r} were read as levels: 1.1 is below 1"
            return _below(sheet.remarks, entries, [cell.count(".") for cell in cells], names, said)
    return []


def _by_parents(sheet: Sheet, entries: Sequence[Entry]) -> list[Entry]:
    """Levels by a column that names the parent: by its id, its name, or its path; nothing where there is none."""
    if not any(entry.row.text("parent") for entry in entries) or not sheet.remarks.may("parents"):
        return []
    names = {id(entry): next(filter(str.strip, reversed(entry.levels))).strip() for entry in entries}
    by_key: dict[str, Entry] = {}
    for entry in entries:
        for key in (entry.row.text("id"), names[id(entry)]):
            by_key.setdefault(folded(key), entry)
    by_key.pop("", None)
    paths = habit_of([entry.row.text("parent") for entry in entries])

    def upwards(entry: Entry, seen: tuple[Entry, ...] = ()) -> Parts:
        parent = entry.row.text("parent")
        if not parent or parent in ("0", "-1") or any(entry is one for one in seen):
            return (names[id(entry)],)
        above = by_key.get(folded(parent))
        if above is not None and above is not entry and len(paths.of(parent)) == 1:
            return (*upwards(above, (*seen, entry)), names[id(entry)])
        return (*paths.of(parent), names[id(entry)])

    found = [Entry(entry.row, upwards(entry), is_tree=True) for entry in entries]
    parents = {tuple(map(folded, entry.levels[:-1])) for entry in found}
    found = [replace(entry, heading=tuple(map(folded, entry.levels)) in parents) for entry in found]
    below = [entry.row.number for entry in found if len(entry.levels) > 1]
    sheet.remarks.assume("parents", f"{sheet.columns['parent']!r} was read as the parent of each code", below)
    return found


def _by_paths(remarks: Remarks, entries: Sequence[Entry]) -> list[Entry]:
    """Split names of the lowest level that are paths, where that is proven."""
    if not entries or not remarks.may("paths"):
        return list(entries)
    names = [entry.parts[-1] for entry in entries]
    habit = habit_of(names)
    if habit.sign is None or (habit.sign.weak and any(len(entry.parts) > 1 for entry in entries)):
        return list(entries)
    found = [_put_below(entry, habit.of(name)) for entry, name in zip(entries, names, strict=True)]
    parents = {tuple(map(folded, one.parts[:n])) for one in found for n in range(1, len(one.parts))}
    found = [replace(e, heading=e.heading or tuple(map(folded, e.parts)) in parents, is_tree=True) for e in found]
    rows = [entry.row.number for entry, name in zip(found, names, strict=True) if len(habit.of(name)) > 1]
    remarks.assume("paths", f"names with {habit.sign.name!r} were read as paths of levels: {habit.proof}", rows)
    return found


def _put_below(entry: Entry, parts: Parts) -> Entry:
    """Put a path below the levels that the row names besides; a level that both name counts once."""
    if parts == (entry.parts[-1].strip(),):
        return entry
    above = entry.parts[:-1]
    n = next((n for n in range(min(len(above), len(parts)), 0, -1)
              if tuple(map(folded, above[-n:])) == tuple(map(folded, parts[:n]))), 0)  # fmt: skip
    return replace(entry, levels=(*above, *parts[n:]))


def _without_headings(sheet: Sheet, entries: Sequence[Entry]) -> list[Entry]:
    """Leave out rows that only head what stands below them and say nothing of their own."""
    told = [c for c in sheet.columns if c not in (*LEVELS, "parent", "depth", "id")]
    empty = {id(e) for e in entries if e.heading and not any(e.row.text(column) for column in told)}
    if empty:
        numbers = [entry.row.number for entry in entries if id(entry) in empty]
        sheet.remarks.leave("headings without words of their own: no codes", numbers)
    return [entry for entry in entries if id(entry) not in empty]
