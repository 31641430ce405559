"""What the records say about a study, gathered once for checklists and paragraphs."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from typing import Any

from alliance_nlp.comparison import Comparison, compare
from alliance_nlp.ledger import Standing
from alliance_nlp.method.expectations import ExpectationsBeside, compare_expectations
from alliance_nlp.method.member_checks import member_agreement
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.method.voices import Quotes, Voices, choose_quotes, count_voices
from alliance_nlp.provenance import versions
from alliance_nlp.records import Clusters, Codebook, Coding, Study, Table, attendance
from alliance_nlp.segments import segment
from alliance_nlp.suggesting import Suggestions
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
    voices, quotes, member_checks, expectations, agreement : tables and records, or None
        As the rooms of those names give them; `agreement` is that of the first two coders before consensus.
    no_agreement : str
        Why `agreement` is None; empty where it is not.
    saturation : str
        In words.
    versions : dict of str to str
        Python and packages.
    """

    study: Study
    comparison: Comparison | None
    standing: Standing | None
    people: dict[str, frozenset[str]]
    voices: Voices | None
    quotes: Quotes | None
    member_checks: Table | None
    expectations: ExpectationsBeside | None
    agreement: Table | None
    no_agreement: str
    saturation: str
    versions: dict[str, str]

    @property
    def coders(self) -> tuple[str, ...]:
        """People who coded, by their own codings."""
        if self.study.coding is not None:
            return self.study.coding.coders
        behind = self.study.consensus.made_from if self.study.consensus is not None else None
        return behind.coders if isinstance(behind, Coding) else ()

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
    def encoder(self) -> str:
        """The encoder with its revision; empty where no machine took part."""
        behind = self.suggested.get("encoder", "")
        return str(self.clusters.embeddings.encoder if self.clusters is not None else behind)

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

    @property
    def answered(self) -> frozenset[str]:
        """Participants whose answers to a member check are in the ledger."""
        checks = self.standing.member_checks if self.standing is not None else ()
        return frozenset(decision.by for decision in checks if decision.role == "participant")


def gather_facts(study: Study, comparison: Comparison | None = None, standing: Standing | None = None) -> Facts:
    """Gather what the records say about a study.

    Parameters
    ----------
    study : Study
        The study.
    comparison : Comparison, optional
        The comparison with the machine.
    standing : Standing, optional
        What `replay` gave.

    Returns
    -------
    Facts
        What could be computed; the rest is None.
    """
    coded = any(coding.applied for coding in study.codings)
    people = attendance(study)
    agreement, why_none = _agreement(study, comparison)
    return Facts(
        study, comparison, standing, people,
        count_voices(study) if coded and people else None,
        choose_quotes(study) if coded and people else None,
        member_agreement(study, standing) if standing is not None and coded and standing.member_checks else None,
        compare_expectations(study) if coded and study.expectations else None,
        agreement, why_none, assess_saturation(study).statement if coded else "", versions(),
    )  # fmt: skip


def _agreement(study: Study, comparison: Comparison | None) -> tuple[Table | None, str]:
    """Agreement of the first two coders before consensus, by theme; or why there is none."""
    coding = study.coding
    if coding is None or len(coding.coders) < 2:
        return None, "fewer than two people coded"
    first, second = coding.coders[:2]
    segments = comparison.segments if comparison is not None else segment(study.transcripts)
    seen = coding.on(segments)
    if not any(a is not None and b is not None for a, b in zip(seen.sets[first], seen.sets[second], strict=True)):
        return None, f"{first} and {second} read no segment in common"
    return compare(coding.by(first), coding.by(second), segments=segments, n_draws=N_DRAWS).main, ""
