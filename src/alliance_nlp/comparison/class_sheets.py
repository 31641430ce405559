"""What the students of a class hand in: one table each, read; what cannot be read is listed by file and row."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from alliance_nlp.comparison.class_rows import Answers, columns_of, filled, used
from alliance_nlp.comparison.class_troubles import Trouble, listed_troubles
from alliance_nlp.comparison.class_words import counted_in, said_in, words_in
from alliance_nlp.errors import InputError, Told
from alliance_nlp.files import checked_path, own_errors, refuse_file, refuse_links
from alliance_nlp.reading.coded_tables import CODING_COLUMNS
from alliance_nlp.reading.empty_studies import NO_CODES, FormLanguage
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import TABLES, Sheet, read_sheet
from alliance_nlp.records import Coding, Study, fold, join_codings

# the two pages of a sheet that was handed out
PAGES: dict[FormLanguage, tuple[str, str]] = {"en": ("to code", "codes"), "nb": ("å kode", "koder")}
KIT = "kit.json"  # what a kit notes of itself: where sheets are handed in, which study is coded, in which language
# what students hand in instead of a sheet, by how its name ends: the words that say what to do
OTHERS = {
    ".html": "page",
    **dict.fromkeys((".htm", ".mhtml"), "saved_page"),
    **dict.fromkeys((".xls", ".xlsb", ".xlsm", ".ods", ".numbers", ".gsheet"), "other_table"),
    **dict.fromkeys((".docx", ".doc", ".odt", ".pages", ".pdf", ".rtf"), "document"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".heic"), "picture"),
    ".zip": "archive",
}
_KNOWN = {meaning: names for meaning, names in CODING_COLUMNS.items() if meaning not in ("theme", "essence")}
_SECOND = {(codes,) for _, codes in PAGES.values()}  # the only other page of a sheet as it was handed out


@dataclass(frozen=True)
class HandedIn:
    """The codings of all who handed in a sheet that can be read, and what is wrong or doubtful with sheets."""

    coding: Coding
    troubles: tuple[Trouble, ...]
    n_files: int
    missing: tuple[str, ...] = ()  # whose sheets a kit holds and whose codes were not read
    not_used: int = 0  # answers in sheets that count, each of which is among the troubles


class OneSheet(NamedTuple):
    """What one student handed in: the coding, where anything can be used, what is wrong, and answers not used."""

    file: str
    coding: Coding | None
    troubles: list[Trouble]
    n_left_out: int = 0


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


def language_of(folder: str | Path) -> FormLanguage:
    """Give the language of the kit that a folder is, or whose folder for what is handed in it is; else English."""
    home = checked_path(folder, "The path of a class's sheets")
    told = kit_of(home)
    with suppress(InputError):  # what lies beside a folder of sheets need not be of a kit
        above = kit_of(home.resolve().parent)
        if not told and above.get("handed_in") == home.resolve().name:
            told = above
    return next((language for language in NO_CODES if language == told.get("language")), "en")


def read_class(folder: str | Path, study: Study, language: FormLanguage) -> HandedIn:
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
    sheets = [_one(path, study) for path in files if path.suffix.lower() in TABLES]
    others = [Trouble(path.name, kind) for path in files if (kind := OTHERS.get(path.suffix.lower()))]
    kept, troubles = _one_of_each(sheets, kit_of(Path(folder)).get("practice", ""))
    known = {fold(coder) for _, coding in kept for coder in coding.coders}
    troubles = [one for one in [*others, *troubles] if one.kind != "nothing" or fold(Path(one.file).stem) not in known]
    if not kept:
        elsewhere = home != Path(folder)
        raise InputError(_nothing_read(home, len(sheets), troubles, language, elsewhere=elsewhere))
    not_used = sum(sheet.n_left_out for sheet, _ in kept)
    missing = _missing(Path(folder), known)
    return HandedIn(join_codings([coding for _, coding in kept]), tuple(troubles), len(sheets), missing, not_used)


def _one_of_each(sheets: Sequence[OneSheet], practice: str) -> tuple[list[tuple[OneSheet, Coding]], list[Trouble]]:
    """Give the sheets that count: the first of each student, none of what was coded together; and all troubles."""
    kept: list[tuple[OneSheet, Coding]] = []
    troubles: list[Trouble] = []
    of_coder: dict[str, tuple[OneSheet, Coding]] = {}
    for sheet in sheets:
        found = sheet.coding
        if found is not None and fold(practice) in map(fold, found.coders):
            troubles.append(Trouble(sheet.file, "practice"))
            continue
        again = [c for c in found.coders if fold(c) in of_coder] if found is not None else []
        if not again:
            troubles += sheet.troubles
        if found is None:
            continue
        if not again:
            kept.append((sheet, found))
            of_coder |= {fold(coder): (sheet, found) for coder in found.coders}
            continue
        first, counts = of_coder[fold(again[0])]
        if not _alike(found, counts):
            troubles.append(Trouble(sheet.file, "again", facts={"name": again[0], "of": first.file}))
    return kept, troubles


def _nothing_read(
    home: Path, n_tables: int, troubles: Sequence[Trouble], language: FormLanguage, *, elsewhere: bool
) -> str:
    """Say that no sheet could be read, and of each why."""
    told = {"folder": home.name, "tables": counted_in(language, "table", n_tables)}
    where = f" {words_in(language)['collected']['elsewhere']}" if elsewhere else ""
    rows = listed_troubles(troubles, language).rows()
    said = said_in(language, "collected", "no_sheet", told)
    return f"{said}{where}" + "".join(f"\n  {row['file']}: {row['trouble']}" for row in rows)


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


def _one(path: Path, study: Study) -> OneSheet:
    """Read the sheet of one student, with what is wrong and how many answers are left out."""
    remarks = Remarks(caller="study")
    try:
        with own_errors(path.name):
            sheet = read_sheet(path, encoding=None, remarks=remarks, name=path.name, known=_KNOWN)
            answers, notes = _plainly(sheet, path)
            if not answers.sheet.rows:
                return OneSheet(path.name, None, [Trouble(path.name, "nothing")])
            read = used(answers, study, remarks)
    except InputError as err:
        return OneSheet(path.name, None, _left_out(path.name, err))
    troubles = [*notes, *sorted(read.faults, key=lambda one: one.row or 0)]
    if read.coding is None or not read.coding.coders:
        kind = "unusable" if read.faults else "nothing"
        return OneSheet(path.name, None, [Trouble(path.name, kind), *troubles])
    doubts = [one for doubt in dict.fromkeys(remarks.doubts) if (one := _doubt(path.name, doubt)) is not None]
    troubles = sorted([*troubles, *doubts], key=lambda one: one.row or 0)
    return OneSheet(path.name, read.coding, troubles, read.n_left_out)


def _left_out(file: str, error: InputError) -> list[Trouble]:
    """Say why nothing of a sheet is read; an error of several problems is several troubles."""
    (said,) = error.args
    if isinstance(said, Told):
        return [Trouble(file, "left_out", why=said)]
    first, *others = str(said).splitlines()
    placed = [_placed(line) for line in [line.strip() for line in others if line.strip()] or [first]]
    return [Trouble(file, "left_out", row, why=sentence) for row, sentence in placed]


def _doubt(file: str, doubt: str) -> Trouble | None:
    """Take what reading a sheet left to look at; nothing where it is as it should be."""
    if not isinstance(doubt, Told):
        row, sentence = _placed(doubt.partition(": ")[2])
        return Trouble(file, "as_read", row, why=sentence)
    if doubt.kind == "other_pages" and doubt.facts["pages"] in _SECOND:
        return None
    rows = doubt.facts.get("rows", ())
    if doubt.kind == "moderator" and isinstance(rows, tuple):
        one = len(rows) == 1
        return Trouble(file, "moderator", rows[0]) if one else Trouble(file, "moderator_rows", facts=doubt.facts)
    return Trouble(file, "as_read", why=doubt)


def _plainly(sheet: Sheet, path: Path) -> tuple[Answers, list[Trouble]]:
    """Leave out rows that nobody filled in; give who coded, by the file where no column says it.

    Columns of codes go last, where no reader takes a blank for "as above". One name in several spellings is one.
    """
    codes = columns_of(sheet, "code") or columns_of(sheet, "theme")
    who = next((c for c in columns_of(sheet, "coder") if c not in codes), None)
    answers, troubles = Answers(sheet, codes, who, path.name, path.stem), []
    rows = sheet.rows
    if codes:
        notes = [c for c in columns_of(sheet, "note") if c not in codes]
        troubles = [
            Trouble(path.name, "note_alone", row.number)
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


def _placed(sentence: str) -> tuple[int | None, str]:
    """Part a sentence from the row that it begins with."""
    found = re.match(r"row (\d+):? ", sentence)
    return (int(found[1]), sentence[found.end() :]) if found else (None, sentence)


def by_name(coders: Sequence[str]) -> list[str]:
    """Order people by their names, and by nothing else."""
    return sorted(coders, key=lambda name: (fold(name), name))
