"""One coding against another: everything the comparison found, what it rests on, and what it means in words."""

from __future__ import annotations

import math
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from alliance_nlp.comparison import words
from alliance_nlp.comparison.basis_of_figures import Basis
from alliance_nlp.comparison.clustered import side_by_side
from alliance_nlp.comparison.machines_beside import Beside, printed
from alliance_nlp.comparison.per_code import remark_on
from alliance_nlp.comparison.position import below_position
from alliance_nlp.comparison.recovery import PRINTED as VERDICTS_PRINTED, count_verdicts, on_theme
from alliance_nlp.comparison.sides import Source, clusters_behind
from alliance_nlp.errors import check_choice, counted
from alliance_nlp.records import (
    LEVELS,
    Clusters,
    Coding,
    InlinePage,
    Mapping,
    Record,
    Row,
    Segments,
    Sentence,
    Study,
    Table,
    Tabular,
    View,
    at_the_door,
    format_cell,
)
from alliance_nlp.records.wrapping import fitted

NAMED = 5  # so many codes are named beside a reason in print
PRINTED = (
    "code", "n_a", "n_b", "n_both", "kappa", "kappa_interval", "kappa_characters", "human_human", "machine_human",
    "difference", "position", "f1", "p", "p_adjusted", "remark",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Tabular, Record):
    """What agreement there is between two sides, per theme, per code, per participant, per session and overall.

    Parameters
    ----------
    a, b : Coding
        The two sides.
    segments : Segments
        The segments on which they were compared.
    settings : dict
        Level, universe, rule, seed, draws, names of the sides, counts: what every figure rests on.
    per_code, per_essence, per_theme : Table
        One row a code (essence, theme): n, applications on each side, agreement, kappa with interval and over
        characters, alpha, AC1, F1 against a consensus, p over stretches of talk and adjusted over codes, human-human
        kappa on the same segments, remarks, and why there is no interval or no p.
    overall : Table
        Figures over all codes of the level, and of the clusters against the codes; each with what was drawn and tested.
    theme_recovery, cluster_verdicts : Table
        What the clusters gathered of each theme (`level`), and what each cluster is to the themes; empty without
        clusters. The rule is in docs/decisions/0102.
    per_participant, per_session : Table
        Agreement per person and session.
    disagreements : Table
        Segments coded differently, those worth reading first on top. Quotes are in ``rows()``, not in ``print``.
    prevalence : Table
        How common each code is, corrected; empty with the reason when the coded part was not drawn.
    abstained_as_no_code : Table
        The figures of `level` once more with abstained segments counted as "no code"; empty when none abstained.
    cluster_pairs : Table
        Every cluster and theme: segments they share, p, q and the smallest p that was possible, or why there is none.
    lost_spans : Table
        Coded spans that no segment carries, so that no figure holds them: coder, transcript, turn (from 1), speaker,
        role, code, why, and what to do. Empty in what 0.1.0 saved.
    clustered : Comparison or None
        Where clusters were set beside a machine that learnt: the clusters compared with the same people, all tables.
    machines : tuple of Coding
        Further machines set beside the same people.
    machines_beside : Table
        Where there are any: kappa of people with each other, of every machine with each person and of the order of
        talk, code by code and in the mean, on the segments on which every machine has an answer.
    machines_answered : Table
        What each machine read of what people read, on how much of it it has no answer, and why.

    Notes
    -----
    Agreement is a matter of dialogue between codings of equal standing. It does not say that either side is right.
    """

    a: Coding
    b: Coding
    segments: Segments
    settings: MappingABC[str, Any]
    per_code: Table
    per_essence: Table
    per_theme: Table
    overall: Table
    theme_recovery: Table
    cluster_verdicts: Table
    per_participant: Table
    per_session: Table
    disagreements: Table
    prevalence: Table
    abstained_as_no_code: Table = field(default_factory=lambda: Table((), ()))
    cluster_pairs: Table = field(default_factory=lambda: Table((), ()))
    lost_spans: Table = field(default_factory=lambda: Table((), ()))
    clustered: Comparison | None = None
    machines: tuple[Coding, ...] = ()
    machines_beside: Table = field(default_factory=lambda: Table((), ()))
    machines_answered: Table = field(default_factory=lambda: Table((), ()))

    def _check(self) -> None:
        check_choice("level", LEVELS, self.settings.get("level"))

    @property
    def basis(self) -> Basis:
        """The settings as a tuple with named fields, and in sentences."""
        return Basis(**self.settings)

    @property
    def human(self) -> Coding:
        """The people's side; the first one where people are compared with people."""
        return self.b if self.settings["machine"] == "a" else self.a

    @property
    def mapping(self) -> Mapping | None:
        """The mapping that the machine's side was made from, or that was set beside it."""
        if self.clustered is not None:
            return self.clustered.mapping
        return next((found for c in (self.b, self.a) if (found := Source.of(c).mapping) is not None), None)

    @property
    def clusters(self) -> Clusters | None:
        """The clusters behind the machine's side or beside it, where there are any."""
        return self.clustered.clusters if self.clustered is not None else clusters_behind(self.a, self.b)

    @property
    def side_by_side(self) -> Table:
        """One row a theme: what clusters gathered, a machine that learnt, people with each other, position alone."""
        return side_by_side(self.main, self.theme_recovery, self.learnt)

    @property
    def learnt(self) -> Coding | None:
        """The side of a machine that learnt from people; None where there is none."""
        side = {"a": self.a, "b": self.b, None: None}[self.settings["machine"]]
        return side if side is not None and Source.of(side).clusters is None else None

    @property
    def main(self) -> Table:
        """The table at the level that was asked for."""
        tables = {"code": self.per_code, "essence": self.per_essence, "theme": self.per_theme}
        return tables[self.settings["level"]]

    @property
    def n_different(self) -> int:
        """Segments that the first coders of both sides coded differently; ``disagreements`` lists 100,000 at most."""
        return max(len(self.disagreements), sum(int(row["different"]) for row in self.per_session.rows()))

    def table(self) -> Table:
        """Give the table at the level that was asked for."""
        return self.main

    def tables(self) -> tuple[Table, ...]:
        """Give what fits a page of that table and of the figures over all codes, and what the clusters found."""
        return main_table(self), overall_table(self), *self.beside, self.theme_recovery, self.cluster_verdicts

    @property
    def beside(self) -> tuple[Table, ...]:
        """Everybody beside the same people, as far as it fits a page; nothing without further machines."""
        return printed(Beside(self.machines_beside, self.machines_answered))

    def show(
        self, *, view: View = "overview", study: Study | None = None, quotes: bool = True, people: bool = True,
        language: Literal["en", "nb"] = "en", height: int = 720, random_state: int = 0,
    ) -> InlinePage:  # fmt: skip
        """Show the page of a report below a notebook's cell, as `show_page` does; see there for each choice."""
        page: InlinePage = at_the_door("show_page")(
            self, view=view, study=study, quotes=quotes, people=people, language=language, height=height,
            random_state=random_state,
        )  # fmt: skip
        return page

    def explain(self) -> str:
        """Say in plain sentences what the figures mean, what they rest on, and what they do not mean."""
        return "\n".join(
            f"  {sentence.text}" if sentence.kind == "threshold" else sentence.text for sentence in sentences(self)
        )

    def to_text(self, width: int | None = None) -> str:
        """Write what print shows, no line wider than so many signs."""
        basis = self.basis
        rests_on = "\n".join(sentence.text for sentence in basis.sentences)
        tables = main_table(self), overall_table(self), *self.beside
        parts = [basis.headline.text, rests_on, *(table.to_text(width) for table in tables)]
        if len(self.theme_recovery):
            found = count_verdicts(self.cluster_verdicts, tuple(words.CLUSTER_VERDICTS))
            n = counted(len(self.cluster_verdicts), "cluster")
            parts += [gathered_table(self).to_text(width), f"{n}: {found or 'none to judge'}."]
        parts.append(f"{counted(self.n_different, 'segment')} coded differently; see .disagreements.")
        return fitted("\n\n".join([*parts, "What these figures mean and do not mean: .explain()"]), width)

    def __str__(self) -> str:
        return self.to_text()

    def _summary(self) -> str:
        s = self.settings
        return f"{s['name_a']} and {s['name_b']} on {s['n_compared']} of {counted(len(self.segments), 'segment')}"


