"""compare(..., machines=): people, a learnt coder and a language model in one table, on segments that all answered."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.commands.advice import printed as for_command_line
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, ReadSpan, Segment, Segments, Transcript, Turn
from alliance_nlp.reports.audit.facts import language_models_of
from alliance_nlp.reports.audit.rerun import rerun_script
from alliance_nlp.storage import load, save
from alliance_nlp.suggesting import HeldOut, Suggestions
from model_server import ModelServer, chat, given, http

QUICK = {"n_draws": 20, "n_permutations": 0}
BOOK = Codebook((Code("Trust"), Code("Time")))
WORDS = [f"word{chr(97 + i)}" for i in range(12)]
TEXT = " ".join(WORDS)
PLACES = [(TEXT.index(word), TEXT.index(word) + len(word)) for word in WORDS]
TALK = Transcript("T", TEXT, tuple(Turn(*place, "P1", "participant") for place in PLACES))
SEGMENTS = Segments(tuple(Segment("T", *p, TEXT[slice(*p)], "P1", None, i, i) for i, p in enumerate(PLACES)), (TALK,))


def coding(coder, trust, time=(), *, status="coded", unread=(), declined=()):
    """Codes on segments by their number."""
    spans = [CodedSpan(coder, "T", *PLACES[i], code, status) for code, places in (("Trust", trust), ("Time", time))
             for i in places]  # fmt: skip
    spans += [CodedSpan(coder, "T", *PLACES[i], "", "abstained") for i in declined]
    read = [ReadSpan(coder, "T", *place) for i, place in enumerate(PLACES) if i not in unread]
    return Coding(tuple(spans), tuple(read), BOOK)


A, B = coding("A", (0, 1, 2, 3, 4, 5), (6, 7)), coding("B", (0, 1, 2, 3, 4, 8), (6, 7))
PEOPLE = an.join_codings([A, B])
LEARNT = coding("learnt", (0, 1, 2, 3, 4, 5), (6,), status="suggested", unread=(11,))
MODEL = coding("model", (0, 1, 2, 3, 4, 9), (6, 7), status="suggested", declined=(10,))


def both(*machines, side=LEARNT, **more):
    wishes = {"segments": SEGMENTS, "people": PEOPLE, "level": "code", **QUICK, **more}
    return an.compare(A, side, machines=machines, **wishes)


def kappa(one, other, n):
    """Cohen's by hand from sets of places."""
    one, other = set(one), set(other)
    same = (n - len(one ^ other)) / n
    chance = (len(one) * len(other) + (n - len(one)) * (n - len(other))) / n**2
    return (same - chance) / (1 - chance)


def test_everybody_is_counted_on_the_same_segments():
    found = both(MODEL)
    rows = {(row["code"], row["coder"]): row for row in found.machines_beside.rows()}
    assert {row["n"] for row in rows.values()} == {10}  # 12 without the one unread and the one declined
    a, b, learnt, model = {0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 8}, {0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 9}
    people = kappa(a, b, 10)
    assert rows["Trust", "people with each other"]["kappa"] == pytest.approx(people)
    assert rows["Trust", "learnt"]["kappa"] == pytest.approx((1 + kappa(learnt, b, 10)) / 2)
    expected = (kappa(model, a, 10) + kappa(model, b, 10)) / 2
    assert rows["Trust", "model"]["kappa"] == pytest.approx(expected)
    assert rows["Trust", "model"]["difference"] == pytest.approx(expected - people)
    assert (rows["Trust", "model"]["given"], rows["Trust", "people with each other"]["given"]) == (6, 6)
    mean = np.mean([rows[code, "model"]["kappa"] for code in ("Trust", "Time")])
    assert rows["(mean)", "model"]["kappa"] == pytest.approx(mean)
    assert [row["coder"] for row in found.machines_beside.rows()[:4]] == [
        "people with each other", "learnt", "model", "order of talk",
    ]  # fmt: skip


