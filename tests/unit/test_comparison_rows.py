"""Rows of a comparison, per code and over everything, by hand from small tables."""

import math

import numpy as np
import pytest
from coded_by_hand import BOOK, DEMANDING, SHORT, SLOW, coding_of, machine_of, segments_of, twenty

from alliance_nlp import agreement
from alliance_nlp.comparison import compare
from alliance_nlp.comparison.per_code import remark_on
from alliance_nlp.comparison.result import _listed, main_table
from alliance_nlp.errors import InputError
from alliance_nlp.records import CodedSpan, Coding, ReadSpan, Transcript

QUICK = {"level": "code", "n_draws": 60, "n_permutations": 0}
FIGURES = ("n", "n_a", "n_b", "n_both", "prevalence", "agreement", "kappa")


def joined(*codings):
    return Coding(tuple(a for c in codings for a in c.applied), tuple(r for c in codings for r in c.read), BOOK)


def kappa(both, only_a, only_b, neither):
    n = both + only_a + only_b + neither
    a, b = (both + only_a) / n, (both + only_b) / n
    observed, expected = (both + neither) / n, a * b + (1 - a) * (1 - b)
    return (observed - expected) / (1 - expected)


def test_every_figure_of_a_hand_counted_table():
    segments, a, b = twenty()
    row = compare(a, b, segments=segments, **QUICK).per_code[0]
    assert [row[name] for name in FIGURES] == pytest.approx([20, 8, 7, 5, 15 / 40, 0.75, kappa(5, 3, 2, 10)])
    # alpha: 5 of 20 pairs differ; of 40 values 15 and 25
    assert row["alpha"] == pytest.approx(1 - (5 / 20) / (2 * 15 * 25 / (40 * 39)))
    # AC1: expected 2 q (1 - q) with q the mean share
    assert row["ac1"] == pytest.approx((0.75 - 2 * 0.375 * 0.625) / (1 - 2 * 0.375 * 0.625))
    assert "precision" not in row


def test_counts_are_means_over_the_coders_of_a_side():
    segments = segments_of(12)
    a = joined(*(coding_of(segments, name, [DEMANDING] * n) for name, n in (("A", 6), ("B", 5), ("C", 6))))
    b = joined(*(coding_of(segments, name, [DEMANDING] * n) for name, n in (("D", 3), ("E", 4))))
    row = compare(a, b, segments=segments, **QUICK).per_code[0]
    assert [row[name] for name in FIGURES[:4]] == [12, 5.7, 3.5, 3.5]
    assert row["prevalence"] == pytest.approx((5.7 + 3.5) / 24)
    assert row["agreement"] == pytest.approx(np.mean([9, 10, 10, 11, 9, 10]) / 12)
    values = [kappa(3, 3, 0, 6), kappa(4, 2, 0, 6), kappa(3, 2, 0, 7), kappa(4, 1, 0, 7)]
    assert row["kappa"] == pytest.approx((2 * values[0] + 2 * values[1] + values[2] + values[3]) / 6)
    assert row["human_human"] == pytest.approx((2 * kappa(5, 1, 0, 6) + 1) / 3)  # the first side's own coders
    assert "machine_human" not in row


def test_segments_that_any_coder_of_each_side_read_are_counted():
    segments = segments_of(12)
    a = joined(coding_of(segments, "A", [DEMANDING] * 4, read=range(6)), coding_of(segments, "B", [""], read=[6, 7]))
    b = coding_of(segments, "C", [DEMANDING] * 4, read=range(10))
    found = compare(a, b, segments=segments, **QUICK)
    assert (found.settings["n_compared"], found.per_code[0]["n"], found.per_code[0]["n_a"]) == (8, 8, 2)
    assert found.per_code[0]["kappa"] == 1  # B and C have none, and are left out of the mean


def test_a_consensus_is_the_side_that_the_other_is_held_against():
    segments, _, b = twenty()
    consensus = coding_of(segments, "A", [DEMANDING] * 8, status="consensus")
    for sides, gold in (((consensus, b), "a"), ((b, consensus), "b")):
        found = compare(*sides, segments=segments, **QUICK)
        row = found.per_code[0]
        assert found.settings["gold"] == gold
        assert (row["precision"], row["recall"]) == pytest.approx((5 / 7, 5 / 8))
        assert row["f1"] == pytest.approx(10 / 15)


