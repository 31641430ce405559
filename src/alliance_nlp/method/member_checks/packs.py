"""A pack for one participant: their own quotes, the themes they speak to, a sheet to tick."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import dataclass
from pathlib import Path

from alliance_nlp.errors import choice_error
from alliance_nlp.files import write_atomic
from alliance_nlp.method.chain import Chain, trace_chain
from alliance_nlp.method.member_checks import pages
from alliance_nlp.method.member_checks.withholding import MODERATORS, OthersWords
from alliance_nlp.method.sessions import attendance
from alliance_nlp.provenance import hash_words
from alliance_nlp.records import Codebook, Record, Study

COLUMNS = ("pack", "participant", "theme", "yes", "partly", "no", "comment")


@dataclass(frozen=True, slots=True)
class OwnQuote:
    """Words of the participant, with the question they answer.

    Parameters
    ----------
    segment_id : str
        Where they stand.
    session : str
        When they were said.
    text : str
        The words; names of other participants are replaced by a mark in brackets.
    question : str or None
        The moderator's question before them; None where there was none, or it was withheld.
    withheld : bool
        True when the question names or echoes another participant.
    """

    segment_id: str
    session: str
    text: str
    question: str | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class PackTheme:
    """One theme as the participant sees it: its name, what people wrote of it, the participant's own words.

    Parameters
    ----------
    name : str
        Name of the theme; of a code without a theme, its path.
    essences : tuple of str
        The essences that the participant's statements carry.
    description : str
        The composite description that people wrote; empty where it was withheld or never written.
    withheld : str
        Why the description is left out; empty where it is not.
    quotes : tuple of OwnQuote
        The participant's statements.
    """

    name: str
    essences: tuple[str, ...]
    description: str
    withheld: str
    quotes: tuple[OwnQuote, ...]


@dataclass(frozen=True, eq=False, repr=False)
class MemberCheckPack(Record):
    """What one participant gets to read and to tick.

    Parameters
    ----------
    participant : str
        For whom.
    title : str
        Title of the study.
    date : datetime.date
        Day of the pack.
    themes : tuple of PackTheme
        The themes that their statements carry.
    synthetic : bool
        Whether the study is made up.
    contact : str
        To whom the sheet goes back.

    Notes
    -----
    It holds no words and no names of other participants: quotes are the participant's own, the only context is the
    moderator's question, and questions and descriptions that name or echo others are withheld.
    """

    participant: str
    title: str
    date: datetime.date
    themes: tuple[PackTheme, ...]
    synthetic: bool = False
    contact: str = ""

    @property
    def id(self) -> str:
        """Hash of what the pack says, so that a reply is matched with what was read."""
        parts = [part for theme in self.themes
                 for part in (theme.name, theme.description, *(quote.text for quote in theme.quotes))]  # fmt: skip
        return hash_words(self.participant, self.date.isoformat(), *parts)[:12]

    @property
    def withheld(self) -> tuple[str, ...]:
        """What was left out to protect others, for the researcher to read before the pack is sent."""
        found = [f"description of {theme.name!r}: {theme.withheld}" for theme in self.themes if theme.withheld]
        return (*found, *(f"question before {q.segment_id}: it names or echoes another participant"
                          for theme in self.themes for q in theme.quotes if q.withheld))  # fmt: skip

    def to_html(self, path: str | Path | None = None) -> str:
        """Write the pack as one HTML page to read, print and tick."""
        page = pages.html_page(self)
        if path is not None:
            write_atomic(path, page)
        return page

    def to_docx(self, path: str | Path) -> Path:
        """Write the pack as a Word document; its sheet can be filled in and read back by `read_replies`."""
        return write_atomic(path, pages.docx_bytes(self))

    def to_csv(self, path: str | Path | None = None) -> str:
        """Write the sheet alone as CSV, one row a theme, for replies that somebody types in."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((self.id, self.participant, theme.name, "", "", "", "") for theme in self.themes)
        if path is not None:
            write_atomic(path, "\ufeff" + out.getvalue())
        return out.getvalue()

    def _summary(self) -> str:
        n_quotes = sum(len(theme.quotes) for theme in self.themes)
        return f"{self.id} for {self.participant}, {len(self.themes)} themes, {n_quotes} quotes"


