"""Table 1 of the founding study, from any study: one row a theme, from a statement to its theme."""

from __future__ import annotations

import html
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import InputError, counted
from alliance_nlp.files import write_atomic
from alliance_nlp.ledger import Standing
from alliance_nlp.method.chain import Chain, ChainLink, check_example, trace_chain
from alliance_nlp.method.translations import Translation, Words, chosen_translations, untranslated
from alliance_nlp.records import Cell, Grid, Record, Row, Study, Table, Tabular, no_consent
from alliance_nlp.records.fields import Name, refuse_twice
from alliance_nlp.records.transcripts import refuse_outside

COLUMNS = ("horizontalization", "cluster_of_meaning", "essence", "theme")
HEADS = ("Horizontalization", "Cluster of meaning", "Essence", "Theme")
TRANSLATED = ("translation", "language", "translated_by", "checked")
SHARES = (0.46, 0.2, 0.16, 0.18)


@dataclass(frozen=True, eq=False, repr=False)
class TableOne(Tabular, Record):
    """From statement to theme, one row a theme, as text, CSV or HTML.

    Parameters
    ----------
    chain : Chain
        Where the rows come from.
    links : tuple of ChainLink
        The row of each theme.
    without_statement : tuple of str
        Themes that nobody linked a statement to.
    translations : tuple of Translation
        Translations of the statements, at most one each; places are the original's.
    words : {"original", "translation", "both"}
        What is shown of a statement; one without a translation is shown as it was said.

    Notes
    -----
    This is a report: printing it shows participants' words. A row is an example, chosen by the rule that `table1`
    describes or by hand; it does not say that the theme rests on it.
    """

    chain: Chain
    links: tuple[ChainLink, ...]
    without_statement: tuple[Name, ...] = ()
    translations: tuple[Translation, ...] = ()
    words: Words = "original"

    def _check(self) -> None:
        refuse_outside("TableOne.links", self.links, self.chain.transcripts)
        refuse_twice("TableOne.translations", (one.segment_id for one in self.translations))
        refuse_twice("TableOne.without_statement", (*self.without_statement, *{link.theme for link in self.links}))

    def table(self) -> Table:
        """Give one row a statement: the four columns, then where the statement stands and who made each link.

        With translations their words, language, translator and checks follow; "horizontalization" is what was said.
        """
        whole = replace(self.chain, links=self.links).table()
        empty = [{**dict.fromkeys(COLUMNS, ""), "theme": name} for name in self.without_statement]
        more = TRANSLATED if self.words != "original" else ()
        rows = [row | {name: self._translated(row)[name] for name in more} for row in whole.rows()]
        columns = dict.fromkeys((*COLUMNS, *more, *whole.columns))
        quoting, notes = (*whole.quoting, *more[:1]), (*whole.notes, *self._untranslated())
        return Table.of([*rows, *empty], columns=tuple(columns), quoting=quoting, notes=notes)

    def _translated(self, row: Row) -> dict[str, str]:
        found = next((one for one in self.translations if one.segment_id == row["segment_id"]), None)
        if found is None:
            return dict.fromkeys(TRANSLATED, "")
        checked = "; ".join(found.checks) or "not checked"
        return dict(zip(TRANSLATED, (found.text, found.language, found.by, checked), strict=True))

    def _untranslated(self) -> tuple[str, ...]:
        chosen = {one.segment_id: one for one in self.translations}
        return untranslated([link.segment_id for link in self.links], chosen, self.words)

    def _shown(self, row: Row) -> str:
        """Words of a statement as the table shows them: as said, translated, or both, the translation in brackets."""
        said, translated = str(row["horizontalization"] or ""), row.get("translation") or ""
        if not translated or self.words == "original":
            return said
        return translated if self.words == "translation" else f"{said} [{row['language']}: {translated}]"

    def to_csv(self, path: str | Path | None = None, *, quotes: bool = True) -> str:
        """Write the four columns as CSV, into a file where one is named, with or without the statements."""
        heads = (HEADS[0], "Translation", *HEADS[1:]) if self.words == "both" else HEADS
        values = tuple(
            ((row["horizontalization"], row.get("translation")) if self.words == "both" else (self._shown(row),))
            + tuple(row[name] for name in COLUMNS[1:])
            for row in self.rows()
        )
        return Table(heads, values, quoting=heads[: len(heads) - 3]).to_csv(path, quotes=quotes)

    def to_html(self, path: str | Path | None = None) -> str:
        """Write the table as HTML; each statement opens in its context, with the question before it."""
        links = [*self.links, *(None for _ in self.without_statement)]
        cells = tuple(
            (Cell("", markup=self._opened(row, link)), *(Cell(row[name]) for name in COLUMNS[1:]))
            for row, link in zip(self.rows(), links, strict=True)
        )
        page = Grid(TITLE, HEADS, cells, kind="table1").to_html()
        page += "".join(f"<p>{html.escape(sentence)}</p>" for sentence in (*self.chain.left_out, *self._untranslated()))
        if path is not None:
            policy = "default-src 'none'; base-uri 'none'; form-action 'none'"
            head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
            body = f"<title>{TITLE}</title></head><body>{page}</body></html>"
            write_atomic(path, f'<!doctype html><html lang="en"><head>{head}{body}')
        return page

    def _opened(self, row: Row, link: ChainLink | None) -> str:
        if link is None:
            return "<em>no statement is linked to this theme</em>"
        turns = [
            f"<p><strong>{html.escape(turn['speaker'] or '')}</strong> {html.escape(turn['text'])}</p>"
            for turn in (self.chain.open(link).rows() if link.turn is not None else [])
        ]
        by = f"; translated by {row['translated_by']}, {row['checked']}" if row.get("translated_by") else ""
        about = html.escape(f"{row['speaker'] or 'unknown'}, {row['session']}, {row['how']}: {row['linked_by']}{by}")
        quote = html.escape(self._shown(row))
        return f"<details><summary>“{quote}”</summary><p><small>{about}</small></p>{''.join(turns)}</details>"

    def to_text(self, width: int | None = 110) -> str:
        """Write the table as text, wrapped to a width; statements stand whole."""
        width = width or 110
        widths = [max(8, int(share * (width - 6))) for share in SHARES]
        shown = [[self._shown(row), *(str(row[name] or "") for name in COLUMNS[1:])] for row in self.rows()]
        body = [[f"“{first}”" if first else "(no statement)", *rest] for first, *rest in shown]
        parts = [TITLE, _wrapped(HEADS, widths), "  ".join("-" * w for w in widths)]
        return "\n".join([*parts, *(_wrapped(line, widths) + "\n" for line in body), *self.chain.left_out,
                          *self._untranslated()]).rstrip()  # fmt: skip

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()

    def _summary(self) -> str:
        return f"{counted(len(self.links), 'row')}, {counted(len(self.without_statement), 'theme')} without a statement"


