"""What study.toml and the small tables of a study folder say: sessions, people, themes, guide, notes, expectations."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, choice_error, counted, did_you_mean, listed
from alliance_nlp.files import ENTRIES, refuse_count, refuse_deep_values, refuse_dotted
from alliance_nlp.ledger.lines import ledger_of, read_lines
from alliance_nlp.numeric import grouped
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import check_same_people
from alliance_nlp.reading.spreadsheets import SheetRow, read_sheet, split_cell
from alliance_nlp.reading.table_options import OPTIONS, option_problems, read_of_marks
from alliance_nlp.records import (
    ROLES,
    Cast,
    Expectation,
    FieldNote,
    Participant,
    Question,
    Role,
    Theme,
    Transcript,
    Turn,
    fold,
    how_to_answer,
    machine_problems,
    why_nowhere,
)

CONSENT = ("quotation", "machine", "remote_model")
AGREED = {"": None, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_LISTS = {"sessions": "id", "participants": "id", "themes": "name"}
# What is read of an entry, and the entries themselves; anything else is kept, but a name that is nearly one of these is
# a slip of the pen: quotaton = false would not be obeyed.
_READ = {
    "": (*_LISTS, "title", "synthetic", "language", "same_people", "read", "roles", "machine", "consensus", "marks"),
    "sessions": ("id", "date", "transcripts", "kind", "duration_minutes"),
    "participants": ("id", "role", "sessions", "labels", "description", *CONSENT),
    "themes": ("name", "aliases", "group", "description"),
}
_NEARLY = 0.7  # of the letters of both
_NEARER = 0.8  # where notes of one's own are common: a transcriber is no slip of transcripts
_USED = ("title", "synthetic", "participants", "same_people", "read", "themes", "roles")  # what has a field of its own


@dataclass(frozen=True)
class StudyFile:
    """study.toml, checked; all of it is optional."""

    title: str = ""
    synthetic: bool = False
    sessions: tuple[Mapping[str, Any], ...] = ()
    participants: tuple[Participant, ...] = ()
    listed: bool = False  # whether the participants stand in study.toml
    same_people: Any = None
    came_to_none: frozenset[str] = frozenset()  # whose sessions are stated as none
    roles: Mapping[str, Role | None] = field(default_factory=dict)
    read: Any = None
    themes: tuple[Theme, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    named_roles: tuple[str, ...] = ()  # who stands under [roles]

    def options(self, part: str) -> dict[str, Any]:
        """Give how a table is to be read: its columns, sheet, and what must not be assumed."""
        told = self.settings.get(part, {})
        return {name: told[name] for name in OPTIONS[part] if name in told}

    def speaker_roles(self) -> dict[str, Role | None]:
        """Roles by every name that a person goes by, where it is one role whoever goes by it."""
        of_names = grouped((name, self.roles.get(p.id)) for p in self.participants for name in p.names)
        return dict(self.roles) | {
            name: roles[0] for name, roles in of_names.items() if roles[0] is not None and len(set(roles)) == 1
        }


def read_study_file(path: Path, encoding: str | None, remarks: Remarks) -> StudyFile:
    """Read study.toml; its faults in one error."""
    text = read_text(path, encoding, remarks).replace("\r\n", "\n")
    refuse_dotted(text, path.name)
    try:
        content = tomllib.loads(text)
    except RecursionError as err:
        raise InputError(f"{path.name} is nested deeper than any study. Write its lists flat.") from err
    except ValueError as err:  # TOMLDecodeError, and numbers of thousands of digits
        straight = ' Quotes must be straight ("), as Notepad or TextEdit write them.' * bool(re.search("[“”„»«]", text))
        raise InputError(f"{path.name} is no valid TOML: {err}. Check quotes and brackets there.{straight}") from err
    refuse_deep_values(content, path.name)
    remarks = remarks.about(path.name)
    for key in _LISTS:
        refuse_count(path.name, len(content[key]) if isinstance(content.get(key), list) else 0, f"[[{key}]]", ENTRIES)
    slips = [*_slips("", content, ""), *_misplaced(content)]
    remarks.refuse(
        [*slips, *(one for key, name in _LISTS.items() for one in _list_problems(key, name, content.get(key, [])))]
    )
    others = dict.fromkeys(key for person in content.get("participants", []) for key in person)
    if unread := [repr(key) for key in others if key not in _READ["participants"]]:
        remarks.doubt(f"nothing reads {listed(unread, 'and')} of the participants")
    remarks.refuse(_type_problems(content))
    remarks.refuse(
        [
            *_role_problems(content),
            *_read_problems(content.get("read")),
            *_read_problems(read_of_marks(content), "[marks.read]"),
            *option_problems(content),
            *machine_problems(content.get("machine", {})),
        ]
    )
    people = content.get("participants", [])
    roles = dict(content.get("roles", {})) | {p["id"]: p["role"] for p in people if p.get("role")}
    return StudyFile(
        str(content.get("title", "")), bool(content.get("synthetic", False)), tuple(content.get("sessions", [])),
        tuple(_participant(person) for person in people), bool(people), content.get("same_people"),
        frozenset(p["id"] for p in people if p.get("sessions") == []), roles, content.get("read"),
        tuple(_theme(theme) for theme in content.get("themes", [])),
        {key: value for key, value in content.items() if key not in _USED}, tuple(content.get("roles", {})),
    )  # fmt: skip


def _list_problems(key: str, name: str, entries: Any) -> list[str]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return [f"{key} must be written as [[{key}]], one block each"]
    people = ". Two people need two ids; the label of both goes under labels = [...], with sessions = [...]"
    again = people if key == "participants" else ""
    given = [entry.get(name) for entry in entries]
    missing = [n for n, one in enumerate(given, 1) if not isinstance(one, str) or not one.strip()]
    twice = sorted({str(one) for one in given if one is not None and given.count(one) > 1})
    return [
        *(f"[[{key}]] number {n} has no {name}" for n in missing),
        *(f"[[{key}]] {one!r} is given more than once{again}" for one in twice),
        *(one for n, entry in enumerate(entries, 1) for one in _slips(key, entry, f"[[{key}]] number {n}: ")),
        *(
            f'[[{key}]] number {n}: {part} must be a list, such as {part} = ["{entry[part]}"]'
            for n, entry in enumerate(entries, 1)
            for part in ("sessions", "labels", "transcripts")
            if part in entry and not isinstance(entry[part], list)
        ),
    ]


_TYPES: dict[str, tuple[type, str]] = {
    "title": (str, "text in quotes"), "synthetic": (bool, "true or false, without quotes"),
    "roles": (dict, "written as [roles], with one name and role a line"),
}  # fmt: skip
_ENTRY_TYPES: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("sessions", "labels", "transcripts", "aliases"), (list, 'a list of words, such as ["a", "b"]')),
    **dict.fromkeys(("role", "description", "group"), (str, "text in quotes")),
}


def _type_problems(content: Mapping[str, Any]) -> list[str]:
    """Say which entries have a type that they cannot have."""
    found = [("", content, _TYPES)]
    found += [(f"[[{key}]] {entry[name]!r}: ", entry, _ENTRY_TYPES)
              for key, name in _LISTS.items() for entry in content.get(key, [])]  # fmt: skip
    return [
        f"{where}{key} must be {must}. Got {type(entry[key]).__name__}"
        for where, entry, types in found
        for key, (kind, must) in types.items()
        if key in entry
        and (
            not isinstance(entry[key], kind) or (kind is list and not all(isinstance(item, str) for item in entry[key]))
        )
    ]


def _slips(entries: str, entry: Mapping[str, Any], where: str) -> list[str]:
    """Names in an entry that are nearly, and not quite, one that is read."""
    cutoff = _NEARER if entries in ("sessions", "themes") else _NEARLY
    near = ((name, _nearest(name, _READ[entries], cutoff)) for name in entry if name not in _READ[entries])
    return [f"{where}{name!r} is not read. {nearest}" for name, nearest in near if nearest]


def _nearest(name: str, known: Collection[str], cutoff: float = _NEARLY) -> str:
    """Ask for the name that was meant; of consent by its first letters alone, because it must not be passed over."""
    begun = [use for use in CONSENT if use in known and name[:4].casefold() == use[:4]]
    return did_you_mean(name, known, cutoff=cutoff) or (f"Did you mean {begun[0]!r}?" if begun else "")


def _misplaced(content: Mapping[str, Any]) -> list[str]:
    """Say what stands below a table and belongs above the first one: TOML takes it for one of the table's."""
    told = [(f"[{table}]", name) for table in ("read", "roles") if isinstance(content.get(table), dict)
            for name in content[table] if name in ("title", "synthetic", "language", "same_people")]  # fmt: skip
    told += [(f"[[{key}]]", "same_people") for key in _LISTS if isinstance(content.get(key), list)
             for one in content[key] if isinstance(one, dict) and "same_people" in one]  # fmt: skip
    return [f"{name!r} stands below {table}. Write it above the first line in brackets" for table, name in told]


