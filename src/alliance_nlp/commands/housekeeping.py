"""What keeps things in order: `check`, `cache`, `completion`."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.advice import for_command_line
from alliance_nlp.commands.arguments import add_study, study_of
from alliance_nlp.commands.printing import show, width_of
from alliance_nlp.commands.sealing import check_ledger
from alliance_nlp.errors import import_extra, listed
from alliance_nlp.numeric import grouped
from alliance_nlp.records.wrapping import fitted

ROLE_UNTOLD = "nothing tells their role; they count with the participants until [roles] of study.toml says it"
SHELLS = ("bash", "zsh", "tcsh")


def add_parsers(commands: Any) -> None:
    """Add the check of a study, a trail or a ledger, the vectors that are kept, and completion for shells."""
    check = commands.add_parser(
        "check", help="is a study read without doubts, an audit trail or a ledger as it was written?"
    )
    add_study(check)
    check.add_argument("--all", action="store_true", help="of a study: everything that reading it came to")
    check.set_defaults(work=_check, what="verify", seal=None)
    cache = commands.add_parser(
        "cache", help="vectors that are kept between runs: where, how many; --verify, --prune, --clear"
    )
    what = cache.add_mutually_exclusive_group()
    what.add_argument("--verify", action="store_true", help="read every file and see whether it is whole; 1 if not")
    what.add_argument("--prune", action="store_true", help="remove damaged files and what interrupted runs left")
    what.add_argument("--clear", action="store_true", help="remove them; they are computed again when needed")
    cache.add_argument("--days", type=float, help="with --prune: remove what was written longer ago, too")
    cache.set_defaults(work=_cache)
    completion = commands.add_parser("completion", help="a script by which a shell completes commands and options")
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(work=_completion)


def _check(options: argparse.Namespace) -> int:
    """Say how something is read: 0 without doubts, 1 with some."""
    home = options.folder
    if home.suffix.lower() == ".jsonl":
        options.file = home
        return check_ledger(options)
    if (home / "manifest.json").is_file() and (home / "rerun.py").is_file():
        from alliance_nlp.reports.audit import check_audit_trail

        problems = check_audit_trail(home)
        show(problems, options, audit_trail="as it was written" if not len(problems) else "not as it was written")
        return int(len(problems) > 0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", an.AllianceWarning)
        study = study_of(options)
    doubts = [for_command_line(str(warning.message)) for warning in caught]
    report = study.report if study.report is not None and len(study.report.per_transcript) else None
    shown = report if options.all or options.json else None
    guessed = [] if options.json or report is None else guesses(report, doubts)
    named: dict[str, Any] = {"study": repr(study)}
    if guessed:
        named["guessed"] = [f"Guessed: {len(guessed)}", *(f"  {guess}" for guess in guessed)]
    show(shown, options, **named, doubts=doubts if options.json else len(doubts))
    for doubt in () if options.json else doubts:
        print(fitted(doubt, width_of(sys.stdout)))
    return int(bool(doubts))


def guesses(report: an.ReadReport, doubts: Sequence[str]) -> list[str]:
    """Say what was guessed, left out or set apart in reading, and is in no doubt; whose role nothing tells.

    Examples
    --------
    >>> who = [an.FoundSpeaker("Eva", "participant", 2, "somebody else is the moderator", True)]
    >>> who.append(an.FoundSpeaker("Bo", None, 1, "nothing tells it"))
    >>> guesses(an.ReadReport((an.FileRead("S1", 3, speakers=tuple(who)),)), [])[0]
    'S1: Eva: participant (somebody else is the moderator)'
    """
    said = "\n".join(doubts)
    found = []
    for file in report.files:
        roles = grouped(((one.role, one.why), one.name) for one in file.speakers if one.guessed or one.role is None)
        for (role, why), names in roles.items():
            untold = ROLE_UNTOLD if role is None else f"{role} ({why})"
            found.append(f"{file.transcript_id}: {listed(names, 'and')}: {untold}")
        for item in file.items:
            if item.kind != "noticed" and item.why not in said:
                where = f"{item.where}: " if item.where else ""
                found.append(f"{file.transcript_id}: {where}{item.why}")
    return list(dict.fromkeys(found))


def _cache(options: argparse.Namespace) -> int:
    """Say where vectors are kept and how much that is; see whether they are whole, remove some or all."""
    from alliance_nlp.embeddings.kept_files import clear_vectors, kept_vectors, prune_vectors, verify_vectors

    if options.days is not None and not options.prune:
        raise an.InputError("--days goes with --prune only.")
    if options.verify:
        found = verify_vectors()
        show(found.table, options)
        return int(found.n_damaged > 0)
    table = prune_vectors(days=options.days) if options.prune else clear_vectors() if options.clear else kept_vectors()
    show(table, options)
    return 0


def _completion(options: argparse.Namespace) -> int:
    """Print the script of a shell."""
    shtab = import_extra("shtab", "shell", "alliance-nlp completion")
    print(shtab.complete(options.parser, shell=options.shell))
    return 0
