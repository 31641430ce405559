"""What REFI-QDA has no place for (turns, who read what, statuses), as data in one note of a project that we wrote."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from alliance_nlp.errors import InputError
from alliance_nlp.provenance import canonical_json, content_hash
from alliance_nlp.qda.code_trees import Tree
from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Expectation,
    FieldNote,
    Mark,
    Participant,
    Question,
    ReadSpan,
    Study,
    Table,
    Theme,
    Transcript,
    Turn,
)

FORM = "alliance_nlp 1"
TITLE = "alliance_nlp: data that REFI-QDA has no place for (leave it as it is)"
_ROWS: dict[str, type[Any]] = {
    "codes": Code, "themes": Theme, "read": ReadSpan, "participants": Participant, "guide": Question,
    "notes": FieldNote, "expectations": Expectation, "uncoded": CodedSpan, "marks": Mark, "marks_read": ReadSpan,
}  # fmt: skip
_FILLED = {"refuses", "person_id"}  # a study fills these in
Row = TypeVar("Row")


def plain(record: Any) -> dict[str, Any]:
    """Fields of a row that are not as they are by default, as JSON has them."""
    found = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if field.name not in _FILLED and value != field.default:
            found[field.name] = value.isoformat() if isinstance(value, datetime.date) else value
    return found


def made(kind: type[Row], values: Mapping[str, Any]) -> Row:
    """Make a row of its fields again; it refuses what is not true of it."""
    known = {field.name: values[field.name] for field in dataclasses.fields(kind) if field.name in values}  # type: ignore[arg-type]
    if isinstance(known.get("date"), str):
        known["date"] = datetime.date.fromisoformat(known["date"])
    return kind(**known)


def hash_of(text: str) -> str:
    """Hash of a text, line ends apart."""
    return content_hash(text.replace("\r\n", "\n").replace("\r", "\n"))


def data_of(
    study: Study, codings: Mapping[str, CodedSpan], uncoded: Iterable[CodedSpan], branches: Mapping[str, str], *,
    people: bool, unplaced: Iterable[str] = (),
) -> str:  # fmt: skip
    """Write what other programs have no place for.

    Parameters
    ----------
    study : Study
        The study, its texts as they are written to the file.
    codings : dict of str to CodedSpan
        Codings by the id that they have in the file, in the order of the study.
    uncoded : iterable of CodedSpan
        What carries no code, and so no place in the file: where a machine abstained.
    branches : dict of str to str
        Codes in a branch for a machine's suggestions, by id: the path that they stand for; empty for what holds them.
    people : bool
        Whether to write who takes part, and what was noted about them.
    unplaced : iterable of str
        Transcripts in which nobody knows how positions are counted.
    """
    book, coding, consensus = study.codebook, study.coding, study.consensus
    read = [*(coding.read if coding is not None else ()), *(consensus.read if consensus is not None else ())]
    rows: dict[str, Iterable[Any]] = {
        "codes": book.codes if book is not None else (), "themes": book.themes if book is not None else (),
        "read": read, "guide": study.guide, "expectations": study.expectations,
        "uncoded": uncoded,
        "marks": study.marks.marks if study.marks is not None else (),
        "marks_read": study.marks.read if study.marks is not None else (),
        "participants": study.participants if people else (), "notes": study.notes if people else (),
    }  # fmt: skip
    return canonical_json({
        "form": FORM, "title": study.title, "synthetic": study.synthetic,
        "codebook": book is not None, "former": list(book.former) if book is not None else [],
        "same_people": study.same_people, **{name: [plain(row) for row in own] for name, own in rows.items()},
        "saw_suggestions": dict(coding.saw_suggestions) if coding is not None else {},
        "transcripts": {
            t.id: {"hash": hash_of(t.text), "turns": [plain(turn) for turn in t.turns], "session": t.session,
                   "date": t.date.isoformat() if t.date is not None else None, "source": t.source}
            for t in study.transcripts
        },
        "agreed": list(consensus.coders) if consensus is not None else [],
        "ledger": _as_json(consensus.ledger) if consensus is not None and people else None,
        "order": list(codings), "branches": dict(branches),
        "unplaced": sorted(unplaced),
        "codings": {guid: plain(span) for guid, span in codings.items()
                    if span.status != "coded" or span.score is not None or span.note},
    })  # fmt: skip


def _as_json(table: Table | None) -> dict[str, Any] | None:
    """Give a table of words and numbers; None for one that holds anything else."""
    if table is None or any(type(v) not in (str, int, float, bool, type(None)) for row in table.values for v in row):
        return None
    return {f.name: getattr(table, f.name) for f in dataclasses.fields(table)}


class OwnData:
    """What a project of ours says of itself; of a project of another program nothing."""

    def __init__(self, said: Mapping[str, Any], *, damaged: bool = False) -> None:
        self._said = said
        self.damaged = damaged

    @classmethod
    def of(cls, notes: Iterable[tuple[str, str]]) -> OwnData:
        """Find it among the notes, given by name and text; what is damaged is as good as absent."""
        for name, text in notes:
            if name == TITLE:
                try:
                    said = json.loads(text)
                except (ValueError, RecursionError):
                    continue
                if isinstance(said, dict) and said.get("form") == FORM:
                    own = cls(said)
                    return own if own.is_whole() else cls({}, damaged=True)
        return cls({})

    def is_whole(self) -> bool:
        """Whether every row of it can be made: another program, or a person, may have changed the note."""
        try:
            for name in _ROWS:
                self.rows(name)
            _ = self.ledger
            for told in self._said.get("transcripts", {}).values():
                _ = [made(Turn, turn) for turn in told["turns"]], told["hash"], told["session"], told["source"]
                _ = told["date"] and datetime.date.fromisoformat(told["date"])
            for told in self._said.get("codings", {}).values():
                made(CodedSpan, told)
            lists = ("order", "former", "agreed", "unplaced")
            dicts = ("branches", "saw_suggestions")
            return all(isinstance(self._said.get(x, []), list) for x in lists) and all(
                isinstance(self._said.get(x, {}), dict) for x in dicts
            )
        except (InputError, ValueError, TypeError, KeyError, AttributeError):
            return False

    def __bool__(self) -> bool:
        return bool(self._said)

    def rows(self, name: str) -> tuple[Any, ...]:
        """Rows of one kind."""
        return tuple(made(_ROWS[name], row) for row in self._said.get(name, ()))

    def get(self, name: str, default: Any = None) -> Any:
        """One value."""
        return self._said.get(name, default)

    @property
    def ledger(self) -> Table | None:
        """How the consensus was reached, as written down."""
        told = self._said.get("ledger")
        return (
            Table(told["columns"], tuple(map(tuple, told["values"])), told["title"], told["quoting"], told["notes"])
            if told
            else None
        )

    def in_order(self, found: list[tuple[str, CodedSpan]]) -> list[tuple[str, CodedSpan]]:
        """Codings by their ids in the order that they had; those that came later behind them."""
        order = {guid: at for at, guid in enumerate(self._said.get("order", ()))}
        return sorted(found, key=lambda pair: order.get(pair[0], len(order)))

    def part(self, tree: Tree) -> Tree:
        """Set apart the codes that stand for others in a branch for a machine's suggestions."""
        branches = self._said.get("branches", {})
        rows = {"/".join(node.path): node.code for node in tree.nodes if node.guid not in branches}
        aside = [n for n in tree.nodes if n.guid in branches]
        nodes = tuple(n for n in tree.nodes if n.guid not in branches)
        stand_for = [dataclasses.replace(n, code=rows[branches[n.guid]]) for n in aside if branches[n.guid] in rows]
        return Tree(nodes, tree.odd, tuple(stand_for))

    def codebook(self, tree: Tree) -> Codebook | None:
        """Give the codebook as it was, with what was written to its codes since; None for another tree."""
        rows = self.rows("codes")
        nodes = {"/".join(node.path): node for node in tree.nodes}
        paths = {code.id for code in rows}
        known = paths | set(self._said.get("former", ()))
        if not rows or not paths <= set(nodes) or any(n.codable and path not in known for path, n in nodes.items()):
            return None
        themes = self.rows("themes")
        described = {theme.name: theme.description.strip() for theme in themes}
        told = [(code, nodes[code.id].code.definition) for code in rows]
        kept = [
            code
            if said in (code.definition.strip(), described.get(code.id))
            else dataclasses.replace(code, definition=said)
            for code, said in told
        ]
        return Codebook(tuple(kept), themes, tuple(self._said.get("former", ())))

    def transcript(self, transcript_id: str, text: str) -> Transcript | None:
        """Give the transcript with its turns, where its text is still the same."""
        told = self._said.get("transcripts", {}).get(transcript_id)
        if told is None or told["hash"] != hash_of(text):
            return None
        turns = tuple(made(Turn, turn) for turn in told["turns"])
        day = datetime.date.fromisoformat(told["date"]) if told["date"] else None
        return Transcript(transcript_id, text, turns, day, told["session"], told["source"])

    def span(self, guid: str, span: CodedSpan) -> CodedSpan:
        """Give an application with status and score, where the file still gives the same code to the same words."""
        told = self._said.get("codings", {}).get(guid)
        if told is None:
            return span
        same = all(told[name] == getattr(span, name) for name in ("transcript_id", "start", "end", "code_id"))
        return made(CodedSpan, told) if same else span