def applied(rng, share, n, n_codes=2):
    return (rng.random((n_codes, n)) < share).astype(float)


def coded(segments, coder, table):
    """A coder who gives `table` of the first codes of the book."""
    return coding_of(segments, coder, [tuple(c for c, x in zip(BOOK.ids, of, strict=False) if x) for of in table.T])


def test_intervals_and_p_are_those_of_the_module_agreement():
    segments = segments_of(240, transcripts=2)
    rng = np.random.default_rng(1)
    first = applied(rng, 0.3, 240)
    second = np.where(rng.random((2, 240)) < 0.3, first, applied(rng, 0.3, 240))
    a, b = coded(segments, "A", first), coded(segments, "B", second)
    rows = compare(a, b, segments=segments, level="code", n_draws=80, random_state=3).per_code.rows()
    sessions = ["T0"] * 120 + ["T1"] * 120
    ends = agreement.per_code_intervals(
        agreement.cohen_kappa, first, second, by=agreement.stretches_of(sessions), method="expanded", n_draws=80,
        random_state=3,
    )  # fmt: skip
    tests = agreement.per_code_stretch_tests([(first, second)], sessions=sessions, people=["P1", "P2"] * 120)
    smaller, larger = sorted(test.p for test in tests)
    for row, interval, test in zip(rows, ends, tests, strict=False):
        assert row["kappa_interval"] == (interval.low, interval.high)
        assert (row["p"], row["smallest_p"], row["n_stretches"]) == (test.p, test.smallest_p, 10)
        assert row["p_adjusted"] == pytest.approx(2 * smaller if test.p == smaller else max(2 * smaller, larger))
        assert (row["interval_reason"], row["p_reason"]) == ("", "")
    unused = rows[2]
    assert (unused["interval_reason"], math.isnan(unused["p_adjusted"])) == ("the figure itself is undefined", True)
    assert unused["p_reason"] == "the first side gives the code to no segment that both read"


def test_pairs_of_several_coders_are_tested_together():
    segments = segments_of(200)
    rng = np.random.default_rng(2)
    tables = {name: applied(rng, 0.4, 200, 1) for name in "ABCD"}
    a, b = (joined(*(coded(segments, name, tables[name]) for name in side)) for side in ("AB", "CD"))
    row = compare(a, b, segments=segments, level="code", n_draws=20).per_code[0]
    pairs = [(tables[one], tables[other]) for one in "AB" for other in "CD"]
    test = agreement.stretch_test(pairs, sessions=["T0"] * 200, people=["P1", "P2"] * 100)
    assert (row["p"], row["p_adjusted"], row["smallest_p"]) == (test.p, test.p, test.smallest_p)


def test_the_order_in_which_segments_are_given_plays_no_part():
    segments = segments_of(200, transcripts=2)
    rng = np.random.default_rng(3)
    a, b = (coded(segments, name, applied(rng, 0.4, 200)) for name in "AB")
    shuffled = segments.take(rng.permutation(200))
    one, other = (compare(a, b, segments=given, level="code", n_draws=20) for given in (segments, shuffled))
    for name in ("per_code", "overall", "per_participant", "disagreements"):
        assert getattr(one, name) == getattr(other, name)


def test_codes_that_run_on_over_several_speakers_are_seldom_found():
    segments = segments_of(200, speakers=("P1", "P2", "P3"))
    rng, p = np.random.default_rng(4), []
    for _ in range(60):
        tables = [np.repeat(rng.random((3, 20)) < 0.3, 10, axis=1).astype(float) for _ in "AB"]  # runs of ten turns
        found = compare(
            *(coded(segments, name, table) for name, table in zip("AB", tables, strict=True)), segments=segments,
            level="code", n_draws=20,
        )  # fmt: skip
        p.append([row["p"] for row in found.per_code.rows()])
    given = np.array(p)[np.isfinite(p)]
    # shifted within participant a quarter would lie below; more than 17 of 180 at .05 has a chance of 1 in 200
    assert given.size > 150
    assert (given <= 0.05).sum() <= 17


def test_a_code_that_both_follow_person_by_person_is_found():
    segments = segments_of(200, speakers=("P1", "P2", "P3"))
    rng = np.random.default_rng(5)
    first = applied(rng, 0.3, 200, 1)
    second = np.where(rng.random((1, 200)) < 0.4, first, applied(rng, 0.3, 200, 1))
    found = compare(coded(segments, "A", first), coded(segments, "B", second), segments=segments, level="code")
    assert found.per_code[0]["p_adjusted"] < 0.01


