"""How much a file may hold: said in one place, asked before the file is read."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from alliance_nlp.errors import InputError

KB, MB = 1 << 10, 1 << 20
# What a study holds is far below each of these; what is above them is damage, or meant to harm. benchmarks/storage
# measures the memory that each reader takes at its limit.
LARGEST = {
    "text": 10 * MB, "table": 20 * MB, "archive": 50 * MB, "YAML": 500 * KB, "TOML": 1 * MB, "ledger": 75 * MB,
    "web page": 2 * MB, "rich text": 5 * MB, "PDF": 10 * MB, "saved record": 200 * MB, "reply sheet": 5 * MB,
    "project": 2000 * MB, "database": 500 * MB, "proposals": 20 * MB,
}  # fmt: skip
LINES = 250_000  # with words, of a text, a table or a ledger; paragraphs of a page
SEPARATORS = 2_000_000  # of a table: about its cells
COLUMNS = 5000
ASIDES = 20_000  # headers, footers and notes of a rich text
ENTRIES = 5000  # of one kind in study.toml
MEMBERS = 2000  # of an archive
UNPACKED = 200 * MB  # of all members of an archive, pictures among them
XML = {".docx": 20 * MB, ".odt": 20 * MB, ".xlsx": 80 * MB}  # of all members that are parsed
ELEMENTS = {".docx": 800_000, ".odt": 800_000, ".xlsx": 2_500_000}  # of them together
FORMS = 300_000  # elements of one member that holds no words: styles, names
PROJECT_XML = 40 * MB  # of the description that a QDA program writes of its project
PROJECT_TAGS = 800_000  # of it; a coding takes five
PROJECT_ATTRIBUTES = 1_200_000
PROJECT_SELECTIONS = 200_000
PROJECT_TEXT = 50 * MB  # of all its texts together
RATIO, RATIO_FROM = 150, 10 * MB  # unpacked to packed, where that much is unpacked
CELLS = 500_000  # that exist in a workbook, empty ones with a form among them
EXTENT = 1_000_000  # rows times columns up to the last cell with words
MERGED = 100_000  # cells under merged or linked ranges
BLANKS = 100_000  # that an OpenDocument text asks to repeat
CODES = 5000
DEEPEST = 40  # brackets within brackets
DEEPEST_XML = 200  # elements within elements
EXPANDED = 100_000  # values of a YAML file once its aliases are followed
_STRINGS = re.compile(r'"(?:\\.|[^"\\])*"')
_NAME = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = re.compile(rf"(?<![\w.\"'-]){_NAME}(?:[ \t]*\.[ \t]*{_NAME}){{{DEEPEST}}}")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?(\d{1,20})?(?::\$?([A-Za-z]{1,3})?\$?(\d{1,20})?)?")
_AS_XML = re.compile(rb"[\xef\xbb\xbf\xff\xfe\0\s]*<")
_WITH_WORDS = re.compile(rb"[^\s\0]\s*[\r\n]")
_HOLDING = {"document", "document-content", "worksheet", "sst"}  # roots of members with words
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_BLOCK = 1 << 20


def too_much(name: str, holds: str, most: str, advice: str = "Split it, or take out what is not needed.") -> InputError:
    """Word the error for a file that holds more than it may."""
    return InputError(f"{name} holds {holds}; at most {most} can be read. {advice}")


def refuse_size(path: Path, kind: str) -> None:
    """Refuse a file that is larger than its kind may be, or no file that has an end: a pipe, a device.

    Raises
    ------
    InputError
        When it is.
    """
    if not path.exists():
        raise InputError(f"{path.name} does not exist. Name a file that is there.")
    if not path.is_file():
        raise InputError(f"{path.name} is no file: it is a folder, a pipe or a device. Name a file.")
    size, most = path.stat().st_size, LARGEST[kind]
    if size > most:
        raise too_much(path.name, f"{size / MB:.1f} MB", f"{most / MB:.1f} MB of a {kind}")
    if kind in ("text", "table", "ledger"):
        _refuse_lines(path, kind)


_KINDS = {
    ".csv": "table", ".tsv": "table", ".yaml": "YAML", ".yml": "YAML", ".toml": "TOML", ".jsonl": "ledger",
    ".html": "web page", ".htm": "web page", ".rtf": "rich text", ".pdf": "PDF",
}  # fmt: skip


def refuse_file(path: Path) -> None:
    """Refuse a file that holds more than its ending may; archives are looked through.

    Raises
    ------
    InputError
        When it does.
    """
    if not path.exists() or path.is_dir():
        return  # that is said by its reader
    if path.suffix.lower() in XML:
        refuse_archive(path)
    else:
        refuse_size(path, _KINDS.get(path.suffix.lower(), "text"))


def _refuse_lines(path: Path, kind: str) -> None:
    """Refuse more lines with words, or more cells, than may be: a short one takes as much memory as a long one."""
    lines, signs, rest = 0, Counter[bytes](), b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            lines += sum(1 for _ in _WITH_WORDS.finditer(rest + block))
            rest = block[-1:]
            if kind == "table":
                signs.update({sign: block.count(sign) for sign in (b",", b";", b"\t", b"|")})
    refuse_count(path.name, lines, "line", LINES)
    refuse_count(path.name, max(signs.values(), default=0), "cell", SEPARATORS)


def refuse_count(name: str, n: int, noun: str, most: int) -> None:
    """Refuse a file with more of something than it may hold.

    Examples
    --------
    >>> refuse_count("codebook.csv", 7, "code", 5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: codebook.csv holds 7 codes; at most 5 can be read. Split it, or take out ...
    """
    if n > most:
        raise too_much(name, f"{n:,} {noun if noun.endswith(']') else noun + 's'}", f"{most:,}")


def nesting(text: str) -> int:
    """How deep brackets stand within brackets, outside of quoted text.

    Examples
    --------
    >>> nesting('[{"a": "[[["}]'), nesting("no bracket")
    (2, 0)
    """
    deepest = depth = 0
    for sign in re.sub(r"[^][{}]+", "", _STRINGS.sub("", text)):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def refuse_archive(path: Path) -> None:
    """Refuse a .docx, .odt or .xlsx that would unpack to more than it may, is encrypted, or names files elsewhere.

    Raises
    ------
    InputError
        When it does. What is no archive at all is left to its reader.

    Notes
    -----
    Sizes are those that the archive declares; more than that is never unpacked, and a member with more in it ends in an
    error. Every member that begins as XML, whatever it is called, is parsed once without keeping it: for elements,
    paragraphs, cells, ranges, depth, and declarations of entities.
    """
    refuse_size(path, "archive")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            refuse_count(path.name, len(members), "packed file", MEMBERS)
            if any(member.flag_bits & 1 for member in members):
                raise InputError(f"{path.name} is encrypted. Save it again without a password.")
            _refuse_unpacked(path, members)
            _look_through(path, archive, members)
    except InputError:
        raise
    except Exception:  # zipfile, zlib and lzma have many ways to say that an archive is damaged
        return  # its reader says it in its own words


def refuse_project(path: Path, archive: zipfile.ZipFile, media: Collection[str]) -> None:
    """Refuse a project of a QDA program that would unpack to more than it may, is encrypted, or names files elsewhere.

    Sound, film and pictures, known by their endings, are never unpacked by a reader and do not count.

    Raises
    ------
    InputError
        When it does.
    """
    members = archive.infolist()
    refuse_count(path.name, len(members), "packed file", MEMBERS)
    if any(member.flag_bits & 1 for member in members):
        raise InputError(f"{path.name} is encrypted. Export it again without a password.")
    names = [member.filename.replace("\\", "/") for member in members]
    outside = [n for n in names if n.startswith("/") or re.match("[A-Za-z]:", n) or ".." in n.split("/")]
    links = [m.filename for m in members if m.external_attr >> 16 & 0o170000 == 0o120000]
    twice = [name for name, n in Counter(map(str.casefold, names)).items() if n > 1]
    for what, found in (("places outside of it", outside), ("links", links), ("one name twice", twice)):
        if found:
            raise InputError(
                f"{path.name} holds {what}: {', '.join(map(repr, found[:6]))}. No program exports that: it is damaged "
                f"or made to harm. Export it again."
            )
    read = [member for member in members if not member.filename.lower().endswith(tuple(media))]
    _refuse_unpacked(path, read)
    for member in read:
        most = PROJECT_XML if member.filename.lower().endswith(".qde") else UNPACKED
        if member.file_size > most:
            raise too_much(
                f"{member.filename} in {path.name}", f"{member.file_size / MB:.0f} MB", f"{most / MB:.0f} MB"
            )


def _refuse_unpacked(path: Path, members: list[zipfile.ZipInfo]) -> None:
    total, packed = sum(m.file_size for m in members), max(1, sum(m.compress_size for m in members))
    if total > UNPACKED:
        raise too_much(path.name, f"{total / MB:.0f} MB once unpacked", f"{UNPACKED / MB:.0f} MB")
    if total > RATIO_FROM and total > RATIO * packed:
        raise too_much(path.name, f"{total / packed:.0f} times its packed size", f"{RATIO} times",
                       "It is damaged or made to fill a memory.")  # fmt: skip


def _look_through(path: Path, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    size, most, seen = 0, XML[path.suffix.lower()], Counter[str]()
    for member in members:
        with archive.open(member) as file:
            first = file.read(_BLOCK)
            if not _AS_XML.match(first) and not member.filename.endswith((".xml", ".rels")):
                continue  # a picture
            size += member.file_size
            if size > most:
                raise too_much(path.name, f"{size / MB:.0f} MB of text", f"{most / MB:.0f} MB")
            _Look(path.name, path.suffix.lower(), seen).through(first, file, member.filename)


class _Look:
    """Goes through one part of an archive as a parser does, so that no way of writing it hides what it holds."""

    def __init__(self, name: str, ending: str, seen: Counter[str]) -> None:
        self.name, self.ending, self.seen = name, ending, seen
        self.depth = self.here = 0
        self.most_here = FORMS

    def through(self, first: bytes, file: BinaryIO | Any, part: str) -> None:
        from xml.parsers import expat

        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(first)
            while block := file.read(_BLOCK):
                parser.Parse(block)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as err:
            if isinstance(err, InputError):
                raise
            if self.ending != ".odt":  # its reader is this parser; the others would go on
                raise InputError(
                    f"{self.name} cannot be opened: its part {part[:80]!r} is not written as XML is. Save it again "
                    "with the program that made it."
                ) from err

    def _doctype(self, *_: Any) -> None:
        raise InputError(f"{self.name} declares entities, which no text needs. Save it again.")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind, self.depth, self.here = name.rpartition(":")[2], self.depth + 1, self.here + 1
        self.seen["element"] += 1
        if self.depth == 1:
            self.most_here = ELEMENTS[self.ending] if kind in _HOLDING else FORMS
        elif self.depth > DEEPEST_XML:
            raise too_much(self.name, f"elements nested more than {DEEPEST_XML} deep", f"{DEEPEST_XML}")
        refuse_count(self.name, self.here, "element", self.most_here)
        refuse_count(self.name, self.seen["element"], "element", ELEMENTS[self.ending])
        if kind in _COUNTED:
            self._count(kind, attributes.get("ref", ""))

    def _end(self, _: str) -> None:
        self.depth -= 1

    def _count(self, kind: str, place: str) -> None:
        noun, most = ("cell", CELLS) if kind in ("c", "row") else ("paragraph", LINES)
        n = 1
        if kind in ("mergeCell", "hyperlink"):
            noun, most, n = "merged or linked cell", MERGED, _area(place)
        if self.ending == ".xlsx" or noun == "paragraph":
            self.seen[noun] += n
            refuse_count(self.name, self.seen[noun], noun, most)


_COUNTED = {"c", "row", "mergeCell", "hyperlink", "p", "h"}


def _area(place: str) -> int:
    """Count the cells of a range such as A1:B9; where a side is open, to the end of the sheet.

    Examples
    --------
    >>> _area("A1:B9"), _area("a1"), _area("A:B")
    (18, 1, 2097152)
    """
    found = _RANGE.fullmatch(place.strip())
    if found is None:
        return 1  # no range that a reader knows
    left, top, right, bottom = found.groups()
    if ":" not in place:
        right, bottom = left, top
    columns = (_column(right) if right else _LAST_COLUMN) - (_column(left) if left else 1) + 1
    rows = (int(bottom) if bottom else _LAST_ROW) - (int(top) if top else 1) + 1
    return max(1, columns) * max(1, rows)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def refuse_deep(root: Any, name: str) -> None:
    """Refuse a tree of elements, or of YAML nodes, that is nested deeper than a text ever is."""
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > DEEPEST_XML:
            raise too_much(name, f"elements nested more than {DEEPEST_XML} deep", f"{DEEPEST_XML}")
        level = [child for element in level for child in element]


def refuse_blanks(root: Any, name: str) -> None:
    """Refuse an OpenDocument text that asks for more blanks in a row, or all together, than a page has."""
    total = 0
    for element in root.iter():
        for key, said in element.attrib.items() if str(element.tag).endswith("}s") else ():
            if key.rpartition("}")[2] == "c":
                if not re.fullmatch(r"\d+", said):
                    raise InputError(
                        f"{name} asks for {said[:20]!r} blanks in a row, which is no number. Save it again."
                    )
                total += int(said[:20])
    refuse_count(name, total, "repeated blank", BLANKS)


def trim_blank_cells(workbook: Any, name: str) -> None:
    """Take cells without a word from a workbook, so that one far away does not make a table of a million rows.

    Raises
    ------
    InputError
        When a cell with words stands so far away that rows times columns are more than may exist, or when the words of
        all cells are more than a table may hold: a workbook keeps a long one once, however many cells show it.
    """
    words = sum(map(_words_shown, workbook.worksheets))
    if words > LARGEST["table"]:
        raise too_much(name, f"{words / MB:.0f} MB of words in its cells", f"{LARGEST['table'] / MB:.0f} MB")
    for sheet in workbook.worksheets:
        cells = sheet._cells  # openpyxl has no other way to take one cell away
        if sheet.max_row * sheet.max_column <= EXTENT:
            continue
        for place in [place for place, cell in cells.items() if cell.value is None or not str(cell.value).strip()]:
            del cells[place]
        if sheet.max_row * sheet.max_column > EXTENT:
            extent = f"{sheet.max_row:,} rows and {sheet.max_column:,} columns"
            raise too_much(
                name, f"a table of {extent} in {sheet.title!r}", f"{EXTENT:,} cells",
                "Move what stands far below or far to the right to the other rows, and save it again.",
            )  # fmt: skip


def _words_shown(sheet: Any) -> int:
    """Characters in all cells of a sheet, those of merged cells once for each of their rows."""
    cells = sheet._cells
    shown = sum(len(cell.value) for cell in cells.values() if isinstance(cell.value, str))
    for area in sheet.merged_cells.ranges:
        value = getattr(cells.get((area.min_row, area.min_col)), "value", None)
        shown += len(value) * (area.max_row - area.min_row) if isinstance(value, str) else 0
    return shown


def refuse_dotted(text: str, name: str) -> None:
    """Refuse names of TOML with more dots in them than a study has levels: each makes a table within a table."""
    found = _DOTTED.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise too_much(f"{name}, line {line}", f"a name with {DEEPEST} dots or more", f"{DEEPEST - 1}")


def refuse_deep_values(content: Any, name: str) -> None:
    """Refuse lists and tables nested deeper than a study is: what is made of them later goes down a step a level."""
    level, depth = [content], 0
    while level:
        depth += 1
        if depth > DEEPEST + 1:
            raise too_much(name, f"values nested more than {DEEPEST} deep", f"{DEEPEST}")
        inside = [list(one.values()) if isinstance(one, dict) else one for one in level]
        level = [one for values in inside for one in values if isinstance(one, dict | list)]


def safe_array(file: BinaryIO | Any, size: int) -> Any:
    """Read one array of an .npy file whose header claims no more than the file holds; never an object.

    Raises
    ------
    InputError
        When it is no such array.
    """
    import numpy as np

    start = file.tell()
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
        n = dtype.itemsize
        for length in shape:
            n *= int(length)
        if dtype.kind not in "biufcU" or n > size - file.tell() or min(shape, default=0) < 0:
            raise InputError(f"an array claims {n} bytes of {dtype}, more than its file holds")
        file.seek(start)
        return np.load(file, allow_pickle=False)
    except InputError:
        raise
    except Exception as err:  # numpy parses the header as Python, with all the errors that can have
        raise InputError(f"an array is damaged ({type(err).__name__})") from err
