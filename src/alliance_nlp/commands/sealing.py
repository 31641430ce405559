"""`ledger`: whether a ledger of decisions is as it was written, and its seal."""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.printing import show, width_of
from alliance_nlp.errors import counted
from alliance_nlp.records.wrapping import fitted


def add_parsers(commands: Any) -> None:
    """Add the check of a ledger."""
    ledger = commands.add_parser("ledger", help="check a ledger of decisions, or give its seal")
    ledger.add_argument(
        "what", choices=("verify", "seal"), help="verify: is it as it was written? seal: its seal alone"
    )
    ledger.add_argument("file", type=Path, help="such as my_study/decisions.jsonl")
    ledger.add_argument("--seal", help="verify: a seal that was kept apart, or the file that it was kept in")
    ledger.set_defaults(work=check_ledger)


def check_ledger(options: argparse.Namespace) -> int:
    """Check a ledger: 0 where it is as it was written, 1 where something is doubtful."""
    if not options.file.is_file():
        raise an.InputError(
            f"No file is called {options.file.name!r}. Name a ledger, such as my_study/decisions.jsonl."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)  # each problem is printed below
        ledger = an.read_ledger(options.file, seal=_kept_seal(options.seal))
    if options.what == "seal":
        print(ledger.seal)
        return 0
    if options.json:
        show(None, options, decisions=len(ledger), problems=list(ledger.problems), seal=ledger.seal)
        return 1 if ledger.problems else 0
    told = f"{options.file.name}: {counted(len(ledger), 'decision')}, {counted(len(ledger.problems), 'problem')}."
    seal = f"Seal: {ledger.seal}" + ("" if options.seal else " (kept apart, it shows later what a chain alone cannot)")
    for line in (*ledger.problems, told, seal):
        print(fitted(line, width_of(sys.stdout)))
    return 1 if ledger.problems else 0


def _kept_seal(given: str | None) -> str | None:
    """Give a seal as it was typed, or as it stands in the file that was named."""
    if given is None:
        return None
    words = Path(given).read_text(encoding="utf-8", errors="replace") if Path(given).is_file() else given
    found = re.search(r"\b[0-9a-fA-F]{64}\b", words)
    if found is None:
        raise an.InputError(
            "--seal must be the 64 digits that 'alliance-nlp ledger seal' printed, or a file that holds them. "
            f"Got {given[:80]!r}."
        )
    return found.group().lower()
