"""Blind sheets for a class: one workbook a student, with the talk and a list of codes to choose from, no code in it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from alliance_nlp.comparison.class_sheets import PAGES
from alliance_nlp.errors import InputError, check_choice, import_extra, present
from alliance_nlp.files import checked_path, printable, telling, write_atomic
from alliance_nlp.reading.empty_studies import NO_CODES, FormLanguage
from alliance_nlp.records import Codebook, Segments, Study, allowed, fold
from alliance_nlp.records.workbooks import workbook_bytes
from alliance_nlp.segments import segment

COLUMNS: dict[FormLanguage, tuple[str, ...]] = {
    "en": ("coder", "transcript", "turn", "speaker", "quote", "code 1", "code 2", "note"),
    "nb": ("koder", "transkript", "replikk nr", "hvem", "sitat", "kode 1", "kode 2", "kommentar"),
}
# what the second page says of its columns and of "no code", and a comment on each column to choose in
SECOND: dict[FormLanguage, tuple[str, str]] = {
    "en": ("what it means", "Read, and no code applies."),
    "nb": ("hva den betyr", "Lest, og ingen kode passer."),
}
HINTS: dict[FormLanguage, str] = {
    "en": "Choose from the list in the cell. Two codes: one in each column. None fits: “no code”. A blank says that "
    "you did not get there. A turn of the moderator stays blank.",
    "nb": "Velg fra listen i ruten. To koder: en i hver kolonne. Passer ingen: «ingen kode». Tomt betyr at du ikke kom "
    "så langt. Moderators replikker står tomme.",
}
REFUSED: dict[FormLanguage, tuple[str, str]] = {  # what a spreadsheet says to a code that was typed and is none
    "en": ("Not in the list", "Choose a code from the list in the cell. None fits: “no code”. All else you want to say "
           "goes into the last column."),
    "nb": ("Står ikke i listen", "Velg en kode fra listen i ruten. Passer ingen: «ingen kode». Alt annet du vil si, "
           "skriver du i den siste kolonnen."),
}  # fmt: skip
WIDTHS = (12, 12, 6, 14, 90, 26, 26, 30)  # signs
_CODE_COLUMNS = ("F", "G")
_IN_NO_NAME = '/\\:*?"<>|'


def write_coding_sheets(
    study: Study,
    folder: str | Path,
    coders: Sequence[str],
    *,
    transcript: str | None = None,
    turns: tuple[int, int] | None = None,
    language: FormLanguage = "en",
) -> list[Path]:
    """Write a blind coding sheet for each student of a class: a workbook in which codes are chosen from a list.

    Parameters
    ----------
    study : Study
        Its transcripts are to be coded, with its codebook; nobody's codes are in the sheets.
    folder : str or Path
        Where the sheets go, NAME.xlsx each. One that is there already is an error: nothing is overwritten.
    coders : sequence of str
        The students' names, or pseudonyms.
    transcript : str, optional
        Which transcript; by default all of them.
    turns : (int, int), optional
        The first and the last turn, counted from 1 as everywhere; by default all.
    language : {"en", "nb"}, default "en"
        Of the columns and of "no code": English or Norwegian. The talk and the codes stay as they are.

    Returns
    -------
    list of Path
        The sheets, in the order of the names.

    Raises
    ------
    InputError
        When there is no codebook, no name, a name twice or one that no file can have, a sheet of that name already, no
        such transcript, no turn of a participant among those asked for, or another language.
    MissingExtraError
        When openpyxl is not installed.

    Notes
    -----
    Turns of moderators stand in the sheet so that the talk can be followed. Words of whoever did not agree to be quoted
    are left out, their turns are not. A row that stays blank is unknown; "no code" in it says that it was read.

    Examples
    --------
    >>> import tempfile, alliance_nlp as an
    >>> sheets = write_coding_sheets(an.load_study(), tempfile.mkdtemp(), ["Ada", "Bo"], turns=(5, 30))
    >>> [path.name for path in sheets]
    ['Ada.xlsx', 'Bo.xlsx']
    """
    codebook = present(study.codebook, "codebook", "write_coding_sheets()", "Read one with an.read_codebook().")
    home = checked_path(folder, "The folder of coding sheets")
    check_choice("language", get_args(FormLanguage), language)
    check_students(coders)
    chosen = turns_to_code(study, transcript, turns)
    paths = [home / f"{name}.xlsx" for name in coders]
    if there := [path.name for path in paths if path.exists()]:
        raise InputError(f"{', '.join(there)} is there already, and nothing is overwritten. Name another folder.")
    content = [sheet_bytes(name, chosen, codebook, language) for name in coders]
    with telling(home):
        home.mkdir(parents=True, exist_ok=True)
    for path, data in zip(paths, content, strict=True):
        write_atomic(path, data)
    return paths


def check_students(coders: Sequence[str]) -> None:
    """Refuse names that are no list, that no file can have, or that are given twice."""
    if isinstance(coders, str) or not coders:
        raise InputError(f"coders must be a list of names, one a student. Got {coders!r}.")
    odd = [n for n in coders if n != n.strip() or not n or n.startswith(".") or any(sign in n for sign in _IN_NO_NAME)]
    if odd:
        raise InputError(f"A student's name is that of a file: no blanks at its ends, none of {_IN_NO_NAME} in it. "
                         f"Got {odd[0]!r}.")  # fmt: skip
    again = [n for n, times in Counter(map(fold, coders)).items() if times > 1]
    if again:
        raise InputError(f"Each student needs a name of their own. Given more than once: {again[0]!r}.")


def turns_to_code(study: Study, transcript: str | None, turns: tuple[int, int] | None) -> Segments:
    """Give the turns that were asked for, moderators' included."""
    known = [one.id for one in study.transcripts]
    if transcript is not None:
        check_choice("transcript", known or ("(none)",), transcript)
    first, last = turns if turns is not None else (1, max((len(one.turns) for one in study.transcripts), default=0))
    every = segment(study.transcripts, unit="turn", roles="all")
    participants = set(segment(study.transcripts, unit="turn").ids)
    kept = [
        i for i, s in enumerate(every)
        if (transcript in (None, s.transcript_id)) and s.turn is not None and first <= s.turn + 1 <= last
    ]  # fmt: skip
    if not any(every[i].id in participants for i in kept):
        raise InputError(f"No participant says anything in turns {first} to {last}. Turns count from 1.")
    return every.take(kept)


