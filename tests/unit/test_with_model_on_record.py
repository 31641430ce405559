"""A language model on record: estimate before it starts, drafts, manifests, rerun, numbers for names."""

import json
import re
from pathlib import Path

import pytest

import alliance_nlp as an
from alliance_nlp.errors import InputError
from alliance_nlp.reports.audit import data_protection_paragraph, methods_paragraph
from alliance_nlp.reports.audit.facts import gather_facts
from alliance_nlp.reports.audit.rerun import rerun_script
from model_server import ModelServer, given

PAGE = Path(__file__).parents[2] / "docs" / "language_models.md"
RUSH = "Time/takes time/rush"


@pytest.fixture
def server():
    made = ModelServer(lambda texts: given(*([(RUSH, "waiting")] if "waiting" in text else [] for text in texts)))
    yield made
    made.close()


def estimate(server, study, **more):
    found = an.estimate_with_model(
        an.segment(study.transcripts), study.codebook, endpoint=server.url, model="small", **more
    )
    return {row["what"]: row["n"] for row in found}, found


def test_an_estimate_sends_nothing_and_is_what_is_sent_then(server, study, tmp_path):
    wishes = {"model_revision": "1", "cache": tmp_path}
    before, table = estimate(server, study, seconds_a_call=6.0, **wishes)
    assert server.raw == []
    assert f"Nothing was sent. It would go to {server.host}, this computer." in str(table)
    coding = an.suggest_with_model(
        an.segment(study.transcripts), study.codebook, endpoint=server.url, model="small", **wishes
    )
    assert before["calls"] == 12
    assert before["calls still to be asked"] == 11 == len(server.bodies)
    assert before["bytes to be sent"] == coding.made_from.settings["bytes_sent"]
    assert before["minutes, one call at a time"] == pytest.approx(1.1)
    assert before["tokens of answers, at most"] == 11 * 500
    assert estimate(server, study, **wishes)[0]["calls still to be asked"] == 0
    with pytest.raises(InputError, match="seconds_a_call must be above 0. Got 0"):
        estimate(server, study, seconds_a_call=0)
    with pytest.raises(InputError, match="estimate_with_model\\(\\) needs a codebook. Got None"):
        an.estimate_with_model(an.segment(study.transcripts), None, endpoint=server.url, model="small")


