"""Pre-understanding: expectations beside what was found, and whether they were written down in time."""

import datetime
from dataclasses import replace

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.errors import InputError
from alliance_nlp.ledger import Ledger, record_decision, replay
from alliance_nlp.method.expectations import NO_CONTRARY, NOT_JUDGED, compare_expectations
from alliance_nlp.records import Expectation, Study
from hand_made_study import BOOK, make_study


def verdicts(study, **more):
    return [(row["outcome"], row["theme"]) for row in compare_expectations(study, **more).rows()]


def test_expected_found_and_not_found():
    study = make_study()
    assert verdicts(study) == [
        ("theme spoken of", "Trust"), ("theme not spoken of", "Joy"), ("not linked to a theme", ""),
        ("spoken of and not expected", "Time"),
    ]  # fmt: skip
    found = compare_expectations(study)
    assert found.of("spoken of and not expected") == ("Time",)
    assert [row["statements"] for row in found.rows()] == [4, 0, None, 3]
    assert repr(found) == ("ExpectationsBeside(1 theme spoken of, 1 theme not spoken of, 1 spoken of and not expected)")
    assert len(found.to_frame()) == 4
    assert "pay" in found._repr_html_()


def test_only_what_people_linked_counts_by_name_or_alias():
    linked = (
        Expectation("Trust and time and joy.", "A", None, "a STANDARD"),
        Expectation("Trust!", "A", None, "Money"),
    )
    assert verdicts(make_study(expectations=linked))[:2] == [
        ("theme spoken of", "Trust"), ("linked to a theme that is not in the codebook", "Money"),
    ]  # fmt: skip
    assert verdicts(make_study(expectations=()))[0] == ("spoken of and not expected", "Trust")


@pytest.mark.parametrize(
    ("day", "written"),
    [(datetime.date(2025, 3, 1), "before the sessions"), (datetime.date(2025, 4, 1), "before the analysis"),
     (datetime.date(2025, 5, 1), "after the analysis began"), (datetime.date(2025, 6, 1), "after the analysis began"),
     (None, "undated")],
)  # fmt: skip
def test_hindsight_is_said(day, written):
    study = make_study(expectations=(Expectation("x", "A", day, "Trust"),))
    found = compare_expectations(study, began=datetime.date(2025, 5, 1))
    assert found.rows()[0]["written"] == written
    assert ("hindsight" in str(found)) == (written in ("undated", "after the analysis began"))


def test_when_the_analysis_began_is_the_first_coding_or_nobody_knows():
    study = make_study()
    assert compare_expectations(study).began == datetime.date(2025, 3, 19)
    bare = replace(study.coding, applied=tuple(replace(a, date=None) for a in study.coding.applied))
    undated = replace(
        make_study(consensus=None, coding=bare), transcripts=tuple(replace(t, date=None) for t in study.transcripts)
    )
    found = compare_expectations(undated)
    assert found.began is None
    assert found.rows()[0]["written"] == "the analysis has no date"
    assert "Nothing says when the analysis began." in str(found)


def test_without_a_coding_there_is_nothing_to_compare_with():
    with pytest.raises(InputError, match="Nobody has coded anything"):
        compare_expectations(Study(make_study().transcripts, BOOK))


def test_what_the_expectations_say_is_shown():
    assert "They will speak of joy." in str(compare_expectations(make_study()))


# --- by what an expectation says --------------------------------------------------------------------------------------

NOBODY = "Nobody finds it hard to win trust."
HARD = Expectation(NOBODY, "A", datetime.date(2025, 3, 1), "Trust", "It is hard work to win trust.")


def near(found, to):
    return [row["quote"] for row in found.nearest.rows() if row["near_to"].startswith(to)]


def test_the_contrary_is_spoken_of_under_the_same_theme_and_nothing_is_judged():
    found = compare_expectations(make_study(expectations=(HARD,)), n_nearest=1)
    row = found.rows()[0]
    assert (row["outcome"], row["verdict"], row["contrary_from"]) == ("theme spoken of", NOT_JUDGED, "as A wrote it")
    assert near(found, "contrary") == ["It is hard work to win their trust every time."]
    assert near(found, "expectation")
    assert "found" not in row["outcome"]
    assert "It is hard work to win their trust every time." not in str(found)  # quotes are not printed


def test_no_contrary_is_made_up():
    bare = replace(HARD, contrary="")
    found = compare_expectations(make_study(expectations=(bare,)))
    assert found.rows()[0]["contrary_from"] == NO_CONTRARY
    assert near(found, "contrary") == []
    assert "No contrary is written down of 1 expectation; ask those who expected it." in str(found)


