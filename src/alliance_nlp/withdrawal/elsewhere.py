"""What becomes of files that are no part of the study and hold somebody's words: copies, exports, saved records."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.files import MANIFEST, listed_files
from alliance_nlp.ledger.lines import parsed_lines, read_lines
from alliance_nlp.privacy.finding import Identifiers
from alliance_nlp.privacy.key_files import SCHEMA as KEY
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.records import Codebook, Coding, Marks, Study, Transcript
from alliance_nlp.storage import folders
from alliance_nlp.withdrawal.looking import is_closed, text_in, text_of
from alliance_nlp.withdrawal.proposals_without import proposals_in, proposals_step
from alliance_nlp.withdrawal.steps import BY_HAND, OTHERS_TOO, REMOVED, SHORTENED, Step, ledger_without
from alliance_nlp.withdrawal.studies_without import (
    codebook_without,
    coding_without,
    marks_without,
    transcript_without,
    without_person,
)
from alliance_nlp.withdrawal.tables_without import cells_without, parquet_without, workbook_without
from alliance_nlp.withdrawal.taken_back import Said

DERIVED = {
    "alliance_nlp report 1": "a report counts everybody: make it again with write_report()",
    "alliance_nlp audit trail 1": "an audit trail counts everybody: make it again with write_audit_trail()",
}
OUR_PAGE = 'http-equiv="Content-Security-Policy" content="default-src \'none\''
CELLS, TEXTS = "cells that copy them; figures beside still count them", "what copies them"
NAMES = frozenset({"original", "replacement"})  # columns of a list of what was put for what


def other_steps(folder: Path, parts: frozenset[Path], said: Said) -> Iterator[Step]:
    """Give a step for each file below a folder that is no part of a study and holds the person's words.

    `parts` are files, with links followed, that are seen to elsewhere.
    """
    if folder.is_file():
        if folder.resolve() not in parts:
            yield from _other(folder, said)
        return
    done: set[Path] = set(parts)
    for manifest in sorted(folder.rglob(MANIFEST)):
        schema = _schema(manifest)
        if schema in DERIVED and manifest.resolve() not in done:
            own = _listed(manifest.parent, schema)
            done |= {path.resolve() for path in own}
            yield from (Step(path, REMOVED, DERIVED[schema]) for path in own)
    for record in sorted(folder.rglob("record.json")):
        if record.resolve() not in done and _is_saved(record):
            done |= {path.resolve() for path in _files_of(record.parent)}
            yield from _record(record.parent, said)
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if ".git" not in inside.parts and path.resolve() not in done:
            yield from _found(path, said)


def _found(path: Path, said: Said) -> Iterator[Step]:
    """Give a step for what lies in a folder: a link, another folder, a file; by its name, then by what it holds."""
    if said.holds(path.stem):
        yield Step(path, BY_HAND, "its name copies their words: give it another")
    if path.is_symlink():
        yield Step(path, BY_HAND, "a link to another place: see what lies there, and name that place in copies")
    elif path.is_file() and not (path.suffix == ".lock" and path.stat().st_size == 0):
        yield from _other(path, said)


def _other(path: Path, said: Said) -> Iterator[Step]:
    proposals = proposals_in(path)
    if proposals is not None:
        step = proposals_step(path, proposals, said)
        yield from [step] if step is not None else []
        return
    words = text_of(path)
    if _holds_names(path):
        yield Step(path, BY_HAND, "names and what was put for them: take theirs out")
    elif words is None or not said.holds(words):
        if words is None or is_closed(path):
            yield Step(path, BY_HAND, "nobody could look into all of it: see whether it holds their words")
        elif said.is_repeated_in(words):
            yield Step(path, BY_HAND, OTHERS_TOO)
        elif said.is_named_in(path.stem):
            yield Step(path, BY_HAND, "it is called by their name: see whether it is theirs")
    elif (why := _ours(path)) is not None:
        yield Step(path, REMOVED, why)
    elif path.suffix.lower() == ".jsonl" and (ledger := _ledger(path, said)) is not None:
        yield ledger
    elif (made := _without(path, said)) is not None and not said.holds(text_in(path.suffix, made) or ""):
        yield Step(path, SHORTENED, TEXTS if path.suffix.lower() in (".txt", ".md") else CELLS, made)
    else:
        yield Step(path, BY_HAND, "holds their words, and cannot be shortened as it is: take them out in its program")


def _ours(path: Path) -> str | None:
    """Say why a file that the library wrote is removed; None where another program wrote it."""
    suffix = path.suffix.lower()
    if suffix in (".html", ".htm") and OUR_PAGE in path.read_text(encoding="utf-8", errors="replace"):
        return "a page that the library wrote: make it again"
    if suffix == ".docx" and _is_sheet(path):
        return "a sheet for a member check"
    if suffix in (".qdpx", ".qdc") and "alliance_nlp" in _head_of(path):
        return "a project that the library wrote: make it again with write_qdpx()"
    return None


def _ledger(path: Path, said: Said) -> Step | None:
    """Give the step of a copied ledger; None where lines of JSON hold no decision, as what a program logged."""
    try:
        if not any(line.decision is not None for line in parsed_lines(read_lines(path))):
            return None
        lines, n = ledger_without(path, said)
    except InputError:
        return None
    return Step(path, SHORTENED, f"{n} of {len(lines)} lines, and a line that says so")


def _without(path: Path, said: Said) -> bytes | None:
    """Give what a table or a text would hold; None where it cannot be shortened in place."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return parquet_without(path, said)
    if suffix == ".xlsx":
        return workbook_without(path, said)
    try:
        if suffix in (".csv", ".tsv"):
            return cells_without(path, said)
        return said.out_of(read_text(path, None, Remarks())).encode() if suffix in (".txt", ".md") else None
    except InputError:  # no table, or no text
        return None


