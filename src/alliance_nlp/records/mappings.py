"""Suggested links between clusters of meaning and codes, and the machine as one more coder."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from alliance_nlp.errors import InputError, check_choice, counted
from alliance_nlp.records.analysis import Clusters
from alliance_nlp.records.base import Record
from alliance_nlp.records.codebook import LEVELS, Codebook
from alliance_nlp.records.coding import CodedSpan, Coding, ReadSpan
from alliance_nlp.records.fields import Checked, Count, FiniteOrNan, Name, refuse_twice
from alliance_nlp.records.tables import Table, Tabular

Verdict = Literal["suggested", "accepted", "rejected"]
# Said of wording; what shared segments say of clusters and codes is "goes with", "goes with none" (comparison.words).
LINKED_TO_NONE = "linked to none"


@dataclass(frozen=True, slots=True)
class Link(Checked):
    """A suggested link between a cluster and a code.

    Parameters
    ----------
    cluster : int
        Number of the cluster.
    code_id : str
        Path of the code.
    score : float
        How alike the two are, as `Mapping.settings` says; nan for a link that only people made.
    runner_up : str or None
        The code that came next for this cluster.
    margin : float
        Score minus that of the runner-up; nan without one. A small margin asks for a reader.
    verdict : {"suggested", "accepted", "rejected"}
        What people said of it; "suggested" until someone did.
    """

    cluster: Count
    code_id: Name
    score: FiniteOrNan
    runner_up: Name | None = None
    margin: FiniteOrNan = float("nan")
    verdict: Verdict = "suggested"

    @property
    def counts(self) -> bool:
        """Whether the link stands: nobody rejected it."""
        return self.verdict != "rejected"

    @property
    def decided(self) -> bool:
        """Whether people said anything of it."""
        return self.verdict != "suggested"


@dataclass(frozen=True, eq=False, repr=False)
class Mapping(Tabular, Record):
    """Suggested links between clusters and codes, many to many, and what is linked to none.

    Parameters
    ----------
    clusters : Clusters
        The machine's side.
    codebook : Codebook
        The people's side.
    links : tuple of Link
        Suggested links.
    without_code : tuple of int
        Clusters linked to none of the codes.
    without_cluster : tuple of str
        Codes linked to none of the clusters.
    settings : dict
        Level, threshold and how scores were made.

    Raises
    ------
    InputError
        When a link names a cluster or code that is not there, is given twice, or names what is listed as without one.

    Notes
    -----
    A link says that words are alike. Whether the cluster *means* the code is for people to say.
    """

    clusters: Clusters
    codebook: Codebook
    links: tuple[Link, ...]
    without_code: tuple[Count, ...] = ()
    without_cluster: tuple[str, ...] = ()
    settings: MappingABC[str, Any] = field(default_factory=dict)

    def _check(self) -> None:
        n, level = self.clusters.n_clusters, self.settings.get("level")
        if level is not None:
            check_choice("level", LEVELS, level)
        numbers = [*(link.cluster for link in self.links), *self.without_code]
        if any(number >= n for number in numbers):
            raise InputError(
                f"Mapping.links and Mapping.without_code must name clusters that there are: {n}, numbered from 0. Got "
                f"{max(numbers)}."
            )
        named = (*(path for link in self.links for path in (link.code_id, link.runner_up or "")), *self.without_cluster)
        self.codebook.refuse_unknown(named, "Mapping.links and Mapping.without_cluster", level=level)
        refuse_twice("Mapping.links", ((link.cluster, link.code_id) for link in self.links))
        linked = [link for link in self.links if link.counts]
        refuse_twice("Mapping.without_code and links", (*self.without_code, *{link.cluster for link in linked}))
        refuse_twice("Mapping.without_cluster and links", (*self.without_cluster, *{link.code_id for link in linked}))

    @cached_property
    def codes_of(self) -> dict[int, tuple[str, ...]]:
        """Per cluster the codes it is linked to (rejected links left out), best first."""
        links = sorted((x for x in self.links if x.counts), key=lambda x: (x.cluster, -x.score, x.code_id))
        found: dict[int, tuple[str, ...]] = {}
        for link in links:
            found[link.cluster] = (*found.get(link.cluster, ()), link.code_id)
        return found

    def to_coding(self, *, coder: str = "machine") -> Coding:
        """Make the machine one more coder.

        Parameters
        ----------
        coder : str, default "machine"
            Name it goes by.

        Returns
        -------
        Coding
            The machine has read every segment it was given; a segment in no cluster, or in one
            linked to none, carries the empty set. Scores are those of the links.
        """
        score = {(link.cluster, link.code_id): link.score for link in self.links}
        applied = tuple(
            CodedSpan(coder, s.transcript_id, s.start, s.end, code, "suggested", score[int(cluster), code])
            for s, cluster in zip(self.clusters.segments, self.clusters.labels, strict=True)
            for code in self.codes_of.get(int(cluster), ())
        )
        read = tuple(ReadSpan(coder, s.transcript_id, s.start, s.end) for s in self.clusters.segments)
        return Coding(applied, read, self.codebook, made_from=self)

    def table(self) -> Table:
        """Give one row a link, a cluster without a code, or a code without a cluster."""
        sizes = np.bincount(self.clusters.labels[self.clusters.labels >= 0], minlength=self.clusters.n_clusters)
        rows: list[tuple[Any, ...]] = [
            (x.cluster, int(sizes[x.cluster]), x.code_id, x.score, x.margin, x.runner_up, x.verdict) for x in self.links
        ]
        rows += [(c, int(sizes[c]), LINKED_TO_NONE, None, None, None, "") for c in self.without_code]
        rows += [(None, 0, code, None, None, None, LINKED_TO_NONE) for code in self.without_cluster]
        columns = ("cluster", "segments", "code", "score", "margin", "runner_up", "verdict")
        return Table(columns, tuple(rows), "Suggested links (machine suggestions, not findings)")

    def _summary(self) -> str:
        clusters, codes = counted(len(self.without_code), "cluster"), counted(len(self.without_cluster), "code")
        return f"{counted(len(self.links), 'link')}, {clusters} and {codes} linked to none"
