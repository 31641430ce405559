"""The main job: `run` on a folder of one's own, also called `report`, and `demo` on the study that ships."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.arguments import (
    add_cut,
    add_encoder,
    add_study,
    embedded,
    ledger_of,
    segments_of,
    study_of,
)
from alliance_nlp.commands.printing import say, show, text_of, width_of
from alliance_nlp.errors import counted
from alliance_nlp.ledger import PROGRAM
from alliance_nlp.ledger.changes import CHANGES_CODEBOOK
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
DECIDED = CHANGES_CODEBOOK | {"agree"}  # kinds that change what a study is made of
SUGGEST = (
    "before anybody has coded, show what the codebook's words alone suggest; decisions.jsonl keeps that it was shown"
)


def add_parsers(commands: Any) -> None:
    """Add the main job, on the study that ships and on one's own."""
    demo = commands.add_parser("demo", help="run the main job on the synthetic study that ships with the package")
    run = commands.add_parser(
        "run", aliases=["report"], help="run the main job on a folder of your own: its page and report", epilog=STEPS
    )
    add_study(run)
    for command, out in ((demo, "alliance-report"), (run, None)):
        command.add_argument("--out", type=Path, default=out, required=out is None, help="folder for the report")
        add_cut(command)
        add_encoder(command)
        command.add_argument("--level", default="theme", help="theme (default), essence or code")
        command.add_argument("--figures", action="store_true", help="print every figure below the page")
        command.add_argument("--words", choices=("quotes", "transcripts", "none"), default="quotes", help=WORDS)
        command.add_argument("--no-quotes", dest="words", action="store_const", const="none", help="like --words none")
        command.add_argument("--without-people", action="store_true", help=WITHOUT_PEOPLE)
        command.add_argument("--language", default="en", help="in which the page opens: en (default) or nb")
    demo.set_defaults(work=_analyse, folder=None, show_unfinished=False, suggest=False)
    run.set_defaults(work=_analyse)
    run.add_argument("--show-unfinished", action="store_true", help=SHOW_UNFINISHED)
    run.add_argument("--suggest", action="store_true", help=SUGGEST)


def _analyse(options: argparse.Namespace) -> int:
    """Run the main job, and name the report; what the report needs is asked for before the work starts."""
    from alliance_nlp.reports.writing import missing_extra

    if (absent := missing_extra()) is not None:
        say(f"{absent} Without it the tables are written, and no page.")
    study = an.load_study("focus_group") if options.folder is None else study_of(options)
    if not options.json:
        show(study.report, options)
    given, study = study, _as_decided(study) if options.folder is not None else study
    record = _record(study, options, given)
    words: dict[str, Any] = {"quotes": options.words != "none", "people": not options.without_people}
    if not options.json:
        print(f"\n{_page(record, study, options, words)}\n")
    report = an.write_report(
        record, options.out, study=study, show_unfinished=ledger_of(options) if options.show_unfinished else None,
        transcripts=options.words == "transcripts", language=options.language, **words,
    )  # fmt: skip
    show(record if options.json else None, options, quotes=words["quotes"], report=report)
    return 0


def _page(record: Any, study: Any, options: argparse.Namespace, words: dict[str, Any]) -> str:
    """Write the page that opens the report, and below it what it does not hold."""
    width = width_of(sys.stdout)
    parts = [an.page_text(record, study=study, show_unfinished=options.show_unfinished, width=width, **words)]
    if isinstance(record, an.Clusters):
        parts.append(text_of(an.describe(record)))
    elif options.figures or isinstance(record, an.Mapping):
        parts.append(text_of(record))
    return "\n\n".join(parts)


