"""`start`: the main job for somebody who types nothing. The starters that are handed to colleagues call it."""

from __future__ import annotations

import argparse
import contextlib
import io
import warnings
import webbrowser
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.commands.advice import refusal
from alliance_nlp.commands.choosing import choose_folder, has_windows
from alliance_nlp.commands.printing import say, show
from alliance_nlp.embeddings.languages import other_languages_in
from alliance_nlp.errors import check_choice

WORDS = {
    "en": {
        "question": "Which folder holds your study?",
        "typed": "Drag the folder of your study into this window, or type where it is, then Enter. Enter alone ends.",
        "nothing": "No folder was chosen. Nothing was done.",
        "above": "The study is the folder above 'transcripts', which you chose.",
        "reading": "Reading {folder}. Nothing leaves this computer. A few minutes, longer for a large study.",
        "other": "Most of it is not in English: words are compared by an encoder for many languages.",
        "failed": "That did not work:",
        "help": "A study is a folder with a folder 'transcripts' in it, which holds the talk, one file a session.",
        "again": "Put it right, or choose another folder.",
        "stopped": "Stopped. Nothing is lost: start again, and choose the same folder.",
        "done": "Done. The report opens in your browser. It is this file, and it holds what people said:",
        "no_browser": "Done. Open this file in a browser; it holds what people said:",
    },
    "nb": {
        "question": "Hvilken mappe inneholder studien din?",
        "typed": "Dra mappen med studien inn i dette vinduet, eller skriv hvor den er, så Enter. Bare Enter slutter.",
        "nothing": "Ingen mappe ble valgt. Ingenting er gjort.",
        "above": "Studien er mappen over 'transcripts', som du valgte.",
        "reading": "Leser {folder}. Ingenting forlater denne maskinen. Det tar noen minutter, mer for en stor studie.",
        "other": "Det meste er ikke på engelsk: ordene sammenlignes med en modell for mange språk.",
        "failed": "Det gikk ikke (forklaringen er på engelsk):",
        "help": "En studie er en mappe med en mappe 'transcripts' i seg, med det som ble sagt, en fil per økt.",
        "again": "Rett det opp, eller velg en annen mappe.",
        "stopped": "Stanset. Ingenting er tapt: start igjen, og velg den samme mappen.",
        "done": "Ferdig. Rapporten åpnes i nettleseren. Den er denne filen, og den inneholder det folk sa:",
        "no_browser": "Ferdig. Åpne denne filen i en nettleser; den inneholder det folk sa:",
    },
}  # fmt: skip
MANY_LANGUAGES = "multilingual-e5-small"
INTERRUPTED = 130


def add_parsers(commands: Any) -> None:
    """Add the main job that asks for its folder."""
    start = commands.add_parser(
        "start", help="the main job without typing: asks for a folder, and opens the report in the browser",
        epilog="What the starters for colleagues without Python call. The report is written into the study's folder.",
    )  # fmt: skip
    start.add_argument("folder", type=Path, nargs="?", help="the study; asked for where it is not named")
    start.add_argument("--language", default="en", help="of what is said, and of the page: en (default) or nb")
    start.add_argument("--no-browser", action="store_true", help="only say where the report is")
    start.set_defaults(work=_start)


def _start(options: argparse.Namespace) -> int:
    """Ask until a folder could be read, or nobody chooses one any more."""
    check_choice("--language", tuple(WORDS), options.language)
    words = WORDS[options.language]
    named, folder = options.folder is not None, options.folder
    try:
        while folder is not None or (folder := choose_folder(words["question"], words["typed"])) is not None:
            try:
                report = _run(folder, options, words)
            except (an.AllianceError, OSError) as error:
                say(f"\n{words['failed']}\n{refusal(error)}")
                if isinstance(error, an.InputError):
                    say(words["help"])
                if named:
                    return 2
                say(words["again"])
                folder = None
            else:
                return _hand_over(report, options, words)
    except (KeyboardInterrupt, EOFError):
        say(f"\n{words['stopped']}")
        return INTERRUPTED
    say(words["nothing"])
    return 2


def _run(folder: Path, options: argparse.Namespace, words: dict[str, str]) -> Path:
    """Run the main job into the study's folder, or beside a project; what it would print is in the report."""
    folder = folder.expanduser().resolve()
    if folder.is_dir() and folder.name.casefold() == "transcripts":  # codebook and codings lie beside it
        say(words["above"])
        folder = folder.parent
    say(f"\n{words['reading'].format(folder=folder)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)  # `run` reads it again, and says them
        study = an.read_study(folder)
    out = folder / "report" if folder.is_dir() else folder.with_name(f"{folder.stem} report")
    command = ["run", str(folder), "--out", str(out), "--language", options.language]
    if other_languages_in([transcript.text for transcript in study.transcripts]):
        say(words["other"])
        command += ["--encoder", MANY_LANGUAGES]
    wanted = options.parser.parse_args([*command, *(["--quiet"] if options.quiet else [])])
    with contextlib.redirect_stdout(io.StringIO()):
        wanted.work(wanted)
    return out / "report.html"


def _hand_over(report: Path, options: argparse.Namespace, words: dict[str, str]) -> int:
    """Open the report, and say where it is."""
    opened = not options.no_browser and has_windows() and _opened(report)
    say(f"\n{words['done' if opened else 'no_browser']}")
    if options.json:
        show(None, options, report=report)
    else:
        print(report)
    return 0


def _opened(report: Path) -> bool:
    try:
        return webbrowser.open(report.as_uri())
    except (OSError, webbrowser.Error):
        return False
