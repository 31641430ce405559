"""The command line: a thin skin over the door."""

from __future__ import annotations

import gc
import io
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import alliance_nlp as an
from alliance_nlp.commands import build_parser
from alliance_nlp.commands.advice import for_command_line, refusal
from alliance_nlp.commands.arguments import refuse_wrong
from alliance_nlp.commands.printing import say

INTERRUPTED, CUT_OFF = 130, 141  # as shells have it for what a signal ended
NEW_OBJECTS = 100_000  # after which memory is looked through for circles; at Python's 700 that is a tenth of a run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give 0, 1 when something needs a person, 2 with one sentence when input cannot be used."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows ?; the files have it
    parser = build_parser()
    options = parser.parse_args(arguments)
    options.parser = parser
    try:
        with warnings.catch_warnings(record=True) as caught, _looking_for_circles_rarely():
            warnings.simplefilter("always", an.AllianceWarning)
            refuse_wrong(options)
            code: int = options.work(options)
            sys.stdout.flush()
        for warning in caught if not options.quiet else ():
            kind = "note" if issubclass(warning.category, an.AllianceWarning) else "warning"
            say(f"{kind}: {for_command_line(str(warning.message))}")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of a pipe has seen enough
        return CUT_OFF
    except KeyboardInterrupt:
        say("Interrupted. What was computed is kept: the same command goes on from there.")
        return INTERRUPTED
    except (an.AllianceError, OSError) as error:
        say(refusal(error))
        return 2
    return code


@contextmanager
def _looking_for_circles_rarely() -> Iterator[None]:
    """Raise the threshold, since records and imports make many objects and hardly a circle; put it back after."""
    before = gc.get_threshold()
    gc.set_threshold(max(NEW_OBJECTS, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


if __name__ == "__main__":
    sys.exit(main())