def test_what_each_has_read_and_answered_is_said():
    rows = {row["coder"]: row for row in both(MODEL).machines_answered.rows()}
    assert [rows["learnt"][name] for name in ("people_read", "read", "declined", "shared")] == [12, 11, 0, 10]
    assert [rows["model"][name] for name in ("people_read", "read", "declined", "shared")] == [12, 12, 1, 10]
    a, b, model = {0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 8}, {0, 1, 2, 3, 4, 9}
    trust = (kappa(model, a, 12) + kappa(model, b, 12)) / 2
    assert rows["model"]["mean_if_no_code"] == pytest.approx((trust + 1) / 2)  # what it declined is "no code"


def test_all_other_tables_are_those_of_the_two_sides():
    with_, without = both(MODEL), both()
    for name in ("per_code", "per_theme", "overall", "disagreements", "per_participant", "theme_recovery"):
        assert getattr(with_, name) == getattr(without, name)
    assert len(without.machines_beside) == 0 == len(without.beside)
    assert with_.basis.others == ("model",)
    assert "Further machines beside the same people: model (see .machines_beside)." in str(with_)
    assert "Further machines" not in str(without)


def test_the_order_of_the_machines_changes_no_figure():
    one = {(r["code"], r["coder"]): r["kappa"] for r in both(MODEL).machines_beside.rows()}
    other = {(r["code"], r["coder"]): r["kappa"] for r in both(LEARNT, side=MODEL).machines_beside.rows()}
    assert one == pytest.approx(other, nan_ok=True)


def test_two_people_may_be_the_sides():
    found = an.compare(A, B, machines=[LEARNT, MODEL], segments=SEGMENTS, level="code", **QUICK)
    beside = {(r["code"], r["coder"]): r["kappa"] for r in both(MODEL).machines_beside.rows()}
    assert {(r["code"], r["coder"]): r["kappa"] for r in found.machines_beside.rows()} == pytest.approx(
        beside, nan_ok=True
    )
    assert found.basis.machine is None


def test_without_a_second_person_the_difference_is_undefined_with_a_reason():
    found = an.compare(A, LEARNT, machines=[MODEL], segments=SEGMENTS, level="code", **QUICK)
    rows = {(row["code"], row["coder"]): row for row in found.machines_beside.rows()}
    people = rows["(mean)", "people with each other"]
    assert (math.isnan(people["kappa"]), people["remark"]) == (True, "fewer than two people are known")
    assert rows["Trust", "learnt"]["kappa"] == 1.0
    assert math.isnan(rows["Trust", "learnt"]["difference"])
    assert "kappa: with the people's side, on the same 10 segments" in str(found)


def test_where_no_segment_is_answered_by_all_it_is_said():
    half, rest = tuple(range(6)), tuple(range(6, 12))
    one = coding("one", (0,), status="suggested", unread=rest)
    other = coding("other", (7,), status="suggested", unread=half)
    found = both(other, side=one)
    assert len(found.machines_beside) == 0
    assert "no segment that all of them answered" in str(found)
    assert [row["shared"] for row in found.machines_answered.rows()] == [0, 0]


def test_only_coded_segments_count_where_that_is_the_universe():
    # of the ten that all answered, 0-5, 8, 9 carry Trust of somebody and 6, 7 Time
    assert {row["n"] for row in both(MODEL, universe="coded").machines_beside.rows()} == {10}
    fewer = replace(MODEL, applied=tuple(a for a in MODEL.applied if a.start != PLACES[9][0]))
    assert {row["n"] for row in both(fewer, universe="coded").machines_beside.rows()} == {9}


@pytest.mark.parametrize(
    ("machines", "said"),
    [
        ([A], "machines must hold codings that a machine made, .* Got a coding of people"),
        ([SEGMENTS], "Got Segments"),
        ([LEARNT], "Two machines go by the name 'learnt'. Give one of them another with coder="),
    ],
)
def test_what_is_no_machine_or_goes_by_a_name_twice_is_refused(machines, said):
    with pytest.raises(InputError, match=said):
        both(*machines)