def _as_decided(study: Any) -> Any:
    """Take the study as its ledger left it: today's codebook, the codings under it, and what was agreed since."""
    ledger = an.Ledger.of_study(study)
    if study.codebook is None or not any(decision.kind in DECIDED for decision in ledger):
        return study
    standing = an.replay(ledger, codebook=study.codebook, coding=study.coding, consensus=study.consensus)
    changed, open_ = counted(len(standing.versions) - 1, "change"), len(standing.conflicts) + len(standing.not_applied)
    say(
        f"decisions.jsonl: {changed} of the codebook; {open_} in conflict or not to be applied (an.replay() lists them)"
    )
    agreed = standing.consensus if study.consensus is not None else None  # a few passages are no consensus of the whole
    return replace(study, codebook=standing.codebook, coding=standing.coding, consensus=agreed)


def _with_verdicts(mapping: Any, given: Any) -> Any:
    """Set what people said of links between clusters and codes, under whichever name they said it."""
    ledger = an.Ledger.of_study(given)
    judged = any(decision.kind in ("accept", "reject") and decision.members for decision in ledger)
    return an.replay(ledger, codebook=given.codebook, mapping=mapping).mapping if judged else mapping


def _record(study: Any, options: argparse.Namespace, given: Any) -> Any:
    """Do the work: clusters alone, with words of the codebook, or beside people; `given` is the study as read."""
    clusters = clusters_of(study, options)
    people = study.consensus if study.consensus is not None else study.coding
    if study.codebook is None or people is None:
        return _uncoded(study, clusters, options, ledger_of(options))
    mapping = an.map_clusters(clusters, study.codebook)
    mapping = _with_verdicts(mapping, given) if options.folder is not None else mapping
    return compared(study, people, mapping, options, ledger_of(options))


def clusters_of(study: Any, options: argparse.Namespace, **recipe: Any) -> Any:
    """Cluster the study, and say how far it got."""
    segments = segments_of(study, options)
    tell = (lambda line: None) if options.quiet else say
    tell(f"{counted(len(segments), 'segment')} of {counted(len(study.transcripts), 'transcript')}")
    clusters = an.cluster(embedded(segments, options), random_state=options.seed, **recipe)
    aside = counted(len(clusters.set_aside), "near-empty turn")
    tell(f"{counted(clusters.n_clusters, 'cluster')} of meaning; {aside} set aside")
    return clusters


def _uncoded(study: Any, clusters: Any, options: argparse.Namespace, ledger: Path | None) -> Any:
    """Nothing is coded: clusters, and what the codebook's words suggest only where that is asked for."""
    if study.codebook is None or not options.suggest:
        return clusters
    if ledger is not None:
        note = "suggestions from the codebook's words, before anybody had coded"
        an.record_decision(ledger, SAW, by=ANYBODY, role=PROGRAM, note=note)
    return an.map_clusters(clusters, study.codebook)


def compared(
    study: Any, people: Any, mapping: Any, options: argparse.Namespace, ledger: Path | None, *, machines: Any = ()
) -> Any:
    """Set clusters, a machine that learnt from the coders, and others beside people on what everybody has finished."""
    embeddings, coders = mapping.clusters.embeddings, study.coding if study.coding is not None else people
    segments = finished(study, embeddings.segments, options)
    if not len(segments):
        return mapping.clusters
    learnt = an.suggest_held_out(embeddings, study.codebook, learn_from=coders, level=options.level)
    known: dict[str, Any] = {
        "segments": segments, "level": options.level, "random_state": options.seed, "study": study, "ledger": ledger,
        "machines": machines,
    }  # fmt: skip
    if learnt.made_from.reason:
        say(f"note: no machine learnt from the coding: {learnt.made_from.reason}")
        return an.compare(people, mapping.to_coding(), **known)
    return an.compare(people, learnt, clusters=mapping, **known)


def finished(study: Any, segments: Any, options: argparse.Namespace) -> Any:
    """Keep what every coder has finished, unless more was asked for."""
    if options.show_unfinished:
        return segments
    people = study.coding if study.coding is not None else study.consensus
    waiting = unfinished(people, segments, consensus=study.consensus)
    return segments.take([i for i, segment in enumerate(segments) if segment.transcript_id not in waiting])
