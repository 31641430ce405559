"""A session under two names, or an answer that was pasted elsewhere, gives nothing away to held-out scores."""

import warnings
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.metrics import roc_auc_score

import alliance_nlp as an
from alliance_nlp.provenance import hash_words
from alliance_nlp.suggesting.copies import ALIKE, LEAST, LEAST_NEAR, RUN, copied_into, copies_of

BOOK = an.Codebook((an.Code("", "", "only"), an.Code("", "", "often")))


class Noise:
    """Vectors that hold nothing but which text it is."""

    name = "noise"

    def encode(self, texts):
        return np.array([np.random.default_rng(int(hash_words(t)[:8], 16)).normal(size=24) for t in texts])


# what stands in "again" beside the original: the turn, whether people read it there
AGAIN = {
    "nothing": lambda text: None,
    "the same words": lambda text: text,
    "other letters and signs": lambda text: f"«{text.upper()}» ...",
    "a word more": lambda text: f"Well, {text}",
}


@cache
def auc(how, seed, held_out):
    """How well held-out scores tell, within one session of random words, a code that only this session has."""
    rng, rows = np.random.default_rng(seed), []
    for t in range(5):
        for i in range(24):
            text = " ".join(f"w{n}" for n in rng.integers(60, size=9))
            code = "only" if t == 2 and i % 3 == 0 else "often" if rng.random() < 0.2 else None
            rows.append((f"T{t}", f"P{i % 3}", text, code))
    copies = [("T9", who, AGAIN[how](text), code) for t, who, text, code in rows if t == "T2"]
    rows += [row for row in copies if row[2] is not None]
    frame = pd.DataFrame(rows, columns=["transcript", "speaker", "text", "code"])
    segments = an.segment(an.read_transcripts(frame.drop(columns="code"), same_people=False))
    spans = tuple(an.CodedSpan("A", s.transcript_id, s.start, s.end, row[3])
                  for s, row in zip(segments, rows, strict=True) if row[3])  # fmt: skip
    read = tuple(an.ReadSpan("A", t.id, 0, len(t.text)) for t in segments.transcripts)
    suggest = an.suggest_held_out if held_out else an.suggest_codes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)
        made = suggest(segments, BOOK, learn_from=an.Coding(spans, read, BOOK), encoder=Noise()).made_from
    place = [i for i, row in enumerate(rows) if row[0] == "T2"]
    return roc_auc_score([rows[i][3] == "only" for i in place], made.probabilities[place, 0])


@pytest.mark.parametrize("held_out", [False, True], ids=["suggest_codes", "suggest_held_out"])
@pytest.mark.parametrize("how", [how for how in AGAIN if how != "nothing"])
def test_noise_stays_noise_beside_a_copy(how, held_out):
    with_copy, without = (np.mean([auc(h, seed, held_out) for seed in range(3)]) for h in (how, "nothing"))
    assert without == pytest.approx(0.5, abs=0.15)
    assert with_copy == pytest.approx(without, abs=0.1)  # learnt from the copies it is .88 to 1


def test_short_answers_are_given_by_many_and_are_no_copies():
    assert copies_of(["I do not have time.", "No.", ""], np.arange(3)) == [[], [], []]


def test_a_phrase_that_many_use_makes_no_copy_and_whole_copies_still_are():
    said = [f"at the end of the day it is about {word}" for word in "abcdefghijklmnopqrstuvwxyz"]
    assert copies_of(said, np.arange(len(said)))[0] == [0]
    assert copies_of(said[:3], np.arange(3))[0] == [0, 1, 2]  # of few texts nothing shows that it is a phrase


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("one two three four five six seven eight", [0]),  # five of seven runs
        ("one two three four five six seven", []),  # four of seven, and short
        ("one two three four five and six seven eight nine ten", []),  # two and two of eight
    ],
)
def test_seven_tenths_of_the_runs_are_a_copy_and_fewer_are_none(text, found):
    ten = "one two three four five six seven eight nine ten"  # seven runs
    assert copies_of([ten, text], np.array([0])) == [[0], found]


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=14), max_size=8), st.data())
@settings(max_examples=60, deadline=None)
def test_copies_are_those_of_the_definition_word_by_word(said, data):
    rows = np.array(data.draw(st.permutations(range(len(said)))), dtype=np.int64)[: len(said) // 2 + 1]
    runs = [{tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)} for words in said]

    def copy(one, other):
        if min(len(said[one]), len(said[other])) >= LEAST and said[one] == said[other]:
            return True
        longer = max(len(runs[one]), len(runs[other]))
        return min(len(said[one]), len(said[other])) >= LEAST_NEAR and len(runs[one] & runs[other]) >= ALIKE * longer

    wanted = [[place for place, row in enumerate(rows.tolist()) if copy(text, row)] for text in range(len(said))]
    assert copies_of([" ".join(words) for words in said], rows) == wanted


def test_only_what_people_read_in_another_fold_counts():
    said = ["we never have the time we need"] * 4
    known, fold = np.array([True, True, False, True]), np.array([0, 1, 1, -1])
    assert copied_into(said, known, fold, np.array([0, 3])).tolist() == [[True, True], [True, True]]
    assert copied_into(said, np.array([True, False, False, True]), fold, np.array([0, 3])).tolist() == [
        [True, True], [False, False],
    ]  # fmt: skip
    assert not copied_into(None, known, fold, np.array([0, 3])).any()