@pytest.mark.parametrize("n_people", [9, 10])
def test_from_ten_participants_on_they_are_drawn(n_people):
    segments = segments_of(90, speakers=tuple(f"P{i}" for i in range(n_people)))
    rng = np.random.default_rng(1)
    first, second = applied(rng, 0.4, 90, 1), applied(rng, 0.5, 90, 1)
    found = compare(coded(segments, "A", first), coded(segments, "B", second), segments=segments, **QUICK)
    row, settings = found.per_code[0], found.settings
    assert settings["n_participants"] == n_people
    if n_people == 10:
        by = [s.speaker for s in segments]
        ends = agreement.per_code_intervals(agreement.cohen_kappa, first, second, by=by, method="expanded", n_draws=60)[
            0
        ]
        assert row["kappa_interval"] == (ends.low, ends.high)
        assert (settings["drawn_by"], settings["n_drawn"], settings["not_drawn"]) == ("participants", 10, "")
    else:  # ten stretches of nine turns are too short
        assert all(map(math.isnan, row["kappa_interval"]))
        assert row["interval_reason"] == settings["not_drawn"]
        assert settings["not_drawn"].startswith("9 participants, and 90 units in 10 stretches of talk;")
        assert settings["n_drawn"] == 0


def test_one_segment_of_an_unknown_person_and_stretches_are_drawn():
    segments = segments_of(240, speakers=(*(f"P{i}" for i in range(11)), None))
    a, b = (coding_of(segments, coder, [DEMANDING] * 10) for coder in "AB")
    found = compare(a, b, segments=segments, **QUICK)
    assert (found.settings["drawn_by"], found.settings["n_unnamed"]) == ("stretches of talk", 20)
    assert "20 segments without a named person: taken as one voice a session." in str(found)
    # the one who is unknown speaks where only A read
    read = [i for i, s in enumerate(segments) if s.speaker is not None]
    b = coding_of(segments, "B", [DEMANDING] * 10, read=read)
    assert compare(a, b, segments=segments, **QUICK).settings["drawn_by"] == "participants"


def test_kappa_over_the_characters_of_the_segments_stands_beside():
    """A marks the first half of ten segments, B the second half of them: the same segments, no letter in common."""
    segments = segments_of(20)
    a, b = (
        spans(coder, [("T0", s.start + start, s.start + start + 5) for s in segments[:10]], [("T0", 0, 200)])
        for coder, start in (("A", 0), ("B", 5))
    )
    row = compare(a, b, segments=segments, **QUICK).per_code[2]
    assert (row["kappa"], row["n_both"]) == (1, 10)
    assert row["kappa_characters"] == pytest.approx(kappa(0, 50, 50, 100))
    assert row["remark"] == "over characters it is another"
    assert main_table(compare(a, b, segments=segments, **QUICK)).rows()[2]["kappa_characters"] < 0
    # the same of two coders a side, as the mean over pairs; half the segments are compared
    both = joined(b, spans("C", [("T0", s.start, s.start + 5) for s in segments[:10]], [("T0", 0, 100)]))
    row = compare(a, both, segments=segments.take(range(5, 15)), **QUICK).per_code[2]
    # A and C meet on the 50 characters that both read of these segments
    assert row["kappa_characters"] == pytest.approx((kappa(0, 25, 25, 50) + kappa(25, 0, 0, 25)) / 2)


def test_characters_that_the_machine_declined_are_left_out_beside_kappa_too():
    segments = segments_of(20)
    a = coding_of(segments, "A", [SHORT] * 10)
    rows = [CodedSpan("M", "T0", s.start, s.end, SHORT, "suggested") for s in segments[:5]]
    rows += [CodedSpan("M", "T0", s.start, s.end, "", "abstained") for s in segments[5:15]]
    found = compare(a, Coding(tuple(rows), (ReadSpan("M", "T0", 0, 200),), BOOK), segments=segments, **QUICK)
    assert (found.per_code[2]["kappa"], found.per_code[2]["kappa_characters"]) == (1, 1)
    assert found.abstained_as_no_code[2]["kappa_characters"] == pytest.approx(kappa(50, 50, 0, 100))


