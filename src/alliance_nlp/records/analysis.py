"""What the machine made, each record carrying what it was made from: embeddings and clusters."""

from __future__ import annotations

from collections.abc import Collection, Mapping as MappingABC, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, Protocol, get_args, runtime_checkable

import numpy as np

from alliance_nlp.errors import AlignmentError, InputError, choice_error, counted
from alliance_nlp.numeric import Floats, Ints, Singles, positions_of
from alliance_nlp.records.base import Record
from alliance_nlp.records.fields import Checked, Count, Name, Positive, Shares, refuse_shape
from alliance_nlp.records.tables import Table, Tabular
from alliance_nlp.records.transcripts import Segments
from alliance_nlp.records.trees import canonical_ranks, cut_rows, refuse_bad_tree, refuse_misnumbered

Grain = Literal["coarse", "default", "fine"]
GRAINS: tuple[str, ...] = get_args(Grain)
REASONS = ("strength_reason", "stability_reason")  # settings that say why figures of the present cut are nan
_ROWS_CHECKED = 50_000  # vectors that are looked at together, so that a file of them is never in memory whole
NUMBERED_BY = "numbered_by"  # the setting that names an earlier version whose numbers stand


@runtime_checkable
class Encoder(Protocol):
    """Anything that turns texts into vectors: one row of numbers for each text, all of one length.

    With a ``name`` and a ``revision`` its vectors are kept for next time; with ``max_tokens`` and
    ``count_tokens(list of str)`` long texts are read whole.
    """

    def encode(self, texts: list[str], /) -> object:
        """Give one row of numbers for each text."""


@dataclass(frozen=True, slots=True)
class EncoderInfo(Checked):
    """Name an encoder exactly: which model, which revision, how many tokens it reads.

    Parameters
    ----------
    name : str
        Name of the model, or of the class of the caller's own object.
    revision : str or None
        Content hash or revision of the weights; None for an object that has none, whose vectors are not cached.
    max_tokens : int or None
        How many tokens it reads at once; None when it does not say.
    """

    name: Name
    revision: str | None = None
    max_tokens: Positive | None = None

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}" if self.revision else self.name


@dataclass(frozen=True, eq=False, repr=False)
class Embeddings(Tabular, Record):
    """One unit vector for each segment, and the exact encoder that made them.

    Parameters
    ----------
    segments : Segments
        What was embedded.
    vectors : array of shape (n_segments, n_dimensions), float32
        Rows of length 1, in segment order; a segment without words has a row of zeros.
    encoder : EncoderInfo
        What made them.
    n_long : int, default 0
        Segments longer than the encoder reads at once; they are the length-weighted mean of their windows.
    model : Encoder, optional
        The encoder itself, to embed a codebook in the same space; neither compared nor saved.

    Raises
    ------
    AlignmentError
        When the number of rows is not the number of segments.
    InputError
        When a vector holds values that are not finite, or is not of length 1.
    """

    segments: Segments
    vectors: Singles
    encoder: EncoderInfo
    n_long: Count = 0
    model: Encoder | None = field(default=None, compare=False)

    def _check(self) -> None:
        vectors = self.vectors
        if self.n_long > len(self.segments):
            raise InputError(f"n_long counts some of the {len(self.segments)} segments. Got {self.n_long}.")
        if vectors.ndim != 2 or len(vectors) != len(self.segments):
            raise AlignmentError(
                f"Embeddings need one row for each of the {len(self.segments)} segments. Got an array of shape "
                f"{vectors.shape}. Embed the same segments again."
            )
        blocks = range(0, len(vectors), _ROWS_CHECKED)
        lengths = np.concatenate(
            [np.zeros(0), *(np.linalg.norm(vectors[at : at + _ROWS_CHECKED].astype(float), axis=1) for at in blocks)]
        )
        odd = np.flatnonzero(~np.isfinite(lengths) | ((np.abs(lengths - 1) > 1e-3) & (lengths > 0)))
        if odd.size:
            raise InputError(
                f"Vectors must be finite and of length 1 (or all zeros). {odd.size} are not, the first at position "
                f"{odd[0]} ({self.segments[int(odd[0])].id}). Normalize them, or use an.embed()."
            )

    @property
    def same_encoder(self) -> Encoder | str:
        """What embeds further texts in the same space: the encoder itself, or its name."""
        return self.model if self.model is not None else self.encoder.name

    def __len__(self) -> int:
        return len(self.segments)

    def table(self) -> Table:
        """Give one row a segment, and whether it has a vector (without words it has none)."""
        return self.segments.table().beside(("embedded",), [(bool(row.any()),) for row in self.vectors])

    @cached_property
    def ranks(self) -> Ints:
        """Canonical order: the rank of each segment by its vector, then its words, whatever order they stand in."""
        return canonical_ranks(self.vectors, self.segments.texts)

    def _summary(self) -> str:
        long = counted(self.n_long, "long segment")
        return f"{self.vectors.shape[0]} x {self.vectors.shape[1]} by {self.encoder}, {long}"


