"""Who is compared on what: sides, people, clusters, universes, and what is said of them."""

import math
from pathlib import Path

import numpy as np
import pytest
from coded_by_hand import BOOK, DEMANDING, SHORT, coding_of, machine_of, segments_of, twenty
from reported_study import make_comparison

from alliance_nlp.comparison import compare
from alliance_nlp.comparison.result import main_table, overall_table, sentences
from alliance_nlp.comparison.words import REASONS, REMARKS, THRESHOLDS
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.records import CodedSpan, Coding, ReadSpan
from alliance_nlp.storage import load

QUICK = {"n_draws": 20, "n_permutations": 0}


def coders(segments, names, shift=0):
    """Coders who each read everything; coder k codes every third segment, beginning at k."""
    made = [coding_of(segments, name, [DEMANDING if (i + k + shift) % 3 == 0 else "" for i in range(len(segments))])
            for k, name in enumerate(names)]  # fmt: skip
    return Coding(tuple(a for c in made for a in c.applied), tuple(r for c in made for r in c.read), BOOK)


@pytest.fixture
def projected(monkeypatch):
    """How often spans are put on segments."""
    calls, on = [], Coding.on
    monkeypatch.setattr(Coding, "on", lambda self, *args, **more: calls.append(self) or on(self, *args, **more))
    return calls


@pytest.mark.parametrize("n", [1, 2, 5, 10])
@pytest.mark.parametrize("universe", ["shared", "coded", "characters"])
def test_each_side_is_projected_once_and_people_once_more(projected, n, universe):
    segments = segments_of(30)
    a, b = coders(segments, [f"a{i}" for i in range(n)]), coders(segments, [f"b{i}" for i in range(n)], 1)
    compare(a, b, segments=segments, universe=universe, **QUICK)
    assert len(projected) == 2
    projected.clear()
    compare(a, b, segments=segments, people=coders(segments, ["p", "q"]), universe=universe, **QUICK)
    assert len(projected) == 3


def test_with_clusters_too_each_side_is_projected_once(projected):
    segments = segments_of(30)
    people = coders(segments, ["p", "q"])
    consensus = coding_of(segments, "C", [DEMANDING] * 10, status="consensus", made_from=people)
    compare(consensus, machine_of(segments, [0] * 20 + [1] * 10, [(1, DEMANDING)]), drawn=1.0, **QUICK)
    assert len(projected) == 3


def test_a_machine_is_known_by_what_it_was_made_from_or_by_its_rows():
    segments, a, b = twenty()
    machine = coding_of(segments, "M", [DEMANDING], status="suggested")
    declined = Coding((CodedSpan("M", "T0", 0, 10, "", "abstained"),), b.read, BOOK)
    from_clusters = machine_of(segments, [0] * 20, [])
    for side in (machine, declined, from_clusters):
        assert compare(a, side, segments=segments, **QUICK).settings["machine"] == "b"
        assert compare(side, a, segments=segments, **QUICK).settings["machine"] == "a"
        assert compare(side, a, segments=segments, **QUICK).human is a
    accepted = Coding((*machine.applied, CodedSpan("M", "T0", 10, 20, SHORT, "accepted")), b.read, BOOK)
    assert compare(accepted, a, segments=segments, **QUICK).settings["machine"] == "a"
    assert compare(machine, declined, segments=segments, **QUICK).settings["machine"] == "b"
    found = compare(a, b, segments=segments, **QUICK)
    assert (found.settings["machine"], found.settings["gold"], found.human) == (None, None, a)


def test_a_consensus_among_two_is_the_first_that_is_no_machine():
    segments, a, b = twenty()
    consensus, other = (coding_of(segments, name, [DEMANDING] * 8, status="consensus") for name in "CD")
    assert compare(consensus, other, segments=segments, **QUICK).settings["gold"] == "a"
    partly = Coding((*other.applied, CodedSpan("D", "T0", 150, 160, SHORT)), other.read, BOOK)
    assert compare(a, partly, segments=segments, **QUICK).settings["gold"] == "b"
    machine = coding_of(segments, "M", [DEMANDING], status="suggested", made_from=b)
    found = compare(machine, a, segments=segments, **QUICK)
    assert (found.settings["machine"], found.settings["gold"]) == ("a", None)


