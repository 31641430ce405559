"""Exemplary quotes, so that every participant is represented; and who is not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.method.chain import Chain, ChainLink, trace_chain
from alliance_nlp.method.contexts import QuoteInContext
from alliance_nlp.method.sessions import attendance
from alliance_nlp.method.voices.assent import find_assent
from alliance_nlp.method.voices.speaking import names_at, statements_of
from alliance_nlp.records import Record, Row, Study, Table


@dataclass(frozen=True, eq=False, repr=False)
class Quotes(Record):
    """Quotes per theme, and who is represented.

    Parameters
    ----------
    chosen : tuple of (ChainLink, str)
        Quotes in the order of the themes, each with why it was chosen.
    not_represented : tuple of (str, str)
        Participants without a quote, and why.
    chain : Chain
        What the quotes come from; `open` shows one in its context.
    """

    chosen: tuple[tuple[ChainLink, str], ...]
    not_represented: tuple[tuple[str, str], ...]
    chain: Chain

    def __len__(self) -> int:
        return len(self.chosen)

    def open(self, index: int, *, before: int = 2, after: int = 1) -> QuoteInContext:
        """Open one quote in its context."""
        return self.chain.open(self.chosen[index][0], before=before, after=after)

    def table(self) -> Table:
        """Give one row a quote; its words and the question are in ``rows()`` and HTML, not in ``print``."""
        rows: list[Row] = [
            {"theme": x.theme or x.code_id, "participant": x.speaker, "session": x.session, "segment_id": x.segment_id,
             "cluster_of_meaning": x.cluster_of_meaning, "why": why, "question": self.chain.question(x),
             "quote": self.chain.statement(x)}
            for x, why in self.chosen
        ]  # fmt: skip
        columns = (
            "theme", "participant", "session", "segment_id", "cluster_of_meaning", "why", "question", "quote",
        )  # fmt: skip
        notes = [f"Not represented: {person} ({why})." for person, why in self.not_represented]
        notes = notes or ["Every participant is represented."]
        return Table.of(rows, columns=columns, quoting=("question", "quote"), notes=notes)

    def rows(self) -> list[Row]:
        """Give one dict a quote."""
        return self.table().rows()

    def to_frame(self) -> Any:
        """Give the quotes as a pandas data frame."""
        return self.table().to_frame()

    def __str__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _summary(self) -> str:
        return f"{len(self.chosen)} quotes, {len(self.not_represented)} participants not represented"


def choose_quotes(
    study: Study, *, n_per_theme: int = 2, min_words: int = 6, max_words: int = 60,
    scores: Mapping[str, float] | None = None, coder: str | None = None,
) -> Quotes:  # fmt: skip
    """Choose exemplary quotes per theme so that every participant is represented.

    Parameters
    ----------
    study : Study
        A study with a coding; its consensus counts where it has one.
    n_per_theme : int, default 2
        Quotes a theme. A participant who would be left out gets a further quote, so a theme may have more.
    min_words, max_words : int, default 6 and 60
        Length to prefer. A quote is never cut.
    scores : dict of segment id to float, optional
        What else speaks for a quote, such as the scores of `find_significant`; higher is better.
    coder : str, optional
        Choose among what this coder linked.

    Returns
    -------
    Quotes
        Quotes with the reason for each, and the participants who have none, with the reason.

    Raises
    ------
    InputError
        When nobody has coded anything, or a number is below 1.

    Notes
    -----
    Participants who speak to few themes choose first. Within a theme: the length preferred, then the number of coders
    who each applied the code alone, then statements that carry no other code, then `scores`, then what was said first.
    The rule proposes quotes to read; which ones show the theme is for people to say.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> t = Transcript("T", "There is never any time for it. Mm.", (Turn(0, 31, "P1"), Turn(32, 35, "P2")))
    >>> study = Study((t,), Codebook((Code("Time"),)), Coding((CodedSpan("KL", "T", 0, 31, "Time"),), ()))
    >>> choose_quotes(study).not_represented
    (('P2', 'only short assent: 1'),)
    """
    if n_per_theme < 1 or not 1 <= min_words <= max_words:
        raise InputError(
            f"n_per_theme must be at least 1 and 1 <= min_words <= max_words. Got n_per_theme={n_per_theme}, "
            f"min_words={min_words}, max_words={max_words}."
        )
    chain = trace_chain(study, coder=coder)
    rank = _Rank(chain, study, min_words, max_words, scores or {})
    themes = [name for name in names_at(chain, "theme") if name]
    best: dict[tuple[str, str], list[ChainLink]] = {}
    for theme in themes:
        for link in statements_of(chain, theme):
            if link.speaker is not None:
                best.setdefault((link.speaker, theme), []).append(link)
    for links in best.values():
        links.sort(key=rank.of)
    chosen = _represent(best, themes, n_per_theme)
    _fill(chosen, best, themes, n_per_theme, rank)
    quotes = [(link, f"{why}; {rank.why(link)}") for theme in themes for link, why in chosen[theme]]
    represented = {link.speaker for link, _ in quotes}
    missing = tuple(
        (person, _why_missing(person, study, sessions))
        for person, sessions in attendance(study).items()
        if person not in represented
    )
    return Quotes(tuple(quotes), missing, chain)


Chosen = dict[str, list[tuple[ChainLink, str]]]


def _represent(best: Mapping[tuple[str, str], list[ChainLink]], themes: Sequence[str], n_per_theme: int) -> Chosen:
    """One quote for each person: those with the fewest themes choose first, in the theme with most room."""
    chosen: Chosen = {theme: [] for theme in themes}
    speakers = list(dict.fromkeys(person for person, _ in best))
    of_person = {person: [theme for theme in themes if (person, theme) in best] for person in speakers}
    for person in sorted(speakers, key=lambda name: len(of_person[name])):
        theme = min(of_person[person], key=lambda name: (len(chosen[name]), themes.index(name)))
        extra = ", beyond the number asked for" if len(chosen[theme]) >= n_per_theme else ""
        why = "their only theme" if len(of_person[person]) == 1 else "so that they are represented"
        chosen[theme].append((best[person, theme][0], why + extra))
    return chosen


def _fill(
    chosen: Chosen, best: Mapping[tuple[str, str], list[ChainLink]], themes: Sequence[str], n_per_theme: int,
    rank: _Rank,
) -> None:  # fmt: skip
    """Fill what room is left with the best statements, of people not yet quoted in the theme first."""
    for theme in themes:
        while len(chosen[theme]) < n_per_theme:
            times = Counter(link.speaker for link, _ in chosen[theme])
            taken = {link.segment_id for links in chosen.values() for link, _ in links}
            left = [x for (_, name), links in best.items() if name == theme for x in links if x.segment_id not in taken]
            if not left:
                break
            chosen[theme].append((min(left, key=lambda x: (times[x.speaker], rank.of(x))), "fits the theme best"))


Order = tuple[bool, int, bool, float, int, int]


class _Rank:
    """What makes a statement a good example; smaller sorts first."""

    def __init__(self, chain: Chain, study: Study, min_words: int, max_words: int, scores: Mapping[str, float]) -> None:
        self._words = {x.segment_id: len(chain.statement(x).split()) for x in chain.links}
        self._codes = Counter(segment_id for segment_id, _ in {(x.segment_id, x.code_id) for x in chain.links})
        self._alone = _coded_alone(study)
        order = {t.id: place for place, t in enumerate(chain.transcripts)}
        self._order: dict[tuple[str, str], Order] = {}
        for x in chain.links:
            fits = min_words <= self._words[x.segment_id] <= max_words
            self._order[x.segment_id, x.code_id] = (
                not fits, -self._n_coders(x), self._codes[x.segment_id] > 1, -scores.get(x.segment_id, 0.0),
                order[x.transcript_id], x.start,
            )  # fmt: skip

    def of(self, link: ChainLink) -> Order:
        return self._order[link.segment_id, link.code_id]

    def _n_coders(self, link: ChainLink) -> int:
        spans = self._alone.get((link.transcript_id, link.code_id), ())
        return len({coder for coder, start, end in spans if start < link.end and link.start < end})

    def why(self, link: ChainLink) -> str:
        parts = [f"{self._words[link.segment_id]} words"]
        n_coders = self._n_coders(link)
        parts += [f"coded alone by {n_coders}"] if n_coders else []
        return ", ".join([*parts, *(["carries other codes too"] if self._codes[link.segment_id] > 1 else [])])


def _coded_alone(study: Study) -> dict[tuple[str, str], list[tuple[str, int, int]]]:
    """Per transcript and code, what each coder marked before consensus."""
    found: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for a in study.coding.applied if study.coding is not None else ():
        found.setdefault((a.transcript_id, a.code_id), []).append((a.coder, a.start, a.end))
    return found


def _why_missing(person: str, study: Study, sessions: frozenset[str]) -> str:
    if not sessions:
        return "attended no session"
    turns = sum(turn.speaker == person for t in study.transcripts for turn in t.turns)
    assents = sum(a.speaker == person for a in find_assent(study.transcripts))
    if not turns:
        return "attended and did not speak"
    if assents == turns:
        return f"only short assent: {assents}"
    return f"none of their {turns} turns carries a code of a theme"
