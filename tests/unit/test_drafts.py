"""Drafts: each sentence stands beside the record it came from, and holds no number that the record lacks."""

import datetime
import re
from dataclasses import replace

import pytest

import alliance_nlp as an
from alliance_nlp.ledger import Ledger, record_decision, replay
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
from alliance_nlp.reports.audit import gather_facts, methods_paragraph, sentences_beside_records, write_audit_trail
from alliance_nlp.reports.audit.drafts import coreq_draft
from alliance_nlp.reports.audit.said import AUTHORS
from hand_made_study import BOOK, DEMANDING, make_study

DAY = datetime.date(2025, 5, 14)
NUMBER = re.compile(r"\d*\.?\d+")


def unsupported(table):
    """Sentences that hold a number which their record does not, and those without a record."""
    for row in table.rows():
        if row["from"] == AUTHORS:
            if not row["sentence"].startswith("[For the authors to write: ") or row["record_holds"]:
                yield row
        elif set(NUMBER.findall(row["sentence"])) - set(NUMBER.findall(row["record_holds"])) - {"0"}:
            yield row


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def path(tmp_path, study):
    place = tmp_path / "decisions.jsonl"
    told = {"by": "KL", "date": DAY, "of": study}
    record_decision(place, "pack", about="P1", to="4f1c", **told)
    record_decision(place, "workshop", about="the workshop", people=("P2", "P3"), note="four themes", **told)
    record_decision(place, "member check", theme="Time", verdict="no", **(told | {"by": "P1", "role": "participant"}))
    record_decision(place, "position", about="P1", note="a colleague of hers", **told)
    record_decision(place, "read differently", note="nothing", **told)
    record_decision(place, "expectation", about="1", verdict="contradicted", segment="S1:0-5", **told)
    record_decision(place, "stance", theme="Time", about="P2", verdict="against", **told)
    record_decision(place, "saw suggestions", note="page of May", **(told | {"by": "A"}))
    record_decision(place, "accept", segment="S1:0-5", code=DEMANDING, **told)
    record_decision(place, "reject", segment="S1:0-5", code=DEMANDING, **(told | {"by": "MR"}))
    record_decision(
        place, "differ", settles=(9, 10), note="we leave both", segment="S1:0-5", **(told | {"by": "KL+MR"})
    )
    return place


def facts_of(study, path=None, comparison=None):
    ledger = an.read_ledger(path) if path is not None else None
    standing = replay(ledger, codebook=study.codebook, consensus=study.consensus) if ledger is not None else None
    return gather_facts(study, comparison, standing, ledger)


def test_no_sentence_is_without_its_record_and_no_number_without_its_record(study, path):
    shipped = an.load_study("focus_group")
    people = an.compare(shipped.coding.by("KL"), shipped.coding.by("MR"), segments=an.segment(shipped.transcripts),
                        n_permutations=0)  # fmt: skip
    bare = Study(study.transcripts)
    for facts in (facts_of(study), facts_of(study, path), facts_of(shipped, comparison=people), facts_of(bare)):
        table = sentences_beside_records(facts, quotes=False)
        assert len(table) > 5
        assert list(unsupported(table)) == []


def test_the_check_finds_a_number_that_no_record_holds(study):
    table = sentences_beside_records(facts_of(study), quotes=False)
    row = next(i for i, r in enumerate(table.rows()) if r["sentence"].startswith("The material is 2 sessions"))
    values = list(table.values)
    values[row] = (*values[row][:2], values[row][2].replace("2 sessions", "3 sessions"), *values[row][3:])
    assert len(list(unsupported(replace(table, values=tuple(values))))) == 1


def test_who_was_asked_who_answered_and_who_is_in_no_record(study, path):
    words = methods_paragraph(facts_of(study, path))
    assert "Packs with their own statements were handed out to P1 (2025-05-14)." in words
    assert "At the workshop, on 2025-05-14, preliminary findings were shown to P2 and P3." in words
    assert "Answers of 1 participant for themselves are on record: P1. That P4 was asked is not on record." in words
    assert "No member checks" not in words
    checks = {row["theme"]: row for row in facts_of(study, path).member_checks}
    assert (checks["Time"]["asked"], checks["Time"]["no"], checks["Time"]["not_asked"]) == (1, 1, 1)
    assert (checks["Trust"]["asked"], checks["Trust"]["no_answer"], checks["Trust"]["not_asked"]) == (1, 1, 1)


