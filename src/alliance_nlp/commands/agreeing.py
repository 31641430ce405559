"""`agreement`: how far the coders of two files, or of a team's projects, agree; `merge`: those projects as one."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.arguments import AS_WRITTEN, pairs, strictness, who_read
from alliance_nlp.commands.printing import show
from alliance_nlp.errors import counted
from alliance_nlp.qda import is_project

TWO_FILES = "No transcripts are needed: rows are matched by segment ids, turns or quotes."


def add_parsers(commands: Any) -> None:
    """Add the comparison of two files, or of any number of projects, and their merging."""
    two = commands.add_parser("agreement", help="agreement of the coders of two files, code by code", epilog=TWO_FILES)
    two.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="two tables of codings or exports of programs, or any number of projects (.qdpx, .sqlite3, .qda); of one "
        "project its coders",
    )
    two.add_argument("--codebook", help="a table of codes with their themes")
    two.add_argument(
        "--read", nargs="+", metavar="WHAT", help="all: both read everything listed; coded; or KL=all MR=coded"
    )
    two.add_argument("--level", default="code", help="code (default), essence or theme")
    two.add_argument("--columns", nargs="+", default=[], metavar="NAME=COLUMN", help="such as code=Kode coder=Wer")
    two.add_argument("--columns-b", nargs="+", default=[], metavar="NAME=COLUMN", help="those of the second file")
    two.add_argument("--sheet", help="sheet of the workbooks")
    two.add_argument("--program", help="which program wrote the files; none for no program")
    two.add_argument("--as-written", nargs="*", metavar="NAME", help=AS_WRITTEN)
    two.add_argument("--as-qualcoder", action="store_true", help="of one project: the figures that QualCoder shows")
    two.add_argument("--out", type=Path, help="folder for the tables as .csv")
    two.add_argument("--no-quotes", action="store_true", help="with --json: without participants' words")
    two.set_defaults(work=_agreement)
    merge = commands.add_parser("merge", help="the projects of one team as one project (.qdpx), nothing overwritten")
    merge.add_argument("files", nargs="+", metavar="FILE", help="projects (.qdpx, .sqlite3, .qda) or study folders")
    merge.add_argument("--to", type=Path, required=True, help="a new .qdpx")
    merge.set_defaults(work=_merge)
    for command in (two, merge):
        command.add_argument("--same-coders", nargs="*", metavar="NAME", help="users of one name are one person")
        command.add_argument("--realign", action="store_true", help="codings follow edits of a text of one name")


def _agreement(options: argparse.Namespace) -> int:
    """Print how far the coders of two files, or of a team's projects, agree; write tables where a folder is named."""
    from alliance_nlp.comparison.two_files import compare_from

    told = options.same_coders is not None or options.realign or options.as_qualcoder
    found = _of_projects(options) if len(options.files) != 2 or told else compare_from(
        "command", *options.files, codebook=options.codebook, read=who_read(options.read), level=options.level,
        columns=pairs(options.columns, "--columns") or None,
        columns_b=pairs(options.columns_b, "--columns-b") or None, sheet=options.sheet, program=options.program,
        as_written=strictness(options.as_written),
    )  # fmt: skip
    written = {} if options.out is None else {"files": list(map(str, found.write(options.out)))}
    show(found, options, quotes=not options.no_quotes, **written)
    return 0


def _of_projects(options: argparse.Namespace) -> Any:
    """Compare the projects of a team."""
    strange = [Path(name).name for name in options.files if not is_project(name)]
    if strange:
        raise an.InputError(
            "agreement takes two tables, or any number of projects (.qdpx, .sqlite3, .qda). "
            f"Got {counted(len(options.files), 'file')}, of which {strange[0]} is no project."
        )
    tables = ("codebook", "columns", "columns_b", "sheet", "program", "as_written")
    asked = [f"--{name.replace('_', '-')}" for name in tables if getattr(options, name) not in (None, [])]
    if asked:
        raise an.InputError(f"{', '.join(asked)} tell how tables are read. Projects have none. Leave them out.")
    if options.as_qualcoder and len(options.files) > 1:
        raise an.InputError(f"--as-qualcoder takes one project. Got {len(options.files)}. Merge them first.")
    projects = _each_coder(Path(options.files[0])) if len(options.files) == 1 else options.files
    if options.as_qualcoder:
        show(an.compare_like_qualcoder(an.read_study(options.files[0])), options)
    return an.compare_projects(projects, read=who_read(options.read), level=options.level, **_how_merged(options))


def _each_coder(file: Path) -> list[an.Study]:
    """Give one project as one a coder."""
    study = an.read_study(file)
    coding = study.coding
    if coding is None or len(coding.coders) < 2:
        n = len(coding.coders) if coding is not None else 0
        raise an.InputError(f"{file.name} holds the codings of {counted(n, 'coder')}. Agreement takes two or more.")
    return [replace(study, coding=coding.by(coder), consensus=None, title=coder) for coder in coding.coders]


def _how_merged(options: argparse.Namespace) -> dict[str, Any]:
    same = strictness(options.same_coders) if options.same_coders is not None else None
    return {"same_coders": same, "edited": "realign" if options.realign else "apart"}


def _merge(options: argparse.Namespace) -> int:
    """Merge projects into a new one; say what is new, and what has to be decided."""
    if options.to.exists():
        raise an.InputError(f"{options.to.name} is there already, and nothing is overwritten. Name a new file.")
    merged = an.merge_projects(options.files, **_how_merged(options))
    an.write_qdpx(merged.study, options.to)
    show(merged, options, project=options.to)
    return 0
