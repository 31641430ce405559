"""plot_risk_coverage(), learning_curve(), plot_learning_curve(): points by hand, what is held out, bad input."""

import numpy as np
import pytest
from drawn_figures import NAN, table
from reported_study import make_book, make_clusters, texts_of

import alliance_nlp as an
from alliance_nlp.comparison.learning_curves import CURVE
from alliance_nlp.errors import InputError
from alliance_nlp.plots import plot_learning_curve, plot_risk_coverage
from alliance_nlp.records import (
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    ReadSpan,
    Segment,
    Segments,
    Table,
    Transcript,
)
from alliance_nlp.suggesting import Suggestions
from alliance_nlp.suggesting.from_less import suggest_from_less


def suggested(applied, scores, *, coders=("A", "B"), themes=("Trust", "Time"), promises=()):
    clusters = make_clusters(texts_of(len(scores)))
    scores = np.array(scores, dtype=float)
    return Suggestions(
        clusters.segments, make_book(themes), scores, scores > 2, scores > 2, scores[:, 0],
        table("code promise threshold n_accepted n_wrong n_blocks bound reason", *promises),
        {"held_out": "2 sessions", "learnt_from": {"coders": coders}}, applied=np.array(applied, dtype=float),
    )  # fmt: skip


def lines_of(ax):
    return {line.get_label(): line for line in ax.lines}


def test_a_curve_has_the_share_wrong_of_the_surest_and_ends_with_all():
    first = [1, 1, 0.5, 0, 0, 1, 0, 0, 0, 0]
    made = suggested([[a, 0] for a in first], [[1 - 0.05 * i, 0.1] for i in range(10)])
    ax = plot_risk_coverage(made)
    x, y = lines_of(ax)["Trust/Trust at work"].get_data()
    assert x.tolist() == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9, 1.0])  # from the five surest on
    assert y.tolist() == pytest.approx([2.5 / 5, 2.5 / 6, 3.5 / 7, 4.5 / 8, 5.5 / 9, 6.5 / 10])
    # one applies it to 3.5 of 10 on average; of the 7 applications of both, 1 is not shared
    large = [line for line in ax.lines if line.get_markersize() == 10]
    assert [(p.get_xdata()[0], p.get_ydata()[0]) for p in large] == [pytest.approx((0.35, 1 / 7))]
    assert "Time/Time at work" not in lines_of(ax)  # nobody applied it
    assert "1 code not drawn" in an.describe_figure(ax)


def test_what_is_promised_has_a_bar_to_its_bound():
    code = make_book(("Trust",)).ids[0]
    made = suggested(
        [[1]] * 6 + [[0]] * 4, [[1 - 0.05 * i] for i in range(10)], coders=("A",), themes=("Trust",),
        promises=[(code, 0.2, 0.7, 6, 1.0, 5, 0.3, "")],
    )  # fmt: skip
    ax = plot_risk_coverage(made)
    bars = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_ydata()[1] == 0.3]
    assert [tuple(bar.get_ydata()) for bar in bars] == [(pytest.approx(1 / 6), 0.3)]
    assert "one person beside the other" not in lines_of(ax)  # one coder has nobody beside
    assert "what is promised, and its bound" in an.describe_figure(ax)


def test_no_more_than_ten_codes_and_only_known_ones():
    themes = tuple(f"Theme {i}" for i in range(12))
    rng = np.random.default_rng(0)
    made = suggested(rng.integers(0, 2, (20, 12)), rng.random((20, 12)), coders=("A",), themes=themes)
    ax = plot_risk_coverage(made)
    looks = {(line.get_color(), line.get_marker()) for line in ax.lines if line.get_marker() != "None"}
    assert len(looks) == len({color for color, _ in looks}) == len({shape for _, shape in looks}) == 10
    with pytest.raises(InputError, match="codes must be at most 10 of the codes of these suggestions. Got 12."):
        plot_risk_coverage(made, codes=made.codebook.ids)
    with pytest.raises(InputError, match="'Nothing' is none"):
        plot_risk_coverage(made, codes=["Nothing"])
    with pytest.raises(InputError, match="takes what suggest_codes\\(\\) gives"):
        plot_risk_coverage([])