def test_how_many_decisions_when_suggestions_were_seen_and_what_still_differs(study, path):
    told = replace(study, coding=replace(study.coding, saw_suggestions={"A": True}))
    words = methods_paragraph(facts_of(told, path))
    assert "10 entries of people, dated 2025-05-14, by KL (7), P1 (1), MR (1) and KL+MR (1)." in words
    assert "0 conflicts and 0 decisions that could not be applied are open; on 1 matter both readings stand by" in words
    assert "A saw machine suggestions before having finished coding, on 2025-05-14 (decision 8)." in words
    assert "After seeing the machine, KL read differently: nothing" in words
    assert "which machine made the suggestions that coders saw" in words
    coreq = {row["item"]: row for row in coreq_draft(facts_of(told, path)).rows()}
    assert coreq[6]["draft"] == "KL, towards P1: a colleague of hers"
    assert coreq[6]["from"] == "decision 4"
    assert "Expectation 'Trust will be named.': contradicted, by KL." in coreq[8]["draft"]
    assert coreq[32]["draft"] == "Time, by the marks of KL: against: P2."


@pytest.mark.parametrize(
    "sentence",
    ["were written by people", "each alone", "No machine took part", "sends nothing", "the researchers' own computer",
     "Own statements were returned", "Nothing was used to train", "speak for it"],
)  # fmt: skip
def test_what_no_record_holds_is_said_nowhere(study, path, sentence):
    table = sentences_beside_records(facts_of(study, path), quotes=False)
    assert [row for row in table.rows() if sentence in row["sentence"]] == []


