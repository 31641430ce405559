"""Codings: spans onto segments by hand for each rule, read and unread, cut and lost, coders apart and together."""

import pytest

import alliance_nlp as an
from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    ReadSpan,
    Segment,
    Segments,
    Transcript,
    Turn,
    join_codings,
)
from alliance_nlp.records.coding import _SegmentIndex

TEXT = "abcdefghij" * 3
T = Transcript("T", TEXT, (Turn(0, 30),))
TENS = Segments(tuple(Segment("T", a, a + 10, TEXT[a : a + 10]) for a in (0, 10, 20)), (T,))
X, Y = frozenset({"x"}), frozenset({"y"})
NONE = frozenset()


def coding(*spans, read=(), coder="A", **more):
    applied = tuple(CodedSpan(coder, "T", *span) for span in spans)
    return Coding(applied, tuple(ReadSpan(coder, "T", *span) for span in read), **more)


def on(given, rule="half", segments=TENS):
    return given.on(segments, rule=rule)


@pytest.mark.parametrize(
    ("span", "half", "some", "whole"),
    [
        ((0, 10), (X, None, None), (X, None, None), (X, None, None)),
        (
            (0, 5),
            (X, None, None),
            (X, None, None),
            (None, None, None),
        ),  # half of the shorter: all of the span is inside
        ((3, 6), (X, None, None), (X, None, None), (None, None, None)),
        ((5, 15), (X, X, None), (X, X, None), (None, None, None)),  # exactly half on both sides
        ((6, 15), (None, X, None), (X, X, None), (None, None, None)),  # 4 of 9 is less than half
        ((8, 12), (X, X, None), (X, X, None), (None, None, None)),  # 2 of 4, although a fifth of the segment
        ((9, 12), (None, X, None), (X, X, None), (None, None, None)),  # 1 of 3 on the left
        ((0, 30), (X, X, X), (X, X, X), (X, X, X)),
        ((4, 26), (X, X, X), (X, X, X), (None, X, None)),
        ((10, 10), (None, None, None), (None, None, None), (None, None, None)),
    ],
)
def test_spans_become_codes_of_segments_by_each_rule(span, half, some, whole):
    for rule, expected in (("half", half), ("any", some), ("all", whole)):
        found = on(coding((*span, "x")), rule).sets["A"]
        assert [codes or None for codes in found] == list(expected), rule


@pytest.mark.parametrize(
    ("read", "half", "some", "whole"),
    [
        ((0, 30), (1, 1, 1), (1, 1, 1), (1, 1, 1)),
        ((0, 5), (1, 0, 0), (1, 0, 0), (0, 0, 0)),
        ((0, 4), (0, 0, 0), (1, 0, 0), (0, 0, 0)),
        ((5, 25), (1, 1, 1), (1, 1, 1), (0, 1, 0)),
    ],
)
def test_read_without_a_row_is_the_empty_set_and_unread_is_unknown(read, half, some, whole):
    for rule, expected in (("half", half), ("any", some), ("all", whole)):
        assert on(coding(read=[read]), rule).sets["A"] == tuple(NONE if known else None for known in expected), rule


def test_pieces_of_reading_add_up_and_overlaps_count_once():
    assert on(coding(read=[(0, 2), (2, 5), (10, 13), (11, 14)])).sets["A"] == (NONE, None, None)
    assert on(coding(read=[(0, 4), (6, 10)]), "all").sets["A"][0] is None


def test_what_was_coded_was_read():
    assert on(coding((0, 10, "x"), (10, 20, "y", "rejected"))).sets["A"] == (X, NONE, None)


def test_blank_segments_are_read_with_what_is_around_them_and_coded_only_themselves():
    blank = Segments((Segment("T", 0, 10, TEXT[:10]), Segment("T", 10, 10, "")), (T,))
    assert on(coding((0, 10, "x"), read=[(0, 30)]), segments=blank).sets["A"] == (X, NONE)
    assert on(coding((10, 10, "x")), segments=blank).sets["A"] == (None, X)
    assert on(coding(read=[(20, 30)]), segments=blank).sets["A"] == (None, None)


@pytest.mark.parametrize(
    ("status", "counted"),
    [("coded", 1), ("consensus", 1), ("suggested", 1), ("accepted", 1), ("rejected", 0), ("abstained", 0)],
)
def test_rejected_and_abstained_stay_on_record_and_are_no_codes(status, counted):
    seen = on(coding((0, 10, "x", status)))
    assert seen.sets["A"][0] == (X if counted else NONE)
    assert seen.n_spans == counted
    assert seen.abstained["A"] == (frozenset({0}) if status == "abstained" else frozenset())


def test_spans_that_were_cut_or_lost_are_counted():
    seen = on(coding((0, 10, "x"), (5, 12, "x"), (0, 20, "y"), (9, 12, "y")))
    assert (seen.n_spans, seen.n_cut, seen.n_lost) == (4, 2, 0)  # 5-12 loses 2 at its end, 9-12 loses 1 at its begin
    outside = Coding((CodedSpan("A", "T", 0, 10, "x"), CodedSpan("A", "elsewhere", 0, 10, "x")), ())
    seen = on(outside, segments=TENS[1:])
    assert (seen.n_spans, seen.n_cut, seen.n_lost) == (2, 0, 2)
    assert on(coding((0, 10, "x", "rejected")), segments=TENS[1:]).n_lost == 0


def test_overlapping_windows_each_carry_the_code():
    windows = Segments(
        (Segment("T", 0, 30, TEXT), *(Segment("T", a, a + 4, TEXT[a : a + 4]) for a in (2, 4, 6, 20))), (T,)
    )
    assert on(coding((4, 6, "x")), segments=windows).sets["A"] == (X, X, X, None, None)