def beside_people(n_machine, n=60):
    """Two people, their consensus, and a machine that finds the first few of the twenty."""
    segments = segments_of(n)
    p, q = coding_of(segments, "P", [DEMANDING] * 20), coding_of(segments, "Q", [DEMANDING] * 16)
    consensus = coding_of(segments, "P+Q", [DEMANDING] * 18, status="consensus", made_from=joined(p, q))
    return segments, consensus, coding_of(segments, "machine", [DEMANDING] * n_machine, status="suggested")


def test_the_machine_stands_beside_people_as_difference_and_ratio():
    segments, consensus, machine = beside_people(12)
    people, mean = kappa(16, 4, 0, 40), (kappa(12, 8, 0, 40) + kappa(12, 4, 0, 44)) / 2
    for sides in ((consensus, machine), (machine, consensus)):
        row = compare(*sides, segments=segments, **QUICK).per_code[0]
        assert (row["human_human"], row["machine_human"]) == pytest.approx((people, mean))
        assert row["difference"] == pytest.approx(mean - people)
        # one person speaks: nothing to draw, so nothing is known of how far the people's own figure lies above 0
        assert math.isnan(row["ratio"])
        assert all(map(math.isnan, row["difference_interval"]))
    # the same codes spread over ten people
    spread = segments_of(60, speakers=tuple(f"P{i}" for i in range(10)))
    row = compare(consensus, machine, segments=spread, **QUICK).per_code[0]
    assert row["ratio"] == pytest.approx(mean / people)
    low, high = row["difference_interval"]
    assert low < mean - people < high


def test_a_ratio_to_agreement_that_may_be_nothing_is_undefined():
    segments = segments_of(40)
    p, q = coding_of(segments, "P", [DEMANDING] * 8), coding_of(segments, "Q", [""] * 6 + [DEMANDING] * 6)
    consensus = coding_of(segments, "C", [DEMANDING] * 8, status="consensus", made_from=joined(p, q))
    machine = coding_of(segments, "machine", [DEMANDING] * 8, status="suggested")
    row = compare(consensus, machine, segments=segments, **QUICK).per_code[0]
    assert row["human_human"] == pytest.approx(kappa(2, 6, 4, 28))
    assert math.isnan(row["ratio"])
    assert math.isfinite(row["difference"])


ROW = {"n": 20, "n_a": 8, "n_b": 8, "kappa": 0.5, "kappa_interval": (0.25, 0.75), "ac1": 0.75}


@pytest.mark.parametrize(("given", "remark"), [
    ({}, None), ({"n": 0}, "unread"), ({"n_a": 0, "n_b": 0}, "unused"), ({"kappa": math.nan}, "everywhere"),
    ({"n_a": 0, "kappa": 0.0}, "never a"), ({"n_b": 0, "kappa": 0.0}, "never b"), ({"n_a": 5}, None),
    ({"n_a": 4}, "few"), ({"n_b": 4}, "few"), ({"kappa_interval": (0.25, 0.875)}, "few"),
    ({"kappa_interval": (0.0, 0.6)}, None), ({"kappa_interval": (math.nan, math.nan)}, None),
    ({"kappa": 0.0, "ac1": 0.3}, None), ({"kappa": 0.0, "ac1": 0.31}, "ac1"),
])  # fmt: skip
def test_remarks_follow_a_written_rule(given, remark):
    assert remark_on(ROW | given) == remark


def spans(coder, applied, read, status="coded"):
    return Coding(
        tuple(CodedSpan(coder, t, start, end, SHORT, status) for t, start, end in applied),
        tuple(ReadSpan(coder, t, start, end) for t, start, end in read), BOOK,
    )  # fmt: skip


def test_characters_are_counted_over_all_transcripts_once_each():
    segments = segments_of(20, transcripts=2)
    a = spans("A", [("T0", 10, 30), ("T0", 20, 40), ("T1", 0, 10)], [("T0", 0, 60), ("T1", 0, 100), ("T9", 0, 50)])
    b = spans("B", [("T0", 30, 50), ("T0", 90, 95), ("T1", 5, 30)], [("T0", 0, 80), ("T1", 0, 20), ("T8", 0, 9)])
    found = compare(a, b, segments=segments, level="code", universe="characters")
    row = found.per_code[2]
    # read by both: T0 to 60, T1 to 30 (what is coded was read); A 30 + 10, B 20 + 25, both 10 + 5
    assert [row[name] for name in FIGURES] == pytest.approx([90, 40, 45, 15, 85 / 180, 35 / 90, kappa(15, 25, 30, 20)])
    assert row["remark"] == ""
    assert all(math.isnan(row[name]) for name in ("p", "p_adjusted", "smallest_p", "human_human"))
    assert row["p_reason"] == row["interval_reason"] == "characters of one segment are anything but independent"
    assert "kappa_characters" not in row
    assert "Both over everything, in segments; per code neither: characters of one" in str(found)
    assert found.per_theme[1]["n_a"] == 40
    assert found.per_code[0]["remark"] == "undefined: neither side applied it"