def test_people_are_those_given_else_those_behind_else_a_side_of_several():
    segments, a, b = twenty()
    behind, given, several = (coders(segments, names) for names in (["p", "q"], ["r", "s"], ["t", "u"]))
    consensus = coding_of(segments, "C", [DEMANDING] * 8, status="consensus", made_from=behind)
    machine = coding_of(segments, "M", [DEMANDING], status="suggested")
    machines = Coding(machine.applied, (*machine.read, ReadSpan("N", "T0", 0, 200)), BOOK)

    def people(one, other, **more):
        return compare(one, other, segments=segments, **more, **QUICK).settings["people"]

    assert people(consensus, several, people=given) == "r and s"
    assert people(several, consensus) == "p and q"
    assert people(a, several) == people(several, a) == "t and u"
    assert people(machines, several) == "t and u"
    assert people(a, machines) == people(a, b) == ""


def test_clusters_and_segments_of_the_machine_are_found_on_either_side():
    segments = segments_of(30)
    a = coding_of(segments, "A", [DEMANDING] * 10)
    machine = machine_of(segments, [0] * 20 + [1] * 10, [(1, DEMANDING)])
    clusters = machine.made_from.clusters
    direct = Coding(machine.applied, machine.read, BOOK, made_from=clusters)
    for one in (machine, direct):
        for sides in ((a, one), (one, a)):
            found = compare(*sides, **QUICK)
            assert (found.segments, found.clusters) == (segments, clusters)
            assert found.mapping is (machine.made_from if one is machine else None)
            assert found.settings["coverage"] == 1.0
    other = machine_of(segments[:20], [0] * 20, [])
    assert compare(other, machine, **QUICK).segments == segments
    assert compare(a, a, segments=segments, **QUICK).clusters is None


def test_the_universe_of_coded_segments_is_what_any_coder_coded():
    segments = segments_of(12)
    a = coders(segments, ["A", "B"])  # 0, 3, 6, 9 and 2, 5, 8, 11
    b = coding_of(segments, "C", ["", SHORT])
    found = compare(a, b, segments=segments, universe="coded", **QUICK)
    assert found.settings["n_compared"] == 9


def test_spans_that_no_segment_carries_are_counted_for_each_coder_once():
    segments = segments_of(4)
    lost = tuple(CodedSpan(coder, "elsewhere", i, 9, SHORT) for i, coder in enumerate("AAB"))
    a, b = coding_of(segments, "A", [DEMANDING]), coding_of(segments, "B", [DEMANDING])
    a, b = (Coding(c.applied + tuple(x for x in lost if x.coder == c.coders[0]), c.read, BOOK) for c in (a, b))
    people = Coding(a.applied + b.applied, a.read + b.read, BOOK)
    found = compare(a, b, segments=segments, people=people, **QUICK)
    assert found.settings["lost"] == 3
    assert [row["coder"] for row in found.lost_spans.rows()] == ["A", "A", "B"]
    assert {row["why"] for row in found.lost_spans.rows()} == {"the segments were cut without this transcript"}
    assert sorted(people.on(segments).lost, key=lambda span: span.start) == [lost[0], lost[1], lost[2]]


def test_declined_segments_are_counted_where_they_are_compared():
    segments = segments_of(20)
    a = coding_of(segments, "A", [DEMANDING] * 10, read=range(15))
    spans = [CodedSpan("M", "T0", s.start, s.end, "", "abstained") for s in segments[12:18]]
    machine = Coding(tuple(spans), (ReadSpan("M", "T0", 0, 200),), BOOK)
    found = compare(a, machine, segments=segments, **QUICK)
    assert found.settings["n_abstained"] == 3
    assert found.abstained_as_no_code.title == "Abstained segments counted as no code"
    assert "On 3 segments the machine declined to answer" in str(found)
    assert compare(a, a, segments=segments, **QUICK).abstained_as_no_code.columns == ()


