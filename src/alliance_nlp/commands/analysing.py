"""The main job: `run` on a folder of one's own, also called `report`, and `demo` on the study that ships."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.arguments import AS_WRITTEN, columns_by_table, strictness, who_read
from alliance_nlp.commands.printing import say
from alliance_nlp.errors import counted
from alliance_nlp.ledger import PROGRAM
from alliance_nlp.records import ANYBODY, SAW, unfinished

STEPS = (
    "Segments are cut, embedded, clustered and mapped onto the codebook; a machine learns from the coding, each "
    "session held out in turn; the report names every setting."
)
SHOW_UNFINISHED = (
    "show codes and suggestions of transcripts that not every coder has finished; decisions.jsonl keeps who had not"
)
WORDS = "how much of what was said is in the report: quotes (default), whole transcripts, or none"
WITHOUT_PEOPLE = "numbers for the names of people, sessions and transcripts; with --words none the version for sharing"
SUGGEST = (
    "before anybody has coded, show what the codebook's words alone suggest; decisions.jsonl keeps that it was shown"
)


def add_parsers(commands: Any) -> None:
    """Add the main job, on the study that ships and on one's own."""
    demo = commands.add_parser("demo", help="run the main job on the synthetic study that ships with the package")
    run = commands.add_parser(
        "run", aliases=["report"], help="run the main job on a folder of your own: its page and report", epilog=STEPS
    )
    run.add_argument(
        "folder", type=Path, help="transcripts, and if there are any codebook.csv, codings.csv, study.toml"
    )
    run.add_argument("--read", nargs="+", metavar="WHAT", help="all, participants, coded, or KL=all MR=coded")
    run.add_argument("--columns", nargs="+", default=[], metavar="TABLE.MEANING=COLUMN",
                     help="such as codings.code=Kode codebook.theme=Tema transcripts.text=Svar")  # fmt: skip
    run.add_argument("--as-written", nargs="*", metavar="NAME", help=AS_WRITTEN)
    for command, out in ((demo, "alliance-report"), (run, None)):
        command.add_argument("--out", type=Path, default=out, required=out is None, help="folder for the report")
        command.add_argument("--unit", default="turn", help="turn (default), sentence, paragraph or window")
        command.add_argument("--level", default="theme", help="theme (default), essence or code")
        command.add_argument("--encoder", default="all-MiniLM-L6-v2", help="name or folder of the encoder")
        command.add_argument("--download", action="store_true", help="allow fetching the encoder from its hub")
        command.add_argument("--figures", action="store_true", help="print every figure below the page")
        command.add_argument("--words", choices=("quotes", "transcripts", "none"), default="quotes", help=WORDS)
        command.add_argument("--without-people", action="store_true", help=WITHOUT_PEOPLE)
        command.add_argument("--language", default="en", help="in which the page opens: en (default) or nb")
        command.add_argument("--seed", type=int, default=0, help="random_state of everything that is drawn")
    demo.set_defaults(work=_analyse, folder=None, show_unfinished=False, suggest=False)
    run.set_defaults(work=_analyse)
    run.add_argument("--show-unfinished", action="store_true", help=SHOW_UNFINISHED)
    run.add_argument("--suggest", action="store_true", help=SUGGEST)


def _analyse(options: argparse.Namespace) -> int:
    """Run the main job, and name the report; what the report needs is asked for before the work starts."""
    from alliance_nlp.reports.writing import missing_extra

    if (absent := missing_extra()) is not None:
        say(f"{absent} Without it the tables are written, and no page.")
    study = an.load_study("focus_group") if options.folder is None else an.read_study(
        options.folder, read=who_read(options.read), columns=columns_by_table(options.columns),
        as_written=strictness(options.as_written),
    )  # fmt: skip
    print(study.report, end="\n\n")
    print(f"\nThe report: {_run(study, options)}")
    return 0


def _run(study: Any, options: argparse.Namespace) -> Path:
    segments = an.segment(study.transcripts, unit=options.unit)
    say(f"{counted(len(segments), 'segment')} of {counted(len(study.transcripts), 'transcript')}")
    embeddings = an.embed(segments, encoder=options.encoder, download=options.download)
    clusters = an.cluster(embeddings, random_state=options.seed)
    aside = counted(len(clusters.set_aside), "near-empty turn")
    say(f"{counted(clusters.n_clusters, 'cluster')} of meaning; {aside} set aside")
    ledger = options.folder / "decisions.jsonl" if options.folder is not None else None  # what ships is no one's
    people = study.consensus if study.consensus is not None else study.coding
    if study.codebook is None or people is None:
        record = _uncoded(study, clusters, options, ledger)
    else:
        record = _compared(study, people, an.map_clusters(clusters, study.codebook), options, ledger)
    words: dict[str, Any] = {"quotes": options.words != "none", "people": not options.without_people}
    print(an.page_text(record, study=study, show_unfinished=options.show_unfinished, **words))
    if isinstance(record, an.Clusters):
        print(f"\n{an.describe(record)}")
    elif options.figures or isinstance(record, an.Mapping):
        print(f"\n{record}")
    shown = ledger if options.show_unfinished else None
    return Path(an.write_report(
        record, options.out, study=study, show_unfinished=shown, transcripts=options.words == "transcripts",
        language=options.language, **words,
    ))  # fmt: skip


def _uncoded(study: Any, clusters: Any, options: argparse.Namespace, ledger: Path | None) -> Any:
    """Nothing is coded: clusters, and what the codebook's words suggest only where that is asked for."""
    if study.codebook is None or not options.suggest:
        return clusters
    if ledger is not None:
        note = "suggestions from the codebook's words, before anybody had coded"
        an.record_decision(ledger, SAW, by=ANYBODY, role=PROGRAM, note=note)
    return an.map_clusters(clusters, study.codebook)


def _compared(study: Any, people: Any, mapping: Any, options: argparse.Namespace, ledger: Path | None) -> Any:
    """Set clusters, and a machine that learnt from the coders, beside people on what everybody has finished."""
    embeddings, coders = mapping.clusters.embeddings, study.coding if study.coding is not None else people
    segments = embeddings.segments
    if not options.show_unfinished:
        waiting = unfinished(study.coding or people, segments, consensus=study.consensus)
        finished = [i for i, segment in enumerate(segments) if segment.transcript_id not in waiting]
        if not finished:
            return mapping.clusters
        segments = segments.take(finished)
    learnt = an.suggest_held_out(embeddings, study.codebook, learn_from=coders, level=options.level)
    known: dict[str, Any] = {
        "segments": segments, "level": options.level, "random_state": options.seed, "study": study, "ledger": ledger,
    }  # fmt: skip
    if learnt.made_from.reason:
        say(f"note: no machine learnt from the coding: {learnt.made_from.reason}")
        return an.compare(people, mapping.to_coding(), **known)
    return an.compare(people, learnt, clusters=mapping, **known)
