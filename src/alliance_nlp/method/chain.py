"""The chain of every quote, each link with its author and date."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import InputError
from alliance_nlp.ledger import Standing
from alliance_nlp.method.contexts import QuoteInContext, question_before, turn_at
from alliance_nlp.records import Codebook, CodedSpan, Coding, Record, Row, Study, Table, Transcript

HOW = {
    "coded": "coder", "consensus": "consensus", "suggested": "machine suggestion",
    "accepted": "machine suggestion, accepted", "rejected": "machine suggestion, rejected",
}  # fmt: skip
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class ChainLink:
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
    how : str
        "coder", "consensus", "machine suggestion", "machine suggestion, accepted".
    linked_on : datetime.date or None
        When.
    grouped_by : str
        Who put the cluster of meaning under its essence and theme: a name from the ledger, else "the codebook".
    grouped_on : datetime.date or None
        When, where the ledger says.
    note : str
        Why, in the coder's words.
    """

    transcript_id: str
    start: int
    end: int
    turn: int | None
    speaker: str | None
    session: str
    code_id: str
    cluster_of_meaning: str
    essence: str
    theme: str
    linked_by: str
    how: str
    linked_on: datetime.date | None
    grouped_by: str
    grouped_on: datetime.date | None
    note: str = ""

    @property
    def segment_id(self) -> str:
        """Id of the statement."""
        return f"{self.transcript_id}:{self.start}-{self.end}"


@dataclass(frozen=True, eq=False, repr=False)
class Chain(Record):
    """Every quote's way from statement to theme.

    Parameters
    ----------
    links : tuple of ChainLink
        One a quote, code and author, in the order of the transcripts.
    transcripts : tuple of Transcript
        What the quotes lead back to.
    codebook : Codebook or None
        The codebook, with the composite description that people wrote for each theme.

    Notes
    -----
    Essence, theme and composite description are what people wrote. Where nobody wrote one, it is empty.
    """

    links: tuple[ChainLink, ...]
    transcripts: tuple[Transcript, ...]
    codebook: Codebook | None = None

    def __len__(self) -> int:
        return len(self.links)

    def of_theme(self, theme: str) -> Chain:
        """Keep the links that end in one theme.

        Raises
        ------
        InputError
            When no link does and the codebook does not know it.
        """
        name = (self.codebook.find_theme(theme) if self.codebook is not None else None) or theme
        kept = tuple(link for link in self.links if link.theme == name)
        if not kept and (self.codebook is None or name not in [t.name for t in self.codebook.themes]):
            known = sorted({link.theme for link in self.links})
            raise InputError(f"No quote is linked to a theme {theme!r}. The themes are {', '.join(map(repr, known))}.")
        return Chain(kept, self.transcripts, self.codebook)

    @property
    def descriptions(self) -> dict[str, str]:
        """Composite description that people wrote per theme; empty where they wrote none."""
        return {t.name: t.description for t in self.codebook.themes} if self.codebook is not None else {}

    def statement(self, link: ChainLink) -> str:
        """Words of a link's statement, verbatim."""
        return self._transcript(link).text[link.start : link.end]

    def open(self, link: ChainLink, *, before: int = 2, after: int = 1) -> QuoteInContext:
        """Open a link's statement in its context."""
        return QuoteInContext(self._transcript(link), link.start, link.end, link.turn or 0, before, after)

    def question(self, link: ChainLink) -> str | None:
        """Words of the moderator's last turn before the statement."""
        return question_before(self._transcript(link), link.turn) if link.turn is not None else None

    def _transcript(self, link: ChainLink) -> Transcript:
        return next(t for t in self.transcripts if t.id == link.transcript_id)

    def table(self) -> Table:
        """Give one row a link; statements and questions are in ``rows()`` and HTML, not in ``print``."""
        rows: list[Row] = [
            {"segment_id": x.segment_id, "session": x.session, "speaker": x.speaker, "question": self.question(x),
             "horizontalization": self.statement(x), "cluster_of_meaning": x.cluster_of_meaning, "essence": x.essence,
             "theme": x.theme, "how": x.how, "linked_by": x.linked_by, "linked_on": x.linked_on or NOT_STATED,
             "grouped_by": x.grouped_by, "grouped_on": x.grouped_on or NOT_STATED, "note": x.note}
            for x in self.links
        ]  # fmt: skip
        columns = (
            "segment_id", "session", "speaker", "question", "horizontalization", "cluster_of_meaning", "essence",
            "theme", "how", "linked_by", "linked_on", "grouped_by", "grouped_on", "note",
        )  # fmt: skip
        return Table.of(rows, columns=columns, quoting=("question", "horizontalization", "note"))

    def rows(self) -> list[Row]:
        """Give one dict a link."""
        return self.table().rows()

    def to_frame(self) -> Any:
        """Give the links as a pandas data frame."""
        return self.table().to_frame()

    def __str__(self) -> str:
        return str(self.table())

    def _summary(self) -> str:
        return f"{len(self.links)} links to {len({x.theme for x in self.links})} themes"


