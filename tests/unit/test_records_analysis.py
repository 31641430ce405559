"""Embeddings, clusters, mappings, tables: what they refuse, equality by content, what stands in a table."""

import pickle

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.numeric import lies_in_file
from alliance_nlp.records import (
    Clusters,
    Code,
    Codebook,
    Embeddings,
    EncoderInfo,
    Link,
    Mapping,
    Segment,
    Segments,
    Table,
    Transcript,
    format_cell,
    same_content,
)

INFO = EncoderInfo("model", "abc", 256)
NAN = float("nan")


@pytest.fixture
def segments():
    text = "abcdef"
    t = Transcript("T", text)
    return Segments(tuple(Segment("T", k, k + 1, text[k]) for k in range(6)), (t,))


@pytest.fixture
def embeddings(segments):
    return Embeddings(segments, np.eye(6, 3) + np.eye(6, 3, -3), INFO)


@pytest.fixture
def clusters(embeddings):
    return Clusters(
        embeddings, [0, 0, 1, -1, 0, -1], {"T:5-6": "no words"}, [1, 1, 0.5, 0, 0.9, 0], settings={"recipe": "x"}
    )


@pytest.fixture
def mapping(clusters):
    book = Codebook((Code("Trust", "", "slow"), Code("Time", "", "rush")))
    return Mapping(clusters, book, (Link(0, "Time/rush", 0.4, "Trust/slow", 0.1),), (1,), ("Trust/slow",))


def test_an_encoder_is_named_with_its_revision():
    assert (str(INFO), str(EncoderInfo("Own"))) == ("model@abc", "Own")


@pytest.mark.parametrize("shape", [(5, 3), (6,), (6, 3, 1)])
def test_embeddings_need_a_row_for_each_segment(segments, shape):
    with pytest.raises(
        an.AlignmentError, match=r"one row for each of the 6 segments. Got an array of shape \("
    ) as caught:
        Embeddings(segments, np.ones(shape), INFO)
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize("odd", [NAN, np.inf, 2.0, 0.5])
def test_rows_must_be_finite_and_of_length_1_or_0(segments, odd):
    vectors = np.eye(6)
    vectors[1] = 0
    vectors[4, 4] = odd
    with pytest.raises(an.InputError, match=r"1 are not, the first at position 4 \(T:4-5\). Normalize them"):
        Embeddings(segments, vectors, INFO)


def test_vectors_cannot_be_changed_and_are_copies(segments):
    mine = np.eye(6)
    embeddings = Embeddings(segments, mine, INFO)
    mine[0] = 0
    assert embeddings.vectors[0, 0] == 1
    assert embeddings.vectors.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        embeddings.vectors[0, 0] = 5
    with pytest.raises(AttributeError):
        embeddings.n_long = 3


def test_vectors_in_a_file_stay_there_and_compare_save_and_pickle_by_content(segments, tmp_path):
    rows = np.eye(4, dtype=np.float32)[np.arange(len(segments)) % 4]
    np.save(tmp_path / "rows.npy", rows)
    there = Embeddings(segments, np.load(tmp_path / "rows.npy", mmap_mode="r"), EncoderInfo("given"))
    assert lies_in_file(there.vectors)
    assert there == Embeddings(segments, rows, EncoderInfo("given"))
    assert pickle.loads(pickle.dumps(there)) == there
    assert an.load(an.save(there, tmp_path / "saved")) == there


