"""What the records say about a study, gathered once for checklists and paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping as MappingABC, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from alliance_nlp.comparison import Comparison, compare
from alliance_nlp.embeddings.encoders import runs_here
from alliance_nlp.ledger import Decision, DecisionKind, Standing
from alliance_nlp.method.expectations import ExpectationsBeside, compare_expectations
from alliance_nlp.method.horizontalization import ReadersCompared, compare_readers, marks_of
from alliance_nlp.method.member_checks import member_agreement
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.method.voices import Quotes, Voices, choose_quotes, count_voices
from alliance_nlp.provenance import versions
from alliance_nlp.records import (
    REVIEW,
    SAW,
    Clusters,
    Codebook,
    Coding,
    Marks,
    Segments,
    Study,
    Table,
    is_withdrawn,
    still_in,
)
from alliance_nlp.segments import segment
from alliance_nlp.suggesting import ModelSuggestions, Suggestions
from alliance_nlp.suggesting.held_out import HeldOut

N_DRAWS = 2000


@dataclass(frozen=True)
class Facts:
    """A study as checklists and paragraphs see it; what is not there is None or empty.

    Parameters
    ----------
    study : Study
        The study.
    comparison : Comparison or None
        The comparison with the machine.
    standing : Standing or None
        What the ledger left standing.
    people : dict of str to frozenset of str
        Participants and the sessions that they attended.
    voices, quotes, member_checks, expectations : tables and records, or None
        As the rooms of those names give them.
    pairs : tuple of Comparison
        Each two coders who read something in common, by their own codings.
    no_agreement : tuple of str
        Why there is none, or none of a pair.
    saturation : str
        In words.
    versions : dict of str to str
        Python and packages.
    ledger : tuple of Decision
        All decisions, those that do not stand among them.
    marks, readers : records or None
        What readers marked as significant, and how far each two of them agree.
    """

    study: Study
    comparison: Comparison | None
    standing: Standing | None
    people: dict[str, frozenset[str]]
    voices: Voices | None
    quotes: Quotes | None
    member_checks: Table | None
    expectations: ExpectationsBeside | None
    pairs: tuple[Comparison, ...]
    no_agreement: tuple[str, ...]
    saturation: str
    versions: dict[str, str]
    ledger: tuple[Decision, ...] = ()
    marks: Marks | None = None
    readers: ReadersCompared | None = None

    @property
    def agreement(self) -> Table | None:
        """Agreement of each two coders on their own codings, by theme; None where no two read anything in common."""
        if len(self.pairs) < 2:
            return self.pairs[0].main if self.pairs else None
        rows = [
            {"one": pair.basis.name_a, "other": pair.basis.name_b, **row} for pair in self.pairs for row in pair.main
        ]
        return Table.of(rows, columns=("one", "other", *self.pairs[0].main.columns), title="Each two coders")

    @property
    def coders(self) -> tuple[str, ...]:
        """People who coded, by their own codings."""
        return people_in(self._own)

    @property
    def machines(self) -> tuple[str, ...]:
        """Coders of the study whose applications are all suggestions."""
        people = self.coders
        return tuple(coder for coder in (self._own.coders if self._own is not None else ()) if coder not in people)

    @property
    def _own(self) -> Coding | None:
        """Coding of each coder alone, also where only the consensus still has it."""
        behind = self.study.consensus.made_from if self.study.consensus is not None else None
        return self.study.coding or (behind if isinstance(behind, Coding) else None)

    @property
    def n_turns(self) -> int:
        """How many turns the transcripts hold, those apart that somebody took back."""
        return sum(not is_withdrawn(t.turn_text(at)) for t in self.study.transcripts for at in range(len(t.turns)))

    @property
    def unknown_roles(self) -> tuple[str, ...]:
        """Who is counted as a participant because nothing says in which role they speak."""
        turns = [turn for t in self.study.transcripts for turn in t.turns]
        known = {turn.person for turn in turns if self.study.role_of(turn) is not None}
        listed = {p.id for p in self.study.participants if p.role is not None}
        return tuple(person for person in self.people if person not in known | listed)

    @property
    def replied(self) -> frozenset[str]:
        """Participants whose replies at a workshop are in the ledger."""
        return frozenset(person for d in self.decided("workshop reply") for person in d.people)

    @property
    def codebook(self) -> Codebook | None:
        """Today's codebook."""
        return self.standing.codebook if self.standing is not None else self.study.codebook

    @property
    def clusters(self) -> Clusters | None:
        """Clusters behind the comparison; None where no machine took part."""
        return self.comparison.clusters if self.comparison is not None else None

    @property
    def suggested(self) -> MappingABC[str, Any]:
        """Settings of what suggested codes, where that is a side of the comparison; empty where none is."""
        sides = (self.comparison.a, self.comparison.b) if self.comparison is not None else ()
        made = (side.made_from for side in sides)
        return next((dict(one.settings) for one in made if isinstance(one, Suggestions | HeldOut)), {})

    @property
    def language_models(self) -> tuple[MappingABC[str, Any], ...]:
        """Settings of the language models that coded a side of the comparison: which, where, and what was sent."""
        return language_models_of(self.comparison)

    @property
    def encoder(self) -> str:
        """The encoder with its revision; empty where no machine took part."""
        behind = self.suggested.get("encoder", "")
        return str(self.clusters.embeddings.encoder if self.clusters is not None else behind)

    @property
    def ran_here(self) -> bool:
        """Whether what read the words is known to have run from files on this computer's disk."""
        model = self.clusters.embeddings.model if self.clusters is not None else None
        return runs_here(model) or bool(self.suggested.get("ran_here"))

    @property
    def saw(self) -> dict[str, bool | None]:
        """Whether each coder saw machine suggestions before coding; None where that is not on record."""
        stated = self.study.coding.saw_suggestions if self.study.coding is not None else {}
        return {coder: stated.get(coder) for coder in self.coders}

    @property
    def n_decided(self) -> int:
        """Links of the comparison's mapping on which people decided, by the mapping itself or by the ledger."""
        mappings = (self.comparison.mapping if self.comparison is not None else None,
                    self.standing.mapping if self.standing is not None else None)  # fmt: skip
        decided = (sum(link.decided for link in one.links) for one in mappings if one is not None)
        return max(decided, default=0)

    def decided(self, *kinds: DecisionKind) -> tuple[Decision, ...]:
        """Decisions of some kinds that stand; none where no ledger is at hand."""
        return self.standing.of_kind(*kinds) if self.standing is not None else ()

    @property
    def saw_before(self) -> tuple[Decision, ...]:
        """Who is on record as having seen suggestions before coding; opened while deciding is another thing."""
        return tuple(decision for decision in self.decided(SAW) if decision.about != REVIEW)

    @property
    def answered(self) -> frozenset[str]:
        """Participants whose answers to a member check are in the ledger."""
        checks = self.standing.member_checks if self.standing is not None else ()
        return frozenset(decision.by for decision in checks if decision.role == "participant")


