"""Segments that two sides coded differently: which are listed, why, and in which order."""

import math

import pytest
from coded_by_hand import BOOK, DEMANDING, SHORT, SLOW, coding_of, segments_of

from alliance_nlp.comparison import compare
from alliance_nlp.records import CodedSpan, Coding, ReadSpan, Segments, Transcript, Turn

A = {0: DEMANDING, 3: DEMANDING, 5: DEMANDING, 9: DEMANDING, 11: (DEMANDING, SHORT), 14: SLOW, 16: SLOW}
B = {1: DEMANDING, 3: SLOW, 5: SHORT, 7: SHORT, 11: SHORT, 12: DEMANDING, 16: SLOW, 23: SHORT}
REASON = {
    7: "one side saw no code", 12: "one side saw no code", 14: "one side saw no code", 23: "one side saw no code",
    3: "neighboring codes", 11: "neighboring codes", 5: "different themes", 0: "boundary", 1: "boundary",
}  # fmt: skip


def two_sides():
    """24 segments of two transcripts; B did not read segment 9."""
    segments = segments_of(24, transcripts=2)
    a = coding_of(segments, "A", [A.get(i, "") for i in range(24)])
    b = coding_of(segments, "B", [B.get(i, "") for i in range(24)], read=[i for i in range(24) if i != 9])
    return segments, a, b


def listed(found, segments):
    return [segments.ids.index(row["segment_id"]) for row in found.disagreements.rows()]


def test_every_disagreement_has_the_reason_that_comes_first():
    segments, a, b = two_sides()
    found = compare(a, b, segments=segments, level="code", n_draws=20, n_permutations=0)
    assert listed(found, segments) == list(REASON)
    assert [row["likely_reason"] for row in found.disagreements.rows()] == list(REASON.values())
    assert [row["rank"] for row in found.disagreements.rows()] == list(range(1, 10))
    assert not any(row["people_agree"] for row in found.disagreements.rows())
    assert all(math.isnan(row["score"]) for row in found.disagreements.rows())


def test_a_row_shows_both_sides_and_where_it_stands():
    segments, a, b = two_sides()
    row = compare(a, b, segments=segments, level="code", n_draws=20, n_permutations=0).disagreements[5]
    assert (row["segment_id"], row["speaker"], row["session"]) == (segments.ids[11], "P2 (T0)", "T0")
    assert (row["a"], row["b"], row["quote"]) == ({DEMANDING, SHORT}, {SHORT}, segments[11].text)


def test_the_question_before_stands_beside_the_quote():
    text = "What helps? Time."
    t = Transcript("T", text, (Turn(0, 11, "M", "moderator"), Turn(12, 17, "P", "participant")))
    import alliance_nlp as an

    segments = an.segment([t])
    a = Coding((CodedSpan("A", "T", 12, 17, SHORT),), (), BOOK)
    b = Coding((), (ReadSpan("B", "T", 0, 17),), BOOK)
    found = compare(a, b, segments=segments, n_draws=20).disagreements
    assert (found[0]["question"], found.quoting) == ("What helps?", ("question", "quote"))


def test_where_people_agree_with_one_another_stands_first():
    segments, a, b = two_sides()
    # P and Q agree on segments 5 and 3, differ on 7, and only P read 12
    p = coding_of(segments, "P", [SLOW if i in (3, 5, 7) else "" for i in range(24)], read=[3, 5, 7, 12])
    q = coding_of(segments, "Q", [SLOW if i in (3, 5) else "" for i in range(24)], read=[3, 5, 7])
    people = Coding(p.applied + q.applied, p.read + q.read, BOOK)
    found = compare(a, b, segments=segments, people=people, level="code", n_draws=20, n_permutations=0)
    assert listed(found, segments) == [3, 5, 7, 12, 14, 23, 11, 0, 1]
    assert [row["people_agree"] for row in found.disagreements.rows()] == [True, True] + [False] * 7


def scored(segments, scores, coder="machine"):
    """A machine that suggests SHORT with these scores; it read everything."""
    applied = tuple(
        CodedSpan(coder, segments[i].transcript_id, segments[i].start, segments[i].end, code, "suggested", score)
        for i, code, score in scores
    )
    return Coding(applied, tuple(ReadSpan(coder, t.id, 0, len(t.text)) for t in segments.transcripts), BOOK)


