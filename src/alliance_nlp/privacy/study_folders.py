"""A study as a folder that `read_study` reads: written beside, read back, and put in place when it is the same."""

from __future__ import annotations

import contextlib
import datetime
import json
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, problems_error
from alliance_nlp.files import checked_path, replace_folder
from alliance_nlp.provenance import hash_bytes
from alliance_nlp.reading import read_transcripts
from alliance_nlp.records import Codebook, Coding, Marks, Study, Table, Transcript
from alliance_nlp.studies import read_study

SCHEMA = "alliance_nlp.pseudonymised/1"
_PLACE = ("transcript", "start", "end")


def write_study(
    study: Study, more: Mapping[str, str], folder: str | Path, *, before: Callable[[Path], object],
    note: str = "pseudonymised; still personal data",
) -> Path:  # fmt: skip
    """Write a study into a new folder, once it has been read back and is the same.

    Parameters
    ----------
    study : Study
        The study.
    more : dict of str to str
        Other files, by name.
    folder : str or Path
        Where; must not exist, or be empty.
    before : function
        What must be done before anything is there, with the folder that will be.
    note : str
        What the manifest says of it.

    Raises
    ------
    InputError
        When something is there already, or the study does not read back as it is.
    """
    home = checked_path(folder, "The new folder").resolve()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InputError(f"{home.name} is there already and not an empty folder. Name another one: nothing is mixed.")
    files = {**study_files(study), **more}
    _refuse_unlike(study, files)
    before(home)
    hashes = {name: hash_bytes(content) for name, content in files.items()}
    manifest = {"schema": SCHEMA, "files": hashes, "note": note}
    return replace_folder(home, {**files, "manifest.json": json.dumps(manifest, indent=1)})


def study_files(study: Study) -> dict[str, str]:
    """Give the files of a study by their names; tables that would be empty are left out."""
    files = dict(_transcript_file(t) for t in study.transcripts)
    book = study.codebook
    tables = {
        "codebook": [_code(code) for code in book] if book is not None else [],
        "codings": _applied(study.coding, coder=True), "consensus": _applied(study.consensus, coder=False),
        "read": [*_read(study.coding), *_read(study.consensus)],
        "marks": _marks(study),
        "guide": [{"session": q.session, "question": q.text} for q in study.guide],
        "notes": [
            {"date": n.date, "session": n.session, "by": n.by, "turn": n.turn, "note": n.text} for n in study.notes
        ],
        "expectations": [
            {"date": e.date, "by": e.by, "expectation": e.text, "theme": e.theme, "contrary": e.contrary}
            for e in study.expectations
        ],
        "participants": [_person(p) for p in study.participants],
    }  # fmt: skip
    files |= {f"{name}.csv": Table.of(rows).to_csv() for name, rows in tables.items() if rows}
    if study.ledger_lines:
        files["decisions.jsonl"] = "".join(f"{line}\n" for line in study.ledger_lines)
    return {**files, "study.toml": _study_file(study)}


def _transcript_file(transcript: Transcript) -> tuple[str, str]:
    """Name and content of a file that gives a transcript again: its text, or a table of its turns."""
    forms = {".txt": transcript.text, ".csv": _turn_table(transcript)}
    for ending, content in forms.items():
        with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = Path(place) / f"transcript{ending}"
            path.write_bytes(content.encode("utf-8", "surrogatepass"))
            with contextlib.suppress(InputError):
                (again,) = read_transcripts(path)
                if again.text == transcript.text and _turns(again) == _turns(transcript):
                    return f"transcripts/{transcript.id}{ending}", content
    return f"transcripts/{transcript.id}.txt", transcript.text  # refused below, with what is wrong


def _turn_table(transcript: Transcript) -> str:
    rows = [
        {"speaker": turn.speaker, "role": turn.role, "text": transcript.turn_text(at), "begin_s": turn.begin_s,
         "end_s": turn.end_s}
        for at, turn in enumerate(transcript.turns)
    ]  # fmt: skip
    told = [
        name for name in ("speaker", "role", "text", "begin_s", "end_s") if any(row[name] is not None for row in rows)
    ]
    return Table.of(rows, columns=told or ["text"]).to_csv()


def _turns(transcript: Transcript) -> list[tuple[Any, ...]]:
    """Places, labels and times of turns; roles are said for the whole study."""
    return [(turn.start, turn.end, turn.speaker, turn.begin_s, turn.end_s) for turn in transcript.turns]


def _code(code: Any) -> dict[str, Any]:
    told = {
        name: getattr(code, name) for name in ("theme", "essence", "code", "definition", "include", "exclude", "notes")
    }
    return {**told, "exemplars": " | ".join(code.exemplars), "code_aliases": " | ".join(code.aliases)}


def _applied(coding: Coding | None, *, coder: bool) -> list[dict[str, Any]]:
    rows = []
    for span in coding.applied if coding is not None else ():
        place = dict(zip(_PLACE, (span.transcript_id, span.start, span.end), strict=True))
        told = {"code": span.code_id, "note": span.note, "date": span.date}
        more = {"coder": span.coder, "status": span.status, "score": span.score} if coder else {}
        rows.append({**place, **told, **more})
    return rows


def _read(coding: Coding | None) -> list[dict[str, Any]]:
    spans = coding.read if coding is not None else ()
    return [{"coder": s.coder, "transcript": s.transcript_id, "start": s.start, "end": s.end} for s in spans]


def _marks(study: Study) -> list[dict[str, Any]]:
    if study.marks is None:
        return []
    return [
        {"reader": m.reader, "transcript": m.transcript_id, "start": m.start, "end": m.end,
         "significant": "yes" if m.significant else "no", "why": m.why, "date": m.date}
        for m in study.marks.marks
    ]  # fmt: skip


