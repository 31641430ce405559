"""What study.toml and the small tables of a study folder say: sessions, people, themes, guide, notes, expectations."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from alliance_nlp.errors import InputError, choice_error, problems_error
from alliance_nlp.reading.codings import date_of
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import fold
from alliance_nlp.reading.spreadsheets import Sheet, read_sheet, split_cell
from alliance_nlp.records import ROLES, Expectation, FieldNote, Participant, Question, Role, Theme, Transcript

_LISTS = {"sessions": "id", "participants": "id", "themes": "name"}
_USED = ("title", "synthetic", "participants", "read", "themes", "roles")  # what stands elsewhere in the record


@dataclass(frozen=True)
class StudyFile:
    """study.toml, checked; all of it is optional."""

    title: str = ""
    synthetic: bool = False
    sessions: tuple[Mapping[str, Any], ...] = ()
    participants: tuple[Participant, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # name in the transcripts -> id of the person
    roles: Mapping[str, Role | None] = field(default_factory=dict)
    read: Any = None
    themes: tuple[Theme, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def speaker_roles(self) -> dict[str, Role | None]:
        """Roles by every name that a person goes by."""
        labels = {label: self.roles[person] for label, person in self.labels.items() if person in self.roles}
        return dict(self.roles) | labels


def read_study_file(path: Path, encoding: str | None, remarks: Remarks) -> StudyFile:
    """Read study.toml; its faults in one error."""
    try:
        content = tomllib.loads(read_text(path, encoding, remarks).replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as err:
        raise InputError(f"{path.name} is no valid TOML: {err}. Check quotes and brackets there.") from err
    problems: list[str] = []
    for key, name in _LISTS.items():
        problems += _list_problems(key, name, content.get(key, []))
    if not problems:
        problems += _role_problems(content)
    if problems:
        raise problems_error(path.name, problems)
    people = content.get("participants", [])
    labels = {fold(label): person["id"] for person in people for label in (person["id"], *person.get("labels", []))}
    roles = dict(content.get("roles", {})) | {p["id"]: p["role"] for p in people if p.get("role")}
    return StudyFile(
        str(content.get("title", "")), bool(content.get("synthetic", False)), tuple(content.get("sessions", [])),
        tuple(_participant(person) for person in people), labels, roles, content.get("read"),
        tuple(_theme(theme) for theme in content.get("themes", [])),
        {key: value for key, value in content.items() if key not in _USED},
    )  # fmt: skip


def _list_problems(key: str, name: str, entries: Any) -> list[str]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return [f"{key} must be written as [[{key}]], one block each"]
    missing = [
        n for n, entry in enumerate(entries, 1) if not isinstance(entry.get(name), str) or not entry[name].strip()
    ]
    given = [entry.get(name) for entry in entries]
    twice = sorted({str(one) for one in given if one is not None and given.count(one) > 1})
    return [f"[[{key}]] number {n} has no {name}" for n in missing] + [
        f"[[{key}]] {one!r} is given more than once" for one in twice
    ]


def _role_problems(content: Mapping[str, Any]) -> list[str]:
    told = [(p["id"], p["role"]) for p in content.get("participants", []) if p.get("role")]
    told += list(content.get("roles", {}).items())
    problems = [f"{name!r}: {choice_error('role', ROLES, role)}" for name, role in told if role not in ROLES]
    for session in content.get("sessions", []):
        if not isinstance(session.get("date", datetime.date.min), datetime.date):
            problems.append(f"session {session['id']!r}: the date must be written as 2025-03-19, without quotes")
    return problems


def _participant(person: Mapping[str, Any]) -> Participant:
    return Participant(
        person["id"], person.get("role") or None, tuple(person.get("sessions", ())), str(person.get("description", ""))
    )


def _theme(theme: Mapping[str, Any]) -> Theme:
    return Theme(
        theme["name"], tuple(theme.get("aliases", ())), str(theme.get("group", "")),
        str(theme.get("description", "")).strip(),
    )  # fmt: skip


def place_in_sessions(transcripts: Sequence[Transcript], study: StudyFile, source: str) -> tuple[Transcript, ...]:
    """Give transcripts the dates and sessions of study.toml, and speakers the ids of their people."""
    by_id = {transcript.id: transcript for transcript in transcripts}
    problems = []
    for session in study.sessions:
        names = session.get("transcripts", [session["id"]])
        for name in names:
            if name not in by_id:
                near = choice_error("its transcript", tuple(by_id) or ("(none)",), name)
                problems.append(f"session {session['id']!r}: {near}")
                continue
            own = None if name == session["id"] else session["id"]
            date = session.get("date")
            by_id[name] = replace(
                by_id[name], session=own, date=date.date() if isinstance(date, datetime.datetime) else date
            )
    if problems:
        raise problems_error(source, problems)
    return tuple(_renamed(transcript, study.labels) for transcript in by_id.values())


def _renamed(transcript: Transcript, labels: Mapping[str, str]) -> Transcript:
    """Speakers under the id of their person, where a person goes by several labels."""
    if all(labels.get(fold(speaker), speaker) == speaker for speaker in transcript.speakers):
        return transcript
    turns = tuple(
        replace(turn, speaker=labels.get(fold(turn.speaker), turn.speaker)) if turn.speaker is not None else turn
        for turn in transcript.turns
    )
    return replace(transcript, turns=turns)


class _Table:
    """One of the small tables: its cells by meaning, dates and numbers checked."""

    def __init__(self, path: Path, columns: Mapping[str, Sequence[str]], needed: str, encoding: str | None,
                 remarks: Remarks) -> None:  # fmt: skip
        self.sheet: Sheet = read_sheet(path, encoding=encoding, remarks=remarks)
        self.found = self.sheet.find_columns(columns, None, remarks)
        self.problems: list[str] = []
        if needed not in self.found:
            listed = ", ".join(map(repr, self.sheet.header))
            raise InputError(f"{path.name} has no column called {needed!r}. Its columns are {listed}.")

    def records(self, make: Callable[[_Cells], Any]) -> tuple[Any, ...]:
        """One record a row; the faults of all rows in one error."""
        made = tuple(make(_Cells(self, row.number, row.cells)) for row in self.sheet.rows)
        if self.problems:
            raise problems_error(self.sheet.source, self.problems)
        return made


@dataclass(frozen=True, slots=True)
class _Cells:
    table: _Table
    number: int
    cells: Mapping[str, str]

    def text(self, key: str) -> str:
        return self.cells[self.table.found[key]].strip() if key in self.table.found else ""

    def date(self, key: str) -> datetime.date | None:
        try:
            return date_of(self.text(key))
        except ValueError:
            self.table.problems.append(
                f"row {self.number}: the date must be written as 2025-03-19. Got {self.text(key)!r} instead"
            )
            return None

    def turn(self, key: str) -> int | None:
        said = self.text(key)
        if not said:
            return None
        if not said.isdecimal() or int(said) < 1:
            self.table.problems.append(f"row {self.number}: turn must be a whole number from 1. Got {said!r} instead")
            return None
        return int(said)

    def role(self, key: str) -> Role | None:
        said = self.text(key).casefold()
        if said and said not in ROLES:
            self.table.problems.append(f"row {self.number}: {choice_error('role', ROLES, said)}")
            return None
        return cast(Role | None, said or None)


def read_guide(path: Path, encoding: str | None, remarks: Remarks) -> tuple[Question, ...]:
    """Read the interview guide: columns question, session."""
    table = _Table(path, {"question": ("text",), "session": ()}, "question", encoding, remarks)
    return table.records(lambda row: Question(row.text("question"), row.text("session") or None))


def read_notes(path: Path, encoding: str | None, remarks: Remarks) -> tuple[FieldNote, ...]:
    """Read field notes: columns note, by, date, session, turn."""
    columns = {"note": ("text",), "by": ("author",), "date": (), "session": (), "turn": ()}
    table = _Table(path, columns, "note", encoding, remarks)
    return table.records(
        lambda row: FieldNote(
            row.text("note"), row.text("by"), row.date("date"), row.text("session") or None, row.turn("turn")
        )
    )


def read_expectations(path: Path, encoding: str | None, remarks: Remarks) -> tuple[Expectation, ...]:
    """Read what was expected: columns expectation, by, date, theme."""
    columns = {"expectation": ("text",), "by": ("author",), "date": (), "theme": ()}
    table = _Table(path, columns, "expectation", encoding, remarks)
    return table.records(
        lambda row: Expectation(row.text("expectation"), row.text("by"), row.date("date"), row.text("theme") or None)
    )


def read_participants(path: Path, encoding: str | None, remarks: Remarks) -> tuple[Participant, ...]:
    """Read who took part: columns id, role, sessions, description."""
    columns = {"id": ("participant", "name", "pseudonym", "speaker"), "role": (), "sessions": ("session",),
               "description": ("about",)}  # fmt: skip
    table = _Table(path, columns, "id", encoding, remarks)
    return table.records(
        lambda row: Participant(
            row.text("id"), row.role("role"), tuple(split_cell(row.text("sessions"))), row.text("description")
        )
    )


def read_decisions(path: Path, encoding: str | None, remarks: Remarks) -> tuple[Mapping[str, Any], ...]:
    """Read the decision log: one JSON object a line."""
    rows: list[Mapping[str, Any]] = []
    problems = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", read_text(path, encoding, remarks)), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as err:
            problems.append(f"line {number}: no valid JSON at character {err.pos}")
            continue
        if isinstance(row, dict):
            rows.append(row)
        else:
            problems.append(f"line {number}: expected an object in braces, got {type(row).__name__}")
    if problems:
        raise problems_error(path.name, problems)
    return tuple(rows)