def test_rejected_spans_are_read_and_count_as_no_code_in_characters():
    segments = segments_of(10)
    a, b = spans("A", [("T0", 0, 50)], [], "rejected"), spans("B", [("T0", 0, 25)], [("T0", 0, 80)])
    row = compare(a, b, segments=segments, level="code", universe="characters").per_code[2]
    assert [row[name] for name in FIGURES[:4]] == [50, 0, 25, 0]
    assert row["remark"] == "a applied it 0 times"


def test_without_a_codebook_the_codes_of_the_codings_are_compared():
    segments = segments_of(10)
    a, b = (coding_of(segments, c, given, book=None) for c, given in (("A", ["y", "x"]), ("B", ["y", "w"])))
    for universe in ("shared", "characters"):
        found = compare(a, b, segments=segments, universe=universe, n_draws=20)
        assert [row["code"] for row in found.per_theme.rows()] == ["w", "x", "y"]
    none = Coding((), a.read), Coding((), b.read)
    assert compare(*none, segments=segments, n_draws=20).per_theme.columns == ("code",)


def overall(a, b, segments, **options):
    found = compare(a, b, segments=segments, **(QUICK | options))
    return {row["figure"]: row for row in found.overall.rows()}


def test_the_mean_over_codes_says_its_range_and_what_is_left_out():
    segments = segments_of(20)
    a = coding_of(segments, "A", [DEMANDING] * 8 + [SLOW] * 4)
    b = coding_of(segments, "B", [DEMANDING] * 5 + [""] * 3 + [SLOW] * 4)
    rows = overall(a, b, segments)
    row = rows["mean kappa over 2 codes"]
    low = kappa(5, 3, 0, 12)
    assert row["value"] == pytest.approx((1 + low) / 2)
    assert (row["n"], row["remark"]) == (20, f"from {low:.2f} to 1.00, 1 undefined left out".replace("0.", "."))
    assert math.isnan(row["human_human"])
    same = rows["same codes exactly (share)"]
    assert (same["value"], same["n"], same["remark"]) == (17 / 20, 20, "not corrected for chance")


def test_without_any_defined_kappa_there_is_no_mean():
    segments = segments_of(10)
    a, b = (coding_of(segments, coder, [""] * 10) for coder in "AB")
    rows = overall(a, b, segments)
    assert [rows[f"{kind} kappa over {n} codes"]["remark"] for kind, n in (("mean", 0), ("pooled", 3))] == [
        "3 undefined left out", "undefined: no code varies",
    ]  # fmt: skip
    assert all(math.isnan(rows[name]["value"]) for name in rows if "kappa" in name)


def test_people_have_their_own_overall_figures():
    segments, consensus, machine = beside_people(12)
    rows = overall(consensus, machine, segments)
    assert rows["mean kappa over 1 code"]["human_human"] == pytest.approx(kappa(16, 4, 0, 40))
    assert rows["same codes exactly (share)"]["human_human"] == pytest.approx(56 / 60)
    alpha = rows["alpha (MASI, sets of codes)"]
    nominal = agreement.krippendorff_alpha([[1] * 20 + [0] * 40, [1] * 16 + [0] * 44])
    assert alpha["human_human"] == pytest.approx(nominal.value)  # sets of at most one code
    ratings = np.array([[1] * 18 + [0] * 42, [1] * 12 + [0] * 48])
    assert alpha["value"] == pytest.approx(agreement.krippendorff_alpha(ratings).value)
    assert alpha["n"] == 60
    assert all(row["interval_reason"] and row["p_reason"] for row in rows.values())
    pooled = rows["pooled kappa over 3 codes"]
    # demanding .9 observed, .3 * .2 + .7 * .8 expected; the two codes without use 1 and 1
    assert pooled["value"] == pytest.approx((2.9 / 3 - 2.62 / 3) / (1 - 2.62 / 3))
    observed, expected = 56 / 60, (20 * 16 + 40 * 44) / 3600
    assert pooled["human_human"] == pytest.approx((observed - expected) / (1 - expected))  # unused codes change nothing