def main_table(comparison: Comparison) -> Table:
    """Keep the columns of the main table that fit a page."""
    main, basis = comparison.main, comparison.basis
    known = [name for name in PRINTED if name in main.columns]
    columns = [name for name in known if name in ("code", "kappa") or not _all_undefined(main, name)]
    notes = ["kappa: Cohen's, chance from each side's own use of the code; interval 95%"]
    if "kappa_characters" in columns:
        notes.append("kappa characters: the same over the characters of these segments")
    if "human_human" in columns:
        notes.append(f"human human: mean kappa of {basis.people} on the same segments")
    if "position" in columns:
        notes.append(f"position: kappa of {words.BEFORE}")
    if "f1" in columns:
        notes.append(f"f1: of the machine against {basis.gold_name}")
    if "p_adjusted" in columns:
        n = sum(math.isfinite(row["p"]) for row in main.rows())
        notes.append(f"p: of each {basis.level} alone; p adjusted: by Holm over {counted(n, basis.level)}")
    notes += undefined_notes(comparison)
    if any(remark_on(row) == "ac1" for row in main.rows()):
        notes.append("AC1 misleads: with a code this rare or common, AC1 and percent are high whatever the coders do")
    return replace(main.only(columns), title=f"Per {basis.level}", notes=tuple(notes))


