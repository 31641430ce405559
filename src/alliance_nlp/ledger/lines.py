"""The ledger as a file: lines that carry their own hash and that of the line before, read without losing any."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from alliance_nlp.errors import InputError, counted, warn
from alliance_nlp.files import DEEPEST, HALVES, checked_path, last_line, nesting, refuse_size, showing, telling
from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.provenance import canonical_json, hash_bytes, hash_words
from alliance_nlp.records import Record, Study, Table, Tabular

CHAIN = ("previous", "hash")
SHORTENED = "withdrawn"  # field of a line that a withdrawal shortened: hash of the line as it had been
CHANGED = "was changed after it was written: its hash does not fit."
NO_HASH = "carries no hash: it was not written by record_decision(), or its hash was taken out."
_HIGHEST = 10**9  # a higher number of a decision is nobody's


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
        """Make a ledger of rows, as ``Study.decisions`` holds them; rows that carry a hash are checked against it.

        Raises
        ------
        InputError
            When a row is no decision.
        """
        stated = [dict(row) for row in rows]
        plain = [_without_chain(row) for row in stated]
        decisions = [Decision.of({**row, "number": row.get("number", i)}) for i, row in enumerate(plain, start=1)]
        changed = tuple(
            f"row {i} {CHANGED}" for i, row in enumerate(stated, start=1) if "hash" in row and not _fits(row)
        )
        return cls(tuple(decisions), changed, (), str(_seal_of_rows(stated)))

    @classmethod
    def of_study(cls, study: Study) -> Ledger:
        """Give the ledger that a study holds: its lines, checked, or rows that the study was made with."""
        return ledger_of(study.ledger_lines) if study.ledger_lines else cls.of(study.decisions)

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
        When the path is a folder, or no line of the file is a ledger's.

    Warns
    -----
    AllianceWarning
        When the file has problems; they stand in ``Ledger.problems``.

    Notes
    -----
    A decision keeps the number that it was written with, also where a line before it was removed.

    Examples
    --------
    >>> from alliance_nlp.ledger import record_decision
    >>> file = getfixture("tmp_path") / "decisions.jsonl"
    >>> _ = record_decision(file, "note", note="Four themes are enough.", by="KL")
    >>> read_ledger(file)
    Ledger(1 decision, 0 problems)
    """
    with showing(f"reading {Path(path).name if isinstance(path, str | Path) else 'a ledger'}"):
        lines = read_lines(path)
        found = ledger_of(lines)
    problems = list(found.problems)
    if seal is not None and seal.strip().lower() not in {sealed for line in lines for sealed in seals_of(line)}:
        problems.append("no line has the hash of the seal given: lines up to the seal were changed or removed.")
    name = Path(path).name
    if problems:
        warn(f"{name} has {counted(len(problems), 'problem')}, the first: {problems[0]}")
    return replace(found, problems=tuple(f"{name}: {problem}" for problem in problems))


class ParsedLine(NamedTuple):
    """One line, what it holds, and what is wrong with it alone; `number` is that of its decision."""

    at: int
    text: str
    number: int
    row: Mapping[str, Any] | None = None
    decision: Decision | None = None
    problem: str | None = None


def ledger_of(lines: Sequence[str]) -> Ledger:
    """Read the lines of a ledger one by one, and say of each whether it is as it was written."""
    read = parsed_lines(lines)
    decisions = tuple(line.decision for line in read if line.decision is not None)
    problems = [line.problem or _out_of_chain(line, read[line.at - 2] if line.at > 1 else None) for line in read]
    problems += _unexplained(read)
    bare = sum(line.decision is not None and "hash" not in (line.row or ()) for line in read)
    if bare and bare == len(decisions):
        problems = [problem for problem in problems if not problem.endswith(NO_HASH)]
        problems.append(f"{counted(bare, 'decision')}, none with a hash: nothing shows whether they were changed.")
    unreadable = tuple((line.at, line.text) for line in read if line.decision is None)
    seal = _hash_line(lines[-1]) if lines else ""
    return Ledger(decisions, (*filter(None, problems), *_clocks(decisions)), unreadable, seal)


def parsed_lines(lines: Sequence[str]) -> list[ParsedLine]:
    """Read the lines of a ledger one by one."""
    read: list[ParsedLine] = []
    for at, line in enumerate(lines, start=1):
        read.append(_parse(at, line, read[-1].number if read else 0))
    return read


def _out_of_chain(line: ParsedLine, before: ParsedLine | None) -> str:
    """Say that a line does not follow the one before it; one after a changed line cannot, and that is no news."""
    trusted = before is None or before.problem is None
    stated = (line.row or {}).get("previous")
    if not trusted or stated in (seals_of(before.text) if before is not None else ("",)):
        return ""
    return f"line {line.at} does not follow the line before it: a line was changed, removed, inserted or moved."


def seals_of(line: str) -> tuple[str, ...]:
    """Give the hash of a line, and the one that it had before a withdrawal shortened it."""
    row = _row(line) if f'"{SHORTENED}"' in line else None
    before = row.get(SHORTENED) if isinstance(row, dict) else None
    return (_hash_line(line), before) if isinstance(before, str) else (_hash_line(line),)


def shortened_hash(lines: Sequence[str]) -> str:
    """Hash over the lines that withdrawals shortened, which the tombstone behind them carries; empty where none was."""
    found = [_hash_line(line) for line in lines if len(seals_of(line)) > 1]
    return hash_words(*found) if found else ""


