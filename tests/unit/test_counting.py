"""No forking paths: the machine that was named beforehand, and comparisons counted in the ledger."""

import json

import numpy as np
import pytest
from coded_by_hand import BOOK, DEMANDING, coding_of, machine_of, segments_of

import alliance_nlp as an
from alliance_nlp.comparison.counting import said_of_naming
from alliance_nlp.errors import InputError
from alliance_nlp.records import Study
from alliance_nlp.reports.audit.drafts import coreq_draft, methods_paragraph, srqr_draft
from alliance_nlp.reports.audit.facts import gather_facts
from alliance_nlp.suggesting import Suggestions

QUICK = {"level": "code", "n_draws": 20}


def sides(**named):
    segments = segments_of(60)
    human = coding_of(segments, "A", [DEMANDING] * 20 + [""] * 40)
    machine = machine_of(segments, [i % 3 for i in range(60)], [(0, DEMANDING)])
    settings = {"machine": named} if named else {}
    return human, machine, Study(segments.transcripts, BOOK, human, settings=settings)


def test_the_page_says_whether_this_is_the_machine_that_was_named():
    human, machine, study = sides(unit="turn", level="code", learnt=False)
    this = an.compare(human, machine, study=study, **QUICK)
    assert "Named in study.toml beforehand: unit turn, level code, not learnt; this is it." in str(this)
    human, machine, study = sides(recipe="consensus", level="theme", learnt=True)
    other = an.compare(human, machine, study=study, **QUICK)
    assert (
        "Named in study.toml beforehand: recipe consensus, level theme, learnt; this is another: recipe not stated, "
        "level code, not learnt."
    ) in str(other)
    human, machine, study = sides()
    text = str(an.compare(human, machine, study=study, **QUICK))
    assert "No machine was named in study.toml beforehand; this one is recipe not stated, unit turn" in text
    assert "study.toml" not in str(an.compare(human, machine, **QUICK))


def test_suggestions_that_learnt_say_so():
    (human, _, _), segments, none = sides(), segments_of(60), np.zeros((60, 3), dtype=bool)
    for n, learnt in ((30, "learnt"), (1, "learnt"), (0, "not learnt")):
        made = Suggestions(segments, BOOK, none * 0.0, none, none, np.zeros(60), an.Table((), ()), {"n_learnt": n})
        machine = coding_of(segments, "machine", [DEMANDING] * 20, status="suggested", made_from=made)
        found = an.compare(human, machine, segments=segments, **QUICK)
        assert found.basis.machine_is == f"recipe Suggestions, unit turn, level code, {learnt}"


def test_every_comparison_is_counted_and_people_s_too(tmp_path):
    human, machine, study = sides()
    ledger = tmp_path / "decisions.jsonl"
    first = an.compare(human, machine, study=study, ledger=ledger, **QUICK)
    again = an.compare(human, machine, study=study, ledger=ledger, **QUICK)
    third = an.compare(human, machine, study=study, ledger=ledger, level="theme", n_draws=20)
    people = coding_of(segments_of(60), "B", [DEMANDING] * 10)
    fourth = an.compare(human, people, segments=segments_of(60), ledger=ledger, **QUICK)
    assert [(x.basis.n_counted, x.basis.n_different) for x in (first, again, third, fourth)] == [
        (1, 1), (2, 1), (3, 2), (4, 3),
    ]  # fmt: skip
    assert "Comparisons that the ledger counts: 3, 2 of them different; shown is number 3." in str(third)
    lines = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    assert {line["kind"] for line in lines} == {"comparison"}
    assert {line["role"] for line in lines} == {"program"}
    start = "A beside machine; recipe not stated, unit turn, level code, not learnt; codes, "
    assert lines[0]["note"].startswith(start)
    found = an.read_ledger(ledger)
    assert found.problems == ()
    standing = an.replay(found, codebook=BOOK)
    assert (len(standing.comparisons), standing.conflicts, standing.not_applied) == (4, (), ())
    assert standing.codebook == BOOK


def test_without_a_ledger_nothing_is_written_and_the_page_says_that_nobody_counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    human, machine, study = sides()
    text = str(an.compare(human, machine, study=study, **QUICK))
    assert "In no ledger was this comparison counted" in text
    assert list(tmp_path.iterdir()) == []
    segments = segments_of(60)
    assert "ledger" not in str(an.compare(human, coding_of(segments, "B", [""]), segments=segments, **QUICK))


def test_drafts_say_how_many_there_were_and_which_is_shown(tmp_path):
    human, machine, study = sides(level="code")
    ledger = tmp_path / "decisions.jsonl"
    shown = an.compare(human, machine, study=study, ledger=ledger, **QUICK)
    an.compare(human, machine, study=study, ledger=ledger, level="theme", n_draws=20)
    facts = gather_facts(study, shown, an.replay(ledger, codebook=BOOK))
    said = "Comparisons that the ledger counts: 2, 2 of them different; shown is number 1"
    assert f"{said}." in methods_paragraph(facts)
    for draft in (coreq_draft(facts), srqr_draft(facts)):
        assert any(said in row["draft"] for row in draft.rows()) or draft.title.startswith("COREQ")
    assert said_of_naming(shown.basis, ["x", "y", "x"])[-1].startswith("Comparisons that the ledger counts: 3, 2 of")
    apart = an.compare(human, machine, **QUICK).basis
    assert said_of_naming(apart, ["x"])[-1].endswith("the one that is shown is not among them.")


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        ("consensus", "machine must be written as [machine]"),
        ({"recipee": "consensus"}, "recipee"),
        ({"level": "themes"}, "[machine] level must be 'code' or 'essence' or 'theme'. Got 'themes' instead"),
        ({"learnt": "no"}, "[machine] learnt must be true or false. Got 'no' instead"),
        ({"unit": ""}, "[machine] unit must be text, such as 'turn'. Got '' instead"),
    ],
)
def test_what_names_no_machine_is_refused(machine, said):
    with pytest.raises(InputError) as refused:
        Study((), settings={"machine": machine})
    assert said in str(refused.value)


def test_study_toml_names_the_machine_and_its_faults_come_together(tmp_path):
    (tmp_path / "group.txt").write_text("Moderator: Why?\n\nP1: It takes time.", encoding="utf-8")
    toml = tmp_path / "study.toml"
    toml.write_text(
        '[machine]\nrecipe = "consensus"\nunit = "turn"\nlevel = "theme"\nlearnt = false\n', encoding="utf-8"
    )
    named = {"recipe": "consensus", "unit": "turn", "level": "theme", "learnt": False}
    assert dict(an.read_study(tmp_path).settings["machine"]) == named
    toml.write_text('[machine]\nlevel = "themes"\nlearnt = "no"\n', encoding="utf-8")
    with pytest.raises(InputError) as refused:
        an.read_study(tmp_path)
    assert all(part in str(refused.value) for part in ("study.toml", "level must be", "learnt must be"))
