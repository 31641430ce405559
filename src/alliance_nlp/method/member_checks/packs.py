"""A pack for one participant: their own quotes, the themes they speak to, a sheet to tick."""

from __future__ import annotations

import datetime
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alliance_nlp.errors import InputError, counted, import_extra
from alliance_nlp.files import write_atomic
from alliance_nlp.ledger import VERDICTS, Standing
from alliance_nlp.method.member_checks.withholding import OthersWords, refuse_doubtful
from alliance_nlp.method.translations import Translation, Words, chosen_translations
from alliance_nlp.provenance import content_hash, hash_words
from alliance_nlp.records import Cell, Codebook, Grid, Record, Statement, Study, Table, Tabular, printable
from alliance_nlp.records.fields import Checked, Name, refuse_twice

Block = Literal["title", "line", "heading", "asked", "quote"]
PRINTED: dict[Block, tuple[str, str]] = {  # as which element of HTML, in which style of Word
    "title": ("h1", "Heading 1"), "line": ("p", "Normal"), "heading": ("h2", "Heading 2"),
    "asked": ('p class="asked"', "Normal"), "quote": ("blockquote", "Intense Quote"),
}  # fmt: skip
UNTITLED = "Our conversations"
INTRODUCTION = (
    "You took part in our conversations. Here you find some of the things that you said yourself, and the themes "
    "that we, the researchers, put them under. We would like to know whether you recognize yourself.",
    "There is no right answer. Tick yes, partly or no for each theme, and write whatever you want to add or "
    "object to. A theme that you leave open counts as no answer, not as agreement.",
    "This paper holds your own words and our questions, and no words of the others. What is said in a group is "
    "known to all who were there: we cannot promise on behalf of the others that it stays among you.",
)
BLANK = "\u2610"
_THEIRS = "it names another participant or repeats their words"
COLUMNS = ("pack", "participant", "theme", *VERDICTS, "comment")
STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:44em;margin:2em auto;padding:0 1em}"
    "blockquote{margin:.5em 0 1em 1em;border-left:3px solid #999;padding-left:1em}.asked{color:#555}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.5em;text-align:left}"
    "td:last-child{min-width:14em;height:3em}"
)


@dataclass(frozen=True, slots=True)
class OwnQuote(Checked):
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
    translation : str
        The words in another language, as somebody translated them; empty where nobody did, or where it is withheld.
    untold : str
        Why there is no translation where one was asked for; empty where there is one or none was.
    """

    segment_id: Name
    session: Name
    text: str
    question: str | None
    withheld: bool = False
    translation: str = ""
    untold: str = ""

    def _check(self) -> None:
        if self.withheld and self.question is not None:
            raise InputError(f"OwnQuote.question must be None where it is withheld. That of {self.segment_id} is not.")


@dataclass(frozen=True, slots=True)
class PackTheme(Checked):
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
    shown : str
        What stands on the paper in place of a name that names or echoes another participant; empty where it does not.
    """

    name: Name
    essences: tuple[Name, ...]
    description: str
    withheld: str
    quotes: tuple[OwnQuote, ...]
    shown: str = ""

    @property
    def heading(self) -> str:
        """The theme as it stands on the paper and in the sheet."""
        return self.shown or self.name

    def _check(self) -> None:
        if self.withheld and self.description:
            raise InputError(f"PackTheme.description must be empty where it is withheld. That of {self.name!r} is not.")