def member_check_pack(
    study: Study, participant: str, *, date: datetime.date | None = None, contact: str = "", coder: str | None = None
) -> MemberCheckPack:
    """Make the member-check pack of one participant.

    Parameters
    ----------
    study : Study
        A study with a coding; its consensus counts where it has one.
    participant : str
        For whom, as named in the transcripts.
    date : datetime.date, optional
        Day of the pack; today by default.
    contact : str, optional
        To whom the sheet goes back.
    coder : str, optional
        Use only what this coder applied.

    Returns
    -------
    MemberCheckPack
        Write it with `.to_html()`, `.to_docx()`; read ``.withheld`` before sending it.

    Raises
    ------
    InputError
        When nobody of that name took part, or nobody has coded anything.

    Notes
    -----
    Quotes are cut to the participant's own turns. The only context is the moderator's question, and it is withheld when
    it names another participant, repeats four of their words in a row, or takes up a telling word of theirs.
    Descriptions are what people wrote; they are withheld by the first two rules. The library cannot know what a reader
    recognizes: read the pack before you send it. In a group, confidentiality among its members cannot be promised, and
    the pack says so.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> t = Transcript("T", "Ann: No time.", (Turn(5, 13, "Ann", "participant"),))
    >>> coding = Coding((CodedSpan("KL", "T", 5, 13, "Time"),), ())
    >>> pack = member_check_pack(Study((t,), Codebook((Code("Time"),)), coding), "Ann")
    >>> pack.themes[0].name, pack.themes[0].quotes[0].text
    ('Time', 'No time.')
    """
    people = attendance(study)
    if participant not in people:
        raise choice_error("participant", tuple(people) or ("(nobody)",), participant)
    chain = trace_chain(study, coder=coder)
    others = OthersWords(study, participant)
    quotes = _own_quotes(chain, participant, others)
    book = chain.codebook if chain.codebook is not None else Codebook(())
    order = {theme.name: place for place, theme in enumerate(book.themes)}
    themes = tuple(
        _theme(name, quotes[name], book, others)
        for name in sorted(quotes, key=lambda name: order.get(name, len(order)))
    )
    day = date if date is not None else datetime.datetime.now(datetime.UTC).date()
    return MemberCheckPack(participant, study.title, day, themes, study.synthetic, contact)


Found = dict[str, dict[tuple[str, int, int], tuple[OwnQuote, str]]]


def _own_quotes(chain: Chain, participant: str, others: OthersWords) -> Found:
    """Per theme the participant's statements, cut to their own turns, with the essence of each."""
    found: Found = {}
    known = {transcript.id: transcript for transcript in chain.transcripts}
    for link in chain.links:
        if "rejected" in link.how:
            continue
        transcript = known[link.transcript_id]
        for index, turn in enumerate(transcript.turns):
            start, end = max(turn.start, link.start), min(turn.end, link.end)
            if turn.speaker != participant or turn.role in MODERATORS or start >= end:
                continue
            asked = [i for i in range(index) if transcript.turns[i].role == "moderator"]
            echo = bool(asked) and others.in_question(transcript, asked[-1])
            question = transcript.turn_text(asked[-1]) if asked and not echo else None
            quote = OwnQuote(
                f"{transcript.id}:{start}-{end}", transcript.session_name, others.masked(transcript.text[start:end]),
                question, echo,
            )  # fmt: skip
            name = link.theme or link.code_id  # a code without a theme stands for itself
            found.setdefault(name, {})[transcript.id, start, end] = (quote, link.essence)
    return found


def _theme(
    name: str, quotes: dict[tuple[str, int, int], tuple[OwnQuote, str]], book: Codebook, others: OthersWords
) -> PackTheme:
    description = next((theme.description.strip() for theme in book.themes if theme.name == name), "")
    why = "it names another participant or repeats their words" if others.in_written(description) else ""
    essences = dict.fromkeys(essence for _, essence in quotes.values() if essence and not others.in_written(essence))
    return PackTheme(
        name, tuple(essences), "" if why else description, why, tuple(quote for quote, _ in quotes.values())
    )
