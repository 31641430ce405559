"""Every coding of a project: who gave which code to which stretch, or why it could not be placed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from alliance_nlp.qda.code_trees import Node, Tree
from alliance_nlp.qda.held_texts import HeldText, joined_by_lines
from alliance_nlp.qda.losses import QdaOffsets
from alliance_nlp.qda.markup import Element, day_of, guid_of
from alliance_nlp.qda.positions import GOOD, POOR, Choice, Fit, Raw, Way, choose_way, fit_of
from alliance_nlp.reading.offsets import AS_IT_IS
from alliance_nlp.records import CodedSpan

UNKNOWN = "unknown"


@dataclass(frozen=True)
class HeldCoding:
    """One coding, where it stands in the file, and the application that it is; or why it is none."""

    coding: Element
    parent: Element  # its selection, or the text itself
    text: HeldText
    span: CodedSpan | None = None
    why: str = ""


@dataclass(frozen=True)
class Placed:
    """The texts of a project with the way in which positions in each are counted."""

    texts: tuple[HeldText, ...]
    ways: Mapping[str, str]  # transcript to the name of its way; none where nothing fits
    offsets: tuple[QdaOffsets, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()


def users_of(root: Element) -> dict[str, str]:
    """Users by their ids; two of one name are two people."""
    found: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for user in root.iterfind("Users/User"):
        name = (user.get("name") or user.get("id") or "").strip() or "(no name)"
        taken[name] += 1
        found.setdefault(guid_of(user), name if taken[name] == 1 else f"{name} ({taken[name]})")
    return found


def raws_of(held: HeldText) -> list[Raw]:
    """Give selections of a text as written, without those that are no numbers."""
    found = ((held.raw(selection), selection.get("name", "")) for selection in held.selections)
    return [(raw[0], raw[1], name) for raw, name in found if raw is not None]


def place_own(texts: Sequence[HeldText], unplaced: Collection[str]) -> Placed:
    """Positions in a file of ours are letters, but where we passed on what nobody could place."""
    offsets = []
    for held in texts:
        if held.text is not None and (raws := raws_of(held)):
            fit = fit_of(AS_IT_IS, [(held.text, raws)]).share(range(len(raws)), "edges of words")
            counting = "" if held.transcript_id in unplaced else AS_IT_IS
            offsets.append(QdaOffsets(held.transcript_id, counting, len(raws), fit, "the program"))
    ways = {h.transcript_id: AS_IT_IS for h in texts if h.text is not None and h.transcript_id not in unplaced}
    return Placed(tuple(texts), ways, tuple(offsets))


def place(texts: Sequence[HeldText], origin: str, told: str | None) -> Placed:
    """Find how positions are counted: one way for the file, then what it comes to in each text."""
    plain = [held for held in texts if held.text is not None and not held.from_word]
    judged = [(held.text or "", raws_of(held)) for held in plain]
    if not any(raws for _, raws in judged):  # only Word files tell
        judged = [(joined_by_lines(held.text or ""), raws_of(held)) for held in texts if held.from_word]
    choice = choose_way(origin, judged, marked=any(held.marked for held in plain), told=told)
    placed, ways, offsets, doubts = [], {}, [], [("the file", choice.doubt)] if choice.doubt else []
    for one in texts:
        if one.text is None:
            placed.append(one)
            continue
        held, fit = _fitted(one, choice)
        raws = raws_of(held)
        about = _about(choice, held, fit, raws)
        fits = bool(choice.name) and (told is not None or not about.fit < POOR)
        if fits:
            ways[held.transcript_id] = choice.name
        if raws:
            offsets.append(about if fits else replace(about, counting=""))
        if fits and about.fit < GOOD:
            doubts.append((held.transcript_id, f"{about.fit:.0%} of its {about.judged} selections fit the text"))
        elif not fits and choice.name and raws:
            said = f"only {about.fit:.0%} of its {about.judged} selections fit the text: nothing was placed there"
            doubts.append((held.transcript_id, f"{said}. Is it the text that was coded?"))
        placed.append(held)
    return Placed(tuple(placed), ways, tuple(offsets), tuple(doubts))


def _fitted(held: HeldText, choice: Choice) -> tuple[HeldText, Fit]:
    """Give a text under the chosen way; of a Word file the joining of its paragraphs that fits better."""
    raws = raws_of(held)
    name = choice.name or choice.tried
    fit = fit_of(name, [(held.text or "", raws)])
    if not held.from_word or not raws:
        return held, fit
    lines = joined_by_lines(held.text or "")
    other = fit_of(name, [(lines, raws)])
    everyone = range(len(raws))
    if other.share(everyone, choice.by) >= fit.share(everyone, choice.by):
        return replace(held, text=lines), other
    return held, fit


def _about(choice: Choice, held: HeldText, fit: Fit, raws: Sequence[Raw]) -> QdaOffsets:
    if choice.by == "quotes":
        at = [i for i, raw in enumerate(raws) if raw[2] and (fit.quoted[i] or not fit.edged[i])]
        share = fit.share(at, "quotes")
        at, share = (at, share) if any(fit.quoted) else ([i for i, r in enumerate(raws) if r[0] < r[1]], math.nan)
        share = fit.share(at, "edges of words") if math.isnan(share) and at else share
    else:
        at = [i for i, raw in enumerate(raws) if raw[0] < raw[1]]
        share = fit.share(at, "edges of words")
    return choice.about(held.transcript_id, len(at), share)


def codings_in(placed: Placed, users: Mapping[str, str], tree: Tree, notes: Mapping[str, str]) -> Iterator[HeldCoding]:
    """Every coding of the texts, in the order of the file."""
    codes = tree.by_guid
    for held in placed.texts:
        way = Way(placed.ways[held.transcript_id], held.text or "") if held.transcript_id in placed.ways else None
        for parent in (held.element, *held.selections):
            for coding in parent.findall("Coding"):
                ref = coding.find("CodeRef")
                node = codes.get(guid_of(ref, "targetGUID")) if ref is not None else None
                yield _held(coding, parent, held, way, node, users, notes)


def coder_of(coding: Element, parent: Element, users: Mapping[str, str]) -> str:
    """Who gave a code: as the coding says, else its selection, else nobody knows."""
    said = guid_of(coding, "creatingUser") or guid_of(parent, "creatingUser")
    return users.get(said, UNKNOWN)


def _held(
    coding: Element, parent: Element, held: HeldText, way: Way | None, node: Node | None, users: Mapping[str, str],
    notes: Mapping[str, str],
) -> HeldCoding:  # fmt: skip
    if node is None:
        return HeldCoding(coding, parent, held, why="its code is not in the codebook of the file")
    if held.text is None:
        return HeldCoding(coding, parent, held, why=held.why)
    if parent is held.element:
        place: tuple[int, int] | None = (0, len(held.text))
    elif way is None:
        return HeldCoding(coding, parent, held, why="no way of counting positions fits its text")
    else:
        raw = held.raw(parent)
        place = way.span((*raw, "")) if raw is not None else None
    if place is None:
        return HeldCoding(coding, parent, held, why="its positions lie outside of the text, or run backwards")
    told: list[Any] = [notes.get(guid_of(ref, "targetGUID"), "") for ref in coding.findall("NoteRef")]
    span = CodedSpan(coder_of(coding, parent, users), held.transcript_id, *place, node.code_id,
                     note="\n\n".join(filter(None, told)), date=day_of(coding) or day_of(parent))  # fmt: skip
    return HeldCoding(coding, parent, held, span)
