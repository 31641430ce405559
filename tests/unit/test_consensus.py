"""reach_consensus(): rules by hand, decisions, the ledger, what stays open."""

import datetime

import pytest

from alliance_nlp.consensus import Settlement, reach_consensus
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, ReadSpan, Segment, Segments, Transcript

BOOK = Codebook((Code("", "", "x"), Code("", "", "y")))
SEGMENTS = Segments(tuple(Segment("T", i, i + 1, "abcd"[i]) for i in range(4)), (Transcript("T", "abcd"),))


def coding(**coders):
    """One string a segment and coder: its codes; '.' for unread."""
    applied, read = [], []
    for coder, given in coders.items():
        for position, codes in enumerate(given):
            if codes == ".":
                continue
            read.append(ReadSpan(coder, "T", position, position + 1))
            applied += [CodedSpan(coder, "T", position, position + 1, code) for code in codes]
    return Coding(tuple(applied), tuple(read), BOOK)


def sets_of(made):
    return made.on(SEGMENTS).sets["consensus"]


def test_unanimous_keeps_what_all_readers_applied():
    made = reach_consensus(coding(A=["x", "xy", "", "x"], B=["x", "x", "y", "."]), SEGMENTS)
    assert sets_of(made) == (frozenset("x"), frozenset("x"), frozenset(), None)


def test_majority_keeps_what_more_than_half_applied():
    three = coding(A=["x", "x", "y", ""], B=["x", "", "y", ""], C=["", "", "x", "."])
    made = reach_consensus(three, SEGMENTS, rule="majority")
    assert sets_of(made) == (frozenset("x"), frozenset(), frozenset("y"), frozenset())


def test_two_of_two_is_a_majority_and_one_of_two_is_not():
    made = reach_consensus(coding(A=["x", "x", "", ""], B=["x", "", "", ""]), SEGMENTS, rule="majority")
    assert sets_of(made)[:2] == (frozenset("x"), frozenset())


def test_discussion_settles_and_the_rest_stays_open():
    settled = {"T:1-2": Settlement(("y",), by="A+B", note="belongs to y", date=datetime.date(2026, 1, 2))}
    with pytest.warns(AllianceWarning, match="1 segments on which the coders differ have no decision"):
        made = reach_consensus(
            coding(A=["x", "x", "", "x"], B=["x", "y", "", ""]), SEGMENTS, rule="discussed", decisions=settled
        )
    assert sets_of(made) == (frozenset("x"), frozenset("y"), frozenset(), None)
    assert [row["how"] for row in made.ledger.rows()] == ["same", "discussed", "same", "open"]
    row = made.ledger[1]
    assert (row["A"], row["B"], row["by"], row["changed_for"]) == (frozenset("x"), frozenset("y"), "A+B", ("A",))
    assert next(a for a in made.applied if a.start == 1).note == "belongs to y"


def test_the_consensus_leads_back_to_the_coders():
    both = coding(A=["x", "", "", ""], B=["x", "", "", ""])
    made = reach_consensus(both, SEGMENTS)
    assert made.made_from == both
    assert {a.status for a in made.applied} == {"consensus"}


def test_agreement_before_and_after_is_in_the_notes():
    made = reach_consensus(coding(A=["x", "x", "", ""], B=["x", "", "", ""]), SEGMENTS)
    # A: 2 of 4, B: 1 of 4, agree on 3: (.75 - .5) / .5; after: A .5, B 1
    assert (
        "Before consensus: mean kappa between coders over codes 0.50; they differed on 1 segments"
        in made.ledger.notes[0]
    )
    assert "0.75" in made.ledger.notes[1]


def test_the_order_of_coders_does_not_matter():
    given = {"A": ["x", "xy", "", "y"], "B": ["x", "y", "y", "."]}
    one = reach_consensus(coding(**given), SEGMENTS)
    other = reach_consensus(coding(**dict(reversed(given.items()))), SEGMENTS)
    assert one.applied == other.applied


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "vote"}, "rule must be 'unanimous', 'majority' or 'discussed'"),
        (
            {"decisions": {"T:9-9": ["x"], "T:0-1": ["z"]}},
            r"decisions has 2 problems:\n  T:9-9: no such segment\n  T:0-1: no code",
        ),
    ],
)
def test_bad_input_is_said(options, message):
    with pytest.raises(InputError, match=message):
        reach_consensus(coding(A=["x", "", "", ""], B=["", "", "", ""]), SEGMENTS, **options)


def test_one_coder_is_no_consensus():
    with pytest.raises(InputError, match="needs at least two coders. Got 1: A"):
        reach_consensus(coding(A=["x", "", "", ""]), SEGMENTS)


def test_without_segments_the_stretches_between_spans_are_settled():
    given = coding(A=["x", "xy", "", "x"], B=["x", "x", "y", "."])
    assert reach_consensus(given).applied == reach_consensus(given, SEGMENTS).applied
    assert reach_consensus(given).ledger.rows() == reach_consensus(given, SEGMENTS).ledger.rows()


def test_spans_that_overlap_in_part_are_settled_piece_by_piece():
    spans = (CodedSpan("A", "T", 0, 10, "x"), CodedSpan("B", "T", 5, 20, "x"))
    read = (ReadSpan("A", "T", 0, 30), ReadSpan("B", "T", 0, 25))
    made = reach_consensus(Coding(spans, read, BOOK))
    assert [(a.start, a.end) for a in made.applied] == [(5, 10)]
    assert [(r.start, r.end) for r in made.read] == [(0, 5), (5, 10), (10, 20), (20, 25)]


def test_what_nobody_read_between_two_stretches_is_no_unit():
    read = tuple(ReadSpan(coder, "T", *span) for coder in "AB" for span in ((0, 5), (9, 12)))
    made = reach_consensus(Coding((), read, BOOK))
    assert [(r.start, r.end) for r in made.read] == [(0, 5), (9, 12)]