@dataclass(frozen=True, eq=False, repr=False)
class MemberCheckPack(Tabular, Record):
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
    untitled : bool
        Whether the title of the study is left out, because it names or echoes another participant.
    words : {"original", "translation", "both"}
        What stands on the paper of each quote; one without a translation stands as it was said.

    Notes
    -----
    It holds no words and no names of other participants: quotes are the participant's own, the only context is the
    moderator's question, and questions, descriptions, titles and names of themes that name or echo others are withheld.
    """

    participant: Name
    title: str
    date: datetime.date
    themes: tuple[PackTheme, ...]
    synthetic: bool = False
    contact: str = ""
    untitled: bool = False
    words: Words = "original"

    def _check(self) -> None:
        refuse_twice("MemberCheckPack.themes", (theme.name for theme in self.themes))
        refuse_twice("MemberCheckPack.themes", (theme.heading for theme in self.themes))

    @property
    def id(self) -> str:
        """Hash of what the pack says, so that a reply is matched with what was read."""
        parts = [part for theme in self.themes
                 for part in (theme.name, theme.description, *(quote.text for quote in theme.quotes))]  # fmt: skip
        parts += [quote.translation for theme in self.themes for quote in theme.quotes if quote.translation]
        return hash_words(self.participant, self.date.isoformat(), *parts)[:12]

    @property
    def withheld(self) -> tuple[str, ...]:
        """What was left out to protect others, for the researcher to read before the pack is sent."""
        found = ["title of the study: it names or echoes another participant"] if self.untitled else []
        found += [f"name of {theme.name!r}, which is {theme.shown!r} here: it names or echoes another participant"
                  for theme in self.themes if theme.shown]  # fmt: skip
        found += [f"description of {theme.name!r}: {theme.withheld}" for theme in self.themes if theme.withheld]
        found += [f"translation of {q.segment_id}: {q.untold}" for t in self.themes for q in t.quotes if q.untold]
        return (*found, *(f"question before {q.segment_id}: it names or echoes another participant"
                          for theme in self.themes for q in theme.quotes if q.withheld))  # fmt: skip

    def to_html(self, path: str | Path | None = None) -> str:
        """Write the pack as one HTML page to read, print and tick."""
        page = html_page(self)
        if path is not None:
            write_atomic(path, page)
        return page

    def to_docx(self, path: str | Path) -> Path:
        """Write the pack as a Word document; its sheet can be filled in and read back by `read_replies`."""
        return write_atomic(path, docx_bytes(self))

    def table(self) -> Table:
        """Give the sheet alone, one row a theme; as CSV it takes replies that somebody types in."""
        return Table(COLUMNS, tuple((self.id, self.participant, theme.heading, *[""] * 4) for theme in self.themes))

    def _summary(self) -> str:
        n_quotes = sum(len(theme.quotes) for theme in self.themes)
        return f"{self.id} for {self.participant}, {counted(len(self.themes), 'theme')}, {counted(n_quotes, 'quote')}"


def member_check_pack(
    study: Study, participant: str, *, date: datetime.date | None = None, contact: str = "", coder: str | None = None,
    words: Words = "original", language: str = "", standing: Standing | None = None,
) -> MemberCheckPack:  # fmt: skip
    """Make the member-check pack of one participant.

    Parameters
    ----------
    study : Study
        A study with a coding; its consensus counts where it has one.
    participant : str
        For whom: an id of ``study.participants``, else the label in the transcripts, with its transcript in brackets
        where it is another person in each.
    date : datetime.date, optional
        Day of the pack; today by default.
    contact : str, optional
        To whom the sheet goes back.
    coder : str, optional
        Use only what this coder applied.
    words : {"original", "translation", "both"}, default "original"
        What stands on the paper of each quote. A quote without a translation stands as it was said, and ``.withheld``
        says so. A translation that names others or repeats their words is withheld.
    language : str
        Into which language, where the ledger holds translations into several.
    standing : Standing, optional
        What `replay` gave; it holds the translations.

    Returns
    -------
    MemberCheckPack
        Write it with `.to_html()`, `.to_docx()`; read ``.withheld`` before sending it.

    Raises
    ------
    InputError
        When nobody of that name took part, or nobody has coded anything; when the pack could hold another person's
        words, because the study does not say who stands behind a label.

    Notes
    -----
    Quotes are cut to the participant's own turns. The only context is the moderator's question, and it is withheld when
    it names another participant, repeats four of their words in a row, or takes up a telling word of theirs.
    Descriptions, essences, names of themes and the title are what people wrote; they are withheld by the first two
    rules ("Theme 2" then stands for the name, on the paper and in the sheet). The library cannot know what a reader
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
    names = themes_of(study, participant, coder=coder)
    statements, others = study.statements(coder=coder), OthersWords(study, participant)
    translated = chosen_translations(study, standing, words, language, "member_check_pack()")
    into = translated if words != "original" else None
    themes = tuple(
        _theme(number, name, [x for x in statements if x.at("theme") == name], study.book, others, into)
        for number, name in enumerate(names, 1)
    )
    day = date if date is not None else datetime.datetime.now(datetime.UTC).date()
    untitled = others.in_written(study.title)
    return MemberCheckPack(
        participant, "" if untitled else study.title, day, themes, study.synthetic, contact, untitled, words
    )  # fmt: skip


def themes_of(study: Study, participant: str, *, coder: str | None = None) -> list[str]:
    """Themes that a participant speaks to, in the codebook's order; a code without a theme stands for itself.

    Raises
    ------
    InputError
        When nobody of that name took part, or nobody has coded anything.
    """
    refuse_doubtful(study, participant)
    spoken = dict.fromkeys(x.at("theme") for x in study.statements(coder=coder) if x.said_by(participant))
    return [name for name in study.book.names_at("theme", spoken) if name in spoken]