def test_records_compare_by_content_arrays_too(segments, embeddings, clusters, mapping):
    again = Embeddings(segments, np.array(embeddings.vectors), INFO, model=object())
    assert again == embeddings  # the model itself is not compared
    assert again != Embeddings(segments, embeddings.vectors, INFO, n_long=1)
    assert again != Embeddings(segments, np.zeros((6, 3)), INFO)
    assert embeddings != "embeddings"
    assert embeddings != clusters
    assert Clusters(again, clusters.labels, clusters.set_aside, clusters.strength, settings={"recipe": "x"}) == clusters
    assert mapping == Mapping(clusters, mapping.codebook, mapping.links, (1,), ("Trust/slow",))
    with pytest.raises(TypeError, match="unhashable"):
        hash(embeddings)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (NAN, np.float64("nan"), True),
        ((1, [NAN]), (1, [float("nan")]), True),
        ({"a": NAN}, {"a": float("nan")}, True),
        ({"a": 1}, {"b": 1}, False),
        ((1, 2), (1, 2, 3), False),
        (np.array([1.0, NAN]), np.array([1.0, NAN]), True),
        (np.array([1.0]), np.array([1]), False),
        (np.array([1]), [1], False),
        (np.array(["a"]), np.array(["a"]), True),
        (Link(0, "x", 1.0, margin=float("nan")), Link(0, "x", 1.0, margin=float("nan")), True),
        (Link(0, "x", 1.0), Link(1, "x", 1.0), False),
        (1.0, NAN, False),
        (None, 0, False),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, False),
        ({}, [], False),  # another kind of thing, though both are empty
        ({"a": 1}, 1, False),
        ((1,), 1, False),
        (np.array(["a"]), np.array(["b"]), False),
        (NAN, "nan", False),
        (Link(0, "x", 1.0), 1, False),
        (Link(0, "x", 1.0, margin=0.1), Link(0, "x", 1.0, margin=0.1, verdict="accepted"), False),
        (EncoderInfo("x"), Code("x"), False),
    ],
)
def test_content_is_the_same_or_not(a, b, same):
    assert same_content(a, b) is same
    assert same_content(b, a) is same


def test_clusters_tell_sizes_members_and_coverage(clusters):
    assert (len(clusters.segments), clusters.n_clusters, clusters.n_labelled, clusters.coverage) == (6, 2, 4, 0.8)
    assert clusters.members(0).texts == ["a", "b", "e"]
    assert clusters.members(-1).texts == ["d", "f"]
    assert clusters.labels.dtype == np.int64
    for number in (2, -2):
        with pytest.raises(an.InputError, match=f"cluster must lie between -1 and 1. Got {number}"):
            clusters.members(number)


def test_clusters_need_a_label_for_each_segment(embeddings):
    with pytest.raises(an.AlignmentError, match=r"one label for each of the 6 segments. Got shape \(5,\)"):
        Clusters(embeddings, [0] * 5)


def test_coverage_of_nothing_is_nan(embeddings):
    aside = dict.fromkeys(embeddings.segments.ids, "no words")
    assert np.isnan(Clusters(embeddings, [-1] * 6, aside).coverage)
    assert Clusters(embeddings, [-1] * 6, aside).n_clusters == 0


def test_rows_of_clusters_say_what_was_set_aside(clusters, embeddings):
    rows = clusters.rows()
    assert [(row["cluster"], row["set_aside"]) for row in rows[4:]] == [(0, None), (-1, "no words")]
    assert rows[2]["strength"] == 0.5
    assert clusters.to_frame().shape == (6, 13)
    assert np.isnan(Clusters(embeddings, [0] * 6).rows()[0]["strength"])
    assert repr(clusters) == "Clusters(2 clusters of 6 segments, 4 in a cluster (67%), 1 set aside, recipe='x')"
    assert repr(embeddings) == "Embeddings(6 x 3 by model@abc, 0 long segments)"


TREE = [[0, 1, 0.1, 2], [2, 3, 0.2, 2], [4, 5, 0.5, 4]]


