"""One decision: what it may hold, and how it becomes a line of the ledger and a decision again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from alliance_nlp.errors import InputError, choice_error, counted, listed
from alliance_nlp.records import WITHDRAWN, Code, Row
from alliance_nlp.records.fields import Checked, Count, FieldError, Name

DecisionKind = Literal[
    "accept", "reject", "rename", "merge", "split", "add code", "change definition", "agree", "note", "member check",
    "comparison", "saw suggestions", "expectation", "contrary", "read differently", "position", "stance", "relation",
    "pack", "workshop", "workshop reply", "translation", "translation check", "memo", "case summary", "negative case",
    "theme description", "differ", "mark", "read for significance", "withdrawal",
]  # fmt: skip
DecidedBy = Literal["researcher", "coder", "participant", "program"]
PROGRAM: DecidedBy = "program"  # what was counted, not decided
KINDS: tuple[str, ...] = get_args(DecisionKind)
DECIDED_BY: tuple[str, ...] = get_args(DecidedBy)
VERDICTS: tuple[str, ...] = ("yes", "partly", "no")
EXPECTED: tuple[str, ...] = ("confirmed", "contradicted", "changed", "open")
STANCES: tuple[str, ...] = ("for", "against", "neither")
CHECKED: tuple[str, ...] = ("as said", "changed", "not as said")
SIGNIFICANT, NOT_SIGNIFICANT = SIGNIFICANCE = ("significant", "not significant")
_VERDICTS_OF: dict[str, tuple[str, ...]] = {
    "member check": VERDICTS, "expectation": EXPECTED, "stance": STANCES, "translation check": CHECKED,
    "workshop reply": VERDICTS, "mark": SIGNIFICANCE,
}  # fmt: skip

# what each kind must name, and what else it may name
_NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accept": (("code",), ("cluster", "segment")),
    "reject": (("code",), ("cluster", "segment")),
    "rename": (("to",), ("code", "theme")),
    "merge": (("code", "to"), ()),
    "split": (("code", "to"), ()),
    "add code": (("to",), ()),
    "change definition": (("code", "to"), ()),
    "agree": (("segment",), ("code",)),
    "note": (("note",), ("code", "theme", "cluster", "segment")),
    "member check": (("verdict",), ("theme", "code", "segment")),
    "comparison": (("note",), ()),
    "saw suggestions": (("note",), ("about",)),  # about: "review", where passages were decided on and not coded
    "expectation": (("about", "verdict"), ("segment", "theme", "to")),  # to: what is expected now
    "contrary": (("about", "to"), ()),
    "read differently": (("note",), ("code", "theme", "cluster", "segment")),
    "position": (("about", "note"), ()),
    "stance": (("theme", "about", "verdict"), ("segment",)),
    "relation": (("theme", "to"), ("segment",)),
    "pack": (("about", "to"), ()),
    "workshop": (("about", "people", "note"), ()),  # note: what was shown
    "workshop reply": (
        ("about", "note"),
        ("theme", "verdict", "people", "to"),
    ),  # note: what was said; to: what changed
    "translation": (("segment", "to", "language"), ()),
    "translation check": (("segment", "language", "verdict"), ("to",)),
    "memo": (("note",), ("about", "code", "theme", "cluster", "segment", "people")),
    "case summary": (("about", "theme", "to"), ("segment",)),
    "negative case": (("theme", "segment", "note"), ("about",)),
    "theme description": (("theme", "to"), ()),
    "differ": (("note",), ("segment", "theme", "code", "about")),
    "mark": (("segment", "verdict"), ()),  # note: why
    "read for significance": ((), ("about", "segment")),  # about: a session or transcript, its participants' turns
    "withdrawal": (("about", "note"), ("to",)),  # about: a person; to: hash over the lines that were shortened
}
PARTS = (
    "code", "theme", "segment", "cluster", "to", "verdict", "note", "about", "people", "language", "settles",
)  # fmt: skip
_ONE_OF = {
    "accept",
    "reject",
    "rename",
    "member check",
    "read for significance",
}  # of what they may name, these must name one thing


@dataclass(frozen=True, slots=True)
class Decision(Checked):
    """One line of the ledger: what was decided, by whom, in which role, when and why.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    by : str
        Who decided; "KL+MR" where two decided together.
    role : {"researcher", "coder", "participant", "program"}
        In which role; "program" where a comparison was counted by itself.
    date : datetime.date
        The day of the decision.
    code : tuple of str
        Paths of the codes that it is about; several for a merge; empty where "agree" means that no code applies.
    theme : str
        Name of the theme that it is about.
    segment : str
        Id of the segment, ``transcript:start-end``.
    cluster : int or None
        Number of the cluster.
    members : str
        Hash of the segments in that cluster: a number means another cluster after the next run, the members do not.
    to : str or tuple of Code
        The new name or definition, or the codes that a decision makes.
    before : str or None
        The definition or codes that stood when the decision was made: whether it builds on an earlier one.
    verdict : str
        "yes", "partly" or "no" of a member check or workshop; "confirmed", "contradicted", "changed" or "open" of an
        expectation; "for", "against" or "neither" of a stance; "as said", "changed" or "not as said" of a translation;
        "significant" or "not significant" of a mark.
    note : str
        Why, in people's words.
    settles : tuple of int
        Numbers of earlier decisions that this one settles.
    number : int
        Its line in the ledger, from 1; 0 before it is written.
    written : str
        When the line was written, by the computer's clock.
    about : str
        What else it is about, as the study names it: the words of an expectation, a person, a session.
    people : tuple of str
        Who was there.
    language : str
        Into which language, of a translation.
    proposal : str
        Id of the proposal that it came from, where somebody decided on a page (see `import_proposals`).

    Raises
    ------
    InputError
        When something that this kind of decision needs is missing, or a choice is none of those allowed.
    """

    kind: DecisionKind
    by: str
    role: DecidedBy
    date: datetime.date
    code: tuple[Name, ...] = ()
    theme: str = ""
    segment: str = ""
    cluster: Count | None = None
    members: str = ""
    to: str | tuple[Code, ...] = ""
    before: str | None = None
    verdict: str = ""
    note: str = ""
    settles: tuple[Count, ...] = ()
    number: Count = 0
    written: str = ""
    about: str = ""
    people: tuple[Name, ...] = ()
    language: str = ""
    proposal: str = ""

    def _check(self) -> None:
        if not self.by.strip():
            raise InputError("A decision needs a name: by='...'. Got an empty one. Nobody decides anonymously.")
        self._check_parts()
        choices = _VERDICTS_OF.get(self.kind, ())
        if choices and self.verdict not in choices and (self.verdict or self.kind != "workshop reply"):
            raise choice_error("verdict", choices, self.verdict)
        _check_counts(self)

    def _check_parts(self) -> None:
        needed, allowed = _NEEDS[self.kind]
        named = [name for name in PARTS if self._names(name)]
        missing = [name for name in needed if name not in named]
        if missing:
            raise InputError(f"A decision of kind {self.kind!r} needs {listed(missing, 'and')}. Pass {missing[0]}=...")
        choices = [name for name in allowed if name in named]
        if self.kind in _ONE_OF and len(choices) != 1:
            raise InputError(
                f"A decision of kind {self.kind!r} is about {listed(allowed, 'or')}, one of them. "
                f"Got {listed(choices, 'and') or 'none'}."
            )
        odd = [name for name in named if name not in {*needed, *allowed, "note", "settles"}]
        if odd:
            raise InputError(f"A decision of kind {self.kind!r} does not take {listed(odd, 'or')}. Leave it out.")

    def _names(self, part: str) -> bool:
        value = getattr(self, part)
        return value is not None and value not in ("", ())

    @property
    def is_shortened(self) -> bool:
        """Whether it stands in the place of a decision that a withdrawal took away."""
        return self.kind == "withdrawal" and self.about == WITHDRAWN

    @property
    def subject(self) -> str:
        """What the decision is about, in words."""
        codes = " + ".join(repr(path) for path in self.code)
        if self.kind == "add code":
            return repr(self.made[0].id)
        if self.cluster is not None:
            return f"cluster {self.cluster}" + (f" and {codes}" if codes else "")
        if self.segment:
            return self.segment + (f" and {codes}" if codes and self.kind != "agree" else "")
        return codes or (f"theme {self.theme!r}" if self.theme else self.about or "the study")

    @property
    def made(self) -> tuple[Code, ...]:
        """Codes that the decision makes."""
        return self.to if isinstance(self.to, tuple) else ()

    def row(self) -> Row:
        """Give the decision as a dict that JSON can hold; what is empty is left out."""
        row: Row = {}
        for field in fields(self):
            value = getattr(self, field.name)
            empty = value is None or (value in ("", (), 0) and field.name not in ("before", "cluster"))
            if not empty:
                row[field.name] = _plain(value)
        if self.kind == "agree":
            row["code"] = list(self.code)  # the empty list is what was agreed on
        return row

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Decision:
        """Make a decision of a dict as `row` gives it.

        Raises
        ------
        InputError
            When a field is not known, missing, or of the wrong shape.
        """
        known = {field.name for field in fields(cls)}
        unknown = [key for key in row if key not in known]
        missing = [key for key in ("kind", "by", "role", "date") if key not in row]
        if unknown or missing:
            wrong = f"no decision has {listed(unknown, 'or')}" if unknown else f"missing: {', '.join(missing)}"
            raise InputError(f"A decision needs kind, by, role and date, and only fields that are known; {wrong}.")
        values = dict(row)
        try:
            values["date"] = datetime.date.fromisoformat(str(row["date"]))
            for name in ("code", "settles", "people"):
                values[name] = tuple(row.get(name, ()))
            if not isinstance(row.get("to", ""), str):
                values["to"] = tuple(code_of(item) for item in row["to"])
            return cls(**values)
        except (TypeError, ValueError, AttributeError) as err:
            if isinstance(err, InputError) and not isinstance(err, FieldError):
                raise
            raise InputError("A field of the decision does not have the shape it is written in.") from err


def _check_counts(decision: Decision) -> None:
    n_codes, n_made, kind = len(decision.code), len(decision.made), decision.kind
    wrong = {
        "merge": (n_codes < 2 or n_made != 1, "two codes or more into one"),
        "split": (n_codes != 1 or n_made < 2, "one code into two or more"),
        "add code": (n_made != 1, "one code"),
        "change definition": (n_codes != 1 or n_made > 0, "one code, with to='the new definition'"),
        "rename": (max(n_codes, n_made) > 1 or bool(decision.theme and n_made), "one code or theme, and one new name"),
    }.get(kind)  # fmt: skip
    if wrong is not None and wrong[0]:
        raise InputError(f"A decision of kind {kind!r} takes {wrong[1]}. Got {n_codes} codes and {n_made} new ones.")
    if kind == "expectation" and decision.verdict != "open" and not (decision.segment or decision.note):
        raise InputError(
            f"That an expectation is {decision.verdict} needs a quote: segment='transcript:start-end'; or, where "
            f"nobody said a word of it, note='...' that says so."
        )
    if kind == "differ" and not (decision.settles or decision.segment):
        raise InputError(
            "A decision of kind 'differ' needs settles (the decisions that differ) or segment (words that coders read "
            "differently). Pass settles=(4, 7)."
        )
    if n_made and kind not in {"rename", "merge", "split", "add code"}:
        raise InputError(f"A decision of kind {kind!r} takes words as to. Got {counted(n_made, 'code')}.")
    if kind in {"accept", "reject"} and n_codes != 1:
        raise InputError(f"A decision of kind {kind!r} is about one code. Got {n_codes}. Decide on each alone.")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Code):
        parts = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return {name: part for name, part in parts.items() if part}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def code_of(row: Mapping[str, Any]) -> Code:
    """Make a code of a dict with its three levels, definition, exemplars and aliases."""
    values = dict(row)
    for name in ("exemplars", "aliases"):
        values[name] = tuple(row.get(name, ()))
    return Code(**values)
