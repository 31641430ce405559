"""Annotations on recordings to turns: ELAN (.eaf) and Praat (.TextGrid), one tier a speaker."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from alliance_nlp.errors import InputError, counted, import_extra
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import Said, transcript_of
from alliance_nlp.records import Role, Transcript, fold

# Tiers on which a program or a linguist takes words apart; what is said stands whole on another one.
_TAKEN_APART = frozenset({
    "word", "words", "phone", "phones", "phoneme", "phonemes", "segment", "segments", "syllable", "syllables", "ort",
    "mau", "kan", "mots", "wörter", "tokens", "token", "pos", "gloss", "lemma",
    "translation", "translations", "übersetzung", "oversettelse", "oversættelse", "översättning", "käännös",
    "vertaling", "traduction", "traducción", "tradução", "traduzione", "tłumaczenie", "glosses", "notes", "note",
    "comment", "comments", "kommentar", "events", "noise", "gesture", "gestures",
})  # fmt: skip


class _Spoken(NamedTuple):
    """One stretch of one tier."""

    begin_s: float | None
    end_s: float | None
    tier: str
    words: str


def from_annotations(path: Path, roles: Mapping[str, Role | None], remarks: Remarks) -> Transcript:
    """Make a transcript of annotations: a turn an annotation, in the order of their times.

    Notes
    -----
    In ELAN the speaker is the tier's participant, else its name. Tiers that depend on another one (glosses,
    translations), tiers of points, and tiers on which words are taken apart are left out; the report has their words.
    """
    read = _elan if path.suffix.lower() == ".eaf" else _praat
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            spoken, others = read(path)
    except ImportError:
        raise
    except Exception as err:  # XML's errors, and what praatio lets through
        program = "ELAN" if read is _elan else "Praat"
        raise InputError(f"{path.name} is no file of {program} that can be opened. Save it again.") from err
    apart = {one.tier for one in spoken if re.split(r"[^\w]+|_", fold(one.tier))[-1] in _TAKEN_APART}
    if apart and apart != {one.tier for one in spoken}:
        others = {**others, **{tier: [one.words for one in spoken if one.tier == tier] for tier in sorted(apart)}}
        spoken = [one for one in spoken if one.tier not in apart]
    for tier, words in others.items():
        remarks.doubt(
            f"tier {tier!r}: {counted(len(words), 'annotation')} not read", "left out", words="\n".join(words)
        )
    said = [Said(one.tier, one.words, one.begin_s, one.end_s) for one in spoken]
    return transcript_of(said, path.stem, path.name, roles)


def _elan(path: Path) -> tuple[list[_Spoken], dict[str, list[str]]]:
    root = ElementTree.parse(path).getroot()
    slots = {slot.get("TIME_SLOT_ID"): slot.get("TIME_VALUE") for slot in root.iter("TIME_SLOT")}
    spoken: list[_Spoken] = []
    others: dict[str, list[str]] = {}
    for tier in root.iter("TIER"):
        name = (tier.get("PARTICIPANT") or "").strip() or tier.get("TIER_ID", "")
        for one in tier.iter():
            words = (one.findtext("ANNOTATION_VALUE") or "").strip()
            if not words:
                continue
            times = [slots.get(one.get(f"TIME_SLOT_REF{n}")) for n in (1, 2)]
            if tier.get("PARENT_REF") or one.tag != "ALIGNABLE_ANNOTATION":
                others.setdefault(tier.get("TIER_ID", ""), []).append(words)
            else:
                begin_s, end_s = (int(ms) / 1000 if ms is not None else None for ms in times)
                spoken.append(_Spoken(begin_s, end_s, name, words))
    return _placed(spoken), others


def _placed(spoken: list[_Spoken]) -> list[_Spoken]:
    """Put annotations whose time slots have no time after the one before them, as ELAN shows them; they get none."""
    at, tier = 0.0, ""
    keyed: list[tuple[float, _Spoken]] = []
    for one in spoken:
        at = one.begin_s if one.begin_s is not None else at if one.tier == tier else 0.0
        tier = one.tier
        keyed.append((at, one))
    return [one for _, one in sorted(keyed, key=lambda pair: pair[0])]


def _praat(path: Path) -> tuple[list[_Spoken], dict[str, list[str]]]:
    import_extra("praatio", "annotations", "Reading .TextGrid files")
    textgrid = import_extra("praatio.textgrid", "annotations", "Reading .TextGrid files")
    grid = textgrid.openTextgrid(str(path), includeEmptyIntervals=False, reportingMode="silence")
    spoken: list[_Spoken] = []
    others: dict[str, list[str]] = {}
    for tier in grid.tiers:
        entries: Sequence[tuple[float | str, ...]] = tier.entries
        if all(len(entry) == 3 for entry in entries):
            spoken += [_Spoken(float(a), float(b), tier.name, str(w).strip()) for a, b, w in entries if str(w).strip()]
        elif words := [str(entry[-1]).strip() for entry in entries if str(entry[-1]).strip()]:
            others[tier.name] = words
    return _placed(spoken), others
