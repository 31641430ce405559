"""Suggestions on very many segments are worked out a block at a time, and are those of one block."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

import alliance_nlp as an
from alliance_nlp.suggesting import cutting_up, evidence, reference
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.reference import Reference
from alliance_nlp.suggesting.similarity import Similarity
from alliance_nlp.suggesting.task import Held, Task
from conftest import HashingEncoder

pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.errors.AllianceWarning")


def talk_of(study):
    return an.segment([replace(t, turns=t.turns[:24]) for t in study.transcripts])


def answers_of(study):
    return an.segment(an.read_transcripts(list(an.segment(study.transcripts).texts[:60])))


def given(kind, study):
    """Segments, codebook and coding: from names, from exemplars, from talk with turns around, from answers."""
    bare = replace(study.codebook, codes=tuple(replace(code, exemplars=()) for code in study.codebook))
    if kind == "names":
        return talk_of(study), bare, None
    if kind == "exemplars":
        return answers_of(study), study.codebook, None
    if kind == "talk":
        return talk_of(study), study.codebook, study.coding
    segments = answers_of(study)
    spans = [an.CodedSpan("KL", s.transcript_id, s.start, s.end, bare.ids[i % 3]) for i, s in enumerate(segments[:40])]
    read = [an.ReadSpan("KL", s.transcript_id, s.start, s.end) for s in segments[:40]]
    return segments, bare, an.Coding(tuple(spans), tuple(read), bare)


@pytest.mark.parametrize("level", ["code", "theme"])
@pytest.mark.parametrize("kind", ["names", "exemplars", "talk", "answers"])
def test_suggestions_in_blocks_are_those_of_one_block(kind, level, monkeypatch):
    segments, book, coding = given(kind, an.load_study("focus_group"))
    embeddings = an.embed(segments, encoder=HashingEncoder(), cache=False)
    found = []
    for many, block in ((10**6, 10**6), (10, 20)):
        monkeypatch.setattr(evidence, "MANY", many)
        monkeypatch.setattr(evidence, "BLOCK", block)
        made = an.suggest_codes(embeddings, book, learn_from=coding, level=level, encoder=HashingEncoder())
        found.append(made.made_from)
    one, other = found
    assert one.suggested.any()
    assert np.array_equal(one.suggested, other.suggested)
    assert one.probabilities == pytest.approx(other.probabilities, abs=1e-9)
    assert one.anything == pytest.approx(other.anything, abs=1e-9, nan_ok=True)
    said = one.explain(segments[5].id), other.explain(segments[5].id)
    assert said[0] == said[1]


def test_words_of_very_many_segments_are_fitted_on_some_and_on_all_that_are_learnt_from(monkeypatch):
    segments, book, coding = given("answers", an.load_study("focus_group"))
    embeddings = an.embed(segments, encoder=HashingEncoder(), cache=False)
    monkeypatch.setattr(evidence, "MANY", 10)
    every = an.suggest_codes(embeddings, book, learn_from=coding, encoder=HashingEncoder()).made_from
    monkeypatch.setattr("alliance_nlp.suggesting.similarity.FITTED", 2)
    fewer = an.suggest_codes(embeddings, book, learn_from=coding, encoder=HashingEncoder()).made_from
    size = [len(made.fitted.similarity.vectorizers[0].get_feature_names_out()) for made in (fewer, every)]
    assert size[0] < size[1]
    assert np.corrcoef(fewer.probabilities.ravel(), every.probabilities.ravel())[0, 1] > 0.9


def test_vectors_stay_where_they_are(monkeypatch):
    """Nothing is laid out for all segments at once: no table of all rows is asked for."""
    monkeypatch.setattr(evidence, "MANY", 10)
    monkeypatch.setattr(evidence, "BLOCK", 16)
    asked, take = [], evidence.InOrder.__getitem__
    monkeypatch.setattr(evidence.InOrder, "__getitem__", lambda rows, key: asked.append(f := take(rows, key)) or f)
    segments, book, coding = given("answers", an.load_study("focus_group"))
    embeddings = an.embed(segments, encoder=HashingEncoder(), cache=False)
    an.suggest_codes(embeddings, book, learn_from=coding, encoder=HashingEncoder())
    assert max(map(len, asked)) < len(segments)  # those that are learnt from, or near to names


def test_each_two_rows_are_compared_once_and_stand_in_both_places(monkeypatch):
    monkeypatch.setattr(reference, "TRIANGLES", 4)
    texts = [f"time {'and trust' * (i % 3)} is what number {i % 5} said" for i in range(11)]
    segments = SegmentEvidence(np.random.default_rng(0).normal(size=(11, 6)), texts, None, ["T"] * 11)
    similarity = Similarity.of(segments, CodeEvidence(["time"]))
    features, rows = similarity.features(segments), np.array([0, 1, 3, 4, 5, 6, 8, 9, 10])
    whole = similarity.between(features.take(rows), features.take(rows))
    alike = Reference.of(similarity, features, rows, rows[:0]).alike
    assert np.abs(alike - whole).max() < 1e-12
    assert (alike[:4, 4:] == alike[4:, :4].T).all()


def test_turns_that_nobody_learns_from_are_scored_alike_with_and_without_coefficients():
    rng, n = np.random.default_rng(1), 500
    talk = [f"T{i // 50}" for i in range(n)]
    segments = SegmentEvidence(rng.normal(size=(n, 8)), None, talk, talk)
    table = np.where((np.arange(n) % 5 == 0)[:, None], np.nan, rng.random((n, 2)) < 0.3)
    codes, rows = CodeEvidence(["a", "b"]), np.flatnonzero(np.arange(n) % 5)
    tasks = [Task(segments, np.where((np.arange(n) // 50 == part)[:, None], np.nan, table), None, codes,
                  np.zeros(n, dtype=bool), stated=True) for part in range(3)]  # fmt: skip
    similarity, found = Similarity.of(segments, codes), []
    for near in (rows[:0], np.flatnonzero(np.arange(n) % 5 == 0)):
        made = Reference.of(similarity, similarity.features(segments), rows, near)
        fits = [(task, held, made.fit(task, held, every_fold=False))
                for task, held in ((task, Held.of(task.segments, task.read)) for task in tasks)]  # fmt: skip
        found.append(made.scores(fits))
    assert [len(tables) for tables in found[0]] == [2, 2, 2]  # of all, and within halves
    assert np.abs(np.array(found[0]) - np.array(found[1])).max() < 1e-12
    assert np.ptp(found[0]) > 0.1


def test_letters_of_words_that_are_kept_are_those_of_words_cut_up_anew(monkeypatch):
    monkeypatch.setattr(cutting_up, "KEPT_WORDS", 3)
    texts = ["we talked of trust", "Trust takes time", "", "time and trust and time", "we take time"]
    counting = cutting_up.LetterCounts(1)
    counting.fit_transform(texts)
    blocks = [texts[:2], texts[2:], texts[::-1], [""]]
    whole = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), vocabulary=counting.vocabulary, dtype=np.float64)
    for block in blocks:
        assert (counting.transform(block) != whole.transform(block)).nnz == 0
    assert len(counting.kept) == 3
