"""Laws of segments: every slice is its text, nothing but white space is lost, only windows overlap."""

import warnings

import pytest
from hypothesis import given, strategies as st

from alliance_nlp.records import Transcript, Turn
from alliance_nlp.segments import segment

PIECES = st.sampled_from([
    "word", " ", "  ", ". ", "! ", "? ", "...", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\u2029",
    "e\u0301", "👩\u200d👧", "مرحبا", "؟ ", "\u200f", "日本。", "Dr. ", "e.g. ", "3.5", "(a) ", "1. ", '"', "’", "[x]",
    "--", "∯", "ȸ", "&ᓴ&", "ƪƪƪ",
    "\u00a0", "\x85", "\x1c", "\ufeff", "\x00", "\ud800", "A",
])  # fmt: skip
WORDS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))
ROLES = st.sampled_from(["participant", "moderator"])


@st.composite
def transcripts(draw):
    text, turns = "", []
    for words in draw(st.lists(WORDS, max_size=5)):
        text += draw(st.sampled_from(["P1: ", "\n", "x"]))
        turns.append(Turn(len(text), len(text) + len(words), "P1", draw(ROLES)))
        text += words
    return Transcript("T", text, tuple(turns))


def cut(transcript, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a drawn transcript may hold the moderator's words only
        return segment(transcript, roles=("participant",), **options)


def kept_turns(transcript):
    return [turn for turn in transcript.turns if turn.role == "participant"]


@pytest.mark.parametrize("unit", ["turn", "sentence", "paragraph", "window"])
@given(data=st.data())
def test_every_segment_is_a_slice_of_one_kept_turn(unit, data):
    transcript = data.draw(transcripts())
    segments = cut(transcript, unit=unit)
    for position, s in enumerate(segments):
        turn = transcript.turns[s.turn]
        assert turn.start <= s.start <= s.end <= turn.end
        assert transcript.text[s.start : s.end] == s.text
        assert (s.speaker, s.role, s.position) == (turn.speaker, turn.role, position)
        assert unit == "turn" or s.text.strip() == s.text != ""


@pytest.mark.parametrize("unit", ["sentence", "paragraph"])
@given(transcript=transcripts())
def test_sentences_and_paragraphs_cover_all_but_white_space_once(unit, transcript):
    covered = [0] * len(transcript.text)
    for s in cut(transcript, unit=unit):
        for at in range(s.start, s.end):
            covered[at] += 1
    assert max(covered, default=0) <= 1
    for turn in kept_turns(transcript):
        assert all(covered[at] or transcript.text[at].isspace() for at in range(turn.start, turn.end))


@given(transcript=transcripts(), window=st.integers(1, 5), data=st.data())
def test_windows_are_runs_of_sentences_that_share_what_was_asked(transcript, window, data):
    overlap = data.draw(st.integers(0, window - 1))
    sentences = cut(transcript, unit="sentence")
    windows = cut(transcript, unit="window", window=window, overlap=overlap)
    held = [[k for k, s in enumerate(sentences) if w.start <= s.start and s.end <= w.end] for w in windows]
    assert sorted({k for run in held for k in run}) == list(range(len(sentences)))
    for run, w in zip(held, windows, strict=True):
        assert 1 <= len(run) <= window
        assert (sentences[run[0]].start, sentences[run[-1]].end) == (w.start, w.end)
    for before, after, first, second in zip(held, held[1:], windows, windows[1:], strict=False):
        if first.turn == second.turn:
            assert len(set(before) & set(after)) == overlap


@given(items=st.lists(WORDS, max_size=8))
def test_turns_of_a_list_are_its_items(items):
    text, turns = "", []
    for item in items:
        turns.append(Turn(len(text), len(text) + len(item)))
        text += item + "\n"
    assert segment(Transcript("T", text, tuple(turns))).texts == items
