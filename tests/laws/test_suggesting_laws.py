"""Laws of the suggesting core, on random studies."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

import alliance_nlp as an
from alliance_nlp import agreement
from alliance_nlp.suggesting.calibration import Calibration
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.explaining import explain_code
from alliance_nlp.suggesting.learning import fit_codes, score_codes
from alliance_nlp.suggesting.promises import promise_codes, upper_bound
from alliance_nlp.suggesting.thresholds import kappa_curve, kappa_thresholds
from alliance_nlp.suggesting.weighing import average_precision

NAMES = CodeEvidence(["a", "b", "c"], np.eye(4)[:3])


def random_study(seed, n, n_blocks=9):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, n)
    vectors = np.eye(4)[kind] + 0.4 * rng.normal(size=(n, 4))
    applied = np.where(rng.random((n, 1)) < 0.7, np.eye(3)[kind], np.nan)
    blocks = np.sort(rng.integers(0, n_blocks, n)).tolist()
    return SegmentEvidence(vectors, blocks=blocks, sequences=blocks), applied


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 80))
def test_probabilities_lie_between_0_and_1_and_the_same_input_gives_the_same_output(seed, n):
    segments, applied = random_study(seed, n)
    first = fit_codes(segments, applied, codes=NAMES).scores
    again = fit_codes(segments, applied, codes=NAMES).scores
    assert ((first.probabilities >= 0) & (first.probabilities <= 1)).all()
    assert (first.probabilities == again.probabilities).all()
    assert (first.suggested == again.suggested).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_renaming_codes_renames_suggestions(seed):
    segments, applied = random_study(seed, 60)
    turned = [2, 0, 1]
    codes = CodeEvidence(["c", "a", "b"], np.asarray(NAMES.vectors)[turned])
    one = fit_codes(segments, applied, codes=NAMES).scores.probabilities
    other = fit_codes(segments, applied[:, turned], codes=codes).scores.probabilities
    assert one[:, turned] == pytest.approx(other, abs=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.booleans())
def test_what_was_coded_in_a_block_reaches_no_score_in_it(seed, n_blocks, one_session):
    """Turn every code of one block round: its learnt scores, those of its unread segments too, stay what they were."""
    segments, applied = random_study(seed, 70, n_blocks)
    if one_session:
        segments = SegmentEvidence(segments.vectors, blocks=segments.blocks, sequences=["T"] * len(segments))
    block = np.array(segments.blocks) == segments.blocks[35]
    turned = np.where(block[:, None], 1 - applied, applied)
    one, other = (fit_codes(segments, table, codes=NAMES) for table in (applied, turned))
    fold = int(one.held.fold[35])
    if fold >= 0 and one.held.n_folds > 1:
        assert other.coefficients[fold] == pytest.approx(one.coefficients[fold])
        assert other.coefficients[-1] != pytest.approx(one.coefficients[-1])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(12, 60), st.booleans(), st.booleans())
def test_the_terms_of_an_explanation_add_up_to_the_score(seed, n, dialogue, upward):
    rng = np.random.default_rng(seed)
    segments, applied = random_study(seed, n, n_blocks=4)
    segments = SegmentEvidence(
        segments.vectors, [f"w{i % 5} w{i % 3}" for i in range(n)], segments.blocks,
        segments.blocks if dialogue else None,
    )  # fmt: skip
    applied[rng.random(n) < 0.3] = 0.0  # read, and nothing to code there
    above = np.stack([np.fmax(applied[:, 0], applied[:, 1]), applied[:, 2]], axis=1) if upward else None
    codes = CodeEvidence(NAMES.names, NAMES.vectors, ["w0", "w1", "w2"], [(0, 1), (2,)])
    fitted = fit_codes(segments, applied, codes=codes, applied_above=above)
    for row in (0, n // 2, n - 1):
        for code in range(2 if upward else 3):
            terms = explain_code(fitted, row, code).terms
            assert sum(amount for _, amount in terms) == pytest.approx(fitted.scores.added[row, code], abs=1e-9)
    new = SegmentEvidence(np.asarray(segments.vectors), segments.texts, segments.blocks, segments.sequences)
    assert score_codes(fitted, new).added.shape == fitted.scores.added.shape


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_thresholds_have_the_highest_expected_kappa(shares):
    table = np.array(shares)[:, None]
    chosen = int((table[:, 0] >= kappa_thresholds(table)[0]).sum())
    values = kappa_curve(-np.sort(-table, axis=0))[:, 0]
    assert chosen == 0 or values[chosen - 1] <= values.max() + 1e-12
    assert (np.abs(values) <= 1 + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=2, max_size=30), st.data())
def test_the_curve_is_cohens_kappa(applied, data):
    m = data.draw(st.integers(1, len(applied)))
    given_code = [1] * m + [0] * (len(applied) - m)
    found = kappa_curve(np.array(applied, dtype=float)[:, None])[m - 1, 0]
    kappa = float(agreement.cohen_kappa(applied, given_code))
    assert found == pytest.approx(0.0 if np.isnan(kappa) else kappa)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30, unique_by=lambda pair: pair[0]))
def test_average_precision_is_scikit_learns(pairs):
    scores, carried = np.array([p for p, _ in pairs]), np.array([c for _, c in pairs])
    found = average_precision(scores[:, None], carried[:, None])[0]
    if carried.any():
        assert found == pytest.approx(average_precision_score(carried, scores))
    else:
        assert np.isnan(found)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 200))
def test_a_higher_score_is_never_less_probable(seed, n):
    rng = np.random.default_rng(seed)
    scores, applied = rng.normal(size=(n, 3)), (rng.random((n, 3)) < 0.3).astype(float)
    line = np.linspace(-5, 8, 60)[:, None] * np.ones(3)
    found = Calibration.of(scores, applied).judge(line)
    assert (np.diff(found, axis=0) > 0).all()


def test_few_codings_move_the_calibration_little():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(300, 1))
    found = []
    for n_coded in (0, 9, 10):
        applied = np.zeros((300, 1))
        applied[rng.choice(300, n_coded, replace=False)] = 1.0
        found.append(Calibration.of(scores, applied).judge(np.zeros((1, 1)))[0, 0])
    assert found[0] < 0.01
    assert abs(found[1] - found[2]) < 0.01


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=2, max_size=12), st.data())
def test_the_bound_lies_above_what_was_seen(sizes, data):
    wrong = [data.draw(st.integers(0, n)) for n in sizes]
    assert sum(wrong) / sum(sizes) - 1e-9 <= upper_bound(wrong, sizes) <= 1
    assert upper_bound(wrong, sizes, confidence=0.8) <= upper_bound(wrong, sizes, confidence=0.95)


def test_promises_about_codes_that_come_in_transcripts_are_kept_as_often_as_they_say():
    """As many further transcripts; prevalence differs by one in log-odds; calibrated scores of good quality."""
    rng = np.random.default_rng(0)
    made = broken = 0
    for _ in range(150):
        shares = 1 / (1 + np.exp(-(np.log(0.25) + rng.normal(size=20))))
        carried = rng.random((20, 40)) < shares[:, None]
        scores = rng.normal(size=(20, 40)) + 2.5 * carried
        p = 1 / (1 + np.exp(-(np.log(0.25) + 2.5 * scores - 2.5**2 / 2)))
        known, later = slice(0, 10), slice(10, 20)
        promise = promise_codes(
            p[known].reshape(-1, 1), carried[known].reshape(-1, 1), blocks=np.repeat(np.arange(10), 40).tolist(),
            target=0.2,
        )[0]  # fmt: skip
        accepted = p[later] >= promise.threshold
        if promise.promise is not None and accepted.any():
            made += 1
            broken += (~carried[later][accepted]).mean() > 0.2
    assert made > 50
    assert broken / made <= 0.1


class Noise:
    """Vectors that know nothing of what was said."""

    name, revision = "noise", "1"

    def encode(self, texts):
        seeds = [int(hashlib.md5(text.encode()).hexdigest()[:8], 16) for text in texts]
        return np.array([np.random.default_rng(seed).normal(size=24) for seed in seeds])


def noise_study(seed, n_sessions, n_turns, roles, all_read):
    """Codes run along the talk, words mean nothing; a third of the turns repeats an earlier one."""
    rng = np.random.default_rng(seed)
    transcripts, said, coded = [], [], []
    for t in range(n_sessions):
        text, turns, often = "", [], rng.beta(1, 3)
        for i in range(n_turns):
            words = " ".join(f"w{rng.integers(60)}" for _ in range(rng.integers(3, 12)))
            words = said[rng.integers(len(said))] if said and rng.random() < 0.3 else words
            said.append(words)
            asks = i % 3 == 0
            turns.append(an.Turn(len(text), len(text) + len(words), "M" if asks else f"P{i % 4}",
                                 "moderator" if asks else "participant"))  # fmt: skip
            text += words + "\n"
        runs = np.repeat(rng.random(-(-n_turns // 5)) < often, 5)[:n_turns]
        coded += [(f"T{t}", turn.start, bool(run)) for turn, run in zip(turns, runs, strict=True)]
        transcripts.append(an.Transcript(f"T{t}", text, tuple(turns)))
    segments = an.segment(transcripts, **roles)
    code_of = {(name, start): run for name, start, run in coded}
    carried = np.array([code_of[s.transcript_id, s.start] for s in segments])
    read = np.ones(len(segments), dtype=bool) if all_read else rng.random(len(segments)) < 0.6
    book = an.Codebook((an.Code("", "", "one"), an.Code("", "", "other")))
    spans = [("A", s.transcript_id, s.start, s.end) for s in segments]
    coding = an.Coding(
        tuple(an.CodedSpan(*span, "one") for span, c, r in zip(spans, carried, read, strict=True) if c and r),
        tuple(an.ReadSpan(*span) for span, r in zip(spans, read, strict=True) if r), book,
    )  # fmt: skip
    return segments, book, coding, carried, read


@pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
@pytest.mark.parametrize(
    ("n_sessions", "n_turns", "roles", "all_read"),
    [(8, 30, {"roles": "all"}, True), (2, 90, {}, True), (1, 240, {}, True), (6, 40, {"roles": "all"}, False)],
    ids=["sessions, moderators coded", "two sessions", "one session", "part read"],
)
def test_from_noise_nothing_is_learnt_about_what_was_held_out(n_sessions, n_turns, roles, all_read):
    read_aucs, unread_aucs = [], []
    for seed in range(14):
        segments, book, coding, carried, read = noise_study(seed, n_sessions, n_turns, roles, all_read)
        if not coding.applied:
            continue
        found = an.suggest_codes(segments, book, learn_from=coding, encoder=Noise()).made_from.probabilities[:, 0]
        for aucs, rows in ((read_aucs, read), (unread_aucs, ~read)):
            if 0 < carried[rows].sum() < rows.sum():
                aucs.append(roc_auc_score(carried[rows], found[rows]))
    for aucs in filter(None, (read_aucs, unread_aucs)):
        assert abs(np.mean(aucs) - 0.5) <= 3 * np.std(aucs) / np.sqrt(len(aucs)) + 0.01


def noise_form(seed, n_people=70):
    """Three questions, words mean nothing, but a person's answers carry the code together; a third repeats another."""
    rng = np.random.default_rng(seed)
    often, transcripts, said, carried = rng.beta(0.4, 1.2, n_people), [], [], []
    for question in ("Q1", "Q2", "Q3"):
        text, turns = "", []
        for person in rng.permutation(n_people).tolist():
            words = " ".join(f"w{rng.integers(60)}" for _ in range(rng.integers(2, 9)))
            words = said[rng.integers(len(said))] if said and rng.random() < 0.3 else words
            said.append(words)
            turns.append(
                an.Turn(len(text), len(text) + len(words), f"P{person}", "participant", person_id=f"P{person}")
            )
            carried.append(bool(rng.random() < often[person]))
            text += words + "\n"
        transcripts.append(an.Transcript(question, text, tuple(turns)))
    segments = an.segment(transcripts)
    book = an.Codebook((an.Code("", "", "one", exemplars=tuple(said[i] for i in np.flatnonzero(carried)[:3])),
                        an.Code("", "", "other")))  # fmt: skip
    spans = [("A", s.transcript_id, s.start, s.end) for s in segments]
    coded = tuple(an.CodedSpan(*span, "one") for span, c in zip(spans, carried, strict=True) if c)
    return segments, book, an.Coding(coded, tuple(an.ReadSpan(*span) for span in spans), book), np.array(carried)


@pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
def test_from_noise_nothing_is_learnt_about_a_person_on_a_form():
    aucs = []
    for seed in range(14):
        segments, book, coding, carried = noise_form(seed)
        made = an.suggest_codes(segments, book, learn_from=coding, encoder=Noise()).made_from
        assert made.settings["held_out"] == "70 people, each with all their answers"
        aucs.append(roc_auc_score(carried, made.probabilities[:, 0]))
    assert abs(np.mean(aucs) - 0.5) <= 3 * np.std(aucs) / np.sqrt(len(aucs)) + 0.01
