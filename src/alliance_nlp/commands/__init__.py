"""The commands, one module a subject: each reads what was typed, calls the door and prints what it gives."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from typing import Any, NoReturn

import alliance_nlp as an
from alliance_nlp.commands import (
    agreeing,
    analysing,
    beginning,
    bringing_back,
    guiding,
    handing_out,
    housekeeping,
    machines,
    protecting,
    sealing,
    teaching,
)
from alliance_nlp.commands.printing import say
from alliance_nlp.errors import did_you_mean

SUBJECTS = (
    beginning,
    guiding,
    analysing,
    machines,
    agreeing,
    handing_out,
    bringing_back,
    protecting,
    teaching,
    sealing,
    housekeeping,
)
NARROW = 60  # signs of a narrow terminal, which argparse does not fold a line of ours to
CODES = "It ends with 0 when done; 1 when done, and something needs a person; 2 when the input cannot be used."


class Parser(argparse.ArgumentParser):
    """A parser whose complaints fit the terminal, and name the command that comes nearest."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with what was typed, and end with 2."""
        self.print_usage(sys.stderr)
        found = re.match(r"argument COMMAND: invalid choice: '([^']*)'", message)
        if found is not None and self._subparsers is not None:
            known: Any = self._subparsers._group_actions[0].choices
            near = did_you_mean(found[1], known)
            message = " ".join(
                filter(None, [f"there is no command {found[1]!r}.", near, f"Commands: {', '.join(known)}."])
            )
        say(f"{self.prog}: error: {message}")
        self.exit(2)


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands; each sets as ``work`` the function that carries it out."""
    parser = Parser(prog="alliance-nlp", description=an.__doc__.splitlines()[0] if an.__doc__ else None, epilog=CODES)
    parser.add_argument("--version", action="version", version=f"alliance-nlp {an.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for subject in SUBJECTS:
        subject.add_parsers(commands)
    for name, command in commands.choices.items():
        if command.prog.endswith(f" {name}"):  # no second time under another name
            command.add_argument("--json", action="store_true", help="print what was found as JSON")
            command.add_argument(
                "--quiet", action="store_true", help="no bars, no notes: what was asked for, and errors"
            )
            command.usage = _usage(command)
            out = next((action.help or "" for action in command._actions if action.dest == "out"), "")
            command.set_defaults(out_is_folder="folder" in out)
    return parser


def _usage(command: argparse.ArgumentParser) -> str:
    """Write what must be given; the options are listed below it."""
    given = [action for action in command._actions if not action.option_strings]
    names = [str(action.metavar or "|".join(action.choices or ()) or action.dest.upper()) for action in given]
    more = [" ..." if action.nargs == "+" else "" for action in given]
    line = " ".join([command.prog, *map(str.__add__, names, more), "[OPTIONS]"])
    return "\n       ".join(
        textwrap.wrap(line, NARROW - len("usage: "), break_long_words=False, break_on_hyphens=False)
    )
