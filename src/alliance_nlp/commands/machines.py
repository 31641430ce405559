"""What the machine gives, each by itself: `cluster`, `suggest`, `compare`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.analysing import SHOW_UNFINISHED, clusters_of, compared, finished
from alliance_nlp.commands.arguments import (
    add_cut,
    add_encoder,
    add_study,
    embedded,
    ledger_of,
    segments_of,
    study_of,
)
from alliance_nlp.commands.asking_a_model import add_model, ask, is_asked
from alliance_nlp.commands.printing import say, show
from alliance_nlp.errors import present
from alliance_nlp.ledger import PROGRAM
from alliance_nlp.records import ANYBODY, SAW, unfinished

NO_QUOTES = "without participants' words, keywords among them"
TABLES = (".csv", ".xlsx", ".parquet")


def add_parsers(commands: Any) -> None:
    """Add clusters, suggestions and comparisons of a study."""
    cluster = commands.add_parser("cluster", help="clusters of meaning in a study, before any codebook")
    cluster.add_argument("--recipe", default="consensus", help="consensus (default) or umap-hdbscan")
    cluster.add_argument("--n-clusters", type=int, help="how many; by default the recipe chooses")
    cluster.add_argument("--out", type=Path, help="folder for a report")
    cluster.set_defaults(work=_cluster)
    suggest = commands.add_parser(
        "suggest", help="codes that a machine suggests: learnt from what was coded, else from the codebook's words; or "
        "a language model on a server that you name",
        epilog="decisions.jsonl keeps who had not finished coding when suggestions were shown.",
    )  # fmt: skip
    suggest.add_argument("--abstain", type=float, help="largest share of wrong suggestions, where it can be promised")
    suggest.add_argument("--out", type=Path, help="a .csv, .xlsx or .parquet of all suggestions, or a .qdpx")
    add_model(suggest)
    suggest.add_argument("--first", type=int, metavar="N", help="with --endpoint: only the first N segments, as a look")
    suggest.set_defaults(work=_suggest)
    compare = commands.add_parser(
        "compare", help="people and the machine, or two coders, with every figure; `run` has the page for a meeting"
    )
    compare.add_argument("--coders", nargs=2, metavar="NAME", help="compare these two coders, and no machine")
    compare.add_argument("--explain", action="store_true", help="say what the figures mean, and what they do not")
    compare.add_argument("--show-unfinished", action="store_true", help=SHOW_UNFINISHED)
    compare.add_argument("--out", type=Path, help="folder for a report")
    compare.set_defaults(work=_compare)
    add_model(compare)
    for command, level in ((cluster, ""), (suggest, "code"), (compare, "theme")):
        add_study(command)
        add_cut(command)
        add_encoder(command)
        command.add_argument("--no-quotes", action="store_true", help=NO_QUOTES)
        if level:
            command.add_argument("--level", default=level, help=f"theme, essence or code (default {level})")


def _cluster(options: argparse.Namespace) -> int:
    """Print the clusters with their keywords, and write a report where a folder is named."""
    study = study_of(options)
    clusters = clusters_of(study, options, recipe=options.recipe, n_clusters=options.n_clusters)
    found = an.describe(clusters).table()
    if options.no_quotes:
        words = [name for name in ("keywords", "exemplar") if name in found.columns]
        found = found.only([name for name in found.columns if name not in words])
    show(found, options, **_report(clusters, study, options))
    return 0


def _report(record: Any, study: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Write a report where a folder is named."""
    if options.out is None:
        return {}
    return {"report": an.write_report(record, options.out, study=study, quotes=not options.no_quotes)}