def test_what_was_guided_is_said():
    segments = segments_of(20)
    machine = machine_of(segments, [0] * 20, [])
    clusters = machine.made_from.clusters
    guided = type(clusters)(clusters.embeddings, clusters.labels, settings={"guided": True})
    coded = coding_of(segments, "A", [DEMANDING])
    found = compare(coded, Coding(machine.applied, machine.read, BOOK, made_from=guided), **QUICK)
    assert found.settings["warnings"] == (
        "The clusters were guided by the codebook: agreement with it measures the guidance as well.",
    )
    assert compare(coded, machine, **QUICK).settings["warnings"] == ()


def test_who_saw_suggestions_is_named_among_people_too():
    segments, a, b = twenty()
    people = Coding(a.applied + b.applied, a.read + b.read, BOOK, {"A": True, "B": False})
    found = compare(a, b, segments=segments, people=people, **QUICK)
    assert found.settings["warnings"] == ("A saw suggestions before coding: agreement measures influence as well.",)


def test_people_of_another_codebook_are_said():
    segments, a, b = twenty()
    people = coding_of(segments, "P", [""], book=type(BOOK)(BOOK.codes[:2]))
    with pytest.raises(InputError, match="belong to different codebooks"):
        compare(a, b, segments=segments, people=people)
    without = coding_of(segments, "P", [""], book=None)
    assert compare(without, b, segments=segments, **QUICK).per_theme.rows()


def test_sentences_know_their_kind_and_explain_puts_them_together():
    comparison = make_comparison()
    said = sentences(comparison)
    kinds = list(dict.fromkeys(sentence.kind for sentence in said))
    assert kinds == ["headline", "basis", "code", "gathered", "meaning", "heading", "threshold", "objection"]
    assert [s.text for s in said if s.kind == "threshold"] == list(THRESHOLDS)
    assert len([s for s in said if s.kind == "code"]) == len(comparison.main)
    lines = comparison.explain().split("\n")
    assert [line.removeprefix("  ") for line in lines] == [s.text for s in said]
    assert [line for line in lines if line.startswith("  ")] == [f"  {text}" for text in THRESHOLDS]
    assert said[:7] == (comparison.basis.headline, *comparison.basis.sentences)
    assert any("AMI and ARI compare groupings" in s.text for s in said)


def test_a_sentence_on_a_code_has_its_figures_and_remark():
    segments, a, b = twenty()
    c = coding_of(segments, "C", [DEMANDING] * 8)
    found = compare(
        a, b, segments=segments, people=Coding(a.applied + c.applied, a.read + c.read, BOOK), level="code", **QUICK
    )
    first, _, last = (s.text for s in sentences(found) if s.kind == "code")
    assert first == (
        f"{DEMANDING}: A applied it to 8, B to 7 of 20 segments, both to 5. Kappa .47 (no interval). "
        "Two people reach 1.00 on the same segments."
    )
    assert last == f"{SHORT}: A applied it to 0, B to 0 of 20 segments, both to 0. Kappa: {REMARKS['unused']}."
    found = compare(a, b, segments=segments, level="code", universe="characters")
    text = next(s.text for s in sentences(found) if s.kind == "code")
    assert text.startswith(f"{DEMANDING}: A applied it to 80, B to 70 of 200 characters, both to 50. Kappa .47 (no int")
    assert not any("AMI" in s.text for s in sentences(found))


def test_prevalence_that_is_refused_says_why_among_the_meanings():
    segments, a, b = twenty()
    texts = [s.text for s in sentences(compare(a, b, segments=segments, **QUICK)) if s.kind == "meaning"]
    assert any(text.startswith("Prevalence from suggestions is not given") for text in texts)
    machine = machine_of(segments, [0] * 20, [(0, DEMANDING)])
    texts = [s.text for s in sentences(compare(a, machine, drawn=1.0, **QUICK)) if s.kind == "meaning"]
    assert not any(text.startswith("Prevalence") for text in texts)