def undefined_notes(comparison: Comparison) -> list[str]:
    """Say which codes have no interval or no p, and why, where that does not hold for all of them."""
    defined = [row for row in comparison.main.rows() if math.isfinite(row["kappa"])]
    return [
        *_said_of(defined, "code", "interval_reason", "no interval", but=comparison.basis.not_drawn),
        *_said_of(defined, "code", "p_reason", "no p", but=words.NOT_ASKED),
    ]


def _said_of(rows: list[Row], name: str, column: str, lead: str, *, but: str = "") -> list[str]:
    """Give each text of a column once, with the rows that it stands in; `but` is said elsewhere."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.get(column) and row[column] not in (but, words.NO_CHARACTERS):
            found.setdefault(row[column], []).append(row[name])
    return [f"{lead} ({_listed(names)}): {text}" for text, names in found.items()]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def overall_table(comparison: Comparison) -> Table:
    """Keep the columns of the overall table that hold any value."""
    table, rows = comparison.overall, comparison.overall.rows()
    known = [name for name in words.OVERALL_PRINTED if name in table.columns]
    columns = [name for name in known if not _all_undefined(table, name)]
    leads = {"drawn": "interval", "interval_reason": "no interval", "tested": "p", "p_reason": "no p",
             "position_from": "position"}  # fmt: skip
    notes = [note for column, lead in leads.items() for note in _said_of(rows, "figure", column, lead)]
    return replace(table.only(columns), notes=(*notes, *position_notes(comparison)))


def position_notes(comparison: Comparison) -> list[str]:
    """Say where the machine is below what the order of talk says by itself."""
    below = below_position(comparison.main.rows(), "code", "kappa")
    below += below_position(comparison.overall.rows(), "figure", "value")
    return [words.BELOW.format(names=", ".join(below))] if below else []


def gathered_table(comparison: Comparison) -> Table:
    """Keep the columns of the verdicts on themes that fit a page; reasons stand below."""
    table, level = comparison.theme_recovery, comparison.basis.level
    known = [name for name in (level, *VERDICTS_PRINTED) if name in table.columns]
    columns = [name for name in known if name in (level, "clusters") or not _all_undefined(table, name)]
    reasons = _said_of(table.rows(), level, "reason", "why")
    return replace(table.only(columns), notes=(*reasons, *table.notes))


def _all_undefined(table: Table, column: str) -> bool:
    return all(_undefined(row[column]) for row in table.rows())


def _undefined(value: object) -> bool:
    if isinstance(value, tuple):
        return all(_undefined(part) for part in value)
    return value in (None, "") or (isinstance(value, float) and math.isnan(value))


def sentences(comparison: Comparison) -> tuple[Sentence, ...]:
    """Put the comparison into sentences, each of which knows its kind."""
    basis = comparison.basis
    meaning = [*words.MEANING, *([words.POSITION] if basis.machine is not None else []), *position_notes(comparison)]
    meaning += [*([words.OF_CLUSTERS, words.NOT_WEAKER] if comparison.clusters is not None else [])]
    if not len(comparison.prevalence):
        meaning += comparison.prevalence.notes
    return (
        basis.headline,
        *basis.sentences,
        *(Sentence("code", _on_code(row, basis)) for row in comparison.main.rows()),
        *(Sentence("gathered", on_theme(row, basis.level)) for row in comparison.theme_recovery.rows()),
        *(Sentence("meaning", text) for text in meaning),
        Sentence("heading", words.QUOTED),
        *(Sentence("threshold", text) for text in words.THRESHOLDS),
        Sentence("objection", words.OBJECTION),
    )


def _on_code(row: Row, basis: Basis) -> str:
    start = (
        f"{row['code']}: {basis.name_a} applied it to {row['n_a']}, {basis.name_b} to {row['n_b']} of {row['n']} "
        f"{basis.units}, both to {row['n_both']}."
    )
    if math.isnan(row["kappa"]):
        return f"{start} Kappa: {row['remark']}."
    low, high = row["kappa_interval"]
    between = f" (95% interval {format_cell((low, high))})" if math.isfinite(low) else " (no interval)"
    text = f"{start} Kappa {format_cell(row['kappa'])}{between}."
    said = {basis.not_drawn, words.NOT_ASKED, words.NO_CHARACTERS}  # of all codes, above
    why = {what: row.get(f"{what}_reason") for what in ("interval", "p")}
    text += "".join(f" No {what}: {reason}." for what, reason in why.items() if reason and reason not in said)
    if math.isfinite(row.get("human_human", math.nan)):
        text += f" Two people reach {format_cell(row['human_human'])} on the same {basis.units}."
    return f"{text} Remark: {row['remark']}." if row["remark"] else text
