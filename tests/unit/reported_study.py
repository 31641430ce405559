"""A small comparison with clusters, made by hand from random directions, for the tests of plots, reports, storage."""

import datetime

import numpy as np

from alliance_nlp.comparison import compare
from alliance_nlp.records import (
    Clusters,
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    Link,
    Mapping,
    ReadSpan,
    Segment,
    Segments,
    Study,
    Transcript,
    Turn,
)

THEMES = ("Trust", "Time", "Money")


def make_transcript(texts, *, speakers=("P1", "P2", "P3"), question="What helps?", name="T1"):
    said = [
        ("Mod", "moderator", question),
        *((speakers[i % len(speakers)], "participant", t) for i, t in enumerate(texts)),
    ]
    turns, parts, at = [], [], 0
    for speaker, role, text in said:
        turns.append(Turn(at, at + len(text), speaker, role))
        parts.append(text)
        at += len(text) + 1
    return Transcript(name, "\n".join(parts), tuple(turns), datetime.date(2025, 3, 19), None, f"{name}.txt")


def make_clusters(texts, *, n_clusters=3, seed=0, n_aside=1, **more):
    """Segments in clusters of alike directions; the last `n_aside` are set aside."""
    transcript = make_transcript(texts, **more)
    items = tuple(
        Segment(transcript.id, t.start, t.end, transcript.turn_text(i), t.speaker, t.role, i, i - 1)
        for i, t in enumerate(transcript.turns)
        if t.role == "participant"
    )
    rng = np.random.default_rng(seed)
    labels = np.arange(len(items)) % max(n_clusters, 1)
    vectors = np.eye(max(n_clusters, 1), 16)[labels] + rng.normal(0, 0.15, (len(items), 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    segments = Segments(items, (transcript,))
    aside = {segment.id: "short response" for segment in items[len(items) - n_aside :]} if n_aside else {}
    labels = labels if n_clusters else np.full(len(items), -1)
    labels = np.where([s.id in aside for s in items], -1, labels)
    settings = {"recipe": "consensus", "random_state": seed, "assigned": True}  # the numbers written here stand
    return Clusters(Embeddings(segments, vectors, EncoderInfo("example", "abc123")), labels, aside, settings=settings)


def make_book(themes=THEMES):
    return Codebook(
        tuple(Code(theme, "", f"{theme} at work", f"About {theme}.", (f"I feel {theme}.",)) for theme in themes)
    )


def make_coding(segments, book, coder, wrong=(), status="coded", made_from=None):
    """Code number i on segment i, cyclically; the positions in `wrong` get the next code."""
    ids = book.ids
    spans = tuple(
        CodedSpan(coder, s.transcript_id, s.start, s.end, ids[(i + (i in wrong)) % len(ids)], status)
        for i, s in enumerate(segments)
    )
    read = tuple(ReadSpan(coder, t.id, 0, len(t.text)) for t in segments.transcripts)
    return Coding(spans, read, book, made_from=made_from)


def make_mapping(clusters, book):
    ids = book.ids
    links = tuple(Link(k, ids[k % len(ids)], 0.5, ids[(k + 1) % len(ids)], 0.1) for k in range(clusters.n_clusters))
    return Mapping(clusters, book, links, (), ids[clusters.n_clusters :], {"score": "lift"})


def texts_of(n):
    return [f"We talk about matter {i} of {THEMES[i % 3]} and say what we think." for i in range(n)]


def make_comparison(texts=None, *, themes=THEMES, n_clusters=3, coders=("Ann", "Bo"), **more):
    """Consensus of two people against the machine, on made-up texts or those given."""
    clusters = make_clusters(texts or texts_of(24), n_clusters=n_clusters, **more)
    book = make_book(themes)
    one = make_coding(clusters.segments, book, coders[0], wrong=(1, 4))
    other = make_coding(clusters.segments, book, coders[1], wrong=(4, 8, 9))
    behind = Coding((*one.applied, *other.applied), (*one.read, *other.read), book)
    consensus = make_coding(clusters.segments, book, "+".join(coders), (4, 5, 6, 7), "consensus", behind)
    machine = make_mapping(clusters, book).to_coding()
    return compare(consensus, machine, n_draws=100, n_permutations=19)


def make_study(comparison, **more):
    return Study(comparison.segments.transcripts, comparison.a.codebook, title="A made-up study", **more)
