"""Names in cells of codings, as codes: several in a cell, other spellings, paths; what was assumed is said once."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from alliance_nlp.errors import Told
from alliance_nlp.numeric import grouped
from alliance_nlp.reading.empty_studies import NO_CODES
from alliance_nlp.reading.paths import Parts, folded, levels_in
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import SheetRow, split_cell
from alliance_nlp.records import STATUSES, Codebook, CodedSpan, Status, fold

# Signs that may join codes in a cell, and the share of parts that must recur elsewhere to prove it; "|" needs none.
JOINS = (("\n", 0.5), (";", 0.5), ("；", 0.5), (",", 0.8), ("、", 0.5), ("，", 0.8), ("،", 0.8), ("+", 0.8))
MOST_NEAR = 500  # names that are laid beside one another
NEAR = 0.85  # how alike two names are that may be one, and are listed


class CodeNames:
    """Names that coders wrote, as paths of the codebook; without a codebook they stand for themselves."""

    def __init__(self, codebook: Codebook | None, remarks: Remarks, cells: Iterable[str] = ()) -> None:
        self.codebook = codebook
        self.remarks = remarks
        self._known: dict[str, tuple[str, str]] = {}
        self._index = _index_of(codebook) if codebook is not None else {}
        cells = list(cells)
        self._joins = [sign for sign, share in JOINS if codebook is None and _is_habit(cells, sign, share)]
        self._joins += ["/"] if codebook is None and _are_no_paths(cells) else []
        names = [name for cell in cells for name in self._split(cell)]
        self._spelled = spellings(names) if codebook is None and remarks.may("spelling") else {}
        self._assumed: dict[tuple[str, str], dict[int, None]] = {}

    def spans(self, row: SheetRow, coder: str, cell: str, place: Place, status: Status) -> list[CodedSpan]:
        """Give a span for each code in a cell of a row; a name that means none is a fault of the row."""
        paths = [path for name in self.names(cell, row) if (path := self.path_of(name, row))]
        return [
            CodedSpan(coder, *place, path, row.choice("status", STATUSES, status), row.score("score"), row.text("note"),
                      row.date("date"))
            for path in dict.fromkeys(paths)
        ]  # fmt: skip

    def names(self, cell: str, row: SheetRow) -> list[str]:
        """Names in a cell; several where the codebook, or the habit of the column, proves it."""
        found = self._split(cell)
        if len(found) > len(split_cell(cell)):
            self._assume("several codes", Told("cells were read as several codes", "several_codes"), row)
        return found

    def means_one(self, name: str) -> bool:
        """Whether a name means one code of the codebook."""
        return not self._meaning(name)[1]

    def path_of(self, name: str, row: SheetRow) -> str:
        """Path that a name means; empty, with a fault of the row, where it means none."""
        if self.codebook is None:
            usual = self._spelled.get(name.strip(), name.strip())
            if usual != name.strip():
                self._assume("spelling", "codes that differ in case, blanks or normal form only were read as one", row)
            return usual
        path, problem = self._meaning(name)
        if problem:
            row.fault(problem)
        return path

    def say(self) -> None:
        """Say what was assumed of the cells, with rows; and names that are nearly alike."""
        for (kind, sentence), rows in self._assumed.items():
            self.remarks.assume(kind, sentence, rows)
        say_near(self.remarks, "codes", self._spelled.values())

    def _assume(self, kind: str, sentence: str, row: SheetRow) -> None:
        self._assumed.setdefault((kind, sentence), {})[row.number] = None

    def _split(self, cell: str) -> list[str]:
        return [name for part in split_cell(cell) for name in self._parts(part)]

    def _parts(self, cell: str) -> list[str]:
        """Names in what stands between bars."""
        if not self.remarks.may("several codes"):
            return [cell]
        if self.codebook is None:
            return _cut(cell, self._joins)
        if self.means_one(cell):
            return [cell]
        for sign in ("\n", ";", ",", "+", "；", "、", "，", "،", "\n;", ";,", "\n;,"):
            if found := _as_known(re.split(f"([{sign}])", cell), self.means_one):
                return found
        return [cell]

    def _meaning(self, name: str) -> tuple[str, str]:
        if name not in self._known:
            self._known[name] = self._look_up(name.strip())
        return self._known[name]

    def _look_up(self, name: str) -> tuple[str, str]:
        """Path that a name means, or why it means none."""
        book = self.codebook or Codebook(())
        paths = book.find(name)
        theme = None if paths else book.find_theme(name)
        if theme is not None:
            return theme, ""
        if not paths and name in book.paths:
            return name, ""
        if not paths:
            levels = levels_in(name) if self.remarks.may("paths") else [(name,)]
            keys = [tuple(map(folded, parts)) for parts in levels] if self.remarks.may("spelling") else levels
            paths = next((found for key in keys if (found := self._index.get(key))), ())
        if len(paths) == 1:
            return paths[0], ""
        if paths:
            said = f"code {name!r} is ambiguous: {' or '.join(map(repr, paths))}. Write the path"
            return "", Told(said, "ambiguous_code", code=name, paths=tuple(paths))
        near = difflib.get_close_matches(name, list(dict.fromkeys([*book.ids, *(code.name for code in book)])), n=2)
        hint = f"Near it: {', '.join(map(repr, near))}" if near else f"The codebook has {len(book)} codes"
        if fold(name) in NO_CODES.values():
            hint = "What was read and carries no code stays blank there"
        said = f"code {name!r} is not in the codebook. {hint}"
        return "", Told(said, "near_code" if near else "unknown_code", code=name, near=tuple(near))


def _index_of(book: Codebook) -> dict[Parts, tuple[str, ...]]:
    """Every end of every path, by its levels in plain form: what each can mean."""
    found: list[tuple[Parts, str]] = []
    for path in sorted(book.paths):
        code = book.place(path)
        levels = [part for part in (code.theme, code.essence, code.code) if part]
        deep = [part for level in levels for part in map(str.strip, level.split("/"))]
        for parts in {tuple(levels), tuple(deep)}:
            found += [(tuple(map(folded, parts[at:])), path) for at in range(len(parts))]
        if path in book:
            found += [((folded(alias),), path) for alias in book[path].aliases]
    return {key: tuple(dict.fromkeys(paths)) for key, paths in grouped(found).items()}


def _cut(cell: str, signs: Sequence[str]) -> list[str]:
    parts = re.split(f"[{''.join(signs)}]", cell) if signs else [cell]
    return [part.strip() for part in parts if part.strip()]


def _is_habit(cells: Iterable[str], sign: str, share: float) -> bool:
    """Whether a column joins codes by a sign: the parts of joined cells recur in other cells."""
    distinct = list(dict.fromkeys(part for cell in cells for part in split_cell(cell)))
    parts = {cell: {folded(part) for part in _cut(cell, [sign])} for cell in distinct}
    joined = {part for cell, own in parts.items() if sign in cell.strip() for part in own}
    times = Counter(part for own in parts.values() for part in own)
    return bool(joined) and sum(times[part] > 1 for part in joined) >= share * len(joined)


def _are_no_paths(cells: Iterable[str]) -> bool:
    """Whether " / " joins codes: each of them has cells of its own, which what stands at the end of a path has not."""
    distinct = {folded(part) for cell in cells for part in split_cell(cell)}
    joined = [cell for cell in distinct if " / " in cell]
    return bool(joined) and not any("/" in c and c not in joined for c in distinct) and all(
        part.strip() in distinct for cell in joined for part in cell.split("/"))  # fmt: skip


def _as_known(tokens: Sequence[str], is_known: Callable[[str], bool]) -> list[str]:
    """Cut tokens (names and the signs between them) into known names, where there is one way to do so."""
    words = tokens[::2]
    if len(words) < 2 or len(words) > 40:
        return []
    ways: list[list[list[str]]] = [[[]]]
    for end in range(1, len(words) + 1):
        here: list[list[str]] = []
        for start in range(end):
            chunk = "".join(tokens[2 * start : 2 * end - 1]).strip()
            if not chunk and end - start == 1:
                here += ways[start]  # a sign at the end, or two in a row
            elif chunk and is_known(chunk):
                here += [[*way, chunk] for way in ways[start]]
        ways.append(here[:2])
    return ways[-1][0] if len(ways[-1]) == 1 and len(ways[-1][0]) > 1 else []


def spellings(names: Iterable[str]) -> dict[str, str]:
    """Give each name the most usual spelling of those that differ in case, blanks or normal form only.

    Examples
    --------
    >>> spellings(["KL", "kl ", "KL", "MR"])
    {'KL': 'KL', 'kl': 'KL', 'MR': 'MR'}
    """
    times = Counter(name.strip() for name in names)
    groups = grouped((folded(name), name) for name in times)
    best = {key: max(same, key=lambda name: times[name]) for key, same in groups.items()}
    return {name: best[folded(name)] for name in times}


def say_near(remarks: Remarks, kind: str, names: Iterable[str]) -> None:
    """List names that are nearly alike and were kept apart: a slip of the pen, or two things."""
    distinct = sorted(set(names))[:MOST_NEAR]
    pairs = [
        (one, near)
        for at, one in enumerate(distinct)
        for near in difflib.get_close_matches(one, distinct[at + 1 :], n=1, cutoff=NEAR)
        if len(one) > 3 and re.sub(r"\d", "", one) == one
    ]
    for same in grouped((_bare(name), name) for name in distinct).values():
        pairs += [pair for pair in pairwise(same) if pair not in pairs]
    said = [f"{one!r} and {near!r}" for one, near in pairs]
    if said:
        remarks.doubt(f"{kind} that are nearly alike and were kept apart: {', '.join(said[:6])}")


def _bare(name: str) -> str:
    """Letters and figures of a name without accents, its words in order: "Moe, Kari" is nearly "Kari Moe"."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("ı", "i").replace("&", " and "))
    seen = "".join(sign for sign in plain if not unicodedata.combining(sign))
    initials = re.sub(r"(?<=\w)\.(?=\w)|[-.]", "", seen)  # K.L. is KL
    return " ".join(sorted(re.findall(r"[^\W_]+", initials))) or name