@pytest.mark.skipif(not PAGE.exists(), reason="installed without the docs")
def test_the_table_of_calls_in_the_docs_is_what_the_estimate_says():
    study = an.load_study("focus_group")
    segments = an.segment(study.transcripts)
    rows = re.findall(r"^\| (code|theme), (\d+), (\d+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 5
    for level, batch, context, figures in rows:
        found = an.estimate_with_model(
            segments, study.codebook, endpoint="http://localhost:11434/v1", model="NAME", level=level,
            batch=int(batch), context=int(context), cache=False,
        )  # fmt: skip
        told = dict(found.values)
        del told["segments"]
        assert [f"{n:,}" for n in list(told.values())[:6]] == figures.split(" | ")


def test_calls_are_measured_where_that_is_asked_for_and_not_asked_twice(server, study, tmp_path):
    wishes = {"model_revision": "1", "cache": tmp_path}
    rows, table = estimate(server, study, measure=3, **wishes)
    assert len(server.bodies) == 3
    assert rows["calls still to be asked"] == 8
    assert rows["minutes, one call at a time"] == pytest.approx(
        8 * rows["seconds a call, in the median"] / 60, abs=1e-3
    )
    assert f"3 calls went to {server.host}, this computer, and took " in str(table)
    assert "answers are kept." in str(table)
    texts = [segment.text for segment in an.segment(study.transcripts)]
    asked = [material["segments"][0]["text"] for material in server.materials]
    assert (asked[0], asked[-1]) == (texts[0], texts[-1])
    an.suggest_with_model(an.segment(study.transcripts), study.codebook, endpoint=server.url, model="small", **wishes)
    assert len(server.bodies) == 11
    assert estimate(server, study, measure=50, **wishes)[0]["calls still to be asked"] == 0
    assert len(server.bodies) == 11
    assert "minutes, one call at a time" not in estimate(server, study, **wishes)[0]
    assert "not kept, for want of a model_revision=" in str(estimate(server, study, measure=1, cache=False)[1])
    with pytest.raises(InputError, match="Give measure= or seconds_a_call=, not both"):
        estimate(server, study, measure=1, seconds_a_call=2.0)


def test_what_is_measured_goes_to_nobody_else_and_holds_no_other_words(server, study, monkeypatch):
    """Measuring sends words, so that all that holds of sending holds of it."""
    monkeypatch.setattr("alliance_nlp.models.addresses.is_here", lambda host: False)
    wishes = {"endpoint": server.url, "model": "small", "measure": 1, "study": study}
    for allowed, said in ((False, "is not this computer"), (True, "None of 12 segments may be sent")):
        with pytest.raises(InputError, match=said):
            an.estimate_with_model(an.segment(study.transcripts), study.codebook, allow_remote=allowed, **wishes)
    assert server.raw == []


@pytest.fixture
def compared(server, study):
    coding = an.suggest_with_model(
        an.segment(study.transcripts),
        study.codebook,
        endpoint=server.url,
        model="small",
        model_revision="r1",
        cache=False,
    )
    return an.compare(study.coding, coding, n_draws=20, n_permutations=0)


def test_drafts_say_what_went_where(server, study, compared):
    facts = gather_facts(study, compared)
    said = data_protection_paragraph(facts, quotes=False)
    n = compared.b.made_from.settings["bytes_sent"]
    assert (
        f"Words of 12 segments went to the language model small (r1) at {server.host}, the computer on which it was "
        f"asked, without names and labels of speakers: 11 requests in that run, {n} bytes;" in said
    )
    assert "nothing that a language model made" not in said
    assert "The language model small (r1) coded 12 segments (level: code) by the prompt coding-1" in methods_paragraph(
        facts
    )


def test_drafts_say_of_another_computer_how_words_went(server, study, monkeypatch):
    monkeypatch.setattr("alliance_nlp.models.addresses.is_here", lambda host: False)
    people = [an.Participant(f"P{n}", remote_model=True) for n in (1, 2, 3)]
    named = an.Study(study.transcripts, study.codebook, study.coding, participants=tuple(people))
    coding = an.suggest_with_model(
        an.segment(named.transcripts), named.codebook, endpoint=server.url, model="small", allow_remote=True,
        study=named, cache=False,
    )  # fmt: skip
    found = an.compare(named.coding, coding, n_draws=20, n_permutations=0)
    assert f"at {server.host}, another computer, unencrypted," in data_protection_paragraph(
        gather_facts(named, found), quotes=False
    )


def test_manifests_hold_the_prompt_and_what_was_sent(study, compared, tmp_path):
    trail = an.write_audit_trail(study, tmp_path / "trail", comparison=compared)
    report = an.write_report(compared, tmp_path / "report", study=study).parent
    for home in (trail, report):
        manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
        (asked,) = manifest["language_models"]
        assert asked["model"] == "small"
        assert "{{codes}}" in asked["prompt"]["text"]
        assert len(asked["asked_sha256"]) == 64
    numbers = json.loads((trail / "numbers.json").read_text(encoding="utf-8"))
    (name,) = numbers["suggestions"]
    assert numbers["suggestions"][name]["counts"][0]["what"] == "calls"


def test_a_rerun_sends_nothing_to_any_server(study, compared):
    script, left_out = rerun_script(study, compared)
    assert left_out == "a side was coded by a language model, and this script sends nothing to any server"
    assert "suggest_with_model" not in script


def test_numbers_for_names_reach_the_quotes(study, compared, tmp_path):
    an.write_report(compared, tmp_path / "report", study=study, quotes=False, people=False)
    files = [path for path in (tmp_path / "report").rglob("*") if path.suffix in (".html", ".json", ".csv", ".md")]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    assert {"report.html", "manifest.json"} <= set(texts)
    assert [name for name, text in texts.items() if "always waiting" in text or "S1:" in text] == []
