"""What other programs and languages do to forms that are read already: each value by hand."""

import warnings

import pytest

from alliance_nlp.reading import read_transcripts
from alliance_nlp.reading.times import seconds_of


def read(tmp_path, content, name="interview.txt"):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (transcript,) = read_transcripts(path)
    return transcript


def talk(transcript):
    return [(turn.speaker, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)]


def cues(*words):
    """Subtitles of two seconds each, the first at 0."""
    own = [f"00:{2 * i:02}.000 --> 00:{2 * i + 2:02}.000\n{one}\n" for i, one in enumerate(words)]
    return "WEBVTT\n\n" + "\n".join(own)


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("Interviewer:in", "Befragte:r"), ("Moderator:in", "Teilnehmer:in"), ("Forscher:innen", "Informant:in 2"),
    ],
)  # fmt: skip
def test_a_colon_inside_a_german_word_ends_no_name(tmp_path, asks, answers):
    found = read(tmp_path, f"{asks}: Was war schwer?\n\n{answers}: Das Warten.\n\n{asks}: Und dann?\n")
    assert talk(found) == [(asks, "Was war schwer?"), (answers, "Das Warten."), (asks, "Und dann?")]
    assert [turn.role for turn in found.turns] == ["moderator", "participant", "moderator"]


def test_words_that_begin_like_such_an_ending_are_words(tmp_path):
    found = read(tmp_path, "Per:in my view: no.\n\nKari:e: yes.\n\nPer: So.\n\nKari: Well.\n")
    assert talk(found)[0] == ("Per", "in my view: no.")


def test_the_number_of_a_picture_is_no_part_of_the_seconds(tmp_path):
    """24, 25 or 30 of them make a second, and no transcript says which."""
    assert seconds_of("01:02:03:24") == seconds_of("01:02:03;24") == 3723
    assert seconds_of("#00:00:15:500#") == 15.5
    found = read(tmp_path, "[00:00:03:12] Anna: Why?\n\n[00:00:09:24] Per: The wait.\n\n[00:01:00:01] Anna: So?\n")
    assert talk(found) == [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "So?")]
    assert [turn.begin_s for turn in found.turns] == [3, 9, 60]


@pytest.mark.parametrize(
    "legend",
    [
        "E: Entrevistadora; M: Madre; P: Padre", "Entrevistadora (E), Madre (M), Padre (P)",
        "E = Entrevistadora, M = Madre, P = Padre",
    ],
)  # fmt: skip
def test_a_legend_may_stand_on_one_line(tmp_path, legend):
    found = read(tmp_path, f"{legend}\n\nE: ¿Por qué?\n\nM: La espera.\n\nE: ¿Y usted?\n\nP: Lo mismo.\n")
    assert talk(found) == [("E", "¿Por qué?"), ("M", "La espera."), ("E", "¿Y usted?"), ("P", "Lo mismo.")]
    assert [turn.role for turn in found.turns] == ["moderator", "participant", "moderator", "participant"]
    assert [row["words"] for row in found.report.rows() if row["kind"] == "left out"] == [legend]


def test_talk_that_looks_like_such_a_line_is_talk(tmp_path):
    found = read(tmp_path, "E: one, two; M: three.\n\nE: Why?\n\nM: The wait.\n\nE: So?\n")
    assert talk(found)[0] == ("E", "one, two; M: three.")


def test_a_line_that_a_program_adds_is_in_no_turn_though_words_follow_it(tmp_path):
    """The turn was one slice over both, so that what the report called left out was in it as well."""
    closing = "Sonix is the best of all.\nThese words are nobody's."
    found = read(tmp_path, f"Anna: Why?\n\nPer: The wait.\n\nAnna: So?\n\nPer: I trusted her.\n\n{closing}\n")
    assert not [words for _, words in talk(found) if "Sonix" in words]
    assert talk(found)[-1] == (None, "These words are nobody's.")
    assert "below what was left out, so turns without a speaker" in [row["why"] for row in found.report.rows()]
    assert [row["words"] for row in found.report.rows() if row["kind"] == "left out"] == ["Sonix is the best of all."]


def test_webex_writes_who_speaks_into_the_name_of_a_cue(tmp_path):
    first = '1 "Anna Berg" (12345)\n00:01.000 --> 00:03.000\nWhy?\n'
    second = '2 "Lund, Per" ()\n00:04.000 --> 00:06.000\nThe wait.\n'
    assert talk(read(tmp_path, f"WEBVTT\n\n{first}\n{second}", "a.vtt")) == [
        ("Anna Berg", "Why?"),
        ("Lund, Per", "The wait."),
    ]


def test_voices_without_words_name_what_follows_them(tmp_path):
    found = read(tmp_path, cues("<v Anna></v>Why?", "<v Per></v>The wait.", "<v Anna></v>So?"), "a.vtt")
    assert talk(found) == [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "So?")]
    assert "its voices hold no words: each was read as who says what follows" in [r["why"] for r in found.report.rows()]


def test_captions_that_grow_from_one_word_count_each_word_once(tmp_path):
    grown = ("good", "good morning", "good morning everybody", "today", "today we talk")
    words = [words for _, words in talk(read(tmp_path, cues(*grown), "a.vtt"))]
    assert " ".join(words) == "good morning everybody today we talk"


@pytest.mark.parametrize(
    "header",
    ["Zeit;Sprecher;Text", "Inicio;Hablante;Texto", "Tid;Hvem;Ytring", "Czas;Osoba;Wypowiedź", "Début;Locutrice;Texte"],
)
def test_columns_of_turns_are_known_in_other_languages(tmp_path, header):
    found = read(tmp_path, f"{header}\n00:00:03,5;Anna;Why?\n00:00:09,0;Per;The wait.\n", "talk.csv")
    assert talk(found) == [("Anna", "Why?"), ("Per", "The wait.")]
    assert [turn.begin_s for turn in found.turns] == [3.5, 9]


def test_stars_around_a_time_and_a_name_are_no_words(tmp_path):
    found = read(tmp_path, "**[00:03] Anna:** Why?\n\n**[00:09] Per:** *The* wait.\n\n**[00:15] Anna:** So?\n")
    assert talk(found) == [("Anna", "Why?"), ("Per", "*The* wait."), ("Anna", "So?")]
