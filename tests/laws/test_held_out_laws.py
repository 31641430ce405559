"""Nothing that people coded in a block reaches what is suggested there: through the public call, by any path."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import alliance_nlp as an
from alliance_nlp.suggesting.held_out_parts import plan_parts, without
from alliance_nlp.suggesting.leaving_out import unshown

BOOK = an.Codebook((
    an.Code("Trust", "", "belief", "They believe in the person.", ("She believes me wholly.",)),
    an.Code("Trust", "", "openness", "They open up."),
    an.Code("Time", "", "clock", "The clock decides.", ("Minutes are short here today.",)),
))  # fmt: skip
WORDS = ("trust", "clock", "minutes", "belief", "open", "short", "long", "room", "work", "patience")


class Letters:
    """Vectors of words by their letters: no model is loaded."""

    name = "letters"

    def encode(self, texts):
        rows = np.zeros((len(texts), 26))
        for row, text in zip(rows, texts, strict=True):
            for letter in text.casefold():
                if "a" <= letter <= "z":
                    row[ord(letter) - 97] += 1
        return rows + 0.01


def talk(rng, n, name, *, asked=True):
    turns, parts, at = [], [], 0
    for i in range(n):
        words = " ".join(rng.choice(WORDS, size=int(rng.integers(3, 7))))
        who, role = ("M", "moderator") if asked and i % 4 == 0 else (f"P{i % 3}", "participant")
        turns.append(an.Turn(at, at + len(words), who, role))
        parts.append(words)
        at += len(words) + 1
    return an.Transcript(name, " ".join(parts), tuple(turns))


def coded(rng, segments, *, everywhere=0.6):
    spans = [
        an.CodedSpan("KL", s.transcript_id, s.start, s.end, BOOK.ids[int(rng.integers(0, len(BOOK)))])
        for s in segments
        if rng.random() < everywhere
    ]
    read = [an.ReadSpan("KL", t.id, 0, len(t.text)) for t in segments.transcripts]
    return an.Coding(tuple(spans), tuple(read), BOOK)


def turned(coding, inside):
    """Every code inside becomes the next one of the codebook, and every second one is taken away."""
    spans = [
        an.CodedSpan(a.coder, a.transcript_id, a.start, a.end, BOOK.ids[(BOOK.ids.index(a.code_id) + 1) % len(BOOK)])
        if inside(a)
        else a
        for i, a in enumerate(coding.applied)
        if not (inside(a) and i % 2)
    ]
    return an.Coding(tuple(spans), coding.read, BOOK)


@pytest.mark.filterwarnings("ignore::alliance_nlp.errors.AllianceWarning")
@pytest.mark.parametrize("shape", ["sessions", "one session", "answers"])
@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["code", "theme"]))
def test_what_people_coded_in_a_block_reaches_nothing_there(shape, seed, level):
    rng = np.random.default_rng(seed)
    if shape == "answers":
        transcripts = []
        for q in range(4):
            made = talk(rng, 6, f"Q{q}", asked=False)
            turns = tuple(
                an.Turn(t.start, t.end, f"R{i}", "participant", person_id=f"R{i}") for i, t in enumerate(made.turns)
            )
            transcripts.append(an.Transcript(made.id, made.text, turns))
    else:
        transcripts = [talk(rng, n, f"S{i}") for i, n in enumerate((20, 16, 22) if shape == "sessions" else (44,))]
    segments = an.segment(transcripts)
    embeddings = an.embed(segments, encoder=Letters(), cache=False)
    coding = coded(rng, segments)
    one = an.suggest_held_out(embeddings, BOOK, learn_from=coding, level=level, encoder=Letters()).made_from
    block = one.blocks.rows()[1]
    mine = np.array([_in(block["block"], s, segments, i) for i, s in enumerate(segments)])
    ids = {s.id for s, inside in zip(segments, mine, strict=True) if inside}
    other = turned(coding, lambda a: a.segment_id in ids)
    two = an.suggest_held_out(embeddings, BOOK, learn_from=other, level=level, encoder=Letters()).made_from
    assert mine.sum() == block["n_segments"]
    assert np.array_equal(one.probabilities[mine], two.probabilities[mine])
    if other != coding:
        assert not np.array_equal(one.probabilities[~mine], two.probabilities[~mine])


@pytest.mark.filterwarnings("ignore::alliance_nlp.errors.AllianceWarning")
@pytest.mark.parametrize("shape", ["sessions", "stretches", "answers", "a span over two answers"])
def test_all_parts_at_once_are_each_part_by_itself(shape):
    """Each part is one call of suggest_codes on what is left: what is shared between parts changes no suggestion."""
    rng = np.random.default_rng(len(shape))
    if "answers" in shape:
        people = [f"R{i}" for i in range(12)]
        made = [talk(rng, 12, f"Q{q}", asked=False) for q in range(3)]
        turns = [
            tuple(an.Turn(t.start, t.end, p, "participant", person_id=p) for t, p in zip(m.turns, people, strict=True))
            for m in made
        ]
        transcripts = [an.Transcript(m.id, m.text, own) for m, own in zip(made, turns, strict=True)]
    else:
        sizes = (60,) if shape == "stretches" else (40, 30, 50)
        transcripts = [talk(rng, n, f"S{i}") for i, n in enumerate(sizes)]
    segments = an.segment(transcripts)
    embeddings = an.embed(segments, encoder=Letters(), cache=False)
    coding = coded(rng, segments)
    first, second = (next(s for s in segments if s.speaker == f"R{i}") if "over" in shape else None for i in (3, 4))
    if first is not None:
        whole = an.CodedSpan("MR", first.transcript_id, first.start, second.end, BOOK.ids[1])
        coding = an.Coding((*coding.applied, whole), coding.read, BOOK)
    plan = plan_parts(segments, coding, "half")
    found = an.suggest_held_out(embeddings, BOOK, learn_from=coding, encoder=Letters()).made_from
    for part in range(plan.n_parts):
        rows = plan.rows(part)
        book = unshown(BOOK, [segments[i].text for i in rows])[0]
        rest = replace(without(coding, segments, rows, plan), codebook=book)
        alone = an.suggest_codes(embeddings, book, learn_from=rest, encoder=Letters()).made_from
        assert found.probabilities[rows] == pytest.approx(alone.probabilities[rows], abs=1e-9)
        withheld = [row for row in found.withheld.rows() if row["part"] == part]
        assert [(row["code"], row["n_coded"]) for row in withheld] == [
            (row["code"], row["n_coded"]) for row in alone.withheld.rows()
        ]


def _in(block, segment, segments, position):
    if "stretch" in block:
        number, n = (int(part) for part in block.rsplit("stretch ", 1)[1].split(" of "))
        return position * n // len(segments) == number - 1
    return block in (segment.person, segments.session_of(segment))


@pytest.mark.filterwarnings("ignore::alliance_nlp.errors.AllianceWarning")
def test_noise_is_not_repeated():
    """Codes drawn by lot: within what was left out, probabilities order segments no better and no worse than chance.

    Over several blocks together they do worse: who learns without a block rich in a code expects less of it there.
    """
    from sklearn.metrics import roc_auc_score

    found = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        segments = an.segment([talk(rng, 54, f"S{i}") for i in range(3)])
        coding = coded(rng, segments)
        made = an.suggest_held_out(segments, BOOK, learn_from=coding, encoder=Letters()).made_from
        codes = coding.on(segments).sets["KL"]
        for session in ("S0", "S1", "S2"):
            here = [i for i, s in enumerate(segments) if s.transcript_id == session]
            for c, code in enumerate(BOOK.ids):
                truth = [code in codes[i] for i in here]
                found.append(roc_auc_score(truth, made.probabilities[here, c]))
    assert np.mean(found) == pytest.approx(0.5, abs=0.05)  # 45 figures of 40 segments, each with a spread of about .1
