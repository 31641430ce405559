"""What in transcripts may tell who somebody is: suggestions for a person to decide on, each with its reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alliance_nlp.errors import InputError, counted
from alliance_nlp.numeric import grouped
from alliance_nlp.privacy.identifier_rules import KINDS, Hint, Kind, Small, forms_in, lists, names_in, phrases_in
from alliance_nlp.privacy.realigning import Transcribed, transcripts_of
from alliance_nlp.privacy.replacing import folded
from alliance_nlp.reading.role_words import told_by
from alliance_nlp.records import Record, Table, Tabular, Transcript, is_generic
from alliance_nlp.records.fields import Checked, Count, Name

CANNOT = (
    "Suggested by rules for English and Norwegian; a person must read everything. They cannot find: names written "
    "small or that are words too (Rose, Bjørn), nicknames, misspelt names, places and workplaces that are described, "
    "not named, and what only one person can have lived. Most suggestions name nobody."
)
PERSONAL = frozenset({"place", "workplace", "date", "age", "rare role", "third person"})
SEVERAL = 3  # kinds in one person's words that may identify them together
_LETTERED = re.compile(r"[^\W\d_][\w'’-]*")


@dataclass(frozen=True, slots=True)
class Identifier(Checked):
    """Words of a transcript that may tell who somebody is.

    Parameters
    ----------
    kind : {"name", "place", "workplace", "date", "age", "phone", "e-mail", "number", "rare role", "third person"}
        What they look like.
    transcript_id : str
        Where.
    start, end : int
        Offsets in code points of the transcript's text.
    words : str
        The words, verbatim.
    reason : str
        Why they are suggested.
    person : str or None
        Who says them; None in a label, and where the transcript does not say.
    """

    kind: Kind
    transcript_id: Name
    start: Count
    end: Count
    words: Name
    reason: str
    person: Name | None = None

    def _check(self) -> None:
        if self.end - self.start != len(self.words):
            raise InputError(f"An identifier needs words from start to end. Got {self.start}-{self.end}.")


@dataclass(frozen=True, eq=False, repr=False)
class Identifiers(Tabular, Record):
    """What may tell who somebody is, in the order of the transcripts; printed with what cannot be found on top.

    Parameters
    ----------
    items : tuple of Identifier
        Each place.
    n_transcripts : int
        Transcripts that were looked through.

    Notes
    -----
    Nothing here says that the rest is free of identifiers. Whoever knows the field recognises a person by what they
    tell, without any of these words.
    """

    items: tuple[Identifier, ...]
    n_transcripts: Count

    def table(self) -> Table:
        """Give one row for each kind and words: how often, where first, why; the words are in ``rows()`` and HTML."""
        found = grouped(((item.kind, item.words), item) for item in self.items)
        values = tuple(
            (kind, words, len(items), len({x.transcript_id for x in items}),
             f"{items[0].transcript_id}:{items[0].start}",
             items[0].reason)
            for (kind, words), items in sorted(found.items(), key=lambda pair: KINDS.index(pair[0][0]))
        )  # fmt: skip
        columns = ("kind", "words", "n", "transcripts", "first_at", "reason")
        return Table(columns, values, CANNOT, ("words",), (self._counts(), *self._warnings()))

    @property
    def together(self) -> Table:
        """One row a person whose words hold several kinds: quotes under one number that may identify them together."""
        own = grouped((item.person, item) for item in self.items if item.person and item.kind in PERSONAL)
        rows = []
        for person, items in own.items():
            kinds = sorted({item.kind for item in items}, key=KINDS.index)
            if len(kinds) >= SEVERAL:
                at = ", ".join(f"{x.transcript_id}:{x.start}-{x.end}" for x in _first_of_each(items))
                rows.append((person, len(kinds), ", ".join(kinds), at))
        columns = ("participant", "n_kinds", "kinds", "first_at")
        title = "Whom several quotes under one number may identify together"
        note = "Look at all quotes of a person beside each other before any of them is printed."
        return Table(columns, tuple(rows), title, (), (note,) if rows else ())

    def replacements(self) -> Table:
        """Give a list to fill in: one row for each words, other capitals and possessives with them."""
        first: dict[str, Identifier] = {}
        for item in self.items:
            first.setdefault(folded(item.words), item)
        alone = (item for key, item in first.items() if not (key.endswith("s") and key[:-1].rstrip("'") in first))
        seen = [(item.words, item.kind) for item in alone]
        return Table(
            ("original", "replacement", "kind"), tuple((words, "", kind) for words, kind in seen),
            "Replacements, to be filled in; rows without one are left as they are", ("original",),
        )  # fmt: skip

    def _counts(self) -> str:
        n = Counter(item.kind for item in self.items)
        told = ", ".join(f"{n[kind]} {kind}" for kind in KINDS if n[kind]) or "nothing"
        return f"{counted(self.n_transcripts, 'transcript')}: {told}."

    def _warnings(self) -> list[str]:
        return [
            f"WARNING: what {row['participant']} says names {row['kinds']}: several quotes under one number may "
            f"identify them together (see .together)."
            for row in self.together.rows()
        ]  # fmt: skip

    def _summary(self) -> str:
        return f"{counted(len(self.items), 'suggestion')} in {counted(self.n_transcripts, 'transcript')}"


def find_identifiers(transcripts: Transcribed) -> Identifiers:
    """Suggest what in transcripts may tell who somebody is: names, places, workplaces, numbers, other people.

    Parameters
    ----------
    transcripts : Transcript, Study, Segments, or iterable of Transcript
        What to look through, labels of speakers included. Nothing leaves the computer, and no model is asked.

    Returns
    -------
    Identifiers
        Each place with its kind and the reason; what the rules cannot find stands on top.

    Raises
    ------
    InputError
        When something is no transcript.

    Notes
    -----
    Rules for English and Norwegian: forms (addresses, numbers, dates, ages), capitals that no sentence asks for, short
    lists of names and places (``privacy/word_lists.toml``), and words around. Two rules that overlap give one place.

    Examples
    --------
    >>> from alliance_nlp.records import Turn
    >>> said = "I work at Fjellheim Hospital with Torbjørn. I am 54."
    >>> found = find_identifiers(Transcript("T", said, (Turn(0, len(said), "P1"),)))
    >>> [(item.kind, item.words) for item in found.items]
    [('workplace', 'Fjellheim Hospital'), ('name', 'Torbjørn'), ('age', '54')]
    """
    from tqdm import tqdm

    given = transcripts_of(transcripts, "transcripts")
    small = _written_small(given)
    bar: Iterable[Transcript] = tqdm(given, desc="reading", unit="transcript", delay=2, disable=None, leave=False)
    items = tuple(item for transcript in bar for item in _items(transcript, small))
    return Identifiers(items, len(given))


def _written_small(transcripts: Sequence[Transcript]) -> Small:
    """Count words that are written small, too."""
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for transcript in transcripts:
        for word in _LETTERED.findall(transcript.text):
            bare = re.sub(r"['’]s?$", "", word)
            (small if bare[:1].islower() else large)[bare.casefold()] += 1
    return Small(frozenset(word for word, n in small.items() if 2 * n > large[word]), frozenset(small))


def _items(transcript: Transcript, small: Small) -> list[Identifier]:
    """Give what one transcript holds: in each turn, and in the words around turns, such as labels."""
    found, at = [], 0
    for turn in transcript.turns:
        found += _label(transcript, at, turn.start)
        found += _said(transcript, turn.start, turn.end, turn.person, small)
        at = turn.end
    rest = _said(transcript, at, len(transcript.text), None, small) if not transcript.turns else []
    return found + rest + (_label(transcript, at, len(transcript.text)) if transcript.turns else [])


def _said(transcript: Transcript, start: int, end: int, person: str | None, small: Small) -> list[Identifier]:
    text = transcript.text[start:end]
    hints = [*forms_in(text), *phrases_in(text), *names_in(text, small)]
    return [
        Identifier(h.kind, transcript.id, start + h.start, start + h.end, text[h.start : h.end], h.reason, person)
        for h in _apart(hints) if h.end > h.start
    ]  # fmt: skip


def _label(transcript: Transcript, start: int, end: int) -> list[Identifier]:
    """Words outside of turns: the names of speakers that stand in labels."""
    text = transcript.text[start:end]
    found = []
    for word in _LETTERED.finditer(text):
        bare = word.group()
        if bare[:1].isupper() and len(bare) > 1 and not _is_nobody(bare):
            a, b = start + word.start(), start + word.end()
            if bare.casefold() not in lists()["no_names"]:
                found.append(Identifier("name", transcript.id, a, b, bare, "stands in a label or heading"))
    return found


def _is_nobody(label: str) -> bool:
    """Whether a label is a general word, a role, or a letter with a number."""
    if is_generic(label) or told_by(label) is not None:
        return True
    return re.fullmatch(r"[A-Z]{1,3}\d+|[A-Z]{1,2}", label) is not None


def _apart(hints: Iterable[Hint]) -> list[Hint]:
    """Give places that do not overlap: forms before phrases before names, in the order they were found."""
    kept: list[Hint] = []
    for hint in hints:
        if not any(max(hint.start, other.start) < min(hint.end, other.end) for other in kept):
            kept.append(hint)
    return sorted(kept)


def _first_of_each(items: Sequence[Identifier]) -> list[Identifier]:
    return list({item.kind: item for item in reversed(items)}.values())[::-1]
