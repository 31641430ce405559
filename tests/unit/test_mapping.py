"""map_clusters(): the lift by hand, permutation of codes, linked to none on both sides, the machine as a coder."""

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.embeddings import embed_codes
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.mapping import code_lift

WORDS = ("trust", "time", "pain", "music")


class Counts:
    """One dimension a word: what is near is known by hand."""

    def encode(self, texts):
        return np.array([[text.casefold().split().count(word) + 0.01 for word in WORDS] for text in texts])


def clusters_of(words=("trust", "time", "pain"), n=8, **options):
    said = [f"{word} is what mattered on day {i} " + word for word in words for i in range(n)]
    return an.cluster(
        an.embed(an.segment(an.read_transcripts(said)), encoder=Counts()), n_clusters=len(words), **options
    )


BOOK = an.Codebook(
    (an.Code("A", "", "trust"), an.Code("A", "", "time", "time", ("no time",)), an.Code("B", "", "music")),
)


def test_each_cluster_finds_its_code_and_the_rest_finds_none():
    mapping = an.map_clusters(clusters_of(), BOOK)
    said = {mapping.clusters.members(link.cluster)[0].text.split()[0]: link.code_id for link in mapping.links}
    assert said == {"trust": "A/trust", "time": "A/time"}
    assert mapping.without_cluster == ("B/music",)
    pain = list(mapping.without_code)
    assert [mapping.clusters.members(c)[0].text.split()[0] for c in pain] == ["pain"]


def test_the_machine_has_read_everything_it_was_given():
    mapping = an.map_clusters(clusters_of(), BOOK)
    seen = mapping.to_coding().on(mapping.clusters.segments)
    sets = seen.sets["machine"]
    assert all(codes is not None for codes in sets)
    for segment, codes in zip(mapping.clusters.segments, sets, strict=True):
        word = segment.text.split()[0]
        assert codes == ({"trust": {"A/trust"}, "time": {"A/time"}}.get(word, set()))


def test_lift_by_hand():
    vectors = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    lift, z = code_lift(vectors, np.array([0, 0, 1, 1]), np.array([[1.0, 0]]))
    assert lift.tolist() == [[0.5], [-0.5]]
    # two of four drawn without replacement: .5 * sqrt(2 / 3 / 2)
    assert z[0, 0] == pytest.approx(0.5 / (0.5 * np.sqrt(2 / 3 / 2)))


def test_segments_in_no_cluster_take_no_part_in_the_lift():
    vectors = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1], [1, 0]])
    lift, _ = code_lift(vectors, np.array([0, 0, 1, 1, -1]), np.array([[1.0, 0]]))
    assert lift.tolist() == [[0.5], [-0.5]]


def test_lift_of_segments_that_are_laid_out_a_few_at_a_time(monkeypatch):
    rng = np.random.default_rng(0)
    vectors, codes = rng.normal(size=(50, 4)).astype(np.float32), rng.normal(size=(2, 4))
    labels = rng.integers(-1, 3, 50)
    whole = code_lift(vectors, labels, codes)
    monkeypatch.setattr("alliance_nlp.mapping.AT_ONCE", 7)
    inside, alike = labels >= 0, vectors.astype(float) @ codes.T
    for part in range(3):
        rest = alike[labels == part].mean(axis=0) - alike[inside].mean(axis=0)
        assert code_lift(vectors, labels, codes)[0][part] == pytest.approx(rest, abs=1e-6)
    assert code_lift(vectors, labels, codes)[1] == pytest.approx(whole[1])


def test_the_order_of_codes_does_not_matter():
    clusters = clusters_of()
    other = an.Codebook(tuple(reversed(BOOK.codes)))
    one, two = an.map_clusters(clusters, BOOK), an.map_clusters(clusters, other)
    assert [(x.cluster, x.code_id, x.score) for x in one.links] == [(x.cluster, x.code_id, x.score) for x in two.links]


def test_a_code_is_the_middle_of_its_words_and_its_exemplars():
    vectors = embed_codes(BOOK, Counts(), 4)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert vectors.argmax(axis=1).tolist() == [0, 1, 3]


def test_a_foreign_codebook_is_said():
    book = an.Codebook((an.Code("", "", "tillit"), an.Code("", "", "tid")))
    with pytest.warns(AllianceWarning, match="None of the 3 clusters is linked to any of the 2 codes"):
        mapping = an.map_clusters(clusters_of(), book)
    assert mapping.links == ()
    assert len(mapping.without_code) == 3


def test_one_cluster_has_nothing_to_stand_out_from():
    clusters = clusters_of(("trust",))
    with pytest.warns(AllianceWarning, match="None of the 1 clusters"):
        assert an.map_clusters(clusters, BOOK).links == ()


def test_two_like_codes_are_both_linked():
    book = an.Codebook((an.Code("", "", "trust"), an.Code("", "", "trust trust"), an.Code("", "", "music")))
    mapping = an.map_clusters(clusters_of(), book)
    assert sorted(link.code_id for link in mapping.links) == ["trust", "trust trust"]
    assert sorted(mapping.codes_of[mapping.links[0].cluster]) == ["trust", "trust trust"]


def test_print_shows_links_and_what_is_left():
    text = str(an.map_clusters(clusters_of(), BOOK))
    assert "machine suggestions, not findings" in text
    assert text.count("linked to none") == 2


def test_rejected_links_are_not_in_the_coding():
    mapping = an.map_clusters(clusters_of(), BOOK)
    rejected = an.Mapping(
        mapping.clusters, BOOK, tuple(an.Link(x.cluster, x.code_id, x.score, verdict="rejected") for x in mapping.links)
    )
    assert rejected.to_coding().applied == ()


def test_an_encoder_of_another_size_is_said():
    class Other:
        def encode(self, texts):
            return np.ones((len(texts), 3))

    with pytest.raises(InputError, match="gives vectors of 3 numbers for the codebook; the segments have 4"):
        an.map_clusters(clusters_of(), BOOK, encoder=Other())


def test_no_codes_is_said():
    with pytest.raises(InputError, match="needs a codebook with at least one code"):
        an.map_clusters(clusters_of(), an.Codebook(()))


def test_a_study_without_a_codebook_is_said():
    with pytest.raises(InputError, match=r"map_clusters\(\) needs a codebook. Got None, as a study without one has."):
        an.map_clusters(clusters_of(), None)
