"""How much a file may hold: said in one place, asked before the file is read."""

from __future__ import annotations

import re
from pathlib import Path

from alliance_nlp.errors import InputError

MB = 1 << 20
# what a whole study of years holds is far below each of these; what is above them is damage, or meant to harm
LARGEST = {
    "text": 50 * MB, "table": 50 * MB, "archive": 50 * MB, "YAML": 5 * MB, "TOML": 5 * MB, "ledger": 100 * MB,
    "saved record": 500 * MB, "cache": 500 * MB,
}  # fmt: skip
DEEPEST = 40  # brackets within brackets, elements within elements
_STRINGS = re.compile(r'"(?:\\.|[^"\\])*"')


def refuse_size(path: Path, kind: str) -> None:
    """Refuse a file that is larger than its kind may be.

    Raises
    ------
    InputError
        When it is.
    """
    size, most = path.stat().st_size, LARGEST[kind]
    if size > most:
        raise too_much(path.name, f"{size / MB:.0f} MB", f"{most / MB:.0f} MB", f"a {kind}")


def too_much(name: str, holds: str, most: str, what: str, advice: str = "Split it, or take out what is not needed."
             ) -> InputError:  # fmt: skip
    """Word the error for a file that holds more than it may."""
    return InputError(f"{name} holds {holds}; {what} may hold {most}. {advice}")


def nesting(text: str) -> int:
    """How deep brackets stand within brackets, outside of quoted text.

    Examples
    --------
    >>> nesting('[{"a": "[[["}]'), nesting("no bracket")
    (2, 0)
    """
    deepest = depth = 0
    for sign in re.sub(r"[^][{}]+", "", _STRINGS.sub("", text)):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
