"""Whatever the caller has, files, a folder, a frame or a list of strings, to transcripts."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, choice_error, counted
from alliance_nlp.files import LINES, own_errors, refuse_count, refuse_file, refuse_links
from alliance_nlp.numeric import counting, grouped
from alliance_nlp.reading.annotation_files import from_annotations
from alliance_nlp.reading.cues import holds_subtitles
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.other_doors import refuse_elsewhere
from alliance_nlp.reading.plain import read_plain
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.rich_texts import RICH
from alliance_nlp.reading.speakers import Said, check_roles, check_same_people, check_speakers, fold, transcript_of
from alliance_nlp.reading.spreadsheets import TABLES, Frame, Sheet, is_frame, read_sheet
from alliance_nlp.reading.subtitles import from_subtitles
from alliance_nlp.reading.turn_columns import TURN_COLUMNS
from alliance_nlp.reading.turn_tables import from_sheet
from alliance_nlp.reading.word_files import from_word_file
from alliance_nlp.records import Cast, FileRead, ReadReport, Role, Transcript, how_to_answer

NO_TRANSCRIPTS = frozenset({"readme", "license", "licence", "meta", "changelog"})


@dataclass(frozen=True, slots=True)
class Options:
    """How the caller wants files read."""

    roles: Mapping[str, Role | None]
    known: tuple[str, ...] = ()
    columns: Mapping[str, str] | None = None
    encoding: str | None = None
    fill_speakers: bool = False
    merge_gap: float | None = None
    remarks: Remarks = field(default_factory=Remarks)


def read_transcripts(
    source: str | Path | Frame | Iterable[str] | Iterable[Path] | Mapping[str, str],
    *,
    roles: Mapping[str, str | None] | None = None,
    speakers: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    fill_speakers: bool = False,
    merge_gap: float | None = None,
    same_people: bool | Sequence[str] | None = None,
    name: str = "texts",
) -> tuple[Transcript, ...]:
    """Read transcripts from files, a folder, a data frame, or a list of strings.

    Parameters
    ----------
    source : str, Path, list, dict, or data frame
        A file or a folder; a list of ``Path``; a list of strings, which are always words and never paths; a dict of
        names and texts, each read as a text file is; a frame of pandas, polars (lazy ones too) or pyarrow, or a data
        set of Hugging Face, with one row a turn. A document of spaCy counts as the string that it is made of.
    roles : dict of str to {"participant", "moderator", "co-moderator"} or None
        Role of speakers by name. It overrides the rule (see Notes); a name given here is also recognized where it
        occurs only once.
    speakers : sequence of str, optional
        Names of speakers as they stand in the files. They are matched as they are, before any rule, whatever they look
        like ("Berg, Anna", "204"), as are the names in `roles`; their role follows the rule.
    columns : dict of str to str, optional
        For tables: which column holds "text", "speaker", "role", "begin", "end", "transcript", "position". Others
        are found by name.
    encoding : str, optional
        Encoding of the files, where they have no byte order mark.
    fill_speakers : bool, default False
        For tables: an empty speaker cell means "as above".
    merge_gap : float, optional
        For subtitles: cues of one speaker that follow one another within this many seconds become one turn.
    same_people : bool or sequence of str, optional
        Whether a label that recurs over transcripts, such as "P1", is one person: True, False, or the labels that are.
        A general word ("Interviewee") is another person in each transcript unless it is named here.
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
    options = Options(check_roles(roles), check_speakers(speakers), columns, encoding, fill_speakers, merge_gap)
    transcripts = _gather(source, options, name)
    check_names(options.roles, transcripts)
    check_names(options.known, transcripts, "speakers")
    cast = Cast(transcripts, same_people=check_same_people(same_people, transcripts))
    if unanswered := cast.unanswered():
        options.remarks.about("the people").doubt(how_to_answer(unanswered))
    options.remarks.warn()
    return cast.resolved()


def _gather(source: Any, options: Options, name: str) -> tuple[Transcript, ...]:
    """Transcripts of any source, with remarks gathered and not yet said."""
    if isinstance(source, str | os.PathLike):
        path = _existing(source)
        return folder_transcripts(path, options) if path.is_dir() else read_files([path], options)
    if is_frame(source):
        sheet = read_sheet(source, encoding=None, remarks=options.remarks, name="the frame")
        if len(sheet.header) == 1:
            return (_of_strings([row[sheet.header[0]] for row in sheet.rows], name, options.remarks),)
        made = reported(_of_sheet(sheet, name, options), sheet.remarks)
        return tuple(replace(transcript, source=None) for transcript in made)
    if isinstance(source, Mapping):
        return _of_texts(source, options)
    if isinstance(source, bytes) or not hasattr(source, "__iter__"):
        raise InputError(
            f"Transcripts come from a file, a folder, a list of Path, a list of strings, a dict of names and texts, or "
            f"a data frame. Got {type(source).__name__} instead."
        )
    items = [source] if _is_document(source) else list(source)
    if items and all(isinstance(item, os.PathLike) for item in items):
        return read_files([_existing(item) for item in items], options)
    return (_of_strings(items, name, options.remarks),)


