"""What every figure of a comparison rests on: settings with named fields, and in sentences."""

from __future__ import annotations

from typing import Literal, NamedTuple

from alliance_nlp.comparison import words
from alliance_nlp.comparison.counting import said_of_naming
from alliance_nlp.comparison.sides import Side, Universe
from alliance_nlp.errors import counted
from alliance_nlp.records import Level, Rule, Sentence


class Basis(NamedTuple):
    """What every figure of a comparison rests on; its fields are the keys of ``Comparison.settings``.

    Parameters
    ----------
    name_a, name_b : str
        Coders of the two sides.
    machine, gold : {"a", "b"} or None
        Which side, if any, is the machine's, and which a consensus.
    gold_name, people : str
        Coders of the consensus; those whose agreement with one another stands beside each figure. Empty without any.
    level, rule, universe : str
        As in `compare`.
    unit : str
        What the segments are.
    n_draws, n_permutations, random_state : int
        As in `compare`.
    drawn_by : str
        What was drawn for intervals.
    n_drawn, not_drawn : int, str
        How many of these there are to draw; why there is no interval.
    p_from : {"moved", "stretches", "nothing"}
        Whether p rests on codes that were moved (0.1.0), on stretches of talk, or was not asked for.
    n_stretches, n_unnamed : int
        Stretches of talk; compared segments for which nobody is named.
    machine_is, machine_named, not_as_named : str
        Recipe, unit, level and whether it learnt, of the machine; of the one that study.toml names; what of it differs.
    asked_study : bool
        Whether a study was given that could have named it.
    n_counted, n_different : int
        Comparisons in the study's ledger up to this one, and how many of them differ; 0 without a ledger.
    n_segments, n_compared, n_transcripts, n_participants : int
        All segments; those in the universe, and whose they are.
    n_abstained : int
        Compared segments on which the machine declined to answer.
    lost : int
        Coded spans that no segment carries.
    coverage : float or None
        Share of the segments not set aside that the clusters hold; None without clusters.
    n_set_aside : int
        Near-empty turns that the clusters set aside.
    warnings : tuple of str
        What a reader must know of how the codings came about.
    others : tuple of str
        Further machines that were set beside the same people.
    """

    name_a: str
    name_b: str
    machine: Side | None
    gold: Side | None
    gold_name: str
    people: str
    level: Level
    rule: Rule
    universe: Universe
    unit: str
    n_draws: int
    n_permutations: int
    random_state: int
    drawn_by: str
    n_segments: int
    n_compared: int
    n_transcripts: int
    n_participants: int
    n_abstained: int
    lost: int
    coverage: float | None
    n_set_aside: int
    warnings: tuple[str, ...]
    n_drawn: int = 0
    not_drawn: str = ""
    p_from: Literal["moved", "stretches", "nothing"] = "moved"
    n_stretches: int = 0
    n_unnamed: int = 0
    machine_is: str = ""
    machine_named: str = ""
    not_as_named: str = ""
    asked_study: bool = False
    n_counted: int = 0
    n_different: int = 0
    others: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """What was compared and how, in one line."""
        how = f"{self.level}s, universe {self.universe}, rule {self.rule}, seed {self.random_state}"
        return "; ".join(filter(None, (f"{self.name_a} beside {self.name_b}", *self.others, self.machine_is, how)))

    @property
    def headline(self) -> Sentence:
        """Say what is beside what, and that a suggestion is no finding."""
        start = f"{self.name_a} (a) beside {self.name_b} (b)"
        if self.machine is None:
            return Sentence("headline", f"{start}: agreement between codings of equal standing.")
        return Sentence("headline", f"{start}: machine suggestions beside people's codes. Suggestions, not findings.")

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Name the unit, universe, counts, seed and rule that every figure rests on, and what a reader must know."""
        said = [
            f"Unit: {self.unit}. Universe: {words.UNIVERSES[self.universe]}. {self.n_compared} of {self.n_segments} "
            f"segments, {counted(self.n_transcripts, 'transcript')}, {counted(self.n_participants, 'participant')}.",
            f"Spans count for a segment by the rule {self.rule!r}; spans that no segment carries: {self.lost}"
            f"{' (see .lost_spans)' * bool(self.lost)}.",
            *self._inference,
        ]
        if self.coverage is not None:
            said.append(f"Coverage: the machine placed {self.coverage:.0%} of the segments it did not set aside "
                        f"({counted(self.n_set_aside, 'near-empty turn')} set aside).")  # fmt: skip
        if self.n_abstained:
            said.append(f"On {counted(self.n_abstained, 'segment')} the machine declined to answer: left out of "
                        "coefficients.")  # fmt: skip
        if self.others:
            said.append(f"Further machines beside the same people: {', '.join(self.others)} (see .machines_beside).")
        said += said_of_naming(self)
        return (*(Sentence("basis", text) for text in said), *(Sentence("warning", text) for text in self.warnings))

    @property
    def _inference(self) -> list[str]:
        """Say what intervals and p rest on."""
        if self.p_from == "moved":
            return [f"Seed {self.random_state}, {counted(self.n_draws, 'draw')} of {self.drawn_by}, "
                    f"{counted(self.n_permutations, 'permutation')}."]  # fmt: skip
        said = [self.on_intervals]
        said.append(self.on_p)
        if self.universe == "characters":
            said.append(f"Both over everything, in segments; per {self.level} neither: {words.NO_CHARACTERS}.")
        if self.n_unnamed:
            said.append(f"{counted(self.n_unnamed, 'segment')} without a named person: taken as one voice a session.")
        return said

    @property
    def on_intervals(self) -> str:
        """Say what was drawn for intervals, or why there are none."""
        if self.not_drawn:
            return f"Intervals: none: {self.not_drawn}."
        drawn = words.DRAWN[self.drawn_by].format(n_draws=self.n_draws, n=self.n_drawn, seed=self.random_state)
        return f"Intervals: {drawn}."

    @property
    def on_p(self) -> str:
        """Say what p is."""
        return f"p: {words.P_FROM[self.p_from].format(n=self.n_stretches)}"

    @property
    def units(self) -> str:
        """What was counted."""
        return "characters" if self.universe == "characters" else "segments"
