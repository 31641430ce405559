"""Segments by hand: which turns are kept, where sentences, paragraphs and windows begin, what is said about it."""

import re
import warnings

import pytest

import alliance_nlp as an
from alliance_nlp.records import Transcript, Turn
from alliance_nlp.segments import segment, sentence_spans


def one(text, speaker="P1", role="participant"):
    return Transcript("T", text, (Turn(0, len(text), speaker, role),))


def texts(text, unit, **options):
    return segment(one(text), unit=unit, **options).texts


def sentences(text):
    return [text[start:end] for start, end in sentence_spans(text)]


def test_turns_of_participants_are_kept_with_speaker_turn_and_position(study):
    segments = segment(study.transcripts)
    assert len(segments) == 12
    assert {s.speaker for s in segments} == {"P1", "P2", "P3"}
    assert [s.position for s in segments] == [0, 1, 2, 3, 4, 5] * 2
    assert [s.turn for s in segments[:6]] == [1, 2, 3, 5, 6, 7]
    assert segments[0].id == "S1:35-70"
    assert segments.question_before(segments[3]) == "And time?"
    assert segments.neighbors(segments[5]) == (segments[4],)
    assert segments.unit == "turn"


def test_roles_choose_whose_turns_are_kept(study):
    assert len(segment(study.transcripts, roles="all")) == 15
    assert len(segment(study.transcripts, roles=("moderator",))) == 3
    with pytest.warns(an.AllianceWarning, match=r"2 transcripts with 15 turns \(12 participant, 3 moderator\)"):
        assert segment(study.transcripts, roles=()).items == ()


def test_one_transcript_or_any_iterable_of_them_will_do(study):
    assert len(segment(study.transcripts[0])) == 6
    assert segment(iter(study.transcripts)) == segment(list(study.transcripts))
    assert len(segment(())) == 0


@pytest.mark.parametrize("items", [[], [""], ["a", "", "b"], ["", "", ""], ["One. Two.", " ", "P1: no speaker"]])
def test_a_list_of_strings_keeps_its_length_without_a_warning(items):
    segments = segment(an.read_transcripts(items))
    assert segments.texts == items


