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
    with pytest.warns(AllianceWarning, match="No decision on 1 segment on which the coders differ"):
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
        "Before consensus: mean kappa between coders over codes .50; they differed on 1 segment."
        in made.ledger.notes[0]
    )
    assert "with the consensus .75 (no" in made.ledger.notes[1]


def test_each_way_of_settling_is_named_with_whom_it_changed():
    given = coding(A=["x", "xy", "", ".", "y"], B=["x", "x", ".", ".", "x"], C=["x", "y", ".", ".", "."])
    more = Segments(tuple(Segment("T", i, i + 1, "a") for i in range(5)), (Transcript("T", "aaaaa"),))
    unanimous, majority = (reach_consensus(given, more, rule=rule).ledger.rows() for rule in ("unanimous", "majority"))
    # the fourth segment was read by nobody and is not in the ledger
    assert [row["segment_id"] for row in unanimous] == ["T:0-1", "T:1-2", "T:2-3", "T:4-5"]
    assert [row["how"] for row in unanimous] == ["same", "unanimous", "one reader", "unanimous"]
    assert [row["agreed"] for row in unanimous] == [{"x"}, frozenset(), None, frozenset()]
    assert [row["changed_for"] for row in unanimous] == [(), ("A", "B", "C"), (), ("A", "B")]
    assert [row["how"] for row in majority] == ["same", "majority", "one reader", "majority"]
    assert [row["agreed"] for row in majority] == [{"x"}, {"x", "y"}, None, frozenset()]
    assert [row["changed_for"] for row in majority] == [(), ("B", "C"), (), ("A", "B")]
    assert [(row["A"], row["B"], row["C"]) for row in majority][2] == (frozenset(), None, None)


def test_more_than_half_of_those_who_read_is_needed():
    four = coding(A=["x", "x"], B=["x", "x"], C=["", "x"], D=["", ""])
    made = reach_consensus(four, SEGMENTS, rule="majority")
    assert sets_of(made)[:2] == (frozenset(), frozenset("x"))


def test_a_decision_wins_over_every_rule_and_over_agreement():
    both = coding(A=["x", "x", ".", "x"], B=["x", "", ".", "x"])
    settled = {"T:0-1": ["y"], "T:1-2": Settlement((), by="A"), "T:2-3": ["x", "y"]}
    made = reach_consensus(both, SEGMENTS, rule="unanimous", decisions=settled)
    assert sets_of(made) == (frozenset("y"), frozenset(), frozenset("xy"), frozenset("x"))
    assert [row["how"] for row in made.ledger.rows()] == ["discussed"] * 3 + ["same"]
    assert [row["changed_for"] for row in made.ledger.rows()] == [("A", "B"), ("A",), (), ()]
    assert [row["by"] for row in made.ledger.rows()] == ["", "A", "", ""]


def test_a_segment_says_why_when_and_by_whom_it_was_settled():
    day = datetime.date(2026, 1, 2)
    made = reach_consensus(
        coding(A=["x"], B=["y"]), SEGMENTS, decisions={"T:0-1": Settlement(("x", "y"), "A", "both", day)}
    )
    assert [(a.code_id, a.status, a.score, a.note, a.date) for a in made.applied] == [
        ("x", "consensus", None, "both", day), ("y", "consensus", None, "both", day),
    ]  # fmt: skip
    row = made.ledger[0]
    assert (row["by"], row["note"], row["date"]) == ("A", "both", day)
    assert {a.coder for a in made.applied} == {r.coder for r in made.read} == {"consensus"}
    assert made.ledger.title == "Consensus by the rule 'unanimous'"
    assert made.ledger.columns == ("segment_id", "A", "B", "agreed", "how", "changed_for", "by", "note", "date")


def test_agreement_is_the_mean_over_pairs_and_codes_that_have_one():
    three = coding(A=["x", "xy", "", ""], B=["x", "x", "", ""], C=["x", "", "x", "."])
    made = reach_consensus(three, SEGMENTS, rule="majority")
    # x: A and B alike 1; with C on three segments (2 and 2 of 3, 1 shared): (1/3 - 5/9) / (4/9) = -1/2, twice
    # y: A 1 of 4, B none: 0; with C on three segments A 1, C none: 0; B and C both never: undefined
    # before: (1 - 1/2 - 1/2 + 0 + 0) / 5; agreed x, x, none, none. x: A 1, B 1, C -1/2; y: A 0, the others undefined;
    # after: (1 + 1 - 1/2 + 0) / 4
    assert "over codes .00; they differed on 2 segments" in made.ledger.notes[0]
    assert "with the consensus .38 (no" in made.ledger.notes[1]


def test_without_any_code_agreement_is_undefined():
    made = reach_consensus(coding(A=["", ""], B=["", ""]), SEGMENTS)
    assert "over codes nan; they differed on 0 segments" in made.ledger.notes[0]


def test_a_code_that_only_the_discussion_knew_counts_in_no_figure():
    made = reach_consensus(coding(A=["x", ""], B=["x", ""]), SEGMENTS, decisions={"T:1-2": ["y"]})
    assert "over codes 1.00" in made.ledger.notes[0]
    assert "with the consensus 1.00" in made.ledger.notes[1]


def test_what_is_settled_lies_in_the_transcripts_it_was_read_in():
    spans = (CodedSpan("A", "T", 0, 4, "x"), CodedSpan("B", "U", 2, 6, "x"))
    read = (ReadSpan("B", "T", 2, 4), ReadSpan("A", "U", 0, 6))
    made = reach_consensus(Coding(spans, read, BOOK))
    assert [(r.transcript_id, r.start, r.end) for r in made.read] == [("T", 2, 4), ("U", 2, 6)]
    assert [row["segment_id"] for row in made.ledger.rows()] == ["T:0-2", "T:2-4", "U:0-2", "U:2-6"]


def test_one_problem_of_a_decision_is_said_as_one():
    with pytest.raises(InputError, match=r"decisions has 1 problem:\n  T:0-1: no code has the path 'z'$"):
        reach_consensus(coding(A=["x"], B=[""]), SEGMENTS, decisions={"T:0-1": ["x", "z"]})
    without = Coding(coding(A=["x"], B=[""]).applied, coding(A=["x"], B=[""]).read)
    assert sets_of(reach_consensus(without, SEGMENTS, decisions={"T:0-1": ["z"]}))[0] == {"z"}


def test_the_projection_may_be_another():
    spans = (CodedSpan("A", "T", 0, 1, "x"), CodedSpan("B", "T", 0, 4, "x"))
    two = Segments((Segment("T", 0, 4, "abcd"),), (Transcript("T", "abcd"),))
    read = tuple(ReadSpan(coder, "T", 0, 4) for coder in "AB")
    assert reach_consensus(Coding(spans, read, BOOK), two, projection="all").applied == ()
    assert len(reach_consensus(Coding(spans, read, BOOK), two, projection="any", coder="C").by("C").applied) == 1


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
