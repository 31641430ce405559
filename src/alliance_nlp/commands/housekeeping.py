"""What keeps things in order: `check`, `cache`, `completion`."""

from __future__ import annotations

import argparse
import sys
import warnings
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.advice import for_command_line
from alliance_nlp.commands.arguments import add_study, study_of
from alliance_nlp.commands.printing import show, width_of
from alliance_nlp.commands.sealing import check_ledger
from alliance_nlp.errors import import_extra
from alliance_nlp.records.wrapping import fitted

SHELLS = ("bash", "zsh", "tcsh")


def add_parsers(commands: Any) -> None:
    """Add the check of a study, a trail or a ledger, the vectors that are kept, and completion for shells."""
    check = commands.add_parser(
        "check", help="is a study read without doubts, an audit trail or a ledger as it was written?"
    )
    add_study(check)
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
    show(report, options, study=repr(study), doubts=doubts if options.json else len(doubts))
    for doubt in () if options.json else doubts:
        print(fitted(doubt, width_of(sys.stdout)))
    return int(bool(doubts))


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
