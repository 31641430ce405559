"""What protects people: `identifiers`, `pseudonymise`, `reveal`, `withdraw`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.printing import say, show, text_of


def add_parsers(commands: Any) -> None:
    """Add what looks for names, what replaces them, and what takes a person out."""
    named = commands.add_parser("identifiers", help="suggest what may tell who somebody is: names, places, numbers ...")
    named.add_argument("folder", type=Path, help="a study; nothing of it leaves the computer")
    named.add_argument("--out", type=Path, help="a .csv to fill in: originals with an empty column replacement")
    named.set_defaults(work=_identifiers)
    under = commands.add_parser("pseudonymise", help="write a study under pseudonyms, and the key apart from it")
    under.add_argument("folder", type=Path, help="the study; it stays as it is")
    under.add_argument(
        "replacements", metavar="TABLE", type=Path, help="a table with the columns original and replacement"
    )
    under.add_argument("--to", type=Path, help="a new folder for the study")
    under.add_argument("--key", type=Path, help="a new file for the key, outside of that folder")
    under.add_argument("--dry-run", action="store_true", help="only say what would be replaced, and what may be left")
    under.set_defaults(work=_pseudonymise)
    back = commands.add_parser(
        "reveal", help="transcripts with the old words, from a study under pseudonyms and its key"
    )
    back.add_argument("folder", type=Path, help="the study under pseudonyms; it stays as it is")
    back.add_argument("--key", type=Path, required=True, help="the file of the key")
    back.add_argument("--to", type=Path, required=True, help="a new folder for the transcripts")
    back.set_defaults(work=_reveal)
    gone = commands.add_parser("withdraw", help="take what one person said out of a study and of what was made of it")
    gone.add_argument("folder", type=Path, help="the study's folder")
    gone.add_argument("person", help="by the name that the study prints")
    gone.add_argument("--by", required=True, help="who carries it out; it stands in the ledger")
    gone.add_argument("--copies", nargs="+", type=Path, default=[], help="other folders and files to go through")
    gone.add_argument("--dry-run", action="store_true", help="only list what would become of each file")
    gone.set_defaults(work=_withdraw)


def _identifiers(options: argparse.Namespace) -> int:
    """Print what may tell who somebody is, words included: that is what was asked for."""
    found = an.find_identifiers(an.read_study(options.folder))
    shown = found.table()
    show(replace(shown, quoting=()), options)
    if len(found.together) and not options.json:
        print()
        show(found.together, options)
    if options.out is not None and options.out.suffix.lower() != ".csv":
        raise an.InputError(f"--out must end in .csv. Got {options.out.name!r}.")
    if options.out is not None:
        found.replacements().to_csv(options.out)
        say(f"{options.out}: fill in the column replacement; a row without one is left as it is.")
    return 0


def _pseudonymise(options: argparse.Namespace) -> int:
    """Write a study under pseudonyms into a new folder, and its key elsewhere."""
    if not options.dry_run and (options.to is None or options.key is None):
        raise an.InputError("pseudonymise needs --to and --key: where the study goes, and the key apart from it.")
    made = an.pseudonymise(an.read_study(options.folder), options.replacements)
    if options.dry_run:
        show(made, options)
        if not options.json:
            print(*([f"\n{text_of(made.left)}"] if len(made.left) else []), "\nNothing was written.", sep="\n")
        return 0
    home = made.write(options.to, key=options.key)
    show(made, options, study=home, key=options.key)
    say("Keep the key apart; without it nobody can go back.")
    return 0


def _reveal(options: argparse.Namespace) -> int:
    """Write the transcripts with their old words into a new folder."""
    from alliance_nlp.privacy.study_folders import write_study

    study = an.read_study(options.folder)
    found = an.Study(an.reveal(study, options.key), same_people=study.same_people)
    home = write_study(found, {}, options.to, before=lambda _: None, note="with names: personal data")
    show(None, options, transcripts=len(found.transcripts), study_with_the_old_words=home)
    return 0


def _withdraw(options: argparse.Namespace) -> int:
    """Print what became of each file; 1 where something is left to do by hand."""
    done = an.withdraw(options.folder, options.person, by=options.by, copies=options.copies, preview=options.dry_run)
    show(done, options)
    return int(any(row["what"] == "by hand" for row in done.files.rows()))