def test_mean_and_pooled_kappa_have_the_intervals_of_the_module_agreement():
    segments = segments_of(240, transcripts=2)
    rng = np.random.default_rng(6)
    first = applied(rng, 0.3, 240)
    second = np.where(rng.random((2, 240)) < 0.3, first, applied(rng, 0.2, 240))
    rows = overall(coded(segments, "A", first), coded(segments, "B", second), segments, n_permutations=99)
    by = agreement.stretches_of(["T0"] * 120 + ["T1"] * 120)
    figures = (("mean kappa over 2 codes", agreement.mean_kappa), ("pooled kappa over 3 codes", agreement.pooled_kappa))
    none = np.zeros((1, 240))  # the third code, which nobody applied
    for name, figure in figures:
        row = rows[name]
        ends = agreement.over_codes_interval(
            figure, np.vstack([first, none]), np.vstack([second, none]), by=by, method="expanded", n_draws=60
        )
        assert (row["value"], *row["interval"]) == pytest.approx((ends.value, ends.low, ends.high))
        assert row["drawn"] == "60 draws of 10 stretches of talk"
    test = agreement.stretch_test([(first, second)], sessions=["T0"] * 120 + ["T1"] * 120, people=["P1", "P2"] * 120)
    assert rows[name]["p"] == pytest.approx(test.p)
    assert rows[name]["tested"] == "Student's t over 10 stretches of talk"
    assert rows["mean kappa over 2 codes"]["p_reason"] == "one test for all codes, beside pooled kappa"


def test_the_share_of_same_codes_is_over_what_both_of_a_pair_read():
    segments = segments_of(10)
    a = coding_of(segments, "A", [DEMANDING] * 10)
    part, whole = coding_of(segments, "B", [DEMANDING] * 2, read=range(4)), coding_of(segments, "C", [DEMANDING] * 10)
    b = joined(part, whole, coding_of(segments_of(20), "D", [""], read=[15]))
    assert overall(a, b, segments)["same codes exactly (share)"]["value"] == pytest.approx((0.5 + 1) / 2)


def test_alpha_draws_participants_where_there_are_ten():
    segments = segments_of(60, speakers=tuple(f"P{i}" for i in range(12)))
    a, b = coding_of(segments, "A", [DEMANDING] * 30), coding_of(segments, "B", [DEMANDING] * 22)
    row = overall(a, b, segments)["alpha (MASI, sets of codes)"]
    ratings = np.array([[1] * 30 + [0] * 30, [1] * 22 + [0] * 38])
    ends = agreement.bootstrap_interval(
        agreement.krippendorff_alpha, ratings, by=[s.speaker for s in segments], method="expanded", n_draws=60
    )
    assert row["interval"] == pytest.approx((ends.low, ends.high))


def test_clusters_are_held_against_single_codes():
    segments = segments_of(60)
    codes = [DEMANDING] * 20 + [SHORT] * 20 + [(DEMANDING, SHORT)] * 5 + [""] * 15
    human = coding_of(segments, "A", codes)
    labels = [0] * 16 + [1] * 4 + [1] * 18 + [-1] * 2 + [0] * 20
    machine = machine_of(segments, labels, [(0, DEMANDING), (1, SHORT)])
    found = compare(human, machine, level="code", n_draws=60, n_permutations=30, random_state=2)
    rows = [row for row in found.overall.rows() if "clusters" in row["figure"]]
    assert [row["figure"] for row in rows] == ["AMI of clusters and codes", "ARI of clusters and codes"] * 2
    assert [row["n"] for row in rows] == [38, 38, 40, 40]
    assert [row["remark"] for row in rows[1:3]] == [
        "segments with one code and a cluster, 38 of 40",
        "all 40 segments with one code, those in no cluster one by one",
    ]
    inside, apart = ([0] * 20 + [1] * 18, labels[:38]), ([0] * 20 + [1] * 20, [*labels[:38], 7, 8])
    for row, given in zip(rows[1::2], (inside, apart), strict=True):
        assert row["value"] == pytest.approx(agreement.adjusted_rand(*given).value)
        assert row["interval_reason"].startswith(f"2 participants, and {len(given[0])} units in 10 stretches of talk;")
    assert rows[0]["value"] == pytest.approx(agreement.adjusted_mutual_info(*inside).value)


