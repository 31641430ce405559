"""What becomes of each file when somebody withdraws: decided, and tried, before anything is changed."""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alliance_nlp.errors import InputError, listed
from alliance_nlp.files import MANIFEST, listed_files
from alliance_nlp.ledger.lines import read_lines
from alliance_nlp.ledger.shortening import shortened_lines
from alliance_nlp.numeric import grouped
from alliance_nlp.provenance import hash_file
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.segment_tables import SEGMENTS
from alliance_nlp.records import Codebook, Coding, Study, Transcript
from alliance_nlp.storage import folders
from alliance_nlp.studies import PARTS
from alliance_nlp.withdrawal.looking import PICTURES, is_closed, text_of, texts_in
from alliance_nlp.withdrawal.studies_without import (
    codebook_without,
    coding_without,
    decision_without,
    transcript_without,
    without_person,
)
from alliance_nlp.withdrawal.tables_without import (
    cells_without,
    segments_without,
    table_without,
    turns_as_table,
    turns_in_place,
    workbook_without,
)
from alliance_nlp.withdrawal.taken_back import Said, repeating

SHORTENED, REWRITTEN, REMOVED, BY_HAND = "shortened", "written anew", "removed", "by hand"
IN_WORDS = frozenset({".txt", ".md", ".docx", ".odt", ".rtf", ".html", ".htm", ".pdf"})
DERIVED = {
    "alliance_nlp report 1": "a report counts everybody: make it again with write_report()",
    "alliance_nlp audit trail 1": "an audit trail counts everybody: make it again with write_audit_trail()",
}
OUR_PAGE = 'http-equiv="Content-Security-Policy" content="default-src \'none\''


class Step(NamedTuple):
    """What becomes of one file or folder: new bytes, another name, or nothing; `what` is one of the words above."""

    path: Path
    what: str
    why: str
    content: bytes | None = None
    becomes: Path | None = None


def study_steps(home: Path, study: Study, said: Said, as_tables: frozenset[str]) -> tuple[list[Step], list[Step]]:
    """Give a step for each file of a study that holds the person's words: those around the transcripts, and those.

    Transcripts named in `as_tables` become tables of turns, whatever they were.
    """
    around: list[Step] = []
    spoken: list[Step] = []
    sources = grouped((t.source or "", t) for t in study.transcripts)
    for path in part_files(home):
        part = part_of(path)
        if path.name == SEGMENTS:
            content = segments_without(path, study, said)
            spoken.append(Step(path, SHORTENED, "dots for words, no codes", _bytes(content)))
        elif path.name in sources and part not in PARTS:
            spoken += _transcripts(path, sources[path.name], study, said, as_table=path.name in as_tables)
        elif part == "study":
            around += _settings(path, said)
        elif part != "decisions" and path.suffix.lower() in PARTS.get(part, ()):
            around += _table(path, part, study, said)
    return around, spoken


def part_of(path: Path) -> str:
    """Which part of a study a file holds, by its name; whatever stands in a folder of marks is marks."""
    return "marks" if path.parent.name.casefold() == "marks" else path.stem.casefold()


def is_part(path: Path, study: Study) -> bool:
    """Whether a file is one that `read_study` reads, and not one that merely lies beside those."""
    part = part_of(path)
    spoken = any(t.source == path.name for t in study.transcripts)
    return spoken or path.name == SEGMENTS or path.suffix.lower() in PARTS.get(part, ())


def part_files(home: Path) -> list[Path]:
    """Files that `read_study` looks at: those in the folder and in its folders of transcripts and of marks."""
    inside = [p for p in home.iterdir() if p.is_dir() and p.name.casefold() in ("transcripts", "marks")]
    found = [*home.iterdir(), *(path for folder in inside for path in folder.iterdir())]
    return sorted(path for path in found if path.is_file() and not path.name.startswith((".", "~$")))


def ledger_without(path: Path, said: Said) -> tuple[list[str], int]:
    """Give the lines of a ledger without anything of the person, and how many were shortened."""
    lines = read_lines(path)
    after = shortened_lines(lines, lambda decision: decision_without(decision, said), said.holds)
    return after, sum(a != b for a, b in zip(after, lines, strict=True))