def test_each_coder_is_seen_alone_and_in_order():
    both = Coding(
        (CodedSpan("B", "T", 0, 10, "x"), CodedSpan("C", "T", 10, 20, "y")),
        (ReadSpan("A", "T", 0, 10), ReadSpan("B", "T", 0, 20)),
        saw_suggestions={"A": True, "B": False},
    )
    assert both.coders == ("A", "B", "C")
    seen = on(both)
    assert seen.sets == {"A": (NONE, None, None), "B": (X, NONE, None), "C": (None, Y, None)}
    assert both.by("B").coders == ("B",)
    assert both.by("B").saw_suggestions == {"B": False}
    assert both.by("C", "A").coders == ("A", "C")
    with pytest.raises(an.InputError, match="coder must be 'A', 'B' or 'C'. Got 'D' instead"):
        both.by("A", "D")
    with pytest.raises(an.InputError, match=r"coder must be '\(no coders\)'. Got 'A'"):
        Coding((), ()).by("A")


def test_scores_stand_with_position_and_code():
    scored = Coding(
        (CodedSpan("m", "T", 0, 20, "x", "suggested", 0.7), CodedSpan("m", "T", 0, 9, "y", "suggested")), ()
    )
    assert on(scored).scores["m"] == {(0, "x"): 0.7, (1, "x"): 0.7}


def test_sets_and_scores_roll_up_to_themes():
    book = Codebook((Code("Trust", "", "slow"), Code("Trust", "", "hard"), Code("Time", "", "rush")))
    spans = [("Trust/slow", 0.2), ("Trust/hard", 0.6), ("Time/rush", 0.4), ("unknown", 0.1)]
    given = Coding(
        tuple(CodedSpan("m", "T", 0, 10, code, "suggested", s) for code, s in spans), (ReadSpan("m", "T", 0, 20),)
    )
    seen = on(given).at("theme", book)
    assert seen.sets["m"] == (frozenset({"Trust", "Time", "unknown"}), NONE, None)
    assert seen.scores["m"] == {(0, "Trust"): 0.6, (0, "Time"): 0.4, (0, "unknown"): 0.1}
    assert on(given).at("theme", None).sets["m"][0] == {code for code, _ in spans}
    assert on(given).at("code", book) == on(given)


def test_the_hand_made_study_on_its_turns(study):
    seen = study.coding.on(an.segment(study.transcripts))
    a, b = seen.sets["A"], seen.sets["B"]
    assert (len(a), sum(s is None for s in a), sum(s is None for s in b)) == (12, 0, 2)
    assert sum(x == y for x, y in zip(a, b, strict=True)) == 8
    assert (seen.n_spans, seen.n_cut, seen.n_lost) == (17, 0, 0)


@pytest.mark.parametrize("field", [(3, 2), (-1, 2)])
def test_spans_that_run_backwards_are_refused(field):
    with pytest.raises(
        an.InputError, match=f"A coded span needs 0 <= start <= end. Got start={field[0]}, end={field[1]}"
    ):
        CodedSpan("A", "T", *field, "x")
    with pytest.raises(
        an.InputError, match=f"A read span needs 0 <= start <= end. Got start={field[0]}, end={field[1]}"
    ):
        ReadSpan("A", "T", *field)


def test_a_row_without_a_code_and_an_unknown_status_are_refused():
    with pytest.raises(an.InputError, match="coded span of 'A' in 'T' at 0-5 has no code. Words that were read"):
        CodedSpan("A", "T", 0, 5, "")
    assert CodedSpan("m", "T", 0, 5, "", "abstained").code_id == ""
    with pytest.raises(an.InputError, match="status must be 'coded', .* Got 'agreed' instead"):
        CodedSpan("A", "T", 0, 5, "x", "agreed")


def test_a_rule_is_one_of_three():
    with pytest.raises(an.InputError, match="rule must be 'half', 'any' or 'all'. Got 'most' instead"):
        on(coding((0, 1, "x")), "most")


def test_codings_of_several_coders_become_one():
    book = Codebook((Code("", "", "x"),))
    joined = join_codings(
        [coding((0, 1, "x"), codebook=book), coding(read=[(0, 9)], coder="B", saw_suggestions={"B": True})]
    )
    assert (joined.coders, joined.codebook, joined.saw_suggestions) == (("B", "A"), book, {"B": True})
    with pytest.raises(an.InputError, match="Each coder may come from one coding only. In two or more: 'A'"):
        join_codings([coding((0, 1, "x")), coding(read=[(0, 1)])])
    with pytest.raises(an.InputError, match="The codings belong to different codebooks"):
        join_codings([coding(codebook=book, read=[(0, 1)]), coding(coder="B", read=[(0, 1)], codebook=Codebook(()))])


def test_rows_frames_and_print(study):
    assert study.coding.rows()[0]["code_id"] == "Trust/building trust/demanding"
    assert study.coding.to_frame().shape == (17, 9)
    assert repr(study.coding) == "Coding(17 applications by 2 coders: 'A', 'B')"
    assert repr(on(coding((0, 9, "x")))) == "ProjectedCoding(1 coder on 3 segments, rule='half', 0 lost)"
    assert repr(study) == "Study(synthetic, 2 transcripts, 3 codes, 2 coders, no consensus)"


def test_a_span_is_held_against_the_segments_that_can_reach_it_and_no_others():
    index = _SegmentIndex(TENS)  # 0-10, 10-20, 20-30; the longest is of 10 letters
    assert [at for *_, at in index.near("T", 22, 25)] == [2]
    assert [at for *_, at in index.near("T", 20, 20)] == [1, 2]
    assert [at for *_, at in index.near("T", 3, 10)] == [0, 1]
    assert list(index.near("elsewhere", 0, 30)) == []
