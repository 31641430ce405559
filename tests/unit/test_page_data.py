"""The data of the page: format 1, what of it is in by default, that it is JSON, and that no word in it can run."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from reported_study import make_book, make_clusters, make_coding, make_mapping, make_study, texts_of
from test_meeting_page import make

import alliance_nlp as an
from alliance_nlp.ledger.recording import members_hash
from alliance_nlp.plots import SegmentMap, place_all
from alliance_nlp.plots.maps import MOST_POINTS
from alliance_nlp.reports.page_data.as_script import as_script
from alliance_nlp.reports.page_data.drawing import drawn_for_page

KEYS = ["format", "made", "language", "opens", "study", "ledger", "holds", "level", "themes", "codes", "sessions",
        "people", "segments", "clusters", "links", "coders", "consensus", "machine", "transcripts"]  # fmt: skip
COLUMNS = ["id", "transcript", "session", "person", "turn", "cluster", "strength", "x", "y", "words", "asked", "open"]


def element_of(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    (found,) = re.findall(r'<script type="application/json" id="page-data">(.*?)</script>', page, re.DOTALL)
    return found


def data_of(folder):
    return json.loads(element_of(folder), parse_constant=pytest.fail)


def write(record, folder, **wishes):
    an.write_report(record, folder, **wishes)
    return data_of(folder)


@pytest.fixture(scope="module")
def comparison():
    return make()


@pytest.fixture(scope="module")
def data(comparison, tmp_path_factory):
    return write(comparison, tmp_path_factory.mktemp("data"), study=make_study(comparison, synthetic=True))


def test_the_format_is_the_first_one_and_its_columns_are_of_one_length(data):
    assert list(data) == KEYS
    assert (data["format"], data["language"], data["level"]) == (1, "en", "theme")
    assert data["study"]["title"] == "A made-up study"
    assert data["study"]["synthetic"] is True
    assert list(data["segments"]) == COLUMNS
    assert {len(column) for column in data["segments"].values()} == {24}
    assert all(0 <= place <= 1 for name in "xy" for place in data["segments"][name])


def test_codes_stand_under_their_numbers_for_each_person_the_consensus_and_the_machine(data):
    assert [theme["name"] for theme in data["themes"]] == ["Trust", "Time", "Money"]
    assert [code["id"] for code in data["codes"]] == ["Trust/Trust at work", "Time/Time at work", "Money/Money at work"]
    cyclic = [[i % 3] for i in range(24)]
    said = {coder["name"]: coder["codes"] for coder in data["coders"]}
    # Ann gave the next code to segments 1 and 4, Bo to 4, 8 and 9, both together to 4, the machine to 2, 3 and 4
    assert said["Ann"] == [[(i + (i in (1, 4))) % 3] for i in range(24)]
    assert said["Bo"] == [[(i + (i in (4, 8, 9))) % 3] for i in range(24)]
    assert data["consensus"] == [*cyclic[:4], [2], *cyclic[5:]]
    assert data["machine"]["names"] == ["Trust", "Time", "Money"]
    assert data["machine"]["sets"] == [[(i + (i in (2, 3, 4))) % 3] for i in range(24)]


def test_clusters_carry_the_hash_by_which_a_decision_finds_them_again(data, comparison):
    assert [row["n"] for row in data["clusters"]] == [8, 8, 8]
    assert [row["members"] for row in data["clusters"]] == [members_hash(comparison.mapping, k) for k in range(3)]
    assert [(row["cluster"], row["code"], row["verdict"]) for row in data["links"]] == [
        (k, k, "suggested") for k in range(3)
    ]


def test_words_are_in_where_people_part_or_the_machine_parts_from_them_and_a_few_of_each_theme(data):
    words = data["segments"]["words"]
    n_words = sum(said is not None for said in words)
    assert data["holds"] == {"words": "quotes", "people": True, "n_words": n_words, "n_segments": 24}
    assert all(words[i] is not None for i in (1, 2, 3, 8, 9))
    assert 0 < words.count(None) < 24
    assert all((asked is None) == (said is None) for asked, said in zip(data["segments"]["asked"], words, strict=True))


def test_all_words_that_people_part_on_are_in_and_few_of_the_rest(tmp_path):
    found = write(make(n=120, wrong=(range(40), ()), machine=range(60, 70)), tmp_path)
    kept = [i for i, words in enumerate(found["segments"]["words"]) if words is not None]
    assert set(range(40)) <= set(kept)  # the overview quotes ten of them
    assert set(range(60, 70)) <= set(kept)  # and three of these
    assert 50 < len(kept) < 80  # a few of each theme and cluster beside them
    machine_alone = write(make(n=120, wrong=((), ()), machine=range(50, 110)), tmp_path / "machine")
    assert all(machine_alone["segments"]["words"][i] is not None for i in range(50, 110))


def test_the_data_are_the_same_bytes_every_time(comparison, tmp_path):
    for name in ("one", "two"):
        an.write_report(comparison, tmp_path / name)
    assert element_of(tmp_path / "one") == element_of(tmp_path / "two")


def test_clusters_and_a_mapping_alone_have_the_data_that_there_are(tmp_path):
    clusters = make_clusters(texts_of(12))
    alone = write(clusters, tmp_path / "clusters")
    assert (alone["coders"], alone["consensus"], alone["machine"], alone["codes"]) == ([], None, None, [])
    assert len(alone["clusters"]) == 3
    linked = write(make_mapping(clusters, make_book()), tmp_path / "mapping")
    assert [code["name"] for code in linked["codes"]] == ["Trust at work", "Time at work", "Money at work"]
    assert len(linked["links"]) == 3


def test_two_people_without_clusters_have_neither_map_nor_machine(tmp_path):
    clusters = make_clusters(texts_of(12), n_aside=0)
    book = make_book()
    sides = [make_coding(clusters.segments, book, name, wrong=w) for name, w in (("Ann", (1,)), ("Bo", ()))]
    found = write(an.compare(*sides, segments=clusters.segments, n_draws=20, n_permutations=0), tmp_path)
    assert (found["machine"], found["clusters"], found["segments"]["x"]) == (None, [], [])
    assert set(found["segments"]["cluster"]) == {-1}
    assert [coder["name"] for coder in found["coders"]] == ["Ann", "Bo"]


def test_a_transcript_that_somebody_has_not_finished_shows_neither_codes_nor_words(tmp_path):
    clusters = make_clusters(texts_of(12), n_aside=0)
    book, first = make_book(), clusters.segments[0]
    ann = make_coding(clusters.segments, book, "Ann")
    bo = an.Coding((), (an.ReadSpan("Bo", first.transcript_id, first.start, first.end),), book)
    part = an.compare(ann, bo, segments=clusters.segments, n_draws=20, n_permutations=0)
    shown = write(part, tmp_path / "hidden", study=make_study(part))
    assert not any(shown["segments"]["open"])
    assert shown["segments"]["words"] == [None] * 12
    assert all(codes is None for coder in shown["coders"] for codes in coder["codes"])


def test_whoever_refused_quotation_and_moderators_are_never_quoted(tmp_path):
    comparison = make()
    (transcript,) = comparison.segments.transcripts
    turns = tuple(replace(t, refuses=frozenset({"quotation"})) if t.speaker == "P2" else t for t in transcript.turns)
    refused = replace(transcript, turns=turns)
    segments = an.Segments(comparison.segments.items, (refused,))
    book = make_book()
    sides = [make_coding(segments, book, name, wrong=w) for name, w in (("Ann", range(24)), ("Bo", ()))]
    found = write(an.compare(*sides, segments=segments, n_draws=20, n_permutations=0), tmp_path)
    p2 = [i for i, who in enumerate(found["segments"]["person"]) if found["people"][who]["label"] == "P2"]
    assert p2
    assert all((found["segments"]["words"][i] is None) == (i in p2) for i in range(24))


def test_of_very_many_segments_some_of_each_theme_are_drawn_and_that_is_said(comparison, tmp_path, monkeypatch):
    monkeypatch.setattr("alliance_nlp.reports.page_data.drawing.MOST", 12)
    monkeypatch.setattr("alliance_nlp.reports.page_data.drawing.FEWEST", 2)
    data = write(comparison, tmp_path / "one", n_quotes=0)
    assert data["holds"]["n_segments"] == 24
    n = len(data["segments"]["id"])
    assert 12 <= n < 24
    assert {len(column) for column in data["segments"].values()} == {n}
    assert {len(sets) for sets in (data["machine"]["sets"], *(coder["codes"] for coder in data["coders"]))} == {n}
    page = (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    assert "This report rests on 24 segments. Its figures and tables are of all of them." in page
    assert "lists, counts and maps some 12, drawn with seed 0 from each theme" in page
    assert data["clusters"] == write(comparison, tmp_path / "two", random_state=1)["clusters"]  # sizes are of all


def test_all_words_of_more_segments_than_a_page_opens_are_refused(comparison, tmp_path, monkeypatch):
    monkeypatch.setattr("alliance_nlp.reports.page_data.drawing.MOST", 23)
    monkeypatch.setattr("alliance_nlp.reports.writing.gather", None)  # before any work
    with pytest.raises(an.InputError, match="opens 23 segments at most. These are 24"):
        write(comparison, tmp_path, transcripts=True)
    assert not list(tmp_path.iterdir())


def test_what_is_drawn_is_a_share_of_each_theme_few_of_a_rare_one_and_what_is_wanted(monkeypatch):
    monkeypatch.setattr("alliance_nlp.reports.page_data.drawing.MOST", 100)
    monkeypatch.setattr("alliance_nlp.reports.page_data.drawing.FEWEST", 5)
    kinds, wanted = np.array(["Trust"] * 800 + ["Time"] * 196 + ["Money"] * 4), np.zeros(1000, bool)
    wanted[7] = True
    kept = drawn_for_page(kinds.tolist(), wanted, 3)
    assert [int(kept[kinds == kind].sum()) for kind in ("Time", "Money")] == [19, 4]
    assert int(kept[:800].sum()) in (80, 81)
    assert kept[7]
    assert np.array_equal(kept, drawn_for_page(kinds.tolist(), wanted, 3))
    assert not np.array_equal(kept, drawn_for_page(kinds.tolist(), wanted, 4))


def test_no_word_can_leave_the_element_or_run():
    hostile = "</script><!--<script>&\u2028\u2029\ud800\x85\x00{{ x }}"
    written = as_script({hostile: [hostile]})
    assert not set(written) & set("<>&\u2028\u2029\ud800\x85\x00")
    assert json.loads(written) == {hostile: [hostile]}
    written.encode("utf-8")
    with pytest.raises(ValueError, match="Out of range float"):
        as_script([float("nan")])


def test_every_segment_has_a_place_on_the_map_and_one_that_was_not_drawn_stands_among_its_like():
    rng = np.random.default_rng(0)
    n, sides = MOST_POINTS + 40, np.eye(2, 8)
    labels = np.arange(n) % 2
    vectors = sides[labels] + rng.normal(0, 0.05, (n, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    text = "a" * n
    segments = an.Segments(tuple(an.Segment("T", i, i + 1, "a") for i in range(n)), (an.Transcript("T", text),))
    clusters = an.Clusters(an.Embeddings(segments, vectors, an.EncoderInfo("x")), labels, settings={"assigned": True})
    drawn = np.arange(0, n - 40)
    halves = np.where(labels[drawn, None] == 0, [0.0, 0.0], [10.0, 5.0])
    places = place_all(clusters, SegmentMap(drawn, halves)).round(6)
    assert places[n - 40 :: 2].tolist() == [[0.0, 0.0]] * 20
    assert places[n - 39 :: 2].tolist() == [[1.0, 0.5]] * 20
