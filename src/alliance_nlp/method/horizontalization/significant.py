"""Statements whose wording stands out, with weights set by hand or learnt from what people marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_nlp.embeddings.embedding import agreed
from alliance_nlp.errors import AlignmentError, InputError, counted
from alliance_nlp.method.horizontalization.beside import Laid, beside_people
from alliance_nlp.method.horizontalization.learnt_marks import learn_weights
from alliance_nlp.method.horizontalization.lexicon import FEATURES, WEIGHTS, count_features, damped
from alliance_nlp.numeric import Bools, Floats, Ints, largest_first
from alliance_nlp.records import Coding, Embeddings, Marks, Record, Row, Segments, Table, Tabular
from alliance_nlp.records.fields import refuse_shape

Marked = Marks | Coding | Sequence[str] | Sequence[bool]


@dataclass(frozen=True, eq=False, repr=False)
class Significant(Tabular, Record):
    """Statements by how much their wording stands out.

    Parameters
    ----------
    segments : Segments
        What was scored.
    scores : array of shape (n_segments,)
        In segment order. Without marks a weighted sum of damped counts; with marks the chance of being marked, from a
        model that has not seen the segment's transcript.
    suggested : array of shape (n_segments,), bool
        Statements suggested for reading; people decide which are significant.
    counts : array of shape (n_segments, n_features)
        Counts behind the score, columns as in `FEATURES`.
    words : tuple of tuple of str
        Per segment the words of feeling and worth, with their weights.
    marked : array of shape (n_segments,) or None
        1 marked by people, 0 read and not marked, nan not read; None when nothing was given.
    weights : Table
        How much each feature counts, and whether that was set by hand or learnt.
    beside_people : Table
        Average precision against what people marked, beside length alone, the place in the talk alone, chance, and the
        other readers; and whether each is better than length. Empty without marks.
    common : tuple of str
        Words of feeling or worth set aside because they occur in more than a tenth of the segments: the subject.
    """

    segments: Segments
    scores: Floats
    suggested: Bools
    counts: Floats
    words: tuple[tuple[str, ...], ...]
    marked: Floats | None
    weights: Table
    beside_people: Table
    common: tuple[str, ...] = ()

    def _check(self) -> None:
        n = len(self.segments)
        held = {"scores": self.scores, "suggested": self.suggested, "marked": self.marked, "counts": self.counts}
        for name, array in held.items():
            if array is not None:
                shape = (n, len(FEATURES)) if name == "counts" else (n,)
                refuse_shape(f"Significant.{name}", array, shape, "segments" + " and features" * (name == "counts"))
        if len(self.words) != n:
            raise AlignmentError(
                f"Significant.words must have one entry for each of the {n} segments. Got {len(self.words)}."
            )
        if np.isinf(self.scores).any() or np.any(self.counts < 0):
            raise InputError("Significant.scores must be finite or nan, and counts at least 0. They are not.")

    def __len__(self) -> int:
        return len(self.segments)

    def top(self, n: int) -> Segments:
        """Give the n statements with the highest scores, highest first.

        Raises
        ------
        InputError
            When n is below 1.
        """
        if n < 1:
            raise InputError(f"n must be at least 1. Got {n}.")
        return self.segments.take(self._order()[:n])

    @property
    def by_id(self) -> dict[str, float]:
        """Score per segment id, as `choose_quotes(scores=...)` takes it."""
        return dict(zip(self.segments.ids, self.scores.tolist(), strict=True))

    def _order(self) -> Ints:
        return largest_first(self.scores)

    def table(self) -> Table:
        """Give one row a segment, highest score first; its words are in ``rows()`` and HTML, not in ``print``."""
        rows: list[Row] = []
        for at in self._order().tolist():
            segment = self.segments[at]
            row: Row = {
                "segment_id": segment.id, "session": self.segments.session_of(segment), "speaker": segment.person,
                "score": float(self.scores[at]), "suggested": "suggested" if self.suggested[at] else "",
            }  # fmt: skip
            if self.marked is not None:
                row["marked"] = {1.0: "marked", 0.0: ""}.get(float(self.marked[at]), "not read")
            row |= {name: int(n) for name, n in zip(FEATURES, self.counts[at], strict=True)}
            words = self.words[at] if segment.shown == segment.text else ()
            rows.append({**row, "words": words, "text": segment.shown})
        aside = f"Set aside as the subject itself: {', '.join(self.common)}." if self.common else ""
        notes = [
            "Suggested for reading by their wording; people decide what is significant.",
            *([aside] if aside else []),
        ]
        title = f"{int(self.suggested.sum())} of {counted(len(self), 'segment')} suggested by their wording"
        return Table.of(rows, title=title, quoting=("words", "text"), notes=notes)

    def tables(self) -> tuple[Table, ...]:
        """Give the segments, what each feature counts, and how that stands beside what people marked."""
        return self.table(), self.weights, self.beside_people

    def _summary(self) -> str:
        return f"{int(self.suggested.sum())} of {counted(len(self), 'segment')} suggested"


def find_significant(
    segments: Segments, *, marked: Marked | None = None, embeddings: Embeddings | None = None, random_state: int = 0
) -> Significant:
    """Find statements whose wording stands out: feeling, worth, intensity, personal experience.

    Parameters
    ----------
    segments : Segments
        What was said.
    marked : Marks, Coding, sequence of segment ids, or sequence of bool, optional
        What people marked; weights are then learnt from it. Of marks, what any reader marked counts as marked
        (``marks.by("KL")`` for one alone), and what nobody read as unknown. Of a coding, every segment that carries a
        code counts as marked, which is another thing: see Notes. A sequence of ids means that everything else was read.
    embeddings : Embeddings, optional
        Embeddings of the same segments. With marks they add one feature: how many of the statements most alike, in
        other transcripts, people marked.
    random_state : int, default 0
        Seed of the interval.

    Returns
    -------
    Significant
        Scores, the words and counts behind them, the weights; beside people where there are marks.

    Raises
    ------
    AlignmentError
        When marks or embeddings do not belong to the segments.
    InputError
        When no segment, or every one, is marked, so that nothing can be learnt.

    Notes
    -----
    Without marks the score is the sum over features of weight times log(1 + count): words of feeling (weighted 1 or 2)
    and of worth, intensity, own stance ("I", "we"), modality, contrast, negation, length. Suggested are segments with
    a word of feeling or worth and at least one more kind of these. With marks a logistic regression learns the
    weights, and every segment's score comes from folds that held its transcript out; suggested are as many as people
    marked. Codes are no marks of significance: people code what bears on their question, also what did not stand out.
    ``beside_people`` lays each score beside length alone and the place in the talk alone, on the same draws, and says
    whether it is better than length. Where `marked` holds several readers it also says how well one reader tells what
    the others marked. The words are English. Long statements score higher, and length alone is a strong rival: see
    ``beside_people`` and docs/benchmarks/method.md. The score says that the wording stands out. It does not
    say that a statement matters, and a quiet sentence can be the one that does.

    Examples
    --------
    >>> from alliance_nlp.records import Segment, Segments, Transcript
    >>> text = "I was very tired. The room is blue."
    >>> segments = Segments((Segment("T", 0, 17, text[:17]), Segment("T", 18, 35, text[18:])), (Transcript("T", text),))
    >>> [(row["suggested"], row["words"]) for row in find_significant(segments).rows()]
    [('suggested', ('tired (-1.0)',)), ('', ())]
    """
    whole, segments = segments, agreed(segments, "find_significant()")
    found = count_features(segments.texts)
    features = damped(found.counts)
    by_hand = features @ np.array([WEIGHTS[name] for name in FEATURES])
    if embeddings is not None and embeddings.segments.ids != segments.ids:
        raise AlignmentError(
            f"The embeddings hold {len(embeddings)} segments that are not these {len(segments)}. Embed these segments."
        )
    if marked is None:
        marks, scores, suggested, beside = None, by_hand, _by_kinds(found.counts), Table((), ())
        weights = _weights(list(WEIGHTS.values()), "Weights set by hand, of log(1 + count).")
    else:
        marks = _marks(marked, whole)[[whole.index_of(segment_id) for segment_id in segments.ids]]
        known, is_marked = ~np.isnan(marks), marks == 1
        if len(np.unique(is_marked[known])) < 2:
            raise InputError(
                f"{int(is_marked.sum())} of the {int(known.sum())} segments that were read are marked. Weights can "
                f"only be learnt where some are and some are not."
            )
        groups = [segment.transcript_id for segment in segments]
        vectors = embeddings.vectors if embeddings is not None else None
        learnt = learn_weights(features, is_marked, known, groups, vectors)
        scores = np.round(learnt.chance, 9)
        suggested = _as_many(scores, is_marked, known)
        laid = Laid(segments, is_marked, known, found.counts[:, -1], learnt)
        people = marked.on(whole) if isinstance(marked, Marks) else {}
        others = {r: v[[whole.index_of(segment_id) for segment_id in segments.ids]] for r, v in people.items()}
        beside = beside_people(laid, {"learnt from marks": scores, "set by hand": by_hand}, others, random_state)
        weights = _weights(learnt.weights.tolist(), "Weights learnt from all marks, of standardized log(1 + count).")
    return Significant(
        segments, np.round(scores, 9), suggested, found.counts, found.words, marks, weights, beside, found.common,
    )  # fmt: skip


def _by_kinds(counts: Floats) -> Bools:
    """Suggest what has a word of feeling or worth and one more kind of feature, length not among them."""
    kinds = (counts[:, :-1] > 0).sum(axis=1)
    return np.asarray(((counts[:, 0] > 0) | (counts[:, 1] > 0)) & (kinds >= 2))


def _as_many(scores: Floats, marked: Bools, known: Bools) -> Bools:
    """Suggest the same share as people marked of what they read."""
    n = round(float(marked[known].mean()) * len(scores))
    suggested = np.zeros(len(scores), dtype=bool)
    suggested[largest_first(scores)[:n]] = True
    return suggested & np.isfinite(scores)


def _marks(marked: Any, segments: Segments) -> Floats:
    """1 marked by anybody, 0 read and not marked, nan not read by anybody."""
    if isinstance(marked, Marks):
        said = np.array(list(marked.on(segments).values())).reshape(-1, len(segments))
        return np.where(np.isnan(said).all(axis=0), math.nan, (said == 1).any(axis=0))
    if isinstance(marked, Coding):
        seen = marked.on(segments)
        per_segment = [[sets[i] for sets in seen.sets.values() if sets[i] is not None] for i in range(len(segments))]
        return np.array([math.nan if not sets else float(any(sets)) for sets in per_segment])
    values = list(marked)
    if values and all(isinstance(value, bool | np.bool_) for value in values):
        if len(values) != len(segments):
            raise AlignmentError(f"marked holds {len(values)} values for {len(segments)} segments. Give one for each.")
        return np.array(values, dtype=float)
    unknown = [value for value in values if value not in set(segments.ids)]
    if unknown:
        raise AlignmentError(
            f"{len(unknown)} of {len(values)} marks name none of these segments, the first {unknown[0]!r}. Marks are "
            f"ids of the segments, or one True or False for each."
        )
    chosen = set(values)
    return np.array([float(segment_id in chosen) for segment_id in segments.ids])


def _weights(values: Sequence[float], note: str) -> Table:
    names = [*FEATURES, "alike_to_marked"]
    return Table(("feature", "weight"), tuple(zip(names, values, strict=False)), notes=(note,))
