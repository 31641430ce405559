"""The kit of a lesson, as one folder: what is handed out, what the lecturer keeps, where the sheets come back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from alliance_nlp.comparison.class_sheets import KIT
from alliance_nlp.comparison.class_words import told_in
from alliance_nlp.comparison.coding_sheets import check_students, sheet_bytes
from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.files import begin_folder, refuse_filled
from alliance_nlp.provenance import readable_json
from alliance_nlp.reading.empty_studies import FormLanguage
from alliance_nlp.records import Study, fold
from alliance_nlp.reports.class_kit.lecturer import lecturer_page
from alliance_nlp.reports.class_kit.lessons import Lesson
from alliance_nlp.reports.class_kit.papers import Block, codebook, handout, solutions, transcript
from alliance_nlp.reports.class_kit.printed_papers import pdf_bytes, why_no_pdf
from alliance_nlp.reports.class_kit.sheets_in_browser import sheet_page
from alliance_nlp.reports.class_kit.word_papers import word_bytes


def write_class_kit(
    study: Study,
    folder: str | Path,
    coders: Sequence[str],
    *,
    transcript: str | None = None,
    turns: tuple[int, int] | None = None,
    practice: tuple[int, int] | None = None,
    language: FormLanguage = "en",
    source: str = "",
) -> Path:
    """Write all that a lesson on coding together needs, as one folder.

    Parameters
    ----------
    study : Study
        What is coded, with its codebook.
    folder : str or Path
        The kit; made when it is absent. One that holds anything is refused.
    coders : sequence of str
        The students' names, or pseudonyms.
    transcript : str, optional
        Which transcript; by default all of them.
    turns : (int, int), optional
        The first and the last turn, counted from 1; by default all.
    practice : (int, int), optional
        Turns to code together before; none of those that each codes alone.
    language : {"en", "nb"}, default "en"
        Of everything but the talk and the codes: English or Norwegian.
    source : str, default ""
        What to note as the study in the kit, so that `alliance-nlp class collect` finds it again: a folder, or the
        name of a study that ships.

    Returns
    -------
    Path
        The folder: a page for the lecturer with the minutes; handout, transcript and codebook as Word documents and
        PDF; a sheet of each kind (.xlsx, .html) for each student, and for practice; a folder for what is handed in;
        and, apart, what the study's coders agreed on and why.

    Raises
    ------
    InputError
        When the folder holds something, names or turns cannot be, practice and lesson share turns, or there is no
        codebook.
    MissingExtraError
        When openpyxl, python-docx or matplotlib is not installed.

    Notes
    -----
    Nobody's codes are in what is handed out, and nothing of one student is in the sheet of another. A PDF needs a font
    on this computer for every letter of the talk; a paper that would show boxes is left out, and the lecturer's page
    says so: the Word document is there. What the coders agreed on is one reading, not an answer key.

    Examples
    --------
    >>> import tempfile, alliance_nlp as an
    >>> kit = write_class_kit(an.load_study("fokusgruppe"), tempfile.mkdtemp(), ["Åse"], turns=(1, 8), language="nb")
    >>> sorted(path.name for path in (kit / "ark").iterdir())
    ['Åse.html', 'Åse.xlsx']
    """
    check_choice("language", get_args(FormLanguage), language)
    check_students(coders)
    home = refuse_filled(folder, "A class's kit")
    lesson = Lesson.of(study, transcript, turns, language)
    together = Lesson.of(study, transcript, practice, language) if practice is not None else None
    if together is not None and {t.id for t in together.turns} & {t.id for t in lesson.turns}:
        raise InputError(
            f"practice shares turns with those that each codes alone: what was agreed aloud would be in the figures. "
            f"Take others than {lesson.frame()['first']} to {lesson.frame()['last']}."
        )
    everybody = lesson.words("files")["everybody"]
    if together is not None and fold(everybody) in map(fold, coders):
        raise InputError(f"{everybody!r} is the sheet for practice. Give the student another name.")
    mark = uuid.uuid4().hex  # the same lesson held again is another one: what a browser kept of the first is not of it
    noted = {"format": 1, "kit": mark, "handed_in": lesson.words("folders")["handed_in"], "language": language,
             "practice": everybody, "sheets": lesson.words("folders")["sheets"], "study": source}  # fmt: skip
    content = {**_content(lesson, together, coders, home.resolve().name, mark), KIT: readable_json(noted).encode()}
    return begin_folder(home, "A class's kit", content)


def _content(lesson: Lesson, together: Lesson | None, coders: Sequence[str], kit: str, mark: str) -> dict[str, bytes]:
    """Give what the kit holds, by path; `kit` is the name of its folder, `mark` tells it from every other."""
    folders, files = lesson.words("folders"), lesson.words("files")
    content: dict[str, bytes] = {}
    left_out: list[str] = []
    for name, blocks in _papers(lesson):
        content[f"{name}.docx"] = word_bytes(blocks, lesson.language)
        if why := why_no_pdf(blocks):
            told = {"names": Path(name).name, "why": told_in(lesson.language, "undrawn", why)}
            left_out.append(str(lesson.words("lecturer")["pdf_left_out"]).format(**told))
        else:
            content[f"{name}.pdf"] = pdf_bytes(blocks)
    solved = any(name.startswith(folders["after"]) for name in content)
    content |= dict(_sheets(lesson, folders["sheets"], coders, mark))
    if together is not None:
        content |= dict(_sheets(together, folders["practice"], [files["everybody"]], mark))
    content[f"{folders['handed_in']}/{files['here']}.txt"] = f"{lesson.words('here')['words']}\r\n".encode("utf-8-sig")
    page = lecturer_page(lesson, len(coders), kit=kit, solved=solved, practised=together is not None, left_out=left_out)
    return {**content, f"{files['lecturer']}.html": page.encode()}


def _papers(lesson: Lesson) -> Iterator[tuple[str, list[Block]]]:
    """Each paper with its path: three to hand out, and what is for afterwards."""
    folders, files = lesson.words("folders"), lesson.words("files")
    for name, make in (("handout", handout), ("transcript", transcript), ("codebook", codebook)):
        yield f"{folders['handouts']}/{files[name]}", make(lesson)
    if blocks := solutions(lesson):
        yield f"{folders['after']}/{files['solutions']}", blocks


def _sheets(lesson: Lesson, folder: str, coders: Sequence[str], mark: str) -> Iterator[tuple[str, bytes]]:
    """Give both kinds of sheet for each student."""
    about = " ".join(lesson.about())
    for name in coders:
        workbook = sheet_bytes(name, lesson.turns, lesson.codebook, lesson.language, about=about)
        yield f"{folder}/{name}.xlsx", workbook
        yield f"{folder}/{name}.html", sheet_page(lesson, name, mark).encode()
