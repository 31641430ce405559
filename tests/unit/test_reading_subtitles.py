"""Subtitles: the traps of .vtt and .srt, each a test, and other people's parsers as oracles."""

import warnings

import pytest

from alliance_nlp import InputError
from alliance_nlp.reading import read_transcripts


def told(tmp_path, content, name="t.vtt", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (transcript,) = read_transcripts(path, **options)
    turns = [(turn.speaker, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)]
    return turns, "".join(str(item.message) for item in caught), [(t.begin_s, t.end_s) for t in transcript.turns]


def vtt(*payloads):
    cues = [f"00:{i:02}.000 --> 00:{i:02}.900\n{payload}" for i, payload in enumerate(payloads)]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("<v Ann>one</v> <v Bo>two</v>", [("Ann", "one"), ("Bo", "two")]),
        ("<v Ann>one <v Bo>two", [("Ann", "one"), ("Bo", "two")]),
        ("<v.loud.first Ann Lee>one", [("Ann Lee", "one")]),
        ("<v Ann><i>o<b>n</b>e</i> <00:00:00.500>and</v>", [("Ann", "one and")]),
        ("<v M&#252;ller>R &amp; B &lt;3</v>", [("Müller", "R & B <3")]),
        ("<v Ann>one\nmore</v>", [("Ann", "one\nmore")]),
        ("<c.yellow>one</c> a < b", [(None, "one a < b")]),
        ("<v Ann></v>", []),
    ],
)
def test_voices_tags_and_entities(tmp_path, payload, expected):
    assert told(tmp_path, vtt(payload))[0] == expected


def test_header_notes_styles_ids_and_settings_are_no_words(tmp_path):
    text = (
        "\ufeffWEBVTT - a title\nKind: captions\n\nNOTE a --> b\nmore of it\n\nSTYLE\n::cue { color: red }\n\n"
        "REGION\nid:x\n\n1\n00:01.000 --> 00:02.000 align:start position:0%\n<v Ann>one\n\n"
        "1b2c-guid/5-0\n00:03.000 --> 00:04.000\n<v Bo>two\n\nNOTE the end\n"
    )
    for end in ("\n", "\r\n", "\r"):
        turns, warned, times = told(tmp_path, text.replace("\n", end))
        assert turns == [("Ann", "one"), ("Bo", "two")]
        assert warned == ""
        assert times == [(1.0, 2.0), (3.0, 4.0)]


def test_cues_without_a_blank_line_between_keep_their_words(tmp_path):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A B>one\n00:03.000 --> 00:04.000\n<v C D>two\n"
    assert told(tmp_path, text)[0] == [("A B", "one"), ("C D", "two")]
    text = "00:00:01,000 --> 00:00:02,000\nI: one\n2\n00:00:03,000 --> 00:00:04,000\nP1: two\n"
    assert told(tmp_path, text, name="t.srt")[0] == [("I", "one"), ("P1", "two")]


def test_times_of_teams_and_with_comma(tmp_path):
    text = "WEBVTT\n\n0:0:13.540 --> 0:0:19,5\n<v Ann>one\n\n1:00:00.000 --> 1:00:01.000\n<v Bo>two"
    assert told(tmp_path, text)[2] == [(13.54, 19.5), (3600.0, 3601.0)]


def test_zoom_names_and_speech_with_colons(tmp_path):
    payloads = [
        "Ann (she/her): at 10:30 we",
        "Bo: Note: it is",
        "Ann (she/her): yes",
        "Note: nobody says this",
        "Bo: no",
    ]
    turns, warned, _ = told(tmp_path, vtt(*payloads))
    assert turns == [
        ("Ann (she/her)", "at 10:30 we"), ("Bo", "Note: it is"), ("Ann (she/her)", "yes"),
        (None, "Note: nobody says this"), ("Bo", "no"),
    ]  # fmt: skip
    assert "cue 4: 1 of 5 cues name nobody: without a speaker" in warned


def test_a_cue_without_a_name_is_nobodys_unless_names_stand_only_where_the_speaker_changes(tmp_path):
    turns, warned, _ = told(tmp_path, vtt("before", "<v Ann>one", "two", "<v Bo>three"))
    assert turns == [(None, "before"), ("Ann", "one"), (None, "two"), ("Bo", "three")]
    assert "cues 1, 3: 2 of 4 cues name nobody: without a speaker" in warned
    turns, warned, _ = told(tmp_path, vtt("<v Ann>one", "two", "<v Bo>three", "<v Ann>four", "five"))
    assert turns == [("Ann", "one"), ("Ann", "two"), ("Bo", "three"), ("Ann", "four"), ("Ann", "five")]
    assert "cues 2, 5: 2 of 5 cues name nobody; names stand only where the speaker changes" in warned
    turns, _, _ = told(tmp_path, vtt("<v Ann>one", "<v Ann>two", "<v Bo>three", "four", "<v Ann>five"))
    assert turns[3] == (None, "four")  # this file names each cue, so a cue without a name is somebody else's


@pytest.mark.parametrize("payload", ["<v Ann></v>words", "<v Ann></v>\nwords", "<v >words", "<v Ann>a</v> words"])
def test_words_outside_of_a_voice_are_nobodys(tmp_path, payload):
    turns, _, _ = told(tmp_path, vtt("<v Bo>one", "<v Cy>two", "<v Bo>three", payload))
    assert (None, "words") in turns