def _of_texts(texts: Mapping[Any, Any], options: Options) -> tuple[Transcript, ...]:
    """Make a transcript of each text, which is read as a text file is, under its name."""
    wrong = [
        f"item {n}: {type(key).__name__} and {type(text).__name__}"
        for n, (key, text) in enumerate(texts.items(), 1)
        if not (isinstance(key, str) and key.strip() and isinstance(text, str))
    ]
    options.remarks.about("The dict").refuse(wrong, "Each item must be a name and a text, both strings.")
    found: list[Transcript] = []
    for name, text in texts.items():
        own = replace(options, remarks=options.remarks.about(name))
        found += reported([replace(_of_text(text, name, f"{name}.txt", own), source=None)], own.remarks)
    return tuple(found)


def _of_strings(items: Sequence[Any], name: str, remarks: Remarks) -> Transcript:
    """Make one transcript of a list of strings; None and nan, as a series has them, are blanks."""
    given = [item.text if _is_document(item) else item for item in items]
    given = [item.as_py() if hasattr(item, "as_py") else item for item in given]  # of an array of pyarrow
    texts = ["" if _is_missing(item) else item for item in given]
    wrong = next((index for index, text in enumerate(texts) if not isinstance(text, str)), None)
    if wrong is not None:
        raise InputError(
            f"A list must hold strings only, or Path only. Item {wrong} is of type {type(texts[wrong]).__name__}."
        )
    if texts and all(0 < len(text) < 260 and "\n" not in text and Path(text).is_file() for text in texts):
        remarks.about("the list").doubt(
            f"all {len(texts)} strings are names of files, and were read as words. For the files use Path"
        )
    return transcript_of([Said(None, text) for text in texts], name, None, {})


def _is_document(item: Any) -> bool:
    """Whether something is a document, or a part of one, of spaCy: it would go on as its tokens."""
    return hasattr(item, "vocab") and isinstance(getattr(item, "text", None), str)


def _is_missing(item: object) -> bool:
    return item is None or type(item).__name__ == "NAType" or (isinstance(item, float) and math.isnan(item))


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


def folder_transcripts(folder: Path, options: Options) -> tuple[Transcript, ...]:
    """Transcripts of a folder that holds nothing else."""
    if folder.name.casefold() != "transcripts":  # there a link may lead to another folder of the study
        refuse_links(folder)
    chosen = files_in(folder, options.remarks)
    if not chosen:
        raise InputError(
            f"The folder {folder.name!r} holds no transcripts. Formats read: {', '.join(sorted(READERS))}. "
            f"Folders inside it are not searched."
        )
    return read_files(chosen, options)