def test_print_leaves_out_columns_without_any_value():
    segments, a, b = twenty()
    found = compare(a, b, segments=segments, level="code", **QUICK)
    assert main_table(found).columns == ("code", "n_a", "n_b", "n_both", "kappa", "kappa_characters", "remark")
    assert overall_table(found).columns == ("figure", "value", "n", "remark")
    assert len(main_table(found).notes) == 2  # why there is no interval and no p stands above
    assert "Intervals: none: 2 participants, and 20 units in 10 stretches of talk;" in str(found)
    assert "p: not asked for." in str(found)
    segments = segments_of(240)
    consensus = coding_of(segments, "C", [DEMANDING] * 8, status="consensus", made_from=coders(segments, ["p", "q"]))
    beside = main_table(compare(consensus, coding_of(segments, "M", [DEMANDING] * 7, status="suggested"),
                                segments=segments, level="code", n_draws=20, n_permutations=19))  # fmt: skip
    assert beside.columns[5:] == (
        "kappa_characters", "human_human", "machine_human", "difference", "position", "f1", "p", "p_adjusted", "remark"
    )  # fmt: skip
    assert beside.notes[2:5] == (
        "human human: mean kappa of p and q on the same segments",
        "position: kappa of the people's own code of the segment before", "f1: of the machine against C",
    )  # fmt: skip
    assert beside.notes[5:] == (
        "p: of each code alone; p adjusted: by Holm over 1 code",
        f"no interval ({DEMANDING}): the figure is defined in 13 of 20 draws; at least 20 are needed",
    )
    nobody = compare(*(coding_of(segments, c, [""]) for c in "AB"), segments=segments, level="code", **QUICK)
    assert main_table(nobody).columns == ("code", "n_a", "n_b", "n_both", "kappa", "remark")


def test_an_interval_and_p_are_printed_with_what_they_rest_on():
    segments = segments_of(240)
    rng = np.random.default_rng(0)
    a, b = (coding_of(segments, c, [DEMANDING if x else "" for x in rng.random(240) < 0.3]) for c in "AB")
    found = compare(a, b, segments=segments, level="code", n_draws=20)
    table = main_table(found)
    assert table.columns[5:] == ("kappa_interval", "kappa_characters", "p", "p_adjusted", "remark")
    assert "p: of each code alone; p adjusted: by Holm over 1 code" in table.notes
    assert "Intervals: 20 draws of 10 stretches of talk, seed 0" in str(found)
    assert "p: Student's t over 10 stretches of talk" in str(found)


def test_where_ac1_misleads_the_table_says_what_that_is():
    segments = segments_of(400)
    a = coding_of(segments, "A", [DEMANDING] * 20)
    b = coding_of(segments, "B", [""] * 10 + [DEMANDING] * 20)
    found = compare(a, b, segments=segments, level="code", **QUICK)
    assert found.per_code[0]["remark"] == REMARKS["ac1"]
    assert main_table(found).notes[-1].startswith("AC1 misleads: with a code this rare")


def test_reasons_stand_in_the_order_of_reading():
    assert list(REASONS) == ["one side", "neighboring", "different", "boundary", "unsure"]


def test_a_comparison_that_0_1_0_saved_says_what_it_rests_on():
    with pytest.warns(AllianceWarning, match="comparison was saved by alliance_nlp 0.1.0"):
        found = load(Path(__file__).parents[1] / "data" / "saved_by_0_1_0" / "comparison")
    assert (found.basis.name_a, found.basis.machine, found.basis.n_draws) == ("consensus", "b", 50)
    assert str(found).startswith(found.basis.headline.text)


def test_the_basis_names_what_was_compared():
    segments, a, b = twenty()
    found = compare(a, b, segments=segments, level="code", **QUICK)
    assert found.basis._asdict() == dict(found.settings)
    assert (found.basis.n_segments, found.basis.n_transcripts, found.basis.n_participants) == (20, 1, 2)
    assert found.basis.units == "segments"
    assert (found.basis.coverage, found.basis.n_set_aside) == (None, 0)
    assert found.basis.headline.text == "A (a) beside B (b): agreement between codings of equal standing."
    machine = coding_of(segments, "M", [DEMANDING], status="suggested")
    text = compare(machine, a, segments=segments, **QUICK).basis.headline.text
    assert text == "M (a) beside A (b): machine suggestions beside people's codes. Suggestions, not findings."
    assert "Coverage" not in str(found)
    assert repr(found) == "Comparison(A and B on 20 of 20 segments)"
    assert math.isnan(found.per_code[0]["p"])
