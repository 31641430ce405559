"""The command line: a thin skin over the door."""

from __future__ import annotations

import argparse
import io
import sys
import warnings
from collections.abc import Sequence

import alliance_nlp as an
from alliance_nlp.commands import add_commands
from alliance_nlp.commands.printing import say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give 0, or 2 with one sentence when the input cannot be used."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows ?; the files have it
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", an.AllianceWarning)
            code: int = options.work(options)
        for warning in caught:
            say(f"{'note' if issubclass(warning.category, an.AllianceWarning) else 'warning'}: {warning.message}")
    except an.AllianceError as error:
        say(str(error))
        return 2
    except OSError as error:
        say(
            f"The system refuses {error.filename or 'a file'}: {error.strerror or error}. Check the place and the disk."
        )
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alliance-nlp", description=an.__doc__.splitlines()[0] if an.__doc__ else None
    )
    parser.add_argument("--version", action="version", version=f"alliance-nlp {an.__version__}")
    add_commands(parser.add_subparsers(dest="command", required=True))
    return parser


if __name__ == "__main__":
    sys.exit(main())
