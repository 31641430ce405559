"""compare(..., clusters=): a machine that learnt and clusters beside the same people."""

import math

import numpy as np
import pytest
from reported_study import make_book, make_clusters, make_coding, make_mapping, texts_of

import alliance_nlp as an
from alliance_nlp.suggesting import HeldOut

QUICK = {"n_draws": 50, "n_permutations": 19}


@pytest.fixture(scope="module")
def parts():
    clusters, book = make_clusters(texts_of(24)), make_book()
    segments = clusters.segments
    people = an.join_codings([make_coding(segments, book, "Ann"), make_coding(segments, book, "Bo", wrong=(1, 5))])
    consensus = make_coding(segments, book, "consensus", status="consensus", made_from=people)
    learnt = make_coding(segments, book, "machine", wrong=(2, 3, 4), status="suggested")
    return consensus, learnt, make_mapping(clusters, book)


def test_clusters_stand_beside_a_machine_as_they_stand_alone(parts):
    consensus, learnt, mapping = parts
    both = an.compare(consensus, learnt, clusters=mapping, **QUICK)
    alone = an.compare(consensus, mapping.to_coding(coder="clusters"), **QUICK)
    machine = an.compare(consensus, learnt, segments=mapping.clusters.segments, **QUICK)
    assert both.clustered == alone
    for name in ("theme_recovery", "cluster_verdicts", "cluster_pairs"):
        assert getattr(both, name) == getattr(alone, name)
    for name in ("per_theme", "per_code", "disagreements", "per_participant"):
        assert getattr(both, name) == getattr(machine, name)
    assert (both.mapping, both.clusters, both.learnt) == (mapping, mapping.clusters, learnt)
    assert {row["figure"].split()[0] for row in both.overall.rows()} >= {"AMI", "ARI"}
    assert both.basis.coverage == alone.basis.coverage


def test_side_by_side_has_a_row_a_theme(parts):
    consensus, learnt, mapping = parts
    both = an.compare(consensus, learnt, clusters=mapping, **QUICK)
    for row, main in zip(both.side_by_side.rows(), both.per_theme.rows(), strict=True):
        assert (row["code"], row["machine"], row["people"]) == (
            main["code"],
            main["machine_human"],
            main["human_human"],
        )
        assert row["verdict"] == both.clustered.theme_recovery.rows()[both.side_by_side.rows().index(row)]["verdict"]
        assert row["reason"] == ""


def test_without_a_machine_that_learnt_its_column_is_undefined_with_a_reason(parts):
    consensus, _, mapping = parts
    rows = an.compare(consensus, mapping.to_coding(), **QUICK).side_by_side.rows()
    assert all(math.isnan(row["machine"]) for row in rows)
    assert {row["reason"] for row in rows} == {"no machine that learnt from people took part"}
    assert all(row["verdict"] for row in rows)


def test_with_one_coder_the_machine_is_compared_with_that_coding(parts):
    _, learnt, mapping = parts
    ann = make_coding(mapping.clusters.segments, make_book(), "Ann")
    both = an.compare(ann, learnt, clusters=mapping, **QUICK)
    assert [row["machine"] for row in both.side_by_side.rows()] == [row["kappa"] for row in both.per_theme.rows()]
    assert all(math.isnan(row["people"]) for row in both.side_by_side.rows())


def test_clusters_without_a_mapping_have_verdicts_too(parts):
    consensus, learnt, mapping = parts
    both = an.compare(consensus, learnt, clusters=mapping.clusters, **QUICK)
    assert len(both.theme_recovery) == 3
    assert both.mapping is None


def test_a_code_that_could_not_be_learnt_has_no_figure(parts):
    consensus, learnt, mapping = parts
    book = make_book().at("theme")
    withheld = an.Table(
        ("part", "code", "n_coded", "reason"), ((0, "Time", 2, "x"), (1, "Time", 1, "x"), (0, "Money", 1, "x"))
    )
    shares = np.zeros((len(mapping.clusters.segments), 3))
    held = HeldOut(mapping.clusters.segments, book, shares, an.Table((), ()), withheld, {"n_parts": 2})
    made = an.Coding(learnt.applied, learnt.read, learnt.codebook, made_from=held)
    rows = {row["code"]: row for row in an.compare(consensus, made, clusters=mapping, **QUICK).side_by_side.rows()}
    assert math.isnan(rows["Time"]["machine"])
    assert rows["Time"]["reason"] == "too few codings to learn it from"
    assert rows["Money"]["reason"] == ""


def test_a_machine_that_was_fitted_once_withholds_a_code_for_good(parts):
    """Without parts that were held out a code is withheld once, which is always."""
    consensus, learnt, mapping = parts
    withheld = an.Table(("code", "n_coded", "reason"), (("Time", 1, "x"),))
    shares = np.zeros((len(mapping.clusters.segments), 3))
    held = HeldOut(mapping.clusters.segments, make_book().at("theme"), shares, an.Table((), ()), withheld, {})
    made = an.Coding(learnt.applied, learnt.read, learnt.codebook, made_from=held)
    rows = {row["code"]: row for row in an.compare(consensus, made, clusters=mapping, **QUICK).side_by_side.rows()}
    assert {code for code, row in rows.items() if row["reason"]} == {"Time"}


def test_what_is_no_clustering_or_given_twice_is_refused(parts):
    consensus, learnt, mapping = parts
    with pytest.raises(an.InputError, match="clusters must be a Mapping, as an.map_clusters"):
        an.compare(consensus, learnt, clusters=learnt)
    with pytest.raises(an.InputError, match="was made from clusters already"):
        an.compare(consensus, mapping.to_coding(), clusters=mapping)


def test_the_machine_that_was_named_may_be_either(parts):
    consensus, learnt, mapping = parts
    study = an.Study(
        mapping.clusters.segments.transcripts, settings={"machine": {"recipe": "consensus", "learnt": False}}
    )
    both = an.compare(consensus, learnt, clusters=mapping, study=study, **QUICK)
    assert both.basis.not_as_named == ""
    assert "recipe consensus" in both.basis.machine_is


def test_it_is_kept_and_comes_back(parts, tmp_path):
    consensus, learnt, mapping = parts
    both = an.compare(consensus, learnt, clusters=mapping, **QUICK)
    assert an.load(an.save(both, tmp_path / "kept")) == both
