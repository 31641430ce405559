"""A cluster in words: segments that show it, words that mark it, who says it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.clusters.near_empty import MARKED, RESPONSES, same_words
from alliance_nlp.clusters.stability import cohesion, leave_one_out, next_and_loose
from alliance_nlp.clusters.whole_words import how_parted, words_of
from alliance_nlp.embeddings.languages import stop_words_in
from alliance_nlp.errors import InputError, choice_error, counted
from alliance_nlp.numeric import Floats, Ints, ratio
from alliance_nlp.records import Clusters, Record, Segment, Table, Tabular, allowed, no_consent
from alliance_nlp.records.fields import Count, FiniteOrNan, Share, refuse_disorder

COLUMNS = ("cluster", "segments", "speakers", "sessions", "stability", "cohesion", "mark", "keywords", "exemplar")
NO_SPEAKER = "(unknown)"
N_JOINING = 3  # segments listed as next to join
MOST_READ = 200_000  # segments whose words are counted for keywords; of more, as many in the order of the talk
FRAGILE = 0.3  # less than this of the rest coming back is marked
# words of talking rather than of what is talked about
FILLERS = frozenset(
    ["want", "going", "gonna", "got", "lot", "bit", "kind", "sort", "thing", "things", "inaudible", "unclear"]
)
CONTRACTION = re.compile(r"\b\w+['’](?:t|re|ve|ll|d|m)\b|['’]s\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False, repr=False)
class ClusterDescription(Record):
    """What can be said of one cluster before anyone has read it.

    Parameters
    ----------
    cluster : int
        Its number.
    n_segments : int
        Segments in it.
    keywords : tuple of str
        Words and phrases that are commoner in it than in the other clusters (c-TF-IDF), best first.
    exemplars : tuple of Segment
        Segments near its middle; the first ones come from different speakers.
    speakers, sessions : dict of str to int
        How many of its segments each person and each session gave.
    one_voice : bool
        True when one speaker gave more than half of its segments (and there are at least two speakers in all).
    one_question : bool
        True when more than half of its segments answer one question of a moderator (and there are at least two).
    stability : float
        How much of it comes back when segments are drawn again (0-1); nan where it was not measured.
    cohesion : float
        Mean cosine of all pairs of its segments; nan for one segment.
    next_to_join, loose : tuple of Segment
        Segments outside it that would join next; segments in it that lie nearer to another cluster, worst first.
    without : dict of str to float
        With `leave_out`: how much of the rest comes back when that person or session is left out (0-1).
    """

    cluster: Count
    n_segments: Count
    keywords: tuple[str, ...]
    exemplars: tuple[Segment, ...]
    speakers: Mapping[str, Count]
    sessions: Mapping[str, Count]
    one_voice: bool
    one_question: bool
    stability: Share
    cohesion: FiniteOrNan
    next_to_join: tuple[Segment, ...]
    loose: tuple[Segment, ...]
    without: Mapping[str, Share]

    @property
    def mark(self) -> str:
        """What a reader should know first: that it lives from one person, or from one question of the guide."""
        weakest = min(self.without, key=lambda name: self.without[name], default=None)
        fragile = weakest is not None and self.without[weakest] < FRAGILE
        marks = [("one voice", self.one_voice), ("one question", self.one_question)]
        return ", ".join(
            [name for name, true in marks if true] + ([f"falls apart without {weakest}"] if fragile else [])
        )

    def _summary(self) -> str:
        return f"{self.cluster}, {counted(self.n_segments, 'segment')}, {counted(len(self.speakers), 'speaker')}"


@dataclass(frozen=True, eq=False, repr=False)
class Descriptions(Tabular, Record):
    """Descriptions of all clusters, printed as a table, and how many segments may not be quoted in them."""

    items: tuple[ClusterDescription, ...]
    n_not_quoted: Count = 0

    def _check(self) -> None:
        refuse_disorder("Descriptions.items", [item.cluster for item in self.items])

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, cluster: int) -> ClusterDescription:
        return self.items[cluster]

    def table(self) -> Table:
        """Give one row a cluster; the exemplar's words are in ``rows()`` and HTML, not in ``print``."""
        values = tuple(
            (d.cluster, d.n_segments, len(d.speakers), len(d.sessions), d.stability, d.cohesion, d.mark, d.keywords,
             d.exemplars[0].shown if d.exemplars else None)
            for d in self.items
        )  # fmt: skip
        note = "Clusters are machine suggestions; keywords are words of the segments, not names that people gave."
        refused = no_consent(self.n_not_quoted, "segment", "be quoted, from exemplars and keywords")
        parted = how_parted(word for d in self.items for word in d.keywords)
        return Table(COLUMNS, values, quoting=("exemplar",), notes=(note, *filter(None, [parted]), *refused))

    def _summary(self) -> str:
        return counted(len(self.items), "cluster")


