"""What is typed on the command line, read: a study, how it is cut, names of columns, who read what."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import alliance_nlp as an
from alliance_nlp.errors import InputError, check_choice

AS_WRITTEN = "assume nothing, or not what is named: paths, 'as above', spelling ... (docs/formats.md)"
LEDGER = "decisions.jsonl"


# what an option may say, where that is known before any file is read
ALLOWED = {
    "level": ("code", "essence", "theme"),
    "unit": ("turn", "sentence", "paragraph", "window"),
    "language": ("en", "nb"),
    "recipe": ("consensus", "umap-hdbscan"),
}
NEW_FILES = {".csv", ".docx", ".html", ".json", ".jsonl", ".md", ".pdf", ".txt", ".xlsx", ".zip"}


def refuse_wrong(options: argparse.Namespace) -> None:
    """Refuse what cannot be meant before any work begins; a report would say so after minutes.

    Raises
    ------
    InputError
        When an option holds none of its words, a seed is negative, or a folder is wanted where a file is.
    """
    for name, allowed in ALLOWED.items():
        if getattr(options, name, None) is not None:
            check_choice(f"--{name}", allowed, getattr(options, name))
    if getattr(options, "seed", 0) < 0:
        raise InputError(f"--seed must be a whole number of zero or more. Got {options.seed}.")
    out = getattr(options, "out", None)
    if out is not None and options.out_is_folder and (out.is_file() or out.suffix.lower() in NEW_FILES):
        kind = "is a file" if out.is_file() else "looks like a file"
        raise InputError(f"--out names a folder. {out.name!r} {kind}. Name another place.")


def add_study(parser: argparse.ArgumentParser) -> None:
    """Let a command name a study, and how it is to be read."""
    parser.add_argument(
        "folder", type=Path, help="transcripts, and if there are any codebook.csv, codings.csv, study.toml"
    )
    parser.add_argument("--read", nargs="+", metavar="WHAT", help="all, participants, coded, or KL=all MR=coded")
    parser.add_argument("--columns", nargs="+", default=[], metavar="NAME=COLUMN",
                        help="such as codings.code=Kode codebook.theme=Tema transcripts.text=Svar")  # fmt: skip
    parser.add_argument("--as-written", nargs="*", metavar="NAME", help=AS_WRITTEN)
    parser.add_argument("--encoding", help="of files without a mark of their own, such as cp1252")


def add_cut(parser: argparse.ArgumentParser) -> None:
    """Let a command say into what the transcripts are cut."""
    parser.add_argument("--unit", default="turn", help="turn (default), sentence, paragraph or window")
    parser.add_argument("--roles", nargs="+", metavar="ROLE", help="whose turns: all, or participant moderator ...")


def add_encoder(parser: argparse.ArgumentParser) -> None:
    """Let a command say what turns segments into vectors, and the seed of what is drawn."""
    parser.add_argument("--encoder", default="all-MiniLM-L6-v2", help="name or folder of the encoder")
    parser.add_argument("--backend", default="torch", help="what runs the default encoder: torch (default) or onnx")
    parser.add_argument("--download", action="store_true", help="allow fetching the encoder from its hub")
    parser.add_argument("--seed", type=int, default=0, help="random_state of everything that is drawn")


def study_of(options: argparse.Namespace) -> Any:
    """Read the study that was named."""
    return an.read_study(
        options.folder, read=who_read(options.read), columns=columns_by_table(options.columns) or None,
        as_written=strictness(options.as_written), encoding=options.encoding,
    )  # fmt: skip


def ledger_of(options: argparse.Namespace) -> Path | None:
    """Where decisions about the study are kept; None for a project file, and for the study that ships."""
    return options.folder / LEDGER if options.folder is not None and options.folder.is_dir() else None


def segments_of(study: Any, options: argparse.Namespace) -> Any:
    """Cut the study as it was asked."""
    roles: Any = "all" if options.roles == ["all"] else options.roles
    return an.segment(study.transcripts, unit=options.unit, roles=roles)


def embedded(segments: Any, options: argparse.Namespace) -> Any:
    """Turn segments into vectors as it was asked."""
    progress = False if options.quiet else None
    return an.embed(
        segments, encoder=options.encoder, download=options.download, backend=options.backend, progress=progress
    )


def pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Read words such as code=Kode."""
    wrong = [word for word in words if not all(word.partition("="))]
    if wrong:
        raise InputError(f"{option} takes words such as code=Kode. Got {wrong[0]!r}.")
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def who_read(words: Sequence[str] | None) -> Any:
    """Read a statement of who read what: one word for everybody, or one for each coder."""
    return words[0] if words and len(words) == 1 and "=" not in words[0] else pairs(words, "--read") if words else None


def strictness(words: Sequence[str] | None) -> bool | list[str]:
    """Read what must not be assumed: everything where no name is given."""
    return list(words) or True if words is not None else False


def columns_by_table(words: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read columns such as codings.code=Kode, table by table."""
    found: dict[str, dict[str, str]] = {}
    for name, column in pairs(words, "--columns").items():
        table, _, meaning = name.partition(".")
        found.setdefault(table, {})[meaning] = column
    return found
