"""A coding lands on its own words or is lost, whatever edits a transcript went through; an oracle knows each letter."""

import random
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from alliance_nlp import load_study
from alliance_nlp.privacy.following import LostError, Versions, renamed_in

sys.path.insert(0, str(Path(__file__).parents[2]))
edits = pytest.importorskip("benchmarks.privacy.edits", reason="installed without the benchmarks")
Edited, random_stretch, KINDS = edits.Edited, edits.random_stretch, edits.KINDS


@cache
def texts():
    """Turns of the shipped study, cut so that edits are quick; one text holds turns that stand twice."""
    lines = [line for t in load_study("focus_group").transcripts for line in t.text.split("\n") if line.strip()]
    short = ["P1: Yes.", "P2: Mm.", "Moderator: Go on.", lines[3], "P1: Yes.", lines[5]]
    mixed = [line for n, line in enumerate(lines[:24]) for line in (line, short[n % len(short)])]
    return "\n\n".join(lines[:40]), "\n\n".join(lines[60:90]), "\n".join(mixed)


def follow(versions, start, end):
    try:
        return versions.follow(start, end)
    except LostError:
        return None


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2), st.integers(0, 10**6), st.lists(st.sampled_from(KINDS), min_size=1, max_size=12))
def test_what_lands_holds_its_own_words_and_no_others(which, seed, kinds):
    rng = random.Random(seed)
    edited = Edited(texts()[which], rng).after(kinds)
    versions = Versions(edited.old, edited.new)
    versions.renamed = renamed_in([versions])
    for _ in range(25):
        stretch = random_stretch(edited.old, rng)
        verdict = edited.verdict(*stretch, follow(versions, *stretch))
        assert verdict in ("right", "lost"), (edited.done, stretch)


def test_most_stretches_are_followed():
    rng, verdicts = random.Random(0), []
    for text in texts():
        edited = Edited(text, rng)
        for kind in ("typos", "fillers", "move", "relabel"):
            getattr(edited, kind)()
        versions = Versions(edited.old, edited.new)
        stretches = [random_stretch(text, rng) for _ in range(60)]
        verdicts += [edited.verdict(*stretch, follow(versions, *stretch)) for stretch in stretches]
    assert set(verdicts) == {"right", "lost"}
    assert verdicts.count("right") > 0.8 * len(verdicts)


def test_the_oracle_tells_a_wrong_landing():
    edited = Edited("P1: one two three.\nP2: four five six.", random.Random(0))
    assert edited.verdict(4, 7, (4, 7)) == "right"
    assert edited.verdict(4, 11, (4, 7)).startswith("wrong: 3 of its letters")
    assert edited.verdict(4, 7, (4, 11)) == "wrong: letters of other words stand inside"
    edited.put(1, 4, 8, "Eva")
    edited._slots = edited._arrays = None
    assert edited.verdict(23, 27, (23, 26)) == "right"
    assert edited.verdict(28, 32, (23, 31)) == "wrong: a replacement of other words stands inside"


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(["a", "b", "yes", "no", ",", ".", "\n", "A: "]), max_size=30),
    st.integers(0, 29),
    st.integers(0, 29),
)
def test_an_unchanged_or_prefixed_text_keeps_every_stretch(parts, a, b):
    old = " ".join(parts)
    start, end = sorted((min(a, len(old)), min(b, len(old))))
    assert Versions(old, old).follow(start, end) == (start, end)
    landed = follow(Versions(old, "Zq: read on the third of May, in the house at the sea.\n" + old), start, end)
    assert landed is None or old[start:end].strip() in old