def describe(
    clusters: Clusters,
    *,
    n_exemplars: int = 3,
    n_keywords: int = 6,
    leave_out: Literal["participant", "session"] | None = None,
    random_state: int = 0,
) -> Descriptions:
    """Describe each cluster: its size, segments that show it, words that mark it, who says it and when.

    Parameters
    ----------
    clusters : Clusters
        The clusters.
    n_exemplars : int, default 3
        Segments shown per cluster: those nearest its middle, at most one per speaker before a speaker comes twice.
    n_keywords : int, default 6
        Words or phrases per cluster; of more than 200,000 segments, those of every second, third ... are counted.
    leave_out : {"participant", "session"}, optional
        Cluster again without each person (or session) in turn and say how much of each cluster comes back. Costs one
        clustering each.
    random_state : int, default 0
        Seed of those clusterings.

    Returns
    -------
    Descriptions
        One entry a cluster; prints as a table.

    Raises
    ------
    InputError
        When a number asked for is below 1, or `leave_out` is unknown.

    Notes
    -----
    Keywords say which words are commoner here than elsewhere. They are not the cluster's meaning; reading it is.
    The weight of a word is its frequency in the cluster times log(1 + mean words per cluster / its frequency overall)
    (Grootendorst 2022, arXiv:2203.05794).

    Examples
    --------
    >>> import numpy as np
    >>> from alliance_nlp.records import Clusters, EncoderInfo, Embeddings, Segment, Segments, Transcript
    >>> segments = Segments((Segment("T", 0, 11, "Trust grows", "P1"),), (Transcript("T", "Trust grows"),))
    >>> clusters = Clusters(Embeddings(segments, np.eye(1, 3), EncoderInfo("example")), np.array([0]))
    >>> describe(clusters)[0].keywords
    ('grows', 'trust')
    """
    if n_exemplars < 1 or n_keywords < 1:
        raise InputError(
            f"n_exemplars and n_keywords must be at least 1. Got n_exemplars={n_exemplars}, n_keywords={n_keywords}."
        )
    if leave_out not in (None, "participant", "session"):
        raise choice_error("leave_out", ("participant", "session"), leave_out)
    members = [clusters.rows_in(c) for c in range(clusters.n_clusters)]
    kept, asked = clusters.described, (leave_out, random_state)
    if n_keywords not in kept:
        kept[n_keywords] = _keywords(
            [[s.text for s in allowed((clusters.segments[int(p)] for p in m), "quotation")] for m in members],
            n_keywords,
        )
    if asked not in kept:
        kept[asked] = _firmness(clusters, leave_out, random_state)
    words: list[tuple[str, ...]] = kept[n_keywords]
    firmness: _Firmness = kept[asked]
    items = (
        _describe_one(clusters, number, positions, words[number], n_exemplars, firmness)
        for number, positions in enumerate(members)
    )
    inside = [s for s, label in zip(clusters.segments, clusters.labels, strict=True) if label >= 0]
    return Descriptions(tuple(items), len(inside) - len(allowed(inside, "quotation")))


class _Firmness(NamedTuple):
    """Figures of all clusters at once."""

    stability: Floats
    cohesion: Floats
    joining: list[Ints]
    loose: list[list[int]]
    without: list[dict[str, float]]
    n_voices: int
    questions: list[str | None]
    n_questions: int


def _firmness(clusters: Clusters, leave_out: str | None, random_state: int) -> _Firmness:
    vectors, labels, segments = np.asarray(clusters.embeddings.vectors), clusters.labels, clusters.segments
    n = clusters.n_clusters
    without: list[dict[str, float]] = [{} for _ in range(n)]
    if leave_out is not None and n:
        names = [s.person or NO_SPEAKER if leave_out == "participant" else segments.session_of(s) for s in segments]
        inside = np.flatnonzero(labels >= 0)
        texts = [segments[int(p)].text for p in inside]
        left = leave_one_out(
            vectors[inside], labels[inside], groups=[names[p] for p in inside], texts=texts, random_state=random_state
        )
        without = [
            {name: float(left.overlap[g, c]) for g, name in enumerate(left.groups) if np.isfinite(left.overlap[g, c])}
            for c in range(n)
        ]
    stability = clusters.stability if len(clusters.stability) == n else np.full(n, np.nan)
    voices = len(segments.speakers)
    questions = [segments.question_before(s) for s in segments]
    aside = np.array([i in clusters.set_aside for i in segments.ids], dtype=bool)
    joining, apart = next_and_loose(vectors, labels, n=N_JOINING, left_out=aside)
    loose: list[list[int]] = [[] for _ in range(n)]
    for p in apart.tolist():
        loose[labels[p]].append(p)
    n_questions = len({q for q in questions if q is not None})
    return _Firmness(stability, cohesion(vectors, labels), joining, loose, without, voices, questions, n_questions)