def coded(n_sessions=3, n=20):
    """Sessions of segments in two directions, one of them Trust to both coders; vectors say which."""
    transcripts = tuple(Transcript(f"T{s}", "ab" * n) for s in range(n_sessions))
    parts = tuple(
        Segment(t.id, 2 * i, 2 * i + 2, "ab", speaker="P1", role="participant") for t in transcripts for i in range(n)
    )
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 2, len(parts))
    vectors = np.eye(2, 8)[kind] + rng.normal(0, 0.05, (len(parts), 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    spans = tuple(
        CodedSpan(c, p.transcript_id, p.start, p.end, "Trust")
        for c in "AB"
        for p, k in zip(parts, kind, strict=True)
        if k
    )
    read = tuple(ReadSpan(c, t.id, 0, 2 * n) for c in "AB" for t in transcripts)
    embeddings = Embeddings(Segments(parts, transcripts), vectors, EncoderInfo("by hand"))
    book = an.Codebook((an.Code("Trust"),))
    return embeddings, book, Coding(spans, read, book)


class ByHand:
    """Gives names and definitions a direction that says nothing."""

    def encode(self, texts):
        return np.ones((len(texts), 8))


def test_a_larger_share_is_learnt_from_more_and_nothing_of_what_is_held_out():
    embeddings, book, coding = coded()
    less, more, everything = (
        suggest_from_less(embeddings, book, learn_from=coding, share=share, encoder=ByHand())
        for share in (0.1, 0.5, 1.0)
    )
    assert less.n_learnt < more.n_learnt < everything.n_learnt == 40  # two sessions of twenty, one being held out
    assert less.held_out == "3 sessions"
    assert {(r.transcript_id, r.start) for r in less.coding.read} == {
        (s.transcript_id, s.start) for s in embeddings.segments
    }
    assert everything.coding.applied


def test_the_curve_is_the_agreement_with_those_it_learnt_from():
    embeddings, book, coding = coded()
    curve = an.learning_curve(
        embeddings, book, learn_from=coding, shares=(0.2, 1.0), n_orders=2, n_draws=30, encoder=ByHand()
    )
    rows = curve.rows()
    assert [(row["share"], row["order"]) for row in rows] == [(0.2, 0), (0.2, 1), (1.0, 0)]
    assert all(row["human_human"] == 1 for row in rows)  # A and B coded alike
    assert rows[-1]["kappa"] > 0.9
    assert rows[-1]["n"] == 60
    assert np.isfinite(rows[-1]["interval"]).all() or "no interval" in rows[-1]["reason"]
    again = an.learning_curve(
        embeddings, book, learn_from=coding, shares=(1.0, 0.2), n_orders=2, n_draws=30, encoder=ByHand()
    )
    assert again.to_text() == curve.to_text()


def test_what_cannot_be_learnt_or_held_out_is_refused():
    embeddings, book, coding = coded()
    with pytest.raises(InputError, match="shares above 0 and up to 1"):
        an.learning_curve(embeddings, book, learn_from=coding, shares=(0.0,))
    with pytest.raises(InputError, match="n_orders of 1 or more"):
        an.learning_curve(embeddings, book, learn_from=coding, n_orders=0)
    with pytest.raises(InputError, match=r"learn_from .*learning_curve\(\)|learning_curve\(\) .*learn_from"):
        an.learning_curve(embeddings, book, learn_from=None)
    one = coded(n_sessions=1, n=8)
    with pytest.raises(InputError, match="Nothing can be held out to learn from less"):
        an.learning_curve(one[0], one[1], learn_from=one[2], encoder=ByHand())


def test_the_picture_has_mean_orders_interval_people_and_position():
    rows = [(0.5, 0, 40, 80, 0.2, (NAN, NAN), 0.7, 0.1, ""), (0.5, 1, 40, 80, 0.3, (NAN, NAN), 0.7, 0.1, ""),
            (1.0, 0, 80, 80, 0.4, (0.3, 0.5), 0.7, 0.1, "")]  # fmt: skip
    ax = plot_learning_curve(Table(CURVE, tuple(rows)))
    main = lines_of(ax)["machine and people, 95% interval at the end"]
    assert np.column_stack(main.get_data()).tolist() == [[40, pytest.approx(0.25)], [80, 0.4]]
    assert lines_of(ax)["people with each other"].get_ydata()[0] == 0.7
    assert lines_of(ax)["position alone"].get_ydata()[0] == 0.1
    assert [tuple(line.get_ydata()) for line in ax.lines if tuple(line.get_xdata()) == (80, 80)] == [(0.3, 0.5)]
    undefined = plot_learning_curve(Table(CURVE, ((1.0, 0, 0, 0, NAN, (NAN, NAN), NAN, NAN, "nothing was coded"),)))
    assert "Nothing was coded." in an.describe_figure(undefined)
    with pytest.raises(InputError, match="takes what learning_curve\\(\\) gives, a table of share, order"):
        plot_learning_curve(Table(("a",), ((1,),)))
