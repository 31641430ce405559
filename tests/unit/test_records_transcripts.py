"""Turns, transcripts, segments: what they refuse, how a segment finds its way back, what is never printed."""

import datetime

import pytest
from hypothesis import given, settings, strategies as st

import alliance_nlp as an
from alliance_nlp.records import ReadSpan, Segment, Segments, Transcript, Turn
from alliance_nlp.records.transcripts import refuse_outside, span_of

TEXT = "M: Why?\nP1: We listen.\nP2: Mm."
TURNS = (Turn(3, 7, "M", "moderator", 0.0, 1.5), Turn(12, 22, "P1", "participant"), Turn(27, 30, "P2", "participant"))


@pytest.fixture
def transcript():
    return Transcript("T1", TEXT, TURNS, datetime.date(2025, 3, 19), source="T1.txt")


@pytest.fixture
def segments(transcript):
    cut = [
        Segment("T1", t.start, t.end, TEXT[t.start : t.end], t.speaker, t.role, k + 1, k)
        for k, t in enumerate(TURNS[1:])
    ]
    return Segments(tuple(cut), (transcript,))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_turns_that_run_backwards_are_refused(start, end):
    with pytest.raises(an.InputError, match=f"A turn needs 0 <= start <= end. Got start={start}, end={end}"):
        Turn(start, end)


def test_a_role_is_one_of_three_or_unknown():
    with pytest.raises(
        an.InputError, match="role must be 'participant', 'moderator' or 'co-moderator'. Got 'Moderator'"
    ):
        Turn(0, 1, "M", "Moderator")
    assert Turn(0, 0).role is None


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        ((Turn(0, 3), Turn(2, 4)), "Turn 1 has start=2, end=4; the one before it ends at 3"),
        ((Turn(3, 4), Turn(0, 1)), "Turn 1 has start=0, end=1; the one before it ends at 4"),
        ((Turn(0, 7),), "inside its 6 characters. Turn 0 has start=0, end=7"),
    ],
)
def test_turns_follow_one_another_inside_the_text(turns, message):
    with pytest.raises(an.InputError, match=message) as caught:
        Transcript("T1", "secret", turns)
    assert "secret" not in str(caught.value)


def test_a_transcript_needs_an_id():
    with pytest.raises(an.InputError, match="A transcript needs an id. Got an empty one"):
        Transcript("", "words")


def test_a_transcript_tells_turns_speakers_and_session(transcript):
    assert [transcript.turn_text(k) for k in range(3)] == ["Why?", "We listen.", "Mm."]
    assert transcript.speakers == ("M", "P1", "P2")
    assert transcript.session_name == "T1"
    assert Transcript("T1b", "", session="first").session_name == "first"
    assert transcript.rows()[0] == {
        "transcript_id": "T1", "turn": 0, "speaker": "M", "role": "moderator", "begin_s": 0.0, "end_s": 1.5, "start": 3,
        "end": 7, "text": "Why?"}  # fmt: skip
    assert transcript.to_frame()["text"].tolist() == ["Why?", "We listen.", "Mm."]
    assert Transcript("T1", TEXT, list(TURNS), datetime.date(2025, 3, 19), source="T1.txt") == transcript


def test_offsets_count_code_points():
    text = "👩\u200d👧 e\u0301\r\nשלום"
    assert Transcript("T", text, (Turn(4, 6), Turn(8, 12))).turn_text(1) == "שלום"


def test_a_segment_leads_back_to_its_turn_session_neighbors_and_question(segments, transcript):
    first, second = segments
    assert first.id == "T1:12-22"
    assert segments.index_of("T1:27-30") == 1
    assert segments.transcript_of(first) is transcript
    assert segments.turn_of(second) == TURNS[2]
    assert segments.session_of(first) == "T1"
    assert segments.neighbors(first) == (second,)
    assert segments.neighbors(second, n=5) == (first,)
    assert segments.question_before(second) == "Why?"