@pytest.mark.parametrize("n_people", [2, 12])
def test_clusters_draw_participants_or_stretches_and_are_tested_on_all_segments(n_people):
    speakers = tuple(f"P{i}" for i in range(n_people))
    segments = segments_of(500, speakers=speakers)
    rng = np.random.default_rng(7)
    theme = rng.integers(0, 3, 500)  # the third: no code
    labels = np.where(rng.random(500) < 0.4, theme, rng.integers(-1, 3, 500))
    human = coding_of(segments, "A", [(DEMANDING, SHORT, "")[t] for t in theme])
    machine = machine_of(segments, labels.tolist(), [(0, DEMANDING)])
    found = compare(human, machine, level="code", n_draws=60, n_permutations=99, random_state=2)
    row = found.overall.rows()[5]
    kept = np.flatnonzero((theme < 2) & (labels >= 0))
    people = [speakers[i % n_people] for i in range(500)]
    by = agreement.stretches_of(["T0"] * kept.size).tolist() if n_people == 2 else [people[i] for i in kept]
    given = [theme[kept], labels[kept]]
    ends = agreement.subsample_interval(agreement.adjusted_rand, given, by=by, n_draws=60, random_state=2)
    assert (row["value"], *row["interval"]) == pytest.approx((ends.value, ends.low, ends.high))
    assert row["drawn"] == f"60 halves of {'10 stretches of talk' if n_people == 2 else '12 participants'}"
    themes = np.array([theme == 0, np.zeros(500), theme == 1])
    test = agreement.grouping_test(themes, labels, sessions=["T0"] * 500, people=people, n_flips=99, random_state=2)
    assert (row["p"], row["smallest_p"], row["tested"]) == (
        test.p, 1 / 100, "99 ways of turning 10 stretches of talk",
    )  # fmt: skip


def test_one_cluster_for_everything_has_no_figure_and_says_why():
    segments = segments_of(40)
    human = coding_of(segments, "A", [DEMANDING] * 40)
    machine = machine_of(segments, [0] * 40, [(0, DEMANDING)])
    rows = overall(human, machine, None)
    row = rows["ARI of clusters and codes"]
    assert len(compare(human, machine, **QUICK).overall) == 6  # no second pair: every segment is in a cluster
    alpha = rows["alpha (MASI, sets of codes)"]
    assert math.isnan(alpha["value"])
    assert alpha["remark"] == alpha["interval_reason"] != ""
    assert (math.isnan(row["value"]), row["n"]) == (True, 40)
    assert row["remark"] == agreement.adjusted_rand([0] * 40, [0] * 40).reason


def test_two_people_are_one_partition_beside_another():
    segments = segments_of(60)
    p = coding_of(segments, "P", [DEMANDING] * 20 + [SHORT] * 20 + [(DEMANDING, SHORT)] * 10)
    q = coding_of(segments, "Q", [DEMANDING] * 15 + [SHORT] * 45)
    consensus = coding_of(segments, "C", [DEMANDING] * 20 + [SHORT] * 20, status="consensus", made_from=joined(p, q))
    machine = machine_of(segments, [0] * 30 + [1] * 30, [(0, DEMANDING)])
    found = overall(consensus, machine, None)
    expected = agreement.adjusted_rand([0] * 20 + [1] * 20, [0] * 15 + [1] * 25).value
    assert found["ARI of clusters and codes"]["human_human"] == pytest.approx(expected)


def test_codes_that_only_the_people_know_are_a_group_of_their_own():
    segments = segments_of(40)
    p = coding_of(segments, "P", ["x"] * 10 + ["y"] * 10 + ["z"] * 20, book=None)
    q = coding_of(segments, "Q", ["x"] * 20 + ["z"] * 20, book=None)
    people = Coding(p.applied + q.applied, p.read + q.read)
    consensus = coding_of(segments, "C", ["x"] * 20, status="consensus", book=None, made_from=people)
    clusters = machine_of(segments, [0] * 20 + [1] * 20, [(0, SHORT)]).made_from.clusters
    machine = coding_of(segments, "machine", ["x"] * 20, status="suggested", book=None, made_from=clusters)
    expected = agreement.adjusted_rand([0] * 10 + [1] * 10 + [2] * 20, [0] * 20 + [2] * 20).value
    assert overall(consensus, machine, None)["ARI of clusters and codes"]["human_human"] == pytest.approx(expected)


