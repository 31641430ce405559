"""`new`: an empty study to fill in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.printing import show


def add_parsers(commands: Any) -> None:
    """Add the templates of a study."""
    new = commands.add_parser("new", help="a folder with Word and Excel templates for a study of your own")
    new.add_argument("folder", type=Path, help="the folder to make; one that holds anything is refused")
    new.add_argument("--language", default="en", help="of the instructions and the columns: en (default) or nb")
    new.set_defaults(work=_new)


def _new(options: argparse.Namespace) -> int:
    """Write the templates, and name the page that says what to do with them."""
    home = an.new_study(options.folder, language=options.language)
    show(None, options, study=home, instructions=home / "README.txt")
    return 0
