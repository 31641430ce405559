"""The commands, one module a subject: each reads what was typed, calls the door and prints what it gives."""

from __future__ import annotations

from typing import Any

from alliance_nlp.commands import agreeing, analysing, bringing_back, protecting, sealing

SUBJECTS = (analysing, agreeing, sealing, protecting, bringing_back)


def add_commands(commands: Any) -> None:
    """Add every command to a parser's subcommands; each sets as ``work`` the function that carries it out."""
    for subject in SUBJECTS:
        subject.add_parsers(commands)