def test_the_folder_holds_the_sentences_with_their_records(study, path, tmp_path):
    home = write_audit_trail(study, tmp_path / "trail", ledger=path)
    text = (home / "reporting" / "sources.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "\ufeffdraft,item,sentence,from,record_holds"
    assert "\nmethods,," in text
    assert "\nCOREQ,6," in text


def test_consent_is_counted_as_it_is_recorded(study):
    asked = tuple(replace(p, quotation=p.id == "P1" or None, machine=None) for p in study.participants)
    said = sentences_beside_records(facts_of(replace(study, participants=asked)), quotes=False).rows()
    words = [row["sentence"] for row in said if row["draft"] == "data protection"]
    assert "Of 5 people listed 1 agreed to be quoted, 0 did not, and of 4 it is not on record." in words
    none = sentences_beside_records(facts_of(study), quotes=True).rows()
    assert any("whether the consent covers quotation" in row["sentence"] for row in none)
    assert any("holds participants' words" in row["sentence"] for row in none)


def test_a_side_that_nobody_can_name_is_left_to_the_authors(study):
    machine = an.Coding(tuple(replace(a, coder="gpt", status="suggested") for a in study.consensus.applied),
                        tuple(replace(r, coder="gpt") for r in study.consensus.read), BOOK)  # fmt: skip
    compared = an.compare(
        study.consensus, machine, segments=an.segment(study.transcripts), n_draws=20, n_permutations=0
    )
    words = methods_paragraph(facts_of(study, comparison=compared))
    assert "One side of the comparison is a machine's (recipe not stated" in words
    assert "[For the authors to write: what made it, and what it had learnt from; the records do not hold it.]" in words


def test_an_empty_ledger_is_no_ledger_of_decisions(study):
    facts = gather_facts(study, None, replay(Ledger(()), codebook=study.codebook), Ledger(()))
    words = methods_paragraph(facts)
    assert "The ledger holds" not in words
    assert "No member checks are on record." in words


# --- siblings: what other studies hold, and do not --------------------------------------------------------------------


def said_of(study, path=None, comparison=None):
    """All sentences of all drafts in one string; each with its record and no number that the record lacks."""
    table = sentences_beside_records(facts_of(study, path, comparison), quotes=False)
    assert list(unsupported(table)) == []
    return " ".join(row["sentence"] for row in table)


def coded_as(study, name, like, sessions=("S1", "S2"), status="coded"):
    own = study.coding.by(like)
    applied = tuple(replace(a, coder=name, status=status) for a in own.applied if a.transcript_id in sessions)
    return applied, tuple(replace(r, coder=name) for r in own.read if r.transcript_id in sessions)


def coding_of(*parts, **saw):
    return an.Coding(sum((p[0] for p in parts), ()), sum((p[1] for p in parts), ()), BOOK, saw)


def test_a_machine_among_the_coders_is_no_person(study):
    coding = coding_of(coded_as(study, "A", "A"), coded_as(study, "B", "B"), coded_as(study, "gpt", "A", (), "coded"))
    gpt = tuple(replace(a, coder="gpt", status="suggested") for a in study.coding.by("A").applied)
    words = said_of(replace(study, coding=replace(coding, applied=(*coding.applied, *gpt)), consensus=None))
    assert "2 people coded: A, B." in words
    assert "What gpt applied is suggested by a machine, all of it." in words
    assert "A and gpt" not in words
    assert "gpt saw" not in words


def test_four_coders_of_whom_two_share_nothing(study):
    parts = [coded_as(study, "A", "A"), coded_as(study, "B", "B"), coded_as(study, "C", "A", ("S1",)),
             coded_as(study, "D", "B", ("S2",))]  # fmt: skip
    words = said_of(replace(study, coding=coding_of(*parts, A=True, B=False), consensus=None))
    assert "4 people coded: A, B, C, D." in words
    assert "from the lowest to the highest of 5 pairs: Trust .50 to 1.00" in words
    assert "Joy undefined" in words
    assert "nan" not in words
    assert "C and D read no segment in common" in words
    assert "A saw machine suggestions before coding; when is not on record." in words
    assert "B saw no machine suggestions before coding." in words
    assert "whether C and D saw machine suggestions before coding; it is not on record" in words


def test_who_led_the_talk_is_not_said_where_no_role_is_on_record(study):
    bare = tuple(replace(t, turns=tuple(replace(u, role=None) for u in t.turns)) for t in study.transcripts)
    with pytest.warns(an.AllianceWarning, match="unknown role"):
        words = said_of(Study(bare, BOOK, study.coding))
    assert "moderators apart" not in words
    assert "Of 6 of them no record says whether they took part or led the talk: M, P1, P2, P3, C, P4." in words
    assert "no record says" not in said_of(study)


def test_a_workshop_alone_is_an_answer_of_those_it_names(study, tmp_path):
    place, told = tmp_path / "d.jsonl", {"by": "KL", "date": DAY, "of": study}
    record_decision(place, "workshop", about="May", people=("P1", "P2"), note="themes", **told)
    record_decision(
        place, "workshop reply", about="May", people=("P2",), theme="Time", verdict="no", note="No.", **told
    )
    words = said_of(study, place)
    assert "At May, on 2025-05-14, preliminary findings were shown to P1 and P2." in words
    assert "Replies of 1 participant in a group are on record: P2." in words
    assert "Answers of" not in words
    assert "answers of participants to the themes" not in words
    assert "That P3 or P4 was asked is not on record." in words
    assert "still differ" not in words
    assert "both readings" not in words


def test_a_ledger_that_only_the_program_wrote_counts_comparisons_and_no_entries(study, tmp_path):
    place = tmp_path / "d.jsonl"
    for level in ("theme", "code"):
        an.compare(study.coding.by("A"), study.coding.by("B"), segments=an.segment(study.transcripts), study=study,
                   ledger=place, n_permutations=0, n_draws=20, level=level)  # fmt: skip
    words = said_of(study, place)
    assert "The ledger holds 2 lines, and no entry of people." in words
    assert "Comparisons that the ledger counts: 2, 2 of them different; this folder holds none." in words
    assert "a ledger of decisions" not in words


def test_one_analyst_without_marks_consensus_or_dates(study):
    own = replace(study.coding.by("A"), applied=tuple(replace(a, date=None) for a in study.coding.by("A").applied))
    undated = tuple(replace(t, date=None) for t in study.transcripts)
    words = said_of(replace(study, transcripts=undated, coding=own, consensus=None))
    assert "1 person coded: A." in words
    assert "who marked significant statements, and how; no reader's marks are on record" in words
    assert "of 3 nothing says whether they were written before the analysis" in words
    for claim in ("consensus", "each other's codes", "days between", "before the sessions"):
        assert claim not in words, claim


def test_a_withdrawal_is_counted_and_names_nobody(study, tmp_path):
    place = tmp_path / "d.jsonl"
    record_decision(place, "withdrawal", about="P4", note="by mail", by="KL", date=DAY, of=study)
    coreq = {row["item"]: row for row in coreq_draft(facts_of(study, place)).rows()}
    assert coreq[13]["draft"] == "1 participant withdrew (2025-05-14)."
    assert "by mail" not in said_of(study, place)


def test_a_moderator_who_withdraws_is_no_participant(study, tmp_path):
    place = tmp_path / "d.jsonl"
    leader = next(p.id for p in study.participants if p.role == "moderator")
    record_decision(place, "withdrawal", about=leader, note="left", by="KL", date=DAY, of=study)
    assert "withdrew" not in said_of(study, place)


@pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
def test_whoever_took_back_their_words_is_named_in_no_draft_for_want_of_a_quote(tmp_path):
    text = "Ann: There is never time enough.\n\nBo: We manage somehow.\n\nCy: Hm.\n"
    (tmp_path / "talk.txt").write_text(text, encoding="utf-8")
    (tmp_path / "codebook.csv").write_text("theme,code\nTime,rush\n", encoding="utf-8")
    codings = "coder,transcript,turn,code\nKL,talk,1,rush\nKL,talk,2,rush\n"
    (tmp_path / "codings.csv").write_text(codings, encoding="utf-8")
    an.withdraw(tmp_path, "Bo", by="KL", cache=False)
    study = an.read_study(tmp_path)
    assert dict(an.choose_quotes(study).not_represented)["Bo"] == "took back what they said"
    words = said_of(study, tmp_path / "decisions.jsonl")
    assert "1 participant withdrew" in words
    assert "Cy (" in words
    assert "Bo (" not in words


def test_packages_that_are_merely_installed_are_not_said_to_have_been_used(study):
    rows = sentences_beside_records(facts_of(study), quotes=False).rows()
    said = next(row["sentence"] for row in rows if row["sentence"].startswith("Software: "))
    used, _, beside = said.partition("; installed beside it, whether a figure used it or not: ")
    assert re.fullmatch(r"Software: alliance_nlp [^,]+, python [0-9.]+", used)
    assert "numpy" in beside


def test_labels_that_may_be_anybody_hinder_no_trail_where_nobody_was_asked(tmp_path):
    text = "A: No time today.\n\nB: None at all.\n\nC: Never any.\n"
    (tmp_path / "talk.txt").write_text(text, encoding="utf-8")
    (tmp_path / "codebook.csv").write_text("theme,code\nTime,rush\n", encoding="utf-8")
    (tmp_path / "codings.csv").write_text("coder,transcript,turn,code\nKL,talk,1,rush\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text('[read]\nKL = "all"\n', encoding="utf-8")
    record_decision(tmp_path / "decisions.jsonl", "memo", by="KL", note="Whose time?", theme="Time", date=DAY)
    home = write_audit_trail(an.read_study(tmp_path), tmp_path / "trail")
    assert "member_checks" not in (home / "numbers.json").read_text(encoding="utf-8")


def test_a_statement_under_two_themes_is_one_and_coders_who_read_less_are_said(tmp_path):
    turns = (Turn(0, 8, "P1", "participant"), Turn(9, 15, "P2", "participant"))
    book = Codebook((Code("Time", "", "hurry"), Code("Trust", "", "safe")))
    spans = (("A", 0, 8, "Time/hurry"), ("A", 9, 15, "Time/hurry"), ("B", 0, 8, "Trust/safe"))
    coding = Coding(tuple(CodedSpan(coder, "T", *place) for coder, *place in spans), (), book)
    study = Study((Transcript("T", "No time.\nMe, no", turns),), book, coding)
    record_decision(tmp_path / "d.jsonl", "rename", theme="Time", to="Hours", by="A", of=study)
    facts = facts_of(study, tmp_path / "d.jsonl")
    words = methods_paragraph(facts)
    assert "2 people coded: A, B. Of 2 turns that can be coded they read: A 2, B 1." in words
    assert "The theme 'Time' was renamed to 'Hours'; figures stand under the name that it had." in words
    assert (
        "2 statements of participants stand under"
        in {row["item"]: row for row in coreq_draft(facts).rows()}[26]["draft"]
    )
    assert "they read" not in methods_paragraph(facts_of(make_study()))


def test_withdrawals_are_counted_beside_the_entries_that_they_took(tmp_path):
    said = {name: f"{name} tells of long corridors and of waiting." for name in ("Ann", "Bo", "Cy")}
    (tmp_path / "talk.txt").write_text("".join(f"{name}: {words}\n\n" for name, words in said.items()))
    ledger = tmp_path / "decisions.jsonl"
    for name in ("Ann", "Bo", "Cy"):
        record_decision(ledger, "memo", about=name, note=f"about {name}", by="KL")
    for name in ("Ann", "Bo"):
        an.withdraw(tmp_path, name, by="KL", cache=False)
    assert "2 withdrawals took the words of 2 entries of the ledger." in methods_paragraph(
        facts_of(an.read_study(tmp_path), ledger)
    )
