"""Which texts of several projects are one, and where a stretch of a project's text stands in the one that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, Literal, NamedTuple, TypeVar

from alliance_nlp.errors import counted
from alliance_nlp.privacy.realigning import Landing, Realigned, realign
from alliance_nlp.records import CodedSpan, Coding, ReadSpan, Study, Transcript

How = Literal["new", "same", "spaced", "edited"]
Spans = TypeVar("Spans", bound=Any)


class Landed(NamedTuple):
    """A text of a project, the text of the merged study that it is, and how the two are alike.

    "new": no project before had it; "same": letter by letter; "spaced": but for white space and line ends; "edited":
    other words under one name, whose codings are to be followed.
    """

    old: Transcript
    new: Transcript
    how: How


def lay_texts(studies: Sequence[Study], *, edited: bool) -> tuple[dict[str, Transcript], list[dict[str, Landed]]]:
    """Give the texts of all projects, each once, and of each project what its texts are among them.

    Texts are known by their words, whatever they are called. Two texts of one project are never one. With `edited` a
    text that is left over is the one of its name.
    """
    merged: dict[str, Transcript] = {}
    found = []
    for study in studies:
        free = dict(merged)  # what no text of this project is yet
        by_words: dict[str, list[str]] = {}
        for name, text in free.items():
            by_words.setdefault(_words(text), []).append(name)
        own: dict[str, Landed] = {}
        for text in sorted(study.transcripts, key=lambda t: t.id not in free):  # those with their own name first
            alike = [name for name in by_words.get(_words(text), ()) if name in free]
            known = text.id if text.id in alike else next(iter(alike if _words(text) else ()), None)
            if known is not None:
                kept = free.pop(known)
                own[text.id] = Landed(text, kept, "same" if kept.text == text.text else "spaced")
        for text in study.transcripts:
            if text.id in own:
                continue
            if edited and text.id in free:
                own[text.id] = Landed(text, free.pop(text.id), "edited")
                continue
            name = _free_name(text.id, merged)
            merged[name] = text if name == text.id else replace(text, id=name)
            own[text.id] = Landed(text, merged[name], "new")
        found.append(own)
    return merged, found


def _words(text: Transcript) -> str:
    return " ".join(text.text.split())


def _free_name(name: str, taken: Mapping[str, Transcript]) -> str:
    found, n = name, 2
    while found in taken:
        found, n = f"{name} ({n})", n + 1
    return found


class _Spaced:
    """Places of a text in one with the same words and other white space: the same signs, counted from the first."""

    def __init__(self, old: str, new: str) -> None:
        self._before = list(accumulate((not sign.isspace() for sign in old), initial=0))
        self._at = [i for i, sign in enumerate(new) if not sign.isspace()]
        self._length = len(new)

    def moved(self, span: Spans) -> Spans:
        """Give a span at its new place; white space at its edges is that of the new text."""
        first, behind = self._before[span.start], self._before[span.end]
        if first == behind:
            at = self._at[first] if first < len(self._at) else self._length
            return replace(span, start=at, end=at)
        return replace(span, start=self._at[first], end=self._at[behind - 1] + 1)


def follow(coding: Coding, landed: Mapping[str, Landed]) -> tuple[list[CodedSpan], list[ReadSpan], list[Landing]]:
    """Give what a project's coders applied and read on the texts of the merged study, and what could not be placed."""
    spaced = {name: _Spaced(x.old.text, x.new.text) for name, x in landed.items() if x.how == "spaced"}
    edited = _realigned(coding, {name: x for name, x in landed.items() if x.how == "edited"})
    landings = {landing.span: landing for landing in edited.landings}

    def moved(span: Spans) -> Spans:
        there = spaced[span.transcript_id].moved(span) if span.transcript_id in spaced else span
        return replace(there, transcript_id=landed[span.transcript_id].new.id)

    applied = []
    for span in coding.applied:
        landing = landings.get(span)
        if landing is None:
            applied.append(moved(span))
        elif landing.start is not None and landing.end is not None:
            applied.append(replace(moved(span), start=landing.start, end=landing.end))
    read = [moved(span) for span in coding.read if landed[span.transcript_id].how != "edited"]
    read += [moved(span) for span in edited.coding.read]
    return applied, read, list(edited.lost)


def _realigned(coding: Coding, edited: Mapping[str, Landed]) -> Realigned:
    """Realign what was coded in texts that were edited."""
    part = Coding(
        tuple(span for span in coding.applied if span.transcript_id in edited),
        tuple(span for span in coding.read if span.transcript_id in edited),
    )
    if not part.all_spans:
        return Realigned(part, (), {}, {})
    return realign(part, [x.old for x in edited.values()], [replace(x.new, id=name) for name, x in edited.items()])


def said_of_texts(names: Sequence[str], laid: Sequence[Mapping[str, Landed]], n_texts: int) -> list[str]:
    """Say how many texts there are, which stand in some projects only, and which have one name and other words."""
    holds = [{x.new.id for x in own.values()} for own in laid]
    everywhere = set.intersection(*holds)
    whole = "both projects" if len(names) == 2 else f"all {len(names)} projects"
    some = "" if len(everywhere) == n_texts else f", {len(everywhere)} of them"
    said = [f"{counted(n_texts, 'text')}{some} in {whole}."]
    for name, own, held in zip(names, laid, holds, strict=True):
        elsewhere = set().union(*(other for other in holds if other is not held))
        if alone := [x.old.id for x in own.values() if x.new.id not in elsewhere]:
            said.append(f"{counted(len(alone), 'text')} in {name} only: {_few(alone)}.")
        renamed = [f"{x.old.id} is {x.new.id}" for x in own.values() if x.how in ("same", "spaced") and
                   x.old.id != x.new.id]  # fmt: skip
        if renamed:
            said.append(f"The same words under another name in {name}: {_few(renamed)}.")
        if other := [x.new.id for x in own.values() if x.how == "new" and x.old.id != x.new.id]:
            told = "kept as texts of their own; edited='realign' follows their codings into the first version"
            said.append(f"Other words under one name in {name}: {_few(other)}: {told}.")
        if edited := [x.new.id for x in own.values() if x.how == "edited"]:
            said.append(
                f"Other words under one name in {name}: {_few(edited)}; codings were followed into the first version."
            )
    return said


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return ", ".join(names[:6]) + more