def test_the_tree_is_cut_again_at_another_grain(embeddings):
    leaves = [0, 1, 2, 3, 3, -1]
    made = Clusters(embeddings, [0, 0, 0, 0, 0, -1], settings={"sizes": {"fine": 4, "default": 2, "coarse": 1}},
                    hierarchy=TREE, leaves=leaves)  # fmt: skip
    assert made.at(n=1).labels.tolist() == [0, 0, 0, 0, 0, -1]
    assert made.at("default").labels.tolist() == [1, 1, 0, 0, 0, -1]
    assert made.at(n=3).labels.tolist() == [0, 0, 2, 1, 1, -1]
    assert made.at("fine").labels.tolist() == made.at(n=99).labels.tolist() == [3, 2, 1, 0, 0, -1]  # by vector
    assert made.at("fine").settings["grain"] == "fine"
    with pytest.raises(an.InputError, match="Give either grain .* or n"):
        made.at()
    with pytest.raises(an.InputError, match="Give either grain .* or n"):
        made.at("fine", n=2)
    with pytest.raises(an.InputError, match="grain must be .* Got 'finer' instead. Did you mean 'fine'"):
        made.at("finer")
    with pytest.raises(an.InputError, match="n must be at least 1. Got 0"):
        made.at(n=0)


# for each merge of TREE in turn, one strength for each leaf under it: leaves 0, 1, then 2, 3, then 0, 1, 2, 3
STRENGTHS = [0.9, 0.9, 0.7, 0.7, 0.4, 0.3, 0.2, 0.1]
KNOWN = {1: [0.25], 2: [0.5, 0.75]}  # cut_tree gives leaves 0, 1 as group 0 and 2, 3 as group 1


def test_another_grain_has_its_own_strength_and_stability(embeddings):
    made = Clusters(
        embeddings, [1, 1, 0, 0, 0, -1], settings={"sizes": {"fine": 4, "default": 2, "coarse": 1}},
        hierarchy=TREE, leaves=[0, 1, 2, 3, 3, -1], tree_strength=STRENGTHS, cut_stability=KNOWN,
    )  # fmt: skip
    assert made.at("coarse").strength.tolist() == [0.4, 0.3, 0.2, 0.1, 0.1, 0.0]
    assert made.at("coarse").stability.tolist() == [0.25]
    assert made.at("default").strength.tolist() == [0.9, 0.9, 0.7, 0.7, 0.7, 0.0]
    assert made.at("default").stability.tolist() == [0.75, 0.5]  # leaves 2, 3 hold three segments and come first
    fine = made.at("fine")
    assert np.isnan(fine.strength[:5]).all()  # every leaf is alone, also the one with two segments
    assert fine.strength[5] == 0.0
    assert np.isnan(fine.stability).all()
    assert fine.settings["stability_reason"] == "measured for 1, 2 clusters only"
    assert "strength_reason" not in fine.settings
    assert fine.at("default") == made.at("default")


def test_what_is_not_kept_beside_a_tree_is_nan_with_a_reason(embeddings):
    made = Clusters(embeddings, [1, 1, 0, 0, 0, -1], hierarchy=TREE, leaves=[0, 1, 2, 3, 3, -1])
    two = made.at(n=2)
    assert np.isnan(two.strength[:5]).all()
    assert two.strength[5] == 0.0
    assert two.settings["strength_reason"] == "no strengths were kept beside this tree"
    assert np.isnan(two.stability).tolist() == [True, True]
    assert two.settings["stability_reason"] == "not measured"


def test_without_a_tree_nothing_is_cut(clusters):
    with pytest.raises(an.InputError, match="The recipe 'x' leaves no tree to cut"):
        clusters.at(n=2)


def test_the_machine_is_one_more_coder_that_read_everything_it_was_given(mapping):
    machine = mapping.to_coding(coder="m")
    seen = machine.on(mapping.clusters.segments)
    rush, none = frozenset({"Time/rush"}), frozenset()
    assert seen.sets == {"m": (rush, rush, none, none, rush, none)}
    assert seen.scores["m"] == {(0, "Time/rush"): 0.4, (1, "Time/rush"): 0.4, (4, "Time/rush"): 0.4}
    assert {span.status for span in machine.applied} == {"suggested"}
    assert machine.made_from is mapping
    assert machine.codebook is mapping.codebook


