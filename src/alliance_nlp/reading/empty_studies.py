"""An empty study to fill in: a folder with templates that the readers read once there is something in them."""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from alliance_nlp.errors import check_choice, import_extra
from alliance_nlp.files import begin_folder
from alliance_nlp.records.workbooks import workbook_bytes

FormLanguage = Literal["en", "nb"]
NO_CODES: dict[FormLanguage, str] = {"en": "no code", "nb": "ingen kode"}  # what people write where none applies
WIDTH = 24  # signs; a column of an empty workbook would be as narrow as its name
# Each column of a template and what goes below it. The hints are comments of the cells, which no reader takes for data.
COLUMNS: dict[str, dict[FormLanguage, dict[str, str]]] = {
    "codebook": {
        "en": {
            "theme": "The group that the code belongs to.",
            "essence": "The level between theme and code. May be empty.",
            "code": "The name of the code.",
            "definition": "What it means, and what it does not.",
            "exemplars": "Sentences that show it; several are joined by |",
        },
        "nb": {
            "tema": "Gruppen som koden hører til.",
            "undertema": "Nivået mellom tema og kode. Kan stå tomt.",
            "kode": "Navnet på koden.",
            "definisjon": "Hva den betyr, og hva den ikke betyr.",
            "eksempler": "Setninger som viser den; flere skilles med |",
        },
    },
    "codings": {
        "en": {
            "coder": "Who coded.",
            "transcript": "Name of the file without its ending, such as session_1.",
            "turn": "1 is the first turn of the transcript, the moderator's included. Or leave it empty and quote.",
            "quote": "The words, as they stand in the transcript. Not needed where the turn is given.",
            "code": "A code of the codebook. Empty: read, and no code applies.",
            "note": "Why, if you like.",
        },
        "nb": {
            "koder": "Hvem som kodet.",
            "transkript": "Navnet på filen uten endelsen, for eksempel session_1.",
            "replikk nr": "1 er den første replikken i transkriptet, moderators medregnet. Eller la det stå tomt og "
            "siter.",
            "sitat": "Ordene, slik de står i transkriptet. Trengs ikke der replikken er oppgitt.",
            "kode": "En kode i kodeboken. Tomt: lest, og ingen kode passer.",
            "kommentar": "Hvorfor, om du vil.",
        },
    },
}


def new_study(folder: str | Path, *, language: FormLanguage = "en") -> Path:
    """Write a folder with templates for a study of your own: transcripts, codebook, codings, and what to do with them.

    Parameters
    ----------
    folder : str or Path
        The folder; made when it is absent. One that holds anything is refused.
    language : {"en", "nb"}, default "en"
        Of the instructions and the columns: English or Norwegian.

    Returns
    -------
    Path
        The folder: README.txt, study.toml, codebook.xlsx, codings.xlsx and transcripts/session_1.docx.

    Raises
    ------
    InputError
        When the folder holds something already, or the language is another one.
    MissingExtraError
        When python-docx or openpyxl is not installed.

    Notes
    -----
    Nothing in the templates is read as data: hints are comments of cells, lines of study.toml that begin with ``#``,
    and README.txt. What nobody has filled in yet, `read_study` says in its warning and leaves out. That it reads the
    folder without a doubt says that it was understood, not that the codes are good.

    Examples
    --------
    >>> import tempfile
    >>> home = new_study(tempfile.mkdtemp() + "/my_study")
    >>> sorted(path.name for path in home.iterdir())
    ['README.txt', 'codebook.xlsx', 'codings.xlsx', 'study.toml', 'transcripts']
    """
    check_choice("language", get_args(FormLanguage), language)
    return begin_folder(folder, "A new study", _templates(language))


def _templates(language: FormLanguage) -> dict[str, bytes]:
    """Give what the folder holds, by path."""
    words = files("alliance_nlp") / "reading" / "empty_study"
    readme = (words / f"README.{language}.txt").read_text(encoding="utf-8")
    return {
        "README.txt": readme.replace("\n", "\r\n").encode("utf-8-sig"),  # as an old Notepad wants it
        "study.toml": (words / f"study.{language}.toml").read_bytes(),
        **{f"{name}.xlsx": _workbook(name, columns[language]) for name, columns in COLUMNS.items()},
        "transcripts/session_1.docx": _document(),
    }


def _workbook(name: str, columns: dict[str, str]) -> bytes:
    """Write a workbook of headings, each with its hint as a comment."""
    openpyxl = import_extra("openpyxl", "formats", "Writing .xlsx files")
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(tuple(columns), [], name)))
    for cell, hint in zip(book.active[1], columns.values(), strict=True):
        cell.comment = openpyxl.comments.Comment(hint, "alliance_nlp", width=300, height=80)
        book.active.column_dimensions[cell.column_letter].width = WIDTH
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _document() -> bytes:
    """Write a document without a word: whatever stands in one is talk."""
    docx = import_extra("docx", "formats", "Writing .docx files")
    document = docx.Document()
    document.add_paragraph()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
