"""One coding against another: everything the comparison found, with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from typing import Any

from alliance_nlp.comparison import words
from alliance_nlp.records import Clusters, Coding, Mapping, Record, Row, Segments, Table


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Record):
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
        One row a code (essence, theme): n, applications on each side, agreement, kappa with interval, alpha, AC1, F1
        against a consensus, permutation p, human-human kappa on the same segments, and remarks.
    overall : Table
        Figures over all codes of the level, and of the clusters against the codes.
    theme_recovery, cluster_verdicts : Table
        Which themes the clusters found, and what each cluster is to the codes; empty without clusters.
    per_participant, per_session : Table
        Agreement per person and session.
    disagreements : Table
        Segments coded differently, those worth reading first on top. Quotes are in ``rows()``, not in ``print``.
    prevalence : Table
        How common each code is, corrected; empty with the reason when the coded part was not drawn.
    abstained_as_no_code : Table
        The figures of `level` once more with abstained segments counted as "no code"; empty when none abstained.

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

    @property
    def mapping(self) -> Mapping | None:
        """The mapping that the machine's side was made from, where it was."""
        return next((c.made_from for c in (self.b, self.a) if isinstance(c.made_from, Mapping)), None)

    @property
    def clusters(self) -> Clusters | None:
        """The clusters behind the machine's side, where there are any."""
        if self.mapping is not None:
            return self.mapping.clusters
        return next((c.made_from for c in (self.b, self.a) if isinstance(c.made_from, Clusters)), None)

    @property
    def main(self) -> Table:
        """The table at the level that was asked for."""
        tables = {"code": self.per_code, "essence": self.per_essence, "theme": self.per_theme}
        return tables[self.settings["level"]]

    def rows(self) -> list[Row]:
        """Give the rows of the table at the level that was asked for."""
        return self.main.rows()

    def to_frame(self) -> Any:
        """Give the table at the level that was asked for as a pandas data frame."""
        return self.main.to_frame()

    def explain(self) -> str:
        """Say in plain sentences what the figures mean, what they rest on, and what they do not mean."""
        return words.explain(self)

    def __str__(self) -> str:
        return words.print_comparison(self)

    def _summary(self) -> str:
        s = self.settings
        return f"{s['name_a']} and {s['name_b']} on {s['n_compared']} of {len(self.segments)} segments"
