"""Segments, codings and clusters made by hand, for the tests of comparisons."""

import numpy as np

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
    Transcript,
    Turn,
)

BOOK = Codebook((Code("Trust", "", "demanding"), Code("Trust", "", "slow"), Code("Time", "", "short")))
DEMANDING, SLOW, SHORT = BOOK.ids


def segments_of(n, *, speakers=("P1", "P2"), transcripts=1, width=10):
    per = n // transcripts
    made, segments = [], []
    for t in range(transcripts):
        turns = tuple(Turn(i * width, (i + 1) * width, speakers[i % len(speakers)], "participant") for i in range(per))
        made.append(Transcript(f"T{t}", "".join(f"{t}{i:0{width - 2}d}," for i in range(per)), turns))
        segments += [
            Segment(f"T{t}", turn.start, turn.end, made[-1].turn_text(i), turn.speaker, "participant", i, i)
            for i, turn in enumerate(turns)
        ]
    return Segments(tuple(segments), tuple(made))


def coding_of(segments, coder, codes, *, read=None, status="coded", book=BOOK, **more):
    """Codes: one entry a segment, a path, a tuple of paths, or ''."""
    applied = [
        CodedSpan(coder, s.transcript_id, s.start, s.end, code, status)
        for s, given in zip(segments, codes, strict=False)
        for code in ((given,) if isinstance(given, str) else given)
        if code
    ]
    kept = range(len(segments)) if read is None else read
    spans = [ReadSpan(coder, segments[i].transcript_id, segments[i].start, segments[i].end) for i in kept]
    return Coding(tuple(applied), tuple(spans), book, **more)


def twenty():
    """a=5 both, b=3 only A, c=2 only B, d=10 neither, on the code 'demanding'."""
    segments = segments_of(20)
    a = [DEMANDING] * 8 + [""] * 12
    b = [DEMANDING] * 5 + [""] * 3 + [DEMANDING] * 2 + [""] * 10
    return segments, coding_of(segments, "A", a), coding_of(segments, "B", b)


def machine_of(segments, labels, links, book=BOOK):
    vectors = np.zeros((len(segments), max(labels) + 2), dtype=np.float32)
    vectors[np.arange(len(segments)), np.array(labels) + 1] = 1
    clusters = Clusters(
        Embeddings(segments, vectors, EncoderInfo("example")), np.array(labels), settings={"assigned": True}
    )
    return Mapping(clusters, book, tuple(Link(c, code, 0.5) for c, code in links)).to_coding()
