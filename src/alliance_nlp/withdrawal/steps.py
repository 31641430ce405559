"""What becomes of each file when somebody withdraws: decided, and tried, before anything is changed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from alliance_nlp.errors import InputError, listed
from alliance_nlp.ledger.lines import read_lines
from alliance_nlp.ledger.shortening import shortened_lines
from alliance_nlp.numeric import grouped
from alliance_nlp.provenance import hash_file
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.segment_tables import SEGMENTS
from alliance_nlp.records import Study, Transcript, fold
from alliance_nlp.studies import PARTS
from alliance_nlp.withdrawal.looking import text_in, text_of, texts_in
from alliance_nlp.withdrawal.studies_without import decision_without, transcript_without
from alliance_nlp.withdrawal.tables_without import segments_without, table_without, turns_as_table, turns_in_place
from alliance_nlp.withdrawal.taken_back import Said, repeating

LEDGER = "decisions.jsonl"
OTHERS_TOO = "copies a statement of theirs that others repeat, so that it stays: take it out if it is of them"
SHORTENED, REWRITTEN, REMOVED, BY_HAND = "shortened", "written anew", "removed", "by hand"
IN_WORDS = frozenset({".txt", ".md", ".docx", ".odt", ".rtf", ".html", ".htm", ".pdf"})


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
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".xlsx"):
        made = table_without(path, part, study, said)
        becomes = path.with_suffix(".csv") if suffix == ".xlsx" else path
        if made is not None:
            yield Step(path, SHORTENED, "rows and cells with their words", _bytes(made), becomes)
        if said.holds(text_in(becomes.suffix, path.read_bytes() if made is None else _bytes(made)) or ""):
            yield Step(path, BY_HAND, "copies them in other places than cells: take them out, and read it once more")
        elif said.is_repeated_in(text_of(path) or ""):
            yield Step(path, BY_HAND, OTHERS_TOO)
        return
    if said.holds(text_of(path) or ""):
        if suffix not in (".yaml", ".yml"):
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
        own = found.group().rstrip("\n").split("\n")
        last = max(at for at, line in enumerate(own) if not line.startswith("#"))  # remarks behind it are of the next
        lines = [_without_remark(line) for line in own[: last + 1] if not line.lstrip().startswith("#")]
        kept = _OF_THEM.sub("", "\n".join([*lines, ""])).rstrip("\n")
        kept += "".join(f"\n{line}" for line in own[last + 1 :])
        return f"{kept}\nquotation = false\nmachine = false\nremote_model = false\n\n"

    return _BLOCK.sub(shortened, text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")


def _without_remark(line: str) -> str:
    """Take the remark off a line of settings that can be read without it."""
    before, mark, _ = line.rpartition(" #")
    try:
        return before if mark and tomllib.loads(before) == tomllib.loads(line) else line
    except tomllib.TOMLDecodeError:  # the mark stands within a value
        return line


def same_label_steps(home: Path, study: Study, person: str) -> list[Step]:
    """Name transcripts in which somebody else goes by a label of the person, as the study has it: they may be one."""
    turns = [(t, turn) for t in study.transcripts for turn in t.turns if turn.speaker is not None and turn.person]
    labels = {fold(turn.speaker or "") for _, turn in turns if turn.person == person}
    others = grouped(
        (t.source, turn.person) for t, turn in turns if turn.person != person and fold(turn.speaker or "") in labels
    )
    why = (
        "{} goes by the same label here, as somebody else: if it is them, say so in study.toml, and withdraw them, too"
    )
    return [
        Step(path, BY_HAND, why.format(listed(sorted({*map(str, others[path.name])}), "and")))
        for path in part_files(home) if path.name in others
    ]  # fmt: skip


def repeated_steps(home: Path, study: Study, person: str) -> list[Step]:
    """Name transcripts in which others repeat the person: those words are others', too, and so copies of them stay."""
    found = repeating(study.transcripts, person)
    why = "others repeat a statement or eight words in a row, in turn {}: these stay, and copies of them elsewhere"
    at = {path: listed([*map(str, found[path.name])], "and") for path in part_files(home) if path.name in found}
    return [Step(path, BY_HAND, why.format(turns)) for path, turns in at.items()]


def digest_of(path: Path) -> str:
    """Beginning of the hash of a file; nothing for a folder, or where there is no file."""
    return hash_file(path)[:12] if path.is_file() else ""
