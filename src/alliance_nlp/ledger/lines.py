"""The ledger as a file: lines that carry their own hash and that of the line before, read without losing any."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, counted, warn
from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.provenance import canonical_json, hash_bytes
from alliance_nlp.records import Record, Table, Tabular

CHAIN = ("previous", "hash")


@dataclass(frozen=True, eq=False, repr=False)
class Ledger(Tabular, Record, Sequence[Decision]):
    """All decisions of a study, oldest first, with what is doubtful about the file.

    Parameters
    ----------
    decisions : tuple of Decision
        Those that could be read, in the order of the file.
    problems : tuple of str
        One sentence each: lines changed, removed, inserted, cut off, or written while a clock ran backwards.
    unreadable : tuple of (int, str)
        Line number and text of lines that hold no decision; they stay in the file.
    seal : str
        Hash of the last line. Noted down elsewhere, it shows later that no line before it was touched or removed.

    Notes
    -----
    The chain of hashes shows careless edits. Somebody who computes every hash anew can still forge a ledger; a seal
    kept by another person shows that too.
    """

    decisions: tuple[Decision, ...]
    problems: tuple[str, ...] = ()
    unreadable: tuple[tuple[int, str], ...] = ()
    seal: str = ""

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Ledger:
        """Make a ledger of rows, as ``Study.decisions`` holds them."""
        plain = [{key: value for key, value in row.items() if key not in CHAIN} for row in rows]
        return cls(tuple(Decision.of({**row, "number": row.get("number", i)}) for i, row in enumerate(plain, start=1)))

    def __len__(self) -> int:
        return len(self.decisions)

    def __getitem__(self, index: Any) -> Any:
        return self.decisions[index]

    def table(self) -> Table:
        """Give one row a decision; notes are in ``rows()`` and HTML, not in ``print``."""
        columns = ("number", "date", "by", "role", "decision", "subject", "to", "verdict", "note", "settles")
        values = tuple(
            (d.number, d.date, d.by, d.role, d.kind, d.subject, ", ".join(code.id for code in d.made) or d.to,
             d.verdict, d.note, d.settles)
            for d in self.decisions
        )  # fmt: skip
        return Table(columns, values, quoting=("note",), notes=self.problems)

    def _summary(self) -> str:
        return f"{counted(len(self.decisions), 'decision')}, {counted(len(self.problems), 'problem')}"


def read_ledger(path: str | Path, *, seal: str | None = None) -> Ledger:
    """Read a ledger and check that nobody changed it.

    Parameters
    ----------
    path : str or Path
        The file; an absent file is a ledger without decisions.
    seal : str, optional
        ``Ledger.seal`` as it was noted down earlier: one line of the file must still have that hash.

    Returns
    -------
    Ledger
        Every decision that could be read, and every problem. Nothing is left out because a line is damaged.

    Raises
    ------
    InputError
        When the path is a folder, or the file is not UTF-8.

    Warns
    -----
    AllianceWarning
        When the file has problems; they stand in ``Ledger.problems``.

    Examples
    --------
    >>> from alliance_nlp.ledger import record_decision
    >>> file = getfixture("tmp_path") / "decisions.jsonl"
    >>> _ = record_decision(file, "note", note="Four themes are enough.", by="KL")
    >>> read_ledger(file)
    Ledger(1 decision, 0 problems)
    """
    lines = read_lines(path)
    found = ledger_of(lines)
    problems = list(found.problems)
    if seal is not None and seal not in {hash_bytes(line) for line in lines}:
        problems.append("no line has the hash of the seal given: lines up to the seal were changed or removed.")
    name = Path(path).name
    if problems:
        warn(f"{name} has {counted(len(problems), 'problem')}, the first: {problems[0]}")
    return replace(found, problems=tuple(f"{name}: {problem}" for problem in problems))


def ledger_of(lines: Sequence[str]) -> Ledger:
    """Read the lines of a ledger one by one, and say of each whether it is as it was written."""
    decisions: list[Decision] = []
    unreadable: list[tuple[int, str]] = []
    problems: list[str] = []
    trusted = True
    for number, line in enumerate(lines, start=1):
        decision, problem = _parse(number, line)
        if decision is None:
            unreadable.append((number, line))
        else:
            decisions.append(decision)
        if problem:
            problems.append(problem)
        elif trusted and not _follows(line, lines[number - 2] if number > 1 else None):
            problems.append(
                f"line {number} does not follow the line before it: a line was changed, removed, inserted or moved."
            )
        trusted = problem is None  # a line after a changed one cannot fit, and that is no further problem
    problems += _clocks(decisions)
    return Ledger(tuple(decisions), tuple(problems), tuple(unreadable), hash_bytes(lines[-1]) if lines else "")


def read_lines(path: str | Path) -> list[str]:
    """Lines of a ledger's file as they stand; none when there is no file."""
    source = Path(path)
    if source.is_dir():
        raise InputError(f"A ledger is a file. {source.name} is a folder. Name a file in it, such as decisions.jsonl.")
    if not source.exists():
        return []
    try:
        text = source.read_bytes().decode("utf-8")
    except UnicodeDecodeError as err:
        raise InputError(
            f"{source.name} is not UTF-8 (byte {err.start}), so it is not a ledger as record_decision() writes it. "
            f"Save it as UTF-8, or take it from a backup."
        ) from err
    return [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n") if line.strip()]


def seal_line(decision: Decision, previous: str | None) -> str:
    """Write a decision as the line that follows `previous`."""
    row = {**decision.row(), "previous": hash_bytes(previous) if previous is not None else ""}
    return canonical_json({**row, "hash": _row_hash(row)}, ascii_only=False)


def _row_hash(row: Mapping[str, Any]) -> str:
    return hash_bytes(canonical_json(row, ascii_only=False))


def _parse(number: int, line: str) -> tuple[Decision | None, str | None]:
    try:
        row = json.loads(line)
    except ValueError:
        return None, f"line {number} is not a whole line of JSON; it was cut off or edited, and stays in the file."
    if not isinstance(row, dict):
        return None, f"line {number} does not hold a decision; it stays in the file."
    stated = row.pop("hash", None)
    changed = stated != _row_hash(row)
    row.pop("previous", None)
    try:
        decision = Decision.of({**row, "number": number})
    except InputError as err:
        return None, f"line {number} holds no decision that can be read, and stays in the file. {err}"
    return decision, f"line {number} was changed after it was written: its hash does not fit." if changed else None


def _follows(line: str, before: str | None) -> bool:
    return bool(json.loads(line).get("previous") == (hash_bytes(before) if before is not None else ""))


def _clocks(decisions: Sequence[Decision]) -> list[str]:
    return [
        f"the clock ran backwards between lines {a.number} and {b.number}; the order of the lines counts, not the time."
        for a, b in itertools.pairwise(decisions)
        if a.written and b.written and b.written < a.written
    ]
