"""The commands, one module a subject: each reads what was typed, calls the door and prints what it gives."""

from __future__ import annotations

import argparse

import alliance_nlp as an
from alliance_nlp.commands import (
    agreeing,
    analysing,
    bringing_back,
    handing_out,
    housekeeping,
    machines,
    protecting,
    sealing,
)

SUBJECTS = (analysing, machines, agreeing, handing_out, bringing_back, protecting, sealing, housekeeping)
CODES = "It ends with 0 when done; 1 when done, and something needs a person; 2 when the input cannot be used."


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands; each sets as ``work`` the function that carries it out."""
    parser = argparse.ArgumentParser(
        prog="alliance-nlp", description=an.__doc__.splitlines()[0] if an.__doc__ else None, epilog=CODES
    )
    parser.add_argument("--version", action="version", version=f"alliance-nlp {an.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for subject in SUBJECTS:
        subject.add_parsers(commands)
    for command in dict.fromkeys(commands.choices.values()):
        command.add_argument("--json", action="store_true", help="print what was found as JSON, for other programs")
        command.add_argument(
            "--quiet", action="store_true", help="no bars, no notes: only what was asked for, and errors"
        )
    return parser