def test_rolling_lines_are_left_out_once_they_are_a_habit(tmp_path):
    cues = ["a", "a", "a\nb", "b", "b\nc", "c"]
    times = [(0, 2), (2, 2.01), (2.01, 4), (4, 4.01), (4.01, 6), (6, 6.01)]
    blocks = [f"00:{b:06.3f} --> 00:{e:06.3f}\n{c}" for (b, e), c in zip(times, cues, strict=True)]
    turns, warned, _ = told(tmp_path, "\n\n".join(["WEBVTT", *blocks]))
    assert [words for _, words in turns] == ["a", "b", "c"]
    assert "5 of 6 cues repeat words of the cue before; 5 lines set apart, each counts once" in warned
    turns, _, _ = told(tmp_path, vtt("mm", "yes", "yes", "mm"))  # people who repeat themselves, with a pause between
    assert [words for _, words in turns] == ["mm", "yes", "yes", "mm"]


def test_people_may_overlap_and_cues_may_last_no_time_but_backwards_is_said(tmp_path):
    text = "WEBVTT\n\n00:05.000 --> 00:09.000\n<v A B>x\n\n00:06.000 --> 00:06.000\n<v C D>y\n"
    assert told(tmp_path, text)[1] == ""
    assert "times run backwards 1 times" in told(tmp_path, f"{text}\n00:01.000 --> 00:02.000\n<v A B>z\n")[1]


def test_cues_of_one_speaker_are_merged_on_request_only(tmp_path):
    text = vtt("<v Ann>one", "<v Ann>two", "<v Bo>three", "<v Ann>four")
    assert len(told(tmp_path, text)[0]) == 4
    turns, _, times = told(tmp_path, text, merge_gap=0.5)
    assert turns == [("Ann", "one two"), ("Bo", "three"), ("Ann", "four")]
    assert times[0] == (0.0, 1.9)
    assert len(told(tmp_path, text, merge_gap=0.05)[0]) == 4
    with pytest.raises(InputError, match=r"merge_gap must be a number of seconds, 0 or more\. Got -1 instead\."):
        told(tmp_path, text, merge_gap=-1)


SRT = """1
00:00:01,000 --> 00:00:02,000
[SPEAKER_00]: one

2
00:00:03,000 --> 00:00:04,500
[SPEAKER_01]: <i>two</i>

still two

1
00:00:05.000 --> 00:00:06.000
{\\an8}[SPEAKER_00]: R &amp; B
"""


def test_srt_with_blank_lines_in_a_cue_restarted_numbers_and_points(tmp_path):
    turns, warned, times = told(tmp_path, SRT, name="t.srt")
    assert turns == [("SPEAKER_00", "one"), ("SPEAKER_01", "two\nstill two"), ("SPEAKER_00", "R &amp; B")]
    assert warned == ""
    assert times == [(1.0, 2.0), (3.0, 4.5), (5.0, 6.0)]


def test_srt_of_windows_is_read_and_said(tmp_path):
    turns, warned, _ = told(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\nI: café\n".encode("cp1252"), name="t.srt")
    assert turns == [("I", "café")]
    assert "read as Windows-1252" in warned


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("WEBVTT\n\nsoon --> later\nx\n\n00:1 -> y\n1 --> 2\n", "t.vtt has 2 problems:\n  line 3: a time was expected"),
        ("WEBVTT\n\nsome words", "t.vtt holds no cue"),
    ],
)
def test_no_subtitles_is_one_sentence(tmp_path, content, message):
    with pytest.raises(InputError) as caught:
        told(tmp_path, content)
    assert message in str(caught.value)


def test_doubtful_files_are_read_and_said(tmp_path):
    assert "does not begin with WEBVTT" in told(tmp_path, vtt("<v A B>x").removeprefix("WEBVTT"))[1]
    assert "2 lines stand outside of any cue" in told(tmp_path, vtt("<v A B>x") + "\nlost\nwords\n")[1]
    assert "no speaker found: 1 turn without" in told(tmp_path, vtt("x"))[1]
    assert "is empty" in told(tmp_path, "")[1]


def test_invisible_signs_are_no_words(tmp_path):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n\u200b\n\n00:03.000 --> 00:04.000\n\x0b\ufeff1\n\ufeff\n"
    assert [words for _, words in told(tmp_path, text)[0]] == ["1"]


def test_webvtt_py_reads_the_same_words_and_times(tmp_path):
    webvtt = pytest.importorskip("webvtt")
    text = vtt("<v Ann>one", "two\nlines", "<v Bo><i>three</i>")
    turns, _, times = told(tmp_path, text)
    theirs = webvtt.from_string(text)
    assert [cue.text for cue in theirs] == [words for _, words in turns]
    assert [(cue.start_in_seconds, cue.end_in_seconds) for cue in theirs] == [(int(b), int(e)) for b, e in times]


def test_srt_reads_the_same_words_and_times(tmp_path):
    srt = pytest.importorskip("srt")
    turns, _, times = told(tmp_path, SRT, name="t.srt")
    theirs = list(srt.parse(SRT.replace("06.000", "06,000").replace("05.000", "05,000")))
    assert [(cue.start.total_seconds(), cue.end.total_seconds()) for cue in theirs] == times
    assert len(theirs) == len(turns)
