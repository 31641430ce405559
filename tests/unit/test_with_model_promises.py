"""A language model beside itself, and what its codes mean beside held-out codings of people; figures by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.errors import AlignmentError, AllianceWarning, InputError
from alliance_nlp.records import Segments, Transcript, Turn
from model_server import ModelServer, given

DEMANDING, LISTENING, RUSH = "Trust/building trust/demanding", "Trust/building trust/listening", "Time/takes time/rush"


@pytest.fixture
def server():
    made = ModelServer(by_word)
    yield made
    made.close()


def by_word(texts):
    return given(*([(RUSH, w) for w in ("waiting", "clock") if w in text] for text in texts))


def wishes(server, **more):
    return {"endpoint": server.url, "model": "small", "cache": False, "timeout": 5.0, **more}


def coded(server, study, **more):
    return an.suggest_with_model(an.segment(study.transcripts), study.codebook, **wishes(server, **more))


# --- beside itself ---------------------------------------------------------------------------------------------------


def test_a_model_that_says_the_same_agrees_with_itself(server, study):
    found = an.stability_with_model(
        an.segment(study.transcripts), study.codebook, n_samples=3, **wishes(server, random_state=4)
    )
    assert [row["run"] for row in found.runs] == [
        "asked again", "codes in another order", "prompt coding-1-other-words",
        "sample 1 at temperature 0.7", "sample 2 at temperature 0.7", "sample 3 at temperature 0.7",
    ]  # fmt: skip
    assert {(row["n_segments"], row["same_codes"], row["kappa"], row["n_codes"]) for row in found.runs} == {
        (12, 1.0, 1.0, 2)
    }
    assert found.shares.sum(axis=0).tolist() == [0, 0, 2]
    rush = found.per_code.rows()[2]
    assert (rush["given"], rush["share_of_samples"], rush["alpha"]) == (2, pytest.approx(2 / 12), 1.0)
    assert found.per_code.rows()[0]["reason"]  # never given: nothing varies
    asked = [(body["temperature"], body["seed"]) for body in server.bodies]
    assert sorted(set(asked)) == [(0.0, 4), (0.7, 5), (0.7, 6), (0.7, 7)]
    assert len(asked) == 7 * 11 == found.settings["n_requests"]
    assert "A coder that agrees with itself can be wrong every time." in str(found)
    assert "waiting" not in str(found)


def test_the_samples_see_the_codes_in_orders_of_their_own(server, study):
    an.stability_with_model(
        an.segment(study.transcripts).take([0]), study.codebook, n_samples=5, **wishes(server, random_state=1)
    )
    orders = [
        tuple(
            json.loads(line)["code"]
            for line in body["messages"][0]["content"].split("\n")
            if line.startswith('{"code"')
        )
        for body in server.bodies
    ]
    assert orders[0] == orders[1] == (DEMANDING, LISTENING, RUSH) == orders[3]
    assert len(set(orders)) > 2
    assert {frozenset(order) for order in orders} == {frozenset(orders[0])}


def test_a_model_that_wavers_is_seen_to(server, study):
    """It gives the code to "waiting" in every other run of four: by hand 2 of 4 samples, and the first run without."""
    runs = []

    def wavering(texts):
        if "waiting" in texts[0]:
            runs.append(1)
            return by_word(texts) if len(runs) % 2 == 0 else given([])
        return by_word(texts)

    server.answer = wavering
    found = an.stability_with_model(an.segment(study.transcripts), study.codebook, n_samples=4, **wishes(server))
    row = [s.text for s in an.segment(study.transcripts)].index("The next one is always waiting.")
    assert found.shares[row, 2] == 0.5
    assert [r["same_codes"] for r in found.runs][:2] == [pytest.approx(11 / 12), 1.0]
    assert 0 < found.per_code.rows()[2]["alpha"] < 1


def test_what_was_kept_is_not_taken_where_the_same_is_asked_again(server, study, tmp_path):
    again = {"cache": tmp_path, "model_revision": "1", "n_samples": 1}
    segments = an.segment(study.transcripts).take([0])
    an.stability_with_model(segments, study.codebook, **wishes(server, **again))
    assert len(server.bodies) == 5
    an.stability_with_model(segments, study.codebook, **wishes(server, **again))
    assert len(server.bodies) == 6


@pytest.mark.parametrize(
    ("wish", "said"),
    [({"n_samples": 0}, "n_samples must be a whole number from 1 to 50. Got 0"),
     ({"temperature": 0}, "temperature must be above 0 and at most 2. Got 0"),
     ({"n_parallel": 0}, "n_parallel must be a whole number from 1 to 16")],
)  # fmt: skip
def test_values_of_samples_are_checked_before_anything_is_sent(server, study, wish, said):
    with pytest.raises(InputError, match=said):
        an.stability_with_model(an.segment(study.transcripts), study.codebook, **wishes(server, **wish))
    assert server.raw == []


def _codings(coding, people):
    with pytest.warns(AllianceWarning):
        return an.promise_with_model(coding, people)


# --- beside people ---------------------------------------------------------------------------------------------------


def promised(coding, study, **more):
    with pytest.warns(AllianceWarning, match="1 of 3 codes not suggested: too few codings"):
        return an.promise_with_model(coding, study.coding, **more)


def test_probabilities_are_how_often_people_of_other_sessions_apply_the_code(server, study):
    """What S1 gets comes from S2: there the model gave RUSH once, and both people with it.

    Given: (1 + 5 * (1 + .5) / (1 + 1)) / (1 + 5). Not given: people apply half a RUSH in five segments, and all codes
    4.5 times in the 17 other decisions: (.5 + 5 * (4.5 + .5) / (17 + 1)) / (5 + 5).
    """
    made = promised(coded(server, study), study).made_from
    rows = [i for i, s in enumerate(made.segments) if s.transcript_id == "S1"]
    waiting = next(i for i in rows if "waiting" in made.segments[i].text)
    assert made.probabilities[waiting, 2] == pytest.approx(4.75 / 6)
    others = [i for i in rows if i != waiting]
    assert made.probabilities[others, 2] == pytest.approx(np.full(5, (0.5 + 5 * 5 / 18) / 10))
    assert made.settings["held_out"] == "2 sessions"


def test_codings_of_what_is_held_out_do_not_reach_its_probabilities(server, study):
    coding = coded(server, study)
    before = promised(coding, study).made_from
    changed = replace(study.coding, applied=tuple(
        replace(a, code_id=LISTENING) if a.transcript_id == "S1" and a.code_id == RUSH else a
        for a in study.coding.applied
    ))  # fmt: skip
    after = _codings(coding, changed).made_from
    rows = [i for i, s in enumerate(before.segments) if s.transcript_id == "S1"]
    rest = [i for i, s in enumerate(before.segments) if s.transcript_id == "S2"]
    assert np.array_equal(before.probabilities[rows], after.probabilities[rows])
    assert not np.array_equal(before.probabilities[rest], after.probabilities[rest])


def test_it_stands_in_a_comparison_and_promises_nothing_on_two_sessions(server, study):
    coding = promised(coded(server, study), study, abstain=0.1)
    assert coding.coders[0].endswith(", calibrated")
    assert {row["promise"] for row in coding.made_from.promises} == {None}
    reasons = [row["reason"] for row in coding.made_from.promises]
    assert "2 transcripts or stretches of talk carry the code; 5 are needed" in reasons[2]
    assert reasons[1] == "too few codings to suggest it at all"
    assert an.compare(study.coding, coding, level="code", n_draws=20, n_permutations=0).per_code[0]["n_a"] > 0


def test_a_promise_stands_where_many_sessions_keep_it(server):
    """Eight sessions of twelve turns, the model is right whenever it gives the code."""
    names = [f"S{i}" for i in range(8)]
    transcripts = tuple(
        Transcript(n, "waiting. " * 6 + "nothing. " * 6, tuple(
            Turn(9 * i, 9 * i + 8, "P", "participant") for i in range(12)))
        for n in names
    )  # fmt: skip
    book = an.Codebook((an.Code("Time", "", "rush"),))
    spans = tuple(an.CodedSpan("A", n, 9 * i, 9 * i + 8, "Time/rush") for n in names for i in range(6))
    people = an.Coding(spans, tuple(an.ReadSpan("A", n, 0, 108) for n in names), book)
    server.answer = lambda texts: given(*([("Time/rush", "waiting")] if "waiting" in t else [] for t in texts))
    coding = an.suggest_with_model(an.segment(transcripts), book, **wishes(server, batch=12))
    found = an.promise_with_model(coding, people, abstain=0.3)
    row = found.made_from.promises.rows()[0]
    assert (row["promise"], row["n_accepted"], row["n_wrong"]) == (0.3, 48, 0.0)
    assert len(found.applied) == 48
    assert all(a.score > 0.9 for a in found.applied)


def test_a_learnt_coder_and_samples_can_be_stacked_on_it(server, study, encoder):
    segments, coding = an.segment(study.transcripts), coded(server, study)
    with pytest.warns(AllianceWarning):
        learnt = an.suggest_held_out(segments, study.codebook, learn_from=study.coding, encoder=encoder)
    stability = an.stability_with_model(segments, study.codebook, n_samples=2, **wishes(server))
    stacked = promised(coding, study, stacked_with=learnt, stability=stability)
    assert stacked.coders[0] == f"{coding.coders[0]}, stacked with machine, learnt"
    assert np.isfinite(stacked.made_from.probabilities).all()
    assert not np.allclose(stacked.made_from.probabilities, promised(coding, study).made_from.probabilities)
    half = replace(learnt.made_from, segments=learnt.made_from.segments.take(range(6)),
                   probabilities=learnt.made_from.probabilities[:6])  # fmt: skip
    with pytest.raises(
        AlignmentError, match="stacked_with must know the segments .* It lacks 6 of 12 segments, and its"
    ):
        an.promise_with_model(coding, study.coding, stacked_with=replace(learnt, made_from=half))
    with pytest.raises(InputError, match="stacked_with must be what suggest_held_out"):
        an.promise_with_model(coding, study.coding, stacked_with=study.coding)
    with pytest.raises(InputError, match="stability must be what stability_with_model"):
        an.promise_with_model(coding, study.coding, stability=learnt)


def test_where_the_model_abstained_nothing_is_suggested_and_nothing_read(server, study):
    server.answer = lambda texts: "not JSON" if "waiting" in texts[0] else by_word(texts)
    with pytest.warns(AllianceWarning, match="No answer that can be used"):
        coding = coded(server, study)
    found = _codings(coding, study.coding)
    assert len(found.read) == 11
    assert np.isnan(found.made_from.probabilities).any(axis=1).sum() == 1


def test_drafts_know_it_for_a_language_models(server, study):
    from alliance_nlp.reports.audit import data_protection_paragraph, methods_paragraph
    from alliance_nlp.reports.audit.facts import gather_facts
    from alliance_nlp.reports.audit.rerun import rerun_script

    found = an.compare(study.coding, promised(coded(server, study), study), n_draws=20, n_permutations=0)
    facts = gather_facts(study, found)
    assert "went to the language model small at" in data_protection_paragraph(facts, quotes=False)
    assert "(level: code; held out: 2 sessions)" in methods_paragraph(facts)
    assert "sends nothing to any server" in rerun_script(study, found)[1]


@pytest.mark.parametrize(
    ("more", "said"),
    [({"abstain": 1.0}, "abstain must be a share between 0 and 1"), ({"confidence": 1}, "confidence must lie between")],
)
def test_values_of_promises_are_checked(server, study, more, said):
    with pytest.raises(InputError, match=said):
        an.promise_with_model(coded(server, study), study.coding, **more)


def test_what_cannot_be_promised_on_is_refused(server, study):
    coding = coded(server, study)
    with pytest.raises(InputError, match="needs a learn_from. Got None"):
        an.promise_with_model(coding, None)
    with pytest.raises(InputError, match="takes what suggest_with_model"):
        an.promise_with_model(study.coding, study.coding)
    with pytest.raises(InputError, match="learn_from must hold what people coded"):
        an.promise_with_model(coding, coding)
    one = an.segment(study.transcripts[:1])
    alone = an.suggest_with_model(one, study.codebook, **wishes(server))
    own = replace(study.coding, applied=tuple(a for a in study.coding.applied if a.transcript_id == "S1"),
                  read=tuple(r for r in study.coding.read if r.transcript_id == "S1"))  # fmt: skip
    with pytest.raises(
        InputError, match="Nothing can be held out: one session was read, and its 6 segments are too few"
    ):
        an.promise_with_model(alone, own)
    empty = an.suggest_with_model(Segments((), study.transcripts), study.codebook, **wishes(server))
    with pytest.raises(InputError, match="read none of the 0 segments"):
        an.promise_with_model(empty, study.coding)