def as_lines(lines: Sequence[str]) -> bytes:
    """Bytes of a ledger."""
    return "\n".join([*lines, ""]).encode("utf-8", "surrogateescape")


def other_steps(folder: Path, parts: frozenset[Path], said: Said) -> Iterator[Step]:
    """Give a step for each file below a folder that is no part of the study and holds the person's words."""
    if folder.is_file():
        yield from _other(folder, said)
        return
    done: set[Path] = set(parts)
    for manifest in sorted(folder.rglob(MANIFEST)):
        schema = _schema(manifest)
        if schema in DERIVED:
            own = _listed(manifest.parent, schema)
            done |= set(own)
            yield from (Step(path, REMOVED, DERIVED[schema]) for path in own)
    for record in sorted(folder.rglob("record.json")):
        if record not in done and folders.SCHEMA in record.read_text(encoding="utf-8", errors="replace")[:200]:
            done |= {path for path in record.parent.rglob("*") if path.is_file()}
            yield from _record(record.parent, said)
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
        if path not in done and ".git" not in path.parts and path.suffix != ".lock":
            if said.holds(path.stem):
                yield Step(path, BY_HAND, "its name copies their words: give it another")
            yield from _other(path, said)


def _transcripts(
    path: Path, given: Sequence[Transcript], study: Study, said: Said, *, as_table: bool
) -> Iterator[Step]:
    without = [transcript_without(t, said) for t in given]
    if without == list(given):
        return
    if path.suffix.lower() in IN_WORDS and len(given) == 1 and not as_table:
        becomes = path if path.suffix.lower() in (".txt", ".md") else path.with_suffix(".txt")
        content = without[0].text.encode("utf-8", "surrogatepass")
    elif path.suffix.lower() in (".csv", ".tsv", ".xlsx") and not as_table:
        becomes, content = path.with_suffix(".csv"), _bytes(turns_in_place(path, given, said))
    else:
        told = study.settings.get("transcripts", {})
        becomes = path.with_suffix(".csv")
        content = _bytes(turns_as_table(without, told.get("columns", {}) if isinstance(told, dict) else {}))
    changed = (
        ""
        if becomes == path
        else f"; words, speakers and times stay, layout, headers and comments do not: it becomes {becomes.name}"
    )
    yield Step(path, SHORTENED if becomes == path else REWRITTEN, f"dots for words{changed}", content, becomes)


def _table(path: Path, part: str, study: Study, said: Said) -> Iterator[Step]:
    if path.suffix.lower() in (".csv", ".tsv", ".xlsx"):
        content = table_without(path, part, study, said)
        if content is not None:
            becomes = path.with_suffix(".csv")
            yield Step(path, SHORTENED, "rows and cells with their words", _bytes(content), becomes)
        return
    if said.holds(text_of(path) or ""):
        if path.suffix.lower() not in (".yaml", ".yml"):
            raise InputError(
                f"{path.name} copies what {said.person} said and cannot be shortened as it is. Save it as .csv, then "
                f"call again."
            )
        yield Step(path, SHORTENED, "what copies them", said.out_of(read_text(path, None, Remarks())).encode())


def _settings(path: Path, said: Said) -> Iterator[Step]:
    text = read_text(path, None, Remarks())
    after = said.out_of(_not_described(text, said.person))
    try:
        people = tomllib.loads(after).get("participants", [])
        if any(one.get("id") == said.person and one.get("description") for one in people):
            raise ValueError("a description is left")
    except (ValueError, AttributeError) as err:
        raise InputError(
            f"{path.name}: the entry of {said.person} cannot be shortened as it is written. Take its description out, "
            f"then call again."
        ) from err
    if said.holds("\n".join(texts_in(tomllib.loads(after)))):
        raise InputError(
            f"{path.name} copies what {said.person} said, in letters that are escaped or with marks between the words. "
            f"Take it out, then call again."
        )
    if after != text:
        yield Step(path, SHORTENED, "what it says of them", after.encode("utf-8"))


_BLOCK = re.compile(r"(?ms)^\[\[participants\]\][^\n]*\n.*?(?=^\[|\Z)")
_OF_THEM = re.compile(r'(?ms)^(?:description|quotation|machine|remote_model)\s*=\s*(?:"""(?:.*?)"""|[^\n]*)\n?')


