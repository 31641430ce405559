"""Whatever the caller has, files, a folder, a frame or a list of strings, to transcripts."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, choice_error, counted, problems_error
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.plain import turns_of
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import check_roles, fold
from alliance_nlp.reading.spreadsheets import TABLES, Frame, is_frame, read_sheet
from alliance_nlp.reading.subtitles import from_subtitles
from alliance_nlp.reading.turn_tables import from_items, from_sheet
from alliance_nlp.reading.word_files import from_word_file
from alliance_nlp.records import Role, Transcript


@dataclass(frozen=True, slots=True)
class Options:
    """How the caller wants files read."""

    roles: Mapping[str, Role | None]
    columns: Mapping[str, str] | None = None
    encoding: str | None = None
    fill_speakers: bool = False
    merge_gap: float | None = None


def read_transcripts(
    source: str | Path | Frame | Iterable[str] | Iterable[Path],
    *,
    roles: Mapping[str, str | None] | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    fill_speakers: bool = False,
    merge_gap: float | None = None,
    name: str = "texts",
) -> tuple[Transcript, ...]:
    """Read transcripts from files, a folder, a data frame, or a list of strings.

    Parameters
    ----------
    source : str, Path, list, or data frame
        A file or a folder; a list of ``Path``; a list of strings, which are always words and never paths; a
        pandas or polars frame with one row a turn.
    roles : dict of str to {"participant", "moderator", "co-moderator"} or None
        Role of speakers by name. It overrides the rule (see Notes); a name given here is also recognized where it
        occurs only once.
    columns : dict of str to str, optional
        For tables: which column holds "text", "speaker", "role", "begin", "end", "transcript", "position". Others
        are found by name.
    encoding : str, optional
        Encoding of the files, where they have no byte order mark.
    fill_speakers : bool, default False
        For tables: an empty speaker cell means "as above".
    merge_gap : float, optional
        For subtitles: cues of one speaker that follow one another within this many seconds become one turn.
    name : str, default "texts"
        Id of the transcript that is made of a list of strings or a frame.

    Returns
    -------
    tuple of Transcript
        One a file, in the order of their names; a table that names several transcripts gives several.

    Raises
    ------
    InputError
        With all problems of all files, each with its line or row.

    Notes
    -----
    A list of strings, or a frame with only a text column, is one transcript with one turn per item, in order; blanks
    are kept, nothing is parsed for speakers. Plain text is kept character for character, line ends included, and
    turns are slices of it; for other formats the text is built, one line a turn (tables, subtitles) or one paragraph
    with a blank line between (Word, OpenDocument).

    Roles: what `roles` says; else what the name tells ("Interviewer 2", "I", "P3"); else participant where somebody
    is the moderator; else None, unknown, which is not the same as participant. Everything that was guessed or left
    out is said in one AllianceWarning with lines or rows and in the log ``alliance_nlp.reading``.

    Examples
    --------
    >>> transcript, = read_transcripts(["We listen.", "", "It takes time."])
    >>> len(transcript.turns), transcript.turn_text(2)
    (3, 'It takes time.')
    """
    remarks = Remarks()
    options = Options(check_roles(roles), columns, encoding, fill_speakers, merge_gap)
    transcripts = gather(source, options, remarks, name)
    check_names(options.roles, transcripts)
    remarks.warn()
    return transcripts


def gather(source: Any, options: Options, remarks: Remarks, name: str = "texts") -> tuple[Transcript, ...]:
    """Transcripts of any source, with remarks gathered and not yet said."""
    if isinstance(source, str | os.PathLike):
        path = _existing(source)
        return read_files(_files_in(path, remarks) if path.is_dir() else [path], options, remarks)
    if is_frame(source):
        sheet = read_sheet(source, encoding=None, remarks=remarks, name="the frame")
        if len(sheet.header) == 1:
            return (from_items((row[sheet.header[0]] for row in sheet.rows), name),)
        return tuple(replace(one.transcript, source=None) for one in
                     from_sheet(sheet, name, options.columns, options.roles, remarks,
                                fill_speakers=options.fill_speakers))  # fmt: skip
    items = _items(source)
    if items and all(isinstance(item, os.PathLike) for item in items):
        return read_files([_existing(item) for item in items], options, remarks)
    return (_of_strings(items, name, remarks),)


def _items(source: Any) -> list[Any]:
    if isinstance(source, Mapping | bytes) or not hasattr(source, "__iter__"):
        raise InputError(
            f"Transcripts come from a file, a folder, a list of Path, a list of strings, or a data frame. "
            f"Got {type(source).__name__} instead."
        )
    return list(source)


def _of_strings(items: Sequence[Any], name: str, remarks: Remarks) -> Transcript:
    """Make one transcript of a list of strings; None and nan, as a series has them, are blanks."""
    texts = ["" if item is None or (isinstance(item, float) and math.isnan(item)) else item for item in items]
    wrong = next((index for index, text in enumerate(texts) if not isinstance(text, str)), None)
    if wrong is not None:
        raise InputError(
            f"A list must hold strings only, or Path only. Item {wrong} is of type {type(texts[wrong]).__name__}."
        )
    if texts and all(0 < len(text) < 260 and "\n" not in text and Path(text).is_file() for text in texts):
        remarks.doubt(
            "the list", f"all {len(texts)} strings are names of files, and were read as words. For the files use Path"
        )
    return from_items(texts, name)


def _existing(source: str | os.PathLike[str]) -> Path:
    words = os.fspath(source)
    try:
        if words and (path := Path(words)).exists():
            return path
    except (OSError, ValueError):  # too long for a path, or with a NUL: words
        pass
    looks_like_path = len(words) < 200 and re.fullmatch(r"\S*\.\w{2,5}|[\w.~:-]*[\\/][^\n]*|[\w.-]+", words) is not None
    if isinstance(source, os.PathLike) or looks_like_path:
        raise InputError(f"No file or folder is called {words!r}. Check the path. For words, pass a list of strings.")
    raise InputError(
        f"A single string must name a file or a folder. Got a string of {len(words)} characters that names neither. "
        f"For words, pass a list of strings."
    )


def _files_in(folder: Path, remarks: Remarks) -> list[Path]:
    """Files of a folder that can be read, in natural order of their names; the others are listed."""
    visible = [p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$"))]
    chosen = [p for p in visible if p.suffix.lower() in READERS and not is_read_me(p)]
    others = sorted(p.name for p in visible if p not in chosen)
    if others:
        remarks.leave_out(folder.name, others)
    if not chosen:
        raise InputError(
            f"The folder {folder.name!r} holds no transcripts. Formats read: {', '.join(sorted(READERS))}. "
            f"Folders inside it are not searched."
        )
    return sorted(chosen, key=natural)


def is_read_me(path: Path) -> bool:
    """Whether a file tells about the folder and is no part of the study."""
    return path.stem.casefold() in ("readme", "license", "licence", "meta", "changelog")


def natural(path: Path) -> list[tuple[int, str]]:
    """Order in which "session_10" follows "session_2"."""
    return [(int(part), "") if part.isdigit() else (-1, part.casefold()) for part in re.split(r"(\d+)", path.name)]


def read_files(paths: Sequence[Path], options: Options, remarks: Remarks) -> tuple[Transcript, ...]:
    """Transcripts of files; the problems of all of them in one error."""
    found: list[Transcript] = []
    problems: list[str] = []
    for path in paths:
        try:
            found += _read_file(path, options, remarks)
        except InputError as err:
            problems.append(str(err).replace("\n", "\n  "))
    sources: dict[str, list[str]] = {}
    for transcript in found:
        sources.setdefault(transcript.id, []).append(transcript.source or "")
    problems += [
        f"{len(names)} transcripts are called {key!r} ({', '.join(names)}). Rename a file."
        for key, names in sources.items()
        if len(names) > 1
    ]
    if len(problems) == 1:
        raise InputError(problems[0].replace("\n  ", "\n"))
    if problems:
        raise problems_error(f"The set of {counted(len(paths), 'file')}", problems)
    _compare_texts(found, remarks)
    return tuple(found)


def _read_file(path: Path, options: Options, remarks: Remarks) -> list[Transcript]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise choice_error(f"The ending of {path.name}", tuple(sorted(READERS)), path.suffix.lower())
    read = reader(path, options, remarks)
    for transcript in read:
        if not transcript.text.strip():
            remarks.doubt(path.name, "is empty: a transcript without turns")
    return read


def _compare_texts(transcripts: Sequence[Transcript], remarks: Remarks) -> None:
    first: dict[str, str] = {}
    for transcript in transcripts:
        if not transcript.text.strip():
            continue
        twin = first.setdefault(transcript.text, transcript.id)
        if twin != transcript.id:
            remarks.doubt(transcript.id, f"has the same text as {twin!r}; both were kept")


def check_names(roles: Mapping[str, Role | None], transcripts: Sequence[Transcript]) -> None:
    """Refuse a role for somebody who speaks nowhere: a slip of the pen would silently change nothing."""
    speakers = list(dict.fromkeys(name for transcript in transcripts for name in transcript.speakers))
    for name in roles:
        if fold(name) not in {fold(speaker) for speaker in speakers}:
            raise choice_error("a name in roles", speakers or ("(nobody is named)",), name)


def _plain(path: Path, options: Options, remarks: Remarks) -> list[Transcript]:
    text = read_text(path, options.encoding, remarks)
    return [Transcript(path.stem, text, turns_of(text, path.name, options.roles, remarks), source=path.name)]


def _table(path: Path, options: Options, remarks: Remarks) -> list[Transcript]:
    if path.suffix.lower() != ".xlsx" and not read_text(path, options.encoding, Remarks()).strip():
        return [Transcript(path.stem, "", source=path.name)]
    sheet = read_sheet(path, encoding=options.encoding, remarks=remarks)
    built = from_sheet(sheet, path.stem, options.columns, options.roles, remarks, fill_speakers=options.fill_speakers)
    return [one.transcript for one in built]


def _subtitles(path: Path, options: Options, remarks: Remarks) -> list[Transcript]:
    text = read_text(path, options.encoding, remarks)
    return [from_subtitles(text, path.stem, path.name, options.roles, remarks, merge_gap=options.merge_gap)]


def _word_file(path: Path, options: Options, remarks: Remarks) -> list[Transcript]:
    return [from_word_file(path, options.roles, remarks)]


READERS: dict[str, Callable[[Path, Options, Remarks], list[Transcript]]] = {
    ".txt": _plain,
    **dict.fromkeys((".vtt", ".srt"), _subtitles),
    **dict.fromkeys((".docx", ".odt"), _word_file),
    **dict.fromkeys(TABLES, _table),
}
