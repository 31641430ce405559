"""The command line: a thin skin over the door."""

from __future__ import annotations

import argparse
import io
import re
import shutil
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.errors import counted
from alliance_nlp.ledger import PROGRAM
from alliance_nlp.records import ANYBODY, SAW, unfinished

TWO_FILES = "No transcripts are needed: rows are matched by segment ids, turns or quotes."
AS_WRITTEN = "assume nothing, or not what is named: paths, 'as above', spelling ... (docs/formats.md)"
STEPS = (
    "Segments are cut, embedded, clustered and mapped onto the codebook; a machine learns from the coding, each "
    "session held out in turn; the report names every setting."
)
SHOW_UNFINISHED = (
    "show codes and suggestions of transcripts that not every coder has finished; decisions.jsonl keeps who had not"
)
SUGGEST = (
    "before anybody has coded, show what the codebook's words alone suggest; decisions.jsonl keeps that it was shown"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give 0, or 2 with one sentence when the input cannot be used."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows ?; the files have it
    options = _parser().parse_args(arguments)
    work = {
        "demo": _analyse,
        "run": _analyse,
        "ledger": _ledger,
        "agreement": _agreement,
        "identifiers": _identifiers,
        "pseudonymise": _pseudonymise,
        "withdraw": _withdraw,
    }[options.command]
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", an.AllianceWarning)
            code = work(options)
        for warning in caught:
            _say(f"{'note' if issubclass(warning.category, an.AllianceWarning) else 'warning'}: {warning.message}")
    except an.AllianceError as error:
        _say(str(error))
        return 2
    except OSError as error:
        _say(
            f"The system refuses {error.filename or 'a file'}: {error.strerror or error}. Check the place and the disk."
        )
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alliance-nlp", description=an.__doc__.splitlines()[0] if an.__doc__ else None
    )
    parser.add_argument("--version", action="version", version=f"alliance-nlp {an.__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="run the main job on the synthetic study that ships with the package")
    run = commands.add_parser(
        "run", aliases=["report"], help="run the main job on a folder of your own: its page and report", epilog=STEPS
    )
    run.set_defaults(command="run")  # by whichever name it was called
    run.add_argument(
        "folder", type=Path, help="transcripts, and if there are any codebook.csv, codings.csv, study.toml"
    )
    run.add_argument("--read", nargs="+", metavar="WHAT", help="all, participants, coded, or KL=all MR=coded")
    run.add_argument("--columns", nargs="+", default=[], metavar="TABLE.MEANING=COLUMN",
                     help="such as codings.code=Kode codebook.theme=Tema transcripts.text=Svar")  # fmt: skip
    run.add_argument("--as-written", nargs="*", metavar="NAME", help=AS_WRITTEN)
    two = commands.add_parser("agreement", help="agreement of the coders of two files, code by code", epilog=TWO_FILES)
    two.add_argument(
        "files",
        nargs=2,
        metavar="FILE",
        help="tables of codings, exports of programs, or two projects (.qdpx, .sqlite3, .qda)",
    )
    two.add_argument("--codebook", help="a table of codes with their themes")
    two.add_argument(
        "--read", nargs="+", metavar="WHAT", help="all: both read everything listed; coded; or KL=all MR=coded"
    )
    two.add_argument("--level", default="code", help="code (default), essence or theme")
    two.add_argument("--columns", nargs="+", default=[], metavar="MEANING=COLUMN", help="such as code=Kode coder=Wer")
    two.add_argument("--columns-b", nargs="+", default=[], metavar="MEANING=COLUMN", help="those of the second file")
    two.add_argument("--sheet", help="sheet of the workbooks")
    two.add_argument("--program", help="which program wrote the files; none for no program")
    two.add_argument("--as-written", nargs="*", metavar="NAME", help=AS_WRITTEN)
    two.add_argument("--out", type=Path, help="folder for the tables as .csv")
    gone = commands.add_parser("withdraw", help="take what one person said out of a study and of what was made of it")
    gone.add_argument("folder", type=Path, help="the study's folder")
    gone.add_argument("person", help="by the name that the study prints")
    gone.add_argument("--by", required=True, help="who carries it out; it stands in the ledger")
    gone.add_argument("--copies", nargs="+", type=Path, default=[], help="other folders and files to go through")
    gone.add_argument("--dry-run", action="store_true", help="only list what would become of each file")
    _privacy_parsers(commands)
    ledger = commands.add_parser("ledger", help="check a ledger of decisions, or give its seal")
    ledger.add_argument(
        "what", choices=("verify", "seal"), help="verify: is it as it was written? seal: its seal alone"
    )
    ledger.add_argument("file", type=Path, help="such as my_study/decisions.jsonl")
    ledger.add_argument("--seal", help="verify: a seal that was kept apart, or the file that it was kept in")
    for command, out in ((demo, "alliance-report"), (run, None)):
        command.add_argument("--out", type=Path, default=out, required=out is None, help="folder for the report")
        command.add_argument("--unit", default="turn", help="turn (default), sentence, paragraph or window")
        command.add_argument("--level", default="theme", help="theme (default), essence or code")
        command.add_argument("--encoder", default="all-MiniLM-L6-v2", help="name or folder of the encoder")
        command.add_argument("--download", action="store_true", help="allow fetching the encoder from its hub")
        command.add_argument("--figures", action="store_true", help="print every figure below the page")
        command.add_argument("--seed", type=int, default=0, help="random_state of everything that is drawn")
    demo.set_defaults(show_unfinished=False, suggest=False)
    run.add_argument("--show-unfinished", action="store_true", help=SHOW_UNFINISHED)
    run.add_argument("--suggest", action="store_true", help=SUGGEST)
    return parser


def _withdraw(options: argparse.Namespace) -> int:
    """Print what became of each file; 1 where something is left to do by hand."""
    done = an.withdraw(options.folder, options.person, by=options.by, copies=options.copies, preview=options.dry_run)
    print(done)
    return int(any(row["what"] == "by hand" for row in done.files.rows()))


def _privacy_parsers(commands: Any) -> None:
    """Add what looks for names, and what replaces them."""
    named = commands.add_parser("identifiers", help="suggest what may tell who somebody is: names, places, numbers ...")
    named.add_argument("folder", type=Path, help="a study; nothing of it leaves the computer")
    named.add_argument("--out", type=Path, help="a .csv to fill in: originals with an empty column replacement")
    under = commands.add_parser("pseudonymise", help="write a study under pseudonyms, and the key apart from it")
    under.add_argument("folder", type=Path, help="the study; it stays as it is")
    under.add_argument("replacements", type=Path, help="a table with the columns original and replacement")
    under.add_argument("--to", type=Path, required=True, help="a new folder for the study")
    under.add_argument("--key", type=Path, required=True, help="a new file for the key, outside of that folder")


def _ledger(options: argparse.Namespace) -> int:
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
    for problem in ledger.problems:
        print(problem)
    print(f"{options.file.name}: {counted(len(ledger), 'decision')}, {counted(len(ledger.problems), 'problem')}.")
    print(f"Seal: {ledger.seal}" + ("" if options.seal else " (kept apart, it shows later what a chain alone cannot)"))
    return 1 if ledger.problems else 0


def _identifiers(options: argparse.Namespace) -> int:
    """Print what may tell who somebody is, words included: that is what was asked for."""
    found = an.find_identifiers(an.read_study(options.folder))
    shown = found.table()
    print(replace(shown, quoting=()))
    if len(found.together):
        print(f"\n{found.together}")
    if options.out is not None:
        found.replacements().to_csv(options.out)
        _say(f"{options.out}: fill in the column replacement; a row without one is left as it is.")
    return 0


def _pseudonymise(options: argparse.Namespace) -> int:
    """Write a study under pseudonyms into a new folder, and its key elsewhere."""
    made = an.pseudonymise(an.read_study(options.folder), options.replacements)
    home = made.write(options.to, key=options.key)
    print(made)
    print(f"\nThe study: {home}\nThe key: {options.key} (keep it apart; without it nobody can go back)")
    return 0


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


def _pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Read words such as code=Kode."""
    wrong = [word for word in words if not all(word.partition("="))]
    if wrong:
        raise an.InputError(f"{option} takes words such as code=Kode. Got {wrong[0]!r}.")
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def _who_read(words: Sequence[str] | None) -> Any:
    """Read a statement of who read what: one word for everybody, or one for each coder."""
    return words[0] if words and len(words) == 1 and "=" not in words[0] else _pairs(words, "--read") if words else None


def _strictness(words: Sequence[str] | None) -> bool | list[str]:
    """Read what must not be assumed: everything where no name is given."""
    return list(words) or True if words is not None else False


def _agreement(options: argparse.Namespace) -> int:
    """Print how far the coders of two files agree, and write the tables where a folder is named."""
    from alliance_nlp.comparison.two_files import compare_from

    found = compare_from(
        "command", *options.files, codebook=options.codebook, read=_who_read(options.read), level=options.level,
        columns=_pairs(options.columns, "--columns") or None,
        columns_b=_pairs(options.columns_b, "--columns-b") or None, sheet=options.sheet, program=options.program,
        as_written=_strictness(options.as_written),
    )  # fmt: skip
    print(found.to_text(shutil.get_terminal_size().columns) if sys.stdout.isatty() else found)
    if options.out is not None:
        for path in found.write(options.out):
            print(path)
    return 0


def _by_table(words: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read columns such as codings.code=Kode, table by table."""
    found: dict[str, dict[str, str]] = {}
    for name, column in _pairs(words, "--columns").items():
        table, _, meaning = name.partition(".")
        found.setdefault(table, {})[meaning] = column
    return found


def _analyse(options: argparse.Namespace) -> int:
    """Run the main job, and name the report; what the report needs is asked for before the work starts."""
    from alliance_nlp.reports.writing import missing_extra

    if (absent := missing_extra()) is not None:
        _say(f"{absent} Without it the tables are written, and no page.")
    study = an.load_study("focus_group") if options.command == "demo" else an.read_study(
        options.folder, read=_who_read(options.read), columns=_by_table(options.columns),
        as_written=_strictness(options.as_written),
    )  # fmt: skip
    print(study.report, end="\n\n")
    print(f"\nThe report: {_run(study, options)}")
    return 0


def _run(study: Any, options: argparse.Namespace) -> Path:
    segments = an.segment(study.transcripts, unit=options.unit)
    _say(f"{counted(len(segments), 'segment')} of {counted(len(study.transcripts), 'transcript')}")
    embeddings = an.embed(segments, encoder=options.encoder, download=options.download)
    clusters = an.cluster(embeddings, random_state=options.seed)
    aside = counted(len(clusters.set_aside), "near-empty turn")
    _say(f"{counted(clusters.n_clusters, 'cluster')} of meaning; {aside} set aside")
    ledger = options.folder / "decisions.jsonl" if options.command == "run" else None  # the one that ships is no one's
    people = study.consensus if study.consensus is not None else study.coding
    if study.codebook is None or people is None:
        record = _uncoded(study, clusters, options, ledger)
    else:
        record = _compared(study, people, an.map_clusters(clusters, study.codebook), options, ledger)
    print(an.page_text(record, study=study, show_unfinished=options.show_unfinished))
    if isinstance(record, an.Clusters):
        print(f"\n{an.describe(record)}")
    elif options.figures or isinstance(record, an.Mapping):
        print(f"\n{record}")
    shown = ledger if options.show_unfinished else None
    return Path(an.write_report(record, options.out, study=study, show_unfinished=shown))


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
        _say(f"note: no machine learnt from the coding: {learnt.made_from.reason}")
        return an.compare(people, mapping.to_coding(), **known)
    return an.compare(people, learnt, clusters=mapping, **known)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