def _unexplained(read: Sequence[ParsedLine]) -> list[str]:
    """Say where lines say of themselves that a withdrawal shortened them, and the last withdrawal does not."""
    texts = [line.text for line in read]
    last = next((i for i in reversed(range(len(read))) if _is_tombstone(read[i].decision)), None)
    told = read[last].decision if last is not None else None
    if shortened_hash(texts[:last]) == (told.to if told is not None else "") and not shortened_hash(texts[last:]):
        return []
    return [
        "lines say that a withdrawal shortened them, and the last withdrawal does not name them as they stand: they "
        "were changed since, or somebody else shortened them."
    ]


def _is_tombstone(decision: Decision | None) -> bool:
    return decision is not None and decision.kind == "withdrawal" and not decision.is_shortened


def read_lines(path: str | Path) -> list[str]:
    """Lines of a ledger's file as they stand; none when there is no file.

    Bytes that are not UTF-8 are kept as ``surrogateescape`` keeps them: such a line is set apart, not the file.
    """
    source = checked_path(path, "The path of a ledger")
    if source.is_dir():
        raise no_folder(source)
    if not source.exists():
        return []
    refuse_size(source, "ledger")
    with telling(source, "read"):
        data = source.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as err:
        if not any(line.lstrip().startswith(b"{") for line in data.split(b"\n")):
            raise InputError(
                f"{source.name} is not UTF-8 (byte {err.start}), so it is not a ledger as record_decision() writes it. "
                f"Save it as UTF-8, or take it from a backup."
            ) from err
    lines = (line.removesuffix(b"\r") for line in data.split(b"\n") if line.strip())
    return [line.decode("utf-8", "surrogateescape") for line in lines]


def no_folder(path: Path) -> InputError:
    """Word the error for a folder where the file of a ledger is wanted."""
    return InputError(f"A ledger is a file. {path.name} is a folder. Name a file in it, such as decisions.jsonl.")


def rows_of(lines: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """Rows of the lines that hold one, as they stand."""
    found = (_row(line) for line in lines)
    return tuple(row for row in found if isinstance(row, dict))


def last_of(path: Path) -> tuple[str | None, int, str]:
    """Last line of a ledger, the number of its decision, and when it was written: read from the end of the file.

    Only where the last line is no whole decision those before it are read, to count them.
    """
    data = last_line(path) if path.is_file() else None
    if data is None:
        return None, 0, ""
    last = _parse(1, data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"), 0)
    if last.problem is not None:
        last = parsed_lines(read_lines(path))[-1]
    return last.text, last.number, last.decision.written if last.decision is not None else ""


def seal_line(decision: Decision, previous: str | None) -> str:
    """Write a decision as the line that follows `previous`: of one that was shortened, the hash that it first had.

    A later withdrawal may shorten it once more, and keeps that hash alone.

    Raises
    ------
    InputError
        When it holds half of a character, which no file can hold.
    """
    row = {**decision.row(), "previous": seals_of(previous)[-1] if previous is not None else ""}
    for name, value in row.items():
        if HALVES.search(canonical_json(value, ascii_only=False)):
            raise InputError(
                f"A decision cannot hold half of a character (a lone surrogate). It stands in {name}. Write it anew."
            )
    return canonical_json({**row, "hash": _row_hash(row)}, ascii_only=False)


def _without_chain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in (*CHAIN, SHORTENED)}


def _hash_line(line: str) -> str:
    return hash_bytes(line.encode("utf-8", "surrogateescape"))


def _row_hash(row: Mapping[str, Any]) -> str:
    return hash_bytes(canonical_json(row, ascii_only=False))


def _fits(row: Mapping[str, Any]) -> bool:
    return bool(row.get("hash") == _row_hash({key: value for key, value in row.items() if key != "hash"}))


def _seal_of_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """Hash of the last row as `seal_line` writes it; nothing where it carries no chain."""
    chained = bool(rows) and all(key in rows[-1] for key in CHAIN)
    return hash_bytes(canonical_json(rows[-1], ascii_only=False)) if chained else ""


def _row(line: str) -> dict[str, Any] | str:
    """Row of a line, or why it holds none."""
    if HALVES.search(line):
        return "is not UTF-8"
    if nesting(line) > DEEPEST:
        return f"is nested more than {DEEPEST} deep"
    try:
        row = json.loads(line, object_pairs_hook=_once)
        canonical_json(row, ascii_only=False).encode("utf-8")
    except UnicodeEncodeError:
        return "holds half of a character (a lone surrogate)"
    except InputError as err:
        return str(err)
    except (ValueError, RecursionError):
        return "is not a whole line of JSON; it was cut off or edited"
    return row if isinstance(row, dict) else "does not hold a decision"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Fields of a row; one that stands there twice hides what it said first."""
    row = dict(pairs)
    if len(row) < len(pairs):
        raise InputError("names a field twice")
    return row


def _parse(at: int, line: str, before: int) -> ParsedLine:
    """Read one line; its decision keeps the number it was written with where that follows the one before."""
    row = _row(line)
    if isinstance(row, str):
        return ParsedLine(at, line, before + 1, problem=f"line {at} {row}. It is set apart, and stays in the file.")
    fits, stated = _fits(row), row.get("number")
    number = stated if fits and type(stated) is int and before < stated <= _HIGHEST else before + 1
    try:
        decision = Decision.of({**_without_chain(row), "number": number})
    except InputError as err:
        problem = f"line {at} holds no decision that can be read, and stays in the file. {err}"
        return ParsedLine(at, line, number, row, problem=problem)
    return ParsedLine(
        at, line, number, row, decision, None if fits else f"line {at} {CHANGED if 'hash' in row else NO_HASH}"
    )


def _clocks(decisions: Sequence[Decision]) -> list[str]:
    return [
        f"the clock ran backwards between lines {a.number} and {b.number}; the order of the lines counts, not the time."
        for a, b in itertools.pairwise(decisions)
        if a.written and b.written and b.written < a.written
    ]
