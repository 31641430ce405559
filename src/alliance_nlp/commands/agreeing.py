"""`agreement`: how far the coders of two files agree."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

from alliance_nlp.commands.arguments import AS_WRITTEN, pairs, strictness, who_read

TWO_FILES = "No transcripts are needed: rows are matched by segment ids, turns or quotes."


def add_parsers(commands: Any) -> None:
    """Add the comparison of two files."""
    two = commands.add_parser("agreement", help="agreement of the coders of two files, code by code", epilog=TWO_FILES)
    two.add_argument(
        "files",
        nargs=2,
        metavar="FILE",
        help="tables of codings, exports of programs, or two projects (.qdpx, .sqlite3, .qda)",
    )
    two.add_argument("--codebook", help="a table of codes with their themes")
    two.add_argument(
        "--read", nargs="+", metavar="WHAT", help="all: both read everything listed; coded; or KL=all MR=coded"
    )
    two.add_argument("--level", default="code", help="code (default), essence or theme")
    two.add_argument("--columns", nargs="+", default=[], metavar="MEANING=COLUMN", help="such as code=Kode coder=Wer")
    two.add_argument("--columns-b", nargs="+", default=[], metavar="MEANING=COLUMN", help="those of the second file")
    two.add_argument("--sheet", help="sheet of the workbooks")
    two.add_argument("--program", help="which program wrote the files; none for no program")
    two.add_argument("--as-written", nargs="*", metavar="NAME", help=AS_WRITTEN)
    two.add_argument("--out", type=Path, help="folder for the tables as .csv")
    two.set_defaults(work=_agreement)


def _agreement(options: argparse.Namespace) -> int:
    """Print how far the coders of two files agree, and write the tables where a folder is named."""
    from alliance_nlp.comparison.two_files import compare_from

    found = compare_from(
        "command", *options.files, codebook=options.codebook, read=who_read(options.read), level=options.level,
        columns=pairs(options.columns, "--columns") or None,
        columns_b=pairs(options.columns_b, "--columns-b") or None, sheet=options.sheet, program=options.program,
        as_written=strictness(options.as_written),
    )  # fmt: skip
    print(found.to_text(shutil.get_terminal_size().columns) if sys.stdout.isatty() else found)
    if options.out is not None:
        for path in found.write(options.out):
            print(path)
    return 0
