"""A file of proposals, as a page hands it over: read whole, with every problem of it at once."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from alliance_nlp.errors import InputError, choice_error, listed
from alliance_nlp.files import DEEPEST, HALVES, nesting, own_errors, refuse_count, refuse_size, telling, too_much
from alliance_nlp.ledger import Decision
from alliance_nlp.ledger.decisions import DecidedBy, DecisionKind, code_of

FORMAT = "alliance_nlp proposals 1"
MOST, MOST_SEEN = 20_000, 100_000  # proposals of one file, and views that were opened
KINDS: tuple[DecisionKind, ...] = ("accept", "reject", "rename", "merge", "split", "agree", "differ", "memo")
ROLES: tuple[DecidedBy, ...] = ("researcher", "coder", "participant")
VIEWS = ("machine", "others")
LONGEST_NAME, LONGEST_PATH = 200, 1000  # of whoever decides, and of an id; of codes, themes, segments
HEAD = ("format", "study", "based_on", "by", "role", "exported", "proposals", "saw")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MEMBERS = re.compile("[0-9a-f]{16}")
_LEVELS = ("theme", "essence", "code", "definition")


class Proposal(NamedTuple):
    """One proposal: where it stands, its id, the decision that it would be, and what was seen or replaced."""

    file: str
    row: int
    id: str
    decision: Decision
    after: str
    replaces: tuple[str, ...]


class Proposals(NamedTuple):
    """What a file holds: of which study and ledger, whose it is, and the views they opened before deciding."""

    file: str
    study: str
    title: str
    seal: str
    n_decisions: int
    by: str
    exported: datetime.date
    proposals: tuple[Proposal, ...]
    saw: tuple[tuple[str, str], ...]


def read_proposals(path: Path) -> tuple[Proposals | None, list[str]]:
    """Read one file; where anything is wrong with it, say everything that is, and give nothing.

    Raises
    ------
    InputError
        When it is no file, or larger or deeper than such a file may be.
    """
    refuse_size(path, "proposals")
    with own_errors(path.name):
        with telling(path, "read"):
            text = path.read_bytes().decode("utf-8-sig", "strict")
        if nesting(text) > DEEPEST:
            raise too_much(path.name, f"brackets nested more than {DEEPEST} deep", f"{DEEPEST}")
        content = _parsed(path.name, text)
        head = list(_head_problems(content))
        if head:
            return None, head
        refuse_count(path.name, len(content["proposals"]), "proposal", MOST)
        refuse_count(path.name, len(content["saw"]), "opened view", MOST_SEEN)
        return _gathered(path.name, content)


def _parsed(name: str, text: str) -> Mapping[str, Any]:
    advice = "A page writes such a file by 'Save my decisions as a file'; take that file as it is."
    try:
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except ValueError as err:
        said = str(err) if isinstance(err, InputError) else "it was cut off or edited"
        raise InputError(f"{name} is no whole file of proposals: {said}. {advice}") from err
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        stated = str(content.get("format")) if isinstance(content, dict) else ""
        later = "It may come from a later version; update alliance_nlp. " if stated.startswith(FORMAT[:-1]) else ""
        raise InputError(f"{name} is no file of proposals: its format must be {FORMAT!r}. {later}{advice}")
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise InputError("a field is named twice")
    return row


def _no_number(word: str) -> Any:
    raise InputError(f"{word} is no number")


def _head_problems(content: Mapping[str, Any]) -> Iterator[str]:
    """Say what is wrong with everything but the proposals."""
    yield from _unknown(content, HEAD, "the file")
    study: Any = content.get("study")
    state: Any = content.get("based_on")
    if not _is_row(study) or not _is_name(study.get("key")) or not _is_text(study.get("title")):
        yield "study must say key and title"
    if not _is_row(state) or not _is_seal(state.get("seal")) or not _is_count(state.get("n_decisions")):
        yield "based_on must say the seal and n_decisions of the ledger that the page was made on"
    if not _is_name(content.get("by")):
        yield "by must name who decided. Nobody decides anonymously"
    if content.get("role") not in ROLES:
        yield str(choice_error("role", ROLES, str(content.get("role")))).rstrip(".")
    if _day(content.get("exported")) is None:
        yield "exported must be a time, such as 2026-11-27T10:15:00Z"
    for part in ("proposals", "saw"):
        if not isinstance(content.get(part), list):
            yield f"{part} must be a list"


def _gathered(name: str, content: Mapping[str, Any]) -> tuple[Proposals | None, list[str]]:
    problems: list[str] = []
    made: list[Proposal] = []
    by = unicodedata.normalize("NFC", content["by"].strip())
    for row, item in enumerate(content["proposals"], start=1):
        wrong = list(_row_problems(item))
        if not wrong:
            decision = _decision(item, by, content["role"], wrong)
            if decision is not None:
                made.append(Proposal(
                    name, row, item["id"], decision, item.get("after", ""), tuple(item.get("replaces", ()))
                ))  # fmt: skip
        problems += [f"proposal {row}: {what}" for what in wrong]
    ids = [proposal.id for proposal in made]
    twice = sorted({one for one in ids if ids.count(one) > 1}) if len(set(ids)) < len(ids) else []
    problems += [f"two proposals have the id {one!r}" for one in twice]
    if any(not _is_view(view) for view in content["saw"]):
        problems.append("saw must list segments, what of each was opened (machine or others), and when")
    if problems:
        return None, problems
    study, state = content["study"], content["based_on"]
    saw = tuple((view["segment"], view["what"]) for view in content["saw"])
    exported = _day(content["exported"]) or datetime.date.min
    return Proposals(name, study["key"], study["title"], state["seal"], state["n_decisions"], by, exported,
                     tuple(made), saw), []  # fmt: skip


def _row_problems(item: Any) -> Iterator[str]:
    """Say which fields of a proposal do not have their shape."""
    if not _is_row(item):
        yield "is no proposal"
        return
    yield from _unknown(item, tuple(_SHAPES), "it")
    for field, (is_right, must) in _SHAPES.items():
        if field in item and not is_right(item[field]):
            yield f"{field} must be {must}"
    missing = [field for field in ("id", "at", "kind", "note") if field not in item]
    if missing:
        yield f"{listed(missing, 'and')} {'is' if len(missing) == 1 else 'are'} missing"
    if item.get("kind") == "agree" and "code" not in item:
        yield "code is missing; an empty list says that no code applies"
    if ("cluster" in item) != ("members" in item):
        yield "cluster and members go together: a number alone means another cluster after the next run"


def _decision(item: Mapping[str, Any], by: str, role: DecidedBy, wrong: list[str]) -> Decision | None:
    """Make the decision that a proposal would be; or say what is missing for that."""
    to = item.get("to", "")
    try:
        made = to if isinstance(to, str) else tuple(code_of(row) for row in to)
        return Decision(
            item["kind"], by, role, _day(item["at"]) or datetime.date.min, tuple(item.get("code", ())),
            item.get("theme", ""), item.get("segment", ""), item.get("cluster"), item.get("members", ""),
            made.strip() if isinstance(made, str) else made, None, "", item["note"] if item["note"].strip() else "",
            proposal=item["id"],
        )  # fmt: skip
    except InputError as err:
        wrong.append(str(err).rstrip("."))
        return None


def _unknown(row: Mapping[str, Any], known: tuple[str, ...], what: str) -> Iterator[str]:
    odd = [name for name in row if name not in known]
    if odd:
        shown = [repr(name[:40]) for name in odd[:5]]
        yield f"{what} holds {listed(shown, 'and')}, which is nothing that a page writes"


def _day(value: Any) -> datetime.date | None:
    try:
        return datetime.datetime.fromisoformat(value).date() if _is_text(value) and "T" in value else None
    except ValueError:
        return None


def _is_row(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and HALVES.search(value) is None


def _is_name(value: Any) -> bool:
    return _is_text(value) and bool(value.strip()) and len(value) <= LONGEST_NAME and not _CONTROL.search(value)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 10**9


def _is_seal(value: Any) -> bool:
    return _is_text(value) and re.fullmatch("([0-9a-f]{64})?", value) is not None


def _is_path(value: Any) -> bool:
    return _is_text(value) and len(value) <= LONGEST_PATH


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_path(one) and one for one in value) and len(set(value)) == len(value)


def _are_codes(value: Any) -> bool:
    return isinstance(value, list) and all(
        _is_row(row)
        and set(row) <= set(_LEVELS)
        and all(map(_is_text, row.values()))
        and all(len(row[name]) <= LONGEST_PATH for name in row if name != "definition")
        for row in value
    )


def _is_view(value: Any) -> bool:
    fits = _is_row(value) and set(value) == {"segment", "what", "at"} and _is_text(value["segment"])
    return fits and value["what"] in VIEWS and _day(value["at"]) is not None


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "id": (_is_name, f"a word of its own, of at most {LONGEST_NAME} signs"),
    "at": (lambda value: _day(value) is not None, "a time, such as 2026-11-27T10:15:00Z"),
    "kind": (lambda value: value in KINDS, listed([repr(kind) for kind in KINDS], "or")),
    "code": (_are_texts, "a list of codes' paths, each once"),
    "theme": (_is_path, "the name of a theme"),
    "segment": (_is_path, "a segment's id"),
    "cluster": (_is_count, "a cluster's number"),
    "members": (lambda value: _is_text(value) and _MEMBERS.fullmatch(value) is not None, "16 hexadecimal digits"),
    "to": (lambda value: _is_path(value) or _are_codes(value), "a name, or a list of codes with theme, essence, code"),
    "note": (_is_text, "a text; an empty one where no reason was given"),
    "after": (lambda value: value in (*VIEWS, "both"), "'machine', 'others' or 'both'"),
    "replaces": (_are_texts, "a list of ids of earlier proposals, each once"),
}