def sheet_bytes(coder: str, turns: Segments, codebook: Codebook, language: FormLanguage, *, about: str = "") -> bytes:
    """Write one sheet, with a second page that says what the codes mean and feeds the list to choose from.

    What is said about the talk is a comment above its words.
    """
    openpyxl = import_extra("openpyxl", "formats", "Writing .xlsx files")
    rows = [
        (coder, s.transcript_id, (s.turn or 0) + 1, s.speaker or "", s.text if allowed([s], "quotation") else "")
        for s in turns
    ]
    to_code, second = PAGES[language]
    content = workbook_bytes(COLUMNS[language], [(*row, "", "", "") for row in rows], to_code)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    for letter, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    wrapped = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
    for (cell,) in sheet.iter_rows(min_row=2, min_col=5, max_col=5):
        cell.alignment = wrapped
    for letter, hint in (("E", about), *((letter, HINTS[language]) for letter in _CODE_COLUMNS)):
        if hint:
            sheet[f"{letter}1"].comment = openpyxl.comments.Comment(
                printable(hint), "alliance_nlp", width=300, height=120
            )
    codes = book.create_sheet(second)
    (what, none), refused = SECOND[language], REFUSED[language]
    for row in [(second, what), (NO_CODES[language], none), *meanings(codebook)]:
        codes.append(list(map(printable, row)))
        for cell in codes[codes.max_row]:
            cell.data_type, cell.alignment = "s", wrapped
    codes.column_dimensions["A"].width, codes.column_dimensions["B"].width = WIDTHS[5], WIDTHS[4]
    choice = openpyxl.worksheet.datavalidation.DataValidation(
        type="list", formula1=f"={second}!$A$2:$A${codes.max_row}", allow_blank=True,
        showErrorMessage=True, errorTitle=refused[0], error=refused[1],
    )  # fmt: skip
    sheet.add_data_validation(choice)
    for letter in _CODE_COLUMNS:
        choice.add(f"{letter}2:{letter}{len(rows) + 1}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def meanings(codebook: Codebook) -> list[tuple[str, str]]:
    """Give each code by its name, or by its path where two share a name, with what it means."""
    times = Counter(code.name for code in codebook)
    return [(code.name if times[code.name] == 1 else code.id, code.definition) for code in codebook]
