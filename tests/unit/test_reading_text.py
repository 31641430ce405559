"""Plain text: encodings, names and times in their real variants, and what is said of guesses."""

import codecs
import warnings

import pytest

from alliance_nlp import AllianceWarning, InputError
from alliance_nlp.reading import read_transcripts


def read(tmp_path, content, name="t.txt", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    (transcript,) = read_transcripts(path, **options)
    return transcript


def told(tmp_path, content, **options):
    """Read a file and give its turns as tuples, with what was warned."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        transcript = read(tmp_path, content, **options)
    turns = [(turn.speaker, turn.role, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)]
    assert len(caught) <= 1  # one warning per read
    assert all(item.category is AllianceWarning for item in caught)
    return turns, "".join(str(item.message) for item in caught)


def speakers_and_words(tmp_path, content, **options):
    turns, _ = told(tmp_path, content, **options)
    return [(speaker, words) for speaker, _, words in turns]


@pytest.mark.parametrize(
    "data",
    [
        "I: Hé\r\nP1: 你好".encode(),
        codecs.BOM_UTF8 + "I: Hé\r\nP1: 你好".encode(),
        codecs.BOM_UTF16_LE + "I: Hé\r\nP1: 你好".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "I: Hé\r\nP1: 你好".encode("utf-16-be"),
        codecs.BOM_UTF32_LE + "I: Hé\r\nP1: 你好".encode("utf-32-le"),
    ],
)
def test_encodings_with_and_without_mark_give_the_same_verbatim_text(tmp_path, data):
    transcript = read(tmp_path, data)
    assert transcript.text == "I: Hé\r\nP1: 你好"
    assert [transcript.turn_text(i) for i in range(2)] == ["Hé", "你好"]


@pytest.mark.parametrize("kind", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark_is_seen_and_said(tmp_path, kind):
    turns, warned = told(tmp_path, "I: why?\nP1: no idea".encode(kind))
    assert [words for _, _, words in turns] == ["why?", "no idea"]
    assert f"its NUL bytes say {kind}" in warned


@pytest.mark.parametrize("words", ["не знаю", "δεν ξέρω", "不知道", "わからない", "לא יודע", "لا أعرف", "मुझे नहीं पता"])
@pytest.mark.parametrize("kind", ["utf-16-le", "utf-16-be"])
def test_utf16_of_letters_with_few_nuls_stays_what_it_is(tmp_path, kind, words):
    turns, warned = told(tmp_path, f"I: {words}?\nP1: {words * 9}".encode(kind))
    assert turns[1][2] == words * 9
    assert f"its NUL bytes say {kind}" in warned


def test_windows_1252_is_read_and_said_with_its_line(tmp_path):
    turns, warned = told(tmp_path, "I: why?\nP1: caf\u00e9 \u2013 \u201cyes\u201d".encode("cp1252"))
    assert turns[1][2] == "café – “yes”"
    assert "t.txt: is not UTF-8 (first on line 2), read as Windows-1252; if so, say encoding='cp1252'" in warned


def test_a_named_encoding_is_obeyed_without_a_warning(tmp_path):
    assert read(tmp_path, "I: café".encode("cp1252"), encoding="cp1252").turn_text(0) == "café"
    assert read(tmp_path, "I: Привет".encode("koi8-r"), encoding="koi8-r").turn_text(0) == "Привет"


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (
            "I: é\nP1: é".encode() + "\nI: é".encode("cp1252"),
            {},
            "mixes encodings: line 3 is not UTF-8, lines 1, 2 are",
        ),
        (b"I: a\nP1: \x81\x8d", {}, "neither UTF-8 nor Windows-1252: byte 0x81 at position 9, line 2"),
        (b"I: a\nP1: \xe9", {"encoding": "utf-8"}, "is not utf-8, which you named: byte 0xe9 at position 9, line 2"),
        (codecs.BOM_UTF8 + b"I: \xff", {}, "is not utf-8, which its byte order mark announces: byte 0xff"),
        (b"I: a", {"encoding": "cp999999"}, "encoding must be one that Python knows, such as 'cp1252'. Got 'cp999999'"),
        (b"PK\x03\x04rest", {}, "is not a text file: it begins like a zip archive, as .docx, .xlsx and .odt are"),
        (b"%PDF-1.7", {}, "it begins like a PDF"),
        (b"\x00\x01\x02\x03" * 9 + b"\xff", {}, "it holds NUL bytes, the first at position 0"),
        (b"I: why?\nP1: no \0time", {}, "it holds NUL bytes, the first at position 15"),  # even: pairs would be letters
        ("I: hvorfor?\nP1: gr\u00e5t, \0å ja".encode(), {}, "it holds NUL bytes, the first at position 23"),
        (b"I: a\nP1: \x07b", {}, "line 2 holds the control character 0x07"),
    ],
)
def test_what_is_no_text_is_one_sentence_with_its_place(tmp_path, data, options, message):
    with pytest.raises(InputError) as caught:
        read(tmp_path, data, **options)
    assert message in str(caught.value)
    assert "t.txt" in str(caught.value) or options


def test_an_empty_file_is_a_transcript_without_turns_and_said(tmp_path):
    turns, warned = told(tmp_path, " \n\n")
    assert turns == []
    assert "t.txt: is empty: a transcript without turns" in warned


def test_a_megabyte_in_one_turn_is_one_turn(tmp_path):
    words = "it takes time " * 75_000
    transcript = read(tmp_path, f"P1: {words}\n\nModerator: thank you")
    assert [turn.end - turn.start for turn in transcript.turns] == [len(words) - 1, 9]


# what people write before the words, and what it must become
VARIANTS = {
    "plain": ("I: one\n\nP1: two", [("I", "one"), ("P1", "two")]),
    "continued lines": ("I: one\nmore\n\neven more\nP1: two", [("I", "one\nmore\n\neven more"), ("P1", "two")]),
    "no space": ("I:one\nP1:two", [("I", "one"), ("P1", "two")]),
    "numbered": ("Speaker 1:  one\n\nSpeaker 2:  two", [("Speaker 1", "one"), ("Speaker 2", "two")]),
    "bracketed marks": ("[id1] one\n\n[id2] two", [("id1", "one"), ("id2", "two")]),
    "whisperX": ("[SPEAKER_00]: one\n[SPEAKER_01]: two", [("SPEAKER_00", "one"), ("SPEAKER_01", "two")]),
    "time before": ("[00:00:01] I: one\n[00:00:09] P1: two", [("I", "one"), ("P1", "two")]),
    "bare time before": (
        "00:01 Ann: one\n00:09 Bo: two\n00:12 Ann: ha",
        [("Ann", "one"), ("Bo", "two"), ("Ann", "ha")],
    ),
    "time after": ("Speaker 1 (00:05):\none\nSpeaker 2 (00:09):\ntwo", [("Speaker 1", "one"), ("Speaker 2", "two")]),
    "time inside": ("I: [00:00:01] one\nP1: [00:00:09] two", [("I", "one"), ("P1", "two")]),
    "otter": ("Ann Lee  0:05\none\n\nBo Ray  0:09\ntwo\nmore\n", [("Ann Lee", "one"), ("Bo Ray", "two\nmore")]),
    "f4": ("I: one #00:00:05-3#\n\nB1: two #00:01:02-0#", [("I", "one"), ("B1", "two")]),
    "teams": (
        "0:0:1.5 --> 0:0:3.2\nAnn Lee\none\n\n0:0:4.1 --> 0:0:5.0\nBo\ntwo\n\n0:0:6.0 --> 0:0:7.0\nAnn Lee\nthree\n\n"
        "0:0:8.0 --> 0:0:9.0\nBo\nfour",
        [("Ann Lee", "one"), ("Bo", "two"), ("Ann Lee", "three"), ("Bo", "four")],
    ),
    "time and name on a line of their own": (
        "00:00:05 Ann\none\n\n00:00:09 Bo\ntwo\nmore\n\n00:00:12 Ann\nthree\n\n00:00:15 Bo\nfour",
        [("Ann", "one"), ("Bo", "two\nmore"), ("Ann", "three"), ("Bo", "four")],
    ),
    "a time on every line": ("[0:01] yes\n[0:02] yes\n[0:03] no", [(None, "yes"), (None, "yes"), (None, "no")]),
    "tabs": ("I\tone\nP1\ttwo", [("I", "one"), ("P1", "two")]),
    "time, tab, name, tab": ("00:01\tI\tone\n00:09\tP1\ttwo", [("I", "one"), ("P1", "two")]),
    "captioners": (">> one\n>> ANN: two\n>> three", [(None, "one"), ("ANN", "two"), (None, "three")]),
    "full-width colon": (
        "主持人：一\n小明：二\n主持人：三\n小明：四",
        [("主持人", "一"), ("小明", "二"), ("主持人", "三"), ("小明", "四")],
    ),
    "upper and lower case are one person": (
        "ANN: one\nBo: x\nAnn: two\nBo: y",
        [("ANN", "one"), ("Bo", "x"), ("ANN", "two"), ("Bo", "y")],
    ),
    "pronouns": (
        "Ann (she/her): one\nBo: two\nAnn (she/her): three\nBo: four",
        [("Ann (she/her)", "one"), ("Bo", "two"), ("Ann (she/her)", "three"), ("Bo", "four")],
    ),
    "everybody is nobody": ("I: one\nAll: ha\nSeveral: ha", [("I", "one"), (None, "ha"), (None, "ha")]),
    "nothing said": ("I:\nP1: two", [("I", ""), ("P1", "two")]),
    "a clock in speech": ("I: one\nat 10:30 we ate\nP1: two", [("I", "one\nat 10:30 we ate"), ("P1", "two")]),
    "a time that begins a line of speech": (
        "I: one\n10:30 Meeting: that\nP1: two",
        [("I", "one\n10:30 Meeting: that"), ("P1", "two")],
    ),
    "an address": ("I: one\nhttp://x.org is it\nP1: two", [("I", "one\nhttp://x.org is it"), ("P1", "two")]),
    "transcriber's remarks": ("I: one\n[laughter] yes\nP1: two", [("I", "one\n[laughter] yes"), ("P1", "two")]),
    "each named once": ("Ann: one\n\nBo: two\n\nCy: three", [("Ann", "one"), ("Bo", "two"), ("Cy", "three")]),
    "paragraphs without names": ("one\nmore\n\ntwo", [(None, "one\nmore"), (None, "two")]),
    "lines without names": ("one\ntwo\nthree", [(None, "one"), (None, "two"), (None, "three")]),
    "whisper": ("[00:00.000 --> 00:04.000]  one\n[00:04.000 --> 00:08.000]  two", [(None, "one"), (None, "two")]),
}


@pytest.mark.parametrize("kind", VARIANTS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_variants_of_names_and_times(tmp_path, kind, end):
    content, expected = VARIANTS[kind]
    found = speakers_and_words(tmp_path, content.replace("\n", end))
    assert found == [(speaker, words.replace("\n", end)) for speaker, words in expected]


def test_hard_wrapped_lines_belong_to_their_turn_and_a_short_file_is_one_paragraph(tmp_path):
    wrapped = "Speaker 1:          We were asked to look at the whole of it before\nthe summer, and so we did.\n"
    other = "Speaker 2:          All of it? That would have taken more than a\nsummer, I think.\n"
    found = speakers_and_words(tmp_path, f"{wrapped}\n{other}\n{wrapped}")
    assert [speaker for speaker, _ in found] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert found[1][1] == "All of it? That would have taken more than a\nsummer, I think."
    line = "these words were broken at a margin by somebody long ago"
    assert len(speakers_and_words(tmp_path, f"{line} ok\n{line} a\n{line} bc\nend")) == 1


def test_a_wrapped_line_never_invents_a_speaker_where_names_begin_paragraphs(tmp_path):
    text = "Ann: well\nRemember: it\nRemember: is\n\nBo: yes\n\nAnn: no\n\nBo: oh"
    assert [speaker for speaker, _ in speakers_and_words(tmp_path, text)] == ["Ann", "Bo", "Ann", "Bo"]


def test_a_name_that_occurs_once_is_left_among_the_words_and_said_unless_the_caller_names_it(tmp_path):
    text = "I: one\nmore\nCarla: only once\nP1: two\nlong\nlonger\nlongest"
    turns, warned = told(tmp_path, text)
    assert [turn[0] for turn in turns] == ["I", "P1"]
    assert "t.txt: line 3: what may be a name, seen once, was left among the words" in warned
    assert "Carla" not in warned
    assert [turn[:2] for turn in told(tmp_path, text, roles={"Carla": "participant"})[0]] == [
        ("I", "moderator"), ("Carla", "participant"), ("P1", "participant"),
    ]  # fmt: skip


def test_a_title_block_is_left_out_and_text_above_the_first_speaker_has_no_speaker(tmp_path):
    turns, warned = told(tmp_path, "Date: 3 May\nInterviewer: KL\nPlace: here\n\nI: one\n\nP1: two")
    assert [turn[2] for turn in turns] == ["one", "two"]
    assert "t.txt: lines 1-3: read as a title block; left out of the turns" in warned
    turns, warned = told(tmp_path, "A group in May\n\nIt rained.\n\nI: one\n\nP1: two")
    assert [turn[0] for turn in turns] == [None, None, "I", "P1"]
    assert "lines 1, 3: above the first speaker, so turns without a speaker" in warned


def test_where_only_one_person_is_named_other_paragraphs_have_no_speaker(tmp_path):
    turns, warned = told(tmp_path, "MODERATOR: one\n\nwell, yes\n\nMODERATOR: two\n\nno")
    assert turns == [
        ("MODERATOR", "moderator", "one"),
        (None, None, "well, yes"),
        ("MODERATOR", "moderator", "two"),
        (None, None, "no"),
    ]
    assert "only one speaker is named; 2 turns have no speaker" in warned


def test_no_speaker_at_all_is_said(tmp_path):
    assert "no speaker found: 2 turns without a speaker" in told(tmp_path, "one\n\ntwo")[1]


def test_times_are_seconds_and_never_invented(tmp_path):
    def times(content):
        return [(turn.begin_s, turn.end_s) for turn in read(tmp_path, content).turns]

    assert times("[00:01:02] I: one\n[01:00:00,5] P1: two") == [(62.0, None), (3600.5, None)]
    assert times("I: one #00:00:05-3#\n\nB1: two #00:01:02-0#") == [(None, 5.3), (None, 62.0)]
    assert times("I: one\nP1: [0:05] two") == [(None, None), (5.0, None)]
    assert times("0:0:1.5 --> 0:0:3.2\nI\none\n\n0:0:4.1 --> 0:0:5.0\nP1\ntwo") == [(1.5, 3.2), (4.1, 5.0)]
    assert "times run backwards 1 times" in told(tmp_path, "[00:09] I: one\n[00:01] P1: two")[1]


def test_offsets_survive_marks_and_joiners(tmp_path):
    text = "P1: e\u0301 \U0001f469\u200d\U0001f467 \u05e9\u05dc\u05d5\u05dd\u200f\r\n\r\nI: \u65e5\u672c\u8a9e\u3002"
    transcript = read(tmp_path, text)
    assert transcript.text == text
    assert transcript.turn_text(0) == "e\u0301 \U0001f469\u200d\U0001f467 \u05e9\u05dc\u05d5\u05dd\u200f"
    assert transcript.turn_text(1) == "\u65e5\u672c\u8a9e\u3002"


def test_somebody_may_be_called_like_the_beginning_of_a_sound_file(tmp_path):
    assert speakers_and_words(tmp_path, "ID3: one\n\nID4: two") == [("ID3", "one"), ("ID4", "two")]
    with pytest.raises(InputError, match="it begins like sound"):
        read(tmp_path, b"ID3\x04\x00\x00rest")


@pytest.mark.parametrize("sign", ["\x0b", "\u2028", "\u2029"])
def test_soft_breaks_part_names_from_words_but_count_no_line(tmp_path, sign):
    found = speakers_and_words(
        tmp_path, f"Ann 0:05{sign}one{sign}more\nBo 0:09{sign}two\nAnn 0:12{sign}x\nBo 0:13{sign}y"
    )
    assert found == [("Ann", f"one{sign}more"), ("Bo", "two"), ("Ann", "x"), ("Bo", "y")]


def test_numbers_of_lines_are_passed_over_and_said(tmp_path):
    turns, warned = told(tmp_path, "1 I: one\n2 more\n3 P1: two\n4\n5 I: 3 of them\n")
    assert turns == [
        ("I", "moderator", "one\nmore"),
        ("P1", "participant", "two"),
        ("I", "moderator", "3 of them"),
    ]
    assert "its lines are numbered: the numbers were set apart" in warned


def test_no_words_of_a_transcript_reach_a_warning_an_error_or_the_log(tmp_path, caplog):
    caplog.set_level("DEBUG")
    _, warned = told(tmp_path, "Zwetschge one\n\nI: Zwetschge\n\nZwetschge: a\n\nP1: Zwetschge\nx\ny\nz\nq: Zwetschge")
    with pytest.raises(InputError) as caught:
        read(tmp_path, b"I: Zwetschge \x81")
    assert "Zwetschge" not in warned + str(caught.value) + caplog.text
