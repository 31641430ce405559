"""What a change of a definition does to suggestions and agreement."""

import math
import warnings

import numpy as np
import pytest

from alliance_nlp.errors import AllianceWarning
from alliance_nlp.method.effects import effect_of_change
from alliance_nlp.records import (
    Clusters,
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    ReadSpan,
    Segment,
    Segments,
    Transcript,
)


class ByWord:
    """Puts a text where its first known word says."""

    def encode(self, texts):
        rows = np.full((len(texts), 3), 1e-3)
        for row, text in zip(rows, texts, strict=True):
            for place, word in enumerate(("time", "trust")):
                row[place] += text.casefold().count(word)
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def clusters():
    words = ["trust"] * 10 + ["time"] * 10
    texts = [f"{word} {i:02d}" for i, word in enumerate(words)]
    text = " ".join(texts)
    starts = np.cumsum([0] + [len(t) + 1 for t in texts])[:-1]
    segments = Segments(
        tuple(Segment("T", int(s), int(s) + len(t), t, f"P{i % 3}", position=i)
              for i, (s, t) in enumerate(zip(starts, texts, strict=True))),
        (Transcript("T", text),),
    )  # fmt: skip
    return Clusters(Embeddings(segments, ByWord().encode(texts), EncoderInfo("by word")), np.repeat([0, 1], 10))


BEFORE = Codebook((Code("A", "", "one", "trust"), Code("B", "", "two", "nothing of it")))
AFTER = Codebook(
    (Code("A", "", "one", "trust"), Code("B", "", "TWO", "time", aliases=("two",)), Code("C", "", "three", "x"))
)


def consensus_of(clusters):
    segments = clusters.segments
    path = ["A/one"] * 10 + ["B/two"] * 10
    spans = tuple(CodedSpan("c", "T", s.start, s.end, p, "consensus") for s, p in zip(segments, path, strict=True))
    return Coding(spans, tuple(ReadSpan("c", "T", s.start, s.end) for s in segments), BEFORE)


def test_suggestions_and_agreement_before_and_after(clusters):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        found = effect_of_change(clusters, BEFORE, AFTER, consensus=consensus_of(clusters), encoder=ByWord())
    rows = {row["code"]: row for row in found.rows()}
    assert list(rows) == ["A/one", "B/TWO", "C/three"]
    assert (rows["A/one"]["segments_before"], rows["A/one"]["segments_after"]) == (10, 10)
    assert (rows["B/TWO"]["segments_before"], rows["B/TWO"]["segments_after"]) == (0, 10)
    assert rows["B/TWO"]["clusters_after"] == (1,)
    kappas = {row["theme"]: (row["kappa_before"], row["kappa_after"]) for row in found.agreement.rows()}
    assert kappas["B"][0] == 0 or math.isnan(kappas["B"][0])
    assert kappas["B"][1] == 1.0
    assert "definition  B/TWO" in str(found)
    assert repr(found) == "CodebookEffect(3 changes, suggestions of 1 code moved)"
    assert len(found.to_frame()) == 3


def test_without_a_consensus_there_is_no_agreement_and_what_a_removed_code_leaves_is_counted(clusters):
    assert len(effect_of_change(clusters, BEFORE, AFTER, encoder=ByWord()).agreement) == 0
    gone = Codebook((BEFORE.codes[0],))
    found = effect_of_change(clusters, BEFORE, gone, consensus=consensus_of(clusters), encoder=ByWord())
    assert found.agreement.notes == ("With a code that the later codebook lacks: 10 applications.",)
