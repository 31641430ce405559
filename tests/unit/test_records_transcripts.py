"""Turns, transcripts, segments: what they refuse, how a segment finds its way back, what is never printed."""

import datetime

import pytest

import alliance_nlp as an
from alliance_nlp.records import Segment, Segments, Transcript, Turn

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
