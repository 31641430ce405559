"""What study.toml and the small tables of a study folder say: sessions, people, themes, guide, notes, expectations."""

from __future__ import annotations

import datetime
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, choice_error
from alliance_nlp.reading.decoding import lines_in, read_text
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import fold
from alliance_nlp.reading.spreadsheets import SheetRow, read_sheet, split_cell
from alliance_nlp.records import (
    ROLES,
    Expectation,
    FieldNote,
    Participant,
    Question,
    Role,
    Theme,
    Transcript,
    machine_problems,
)

CONSENT = ("quotation", "machine", "remote_model")
AGREED = {"": None, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
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
    remarks = remarks.about(path.name)
    remarks.refuse([one for key, name in _LISTS.items() for one in _list_problems(key, name, content.get(key, []))])
    remarks.refuse([*_role_problems(content), *machine_problems(content.get("machine", {}))])
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
    given = [entry.get(name) for entry in entries]
    missing = [n for n, one in enumerate(given, 1) if not isinstance(one, str) or not one.strip()]
    twice = sorted({str(one) for one in given if one is not None and given.count(one) > 1})
    return [
        *(f"[[{key}]] number {n} has no {name}" for n in missing),
        *(f"[[{key}]] {one!r} is given more than once" for one in twice),
    ]


def _role_problems(content: Mapping[str, Any]) -> list[str]:
    told = [(p["id"], p["role"]) for p in content.get("participants", []) if p.get("role")]
    told += list(content.get("roles", {}).items())
    consent = [(p["id"], use, p[use]) for p in content.get("participants", []) for use in CONSENT if use in p]
    problems = [f"{name!r}: {choice_error('role', ROLES, role)}" for name, role in told if role not in ROLES]
    problems += [f"{name!r}: {use} must be true or false, without quotes" for name, use, said in consent
                 if not isinstance(said, bool)]  # fmt: skip
    for session in content.get("sessions", []):
        if not isinstance(session.get("date", datetime.date.min), datetime.date):
            problems.append(f"session {session['id']!r}: the date must be written as 2025-03-19, without quotes")
    return problems


def _participant(person: Mapping[str, Any]) -> Participant:
    return Participant(
        person["id"], person.get("role") or None, tuple(person.get("sessions", ())), str(person.get("description", "")),
        *(person.get(use) for use in CONSENT),
    )  # fmt: skip


def _theme(theme: Mapping[str, Any]) -> Theme:
    return Theme(
        theme["name"], tuple(theme.get("aliases", ())), str(theme.get("group", "")),
        str(theme.get("description", "")).strip(),
    )  # fmt: skip


def place_in_sessions(transcripts: Sequence[Transcript], study: StudyFile, remarks: Remarks) -> tuple[Transcript, ...]:
    """Give transcripts the dates and sessions of study.toml, and speakers the ids of their people."""
    by_id = {transcript.id: transcript for transcript in transcripts}
    problems = []
    for session in study.sessions:
        date = session.get("date")
        day = date.date() if isinstance(date, datetime.datetime) else date
        for name in session.get("transcripts", [session["id"]]):
            if name in by_id:
                own = None if name == session["id"] else session["id"]
                by_id[name] = replace(by_id[name], session=own, date=day)
            else:
                near = choice_error("its transcript", tuple(by_id) or ("(none)",), name)
                problems.append(f"session {session['id']!r}: {near}")
    remarks.about("study.toml").refuse(problems)
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


def _agreed(row: SheetRow, use: str) -> bool | None:
    """Yes, no, or not said."""
    said = row.text(use).casefold()
    if said not in AGREED:
        row.fault(f"{use} must be yes, no or empty. Got {said!r} instead")
    return AGREED.get(said)


def _turn(row: SheetRow) -> int | None:
    said = row.text("turn")
    if said and not (said.isdecimal() and int(said) >= 1):
        row.fault(f"turn must be a whole number from 1. Got {said!r} instead")
        return None
    return int(said) if said else None


# What each small table of a study holds: its columns with their other names, the first of which it needs; its record.
SMALL_TABLES: dict[str, tuple[dict[str, tuple[str, ...]], Callable[[SheetRow], Any]]] = {
    "guide": (
        {"question": ("text",), "session": ()},
        lambda row: Question(row.text("question"), row.text("session") or None),
    ),
    "notes": (
        {"note": ("text",), "by": ("author",), "date": (), "session": (), "turn": ()},
        lambda row: FieldNote(
            row.text("note"), row.text("by"), row.date("date"), row.text("session") or None, _turn(row)
        ),
    ),
    "expectations": (
        {"expectation": ("text",), "by": ("author",), "date": (), "theme": ()},
        lambda row: Expectation(
            row.text("expectation"), row.text("by"), row.date("date"), row.text("theme") or None
        ),
    ),
    "participants": (
        {"id": ("participant", "name", "pseudonym", "speaker"), "role": (), "sessions": ("session",),
         "description": ("about",), **dict.fromkeys(CONSENT, ())},
        lambda row: Participant(
            row.text("id"), row.choice("role", ROLES), tuple(split_cell(row.text("sessions"))), row.text("description"),
            *(_agreed(row, use) for use in CONSENT),
        ),
    ),
}  # fmt: skip


def read_small_table(path: Path, encoding: str | None, remarks: Remarks) -> tuple[Any, ...]:
    """Read the table that a file's name says, one record a row; the faults of all rows in one error."""
    columns, make = SMALL_TABLES[path.stem.casefold()]
    sheet = read_sheet(path, encoding=encoding, remarks=remarks).named(columns)
    needed = next(iter(columns))
    if needed not in sheet.columns:
        raise sheet.lacks(f"called {needed!r}.")
    made = tuple(map(make, sheet.rows))
    sheet.refuse()
    return made


def read_decisions(path: Path, encoding: str | None, remarks: Remarks) -> tuple[Mapping[str, Any], ...]:
    """Read the decision log: one JSON object a line."""
    rows: list[Mapping[str, Any]] = []
    problems = []
    for number, line in enumerate(lines_in(read_text(path, encoding, remarks)), 1):
        try:
            row = json.loads(line) if line.strip() else None
        except json.JSONDecodeError as err:
            problems.append(f"line {number}: no valid JSON at character {err.pos}")
            continue
        if isinstance(row, dict):
            rows.append(row)
        elif line.strip():
            problems.append(f"line {number}: expected an object in braces, got {type(row).__name__}")
    remarks.about(path.name).refuse(problems)
    return tuple(rows)