def test_suggestions_in_the_lowest_quarter_come_last_as_unsure():
    segments = segments_of(24, transcripts=2)
    human = coding_of(segments, "A", [""] * 24)
    machine = scored(segments, [(2, SHORT, 0.5), (4, SHORT, 0.2), (6, SHORT, 0.3), (8, SHORT, 0.1), (10, SHORT, 0.4)])
    found = compare(human, machine, segments=segments, level="code", n_draws=20, n_permutations=0)
    assert listed(found, segments) == [2, 6, 10, 4, 8]
    rows = found.disagreements.rows()
    assert [row["likely_reason"] for row in rows] == ["one side saw no code"] * 3 + ["machine unsure"] * 2
    assert [row["score"] for row in rows] == [0.5, 0.3, 0.4, 0.2, 0.1]


def test_equal_scores_leave_nothing_unsure_and_the_highest_counts():
    segments = segments_of(24, transcripts=2)
    human = coding_of(segments, "A", [""] * 24)
    machine = scored(segments, [(2, SHORT, 0.5), (4, SHORT, 0.5)])
    found = compare(human, machine, segments=segments, level="code", n_draws=20, n_permutations=0)
    assert {row["likely_reason"] for row in found.disagreements.rows()} == {"one side saw no code"}
    machine = scored(segments, [(2, SHORT, 0.5), (4, SHORT, 0.6)])
    found = compare(human, machine, segments=segments, level="code", n_draws=20, n_permutations=0)
    assert listed(found, segments) == [4, 2]  # of two different ones the lower is unsure
    machine = scored(segments, [(2, SHORT, 0.5), (2, SLOW, 0.7), (4, SHORT, 0.6), (6, SHORT, 0.9)])
    found = compare(human, machine, segments=segments, level="code", n_draws=20, n_permutations=0)
    assert [row["score"] for row in found.disagreements.rows()] == [0.7, 0.6, 0.9]


def test_what_the_machine_declined_is_not_listed():
    segments = segments_of(24, transcripts=2)
    human = coding_of(segments, "A", [SHORT] * 3)
    span = CodedSpan("machine", "T0", segments[1].start, segments[1].end, "", "abstained")
    machine = Coding((span,), (ReadSpan("machine", "T0", 0, 120),), BOOK)
    for sides in ((human, machine), (machine, human)):
        found = compare(*sides, segments=segments, level="code", n_draws=20, n_permutations=0)
        assert listed(found, segments) == [0, 2]


@pytest.mark.parametrize(("a", "b", "reason"), [
    (("x", "y"), ("y",), "neighboring codes"), (("x",), ("y",), "different themes"),
    (("T/x",), ("T/y",), "neighboring codes"), (("T/x",), ("U/x",), "different themes"),
])  # fmt: skip
def test_codes_are_neighbors_under_one_parent_or_beside_a_shared_one(a, b, reason):
    segments = segments_of(4)
    found = compare(
        coding_of(segments, "A", ["", a], book=None), coding_of(segments, "B", ["", b], book=None), segments=segments,
        level="code", n_draws=20, n_permutations=0,
    ).disagreements  # fmt: skip
    assert [row["likely_reason"] for row in found.rows()] == [reason]


def test_a_neighbor_that_nobody_read_is_no_boundary():
    segments = segments_of(6)
    a = coding_of(segments, "A", ["", "", DEMANDING])
    b = coding_of(segments, "B", [""] * 6, read=[2, 5])
    found = compare(a, b, segments=segments, level="code", n_draws=20, n_permutations=0).disagreements
    assert [row["likely_reason"] for row in found.rows()] == ["one side saw no code"]


def test_only_the_first_coder_of_each_side_is_listed():
    segments = segments_of(6)
    a = coding_of(segments, "A", [DEMANDING] * 6)
    first, second = coding_of(segments, "B", [DEMANDING] * 5), coding_of(segments, "C", [""] * 6)
    both = Coding(first.applied + second.applied, first.read + second.read, BOOK)
    found = compare(a, both, segments=segments, level="code", n_draws=20, n_permutations=0)
    assert listed(found, segments) == [5]
    assert isinstance(found.segments, Segments)


def test_of_very_many_the_first_are_listed_and_all_are_counted(monkeypatch):
    segments, a, b = two_sides()
    monkeypatch.setattr("alliance_nlp.comparison.disagreements.MOST_LISTED", 4)
    found = compare(a, b, segments=segments, level="code", n_draws=20, n_permutations=0)
    assert listed(found, segments) == list(REASON)[:4]
    assert found.disagreements.notes[0] == "The first 4 of 9 are listed."
    assert found.n_different == 9
    assert "9 segments coded differently; see .disagreements." in str(found)
