"""What a command prints: what was asked for on one stream, what is said beside it on the other."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """Say something beside what was asked for."""
    print(line, file=sys.stderr)
