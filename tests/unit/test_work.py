"""What a run does is counted, not timed: texts encoded, rows compared, codings projected, pictures, bytes written.

A number that grows says that work is done twice; whoever makes it grow on purpose writes the new number here, and why.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.cluster.hierarchy
import sklearn.manifold

import alliance_nlp as an
from alliance_nlp.clusters import describing, ward
from alliance_nlp.records import Coding, Segments
from alliance_nlp.reports import manifest
from alliance_nlp.reports.meeting import seen
from alliance_nlp.suggesting import reference, similarity
from alliance_nlp.suggesting.similarity import Similarity
from conftest import HashingEncoder


class Counted(HashingEncoder):
    """The hashing encoder, whose vectors are kept."""

    name, revision = "counted", "1"

    @property
    def texts(self):
        return [text for call in self.calls for text in call]


@pytest.fixture
def work(monkeypatch):
    """Counts of what is called from here on."""
    done = Counter()

    def counting(owner, name, amount, what):
        call = getattr(owner, name)

        def counted(*args, **kwargs):
            done[what] += amount(*args)
            return call(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)

    counting(scipy.cluster.hierarchy, "linkage", lambda rows, *_: _pairs(rows), "pairs of rows in trees")
    compared = lambda _, some, others: len(some) * (others.stop - others.start)  # noqa: E731
    counting(ward.Groups, "_costs", compared, "pairs of groups compared")
    counting(Similarity, "between", lambda _, a, b: len(a.vectors) * len(b.vectors), "pairs of segments compared")
    counting(reference, "inverse_of", lambda alike: len(alike) ** 3, "cubes of rows inverted")
    counting(similarity, "cut_up", len, "texts cut up")
    counting(Coding, "_project", lambda *_: 1, "codings projected")
    counting(sklearn.manifold.TSNE, "fit_transform", lambda *_: 1, "maps laid out")
    counting(sklearn.manifold._t_sne, "_kl_divergence_bh", lambda *_: 1, "steps of maps")
    counting(Segments, "take", lambda *_: 1, "segments put together anew")
    counting(manifest, "hash_coding", lambda *_: 1, "codings hashed")
    counting(describing, "_keywords", lambda *_: 1, "clusters put into words")
    counting(seen, "find_unnamed", lambda *_: 1, "clusters without a name sought")
    from matplotlib.figure import Figure

    counting(Figure, "savefig", lambda *_: 1, "pictures drawn")
    return done


def _pairs(rows):
    n = len(rows) if np.ndim(rows) == 2 else round((1 + (1 + 8 * len(rows)) ** 0.5) / 2)
    return n * (n - 1) // 2


def said_again(n):
    """Segments of `n` turns: those of the shipped study, said again with another number behind each."""
    study = an.load_study("focus_group")
    said = list(an.segment(study.transcripts).texts)
    rounds = -(-n // len(said))
    texts = [text if turn == 0 or len(text) < 20 else f"{text} {turn}." for turn in range(rounds) for text in said]
    return an.segment(an.read_transcripts(texts[:n]))


def run(encoder, folder):
    """Do the main job as the command line does, and write its report."""
    study = an.load_study("focus_group")
    segments = an.segment(study.transcripts)
    embeddings = an.embed(segments, encoder=encoder, cache=folder / "kept")
    mapping = an.map_clusters(an.cluster(embeddings), study.codebook)
    machine = an.suggest_held_out(embeddings, study.codebook, learn_from=study.coding)
    comparison = an.compare(study.consensus, machine, clusters=mapping, study=study)
    an.page_text(comparison, study=study)
    an.write_report(comparison, folder / "report", study=study)
    return segments


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_the_main_job_does_so_much_and_no_more(work, tmp_path):
    encoder = Counted()
    segments = run(encoder, tmp_path)
    assert set(segments.texts) <= set(encoder.texts)
    assert len(encoder.texts) == len(set(encoder.texts)) == 569  # 412 of segments, 157 of the codebook
    assert len(encoder.calls) <= 11
    assert work["codings projected"] <= 8
    assert work["maps laid out"] == 1
    assert work["steps of maps"] == 100
    assert work["segments put together anew"] <= 1
    assert work["codings hashed"] <= 2
    assert work["clusters put into words"] == 1  # for the page in the terminal and for the report
    assert work["clusters without a name sought"] == 2  # by each of the two
    assert work["pictures drawn"] <= 8  # four, as SVG and as PNG
    assert work["pairs of rows in trees"] <= 12_400_000
    assert work["pairs of segments compared"] <= 358_000
    assert work["cubes of rows inverted"] <= 181_000_000
    assert work["texts cut up"] <= 580
    assert size(tmp_path / "kept") <= 130_000
    assert size(tmp_path / "report") <= 2_600_000
    calls = len(encoder.calls)
    an.embed(segments, encoder=encoder, cache=tmp_path / "kept")
    assert len(encoder.calls) == calls  # what was kept is encoded by nobody


def test_two_thousand_segments_are_encoded_once_in_batches_of_like_length(tmp_path):
    encoder = Counted()
    segments = said_again(2000)
    done = an.embed(segments, encoder=encoder, cache=tmp_path)
    distinct = set(segments.texts)
    assert (len(done), len(segments)) == (2000, 2000)
    assert len(encoder.texts) == len(distinct) < 2000
    assert len(encoder.calls) == -(-len(distinct) // 64)
    lengths = [len(text) for text in encoder.texts]
    assert lengths == sorted(lengths)
    assert size(tmp_path) <= 300 * len(distinct)


def test_ten_parts_that_are_held_out_compare_segments_once(work):
    book = an.Codebook((an.Code("", "", "time"), an.Code("", "", "trust"), an.Code("", "", "work")))
    said = said_again(240).texts
    talks = [replace(t, id=f"T{i}", session=f"S{i}") for i in range(10)
             for t in an.read_transcripts([f"{text} {i}" for text in said[24 * i : 24 * i + 24]])]  # fmt: skip
    segments = an.segment(talks)
    spans = [an.CodedSpan("KL", s.transcript_id, s.start, s.end, book.ids[i % 3]) for i, s in enumerate(segments)]
    coding = an.Coding(tuple(spans), tuple(an.ReadSpan("KL", t.id, 0, len(t.text)) for t in talks), book)
    found = an.suggest_held_out(an.embed(segments, encoder=Counted(), cache=False), book, learn_from=coding)
    assert found.made_from.settings["n_parts"] == 10
    assert work["pairs of segments compared"] <= 240 * 240 + 240 * 24 + 24 * 24  # among all, and with those near names
    assert work["cubes of rows inverted"] <= 1.1 * 240**3
    assert work["texts cut up"] == 240 + 3
    assert work["codings projected"] == 1


@pytest.mark.slow
def test_trees_over_two_thousand_segments_compare_so_many_rows_and_no_more(work):
    an.cluster(an.embed(said_again(2000), encoder=Counted(), cache=False))
    assert work["pairs of rows in trees"] <= 1_800_000  # of the one tree at the end
    assert work["pairs of groups compared"] <= 90_000_000  # in rounds: more than one by one, all of a round at once
    assert work["codings projected"] == 0
