"""Pre-understanding: expectations beside what was found, and whether they were written down in time."""

import datetime
from dataclasses import replace

import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.method.expectations import compare_expectations
from alliance_nlp.records import Expectation, Study
from hand_made_study import BOOK, make_study


def verdicts(study, **more):
    return [(row["verdict"], row["theme"]) for row in compare_expectations(study, **more).rows()]


def test_expected_found_and_not_found():
    study = make_study()
    assert verdicts(study) == [
        ("expected and spoken of", "Trust"), ("expected and not spoken of", "Joy"), ("not linked to a theme", ""),
        ("spoken of and not expected", "Time"),
    ]  # fmt: skip
    found = compare_expectations(study)
    assert found.of("spoken of and not expected") == ("Time",)
    assert [row["statements"] for row in found.rows()] == [4, 0, None, 3]
    assert repr(found) == (
        "ExpectationsBeside(1 expected and spoken of, 1 expected and not spoken of, 1 spoken of and not expected)"
    )
    assert len(found.to_frame()) == 4
    assert "pay" in found._repr_html_()


def test_only_what_people_linked_counts_by_name_or_alias():
    linked = (
        Expectation("Trust and time and joy.", "A", None, "a STANDARD"),
        Expectation("Trust!", "A", None, "Money"),
    )
    assert verdicts(make_study(expectations=linked))[:2] == [
        ("expected and spoken of", "Trust"), ("expected and not spoken of", "Money"),
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