def trace_chain(source: Study | Comparison, *, coder: str | None = None, standing: Standing | None = None) -> Chain:
    """Follow every quote from statement over cluster of meaning and essence to theme.

    Parameters
    ----------
    source : Study or Comparison
        A study gives its consensus where it has one, else what its coders applied; a comparison gives both its sides.
    coder : str, optional
        Follow only what this coder (or "consensus") linked; of a study also a coder behind the consensus.
    standing : Standing, optional
        What `replay` gave: today's codebook and consensus, and who put each code where it stands.

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
    transcripts, codings, codebook = _parts(source, coder, standing)
    authors = _authors(standing)
    known = {transcript.id: transcript for transcript in transcripts}
    links = [
        _link(span, known[span.transcript_id], codebook, coding, authors)
        for coding in codings
        for span in coding.applied
        if span.status != "abstained" and span.transcript_id in known
    ]
    order = {transcript.id: place for place, transcript in enumerate(transcripts)}
    links.sort(key=lambda x: (order[x.transcript_id], x.start, x.end))
    return Chain(tuple(links), tuple(transcripts), codebook)


def _parts(
    source: Study | Comparison, coder: str | None, standing: Standing | None
) -> tuple[tuple[Transcript, ...], list[Coding], Codebook | None]:
    if isinstance(source, Comparison):
        transcripts, found = source.segments.transcripts, [source.a, source.b]
        codebook = next((c.codebook for c in found if c.codebook is not None), None)
    elif isinstance(source, Study):
        transcripts, codebook = source.transcripts, source.codebook
        consensus = standing.consensus if standing is not None and standing.consensus is not None else source.consensus
        found = [c for c in ((consensus, source.coding) if coder is not None else (consensus or source.coding,)) if c]
    else:
        raise InputError(f"The chain needs a Study or a Comparison. Got {type(source).__name__}.")
    if coder is not None:
        coders = [name for coding in found for name in coding.coders]
        if coder not in coders:
            raise InputError(f"coder must be one of {', '.join(map(repr, coders)) or 'nobody'}. Got {coder!r} instead.")
        found = [next(coding.by(coder) for coding in found if coder in coding.coders)]
    if not any(coding.applied for coding in found):
        raise InputError(
            "Nobody has coded anything, so there is no chain to follow. Read codings into the study first."
        )
    return transcripts, found, standing.codebook if standing is not None else codebook


def _authors(standing: Standing | None) -> Mapping[str, tuple[str, datetime.date | None]]:
    """Who put each code where it stands: whoever made the first version in which it has today's path."""
    first: dict[str, tuple[str, datetime.date | None]] = {}
    for version in standing.versions if standing is not None else ():
        for path in version.codebook.ids:
            first.setdefault(path, (version.by or "the codebook", version.date))
    return first


def _link(
    span: CodedSpan, transcript: Transcript, codebook: Codebook | None, coding: Coding,
    authors: Mapping[str, tuple[str, datetime.date | None]],
) -> ChainLink:  # fmt: skip
    turn = turn_at(transcript, span.start)
    code = codebook[span.code_id] if codebook is not None and span.code_id in codebook else None
    grouped_by, grouped_on = authors.get(span.code_id, ("the codebook" if code is not None else NOT_STATED, None))
    return ChainLink(
        span.transcript_id, span.start, span.end, turn, transcript.turns[turn].speaker if turn is not None else None,
        transcript.session_name, span.code_id, code.code if code is not None else span.code_id,
        code.essence if code is not None else "", code.theme if code is not None else "",
        _author(span, coding), HOW[span.status], span.date, grouped_by, grouped_on, span.note,
    )  # fmt: skip


def _author(span: CodedSpan, coding: Coding) -> str:
    behind: Iterable[str] = coding.made_from.coders if isinstance(coding.made_from, Coding) else ()
    names = " and ".join(name for name in behind if name != span.coder)
    return f"{span.coder} ({names})" if names else span.coder