def _not_described(text: str, person: str) -> str:
    """Take the description out of somebody's entry, and refuse every use there."""

    def shortened(found: re.Match[str]) -> str:
        try:
            entry = tomllib.loads(found.group())["participants"][0]
        except (ValueError, KeyError, IndexError):
            return found.group()
        if entry.get("id") != person:
            return found.group()
        kept = _OF_THEM.sub("", found.group()).rstrip("\n")
        return f"{kept}\nquotation = false\nmachine = false\nremote_model = false\n\n"

    return _BLOCK.sub(shortened, text)


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
    try:
        kept: Any = folders.load(home)
    except InputError:
        if said.holds(text_of(home / "record.json") or ""):
            yield Step(home, BY_HAND, "a saved record that cannot be loaded: remove it")
        return
    after = record_without(kept, said)
    if after is None and said.holds(text_of(home / "record.json") or ""):
        why = f"a saved record of the kind {type(kept).__name__} mixes people: make it again, then save() it"
        yield Step(home, REMOVED, why)
    elif after is not None and after != kept:
        yield Step(home, SHORTENED, f"a saved {type(kept).__name__}")


def record_without(kept: Any, said: Said) -> Any:
    """Give a saved record without the person; None for those that are made from what everybody said."""
    if isinstance(kept, Study):
        return without_person(kept, Said.of(kept.transcripts, said.person))
    if isinstance(kept, Coding) and isinstance(kept.made_from, Coding | None):
        return coding_without(kept, said)
    if isinstance(kept, Codebook):
        return codebook_without(kept, said)
    if isinstance(kept, tuple) and all(isinstance(one, Transcript) for one in kept):
        return tuple(transcript_without(one, Said.of(kept, said.person)) for one in kept)
    return None


def _other(path: Path, said: Said) -> Iterator[Step]:
    suffix, words = path.suffix.lower(), text_of(path)
    if words is None or not said.holds(words):
        if suffix not in PICTURES and (words is None or is_closed(path)):
            yield Step(path, BY_HAND, "nobody could look into all of it: see whether it holds their words")
        return
    if suffix == ".parquet":
        yield Step(path, REMOVED, "a table for other programs: make it again")
        return
    if suffix == ".xlsx" and (workbook := workbook_without(path, said)) is not None:
        yield Step(path, SHORTENED, "cells that copy them; figures beside still count them", workbook)
        return
    if suffix in (".csv", ".tsv"):
        content = cells_without(path, said)
        if content is not None:
            yield Step(
                path,
                SHORTENED,
                "cells that copy them; figures beside still count them",
                _bytes(content),
                path.with_suffix(".csv"),
            )
            return
    if suffix == ".jsonl":
        lines, n = ledger_without(path, said)
        yield Step(path, SHORTENED, f"{n} of {len(lines)} lines, and a line that says so")
    elif suffix in (".html", ".htm") and OUR_PAGE in path.read_text(encoding="utf-8", errors="replace"):
        yield Step(path, REMOVED, "a page that the library wrote: make it again")
    elif suffix == ".docx" and _is_sheet(path):
        yield Step(path, REMOVED, "a sheet for a member check")
    elif suffix in (".qdpx", ".qdc") and "alliance_nlp" in _head_of(path):
        yield Step(path, REMOVED, "a project that the library wrote: make it again with write_qdpx()")
    elif suffix in (".txt", ".md") and not said.holds(after := said.out_of(words)):
        yield Step(path, SHORTENED, "what copies them", after.encode("utf-8"))
    else:
        yield Step(path, BY_HAND, "holds their words, and the library did not write it: take them out in its program")


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


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")


def repeated_steps(home: Path, study: Study, person: str) -> list[Step]:
    """Name transcripts in which others repeat the person: those words are others', too, and so copies of them stay."""
    found = repeating(study.transcripts, person)
    why = (
        "others repeat eight words in a row or more of theirs, in turn {}: these stay, copies in notes and ledger, too"
    )
    at = {path: listed([*map(str, found[path.name])], "and") for path in part_files(home) if path.name in found}
    return [Step(path, BY_HAND, why.format(turns)) for path, turns in at.items()]


def digest_of(path: Path) -> str:
    """Beginning of the hash of a file; nothing for a folder, or where there is no file."""
    return hash_file(path)[:12] if path.is_file() else ""