def _holds_names(path: Path) -> bool:
    """Whether a file is the key of a pseudonymised study, or a list of replacements."""
    if path.suffix.lower() not in (".json", ".csv", ".tsv", ".key"):
        return False
    with path.open("rb") as opened:
        head = opened.read(2000).decode("utf-8", "replace")
    first = (head.splitlines() or [""])[0].casefold().replace(";", ",").replace("\t", ",")
    return KEY in head or {cell.strip('"\ufeff ') for cell in first.split(",")} >= NAMES


def _is_saved(record: Path) -> bool:
    return folders.SCHEMA in record.read_text(encoding="utf-8", errors="replace")[:200]


def _files_of(home: Path) -> list[Path]:
    """Files of a saved record: its words and its numbers."""
    return [home / "record.json", *(home / "arrays").glob("*.npy")]


def _schema(manifest: Path) -> str:
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    return str(found.get("schema")) if isinstance(found, dict) else ""


def _listed(home: Path, schema: str) -> list[Path]:
    """Files that a manifest lists and that are as it says, and the manifest."""
    named = [home / name for name in listed_files(home, schema)]
    return [
        *(path for path in named if path.is_file() and path.resolve().is_relative_to(home.resolve())),
        home / MANIFEST,
    ]


def _record(home: Path, said: Said) -> Iterator[Step]:
    words = text_of(home / "record.json") or ""
    try:
        kept: Any = folders.load(home)
    except InputError:
        if said.holds(words):
            yield Step(home, BY_HAND, "a saved record that cannot be loaded: remove it")
        return
    after = record_without(kept, said)
    if after is None and said.holds(words):
        why = f"a saved record of the kind {type(kept).__name__} mixes people: make it again, then save() it"
        yield Step(_all_ours(home), REMOVED, why)
    elif after is not None and after != kept:
        yield Step(_all_ours(home), SHORTENED, f"a saved {type(kept).__name__}")


def _all_ours(home: Path) -> Path:
    """Give the folder of a saved record; refuse one in which other files lie, which would go with it."""
    others = sorted(p.name for p in home.rglob("*") if p.is_file() and p not in _files_of(home))
    if others:
        raise InputError(
            f"The folder {home.name!r} holds a saved record and files that save() did not write, the first: "
            f"{others[0]}. Move them elsewhere, then call again. Nothing was changed."
        )
    return home


def record_without(kept: Any, said: Said) -> Any:
    """Give a saved record without the person; None for those that are made from what everybody said."""
    if isinstance(kept, Study):
        return without_person(kept, said.on(kept.transcripts))
    if isinstance(kept, Coding) and isinstance(kept.made_from, Coding | None):
        return coding_without(kept, said)
    if isinstance(kept, Codebook):
        return codebook_without(kept, said)
    if isinstance(kept, Marks):
        return marks_without(kept, said)
    if isinstance(kept, Identifiers):
        left = (x for x in kept.items if x.person != said.person and not said.touches(x.transcript_id, x.start, x.end))
        return replace(kept, items=tuple(left))
    if isinstance(kept, Transcript):
        return transcript_without(kept, said.on((kept,)))
    if isinstance(kept, tuple) and all(isinstance(one, Transcript) for one in kept):
        return tuple(transcript_without(one, said.on(kept)) for one in kept)
    return None


def _head_of(path: Path) -> str:
    """Beginning of the description in a project, or of a codebook file, where the program that wrote it stands."""
    if path.suffix.lower() == ".qdc":
        return path.read_bytes()[:2000].decode("utf-8", "replace")
    return _member(path, ".qde")[:2000]


def _is_sheet(path: Path) -> bool:
    """Whether a Word file is a sheet of ours: its subject says which."""
    return "subject>sheet " in _member(path, "core.xml")


def _member(path: Path, ending: str) -> str:
    with zipfile.ZipFile(path) as archive:
        name = next((name for name in archive.namelist() if name.lower().endswith(ending)), None)
        return archive.read(name).decode("utf-8", "replace") if name is not None else ""