def _suggest(options: argparse.Namespace) -> int:
    """Print how often each code is suggested, and write all suggestions where a file is named."""
    kind = options.out.suffix.lower() if options.out is not None else ""
    if kind not in ("", *TABLES, ".qdpx"):
        raise an.InputError(f"--out must end in {', '.join(TABLES)} or .qdpx. Got {options.out.name!r}.")
    study = study_of(options)
    advice = "Put codebook.csv into the study's folder."
    codebook = present(study.codebook, "codebook", "alliance-nlp suggest", advice)
    segments = segments_of(study, options)
    left_open = False
    if is_asked(options):
        asked = ask(study, segments, codebook, options)
        if asked is None:
            return 0
        made, left_open = asked
    else:
        made = an.suggest_codes(
            embedded(segments, options), codebook, learn_from=study.coding, level=options.level, abstain=options.abstain
        )
    _record_seen(study, segments, ledger_of(options))
    _write_suggestions(made, study, options, kind)
    written = {} if options.out is None else {"suggestions": options.out}
    show(made.made_from, options, quotes=not options.no_quotes, **written)
    return int(left_open)


def _write_suggestions(made: Any, study: Any, options: argparse.Namespace, kind: str) -> None:
    """Write all suggestions as the name of the file asks for it."""
    table = made.made_from.table()
    if kind == ".qdpx":
        an.write_qdpx(study, options.out, suggestions=made, quotes=not options.no_quotes)
    elif kind:
        write = {".csv": table.to_csv, ".xlsx": table.to_xlsx, ".parquet": table.to_parquet}[kind]
        write(options.out, quotes=not options.no_quotes)


def _record_seen(study: Any, segments: Any, ledger: Path | None) -> None:
    """Keep that suggestions were shown: of whom, where coders had begun, else of anybody."""
    waiting = unfinished(study.coding, segments, consensus=study.consensus) if study.coding is not None else {}
    coders = dict.fromkeys(coder for who in waiting.values() for coder in who)
    if study.coding is None:
        coders = {ANYBODY: None}
    if ledger is None:
        if coders:
            say("note: a project file has no ledger: nothing keeps that suggestions were shown before coding was done.")
        return
    for coder in coders:
        names = ", ".join(name for name, who in waiting.items() if coder in who)
        note = f"shown before they had finished: {names}" if names else "suggestions, before anybody had coded"
        an.record_decision(ledger, SAW, by=coder, role=PROGRAM, note=note)


def _compare(options: argparse.Namespace) -> int:
    """Print every figure of people beside the machine, or of two coders."""
    study = study_of(options)
    advice = "Put codings.csv into the study's folder."
    coding = present(
        study.coding if study.coding is not None else study.consensus, "coding", "alliance-nlp compare", advice
    )
    if options.coders and is_asked(options):
        raise an.InputError("--coders compares two people, and no machine: say it without --endpoint.")
    left_open = False
    if options.coders:
        found = _two_coders(study, coding, options)
    else:
        beside = _beside_machines(study, coding, options)
        if beside is None:
            return 0
        found, left_open = beside
    show(found, options, quotes=not options.no_quotes, **_report(found, study, options))
    if options.explain and not options.json:
        show(found.explain(), options)
    return int(left_open)


def _beside_machines(study: Any, coding: Any, options: argparse.Namespace) -> tuple[Any, bool] | None:
    """Compare people with a machine that learnt, and a language model where one is named; say whether it left any open.

    None where only an estimate was to be given.
    """
    codebook = present(study.codebook, "codebook", "alliance-nlp compare", "Name two coders with --coders.")
    segments = finished(study, segments_of(study, options), options)
    if not len(segments):
        raise an.InputError(
            "No transcript is finished by every coder, so nothing is compared yet. Say who read what with --read, or "
            "say --show-unfinished."
        )
    asked = ask(study, segments, codebook, options) if is_asked(options) else None
    if asked is None and is_asked(options):
        return None
    machines = () if asked is None else (asked.coding,)
    mapping = an.map_clusters(clusters_of(study, options), codebook)
    people = study.consensus if study.consensus is not None else coding
    found = compared(study, people, mapping, options, ledger_of(options), machines=machines)
    return found, asked is not None and asked.left_open


def _two_coders(study: Any, coding: Any, options: argparse.Namespace) -> Any:
    """Compare two coders of a study on what both are known to have read."""
    segments = finished(study, segments_of(study, options), options)
    one, other = map(coding.by, options.coders)
    return an.compare(one, other, segments=segments, level=options.level, random_state=options.seed, study=study)
