"""QualCoder's coder comparison as that program computes it, by hand, and Cohen's kappa on the same characters."""

import math
from dataclasses import replace

import pytest
from test_qda_databases import qualcoder

import alliance_nlp as an
from alliance_nlp import InputError
from alliance_nlp.__main__ import main

pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")


def row(*spans, length=20):
    """Of one code in a text of so many letters; a span is coder, start, end."""
    applied = tuple(an.CodedSpan(who, "t", start, end, "x") for who, start, end in spans)
    study = an.Study((an.Transcript("t", "a" * length),), None, an.Coding(applied, ()))
    return an.compare_like_qualcoder(study).rows()[0]


def test_by_hand_of_twenty_letters():
    found = row(("A", 0, 10), ("B", 5, 15))
    # both 5, one of them 10, nobody 5
    shown = ("agree", "a_and_b", "not_a_not_b", "disagree", "coded_only")
    assert [found[name] for name in shown] == [50.0, 25.0, 25.0, 50.0, 33.33]
    # Po 5/15 = 27/81; Pyes (10/15)(10/15), Pno (5/15)(5/15), multiplied 4/81; (27 - 4) / (81 - 4)
    assert found["kappa_shown"] == round(23 / 77, 4)
    # Cohen: Po 10/20; Pe .5 * .5 + .5 * .5
    assert found["cohen_kappa"] == 0
    assert (found["n_a"], found["n_b"], found["n_both"], found["n_characters"], found["why"]) == (10, 10, 5, 20, "")


@pytest.mark.parametrize("length", [15, 20, 2000])
def test_text_that_nobody_coded_changes_cohens_kappa_and_not_the_programs(length):
    found = row(("A", 0, 10), ("B", 5, 15), length=length)
    assert found["kappa_shown"] == round(23 / 77, 4)
    n, both, neither = length, 5, length - 15
    chance = (10 / n) ** 2 + ((n - 10) / n) ** 2
    assert found["cohen_kappa"] == pytest.approx(((both + neither) / n - chance) / (1 - chance))


def test_a_coder_who_overlaps_herself_passes_for_agreement_there():
    found = row(("A", 0, 10), ("A", 5, 10), ("B", 0, 0))
    assert (found["a_and_b"], found["kappa_shown"]) == (25.0, 0.5)  # 5 letters "by both", though B coded no letter
    assert (found["cohen_kappa"], found["n_both"]) == (0.0, 0)
    assert "codings of a overlap" in found["why"]
    three = row(("A", 0, 10), ("A", 0, 9), ("B", 0, 10))  # nine letters three times: neither one, nor two, nor none
    assert (three["a_and_b"], three["not_a_not_b"], three["coded_only"]) == (5.0, 50.0, 100.0)


def test_where_a_figure_is_undefined_it_says_why():
    everything = row(("A", 0, 20), ("B", 0, 20))
    assert everything["kappa_shown"] == 1.0
    assert math.isnan(everything["cohen_kappa"])
    assert "every character" in everything["why"]
    nothing = row(("A", 3, 3), ("B", 3, 3))
    assert (nothing["agree"], nothing["why"]) == (100.0, "nobody gave the code")
    assert math.isnan(nothing["kappa_shown"])
    assert math.isnan(row(("A", 0, 0), ("B", 0, 0), length=0)["agree"])


def test_of_a_project_over_all_of_its_texts_and_codes(tmp_path):
    found = an.compare_like_qualcoder(an.read_qualcoder(qualcoder(tmp_path / "p.qda")))
    assert len(found) == 3
    rush = next(r for r in found.rows() if r["code"] == "Work/Hours/rush")
    assert (rush["n_a"], rush["n_b"], rush["kappa_shown"]) == (len("ikke tid 👩"), 0, 0.0)


def test_codings_that_could_not_be_placed_are_said(tmp_path):
    project = an.read_qualcoder(qualcoder(tmp_path / "p.qda", shift=1))
    spans = (an.CodedSpan("KL", "talk", 0, 2, "hard"), an.CodedSpan("MR", "talk", 0, 2, "hard"))
    some = replace(project, study=replace(project.study, coding=an.Coding(spans, ())))
    assert "2 codings that could not be placed" in " ".join(an.compare_like_qualcoder(some).notes)


def test_two_coders_are_asked_for():
    spans = tuple(an.CodedSpan(who, "t", 0, 2, "x") for who in "ABC")
    study = an.Study((an.Transcript("t", "abcd"),), None, an.Coding(spans, ()))
    with pytest.raises(
        InputError, match=r"compares two coders. Name two as a and b; got None and None. .*'A', 'B', 'C'"
    ):
        an.compare_like_qualcoder(study)
    with pytest.raises(InputError, match="coder must be"):
        an.compare_like_qualcoder(study, "A", "D")
    with pytest.raises(InputError, match="takes a Study or a QdaProject"):
        an.compare_like_qualcoder("p.qda")
    assert an.compare_like_qualcoder(study, "C", "A").rows()[0]["kappa_shown"] == 1.0


def test_the_command_takes_one_project_of_several_coders(tmp_path, capsys):
    folder = str(qualcoder(tmp_path / "p.qda"))
    assert main(["agreement", folder]) == 0
    assert "KL, MR: 2 turns" in capsys.readouterr().out
    assert main(["agreement", folder, "--as-qualcoder"]) == 0
    assert "QualCoder's comparison of KL (a) and MR (b)" in capsys.readouterr().out
    alone = str(qualcoder(tmp_path / "q.qda", owners=("KL", "KL")))
    assert main(["agreement", alone]) == 2
    assert "q.qda holds the codings of 1 coder" in capsys.readouterr().err
    assert main(["agreement", folder, alone, "--as-qualcoder"]) == 2
    assert "--as-qualcoder takes one project" in capsys.readouterr().err