TITLE = "From statement to theme"


def _wrapped(cells: Sequence[str], widths: Sequence[int]) -> str:
    columns = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, widths, strict=True)]
    lines = zip_longest(*columns, fillvalue="")
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def table1(
    source: Study | Comparison | Chain, *, quotes: Mapping[str, str] | None = None, n_per_theme: int = 1,
    min_words: int = 6, max_words: int = 40, coder: str | None = None, standing: Standing | None = None,
    moderators: bool = False, words: Words = "original", language: str = "",
) -> TableOne:  # fmt: skip
    """Show how the analysis went from statements to themes: the founding study's Table 1, from any study.

    Parameters
    ----------
    source : Study, Comparison or Chain
        Where the quotes and their links come from.
    quotes : dict of theme to segment id, optional
        Statements that people chose; the others are chosen by the rule below.
    n_per_theme : int, default 1
        Rows a theme; each shows another cluster of meaning where there are enough.
    min_words, max_words : int, default 6 and 40
        Length of a statement to prefer. A statement is never cut.
    coder : str, optional
        Show only what this coder linked.
    standing : Standing, optional
        What `replay` gave, for who put each code where it stands.
    moderators : bool, default False
        Let statements of moderators stand in it, too.
    words : {"original", "translation", "both"}, default "original"
        What is shown of a statement; translations are those that `standing` holds ("translation" in the ledger). Places
        are the original's. Of several translations the one that somebody found to say what was said, else the last.
    language : str
        Into which language, where the ledger holds several.

    Returns
    -------
    TableOne
        One row a theme (or `n_per_theme`), in the codebook's order.

    Raises
    ------
    InputError
        When nobody has coded anything, a chosen statement is not linked to its theme, or a number is below 1.

    Notes
    -----
    The rule: of a theme, the cluster of meaning that most people speak of (then: with most statements); of its
    statements, one of the length preferred, by a participant who is not in the table yet, carrying no other code,
    the first that was said. What people linked goes before machine suggestions. A code without a theme has a row of its
    own. The rule chooses an example to read,
    not the best quote.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> book = Codebook((Code("Time", "takes time", "rush"),))
    >>> coding = Coding((CodedSpan("KL", "T", 0, 8, "Time/takes time/rush"),), (), book)
    >>> print(table1(Study((Transcript("T", "No time.", (Turn(0, 8, "P1"),)),), book, coding)).to_csv())
    Horizontalization,Cluster of meaning,Essence,Theme
    No time.,rush,takes time,Time
    """
    check_example(n_per_theme, min_words, max_words)
    study = source if isinstance(source, Study) else _texts_of(source)
    translated = chosen_translations(study, standing, words, language, "table1()")
    chain = (
        source
        if isinstance(source, Chain)
        else trace_chain(source, coder=coder, standing=standing, moderators=moderators)
    )
    links = [link for link in chain.links if link.counts and chain.may_quote(link)]
    refused = len({x.segment_id for x in chain.links if x.counts and not chain.may_quote(x)})
    chain = replace(chain, left_out=(*chain.left_out, *no_consent(refused, "statement", "be quoted")))
    wanted = _wanted(chain, links, quotes or {})
    n_codes = Counter(where for where, _ in {((x.segment_id, x.by_people), x.code_id) for x in links})
    voices: Counter[str | None] = Counter()

    def rank(link: ChainLink) -> tuple[bool, int, bool]:
        fits = min_words <= len(chain.statement(link).split()) <= max_words
        return (not fits, voices[link.speaker], n_codes[link.segment_id, link.by_people] > 1)

    chosen: list[ChainLink] = []
    missing = []
    for theme in chain.book.names_at("theme", (x.at("theme") for x in links)):
        own = [x for x in links if x.at("theme") == theme]
        own = [x for x in own if x.by_people] or own
        picked = [wanted[theme]] if theme in wanted else []
        for path in _codes_by_voices(own):
            if len(picked) < n_per_theme and path not in {x.code_id for x in picked}:
                picked.append(min((x for x in own if x.code_id == path), key=rank))
                voices[picked[-1].speaker] += 1
        chosen += picked
        missing += [theme] if not picked and theme in chain.descriptions else []
    shown = dict.fromkeys(link.segment_id for link in chosen if link.segment_id in translated)
    return TableOne(chain, tuple(chosen), tuple(missing), tuple(translated[place] for place in shown), words)


def _texts_of(source: Comparison | Chain) -> Study:
    return Study(source.transcripts if isinstance(source, Chain) else source.segments.transcripts)


def _codes_by_voices(links: Sequence[ChainLink]) -> list[str]:
    sizes = Counter(x.code_id for x in links)
    voices = Counter(path for path, _ in {(x.code_id, x.speaker) for x in links})
    return sorted(sizes, key=lambda path: (-voices[path], -sizes[path]))


def _wanted(chain: Chain, links: Sequence[ChainLink], quotes: Mapping[str, str]) -> dict[str, ChainLink]:
    found = {}
    for name, segment_id in quotes.items():
        theme = chain.book.find_theme(name) or name
        link = next((x for x in links if x.at("theme") == theme and x.segment_id == segment_id), None)
        if link is None:
            raise InputError(
                f"The statement {segment_id!r} is not linked to the theme {name!r}. See trace_chain().rows()."
            )
        found[theme] = link
    return found