def _person(person: Any) -> dict[str, Any]:
    said = {None: "", True: "yes", False: "no"}
    consent = {use: said[getattr(person, use)] for use in ("quotation", "machine", "remote_model")}
    lists = {"sessions": " | ".join(person.sessions), "labels": " | ".join(person.labels)}
    return {"id": person.id, "role": person.role, "description": person.description, **lists, **consent}


# --- study.toml ------------------------------------------------------------------------------------------------------


def _study_file(study: Study) -> str:
    """Write what study.toml says: settings as they were read, sessions, roles, themes."""
    told: dict[str, Any] = {"title": study.title, "synthetic": study.synthetic}
    if study.same_people is not None:
        told["same_people"] = list(study.same_people) if isinstance(study.same_people, tuple) else study.same_people
    told |= {key: value for key, value in study.settings.items() if key not in _SAID_ELSEWHERE}
    marks = study.settings.get("marks", {})
    told |= {"marks": {"read": marks["read"]}} if isinstance(marks, Mapping) and "read" in marks else {}
    told["sessions"] = _sessions(study)
    roles = _roles(study.transcripts)
    told |= {"roles": roles} if roles else {}
    themes = study.codebook.themes if study.codebook is not None else ()
    told["themes"] = [
        {"name": t.name, "aliases": list(t.aliases), "group": t.group, "description": t.description}
        for t in themes if t.aliases or t.group or t.description
    ]  # fmt: skip
    return _toml(told)


_SAID_ELSEWHERE = frozenset({
    "title", "synthetic", "same_people", "sessions", "participants", "themes", "roles", "read", "codings", "codebook",
    "transcripts", "marks",
})  # fmt: skip


def _sessions(study: Study) -> list[dict[str, Any]]:
    """One entry a session: its date, its transcripts, and what else was said of it."""
    said = {str(one.get("id")): dict(one) for one in study.settings.get("sessions", ()) if isinstance(one, Mapping)}
    found: dict[str, dict[str, Any]] = {}
    for transcript in study.transcripts:
        name = transcript.session_name
        entry = found.setdefault(name, {**said.get(name, {}), "id": name, "transcripts": []})
        entry["transcripts"].append(transcript.id)
        entry |= {"date": transcript.date} if transcript.date is not None else {}
    return list(found.values())


def _roles(transcripts: Iterable[Transcript]) -> dict[str, str]:
    """Role of each label that has one wherever it stands."""
    by: dict[str, set[str | None]] = {}
    for transcript in transcripts:
        for turn in transcript.turns:
            if turn.speaker is not None:
                by.setdefault(turn.speaker, set()).add(turn.role)
    return {label: role for label, roles in by.items() if len(roles) == 1 and (role := next(iter(roles))) is not None}


def _toml(told: Mapping[str, Any]) -> str:
    """Write values as TOML: plain ones first, then tables, then lists of tables."""
    plain, tables, lists = [], [], []
    for key, value in told.items():
        name = json.dumps(key, ensure_ascii=False)
        if isinstance(value, Mapping):
            tables.append(f"\n[{name}]\n{_rows(value)}")
        elif isinstance(value, list | tuple) and value and all(isinstance(one, Mapping) for one in value):
            lists += [f"\n[[{name}]]\n{_rows(one)}" for one in value]
        elif value is not None and not (isinstance(value, list | tuple) and not value):
            plain.append(f"{name} = {_value(value)}\n")
    return "".join([*plain, *tables, *lists])


def _rows(value: Mapping[str, Any]) -> str:
    return "".join(
        f"{json.dumps(str(key), ensure_ascii=False)} = {_value(one)}\n" for key, one in value.items() if one is not None
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(str(k), ensure_ascii=False)} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


# --- read back -------------------------------------------------------------------------------------------------------


def _refuse_unlike(study: Study, files: Mapping[str, str]) -> None:
    """Read the files as anybody will, and refuse where something is not as it is in the study."""
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in files.items():
            path = Path(place) / "study" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode("utf-8", "surrogatepass"))
        with contextlib.suppress(OSError):
            Path(place).chmod(0o700)
        problems = _unlike(study, read_study(Path(place) / "study"))
    if problems:
        raise problems_error(
            "The new study",
            problems,
            "It was not written. Texts need a line 'Name: words' a turn; examples and aliases no | and no line breaks.",
        )


def _unlike(study: Study, again: Study) -> list[str]:
    found = {t.id: t for t in again.transcripts}
    problems = []
    for t in study.transcripts:
        other = found.get(t.id)
        if other is None or other.text != t.text:
            problems.append(f"the text of {t.id!r} does not read back as it is")
        elif _turns(other) != _turns(t) or any(
            x.role not in (None, y.role) for x, y in zip(t.turns, other.turns, strict=True)
        ):
            problems.append(f"the turns of {t.id!r} do not read back as they are")
    for name in ("codebook", "marks", "guide", "notes", "expectations", "participants", "ledger_lines"):
        if _kept(getattr(study, name)) != _kept(getattr(again, name)):
            problems.append(f"{name} does not read back as it is")
    for name, coded, read in (("codings", study.coding, again.coding), ("consensus", study.consensus, again.consensus)):
        if _spans(coded) != _spans(read):
            problems.append(f"the {name} do not read back as they are")
    return problems


def _kept(value: Any) -> Any:
    if isinstance(value, Codebook):
        return value.codes, value.themes
    return (set(value.marks), set(value.read)) if isinstance(value, Marks) else value or None


def _spans(coding: Coding | None) -> tuple[set[Any], set[Any]]:
    if coding is None:
        return set(), set()
    return set(coding.applied), set(coding.read)
