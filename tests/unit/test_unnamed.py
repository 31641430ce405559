"""find_unnamed(): clusters that people left uncoded or coded across themes, by hand."""

import numpy as np
import pytest
from reported_study import make_book, make_clusters

import alliance_nlp as an
from alliance_nlp.comparison.unnamed import _by_length

BOOK = make_book(("Trust", "Time"))
LONG = "We talk about this at some length and mean it, number {}"


def study(codes_of, *, n=60, n_clusters=4, texts=None, speakers=("P1", "P2", "P3")):
    """Clusters by position modulo their number; `codes_of` gives the themes of a segment by cluster and position."""
    clusters = make_clusters(
        texts or [LONG.format(i) for i in range(n)], n_clusters=n_clusters, n_aside=0, speakers=speakers
    )
    spans = [
        an.CodedSpan("KL", s.transcript_id, s.start, s.end, f"{theme}/{theme} at work")
        for i, s in enumerate(clusters.segments)
        for theme in codes_of(int(clusters.labels[i]), i)
    ]
    read = tuple(an.ReadSpan("KL", t.id, 0, len(t.text)) for t in clusters.segments.transcripts)
    return clusters, an.Coding(tuple(spans), read, BOOK)


def test_a_cluster_without_codes_among_coded_ones_is_named_first():
    clusters, coding = study(lambda k, i: [] if k == 2 else ["Trust"] if k == 0 else ["Time"])
    rows = an.find_unnamed(clusters, coding).rows()
    assert [(row["cluster"], row["what"]) for row in rows] == [(2, "without a code")]
    row = rows[0]
    assert (row["n"], row["n_uncoded"], row["expected"], row["one_person"]) == (15, 15, 3.75, None)
    # 15 uncoded where a quarter of all is: (15 - 3.75) / sqrt(15 * 1/4 * 3/4)
    assert row["z"] == pytest.approx(11.25 / np.sqrt(15 * 3 / 16), abs=1e-3)
    assert len(row["segments"]) == 15


def test_short_talk_is_compared_with_short_talk():
    """Every second segment is "Mm, yes." and uncoded: a cluster of nothing else is as uncoded as its like."""
    texts = [LONG.format(i) if i % 2 else "Mm, yes." for i in range(80)]
    clusters, coding = study(lambda k, i: ["Trust"] if i % 2 else [], texts=texts, n_clusters=4)
    assert an.find_unnamed(clusters, coding).rows() == []


def test_a_cluster_that_is_coded_across_themes_is_named_after_those_without_a_code():
    def codes_of(cluster, i):
        return {0: ["Trust"], 1: ["Time"], 2: [], 3: [["Trust", "Time"][(i // 4) % 2]]}[cluster]

    clusters, coding = study(codes_of, n=80)
    rows = an.find_unnamed(clusters, coding).rows()
    assert [(row["cluster"], row["what"]) for row in rows] == [(2, "without a code"), (3, "across themes")]
    assert rows[1]["themes"] == ("Time", "Trust")
    assert an.find_unnamed(clusters, coding, n=1).rows() == rows[:1]
    assert an.find_unnamed(clusters, coding, n=0).rows() == []


def test_what_one_person_says_stands_apart():
    clusters, coding = study(lambda k, i: [] if k == 1 else ["Trust"], n_clusters=4, speakers=("P1", "P2", "P3", "P4"))
    rows = an.find_unnamed(clusters, coding).rows()  # person and cluster go together: position modulo four
    assert [(row["cluster"], row["one_person"], row["n_people"]) for row in rows] == [(1, "P2", 1)]


def test_unread_segments_and_small_clusters_do_not_count():
    clusters, coding = study(lambda k, i: [] if k == 2 else ["Trust"])
    segments = clusters.segments
    first = an.Coding(coding.applied[:6], (an.ReadSpan("KL", "T1", 0, segments[9].end),), BOOK)
    assert an.find_unnamed(clusters, first).rows() == []  # two or three segments of each cluster were read
    assert an.find_unnamed(clusters, an.Coding((), (), BOOK)).rows() == []


def test_where_everything_of_a_length_is_coded_nothing_is_expected_and_nothing_divided_by():
    clusters, coding = study(lambda k, i: ["Trust"])
    assert an.find_unnamed(clusters, coding).rows() == []
    assert _by_length(np.zeros(0), np.zeros(0, dtype=int)).tolist() == []


def test_several_coders_count_by_their_mean():
    clusters, coding = study(lambda k, i: [] if k == 2 else ["Trust"])
    other = an.Coding(
        tuple(an.CodedSpan("MR", s.transcript_id, s.start, s.end, "Time/Time at work") for s in clusters.segments),
        tuple(an.ReadSpan("MR", t.id, 0, len(t.text)) for t in clusters.segments.transcripts), BOOK,
    )  # fmt: skip
    row = an.find_unnamed(clusters, an.join_codings([coding, other])).rows()[0]
    assert (row["cluster"], row["n_uncoded"], row["expected"]) == (2, 7.5, 1.88)


def test_shares_by_tenths_of_length():
    words = np.repeat([2, 20], 10)
    uncoded = np.array([1.0] * 10 + [0.0] * 5 + [1.0] * 5)
    assert _by_length(uncoded, words).tolist() == [1.0] * 10 + [0.5] * 10
    assert _by_length(np.zeros(0), np.zeros(0, dtype=int)).size == 0


def test_it_asks_for_what_it_needs():
    clusters, coding = study(lambda k, i: ["Trust"])
    with pytest.raises(an.InputError, match="coding"):
        an.find_unnamed(clusters, None)
    with pytest.raises(an.InputError, match="find_unnamed\\(\\) takes Clusters or a Mapping"):
        an.find_unnamed(coding, coding)
    with pytest.raises(an.InputError, match="n must be zero or more clusters to list. Got -1"):
        an.find_unnamed(clusters, coding, n=-1)