def test_two_people_who_differ_both_stand_and_a_later_word_replaces_an_earlier(tmp_path):
    study, path = make_study(expectations=(replace(HARD, contrary=""),)), tmp_path / "d.jsonl"
    place = study.consensus.applied[0].segment_id
    for by, verdict in (("A", "confirmed"), ("A", "contradicted"), ("B", "changed")):
        record_decision(path, "expectation", about="1", verdict=verdict, segment=place, by=by, of=study)
    record_decision(path, "contrary", about=NOBODY.upper(), to="It is hard work to win trust.", by="B", of=study)
    found = compare_expectations(study, standing=replay(path, codebook=BOOK), n_nearest=1)
    row = found.rows()[0]
    assert (row["verdict"], row["quotes"]) == ("A: contradicted; B: changed", (place, place))
    assert (row["contrary"], row["contrary_from"]) == ("It is hard work to win trust.", "as B wrote it (decision 4)")
    assert near(found, "contrary, as B wrote it (decision 4)") == ["It is hard work to win their trust every time."]


def test_an_expectation_without_a_theme_is_laid_beside_statements_all_the_same():
    found = compare_expectations(make_study(expectations=(replace(HARD, theme=None),)), n_nearest=1)
    assert found.rows()[0]["outcome"] == "not linked to a theme"
    assert len(found.nearest) == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"about": "They will sing.", "verdict": "open"}, "about, an expectation or its number from 1, must be"),
        ({"about": "2", "verdict": "open"}, "Got '2' instead"),
        ({"about": "1", "verdict": "true"}, "verdict must be 'confirmed', 'contradicted', 'changed' or 'open'"),
        ({"about": "1", "verdict": "confirmed"}, "That an expectation is confirmed needs a quote: segment="),
        ({"about": "1", "verdict": "confirmed", "segment": "S9:0-4"}, "No words of the study have the id 'S9:0-4'"),
    ],
)
def test_verdicts_that_are_refused(tmp_path, given, message):
    study = make_study(expectations=(HARD,))
    with pytest.raises(InputError, match=message):
        record_decision(tmp_path / "d.jsonl", "expectation", by="A", of=study, **given)
    assert not (tmp_path / "d.jsonl").exists()


def test_what_nobody_said_a_word_of_is_confirmed_with_a_note(tmp_path):
    study = make_study(expectations=(HARD,))
    said = "no turn of either session is about it"
    assert record_decision(tmp_path / "d", "expectation", about="1", verdict="confirmed", note=said, by="A", of=study)


def test_questions_and_people_who_refuse_machines_are_not_laid_beside():
    study = make_study(expectations=(Expectation("What does trust ask of you?", "A"),))
    found = compare_expectations(study, n_nearest=50)
    assert {row["participant"] for row in found.nearest.rows()} <= {"P1", "P2", "P3", "P4"}
    refusing = tuple(replace(p, machine=False) if p.id == "P1" else p for p in study.participants)
    with pytest.warns(an.AllianceWarning, match="be read by a machine"):
        found = compare_expectations(replace(study, participants=refusing), n_nearest=50)
    assert "P1" not in {row["participant"] for row in found.nearest.rows()}


def test_what_does_not_go():
    with pytest.raises(InputError, match="n_nearest must be at least 1. Got 0"):
        compare_expectations(make_study(), n_nearest=0)
    with pytest.raises(InputError, match="embeddings must be Embeddings"):
        compare_expectations(make_study(), embeddings="all-MiniLM-L6-v2")


def test_five_contrary_expectations_of_the_shipped_study_are_shown_and_none_is_called_found():
    study = an.load_study("focus_group")
    found = compare_expectations(study)
    told = [row for row in found.rows() if row["contrary"]]
    assert len(told) == 5
    assert {row["verdict"] for row in found.rows() if row["number"]} == {NOT_JUDGED}
    shown = {row["number"] for row in found.nearest.rows() if row["near_to"].startswith("contrary")}
    assert shown == {row["number"] for row in told}
    forms = [r["quote"] for r in found.nearest.rows() if r["number"] == 4 and r["near_to"].startswith("contrary")]
    assert any("I use the forms" in quote for quote in forms)


def test_meaning_finds_what_shares_no_word():
    class Poles:
        def encode(self, texts):
            return np.array([[1.0, 0.1] if "trust" in t.lower() or "comes by itself" in t else [0.1, 1] for t in texts])

    study = make_study(expectations=(Expectation("Trust.", "A"),))
    embeddings = an.embed(an.segment(study.transcripts), encoder=Poles())
    found = compare_expectations(study, embeddings=embeddings, n_nearest=4)
    assert "I still say it comes by itself." in near(found, "expectation")
    assert "Nearest by meaning: cosine of the vectors of Poles." in str(found)


def test_an_expectation_of_a_theme_that_is_not_in_the_codebook_and_verdicts_of_none():
    expected = (Expectation("Rain.", "KL", None, "Weather"), Expectation("Time.", "KL", None, "Time"))
    row = {"kind": "expectation", "by": "KL", "role": "coder", "date": "2025-05-14", "about": "1", "verdict": "open"}
    found = compare_expectations(make_study(expectations=expected), standing=replay(Ledger.of([row]), codebook=BOOK))
    assert [r["outcome"] for r in found.rows()][:2] == [
        "linked to a theme that is not in the codebook", "theme spoken of",
    ]  # fmt: skip
    assert found.rows()[0]["verdict"] == "nobody has judged it"
    assert "Decision 1 by KL is about '1', which is no expectation of the study." in str(found)
