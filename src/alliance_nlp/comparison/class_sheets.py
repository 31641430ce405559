"""What the students of a class hand in: one table each, read; what cannot be read is listed by file and row."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alliance_nlp.comparison.class_rows import NO_CODE, Answers, columns_of, filled, used
from alliance_nlp.errors import InputError, counted, listed
from alliance_nlp.files import checked_path, own_errors, refuse_file, refuse_links
from alliance_nlp.reading.coded_tables import CODING_COLUMNS
from alliance_nlp.reading.empty_studies import FormLanguage
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import TABLES, Sheet, read_sheet
from alliance_nlp.records import Coding, Row, Study, Table, fold, join_codings

# the two pages of a sheet that was handed out
PAGES: dict[FormLanguage, tuple[str, str]] = {"en": ("to code", "codes"), "nb": ("å kode", "koder")}
KIT = "kit.json"  # what a kit notes of itself: where sheets are handed in, which study is coded
NOTHING = "left out: nothing is coded"
UNUSABLE = "left out: no row of it can be used"
_SAVE = "save it as .xlsx (or .csv) and hand that in"
# what students hand in instead of a sheet, by how its name ends
OTHERS = {
    ".html": "the page itself holds no codes: its button saves them as a file, codings-….csv, and that is handed in",
    **dict.fromkeys((".htm", ".mhtml"), "a page saved by a browser holds no codes: its button saves them as a file"),
    **dict.fromkeys((".xls", ".xlsb", ".xlsm", ".ods", ".numbers", ".gsheet"), f"cannot be read: {_SAVE}"),
    **dict.fromkeys((".docx", ".doc", ".odt", ".pages", ".pdf", ".rtf"), f"is no sheet: {_SAVE}"),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".heic"), "a picture of a sheet cannot be read: ask for the sheet itself"
    ),
    ".zip": "an archive is not opened: take the sheets out of it",
}
_KNOWN = {meaning: names for meaning, names in CODING_COLUMNS.items() if meaning not in ("theme", "essence")}
_SECOND = {codes for _, codes in PAGES.values()}


@dataclass(frozen=True)
class HandedIn:
    """The codings of all who handed in a sheet that can be read, and what is wrong or doubtful with sheets."""

    coding: Coding
    troubles: Table
    n_files: int
    missing: tuple[str, ...] = ()  # whose sheets a kit holds and whose codes were not read
    not_used: int = 0  # answers in sheets that count, each of which is among the troubles


def handed_in_of(folder: str | Path) -> Path:
    """Give the folder that holds the sheets: the one itself, or that of a kit for what is handed in."""
    home = checked_path(folder, "The path of a class's sheets")
    told = kit_of(home)
    return home / told["handed_in"] if told else home


def kit_of(home: Path) -> dict[str, str]:
    """Read what a kit notes of itself; nothing where the folder is none."""
    file = home / KIT
    if not file.is_file():
        return {}
    refuse_file(file)
    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
        known = {
            name: told[name]
            for name in ("handed_in", "practice", "sheets", "study", "language")
            if isinstance(told.get(name), str)
        }
        known["handed_in"] = Path(known["handed_in"]).name or "."  # one of the kit's own folders, whatever it says
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise InputError(
            f"{KIT} in {home.name!r} is not what write_class_kit() wrote. Collect the folder of the sheets itself."
        ) from err
    return known


def read_class(folder: str | Path, study: Study) -> HandedIn:
    """Read every table of a folder as one student's, in the order of the files' names."""
    home = handed_in_of(folder)
    if not home.is_dir():
        raise InputError(
            f"The sheets of a class stand in a folder, one .xlsx or .csv a student. {home.name!r} "
            f"{'is a file' if home.exists() else 'does not exist'}. Check the path."
        )
    refuse_links(home)
    files = sorted(
        (p for p in home.iterdir() if p.is_file() and not p.name.startswith(("~$", "."))), key=lambda p: fold(p.name)
    )
    paths = [path for path in files if path.suffix.lower() in TABLES]
    read = [(path, *_one(path, study)) for path in paths]
    not_used = 0
    rows = [_trouble(path, None, why) for path in files if (why := OTHERS.get(path.suffix.lower()))]
    parts: dict[str, Coding] = {}
    of_file: dict[str, str] = {}
    practice = fold(kit_of(Path(folder)).get("practice", ""))
    for path, found, troubles, n_left_out in read:
        if found is not None and practice in map(fold, found.coders):
            rows.append(_trouble(path, None, "left out: the sheet for practice; what was agreed aloud is in no figure"))
            continue
        again = [c for c in found.coders if fold(c) in of_file] if found is not None else []
        if found is None or not again:
            rows += troubles
        elif not _alike(found, parts[of_file[fold(again[0])]]):
            rows.append(_trouble(path, None, f"left out: {again[0]!r} is in {of_file[fold(again[0])]} already, with "
                                             f"other codes. Keep the one that counts; if these are two people, "
                                             f"change the name in every row of one. Collect again"))  # fmt: skip
        if found is not None and not again:
            parts[path.name] = found
            not_used += n_left_out
            of_file |= {fold(coder): path.name for coder in found.coders}
    rows = [row for row in rows if row["trouble"] != NOTHING or fold(Path(row["file"]).stem) not in of_file]
    rows.sort(key=lambda row: fold(row["file"]))
    table = Table.of(rows, columns=("file", "row", "trouble"), title="Sheets to look at")
    if not parts:
        where = "" if home == Path(folder) else " Sheets that were filled in elsewhere: name that folder instead."
        raise InputError(
            f"No sheet of {home.name!r} could be read ({counted(len(paths), 'table')}; .xlsx, .csv and .tsv are read)."
            f"{where}" + "".join(f"\n  {row['file']}: {row['trouble']}" for row in rows)
        )
    missing = _missing(Path(folder), set(of_file))
    return HandedIn(join_codings(list(parts.values())), table, len(paths), missing, not_used)


def _missing(kit: Path, read: set[str]) -> tuple[str, ...]:
    """Give the students for whom a kit holds a sheet, and of whom none was read."""
    sheets = kit_of(kit).get("sheets")
    names = [path.stem for path in (kit / Path(sheets).name).glob("*.xlsx")] if sheets else []
    return tuple(by_name([name for name in names if fold(name) not in read]))


def _alike(one: Coding, other: Coding) -> bool:
    """Whether two sheets of one student say the same of the same turns."""

    def said(coding: Coding) -> tuple[set[tuple[str, str]], set[str]]:
        return {(s.segment_id, s.code_id) for s in coding.applied}, {s.segment_id for s in coding.read}

    return said(one) == said(other)


def _one(path: Path, study: Study) -> tuple[Coding | None, list[Row], int]:
    """Read the sheet of one student, with what is wrong and how many answers are left out; None where it has none."""
    remarks = Remarks(caller="study")
    try:
        with own_errors(path.name):
            sheet = read_sheet(path, encoding=None, remarks=remarks, name=path.name, known=_KNOWN)
            answers, rows = _plainly(sheet, path)
            if not answers.sheet.rows:
                return None, [_trouble(path, None, NOTHING)], 0
            read = used(answers, study, remarks)
    except InputError as err:
        found = [_placed(line) for line in _sentences(str(err))]
        return None, [_trouble(path, row, f"left out: {_with_way(sentence)}") for row, sentence in found], 0
    rows += [_trouble(path, number, f"row left out: {_with_way(why)}") for number, why in read.faults]
    if read.coding is None or not read.coding.coders:
        return None, [_trouble(path, None, UNUSABLE if read.faults else NOTHING), *rows], 0
    said = [_reworded(doubt.partition(": ")[2]) for doubt in dict.fromkeys(remarks.doubts)]
    rows += [_trouble(path, *_placed(doubt)) for doubt in said if doubt]
    return read.coding, sorted(rows, key=lambda row: row["row"] or 0), read.n_left_out


def _with_way(sentence: str) -> str:
    """Say beside a code that is none how a sheet says that no code applies."""
    none = listed([repr(word) for word in NO_CODE], "or")
    return re.sub(r"The codebook has \d+ codes?$", f"Where none applies, a sheet says {none}", sentence)


def _reworded(doubt: str) -> str:
    """Say in the words of a sheet what reading it left to look at; nothing where it is as it should be."""
    if found := re.match(r"it is not stated what (.+?) read", doubt):
        return f"{found[1]}: no row says {NO_CODE[0]!r}; only turns with a code count as read"
    if found := re.match(r"(row\S* [\d, ]+(?:and \d+ more )?)codes? what a moderator says", doubt):
        return f"{found[1]}codes a turn of the moderator: not counted"
    if found := re.match(r"has \d sheets; only '.*' was read, not ('.*?')\.", doubt):
        return "" if found[1].strip("'") in _SECOND else f"only one of its pages was read, not {found[1]}"
    return doubt.partition("; if so, say encoding=")[0]


def _plainly(sheet: Sheet, path: Path) -> tuple[Answers, list[Row]]:
    """Leave out rows that nobody filled in; give who coded, by the file where no column says it.

    Columns of codes go last, where no reader takes a blank for "as above". One name in several spellings is one.
    """
    codes = columns_of(sheet, "code") or columns_of(sheet, "theme")
    who = next((c for c in columns_of(sheet, "coder") if c not in codes), None)
    answers, troubles = Answers(sheet, codes, who, path.stem), []
    rows = sheet.rows
    if codes:
        notes = [c for c in columns_of(sheet, "note") if c not in codes]
        troubles = [
            _trouble(path, row.number, "a note without a code: the turn counts as not reached")
            for row in rows if not any(row[c].strip() for c in codes) and any(row[c].strip() for c in notes)
        ]  # fmt: skip
        rows = filled(rows, codes, answers.once)
        sheet = replace(sheet, header=(*(c for c in sheet.header if c not in codes), *codes))
    if who is not None:
        names = [row[who].strip() for row in rows if row[who].strip()]
        usual = {_bare(n): n for n, _ in reversed(Counter(names).most_common())} if names else {"": path.stem}
        rows = tuple(
            replace(row, cells={**row.cells, who: usual.get(_bare(row[who]), row[who])}) for row in rows
        )  # fmt: skip
    return answers._replace(sheet=replace(sheet, rows=rows)), troubles


def _bare(name: str) -> str:
    """Form of a name without signs between and behind its letters."""
    return re.sub(r"[\W_]+", " ", fold(name)).strip() or name.strip()


def _sentences(message: str) -> list[str]:
    """Give each problem of an error that lists several, or its one sentence."""
    first, *others = message.splitlines()
    return [line.strip() for line in others if line.strip()] or [first]


def _placed(sentence: str) -> tuple[int | None, str]:
    """Part a sentence from the row that it begins with."""
    found = re.match(r"row (\d+):? ", sentence)
    return (int(found[1]), sentence[found.end() :]) if found else (None, sentence)


def _trouble(path: Path, row: int | None, sentence: str) -> Row:
    return {"file": path.name, "row": row, "trouble": sentence}


def by_name(coders: Sequence[str]) -> list[str]:
    """Order people by their names, and by nothing else."""
    return sorted(coders, key=lambda name: (fold(name), name))
