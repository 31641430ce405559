"""The chain of every quote, each link with its author and date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import InputError, counted
from alliance_nlp.ledger import Standing
from alliance_nlp.method.contexts import QuoteInContext
from alliance_nlp.records import (
    NOBODY_CODED,
    Applied,
    Code,
    Codebook,
    Coding,
    Level,
    Record,
    Statement,
    Status,
    Study,
    Table,
    Tabular,
    Transcript,
    UnderCodebook,
    chosen_coding,
    moderators_left_out,
    statements_of,
)
from alliance_nlp.records.fields import Count, Name, refuse_twice
from alliance_nlp.records.transcripts import refuse_outside

HOW: dict[Status, str] = {
    "coded": "coder", "consensus": "consensus", "suggested": "machine suggestion",
    "accepted": "machine suggestion, accepted", "rejected": "machine suggestion, rejected",
}  # fmt: skip
NOT_STATED, THE_CODEBOOK = "not stated", "the codebook"


@dataclass(frozen=True, slots=True)
class ChainLink(Applied):
    """One quote's way from statement to theme.

    Parameters
    ----------
    transcript_id, start, end : str, int, int
        Where the statement stands.
    turn : int or None
        Index of its turn.
    speaker, session : str or None
        Who said it and when.
    code_id, cluster_of_meaning, essence, theme : str
        The code's path, and its three levels; empty where the codebook has none.
    linked_by : str
        Who linked the statement with the cluster of meaning.
    status : {"coded", "consensus", "suggested", "accepted", "rejected"}
        How the link was made; ``counts`` and ``by_people`` follow from it, ``how`` puts it into words.
    linked_on : datetime.date or None
        When.
    grouped_by : str
        Who put the cluster of meaning under its essence and theme: a name from the ledger, else "the codebook".
    grouped_on : datetime.date or None
        When, where the ledger says.
    note : str
        Why, in the coder's words.
    """

    transcript_id: Name
    start: Count
    end: Count
    turn: Count | None
    speaker: Name | None
    session: Name
    code_id: Name
    cluster_of_meaning: str
    essence: str
    theme: str
    linked_by: str
    status: Status
    linked_on: datetime.date | None
    grouped_by: str
    grouped_on: datetime.date | None
    note: str = ""

    @property
    def how(self) -> str:
        """How the link was made, in words."""
        return HOW[self.status]

    def at(self, level: Level) -> str:
        """Path of the code rolled up to a level; a code without that level stands for itself."""
        return Code(self.theme, self.essence, self.cluster_of_meaning).at(level)


@dataclass(frozen=True, eq=False, repr=False)
class Chain(UnderCodebook, Tabular, Record):
    """Every quote's way from statement to theme.

    Parameters
    ----------
    links : tuple of ChainLink
        One a quote, code and author, in the order of the transcripts.
    transcripts : tuple of Transcript
        What the quotes lead back to.
    codebook : Codebook or None
        The codebook, with the composite description that people wrote for each theme.
    left_out : tuple of str
        What it leaves out, in sentences.

    Notes
    -----
    Essence, theme and composite description are what people wrote. Where nobody wrote one, it is empty.
    """

    links: tuple[ChainLink, ...]
    transcripts: tuple[Transcript, ...]
    codebook: Codebook | None = None
    left_out: tuple[str, ...] = ()

    def _check(self) -> None:
        refuse_twice("Chain.transcripts", (transcript.id for transcript in self.transcripts))
        refuse_outside("Chain.links", self.links, self.transcripts)

    def __len__(self) -> int:
        return len(self.links)

    def of_theme(self, theme: str) -> Chain:
        """Keep the links that end in one theme.

        Raises
        ------
        InputError
            When no link does and the codebook does not know it.
        """
        name = self.book.find_theme(theme) or theme
        kept = tuple(link for link in self.links if link.theme == name)
        if not kept and name not in self.descriptions:
            known = sorted({link.theme for link in self.links})
            raise InputError(f"No quote is linked to a theme {theme!r}. The themes are {', '.join(map(repr, known))}.")
        return replace(self, links=kept)

    @property
    def descriptions(self) -> dict[str, str]:
        """Composite description that people wrote per theme; empty where they wrote none."""
        return {theme.name: theme.description for theme in self.book.themes}

    def statement(self, link: ChainLink) -> str:
        """Words of a link's statement, verbatim; a mark stands for people who did not agree to be quoted."""
        return self._transcript(link).shown(link.start, link.end)

    def may_quote(self, link: ChainLink) -> bool:
        """Whether everybody who says a link's statement agreed to be quoted, or did not refuse."""
        return "quotation" not in self._transcript(link).refuses(link.start, link.end)

    def open(self, link: ChainLink, *, before: int = 2, after: int = 1) -> QuoteInContext:
        """Open a link's statement in its context."""
        return QuoteInContext(self._transcript(link), link.start, link.end, link.turn or 0, before, after)

    def question(self, link: ChainLink) -> str | None:
        """Words of the moderator's last turn before the statement."""
        return self._transcript(link).question_before(link.turn) if link.turn is not None else None

    def _transcript(self, link: ChainLink) -> Transcript:
        return next(t for t in self.transcripts if t.id == link.transcript_id)

    def table(self) -> Table:
        """Give one row a link; statements and questions are in ``rows()`` and HTML, not in ``print``."""
        values = tuple(
            (x.segment_id, x.session, x.speaker, self.question(x), self.statement(x), x.cluster_of_meaning, x.essence,
             x.theme, x.how, x.linked_by, x.linked_on or NOT_STATED, x.grouped_by, x.grouped_on or NOT_STATED, x.note)
            for x in self.links
        )  # fmt: skip
        columns = (
            "segment_id", "session", "speaker", "question", "horizontalization", "cluster_of_meaning", "essence",
            "theme", "how", "linked_by", "linked_on", "grouped_by", "grouped_on", "note",
        )  # fmt: skip
        return Table(columns, values, quoting=("question", "horizontalization", "note"), notes=self.left_out)

    def _summary(self) -> str:
        return f"{counted(len(self.links), 'link')} to {len({x.theme for x in self.links})} themes"