def files_in(
    folder: Path, remarks: Remarks, *, taken: Collection[Path] = (), reserved: Collection[str] = NO_TRANSCRIPTS
) -> list[Path]:
    """Files of a folder that can be read, in natural order of their names; those neither read nor taken are listed."""
    visible = [p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$")) and p not in taken]
    visible = [p for p in visible if not belongs_to_ledger(p)]
    chosen = [p for p in visible if p.suffix.lower() in READERS and p.stem.casefold() not in reserved]
    remarks.about(folder.name).leave_out(sorted(p.name for p in visible if p not in chosen))
    return sorted(chosen, key=natural)


def belongs_to_ledger(path: Path) -> bool:
    """Whether a file is a ledger's lock, which holds nothing, or proposals that wait to be brought into it."""
    name = path.name.casefold()
    return path.suffix == ".lock" or (name.startswith("proposals-") and name.endswith(".json"))


def natural(path: Path) -> list[tuple[int, str]]:
    """Order in which "session_10" follows "session_2"."""
    return [(int(part), "") if part.isdigit() else (-1, part.casefold()) for part in re.split(r"(\d+)", path.name)]


def read_files(paths: Sequence[Path], options: Options) -> tuple[Transcript, ...]:
    """Transcripts of files; the problems of all of them in one error."""
    found: list[Transcript] = []
    problems: list[str] = []
    with counting("reading", len(paths), "file") as done:
        for path in paths:
            try:
                found += _read_file(path, options)
            except InputError as err:
                problems.append(str(err).replace("\n", "\n  "))
            done(1)
    sources = grouped((transcript.id, transcript.source or "") for transcript in found)
    problems += [
        f"{len(names)} transcripts are called {key!r} ({', '.join(names)}). Rename a file."
        for key, names in sources.items()
        if len(names) > 1
    ]
    if len(problems) == 1:
        raise InputError(problems[0].replace("\n  ", "\n"))
    options.remarks.about(f"The set of {counted(len(paths), 'file')}").refuse(problems)
    _compare_texts(found, options.remarks)
    return tuple(found)


def _read_file(path: Path, options: Options) -> list[Transcript]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        refuse_elsewhere(path)
        raise choice_error(f"The ending of {path.name}", tuple(sorted(READERS)), path.suffix.lower())
    options = replace(options, remarks=options.remarks.about(path.name))
    with own_errors(path.name):
        refuse_file(path)
        read = [_named_in_letters(transcript, options.remarks) for transcript in reader(path, options)]
    for transcript in read:
        if not transcript.text.strip():
            options.remarks.doubt("is empty: a transcript without turns")
    return reported(read, options.remarks)


def _named_in_letters(transcript: Transcript, remarks: Remarks) -> Transcript:
    """Call a transcript by what can be written: names of files may hold line ends, and bytes that are no letters."""
    name, source = (_NO_LETTER.sub("\ufffd", said or "") for said in (transcript.id, transcript.source))
    if (name, source) == (transcript.id, transcript.source or ""):
        return transcript
    remarks.doubt(f"its name holds what cannot be written; the transcript is called {name!r}. Rename the file")
    return replace(transcript, id=name, source=source or None)


_NO_LETTER = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def reported(read: Sequence[Transcript], remarks: Remarks) -> list[Transcript]:
    """Give transcripts of one source their reports; what is remarked of the whole source stands with the first."""
    found = []
    for index, transcript in enumerate(read):
        files = transcript.report.files if transcript.report is not None else (FileRead(transcript.id),)
        own = replace(files[0], items=remarks.of_source() if index == 0 else ())
        found.append(replace(transcript, report=ReadReport((own,))))
    return found


def _compare_texts(transcripts: Sequence[Transcript], remarks: Remarks) -> None:
    first: dict[str, str] = {}
    for transcript in transcripts:
        twin = first.setdefault(transcript.text, transcript.id)
        if twin != transcript.id and transcript.text.strip():
            remarks.about(transcript.id).doubt(f"has the same text as {twin!r}; both were kept")


def check_names(names: Iterable[str], transcripts: Sequence[Transcript], given: str = "roles") -> None:
    """Refuse a name of somebody who speaks nowhere: a slip of the pen would silently change nothing."""
    speakers = list(dict.fromkeys(name for transcript in transcripts for name in transcript.speakers))
    spoken = {form for speaker in speakers for form in (fold(speaker), "".join(fold(speaker).split()))}
    for name in names:
        if fold(name) not in spoken and "".join(fold(name).split()) not in spoken:
            raise choice_error(f"a name in {given}", speakers or ("(nobody is named)",), name)


def _plain(path: Path, options: Options) -> list[Transcript]:
    return [_of_text(read_text(path, options.encoding, options.remarks), path.stem, path.name, options)]


def _of_text(text: str, name: str, source: str, options: Options) -> Transcript:
    ending = holds_subtitles(text)
    if ending is not None:
        options.remarks.doubt(f"holds subtitles: read as {ending}")
        return _of_subtitles(text, Path(f"{name}{ending}"), source, options)
    return read_plain(text, name, source, options.roles, options.remarks, known=options.known)


def _table(path: Path, options: Options) -> list[Transcript]:
    if path.suffix.lower() != ".xlsx" and not read_text(path, options.encoding, Remarks()).strip():
        return [Transcript(path.stem, "", source=path.name)]
    read = read_sheet(path, encoding=options.encoding, remarks=options.remarks, known=TURN_COLUMNS)
    return _of_sheet(read, path.stem, options)


def _of_sheet(sheet: Sheet, name: str, options: Options) -> list[Transcript]:
    built = from_sheet(sheet, name, options.columns, options.roles, fill_speakers=options.fill_speakers)
    return [transcript for transcript, _ in built]


def _subtitles(path: Path, options: Options) -> list[Transcript]:
    return [_of_subtitles(read_text(path, options.encoding, options.remarks), path, path.name, options)]


def _of_subtitles(text: str, path: Path, source: str, options: Options) -> Transcript:
    read = from_subtitles(text, path, options.roles, options.remarks, known=options.known, merge_gap=options.merge_gap)
    return replace(read, source=source)


def _rich_text(path: Path, options: Options) -> list[Transcript]:
    text_of, unit = RICH[path.suffix.lower()]
    text = text_of(path, options.encoding, options.remarks)
    refuse_count(path.name, sum(bool(line.strip()) for line in text.split("\n")), "line", LINES)
    return [read_plain(text, path.stem, path.name, options.roles, options.remarks, known=options.known, unit=unit)]


def _annotations(path: Path, options: Options) -> list[Transcript]:
    return [from_annotations(path, options.roles, options.remarks)]


def _word_file(path: Path, options: Options) -> list[Transcript]:
    return [from_word_file(path, options.roles, options.remarks, known=options.known)]


READERS: dict[str, Callable[[Path, Options], list[Transcript]]] = {
    **dict.fromkeys((".txt", ".md"), _plain),
    **dict.fromkeys((".vtt", ".srt", ".sbv"), _subtitles),
    **dict.fromkeys((".docx", ".odt"), _word_file),
    **dict.fromkeys(RICH, _rich_text),
    **dict.fromkeys((".eaf", ".textgrid"), _annotations),
    **dict.fromkeys(TABLES, _table),
}