def gather_facts(
    study: Study, comparison: Comparison | None = None, standing: Standing | None = None,
    ledger: Sequence[Decision] | None = None,
) -> Facts:  # fmt: skip
    """Gather what the records say about a study.

    Parameters
    ----------
    study : Study
        The study.
    comparison : Comparison, optional
        The comparison with the machine.
    standing : Standing, optional
        What `replay` gave.
    ledger : sequence of Decision, optional
        All decisions, those that do not stand among them; by default those that stand.

    Returns
    -------
    Facts
        What could be computed; the rest is None.
    """
    coded = any(coding.applied for coding in study.codings)
    people = still_in(study)
    pairs, why_none = compare_coders(study, comparison.segments if comparison is not None else None)
    decisions = ledger if ledger is not None else standing.decisions if standing is not None else ()
    marks = marks_of(study, standing)
    several = marks is not None and len(marks.readers) > 1
    return Facts(
        study, comparison, standing, people,
        count_voices(study) if coded and people else None,
        choose_quotes(study) if coded and people else None,
        member_agreement(study, standing) if standing is not None and coded and standing.member_checks else None,
        compare_expectations(study, standing=standing) if coded and study.expectations else None,
        pairs, why_none, assess_saturation(study).statement if coded else "", versions(), tuple(decisions), marks,
        compare_readers(marks, segment(study.transcripts)) if marks is not None and several else None,
    )  # fmt: skip


def language_models_of(comparison: Comparison | None) -> tuple[MappingABC[str, Any], ...]:
    """Give the settings of the language models behind a comparison."""
    sides = (comparison.a, comparison.b, *comparison.machines) if comparison is not None else ()
    made = [side.made_from for side in sides if isinstance(side.made_from, ModelSuggestions | Suggestions)]
    found = (one.settings if isinstance(one, ModelSuggestions) else one.settings.get("language_model") for one in made)
    known = list[MappingABC[str, Any]]()
    for settings in found:
        if settings and settings not in known:  # a coder and its calibrated or stacked self asked once
            known.append(settings)
    return tuple(known)


def people_in(coding: Coding | None) -> tuple[str, ...]:
    """Coders who are people: a coder whose applications are all suggestions is a machine."""
    if coding is None:
        return ()
    suggesting = {a.coder for a in coding.applied} - {a.coder for a in coding.applied if a.by_people}
    return tuple(coder for coder in coding.coders if coder not in suggesting)


def compare_coders(study: Study, segments: Segments | None = None) -> tuple[tuple[Comparison, ...], tuple[str, ...]]:
    """Compare each two coders by theme on their own codings; and say of whom that is impossible."""
    coding = study.coding
    people = people_in(coding)
    if coding is None or len(people) < 2:
        return (), ("fewer than two people coded",)
    segments = segments if segments is not None else segment(study.transcripts)
    sets = coding.on(segments).sets
    found, why = [], []
    for one, other in _shown(list(combinations(people, 2))):
        if any(a is not None and b is not None for a, b in zip(sets[one], sets[other], strict=True)):
            found.append(compare(coding.by(one), coding.by(other), segments=segments, n_draws=N_DRAWS))
        else:
            why.append(f"{one} and {other} read no segment in common")
    return tuple(found), tuple(why)


def _shown(pairs: list[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Go through pairs of coders, with a bar where that takes longer than two seconds."""
    from tqdm import tqdm

    bar: Iterable[tuple[str, str]] = tqdm(
        pairs, desc="agreement of each two coders", delay=2, disable=None, leave=False
    )
    return bar