def test_neighbors_and_questions_stay_in_their_transcript():
    talk = [Transcript(name, "ab", (Turn(0, 1, "P", "participant"), Turn(1, 2, "P", "participant"))) for name in "XY"]
    cut = tuple(Segment(t.id, k, k + 1, "ab"[k], turn=k) for t in talk for k in range(2))
    segments = Segments(cut, tuple(talk))
    assert segments.neighbors(cut[2], n=3) == (cut[3],)
    assert segments.question_before(cut[3]) is None


def test_segments_are_a_sequence_that_keeps_its_transcripts(segments, transcript):
    assert (len(segments), segments[1].text, segments.texts) == (2, "Mm.", ["We listen.", "Mm."])
    assert isinstance(segments[:1], Segments)
    assert segments[:1].transcripts == (transcript,)
    assert segments.take([1, 0]).ids == ("T1:27-30", "T1:12-22")
    assert segments.take([]).items == ()
    assert segments[0] in segments
    assert segments.rows()[1]["segment_id"] == "T1:27-30"
    assert segments.to_frame().shape == (2, 10)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([Segment("T2", 0, 1, "M")], r"Segment 0 \(T2:0-1\) lies in transcript 'T2', which is not among the 1 given"),
        (
            [Segment("T1", 12, 22, "We listen.", turn=1), Segment("T1", 0, 1, "secret")],
            r"words of segment 1 \(T1:0-1\)",
        ),
        ([Segment("T1", 27, 99, "Mm.")] * 2, "1 segments are given twice"),
    ],
)
def test_segments_that_are_not_of_their_transcripts_are_refused(transcript, items, message):
    with pytest.raises(an.AlignmentError, match=message) as caught:
        Segments(tuple(items), (transcript,))
    assert "secret" not in str(caught.value)


def test_two_transcripts_of_one_id_and_unknown_ids_are_refused(segments, transcript):
    with pytest.raises(an.AlignmentError, match="Two transcripts have the same id"):
        Segments((), (transcript, transcript))
    with pytest.raises(an.InputError, match="No segment has the id 'T1:0-1'. There are 2 segments"):
        segments.index_of("T1:0-1")


def test_what_is_printed_holds_no_words(segments, transcript):
    printed = repr(transcript) + repr(segments) + str(segments) + repr(segments[0]) + f"{segments[0]}"
    assert "listen" not in printed
    assert repr(transcript) == "Transcript('T1', 3 turns, 3 speakers)"
    assert repr(segments) == "Segments(2 segments of 1 transcript, unit='turn')"
    assert repr(segments[0]) == "Segment('T1:12-22', 10 characters)"


def test_spans_outside_are_named_with_the_reason():
    known = (Transcript("T1", "12345"), Transcript("T2", ""))
    refuse_outside("spans", [ReadSpan("A", "T1", 0, 5), ReadSpan("A", "T2", 0, 0)], known)
    refuse_outside("spans", [ReadSpan("A", "T9", 0, 99)], known, strangers=True)
    for span, strangers, why in (
        (ReadSpan("A", "T1", 2, 6), True, "Position 1 is T1:2-6; 'T1' has 5 characters. Was"),
        (ReadSpan("A", "T2", 0, 1), False, "Position 1 is T2:0-1; 'T2' has 0 characters. Was"),
        (ReadSpan("A", "T9", 0, 0), False, "Position 1 is T9:0-0; 'T9' is not among the 2 transcripts. Was"),
    ):
        with pytest.raises(an.AlignmentError, match="spans must lie inside the transcripts") as caught:
            refuse_outside("spans", [ReadSpan("A", "T1", 0, 1), span], known, strangers=strangers)
        assert why in str(caught.value)