def test_a_code_that_could_not_be_learnt_is_nan_with_its_reason_and_in_no_mean():
    withheld = an.Table(("part", "code", "reason"), (("T", "Time", "too few"),))
    settings = {"n_parts": 1, "held_out": "1 session"}
    made = HeldOut(SEGMENTS, BOOK, np.full((12, 2), 0.5), an.Table((), ()), withheld, settings)
    found = both(MODEL, side=replace(LEARNT, made_from=made))
    rows = {(row["code"], row["coder"]): row for row in found.machines_beside.rows()}
    assert math.isnan(rows["Time", "learnt"]["kappa"])
    assert rows["Time", "learnt"]["remark"] == "too few codings to learn it from"
    assert rows["(mean)", "model"]["kappa"] == rows["Trust", "model"]["kappa"]
    assert "(mean): over 1 of 2 codes, those for which everybody's kappa is defined" in str(found)
    assert [row["said"] for row in found.machines_answered.rows()] == ["held out: 1 session", ""]


def test_a_machine_that_had_seen_these_codings_is_named():
    settings = {"level": "code", "learnt_from": {"coders": ("A", "B"), "sha256": "0"}}
    nothing = an.Table(("code", "promise"), ())
    made = Suggestions(SEGMENTS, BOOK, np.full((12, 2), 0.5), np.zeros((12, 2), bool), np.zeros((12, 2), bool),
                       np.full(12, np.nan), nothing, settings)  # fmt: skip
    row = both(replace(MODEL, made_from=made)).machines_answered.rows()[1]
    assert (row["kind"], row["said"]) == ("learnt", "learnt from these very codings: its figure is no test of it")


@pytest.fixture
def server():
    server = ModelServer(lambda texts: given(*([("Trust", text)] if text in WORDS[:5] else [] for text in texts)))
    yield server
    server.close()


@pytest.fixture
def asked(server):
    server.faults = [http(chat(given([]))), http(chat("no"))]
    with pytest.warns(AllianceWarning, match="No answer that can be used on 1 of 12"):
        return an.suggest_with_model(SEGMENTS, BOOK, endpoint=server.url, model="small", cache=False)


def test_a_language_model_says_why_it_has_no_answer(asked):
    found = both(asked)
    row = found.machines_answered.rows()[1]
    assert (row["kind"], row["declined"], row["said"]) == ("language model", 1, "not JSON: 1")
    assert {r["n"] for r in found.machines_beside.rows()} == {10}


def test_it_is_on_record_and_no_script_asks_it_again(asked, tmp_path):
    study = an.Study((TALK,), BOOK, PEOPLE, synthetic=True)
    found = both(asked)
    assert [of["model"] for of in language_models_of(found)] == ["small"]
    of_people = an.compare(A, B, machines=[asked], segments=an.segment(study.transcripts), **QUICK)
    assert "sends nothing to any server" in rerun_script(study, of_people)[1]
    assert load(save(found, tmp_path / "found")) == found
    report = an.write_report(found, tmp_path / "report", study=study, people=False, quotes=False).parent
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert [of["model"] for of in manifest["language_models"]] == ["small"]
    assert len(manifest["inputs"]["codings"]["machines"]) == 1
    assert "small, coding-1" in (report / "tables" / "machines_beside.csv").read_text(encoding="utf-8")
    page = (report / "report.md").read_text(encoding="utf-8")
    assert "people with each other" in page
    assert "not JSON: 1" in page
    trail = an.write_audit_trail(study, tmp_path / "trail", comparison=found)
    numbers = json.loads((trail / "numbers.json").read_text(encoding="utf-8"))
    assert {"machines_beside", "machines_answered"} <= set(numbers["comparison"])
    assert any(name.startswith("small") for name in numbers["suggestions"])


def test_many_codes_print_their_means_alone():
    book = Codebook(tuple(Code(f"c{i:02}") for i in range(12)))
    one, other, person = (
        Coding((CodedSpan(name, "T", *PLACES[0], "c00", status),),
               tuple(ReadSpan(name, "T", *place) for place in PLACES), book)
        for name, status in (("one", "suggested"), ("other", "suggested"), ("A", "coded"))
    )  # fmt: skip
    found = an.compare(person, one, machines=[other], segments=SEGMENTS, level="code", **QUICK)
    assert len(found.machines_beside) > 40
    assert [row["code"] for row in found.beside[0].rows()] == ["(mean)"] * 4
    assert "The rows of each code: .machines_beside" in str(found)
    assert "The rows of each code: tables/machines_beside.csv of a report (--out)" in for_command_line(str(found))