def _role_problems(content: Mapping[str, Any]) -> list[str]:
    told = [(p["id"], p["role"]) for p in content.get("participants", []) if p.get("role")]
    told += list(content.get("roles", {}).items())
    consent = [(p["id"], use, p[use]) for p in content.get("participants", []) for use in CONSENT if use in p]
    problems = [
        f"{name!r}: {choice_error('role', ROLES, role)}"
        for name, role in told
        if not isinstance(role, str) or role not in ROLES
    ]
    problems += [f"{name!r}: {use} must be true or false, without quotes" for name, use, said in consent
                 if not isinstance(said, bool)]  # fmt: skip
    for session in content.get("sessions", []):
        if not isinstance(session.get("date", datetime.date.min), datetime.date):
            problems.append(f"session {session['id']!r}: the date must be written as 2025-03-19, without quotes")
    return problems


def _read_problems(said: Any, table: str = "[read]") -> list[str]:
    """Say what under [read] cannot say who read what."""
    each = list(said.items()) if isinstance(said, dict) else [("", said)] if said is not None else []
    problems = (
        [f"{table} has a coder without a name"] if isinstance(said, dict) and any(not c.strip() for c in said) else []
    )
    return problems + [
        f'{table}{f" {coder}" if coder else ""} must be "all", "participants", "coded" or a list of transcripts. '
        f"Got {type(one).__name__}"
        for coder, one in each
        if not (isinstance(one, str) or (isinstance(one, list) and all(isinstance(name, str) for name in one)))
    ]