def _refuse_bad_aside(set_aside: Collection[str], ids: Sequence[str], labels: Ints) -> None:
    at = {segment_id: place for place, segment_id in enumerate(ids)} if set_aside else {}
    unknown = [segment_id for segment_id in set_aside if segment_id not in at]
    inside = [segment_id for segment_id in set_aside if segment_id in at and labels[at[segment_id]] >= 0]
    if unknown or inside:
        why = "is no segment of these" if unknown else "has a cluster"
        raise InputError(
            f"Clusters.set_aside must hold ids of segments whose label is -1. {(unknown or inside)[0]!r} {why}."
        )


@dataclass(frozen=True, eq=False, repr=False)
class Clusters(Tabular, Record):
    """Candidate clusters of meaning: machine groups of segments, before anyone has read them.

    Parameters
    ----------
    embeddings : Embeddings
        What was clustered.
    labels : array of shape (n_segments,), int64
        In segment order: 0 … k-1 ordered by size, then by the smallest member in canonical order
        (``embeddings.ranks``), so that segments in another order keep their numbers; -1 in no cluster.
    set_aside : dict of str to str
        Segment id -> reason, for near-empty turns; their label is -1.
    strength : array of shape (n_segments,), float
        How firmly each segment belongs, 0-1; 0 where the label is -1, nan where the segment is alone in its cluster or
        nothing was measured (``settings["strength_reason"]``).
    stability : array of shape (n_clusters,), float
        How often each cluster comes back under resampling, 0-1; nan where it was not measured
        (``settings["stability_reason"]``).
    settings : dict
        Recipe, seed, sizes: what is needed to make the same clusters again.
    hierarchy : array of shape (n_leaves - 1, 4) or None
        Tree of merges in scipy's linkage form that the cut was made from, where the recipe has one.
    leaves : array of shape (n_segments,) or None
        Leaf of the tree that each segment is (twins share one); -1 for segments set aside.
    tree_strength : array or None
        Strength at every cut: for each merge of the tree in turn, one value for each leaf under it, leaves in ascending
        order.
    cut_stability : dict of int to array
        Stability at the cuts where it was measured, the named grains: number of clusters -> one value a cluster, in the
        order in which ``cut_tree`` gives them.

    Raises
    ------
    AlignmentError
        When there is not one label, strength or leaf for each segment, or one stability for each cluster.
    InputError
        When labels are not numbered as above, strength or stability lie outside 0-1, or a segment that is set aside is
        unknown or has a cluster. What `assign` made keeps the numbers of the clusters it was given, gaps and all.

    Notes
    -----
    A cluster is a suggestion to read these segments together. It is not a theme, and its number is not a finding.
    """

    embeddings: Embeddings
    labels: Ints
    set_aside: MappingABC[str, str] = field(default_factory=dict)
    strength: Shares = field(default_factory=lambda: np.zeros(0))
    stability: Shares = field(default_factory=lambda: np.zeros(0))
    settings: MappingABC[str, Any] = field(default_factory=dict)
    hierarchy: Floats | None = None
    leaves: Ints | None = None
    tree_strength: Shares | None = None
    cut_stability: MappingABC[int, Shares] = field(default_factory=dict)

    def _check(self) -> None:
        labels = self.labels
        if labels.shape != (len(self.embeddings),):
            raise AlignmentError(
                f"Clusters need one label for each of the {len(self.embeddings)} segments. Got shape {labels.shape}."
            )
        refuse_misnumbered(labels, lambda: self.embeddings.ranks, kept=self.keeps_numbers)
        _refuse_bad_aside(self.set_aside, self.segments.ids, labels)
        if self.strength.size:
            refuse_shape("Clusters.strength", self.strength, labels.shape, "segments, or be empty")
        if self.stability.size:
            refuse_shape("Clusters.stability", self.stability, (self.n_clusters,), "clusters, or be empty")
        if self.strength.size and np.any(self.strength[labels < 0] > 0):
            raise InputError("Clusters.strength must be 0 where the label is -1. Got more.")
        refuse_bad_tree(self.hierarchy, self.leaves, labels.shape)
        if self.hierarchy is not None and self.tree_strength is not None:
            n_values = int(self.hierarchy[:, 3].sum())
            refuse_shape("Clusters.tree_strength", self.tree_strength, (n_values,), "leaves of each merge")
        for number, values in self.cut_stability.items():
            refuse_shape(f"Clusters.cut_stability[{number}]", values, (number,), "clusters of that cut")

    @property
    def keeps_numbers(self) -> bool:
        """Whether the numbers are those of an earlier clustering, so that they may have gaps and stand in any order."""
        return bool(self.settings.get("assigned") or self.settings.get(NUMBERED_BY))

    @property
    def segments(self) -> Segments:
        """The segments that were clustered."""
        return self.embeddings.segments

    @cached_property
    def n_clusters(self) -> int:
        """Number of clusters, segments in no cluster not counted."""
        return int(self.labels.max()) + 1 if self.labels.size and self.labels.max() >= 0 else 0

    @property
    def n_labelled(self) -> int:
        """Number of segments in a cluster."""
        return int((self.labels >= 0).sum())

    @property
    def coverage(self) -> float:
        """Share of the segments not set aside that are in a cluster; nan when all were set aside."""
        usable = len(self.segments) - len(self.set_aside)
        return self.n_labelled / usable if usable else float("nan")

    @property
    def share_labelled(self) -> float:
        """Share of all segments that are in a cluster, those set aside among them; nan when there is none."""
        return self.n_labelled / len(self.segments) if len(self.segments) else float("nan")

    def members(self, cluster: int) -> Segments:
        """Segments of one cluster, in order (-1: those in no cluster)."""
        return self.segments.take(self.rows_in(cluster))

    def rows_in(self, cluster: int) -> Ints:
        """Positions of the segments of one cluster, in order (-1: of those in no cluster)."""
        if not -1 <= cluster < self.n_clusters:
            raise InputError(f"cluster must lie between -1 and {self.n_clusters - 1}. Got {cluster}.")
        return self._rows[cluster] if cluster >= 0 else np.flatnonzero(self.labels == cluster)

    @cached_property
    def described(self) -> dict[Any, Any]:
        """What `describe` found out of them, by what it was asked: page and report both ask."""
        return {}

    @cached_property
    def _rows(self) -> list[Ints]:
        """Positions of the segments of each cluster: a report asks for those of every one."""
        return positions_of(self.labels, self.n_clusters)

    def at(self, grain: Grain | None = None, *, n: int | None = None) -> Clusters:
        """Cut the same tree at another grain: a finer cluster lies inside one coarser cluster.

        Parameters
        ----------
        grain : {"coarse", "default", "fine"}, optional
            A named grain.
        n : int, optional
            How many clusters; give either this or `grain`. More than there are distinct segments gives one each.

        Returns
        -------
        Clusters
            The same segments with the strength and stability of that cut. Strength is known at every cut; stability
            at the three named grains, elsewhere it is nan, and ``settings["stability_reason"]`` says so.

        Raises
        ------
        InputError
            When the recipe left no tree, or neither or both of `grain` and `n` are given.
        """
        if self.hierarchy is None or self.leaves is None:
            raise InputError(f"The recipe {self.settings.get('recipe')!r} leaves no tree to cut. Use 'consensus'.")
        if (grain is None) == (n is None):
            raise InputError("Give either grain ('coarse', 'default', 'fine') or n, the number of clusters.")
        if grain is not None and grain not in GRAINS:
            raise choice_error("grain", GRAINS, grain)
        if n is not None and n < 1:
            raise InputError(f"n must be at least 1. Got {n}.")
        wanted = n if n is not None else int(self.settings["sizes"][grain])
        return self._cut(wanted, grain, self.hierarchy, self.leaves)

    def _cut(self, wanted: int, grain: Grain | None, tree: Floats, leaves: Ints) -> Clusters:
        cut = cut_rows(
            tree, leaves, self.embeddings.ranks, n=wanted,
            tree_strength=self.tree_strength, cut_stability=self.cut_stability,
        )  # fmt: skip
        settings = {name: value for name, value in self.settings.items() if name not in (*REASONS, NUMBERED_BY)}
        settings |= {"grain": grain, "n_clusters": wanted}
        if self.tree_strength is None:
            settings["strength_reason"] = "no strengths were kept beside this tree"
        if len(cut.stability) not in self.cut_stability:
            measured = ", ".join(map(str, sorted(self.cut_stability)))
            settings["stability_reason"] = f"measured for {measured} clusters only" if measured else "not measured"
        return replace(self, **cut._asdict(), settings=settings)

    def table(self) -> Table:
        """Give one row a segment, with its cluster and strength; its words are not in ``print``."""
        strengths = self.strength if self.strength.size else np.full(len(self.segments), np.nan)
        base, aside = self.segments.table(), map(self.set_aside.get, self.segments.ids)
        found = zip(self.labels.tolist(), strengths.tolist(), aside, strict=True)
        return base.beside(("cluster", "strength", "set_aside"), list(found))

    def _summary(self) -> str:
        return (
            f"{counted(self.n_clusters, 'cluster')} of {counted(len(self.segments), 'segment')}, "
            f"{self.n_labelled} in a cluster ({self.share_labelled:.0%}), "
            f"{len(self.set_aside)} set aside, recipe={self.settings.get('recipe')!r}"
        )