def trace_chain(
    source: Study | Comparison, *, coder: str | None = None, standing: Standing | None = None, moderators: bool = False
) -> Chain:
    """Follow every quote from statement over cluster of meaning and essence to theme.

    Parameters
    ----------
    source : Study or Comparison
        A study gives its consensus where it has one, else what its coders applied; a comparison gives both its sides.
    coder : str, optional
        Follow only what this coder (or "consensus") linked; of a study also a coder behind the consensus.
    standing : Standing, optional
        What `replay` gave: today's codebook and consensus, and who put each code where it stands.
    moderators : bool, default False
        Follow what moderators say, too. By default the chain says how many of their statements it leaves out.

    Returns
    -------
    Chain
        One link a quote, code and author.

    Raises
    ------
    InputError
        When nobody has coded anything, or the coder is not known.

    Notes
    -----
    The codebook says where a code stands, not who put it there: without a ledger the author of the links from cluster
    of meaning to essence and theme is "the codebook".

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> book = Codebook((Code("Time", "takes time", "rush"),))
    >>> coding = Coding((CodedSpan("KL", "T", 0, 8, "Time/takes time/rush"),), (), book)
    >>> chain = trace_chain(Study((Transcript("T", "No time.", (Turn(0, 8, "P1"),)),), book, coding))
    >>> [(x.cluster_of_meaning, x.essence, x.theme, x.how) for x in chain.links]
    [('rush', 'takes time', 'Time', 'coder')]
    """
    study, codings = _parts(source, coder, standing)
    if not any(coding.applied for coding in codings):
        raise InputError(NOBODY_CODED)
    authors = _authors(standing)
    made = [
        (statement, coding)
        for coding in codings
        for statement in statements_of(coding, study.transcripts, study.codebook, study.role_of)
    ]
    kept = [(x, coding) for x, coding in made if moderators or not x.moderates]
    links = [_link(x, coding, study, authors) for x, coding in kept]
    order = {transcript.id: place for place, transcript in enumerate(study.transcripts)}
    links.sort(key=lambda x: (order[x.transcript_id], x.start, x.end))
    return Chain(tuple(links), study.transcripts, study.codebook, moderators_left_out(len(made) - len(kept)))


def _parts(source: Study | Comparison, coder: str | None, standing: Standing | None) -> tuple[Study, list[Coding]]:
    """Give what the chain leads through, and the codings whose links it holds."""
    if isinstance(source, Comparison):
        found: list[Coding] = [source.a, source.b]
        study = Study(source.segments.transcripts, next((c.codebook for c in found if c.codebook is not None), None))
    elif isinstance(source, Study):
        consensus = standing.consensus if standing is not None else None
        found = [coding for coding in (consensus or source.consensus, source.coding) if coding is not None]
        study = Study(source.transcripts, source.codebook, participants=source.participants)
    else:
        raise InputError(f"The chain needs a Study or a Comparison. Got {type(source).__name__}.")
    if coder is not None or isinstance(source, Study):
        chosen = chosen_coding(found, coder)
        found = [chosen] if chosen is not None else []
    return (replace(study, codebook=standing.codebook) if standing is not None else study), found


Authors = Mapping[str, tuple[str, datetime.date | None]]


def _authors(standing: Standing | None) -> Authors:
    """Who put each code where it stands: whoever made the first version in which it has today's path."""
    first: dict[str, tuple[str, datetime.date | None]] = {}
    for version in standing.versions if standing is not None else ():
        for path in version.codebook.ids:
            first.setdefault(path, (version.by or THE_CODEBOOK, version.date))
    return first


def _link(x: Statement, coding: Coding, study: Study, authors: Authors) -> ChainLink:
    stated = THE_CODEBOOK if x.code_id in study.book else NOT_STATED
    grouped_by, grouped_on = authors.get(x.code_id, (stated, None))
    behind = coding.made_from.coders if isinstance(coding.made_from, Coding) else ()
    people = " and ".join(name for name in behind if name != x.coder)
    return ChainLink(
        x.transcript_id, x.start, x.end, x.turn, x.person, x.session, x.code_id, x.code.code, x.code.essence,
        x.code.theme, f"{x.coder} ({people})" if people else x.coder, x.status, x.date, grouped_by, grouped_on,
        study.quotable(x.note),
    )  # fmt: skip


def check_example(n_per_theme: int, min_words: int, max_words: int) -> None:
    """Refuse numbers by which no example of a theme can be chosen."""
    if n_per_theme < 1 or not 1 <= min_words <= max_words:
        raise InputError(
            f"n_per_theme must be at least 1 and 1 <= min_words <= max_words. Got n_per_theme={n_per_theme}, "
            f"min_words={min_words}, max_words={max_words}."
        )