def _participant(person: Mapping[str, Any]) -> Participant:
    return Participant(
        person["id"], person.get("role") or None, tuple(person.get("sessions", ())), str(person.get("description", "")),
        **{use: person.get(use) for use in CONSENT}, labels=tuple(person.get("labels", ())),
    )  # fmt: skip


def _theme(theme: Mapping[str, Any]) -> Theme:
    return Theme(
        theme["name"], tuple(theme.get("aliases", ())), str(theme.get("group", "")),
        str(theme.get("description", "")).strip(),
    )  # fmt: skip


def place_in_sessions(transcripts: Sequence[Transcript], study: StudyFile, remarks: Remarks) -> tuple[Transcript, ...]:
    """Give transcripts the dates and sessions of study.toml."""
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
    return tuple(by_id.values())


def name_people(
    transcripts: Sequence[Transcript], study: StudyFile, own: Collection[str], remarks: Remarks
) -> tuple[Transcript, ...]:
    """Give each turn its person: who is listed speaks under their id and in their role, which `own` names keep."""
    cast = Cast(transcripts, study.participants, check_same_people(study.same_people, transcripts))
    conflicts = cast.conflicts()
    nowhere = [f"participant {n} ({p.id!r}): {why}" for n, p in enumerate(study.participants, 1)
               if (why := "" if p.id in study.came_to_none else why_nowhere(p, cast))]  # fmt: skip
    remarks.refuse([*conflicts, *nowhere])
    known = {name for t in transcripts for name in (t.id, t.session_name)}
    if absent := [f"{name!r} of {p.id!r}" for p in study.participants for name in p.sessions if name not in known]:
        remarks.doubt(f"{counted(len(absent), 'session')} not in the study: {', '.join(absent)}")
    if unanswered := cast.unanswered():
        remarks.about("the people").doubt(how_to_answer(unanswered))
    kept = set(map(fold, own))
    roles: dict[str | None, Role | None] = {p.id: study.roles.get(p.id) for p in study.participants}
    return tuple(_named(transcript, roles, kept) for transcript in cast.resolved())


def _named(transcript: Transcript, roles: Mapping[str | None, Role | None], kept: Collection[str]) -> Transcript:
    """Who is listed speaks under their id and in their role, unless the caller gave the label another."""

    def named(turn: Turn) -> Turn:
        if turn.speaker is None or turn.person not in roles:
            return turn
        role = None if fold(turn.speaker) in kept else roles[turn.person]
        return replace(turn, speaker=turn.person, role=role or turn.role)

    return replace(transcript, turns=tuple(map(named, transcript.turns)))


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
        {"expectation": ("text",), "by": ("author",), "date": (), "theme": (), "contrary": ()},
        lambda row: Expectation(
            row.text("expectation"), row.text("by"), row.date("date"), row.text("theme") or None, row.text("contrary")
        ),
    ),
    "participants": (
        {"id": ("participant", "name", "pseudonym", "speaker"), "role": (), "sessions": ("session",),
         "description": ("about",), "labels": ("label",), **dict.fromkeys(CONSENT, ())},
        lambda row: Participant(
            row.text("id"), row.choice("role", ROLES), tuple(split_cell(row.text("sessions"))), row.text("description"),
            **{use: _agreed(row, use) for use in CONSENT}, labels=tuple(split_cell(row.text("labels"))),
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
    if unread := [column for column in sheet.header if column.strip() and column not in sheet.columns.values()]:
        nearly = (_nearest(fold_column(column), columns) for column in unread)
        sheet.refuse(
            [f"the column {column!r} is not read. {near}" for column, near in zip(unread, nearly, strict=True) if near]
        )
        sheet.remarks.doubt(
            f"nothing reads the {'column' if len(unread) == 1 else 'columns'} {listed(list(map(repr, unread)), 'and')}"
        )
    for row in sheet.rows:
        if not row.text(needed):
            row.fault(f"{needed} is empty, and the row says something besides. Write it, or take the row out")
    sheet.refuse()
    made = tuple(map(make, sheet.rows))
    sheet.refuse()
    return made


def read_decisions(path: Path, remarks: Remarks) -> tuple[str, ...]:
    """Lines of the decision log, with what is doubtful about their chain remarked; no line of it locks the study."""
    lines = tuple(read_lines(path))
    for problem in ledger_of(lines).problems:
        remarks.about(path.name).doubt(problem)
    return lines
