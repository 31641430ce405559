"""Agreement per participant and session, by hand."""

import math

import pytest
from coded_by_hand import BOOK, DEMANDING, SLOW, coding_of, segments_of

from alliance_nlp.comparison import compare
from alliance_nlp.records import Coding, Segment, Segments


def groups(a, b, segments, **options):
    return compare(a, b, segments=segments, n_draws=20, n_permutations=0, level="code", **options)


def four_people(different, *, more=()):
    """40 segments, every fourth of one person; B leaves out A's code where told."""
    segments = segments_of(40, speakers=("P1", "P2", "P3", "P4"))
    a = coding_of(segments, "A", [DEMANDING] * 40)
    b = coding_of(segments, "B", ["" if i in different else DEMANDING for i in range(40)])
    return segments, a, b


def test_each_person_has_counts_and_no_p():
    # P1 differs on five of ten segments, P3 on one, the others on none
    segments, a, b = four_people({0, 4, 8, 12, 16, 2})
    table = groups(a, b, segments).per_participant
    assert table.columns == ("participant", "n", "different", "different_share", "pooled_kappa", "remark")
    rows = {row["participant"]: row for row in table.rows()}
    assert {name: (row["n"], row["different"], row["different_share"]) for name, row in rows.items()} == {
        "P1": (10, 5, 0.5), "P2": (10, 0, 0), "P3": (10, 1, 0.1), "P4": (10, 0, 0),
    }  # fmt: skip
    assert table.notes[0].startswith("no p: what coders slip on runs along a person's talk")


def test_pooled_kappa_is_taken_over_all_codes():
    segments = segments_of(20)  # P1 and P2 in turn
    mine = [i for i in range(20) if i % 2 == 0]
    a = coding_of(segments, "A", [DEMANDING if i in mine[:6] else "" for i in range(20)])
    b = coding_of(segments, "B", [{**dict.fromkeys(mine[:4], DEMANDING), mine[9]: SLOW}.get(i, "") for i in range(20)])
    rows = {row["participant"]: row for row in groups(a, b, segments).per_participant.rows()}
    # demanding: observed .8, expected .6 * .4 + .4 * .6; slow: .9 and .9; short: 1 and 1
    observed, expected = (0.8 + 0.9 + 1) / 3, (0.48 + 0.9 + 1) / 3
    assert rows["P1"]["pooled_kappa"] == pytest.approx((observed - expected) / (1 - expected))
    assert math.isnan(rows["P2"]["pooled_kappa"])
    assert rows["P2"]["remark"] == "no code varies"  # nobody coded anything there
    assert rows["P1"]["remark"] == ""
    assert (rows["P1"]["different"], rows["P2"]["different"]) == (3, 0)


def test_pooled_kappa_is_the_mean_over_pairs_that_have_one():
    segments = segments_of(10, speakers=("P1",))
    a = coding_of(segments, "A", [DEMANDING] * 5)
    same, half = coding_of(segments, "B", [DEMANDING] * 5), coding_of(segments, "C", [DEMANDING] * 3)
    nowhere = coding_of(segments_of(20), "D", [""] * 20, read=[15])
    both = Coding(same.applied + half.applied, same.read + half.read + nowhere.read, BOOK)
    row = groups(a, both, segments).per_participant[0]
    # C: demanding .8 observed, .5 * .3 + .5 * .7 = .5 expected; the two codes without use 1 and 1
    observed, expected = (0.8 + 2) / 3, (0.5 + 2) / 3
    assert row["pooled_kappa"] == pytest.approx((1 + (observed - expected) / (1 - expected)) / 2)


def test_segments_that_the_first_pair_did_not_read_are_not_counted():
    segments = segments_of(12, speakers=("P1",))
    a = coding_of(segments, "A", [DEMANDING] * 12)
    first, second = coding_of(segments, "B", [""] * 12, read=range(4)), coding_of(segments, "C", [""] * 12)
    both = Coding((), first.read + second.read, BOOK)
    row = groups(a, both, segments).per_participant[0]
    assert (row["n"], row["different"], row["different_share"]) == (4, 4, 1)


def test_a_group_that_the_first_pair_did_not_read_has_no_share():
    segments = segments_of(12, speakers=("P1", "P2"))
    a = coding_of(segments, "A", [DEMANDING] * 12)
    first, second = coding_of(segments, "B", [""] * 12, read=range(0, 12, 2)), coding_of(segments, "C", [""] * 12)
    rows = groups(a, Coding((), first.read + second.read, BOOK), segments).per_participant.rows()
    assert (rows[1]["n"], math.isnan(rows[1]["different_share"])) == (0, True)
    assert rows[1]["remark"] == "nothing that the first coder of each side both read"
    assert rows[0]["remark"] == ""


def test_segments_of_unknown_people_are_counted_apart():
    segments = segments_of(6, speakers=("P1", "P2"))
    unknown = Segments(
        tuple(Segment(s.transcript_id, s.start, s.end, s.text, None if i < 2 else s.speaker)
              for i, s in enumerate(segments)), segments.transcripts,
    )  # fmt: skip
    a, b = (coding_of(unknown, coder, [DEMANDING] * 3) for coder in "AB")
    found = groups(a, b, unknown)
    assert [row["n"] for row in found.per_participant.rows()] == [2, 2]
    assert found.per_participant.notes[1:] == ("2 segments without a known participant left out",)
    assert len(found.per_session.notes) == 1


def test_sessions_are_told_apart():
    segments = segments_of(20, transcripts=2)
    a, b = coding_of(segments, "A", [DEMANDING] * 20), coding_of(segments, "B", [DEMANDING] * 8 + [""] * 12)
    rows = groups(a, b, segments).per_session.rows()
    assert [(row["session"], row["n"], row["different"]) for row in rows] == [("T0", 10, 2), ("T1", 10, 10)]
