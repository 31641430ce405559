"""next_to_code(): what stands for most that was not read, by values that were worked out by hand."""

from collections import Counter

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.errors import InputError
from alliance_nlp.suggesting import coding_next
from alliance_nlp.suggesting.coding_next import choose_next

TURNS = ("the waiting time", "so little time", "time and trust", "trust grows", "pain at night", "mm")


class Counts:
    """One dimension a word: what is near is known by hand."""

    def encode(self, texts):
        words = ("time", "trust", "pain", "waiting", "night")
        return np.array([[text.casefold().split().count(word) for word in words] for text in texts], dtype=float)


def embedded(turns=TURNS, n=2):
    made = []
    for t in range(n):
        text, spoken = "", []
        for i, words in enumerate(turns):
            spoken.append(an.Turn(len(text), len(text) + len(words), f"P{i % 2}", "participant"))
            text += words + "\n"
        made.append(an.Transcript(f"T{t}", text, tuple(spoken)))
    return an.embed(an.segment(tuple(made)), encoder=Counts())


def read_by(segments, coder="A"):
    return an.Coding((), tuple(an.ReadSpan(coder, s.transcript_id, s.start, s.end) for s in segments))


def test_how_much_nearer_everything_comes_is_what_counts():
    # cosines: a-b .6, a-c 0, b-c .8, d apart. a brings 1 + .6, b 1 + .6 + .8, c 1 + .8, d 1
    rows = [[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    listed, stand_for = choose_next(rows, [True] * 4, [False] * 4, n=4)
    # after b: d brings 1, a .4, c .2
    assert listed.tolist() == [1, 3, 0, 2]
    assert stand_for.tolist() == [3, 1, 1, 1]


def test_what_is_like_something_read_is_worth_less():
    rows = [[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    read, unread = [False, False, True, False], [True, True, False, True]
    # c was read: a brings 1 to itself and nothing to b (.8 already), b .2 + .6, d 1; a comes before d
    listed, stand_for = choose_next(rows, unread, read, n=2)
    assert listed.tolist() == [0, 3]
    assert stand_for.tolist() == [1, 1]
    # rows on the other side are no nearer than strangers
    assert choose_next([[1.0], [-1.0]], [True, False], [False, True], n=1)[0].tolist() == [0]


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_stand_for_one_another_come_in_order_whatever_the_last_digits(seed):
    # three pairs that are equally alike: the two of a pair bring the same
    half = np.sqrt(0.5)
    rows = np.kron(np.eye(3), [[1.0, 0.0], [half, half]])
    rows = (rows + np.random.default_rng(seed).uniform(-1, 1, rows.shape) * 5e-7).astype(np.float32)
    assert choose_next(rows, [True] * 6, [False] * 6, n=3)[0].tolist() == [0, 2, 4]


def test_as_many_as_asked_for_or_as_there_are():
    rows = np.eye(3)
    assert choose_next(rows, [True] * 3, [False] * 3, n=0)[0].tolist() == []
    assert choose_next(rows, [True] * 3, [False] * 3, n=9)[0].tolist() == [0, 1, 2]
    assert choose_next(rows, [False] * 3, [False] * 3, n=2)[0].tolist() == []
    assert choose_next(np.zeros((0, 3)), [], [], n=2)[0].tolist() == []
    assert choose_next(np.zeros((2, 3)), [True] * 2, [False] * 2, n=2)[0].tolist() == [0, 1]  # no words, no vector


def test_of_many_some_stand_for_all_and_comparing_goes_in_blocks(monkeypatch):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 4))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    read = np.arange(60) < 15
    whole = [found.tolist() for found in choose_next(rows, ~read, read, n=8)]
    monkeypatch.setattr(coding_next, "BLOCK", 7)
    assert [found.tolist() for found in choose_next(rows, ~read, read, n=8)] == whole
    monkeypatch.setattr(coding_next, "MOST_STOOD_FOR", 10)
    listed, _ = choose_next(rows, ~read, read, n=45)
    assert sorted(listed.tolist()) == list(range(15, 60))


def test_the_greedy_choice_is_what_looking_at_every_row_gives():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(40, 5))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    near, listed = np.zeros(40), []
    for _ in range(12):
        gains = np.maximum(rows @ rows.T - near[:, None], 0).sum(axis=0)
        gains[listed] = -1
        listed.append(int(gains.argmax()))
        near = np.maximum(near, rows @ rows[listed[-1]])
    assert choose_next(rows, [True] * 40, [False] * 40, n=12)[0].tolist() == listed


def test_the_list_holds_what_nobody_read_and_no_code():
    given = embedded()
    some = [s for s in given.segments if s.transcript_id == "T0"]
    listed = an.next_to_code(given, read_by(some), n=4)
    assert [row["segment_id"].split(":")[0] for row in listed.rows()] == ["T1"] * 4
    assert listed.columns == ("rank", "segment_id", "speaker", "stands_for", "quote")
    assert [row["rank"] for row in listed.rows()] == [1, 2, 3, 4]
    assert "waiting" not in str(listed)
    assert "no prevalence" in str(listed)


def test_near_empty_turns_come_last():
    listed = an.next_to_code(embedded(n=1), n=10).rows()
    assert listed[-1]["quote"] == "mm"
    assert listed[-1]["stands_for"] == 1
    assert len(listed) == len(TURNS)
    assert all(row["quote"] != "mm" for row in listed[:-1])


def test_two_coders_have_read_what_either_has():
    given = embedded(n=1)
    both = an.join_codings([read_by(given.segments[:2], "A"), read_by(given.segments[3:5], "B")])
    assert [row["quote"] for row in an.next_to_code(given, both, n=5).rows()] == ["time and trust", "mm"]


def test_order_of_rows_and_former_arguments_reach_nothing():
    given = embedded(n=3)
    straight = an.next_to_code(given, n=9).rows()
    turned = an.Embeddings(
        given.segments.take(range(len(given) - 1, -1, -1)), given.vectors[::-1], given.encoder, model=given.model
    )
    assert [row["quote"] for row in an.next_to_code(turned, n=9).rows()] == [row["quote"] for row in straight]
    book = an.Codebook((an.Code("", "", "time"),))
    assert an.next_to_code(given, n=9, codebook=book, level="theme").rows() == straight


def test_by_lot_each_transcript_gives_its_share_and_a_longer_draw_holds_the_shorter():
    given = embedded(turns=tuple(f"time number {i}" for i in range(30)), n=3)
    some = given.segments[:15]  # half of T0
    drawn = an.next_to_code(given, read_by(some), n=25, by_lot=True)
    count = Counter(row["segment_id"].split(":")[0] for row in drawn.rows())
    assert count["T0"] in (4, 5, 6)  # 15 of 75 unread, and 30 each of the others
    assert abs(count["T1"] - count["T2"]) <= 1
    assert {row["stands_for"] for row in drawn.rows()} == {None}
    assert "Drawn at random" in str(drawn)
    assert an.next_to_code(given, read_by(some), n=9, by_lot=True).rows() == drawn.rows()[:9]
    other = an.next_to_code(given, read_by(some), n=25, by_lot=True, random_state=1)
    assert [row["segment_id"] for row in other.rows()] != [row["segment_id"] for row in drawn.rows()]
    turned = an.Embeddings(given.segments.take(range(89, -1, -1)), given.vectors[::-1], given.encoder)
    assert an.next_to_code(turned, read_by(some), n=25, by_lot=True).rows() == drawn.rows()
    ids = [row["segment_id"] for row in an.next_to_code(given, n=999, by_lot=True).rows()]
    assert sorted(ids) == sorted(given.segments.ids)


def test_what_cannot_be_listed_is_said():
    given = embedded()
    with pytest.raises(InputError, match="have read all 12 segments"):
        an.next_to_code(given, read_by(given.segments))
    with pytest.raises(InputError, match=r"n must be zero or more segments to list. Got -1"):
        an.next_to_code(given, n=-1)
    book = an.Codebook((an.Code("", "", "time"),))
    with pytest.raises(InputError, match="coding must hold what people coded. It holds suggestions of a machine"):
        an.next_to_code(given, an.suggest_codes(given, book))
    assert len(an.next_to_code(given, n=0)) == 0
    assert len(an.next_to_code(an.segment(an.read_transcripts([])), n=3)) == 0