def prevalence(drawn, read, codes, n_machine=10, n=40):
    segments = segments_of(n)
    human = coding_of(segments, "A", codes, read=read)
    machine = machine_of(segments, [1] * n_machine + [0] * (n - n_machine), [(1, DEMANDING)])
    return compare(human, machine, drawn=drawn, **QUICK).prevalence


def test_corrected_prevalence_with_its_interval_by_hand():
    codes = [DEMANDING if i % 2 == 0 and i < 20 else "" for i in range(40)]
    row = prevalence(0.5, range(0, 40, 2), codes)[0]
    # each segment adds machine + 2 (people - machine) where coded: 10 ones, 5 twos, 25 zeros
    error = math.sqrt((10 + 20 - 40 * 0.25) / 39 / 40)
    assert (row["naive"], row["corrected"], row["coded_part"]) == pytest.approx((0.25, 0.5, 0.5))
    assert row["interval"] == pytest.approx((0.5 - 1.959964 * error, 0.5 + 1.959964 * error))
    assert (row["n_coded"], row["n_segments"]) == (20, 40)


def test_segments_drawn_more_often_weigh_less():
    codes = [DEMANDING] * 2 + [""] * 38
    segments = segments_of(40)
    drawn = {segments.ids[i]: 0.25 if i == 0 else 1.0 for i in (0, 1, 20)}
    row = prevalence(drawn, [0, 1, 20], codes, n_machine=1)[0]
    # the machine says 1 of 40; the second segment adds 1 at weight 1
    assert (row["naive"], row["corrected"]) == pytest.approx((1 / 40, 2 / 40))
    assert row["interval"][0] == 0
    row = prevalence(drawn, [0, 1, 20], codes, n_machine=40)[0]
    assert row["corrected"] == pytest.approx((40 - 1) / 40)  # the third is none
    assert row["interval"][1] == 1


def test_one_coded_segment_corrects_nothing():
    row = prevalence(1.0, [0], [DEMANDING])[0]
    assert (row["naive"], row["n_coded"], row["n_segments"]) == (0.25, 1, 40)
    assert all(math.isnan(x) for x in (row["corrected"], row["coded_part"], *row["interval"]))
    assert row["remark"] == "fewer than two coded segments correct nothing"
    row = prevalence(1.0, [0, 1], [DEMANDING])[0]
    assert (math.isfinite(row["corrected"]), row["remark"]) == (True, "")


@pytest.mark.parametrize("drawn", [0, -0.5, 1.1, math.nan])
def test_a_probability_lies_above_0_and_up_to_1(drawn):
    with pytest.raises(InputError, match=r"2 of 2 have none, the first T0:0-10\."):
        prevalence(drawn, [0, 1], [DEMANDING])


def test_segments_that_the_machine_did_not_read_are_not_estimated():
    segments = segments_of(40)
    part = segments[:30]
    machine = machine_of(part, [1] * 10 + [0] * 20, [(1, DEMANDING)])
    human = coding_of(segments, "A", [DEMANDING] * 20)
    for sides in ((human, machine), (machine, human)):
        row = compare(*sides, segments=segments, drawn=1.0, **QUICK).prevalence[0]
        assert (row["n_segments"], row["n_coded"], row["corrected"]) == (30, 30, pytest.approx(20 / 30))


def test_a_transcript_of_one_character_can_be_compared_in_characters():
    one = Transcript("T0", "a")
    a = Coding((CodedSpan("A", "T0", 0, 1, SHORT),), (), BOOK)
    segments = segments_of(1)
    row = compare(a, spans("B", [], [("T0", 0, 1)]), segments=segments, universe="characters", rule="any").per_code[2]
    assert (row["n"], row["n_a"], one.id) == (1, 1, "T0")


@pytest.mark.parametrize(
    ("n", "said"), [(2, "a, b"), (5, "a, b, c, d, e"), (6, "a, b, c, d, e and 1 more"), (9, "a, b, c, d, e and 4 more")]
)
def test_five_codes_are_named_beside_a_reason_and_the_others_counted(n, said):
    assert _listed(list("abcdefghi"[:n])) == said
