"""How the tables of a study are to be read, as study.toml says it: columns, sheet, program, what is not assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alliance_nlp.errors import choice_error

OPTIONS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "codebook": {"columns": dict, "sheet": str, "as_written": (bool, list)},
    "codings": {
        "columns": dict,
        "sheet": str,
        "as_written": (bool, list),
        "program": str,
        "coder": str,
        "unmatched": str,
    },
    "transcripts": {"columns": dict},
    "marks": {"columns": dict, "sheet": str, "reader": str, "unmatched": str, "read": (str, dict, list)},
}


def _words_in(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def option_problems(content: Mapping[str, Any]) -> list[str]:
    """List slips in how tables are to be read."""
    problems = []
    for part, known in OPTIONS.items():
        told = content.get(part, {})
        if not isinstance(told, dict):
            problems.append(f"{part} must be written as [{part}], with {', '.join(known)} below it")
            continue
        for name, value in told.items():
            if name not in known:
                problems.append(str(choice_error(f"a name under [{part}]", tuple(known), name)))
            elif name == "read":
                continue  # what may stand there is said where [read] is checked
            elif not isinstance(value, known[name]) or not all(isinstance(word, str) for word in _words_in(value)):
                form = (
                    '{code = "Kode"}'
                    if name == "columns"
                    else '["paths"], or true'
                    if name == "as_written"
                    else '"..."'
                )
                problems.append(f"[{part}] {name} must be written as {name} = {form}")
    return problems


def read_of_marks(content: Mapping[str, Any]) -> Any:
    """Give what study.toml says of who read for significance; None where it says nothing, or nothing that can be so."""
    told = content.get("marks")
    return told.get("read") if isinstance(told, dict) else None