def test_turns_of_unknown_role_stay_and_are_counted_where_speakers_are_named():
    text = "abcd"
    turns = (Turn(0, 1, "M", "moderator"), Turn(1, 2, "X"), Turn(2, 3), Turn(3, 4, "P1", "participant"))
    with pytest.warns(an.AllianceWarning, match="2 turns of unknown role in 1 transcript kept") as caught:
        kept = segment(Transcript("T", text, turns))
    assert kept.texts == ["b", "c", "d"]
    assert caught[0].filename == __file__
    assert "abcd" not in str(caught[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # whoever says which roles to keep has decided
        assert segment(Transcript("T", text, turns), roles=("participant", None)).texts == ["b", "c", "d"]


def test_words_without_a_segment_are_said_so():
    with pytest.warns(an.AllianceWarning, match=r"No segment came of 1 transcript with 1 turn \(1 moderator\)"):
        assert len(segment(one("Why?", "M", "moderator"))) == 0
    with pytest.warns(an.AllianceWarning, match=r"with 0 turns \(none\)"):
        segment(Transcript("T", "words, but no turns"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing was said, so nothing is missing
        assert len(segment(one(" \n"), unit="sentence")) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It takes time. We listen.", ["It takes time.", "We listen."]),
        ("Dr. Lee said 3.5 hours, e.g. at home. Or?", ["Dr. Lee said 3.5 hours, e.g. at home.", "Or?"]),
        ('"Really?" she asked. Yes!', ['"Really?" she asked.', "Yes!"]),
        ("Mm... I don't know -- maybe. [unclear] (.) yes", ["Mm...", "I don't know -- maybe.", "[unclear] (.) yes"]),
        ("He lied to me. Uh, twice. Mm. Yeah.", ["He lied to me.", "Uh, twice.", "Mm.", "Yeah."]),
        ("We do (a) this and (b) that. Yes.", ["We do (a) this and (b) that.", "Yes."]),
        ("1. It is slow. 2. It is loud. 30", ["1. It is slow.", "2. It is loud.", "30"]),
        ("Then the U.S. Then Oslo. See no. 4, p. 3.", ["Then the U.S.", "Then Oslo.", "See no. 4, p. 3."]),
        ("I asked ... I waited. half \ud800. Yes.", ["I asked ...", "I waited.", "half \ud800.", "Yes."]),
        ("no stop at all", ["no stop at all"]),
        ("this is\r\nwrapped. And\ngoes on", ["this is\r\nwrapped.", "And\ngoes on"]),
        ("first\n\nsecond. Third", ["first", "second.", "Third"]),
        ("Well. 👍 Fine.", ["Well.", "👍 Fine."]),
        ("... Yes. -- ?", ["... Yes. -- ?"]),
        ("…", ["…"]),
        ("one \x1c1. two", ["one \x1c1.", "two"]),
        ("", []),
        (" \r\n\t\u2003", []),
    ],
)  # fmt: skip
def test_sentences_by_hand(text, expected):
    assert sentences(text) == expected
    assert texts(text, "sentence") == expected


def test_characters_that_the_splitter_uses_inside_lose_nothing():
    text = "∯ one. ȸ two & three. Here we are. And there."
    found = sentences(text)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert found[-1] == "And there."


def test_paragraphs_part_at_blank_lines_only():
    assert texts("a\r\nb\r\n \t\r\nc\n\n\n  d\u2029e\rf\r\rg", "paragraph") == ["a\r\nb", "c", "d", "e\rf", "g"]
    assert texts("a\r\nb", "paragraph") == ["a\r\nb"]
    assert texts(" \n\n ", "paragraph") == []


def test_windows_slide_over_the_sentences_of_one_turn():
    text = "One is. Two is. Three is. Four is. Five is."
    assert texts(text, "window") == ["One is. Two is. Three is.", "Three is. Four is. Five is."]
    assert texts(text, "window", window=2, overlap=0) == ["One is. Two is.", "Three is. Four is.", "Five is."]
    assert texts(text, "window", window=9) == [text]
    assert texts("One is. Two is. Three is. Four is.", "window") == ["One is. Two is. Three is.", "Three is. Four is."]
    assert texts("", "window") == []


def test_segments_never_cross_a_turn():
    text = "it goes on and then it ends. Yes."
    two = Transcript("T", text, (Turn(0, 10, "P1", "participant"), Turn(11, len(text), "P2", "participant")))
    found = segment(two, unit="sentence")
    assert [(s.text, s.speaker, s.turn, s.position) for s in found] == [
        ("it goes on", "P1", 0, 0), ("and then it ends.", "P2", 1, 1), ("Yes.", "P2", 1, 2)]  # fmt: skip


def test_a_splitter_of_ones_own_is_used_word_for_word():
    assert texts("a; b;  c", "sentence", sentence_splitter=lambda text: re.findall(r"\w;?", text)) == ["a;", "b;", "c"]
    with pytest.raises(an.AlignmentError, match="Sentence 2 of sentence_splitter .of 1 characters. does not follow"):
        texts("a b c", "sentence", sentence_splitter=lambda _: ["a", "c"])
    with pytest.raises(an.AlignmentError, match="must give every sentence in order and word for word"):
        texts("a b c", "sentence", sentence_splitter=lambda _: ["A b c"])


def test_other_languages_have_their_own_rules():
    text = "Das kostet ca. 3 Std. am Tag. Das ist viel."
    assert texts(text, "sentence", language="de") == ["Das kostet ca. 3 Std. am Tag.", "Das ist viel."]
    text = "Det tok ca. 3 uker, bl.a. med dr. Lie. Det er ikke sant. Vi ventet på deg. Alle kom."
    expected = ["Det tok ca. 3 uker, bl.a. med dr. Lie.", "Det er ikke sant.", "Vi ventet på deg.", "Alle kom."]
    assert texts(text, "sentence", language="nb") == expected
    for code in ("nb", "no", "nn", "sv", "da"):
        said = ["Vi møttes f.eks. i går kl. 10.30 hos dr. Berg.", "Han kom ca. 5 min. etter, pga. bussen.", "Ja."]
        assert texts(" ".join(said), "sentence", language=code) == said
    assert texts("यह काम है। वह घर है।", "sentence", language="hi") == ["यह काम है।", "वह घर है।"]
    with pytest.raises(an.InputError, match="language must be a code of two or three letters, .* Got 'english'"):
        texts("One.", "sentence", language="english")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unit": "turns"}, "unit must be 'turn', 'sentence', 'paragraph' or 'window'. Got 'turns' instead. Did you"),
        ({"unit": "window", "window": 0}, "window must be at least 1 sentence. Got 0"),
        ({"unit": "window", "overlap": 3}, "overlap must be at least 0 and less than window=3. Got 3"),
        ({"roles": "participant"}, "roles must be 'all' or a sequence such as .* Got 'participant'"),
        ({"roles": ("partcipant",)}, "role must be .* Did you mean 'participant'"),
    ],
)
def test_choices_that_are_none_are_refused(study, options, message):
    with pytest.raises(an.InputError, match=message):
        segment(study.transcripts, **options)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("some text", "takes transcripts, as an.read_transcripts.* Got str"),
        (None, "Got NoneType"),
        (["secret words"], "Item 0 is a str. Read texts and files with an.read_transcripts"),
    ],
)
def test_what_is_no_transcript_is_refused(given, message):
    with pytest.raises(an.InputError, match=message) as caught:
        segment(given)
    assert "secret" not in str(caught.value)


def test_two_transcripts_of_one_name_are_refused():
    with pytest.raises(an.AlignmentError, match="Two transcripts have the same id"):
        segment([one("a"), one("b")])


@pytest.mark.parametrize(
    "piece", ["We looked at it for 3.5 hours (or so), Dr. Lee said. ", "word ", "x", "a\n\n", "(a) "]
)
def test_a_turn_of_300_kb_ends_in_seconds_and_loses_nothing(piece):
    text = piece * (300_000 // len(piece))
    spans = sentence_spans(text)
    assert sum(len(text[a:b].replace(" ", "").replace("\n", "")) for a, b in spans) == sum(
        not c.isspace() for c in text
    )


def test_sentences_of_a_long_turn_are_those_of_its_parts():
    part = "We looked at it for 3.5 hours (or so), as Dr. Lee said. Nobody minded! Did they? "
    assert sentences(part * 100) == sentences(part) * 100


def test_a_sentence_longer_than_the_opening_stays_whole():
    long = "and " * 700 + "so on."
    assert sentences(f"Yes. {long} No.") == ["Yes.", long, "No."]
