"""`class`: the kit of a lesson, blind sheets for its students, and what they coded side by side."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.printing import say, show
from alliance_nlp.comparison.class_sheets import handed_in_of, kit_of
from alliance_nlp.comparison.class_words import words_in
from alliance_nlp.errors import check_choice
from alliance_nlp.studies import STUDIES

SYNTHETIC = "by default a synthetic study that ships"
# of the studies that ship: the transcript, the turns that each codes alone, and those to practise on, by language
LESSONS = {"en": ("focus_group", "session_1", "5-45", "46-51"), "nb": ("fokusgruppe", "gruppe_1", "1-38", "39-45")}
WHAT = {
    "kit": "write all that a lesson needs as one folder",
    "sheets": "write one sheet a student",
    "collect": "read what was handed in",
}


def add_parsers(commands: Any) -> None:
    """Add the kit of a class, its sheets, and their collection."""
    lesson = commands.add_parser("class", help="a lesson on coding together: its kit, its sheets, and all codings")
    lesson.add_argument("what", choices=tuple(WHAT), help="; ".join(f"{name}: {does}" for name, does in WHAT.items()))
    lesson.add_argument("folder", type=Path, help="the kit, or where the students' sheets are, one .xlsx or .csv each")
    lesson.add_argument("--study", type=Path, help=f"what is coded: a folder or project; {SYNTHETIC}")
    lesson.add_argument(
        "--language", help="of the words around the talk, en (default) or nb; collect: by default that of the kit"
    )
    lesson.add_argument(
        "--students",
        nargs="+",
        metavar="NAME",
        help="kit, sheets: their names, or pseudonyms, parted by blanks or commas",
    )
    lesson.add_argument("--transcript", help="kit, sheets: which transcript; by default all")
    lesson.add_argument("--turns", help="kit, sheets: the first and the last turn, such as 5-45; by default all")
    lesson.add_argument("--practice", help="kit: turns to code together first, such as 46-51; none of the others")
    lesson.add_argument("--level", default="code", help="collect: code (default), essence or theme")
    lesson.add_argument(
        "--figures", action="store_true", help="collect: after the discussion, how far the class agrees"
    )
    lesson.add_argument("--by-name", action="store_true", help="collect: every student, too; for each of them alone")
    lesson.add_argument("--out", type=Path, help="collect: folder for tables (.csv) and slides, quotes included")
    lesson.add_argument("--no-quotes", action="store_true", help="collect, with --json: without participants' words")
    lesson.set_defaults(work=_class)


def _class(options: argparse.Namespace) -> int:
    """Write the kit or the sheets of a class; or print what it coded: 1 where a sheet needs to be looked at."""
    if options.language is not None:
        check_choice("--language", tuple(LESSONS), options.language)
    if options.what == "collect":
        return _collect(options)
    language = options.language or "en"
    students = [name.strip() for given in options.students or () for name in given.split(",") if name.strip()]
    if not students:
        raise an.InputError(f"class {options.what} needs --students: a name, or a pseudonym, for each of them.")
    study, source = _study(options.study, language)
    told = {"transcript": options.transcript, "turns": _turns("--turns", options.turns), "language": language}
    if options.what == "sheets":
        sheets = an.write_coding_sheets(study, options.folder, students, **told)
        show(None, options, files=list(map(str, sheets)))
        return 0
    practice = _turns("--practice", options.practice)
    if options.study is None and not (options.transcript or options.turns or options.practice):
        _, told["transcript"], turns, together = LESSONS[language]
        told["turns"], practice = _turns("--turns", turns), _turns("--practice", together)
    kit = an.write_class_kit(study, options.folder, students, **told, practice=practice, source=source)
    (page,) = kit.glob("*.html")
    show(None, options, kit=kit, first_to_open=page)
    return 0


def _collect(options: argparse.Namespace) -> int:
    """Print what to talk about; figures only when asked for, after that."""
    home = options.folder if kit_of(options.folder) else options.folder.parent
    noted = kit_of(home)
    if options.out is not None and options.out.resolve() in {options.folder.resolve(), handed_in_of(home).resolve()}:
        raise an.InputError("--out must be another folder than that of the sheets: its tables would be read as sheets.")
    coded = options.study or (Path(noted["study"]) if noted.get("study") else None)
    study, _ = _study(coded, noted.get("language") or options.language)
    found = an.collect_class(options.folder, study, level=options.level, language=options.language)
    words, written = words_in(found.language)["collected"], {}
    if options.out is not None:
        asked = {"figures": options.figures or options.by_name, "by_name": options.by_name}
        slides = an.write_class_slides(found, options.out, **asked)
        written = {"files": list(map(str, slides))} if options.json else {}
    told = found if options.by_name else found.whole_class() if options.figures else found.discussion()
    show(told, options, quotes=not options.no_quotes, **written)
    if options.out is not None and not options.json:
        print(f"\n{words['written'].format(folder=options.out)}")  # a path stays whole
    if not (options.figures or options.by_name or options.json):
        say(words["figures_later"])
    return int(len(found.troubles) > 0)


def _study(given: Path | None, language: str | None) -> tuple[an.Study, str]:
    """Read the study, or load one that ships by its name; give with it what a kit notes of it."""
    if given is None:
        check_choice("--language", tuple(LESSONS), language or "en")
        name = LESSONS[language or "en"][0]
        return an.load_study(name), name
    if not given.exists() and str(given) in STUDIES:
        return an.load_study(str(given)), str(given)
    return an.read_study(given), str(given.resolve())


def _turns(flag: str, words: str | None) -> tuple[int, int] | None:
    if words is None:
        return None
    found = re.fullmatch(r"(\d+)\s*[-–]\s*(\d+)", words.strip())
    if found is None:
        raise an.InputError(f"{flag} must be two numbers, such as 5-45. Got {words!r}.")
    return int(found[1]), int(found[2])
