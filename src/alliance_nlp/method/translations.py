"""Translations that people made of quotes: who translated, when, who checked; places are always the original's."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from alliance_nlp.errors import InputError, check_choice, counted
from alliance_nlp.ledger import Decision, Standing
from alliance_nlp.numeric import grouped
from alliance_nlp.records import NOT_QUOTED, Study, span_of
from alliance_nlp.records.fields import Checked, Name

Words = Literal["original", "translation", "both"]
WORDS: tuple[str, ...] = get_args(Words)
NOT_THERE = "(not in the study)"


@dataclass(frozen=True, slots=True)
class Translation(Checked):
    """A quote in another language, as one person translated it.

    Parameters
    ----------
    segment_id : str
        Where the original stands.
    language : str
        Into which language.
    original, text : str
        The words, and their translation; a mark where the speaker did not agree to be quoted.
    by : str
        Who translated.
    date : datetime.date
        When.
    checks : tuple of str
        What people who checked it said, with name and day; empty where nobody did.
    settled : bool
        Whether somebody found that it says what was said, as it is or changed.
    """

    segment_id: Name
    language: Name
    original: str
    text: str
    by: Name
    date: datetime.date
    checks: tuple[str, ...] = ()
    settled: bool = False


def translations_of(study: Study, standing: Standing) -> tuple[Translation, ...]:
    """Give every translation that stands, in the order of the ledger."""
    of = {transcript.id: transcript for transcript in study.transcripts}
    checks = grouped(((d.segment, d.language), d) for d in standing.of_kind("translation check"))
    made = []
    for d in standing.of_kind("translation"):
        place = span_of(d.segment)
        home = of.get(place[0]) if place is not None else None
        inside = home is not None and place is not None and place[2] <= len(home.text)
        shown = home.shown(*place[1:]) if home is not None and place is not None and inside else NOT_THERE
        refused = not inside or (home is not None and place is not None and shown != home.text[place[1] : place[2]])
        own = [c for c in checks.get((d.segment, d.language), ()) if c.number > d.number]
        made.append(Translation(
            d.segment, d.language, shown, shown if refused else str(d.to), d.by, d.date,
            tuple(f"{c.verdict}, by {c.by}, {c.date.isoformat()}" for c in own),
            any(c.verdict != "not as said" for c in own),
        ))  # fmt: skip
    return tuple(made)


def unmatched_checks(standing: Standing) -> tuple[Decision, ...]:
    """Find checks of which no translation that came before them stands."""
    first: dict[tuple[str, str], int] = {}
    for d in standing.of_kind("translation"):
        first.setdefault((d.segment, d.language), d.number)
    checks = standing.of_kind("translation check")
    return tuple(d for d in checks if first.get((d.segment, d.language), d.number) >= d.number)


def chosen_translations(
    study: Study, standing: Standing | None, words: Words, language: str, caller: str
) -> dict[str, Translation]:
    """Give the translation of each quote that is to be shown, by segment id; none where the original alone is.

    Parameters
    ----------
    study : Study
        The study with the originals.
    standing : Standing or None
        What `replay` gave.
    words : {"original", "translation", "both"}
        What is shown.
    language : str
        Into which language; needed where the ledger holds several.
    caller : str
        Whose parameters these are, for errors.

    Raises
    ------
    InputError
        When nothing says what the translations are, or into which language.

    Notes
    -----
    Of several translations of a quote the one that somebody found to say what was said is shown, else the last.
    """
    check_choice("words", WORDS, words)
    if words == "original":
        return {}
    if standing is None:
        raise InputError(f"{caller} finds translations in the ledger. Pass standing=replay(ledger, codebook=...).")
    found = [t for t in translations_of(study, standing) if t.original not in (NOT_THERE, NOT_QUOTED)]
    languages = tuple(dict.fromkeys(t.language for t in found))
    if not languages:
        raise InputError(
            "The ledger holds no translation of words of this study. Record one with kind 'translation', or pass "
            "words='original'."
        )
    if not language and len(languages) > 1:
        raise InputError(f"The ledger holds translations into {', '.join(languages)}. Say which: language='...'.")
    check_choice("language", languages, language or languages[0])
    of = grouped((t.segment_id, t) for t in found if t.language == (language or languages[0]))
    return {segment_id: next((t for t in reversed(own) if t.settled), own[-1]) for segment_id, own in of.items()}


def untranslated(shown: Sequence[str], chosen: dict[str, Translation], words: Words) -> tuple[str, ...]:
    """Say how many of the quotes shown have no translation, so that the original stands there alone."""
    n = sum(segment_id not in chosen for segment_id in shown) if words != "original" else 0
    return (f"{counted(n, 'statement has', 'statements have')} no translation: the original stands there.",) * bool(n)
