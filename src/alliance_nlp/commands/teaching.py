"""`class`: blind sheets for the students of a class, and what they coded side by side."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.printing import show

SYNTHETIC = "by default the synthetic study that ships"


def add_parsers(commands: Any) -> None:
    """Add the sheets of a class, and their collection."""
    lesson = commands.add_parser("class", help="blind coding sheets for a class, and all codings side by side")
    lesson.add_argument("what", choices=("sheets", "collect"), help="sheets: write one a student; collect: read them")
    lesson.add_argument("folder", type=Path, help="where the students' sheets are, one .xlsx or .csv each")
    lesson.add_argument("--study", type=Path, help=f"what is coded: a folder or project; {SYNTHETIC}")
    lesson.add_argument("--students", nargs="+", metavar="NAME", help="sheets: their names, or pseudonyms")
    lesson.add_argument("--transcript", help="sheets: which transcript; by default all")
    lesson.add_argument("--turns", help="sheets: the first and the last turn, such as 5-45; by default all")
    lesson.add_argument("--level", default="code", help="collect: code (default), essence or theme")
    lesson.add_argument("--out", type=Path, help="collect: folder for the tables as .csv, quotes included")
    lesson.add_argument("--no-quotes", action="store_true", help="collect, with --json: without participants' words")
    lesson.set_defaults(work=_class)


def _class(options: argparse.Namespace) -> int:
    """Write the sheets of a class; or print what it coded: 1 where a sheet needs to be looked at."""
    study = an.load_study() if options.study is None else an.read_study(options.study)
    if options.what == "sheets":
        if not options.students:
            raise an.InputError("class sheets needs --students: a name, or a pseudonym, for each of them.")
        sheets = an.write_coding_sheets(
            study, options.folder, options.students, transcript=options.transcript, turns=_turns(options.turns)
        )
        show(None, options, files=list(map(str, sheets)))
        return 0
    if options.out is not None and options.out.resolve() == options.folder.resolve():
        raise an.InputError("--out must be another folder than that of the sheets: its tables would be read as sheets.")
    found = an.collect_class(options.folder, study, level=options.level)
    written = {} if options.out is None else {"files": list(map(str, found.write(options.out)))}
    show(found, options, quotes=not options.no_quotes, **written)
    return int(len(found.troubles) > 0)


def _turns(words: str | None) -> tuple[int, int] | None:
    if words is None:
        return None
    found = re.fullmatch(r"(\d+)\s*-\s*(\d+)", words.strip())
    if found is None:
        raise an.InputError(f"--turns must be two numbers, such as 5-45. Got {words!r}.")
    return int(found[1]), int(found[2])
