"""Hashes by which others can see that they hold the same material, without holding its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alliance_nlp.provenance import hash_words
from alliance_nlp.records.codebook import Codebook
from alliance_nlp.records.coding import Coding
from alliance_nlp.records.transcripts import Transcript


def hash_inputs(transcripts: Iterable[Transcript], codebook: Codebook | None) -> dict[str, Any]:
    """Hashes by which others can see that they hold the same material, without holding its words."""
    found: dict[str, Any] = {"transcripts": {t.id: hash_words(t.text) for t in transcripts}}
    if codebook is not None:
        found["codebook"] = hash_words(*(repr(sorted(row.items())) for row in codebook.rows()))
    return found


def key_of_study(transcripts: Iterable[Transcript], *, numbered: bool = False) -> str:
    """Short hash of the names and lengths of transcripts: what of a study neither coding nor a withdrawal changes.

    With `numbered` of the numbers that stand for their names in the version of a page for sharing.

    Examples
    --------
    >>> key_of_study([Transcript("T", "No time.")]) == key_of_study([Transcript("T", "........")])
    True
    """
    given = list(transcripts)
    names = numbered_transcripts(given) if numbered else {t.id: t.id for t in given}
    return hash_words(*sorted(f"{names[t.id]} {len(t.text)}" for t in given))[:16]


def numbered_transcripts(transcripts: Iterable[Transcript]) -> dict[str, str]:
    """Give each transcript a number in place of its name, in their order; no number is another one's name.

    Examples
    --------
    >>> numbered_transcripts([Transcript("Ann at home", "No time.")])
    {'Ann at home': 'transcript 1'}
    """
    names, noun = [t.id for t in transcripts], "transcript"
    while any(name.startswith(noun) for name in names):
        noun = f"numbered {noun}"
    return {name: f"{noun} {i}" for i, name in enumerate(names, start=1)}


def hash_coding(coding: Coding) -> str:
    """Hash of who applied which code where, and who read what."""
    read = (repr((r.coder, r.transcript_id, r.start, r.end)) for r in coding.read)
    return hash_words(*(repr(sorted(row.items())) for row in coding.rows()), *read)
