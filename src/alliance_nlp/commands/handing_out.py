"""What leaves the study for other people and programs: `member-check`, `audit`, `export`."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.analysing import SHOW_UNFINISHED, clusters_of, compared
from alliance_nlp.commands.arguments import (
    NEW_FILES,
    add_cut,
    add_encoder,
    add_study,
    ledger_of,
    segments_of,
    study_of,
)
from alliance_nlp.commands.printing import show
from alliance_nlp.errors import present

CODEBOOK = "Put codebook.csv into the study's folder."


def add_parsers(commands: Any) -> None:
    """Add member checking, the audit trail, and files for other programs."""
    member = commands.add_parser("member-check", help="the pack of one participant, or their replies into the ledger")
    add_study(member)
    member.add_argument("person", help="by the name that the study prints")
    member.add_argument("--out", type=Path, help="a .html or .docx; the sheet to fill in stands beside it as .csv")
    member.add_argument("--date", type=_day, help="of the pack, as 2026-11-27; today by default")
    member.add_argument("--contact", default="", help="to whom the sheet goes back")
    member.add_argument("--by", help="who hands it out: keep that in decisions.jsonl")
    member.add_argument("--replies", type=Path, help="a sheet that came back: keep its answers in decisions.jsonl")
    member.set_defaults(work=_member_check)
    audit = commands.add_parser("audit", help="the audit trail: from transcript to theme, to follow and to run again")
    add_study(audit)
    audit.add_argument("--out", type=Path, required=True, help="a folder that is empty, absent, or holds a trail")
    audit.add_argument(
        "--quotes", action="store_true", help="participants' words, too; by default hashes stand for them"
    )
    audit.add_argument("--machine", action="store_true", help="compare with the machine, so that it is in the trail")
    audit.add_argument("--level", default="theme", help="of that comparison: theme (default), essence or code")
    audit.add_argument("--show-unfinished", action="store_true", help=SHOW_UNFINISHED)
    add_cut(audit)
    add_encoder(audit)
    audit.set_defaults(work=_audit)
    export = commands.add_parser("export", help="the study as a project (.qdpx), a codebook (.qdc) or tables")
    add_study(export)
    add_cut(export)
    export.add_argument("--to", type=Path, required=True, help="a .qdpx, a .qdc, or a folder for tables")
    export.add_argument("--kind", help="of the tables: csv (default), xlsx or parquet")
    export.add_argument("--no-quotes", action="store_true", help="of a .qdpx: no quotes in names, no exemplars")
    export.add_argument("--without-people", action="store_true", help="of a .qdpx: coders are numbered")
    export.set_defaults(work=_export)


def _day(words: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(words)
    except ValueError as err:
        raise argparse.ArgumentTypeError(f"a date is written as 2026-11-27. Got {words!r}") from err


def _member_check(options: argparse.Namespace) -> int:
    """Write a pack, or keep the replies to it."""
    study = study_of(options)
    pack = an.member_check_pack(study, options.person, date=options.date, contact=options.contact)
    ledger = ledger_of(options)
    if ledger is None and (options.by or options.replies):
        raise an.InputError(
            f"--by and --replies need a study in a folder, for its ledger. Got {options.folder.name!r}."
        )
    if options.replies is not None:
        replies = an.read_replies(options.replies, pack)
        an.record_replies(str(ledger), replies, of=study)
        show(replies, options, ledger=ledger)
        return 0
    files = [] if options.out is None else _pack_files(pack, options.out)
    if options.by:
        an.hand_out_pack(str(ledger), pack, by=options.by, of=study)
    show(pack, options, withheld=list(pack.withheld), files=files)
    return 0


def _pack_files(pack: Any, out: Path) -> list[str]:
    """Write the pack, and the sheet to fill in beside it."""
    write = {".html": pack.to_html, ".docx": pack.to_docx}.get(out.suffix.lower())
    if write is None:
        raise an.InputError(f"--out must end in .html or .docx. Got {out.name!r}.")
    write(out)
    sheet = out.with_suffix(".csv")
    pack.to_csv(sheet)
    return [str(out), str(sheet)]


def _audit(options: argparse.Namespace) -> int:
    """Write the audit trail, with a comparison where that is asked for."""
    study = study_of(options)
    ledger, comparison = ledger_of(options), None
    if options.machine:
        coding = present(study.coding or study.consensus, "coding", "--machine", "Put codings.csv into its folder.")
        codebook = present(study.codebook, "codebook", "--machine", CODEBOOK)
        people = study.consensus if study.consensus is not None else coding
        found = compared(study, people, an.map_clusters(clusters_of(study, options), codebook), options, ledger)
        comparison = found if isinstance(found, an.Comparison) else None
    kept = ledger if ledger is not None and ledger.exists() else None
    home = an.write_audit_trail(study, options.out, comparison=comparison, ledger=kept, quotes=options.quotes)
    show(None, options, audit_trail=home)
    return 0


def _export(options: argparse.Namespace) -> int:
    """Write the study as what the name of the file asks for."""
    study = study_of(options)
    kind = options.to.suffix.lower()
    if kind in NEW_FILES or (options.kind is not None and kind in (".qdpx", ".qdc")):
        raise an.InputError(
            f"--to names a project (.qdpx), a codebook (.qdc), or a folder for tables, whose --kind is csv, xlsx or "
            f"parquet. Got {options.to.name!r}{f' with --kind {options.kind}' if options.kind else ''}."
        )
    if kind == ".qdpx":
        made = an.write_qdpx(study, options.to, users=not options.without_people, quotes=not options.no_quotes)
        show(made, options, project=options.to)
    elif kind == ".qdc":
        codebook = present(study.codebook, "codebook", "A .qdc", CODEBOOK)
        show(an.write_qdc(codebook, options.to), options, codebook=options.to)
    else:
        tables = an.tabulate_codings(study, segments_of(study, options))
        show(None, options, files=list(map(str, tables.write(options.to, kind=options.kind or "csv"))))
    return 0
