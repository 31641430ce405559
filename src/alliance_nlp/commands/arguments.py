"""What is typed on the command line, read: names of columns, who read what, what must not be assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alliance_nlp.errors import InputError

AS_WRITTEN = "assume nothing, or not what is named: paths, 'as above', spelling ... (docs/formats.md)"


def pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Read words such as code=Kode."""
    wrong = [word for word in words if not all(word.partition("="))]
    if wrong:
        raise InputError(f"{option} takes words such as code=Kode. Got {wrong[0]!r}.")
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def who_read(words: Sequence[str] | None) -> Any:
    """Read a statement of who read what: one word for everybody, or one for each coder."""
    return words[0] if words and len(words) == 1 and "=" not in words[0] else pairs(words, "--read") if words else None


def strictness(words: Sequence[str] | None) -> bool | list[str]:
    """Read what must not be assumed: everything where no name is given."""
    return list(words) or True if words is not None else False


def columns_by_table(words: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read columns such as codings.code=Kode, table by table."""
    found: dict[str, dict[str, str]] = {}
    for name, column in pairs(words, "--columns").items():
        table, _, meaning = name.partition(".")
        found.setdefault(table, {})[meaning] = column
    return found