def _describe_one(
    clusters: Clusters, number: int, positions: Ints, words: tuple[str, ...], n: int, firmness: _Firmness
) -> ClusterDescription:
    segments = clusters.segments
    speakers = Counter(segments[int(p)].person or NO_SPEAKER for p in positions)
    sessions = Counter(segments.session_of(segments[int(p)]) for p in positions)
    asked = Counter(q for p in positions if (q := firmness.questions[int(p)]) is not None)
    return ClusterDescription(
        number, len(positions), words, nearest_middle(clusters, positions, n), dict(speakers.most_common()),
        dict(sorted(sessions.items())),
        firmness.n_voices > 1 and 2 * max(speakers.values()) > len(positions),
        firmness.n_questions > 1 and 2 * max(asked.values(), default=0) > len(positions),
        float(firmness.stability[number]), float(firmness.cohesion[number]),
        tuple(segments[int(p)] for p in firmness.joining[number]),
        tuple(segments[p] for p in firmness.loose[number]),
        firmness.without[number],
    )  # fmt: skip


def nearest_middle(clusters: Clusters, positions: Ints, n: int) -> tuple[Segment, ...]:
    """Segments nearest the middle of a group, distinct words only, each speaker once before any comes twice."""
    vectors = np.asarray(clusters.embeddings.vectors[positions], dtype=float)
    closeness = np.round(vectors @ vectors.mean(axis=0), 6)
    distinct: dict[str, Segment] = {}
    for i in np.lexsort((positions, -closeness)):
        segment = clusters.segments[int(positions[i])]
        if "quotation" in segment.refuses:
            continue
        distinct.setdefault(same_words(segment.text), segment)
    times: Counter[str | None] = Counter()
    turn_of_speaker = []
    for segment in distinct.values():
        turn_of_speaker.append(times[segment.person] if segment.person is not None else 0)
        times.update([segment.person])
    ranked = list(distinct.values())
    return tuple(ranked[i] for i in np.argsort(turn_of_speaker, kind="stable")[:n])


def _keywords(texts: list[list[str]], n: int) -> list[tuple[str, ...]]:
    if not texts:
        return []
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    every = -(-sum(map(len, texts)) // MOST_READ) or 1
    joined = ["\n".join(_plain(text) for text in part[::every]) for part in texts]
    others = stop_words_in(["\n".join(joined)]) | RESPONSES
    passed_over = sorted(ENGLISH_STOP_WORDS | {word for word in others if word.isalpha()} | FILLERS)
    counter = CountVectorizer(ngram_range=(1, 2), stop_words=passed_over, tokenizer=words_of, token_pattern=None)
    try:
        counts = counter.fit_transform(joined).astype(float)
    except ValueError:  # nothing but stop words: there is no word to show
        return [()] * len(texts)
    overall, said = np.asarray(counts.sum(axis=0)).ravel(), np.asarray(counts.sum(axis=1)).ravel()
    names, found = counter.get_feature_names_out(), []
    for row, n_said in enumerate(said.tolist()):  # only words that are there: all words of all clusters fill the memory
        at, times = counts.indices[(here := slice(*counts.indptr[row : row + 2]))], counts.data[here]
        share = ratio(times, n_said, otherwise=0.0)
        found.append(_best_words(names[at], share * np.log1p(said.mean() / overall[at]), n))
    return found


def _plain(text: str) -> str:
    """Words without contractions ("don't", "it's") and without the transcriber's marks ("[laughs]")."""
    return CONTRACTION.sub(" ", MARKED.sub(" ", text))


def _best_words(names: NDArray[Any], weight: Floats, n: int) -> tuple[str, ...]:
    """Best words first; a word that only repeats a phrase already taken, or the other way round, is passed over."""
    taken: list[str] = []
    said = np.flatnonzero(weight > 0)
    for index in said[np.lexsort((names[said], -np.round(weight[said], 12)))]:
        if len(taken) == n:
            break
        parts = set(str(names[index]).split())
        if not any(parts & set(other.split()) for other in taken):
            taken.append(str(names[index]))
    return tuple(taken)