@st.composite
def talks(draw):
    """Make a transcript of turns with and without gaps, blank ones too, and some words of it."""
    kinds = st.sampled_from(["participant", "moderator", "co-moderator", None])
    turns, at = [], 0
    for gap, length, role, silent in draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), kinds, st.booleans()), max_size=6)
    ):
        uses = frozenset({"quotation"} if silent else {"machine"} if role is None else ())
        turns.append(Turn(at + gap, at + gap + length, "P", role, refuses=uses))
        at += gap + length
    start = draw(st.integers(0, at + 1))
    return Transcript("T", "x" * (at + 1), tuple(turns)), start, draw(st.integers(start, at + 1))


@settings(max_examples=300, deadline=None)
@given(talks())
def test_words_lead_to_the_turn_that_shares_letters_with_them(talk):
    transcript, start, end = talk
    shares = [bool(set(range(t.start, t.end)) & set(range(start, end))) for t in transcript.turns]
    there = [
        k for k, t in enumerate(transcript.turns) if shares[k] or (t.start, t.end) == (start, end)
    ]  # fmt: skip
    before = [k for k, t in enumerate(transcript.turns) if t.start <= start]
    expected = there[0] if there else before[-1] if before else None
    assert transcript.turn_at(start, end) == expected
    answers = [k for k, t in enumerate(transcript.turns) if shares[k] and t.role in (None, "participant")]
    assert transcript.answer_at(start, end) == (answers[0] if answers else expected)
    said = [t.refuses for k, t in enumerate(transcript.turns) if shares[k]]
    assert transcript.refuses(start, end) == frozenset().union(*said)
    assert transcript.shown(start, end).count("[not quoted") == sum("quotation" in uses for uses in said)


@given(talks())
def test_the_question_before_a_turn_is_the_last_one_asked(talk):
    transcript, *_ = talk
    for index in range(len(transcript.turns)):
        asked = [k for k in range(index) if transcript.turns[k].role == "moderator"]
        assert transcript.question_turn(index) == (asked[-1] if asked else None)


@pytest.mark.parametrize(
    ("segment_id", "found"),
    [
        ("T1:4-14", ("T1", 4, 14)), ("a:b:4-4", ("a:b", 4, 4)), ("T1:5-4", None), (":4-14", None), ("T1:x-9", None),
        ("T1:4-x", None), ("T1:4", None), ("", None),
    ],
)  # fmt: skip
def test_an_id_of_a_segment_is_read_back(segment_id, found):
    assert span_of(segment_id) == found


def test_a_segment_is_of_a_turn_that_there_is():
    for turns, last in ((0, 0), (1, 0), (2, 1)):
        transcript = Transcript("T", "ab", tuple(Turn(k, k + 1) for k in range(turns)))
        assert Segments((Segment("T", 0, 1, "a", turn=last),), (transcript,))[0].turn == last
        with pytest.raises(an.AlignmentError, match=f"is of turn {last + 1}. There"):
            Segments((Segment("T", 0, 1, "a", turn=last + 1),), (transcript,))


def test_as_many_neighbors_as_asked_for_on_each_side():
    segments = Segments(tuple(Segment("T", k, k + 1, "abcde"[k]) for k in range(5)), (Transcript("T", "abcde"),))
    assert [s.text for s in segments.neighbors(segments[2])] == ["b", "d"]
    assert [s.text for s in segments.neighbors(segments[1], n=2)] == ["a", "c", "d"]
    assert [s.text for s in segments.neighbors(segments[4], n=0)] == []


def test_the_speakers_of_segments_are_those_who_are_named(segments, transcript):
    assert segments.speakers == {"P1", "P2"}
    assert Segments((Segment("T1", 0, 1, "M"),), (transcript,)).speakers == frozenset()


def test_a_turn_may_take_no_time_but_not_run_backwards():
    assert Turn(0, 1, begin_s=2.0, end_s=2.0).end_s == 2.0
    assert Turn(0, 1, begin_s=2.0).end_s is None
    with pytest.raises(an.InputError, match=r"begin_s <= end_s. Got begin_s=2.0, end_s=1.5"):
        Turn(0, 1, begin_s=2.0, end_s=1.5)