def test_rejected_links_carry_nothing_and_the_best_comes_first(clusters, mapping):
    book = Codebook(tuple(Code(name) for name in "abc"))
    links = (Link(0, "a", 0.2), Link(0, "b", 0.9), Link(0, "c", 0.2), Link(1, "a", 0.8, verdict="rejected"))
    assert Mapping(clusters, book, links).codes_of == {0: ("b", "a", "c")}


def test_links_name_clusters_that_there_are(clusters, mapping):
    for links, without in (((Link(2, "Time/rush", 0.4),), ()), ((), (0, 2))):
        with pytest.raises(an.InputError, match=r"must name clusters that there are: 2, numbered from 0. Got 2\."):
            Mapping(clusters, mapping.codebook, links, without)
    assert Mapping(clusters, mapping.codebook, ()).codes_of == {}
    assert Mapping(clusters, mapping.codebook, (Link(1, "Time/rush", 0.4),), (0,)).codes_of == {1: ("Time/rush",)}


def test_links_and_what_is_linked_to_none_stand_in_one_table(mapping):
    assert str(mapping).splitlines() == [
        "Suggested links (machine suggestions, not findings)",
        "cluster  segments  code            score  margin  runner up   verdict",
        "      0         3  Time/rush         .40     .10  Trust/slow  suggested",
        "      1         1  linked to none",
        "                0  Trust/slow                                 linked to none",
    ]
    assert [row["verdict"] for row in mapping.rows()] == ["suggested", "", "linked to none"]
    assert mapping.to_frame().shape == (3, 7)
    assert repr(mapping) == "Mapping(1 link, 1 cluster and 1 code linked to none)"


def test_tables_print_aligned_and_keep_quotes_out_of_print():
    table = Table.of(
        [{"theme": "Trust", "n_segments": 12, "kappa": 0.5, "ci": (0.1, 0.9), "quote": "secret <b>"},
         {"theme": "Time", "n_segments": 3, "kappa": NAN, "ci": (NAN, NAN), "quote": None}],
        title="Agreement", quoting=["quote"], notes=["n of 15"])  # fmt: skip
    assert str(table).splitlines() == [
        "Agreement",
        "theme  n segments  kappa          ci",
        "Trust          12    .50  .10 to .90",
        "Time            3    nan",
        "n of 15",
    ]
    assert "secret" not in str(table) + repr(table)
    assert table.rows()[0]["quote"] == "secret <b>"
    assert "secret &lt;b&gt;" in table._repr_html_()
    assert table[1]["kappa"] is NAN
    assert [row["theme"] for row in table] == ["Trust", "Time"]
    assert table.to_frame()["n_segments"].tolist() == [12, 3]
    assert repr(table) == "Table(2 rows: theme, n_segments, kappa, ci, quote)"


def test_an_empty_table_still_has_its_columns():
    table = Table.of([], columns=["theme", "kappa"])
    assert (str(table), len(table), table.rows()) == ("theme  kappa", 0, [])
    assert list(table.to_frame().columns) == ["theme", "kappa"]
    assert len(Table.of([])) == 0


def test_a_frame_without_pandas_names_the_line_that_installs_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(an.MissingExtraError, match=r"to_frame\(\) needs the package 'pandas'.*alliance-nlp\[formats\]"):
        Table.of([{"a": 1}]).to_frame()


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.5, ".50"), (-0.25, "-.25"), (1.0, "1.00"), (-1.5, "-1.50"), (0.0, ".00"), (-0.0, ".00"), (0.999, "1.00"),
     (NAN, "nan"), (np.float32(0.5), ".50"), (np.int64(3), "3"), (7, "7"), (True, "yes"), (np.False_, "no"),
     (None, ""), ("x", "x"),
     ((0.1, 0.2), ".10 to .20"), (("b", "a"), "b, a"), (frozenset({"b", "a"}), "a, b"), ((), "")],
)  # fmt: skip
def test_cells_are_written_as_journals_do(value, written):
    assert format_cell(value) == written
