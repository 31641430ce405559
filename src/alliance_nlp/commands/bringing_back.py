"""`proposals`: what people decided on a page, brought into the study's ledger."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.printing import show

HELP = "bring back what people decided on a page: into decisions.jsonl, all of it or nothing"
ENDS = "It ends with 0 when all of it is written and stands, with 1 when it is written and something waits for you."
OTHER = "also take files whose page was made before transcripts were added or taken away"


def add_parsers(commands: Any) -> None:
    """Add the way back from a page."""
    back = commands.add_parser("proposals", help=HELP, epilog=ENDS)
    back.add_argument("folder", type=Path, help="the study's folder")
    back.add_argument("files", nargs="+", type=Path, metavar="FILE", help="such as proposals-KL-2026-11-27.json")
    back.add_argument("--dry-run", action="store_true", help="only say what would become of each proposal")
    back.add_argument("--other-transcripts", action="store_true", help=OTHER)
    back.set_defaults(work=_proposals)


def _proposals(options: argparse.Namespace) -> int:
    """Print what became of each proposal; 1 where any of them waits for somebody."""
    found = an.import_proposals(
        options.folder, *options.files, dry_run=options.dry_run, same_study=not options.other_transcripts
    )
    show(found.table(), options)
    return int(found.n_open > 0)