def _theme(
    number: int, name: str, statements: Sequence[Statement], book: Codebook, others: OthersWords,
    translated: Mapping[str, Translation] | None,
) -> PackTheme:  # fmt: skip
    own = [x for x in statements if x.said_by(others.participant)]
    quotes = {(x.transcript_id, start, end): _quote(x, turn, start, end, others, translated) for x in own
              for turn, start, end in x.said_by(others.participant)}  # fmt: skip
    essences = dict.fromkeys(x.code.essence for x in own if x.code.essence and not others.in_written(x.code.essence))
    description = next((theme.description.strip() for theme in book.themes if theme.name == name), "")
    why = _THEIRS if others.in_written(description) else ""
    shown = f"Theme {number}" if others.in_written(name) else ""
    return PackTheme(name, tuple(essences), "" if why else description, why, tuple(quotes.values()), shown)


def _quote(
    x: Statement, turn: int, start: int, end: int, others: OthersWords, translated: Mapping[str, Translation] | None
) -> OwnQuote:
    """Cut a statement to the participant's own turn."""
    asked = x.transcript.question_turn(turn)
    echo = asked is not None and others.in_question(x.transcript, asked)
    question = x.transcript.turn_text(asked) if asked is not None and not echo else None
    words = others.masked(x.transcript.text[start:end])
    place = f"{x.transcript_id}:{start}-{end}"
    found = translated.get(place) if translated is not None else None
    told = others.masked(found.text) if found is not None else ""
    why = "" if translated is None else "nobody translated these words" if found is None else ""
    if others.in_written(told):
        told, why = "", _THEIRS
    return OwnQuote(place, x.session, words, question, echo, told, why)


def _blocks(pack: MemberCheckPack) -> Iterator[tuple[Block, str]]:
    """Give what stands on the paper down to the sheet, whatever it is printed as."""
    yield "title", pack.title or UNTITLED
    yield "line", f"{pack.participant} · {pack.date.isoformat()} · sheet {pack.id}"
    if pack.synthetic:
        yield "line", "This study is synthetic: nobody said these sentences."
    back = f" Please send the sheet to {pack.contact}." if pack.contact else ""
    yield from (("line", line) for line in (*INTRODUCTION[:1], INTRODUCTION[1] + back, *INTRODUCTION[2:]))
    for theme in pack.themes:
        yield "heading", theme.heading
        if theme.essences:
            yield "line", f"In a few words, what we heard: {'; '.join(theme.essences)}."
        if theme.description:
            yield "line", " ".join(theme.description.split())
        yield "line", "You said:"
        for quote in theme.quotes:
            if quote.question:
                yield "asked", f"We asked: {quote.question}"
            if pack.words != "translation" or not quote.translation:
                yield "quote", quote.text
            if quote.translation and pack.words != "original":
                yield "quote", quote.translation
    if pack.themes:
        yield from (("heading", "Your answers"), ("line", "Do you recognize yourself in this theme?"))
    else:
        yield "line", "None of your statements stands under a theme."


def html_page(pack: MemberCheckPack) -> str:
    """Give the pack as one page without anything loaded from elsewhere."""
    shown = [(PRINTED[block][0], html.escape(printable(text))) for block, text in _blocks(pack)]
    blocks = "".join(f"<{tag}>{text}</{tag.split()[0]}>" for tag, text in shown)
    blank = (*(Cell(BLANK) for _ in VERDICTS), Cell(""))
    sheet = Grid("", COLUMNS[2:], tuple((Cell(theme.heading), *blank) for theme in pack.themes))
    title = html.escape(printable(pack.title or UNTITLED))
    policy = f"default-src 'none'; style-src '{content_hash(STYLE)}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{blocks}{sheet.to_html() if pack.themes else ''}</body></html>"
    )


def docx_bytes(pack: MemberCheckPack) -> bytes:
    """Give the pack as a Word document.

    Raises
    ------
    MissingExtraError
        When python-docx is not installed.
    """
    docx: Any = import_extra("docx", "formats", "A member-check pack as a Word document")
    paper = docx.Document()
    paper.core_properties.author = ""  # python-docx writes its own name otherwise
    paper.core_properties.comments = ""
    paper.core_properties.subject = f"sheet {pack.id}"
    for block, text in _blocks(pack):
        paper.add_paragraph(printable(text), style=PRINTED[block][1])
    sheet = paper.add_table(rows=1, cols=5, style="Table Grid")
    for cell, name in zip(sheet.rows[0].cells, COLUMNS[2:], strict=True):
        cell.text = name
    for theme in pack.themes:
        sheet.add_row().cells[0].text = printable(theme.heading)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()
