"""Exemplary quotes, so that every participant is represented; and who is not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from alliance_nlp.errors import counted
from alliance_nlp.method.chain import Chain, ChainLink, check_example, trace_chain
from alliance_nlp.method.contexts import QuoteInContext
from alliance_nlp.method.voices.interaction import find_assent
from alliance_nlp.records import (
    CodedSpan,
    Record,
    Statement,
    Study,
    Table,
    Tabular,
    allowed,
    attendance,
    no_consent,
    took_back,
)
from alliance_nlp.records.fields import refuse_twice
from alliance_nlp.records.transcripts import refuse_outside


@dataclass(frozen=True, eq=False, repr=False)
class Quotes(Tabular, Record):
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

    def _check(self) -> None:
        refuse_outside("Quotes.chosen", (link for link, _ in self.chosen), self.chain.transcripts)
        refuse_twice("Quotes.not_represented", (person for person, _ in self.not_represented))

    def __len__(self) -> int:
        return len(self.chosen)

    def open(self, index: int, *, before: int = 2, after: int = 1) -> QuoteInContext:
        """Open one quote in its context."""
        return self.chain.open(self.chosen[index][0], before=before, after=after)

    def table(self) -> Table:
        """Give one row a quote; its words and the question are in ``rows()`` and HTML, not in ``print``."""
        values = tuple(
            (x.at("theme"), x.speaker, x.session, x.segment_id, x.cluster_of_meaning, why, self.chain.question(x),
             self.chain.statement(x))
            for x, why in self.chosen
        )  # fmt: skip
        columns = (
            "theme", "participant", "session", "segment_id", "cluster_of_meaning", "why", "question", "quote",
        )  # fmt: skip
        notes = [f"Not represented: {person} ({why})." for person, why in self.not_represented]
        notes = notes or ["Every participant is represented."]
        return Table(columns, values, quoting=("question", "quote"), notes=(*notes, *self.chain.left_out))

    def _summary(self) -> str:
        missing = counted(len(self.not_represented), "participant")
        return f"{counted(len(self.chosen), 'quote')}, {missing} not represented"


def choose_quotes(
    study: Study, *, n_per_theme: int = 2, min_words: int = 6, max_words: int = 60,
    scores: Mapping[str, float] | None = None, coder: str | None = None, moderators: bool = False,
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
    moderators : bool, default False
        Quote moderators, too. They are nobody to be represented either way.

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
    check_example(n_per_theme, min_words, max_words)
    found = study.statements(coder=coder, moderators=moderators)
    statements = allowed(found, "quotation")
    refused = len({x.segment_id for x in found}) - len({x.segment_id for x in statements})
    rank = _Rank(study, statements, min_words, max_words, scores or {})
    themes = study.book.names_at("theme", (x.at("theme") for x in statements))
    best: Best = {}
    for x in allowed(study.statements(level="theme", coder=coder, moderators=moderators), "quotation"):
        if x.person is not None:
            best.setdefault((x.person, x.at("theme")), []).append(x)
    for own in best.values():
        own.sort(key=rank.of)
    chosen = _represent(best, themes, n_per_theme)
    _fill(chosen, best, themes, n_per_theme, rank)
    chain = trace_chain(study, coder=coder, moderators=moderators)
    chain = replace(chain, left_out=(*chain.left_out, *no_consent(refused, "statement", "be quoted")))
    links = {(x.segment_id, x.code_id): x for x in reversed(chain.links) if x.counts}
    quotes = [(links[x.segment_id, x.code_id], f"{why}; {rank.why(x)}") for theme in themes for x, why in chosen[theme]]
    represented = {link.speaker for link, _ in quotes}
    missing = tuple(
        (person, _why_missing(person, study, sessions))
        for person, sessions in attendance(study).items()
        if person not in represented
    )
    return Quotes(tuple(quotes), missing, chain)


Best = dict[tuple[str, str], list[Statement]]
Chosen = dict[str, list[tuple[Statement, str]]]


def _represent(best: Best, themes: Sequence[str], n_per_theme: int) -> Chosen:
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


def _fill(chosen: Chosen, best: Best, themes: Sequence[str], n_per_theme: int, rank: _Rank) -> None:
    """Fill what room is left with the best statements, of people not yet quoted in the theme first."""
    for theme in themes:
        while len(chosen[theme]) < n_per_theme:
            times = Counter(x.person for x, _ in chosen[theme])
            taken = {x.segment_id for picked in chosen.values() for x, _ in picked}
            left = [x for (_, name), own in best.items() if name == theme for x in own if x.segment_id not in taken]
            if not left:
                break
            chosen[theme].append((min(left, key=lambda x: (times[x.person], rank.of(x))), "fits the theme best"))


Order = tuple[bool, int, bool, float, int, int]


class _Rank:
    """What makes a statement a good example; smaller sorts first."""

    def __init__(
        self, study: Study, statements: Sequence[Statement], min_words: int, max_words: int,
        scores: Mapping[str, float],
    ) -> None:  # fmt: skip
        self._fits = range(min_words, max_words + 1)
        self._scores = scores
        self._codes = Counter(segment_id for segment_id, _ in {(x.segment_id, x.code_id) for x in statements})
        self._place = {transcript.id: place for place, transcript in enumerate(study.transcripts)}
        self._alone: dict[tuple[str, str], list[CodedSpan]] = {}  # what each coder marked before consensus
        for span in study.coding.applied if study.coding is not None else ():
            if span.counts and span.by_people:
                self._alone.setdefault((span.transcript_id, span.code_id), []).append(span)

    def of(self, x: Statement) -> Order:
        return (
            x.n_words not in self._fits, -self._n_coders(x), self._codes[x.segment_id] > 1,
            -self._scores.get(x.segment_id, 0.0), self._place[x.transcript_id], x.start,
        )  # fmt: skip

    def _n_coders(self, x: Statement) -> int:
        spans = self._alone.get((x.transcript_id, x.code_id), ())
        return len({span.coder for span in spans if span.start < x.end and x.start < span.end})

    def why(self, x: Statement) -> str:
        n_coders, others = self._n_coders(x), self._codes[x.segment_id] > 1
        parts = [counted(x.n_words, "word")] + ([f"in the own coding of {n_coders}"] if n_coders else [])
        return ", ".join([*parts, *(["carries other codes too"] if others else [])])


def _why_missing(person: str, study: Study, sessions: frozenset[str]) -> str:
    if not sessions:
        return "attended no session"
    if took_back(study.transcripts, person):
        return "took back what they said"
    own = [turn for t in study.transcripts for turn in t.turns if turn.person == person]
    if own and not allowed(own, "quotation"):
        return "did not agree to be quoted"
    turns = len(own)
    assents = sum(a.speaker == person for a in find_assent(study.transcripts))
    if not turns:
        return "attended and did not speak"
    if assents == turns:
        return f"only short assent: {assents}"
    return f"none of their {counted(turns, 'turn')} carries a code of a theme"
