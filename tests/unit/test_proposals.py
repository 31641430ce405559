"""Proposals of a page, brought into the ledger: all or none, once, in any order, with what contradicts named."""

import datetime
import itertools
import json
import os
import random
import warnings

import pytest

import alliance_nlp as an
import faults
from alliance_nlp.ledger.recording import members_hash
from alliance_nlp.method.proposals import proposal_files
from alliance_nlp.records import REVIEW, SAW, span_of
from alliance_nlp.records.fingerprints import key_of_study

BOOK = (
    "theme,essence,code,definition\nTrust,,demanding,asks much\nTrust,,listening,they listen\nTime,,rush,too little\n"
)
TALK = "Mod: Why?\n\nAnn: It takes time.\n\nBo: Mm, we listen a lot.\n\nAnn: It asks much of us.\n"
DEMANDING, LISTENING, RUSH = "Trust/demanding", "Trust/listening", "Time/rush"
CLUSTER = {"cluster": 2, "members": "0123456789abcdef"}


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "talk.txt").write_text(TALK, encoding="utf-8")
    (folder / "codebook.csv").write_text(BOOK, encoding="utf-8")
    return folder


@pytest.fixture
def places(home):
    """Ids of the three turns of participants."""
    return an.segment(an.read_study(home).transcripts).ids


COUNT = itertools.count(1)


def said(kind, note="", **more):
    return {"id": f"p{next(COUNT)}", "at": "2026-11-27T10:00:00.000Z", "kind": kind, "note": note, **more}


def hand_over(home, who, *proposals, name=None, views=(), role="coder", seal="", n=0, **head):
    content = {
        "format": "alliance_nlp proposals 1",
        "study": {"key": key_of_study(an.read_study(home).transcripts), "title": "A study"},
        "based_on": {"seal": seal, "n_decisions": n}, "by": who, "role": role,
        "exported": "2026-11-27T10:30:00.000Z", "proposals": list(proposals),
        "saw": [{"segment": s, "what": w, "at": "2026-11-27T09:00:00Z"} for s, w in views],
    } | head  # fmt: skip
    path = home.parent / (name or f"proposals-{who}.json")
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def outcomes(found):
    return [row["outcome"] for row in found.rows()]


def standing(home):
    study = an.read_study(home)
    return an.replay(home / "decisions.jsonl", codebook=study.codebook)


def refused(home, *files, **more):
    before = (home / "decisions.jsonl").read_bytes() if (home / "decisions.jsonl").exists() else None
    with pytest.raises(an.InputError) as caught:
        an.import_proposals(home, *files, **more)
    after = (home / "decisions.jsonl").read_bytes() if (home / "decisions.jsonl").exists() else None
    assert after == before
    return str(caught.value)


# --- what becomes of them ---------------------------------------------------------------------------------------------


def test_every_kind_becomes_the_decision_that_it_says(home, places):
    one, two, three = places
    new = [{"theme": "Time", "essence": "", "code": c, "definition": f"{c}!"} for c in ("clock", "queue")]
    joined = [{"theme": "Trust", "essence": "", "code": "both", "definition": "one thing"}]
    file = hand_over(
        home, "KL",
        said("accept", "fits", code=[RUSH], segment=one), said("reject", code=[RUSH], segment=two),
        said("accept", "same as", code=[RUSH], **CLUSTER), said("agree", code=[DEMANDING], segment=three),
        said("agree", "nothing here", code=[], segment=two), said("differ", "we read it twice", segment=two),
        said("memo", "come back", theme="Time"), said("rename", theme="Time", to="Hurry"),
        said("split", code=[RUSH], to=new), said("merge", code=[DEMANDING, LISTENING], to=joined),
    )  # fmt: skip
    found = an.import_proposals(home, file)
    assert outcomes(found) == ["in the ledger"] * 10
    assert found.done
    ledger = an.read_ledger(home / "decisions.jsonl")
    assert ledger.problems == ()
    assert [(d.number, d.by, d.role, d.date) for d in ledger] == [
        (i, "KL", "coder", datetime.date(2026, 11, 27)) for i in range(1, 11)
    ]
    assert (ledger[2].cluster, ledger[2].members, ledger[2].note) == (2, CLUSTER["members"], "same as")
    assert ledger[4].code == ()
    assert ledger[8].made[0] == an.Code("Time", "", "clock", "clock!")
    now = standing(home)
    # renamed theme, then a code of it split under the theme's old name: both halves stand under the new one
    assert set(now.codebook.ids) == {"Hurry/clock", "Hurry/queue", "Trust/both"}
    assert now.not_applied == ()
    assert found.decisions == ledger.decisions


def test_a_cluster_is_found_again_by_its_members(home, places):
    from reported_study import make_book, make_clusters, make_mapping, texts_of

    mapping = make_mapping(make_clusters(texts_of(12)), make_book())
    study = an.Study(mapping.clusters.segments.transcripts, mapping.codebook)
    content = said("reject", code=["Time/Time at work"], cluster=1, members=members_hash(mapping, 1))
    file = hand_over(home, "KL", content)
    data = json.loads(file.read_text())
    data["study"]["key"] = key_of_study(study.transcripts)
    file.write_text(json.dumps(data))
    an.import_proposals(home / "decisions.jsonl", file, of=study)
    now = an.replay(home / "decisions.jsonl", mapping=mapping)
    assert [(x.cluster, x.verdict) for x in now.mapping.links] == [(0, "suggested"), (1, "rejected"), (2, "suggested")]


def test_suggestions_of_themes_are_accepted_and_agreed_on_as_such(home, places):
    file = hand_over(
        home, "KL", said("accept", code=["Trust"], segment=places[0]), said("agree", code=["Time"], segment=places[1]),
        said("rename", theme="Trust", to="Faith"),
    )  # fmt: skip
    assert outcomes(an.import_proposals(home, file)) == ["in the ledger"] * 3
    study = an.read_study(home)
    _, start, end = span_of(places[0])
    suggested = an.Coding((an.CodedSpan("m", "talk", start, end, "Trust", "suggested"),), (), study.codebook)
    now = an.replay(home / "decisions.jsonl", codebook=study.codebook, suggestions=suggested)
    assert [(a.code_id, a.status) for a in now.suggestions.applied] == [("Faith", "accepted")]
    assert [a.code_id for a in now.consensus.applied] == ["Time"]
    assert now.not_applied == ()


def test_the_same_file_twice_adds_nothing_and_a_later_file_adds_what_is_new(home, places):
    first = said("agree", code=[RUSH], segment=places[0])
    file = hand_over(home, "KL", first, views=[(places[0], "machine")])
    an.import_proposals(home, file)
    kept = (home / "decisions.jsonl").read_bytes()
    again = an.import_proposals(home, file, file)
    assert outcomes(again) == ["was there already"] * 2
    assert again.decisions == ()
    assert (home / "decisions.jsonl").read_bytes() == kept
    later = hand_over(home, "KL", first, said("memo", "and now?"), views=[(places[0], "machine")], name="later.json")
    assert outcomes(an.import_proposals(home, later)) == ["was there already", "in the ledger"]
    assert [d.kind for d in an.read_ledger(home / "decisions.jsonl")] == ["agree", SAW, "memo"]


def test_what_somebody_took_back_after_handing_it_over_is_settled(home, places):
    first = said("agree", code=[RUSH], segment=places[0])
    second = said("agree", "a second look", code=[DEMANDING], segment=places[0], replaces=[first["id"]])
    gone = said("memo", "I take it back", replaces=[second["id"]])
    an.import_proposals(home, hand_over(home, "KL", first))
    found = an.import_proposals(home, hand_over(home, "KL", first, second, gone))
    assert outcomes(found) == ["was there already", "in the ledger", "in the ledger"]
    assert [d.settles for d in found.decisions] == [(1,), (2,)]
    assert standing(home).consensus is None


def test_to_differ_takes_two_and_each_may_say_it_alone(home, places):
    (home / "codings.csv").write_text("coder,transcript,turn,code\nKL,talk,2,rush\nMR,talk,2,demanding\n")
    (home / "study.toml").write_text('[read]\nKL = "participants"\nMR = "participants"\n')
    files = [hand_over(home, by, said("differ", "we read it twice", segment=places[0])) for by in ("KL", "MR")]
    found = []
    for file in files:
        an.import_proposals(home, file)
        found.append(an.left_to_differ(an.read_study(home), standing(home)))
    assert found[0].notes == ("Decision 1 is by KL alone: to differ takes two.",)
    assert found[1].notes == ()
    assert found[1].rows()[0]["readings"] == ("KL: Time/rush", "MR: Trust/demanding")


def test_a_dry_run_says_the_same_and_writes_nothing(home, places):
    file = hand_over(home, "KL", said("agree", code=[RUSH], segment=places[0]))
    looked = an.import_proposals(home, file, dry_run=True)
    assert not list(home.glob("decisions.jsonl*"))
    assert (looked.done, outcomes(looked)) == (False, ["in the ledger"])
    assert "1 proposal of KL (nothing is written yet)" in str(looked)
    assert looked.rows() == an.import_proposals(home, file).rows()
    assert repr(looked) == "ImportedProposals(1 proposal, 0 open, nothing written yet)"


def test_people_who_differ_are_both_in_the_ledger_and_neither_is_applied(home, places):
    one = hand_over(home, "KL", said("agree", code=[RUSH], segment=places[0]), said("rename", code=[RUSH], to="hurry"))
    other = hand_over(home, "MR", said("agree", code=[], segment=places[0]), said("rename", code=[RUSH], to="pace"))
    third = hand_over(home, "OB", said("agree", code=[RUSH], segment=places[0]))
    found = an.import_proposals(home, one, other, third)
    assert outcomes(found) == ["in conflict"] * 5
    assert found.n_open == 5
    assert found.rows()[0]["why"] == (
        f"{places[0]}: decision 1 (KL: agree), decision 3 (MR: agree) contradict one another; none is applied. Settle "
        f"it with a decision that has settles=(1, 3)."
    )
    assert "Conflicts stand until somebody settles them" in str(found)
    now = standing(home)
    assert now.consensus is None
    assert RUSH in now.codebook.ids
    an.record_decision(home / "decisions.jsonl", "agree", by="KL+MR+OB", code=RUSH, segment=places[0],
                       settles=(1, 3, 5), of=an.read_study(home))  # fmt: skip
    assert [a.code_id for a in standing(home).consensus.applied] == [RUSH]
    assert outcomes(an.import_proposals(home, one)) == ["was there already"] * 2


def test_what_a_coder_applied_goes_by_todays_names_and_no_decision_changes_it(home, places):
    coder = an.CodedSpan("KL", *span_of(places[0]), RUSH)
    coding = an.Coding((coder,), (), an.read_study(home).codebook)
    an.import_proposals(home, hand_over(home, "KL", said("rename", code=[RUSH], to="pace"),
                                        said("reject", code=[RUSH], segment=places[0])))  # fmt: skip
    now = an.replay(home / "decisions.jsonl", coding=coding)
    assert now.coding.applied == (an.CodedSpan("KL", *span_of(places[0]), "Time/pace"),)
    assert now.coding.codebook == now.codebook
    assert standing(home).coding is None


def test_one_path_for_two_codes_is_a_conflict_whoever_came_first(home):
    people = (("KL", DEMANDING), ("MR", LISTENING))
    files = [hand_over(home, by, said("rename", code=[code], to="asks")) for by, code in people]
    for file in files:
        found = an.import_proposals(home, file)
    assert outcomes(found) == ["in conflict"]
    now = standing(home)
    assert [c.decisions for c in now.conflicts] == [(1, 2)]
    assert set(now.codebook.ids) == {DEMANDING, LISTENING, RUSH}
    assert (now.decisions, now.not_applied) == ((), ())


def test_a_path_that_was_given_away_can_be_given_anew(home):
    ledger, study = home / "decisions.jsonl", an.read_study(home)
    an.record_decision(ledger, "rename", code=DEMANDING, to="asks", by="KL", of=study)
    an.record_decision(ledger, "rename", code="Trust/asks", to="asks much", by="MR")
    an.record_decision(ledger, "rename", code=LISTENING, to="asks", by="MR", of=study)
    now = standing(home)
    assert (now.conflicts, now.not_applied) == ((), ())
    assert set(now.codebook.ids) == {"Trust/asks much", "Trust/asks", RUSH}


def test_a_code_is_found_under_its_themes_former_name_unless_it_was_renamed_itself(home):
    ledger, study = home / "decisions.jsonl", an.read_study(home)
    an.record_decision(ledger, "rename", theme="Time", to="Hurry", by="KL", of=study)
    an.record_decision(ledger, "rename", theme="Trust", to="Faith", by="KL", of=study)
    an.record_decision(ledger, "rename", code="Hurry/rush", to="pace", by="KL")
    found = an.import_proposals(home, hand_over(home, "MR", said("rename", code=[RUSH], to="clock"),
                                                said("rename", code=[LISTENING], to="ears")))  # fmt: skip
    assert outcomes(found) == ["cannot be applied", "in the ledger"]
    assert found.rows()[0]["why"].endswith("the code 'Time/rush' had become 'Hurry/pace' by then")
    assert set(standing(home).codebook.ids) == {"Faith/demanding", "Faith/ears", "Hurry/pace"}


def test_a_ledger_that_moved_on_since_the_page_is_shown_beside_what_it_touches(home, places):
    ledger, study = home / "decisions.jsonl", an.read_study(home)
    an.record_decision(ledger, "note", note="begin", by="KL", of=study)
    seal = an.read_ledger(ledger).seal
    an.record_decision(ledger, "rename", code=RUSH, to="hurry", by="OB", of=study)
    an.record_decision(ledger, "agree", code=DEMANDING, segment=places[1], by="OB", of=study)
    file = hand_over(home, "KL", said("split", code=[RUSH], to=[{"theme": "Time", "code": c} for c in "ab"]),
                     said("agree", code=[DEMANDING], segment=places[1]), said("agree", code=[RUSH], segment=places[0]),
                     said("memo", "hm", theme="Trust"), seal=seal, n=1)  # fmt: skip
    found = an.import_proposals(home, file)
    assert outcomes(found) == ["in conflict", "in the ledger", "in the ledger", "in the ledger"]
    assert [row["why"] for row in found.rows()][1:] == [
        "decided since the page was made: decision 3 (OB: agree)",
        "decided since the page was made: decision 2 (OB: rename)", "",
    ]  # fmt: skip
    assert "proposals-KL.json: 2 decisions of others in the ledger since its page was made." in str(found)
    again = an.import_proposals(home, file)
    assert "since its page was made" not in str(again)


def test_decisions_on_other_passages_are_no_news_for_this_one(home, places):
    one = [said("agree", code=[RUSH], segment=place) for place in places]
    an.import_proposals(home, hand_over(home, "AB", *one, said("memo", "hm", theme="Time")))
    found = an.import_proposals(home, hand_over(home, "MR", said("agree", code=[RUSH], segment=places[0]),
                                                said("accept", code=[RUSH], segment=places[1])))  # fmt: skip
    assert [row["why"] for row in found.rows()] == [
        f"decided since the page was made: decision {number} (AB: agree)" for number in (1, 2)
    ]


def test_what_cannot_be_applied_is_told_with_its_reason(home, places):
    ledger, study = home / "decisions.jsonl", an.read_study(home)
    an.record_decision(ledger, "rename", code=RUSH, to="hurry", by="KL", of=study)
    file = hand_over(home, "KL", said("rename", code=["Time/hurry"], to="pace"), said("rename", code=[LISTENING],
                     to="demanding"))  # fmt: skip
    found = an.import_proposals(home, file)
    assert outcomes(found) == ["in the ledger", "cannot be applied"]
    assert "the codebook already has a code 'Trust/demanding'" in found.rows()[1]["why"]


def test_what_was_opened_before_deciding_is_one_line_a_person_and_says_nothing_of_their_coding(home, places):
    coded = "coder,transcript,turn,code\nKL,talk,2,rush\n"
    (home / "study.toml").write_text('[read]\nKL = "participants"\n', encoding="utf-8")
    (home / "codings.csv").write_text(coded, encoding="utf-8")
    file = hand_over(
        home, "KL", said("agree", code=[RUSH], segment=places[1], after="both"), views=[(places[0], "machine")]
    )
    found = an.import_proposals(home, file)
    line = found.decisions[-1]
    assert (line.kind, line.by, line.role, line.about) == (SAW, "KL", "program", REVIEW)
    assert line.note == (
        f"opened before deciding there: the machine's view on {places[0]}, {places[1]}; what others had on {places[1]}"
    )
    assert dict(an.read_study(home).coding.saw_suggestions) == {}
    an.record_decision(home / "decisions.jsonl", SAW, by="KL", role="program", note="shown before they had finished")
    assert dict(an.read_study(home).coding.saw_suggestions) == {"KL": True}


def test_ids_of_the_version_for_sharing_find_their_transcripts(home, places):
    number = places[0].replace("talk:", "transcript 1:")
    shared = {"key": key_of_study(an.read_study(home).transcripts, numbered=True), "title": "A study"}
    an.import_proposals(home, hand_over(home, "KL", said("agree", code=[RUSH], segment=number), study=shared))
    assert an.read_ledger(home / "decisions.jsonl")[0].segment == places[0]


def test_whoever_withdrew_is_left_out_and_said(home, places):
    mine = said("agree", "Bo is right", code=[LISTENING], segment=places[1])
    theirs = said("memo", "mine", theme="Trust")
    file = hand_over(home, "KL", said("agree", code=[RUSH], segment=places[0]), mine)
    own = hand_over(home, "Bo", theirs, role="participant")
    an.withdraw(home, "Bo", by="KL", cache=False)  # the files lie elsewhere, or are handed over later
    found = an.import_proposals(home, file, own)
    assert [(row["outcome"], row["why"]) for row in found.rows()] == [
        ("in the ledger", ""), ("left out", "whoever said these words has withdrawn"),
        ("left out", "whoever decided it has withdrawn"),
    ]  # fmt: skip
    assert [d.by for d in an.read_ledger(home / "decisions.jsonl") if d.kind != "withdrawal"] == ["KL"]


def test_what_a_withdrawal_shortened_is_not_brought_back_by_the_same_file(home, places):
    file = hand_over(home, "KL", said("memo", "Bo says: Mm, we listen a lot.", theme="Trust"),
                     said("agree", code=[LISTENING], segment=places[1]))  # fmt: skip
    an.import_proposals(home, file)
    an.withdraw(home, "Bo", by="KL", cache=False)
    assert outcomes(an.import_proposals(home, file)) == ["was there already"] * 2
    assert "listen a lot" not in (home / "decisions.jsonl").read_text(encoding="utf-8")


def test_proposals_that_lie_in_the_study_are_shortened_with_it(home, places):
    gone = said("agree", code=[LISTENING], segment=places[1])
    kept = said("memo", "Bo says: Mm, we listen a lot, and so do I", segment=places[0], replaces=[gone["id"]])
    made = said(
        "split", code=[RUSH], to=[{"theme": "Time", "code": c, "definition": "Mm, we listen a lot"} for c in "ab"]
    )
    views = [(places[1], "machine"), (places[0], "others")]
    files = [hand_over(home, "KL", gone, kept, made, views=views), hand_over(home, "MR", said("memo", "fine")),
             hand_over(home, "Bo", said("memo", "I disagree"), role="participant")]  # fmt: skip
    inside = [path.rename(home / path.name) for path in files]
    before = inside[1].read_bytes()
    done = an.withdraw(home, "Bo", by="KL", cache=False)
    what = {row["file"]: row["what"] for row in done.rows()}
    assert (what["proposals-KL.json"], what["proposals-Bo.json"]) == ("shortened", "removed")
    assert not inside[2].exists()
    assert inside[1].read_bytes() == before
    left = json.loads(inside[0].read_text(encoding="utf-8"))
    assert [row["id"] for row in left["proposals"]] == [kept["id"], made["id"]]
    assert left["proposals"][0]["note"] == "Bo says: [withdrawn], and so do I"
    assert [code["definition"] for code in left["proposals"][1]["to"]] == ["[withdrawn]"] * 2
    assert [view["segment"] for view in left["saw"]] == [places[0]]
    assert outcomes(an.import_proposals(home, inside[0])) == ["in the ledger"] * 2


def test_damaged_proposals_with_words_of_who_withdrew_are_left_to_people(home):
    path = home / "proposals-KL.json"
    path.write_text(json.dumps({"format": "alliance_nlp proposals 1", "saw": 3, "note": "Mm, we listen a lot."}))
    done = an.withdraw(home, "Bo", by="KL", cache=False)
    assert [row["why"] for row in done.rows() if row["file"] == path.name] == [
        "damaged proposals with their words: take them out"
    ]


def test_names_with_odd_signs_stay_names(home, places):
    odd = "Ōe <b>& \u202e=1+1 'x' \"y\" 🙂"
    found = an.import_proposals(home, hand_over(home, odd, said("memo", "n", segment=places[0]), name="odd.json"))
    assert found.rows()[0]["by"] == odd
    (line,) = an.read_ledger(home / "decisions.jsonl")
    assert line.by == odd
    assert "<b>" not in found._repr_html_()


def test_a_name_is_the_same_however_it_was_typed(home):
    first = said("memo", "one")
    an.import_proposals(home, hand_over(home, "A\u030ase ", first, name="a.json"))
    found = an.import_proposals(home, hand_over(home, "\u00c5se", first, said("memo", "two"), name="b.json"))
    assert outcomes(found) == ["was there already", "in the ledger"]
    other = an.import_proposals(home, hand_over(home, "\u00e5se", said("memo", "three"), name="c.json"))
    assert "\u00c5se and \u00e5se are alike but for their letters. Is that one person?" in str(other)


# --- what is refused --------------------------------------------------------------------------------------------------


def test_all_problems_of_all_files_are_told_at_once_and_nothing_is_written(home, places):
    one = hand_over(home, "KL", said("agree", code=["Trust/demandin"], segment=places[0]), said("differ", segment="x"),
                    said("memo", "fine"))  # fmt: skip
    other = hand_over(home, "MR", said("accept", code=[RUSH]), role="boss")
    text = refused(home, one, other)
    assert "proposals-MR.json: role must be 'researcher', 'coder' or 'participant'. Got 'boss' instead" in text
    assert "proposals-KL.json: proposal 2: A decision of kind 'differ' needs note" in text
    one = hand_over(home, "KL", said("agree", code=["Trust/demandin"], segment=places[0]), said("memo", "m", theme="x"),
                    said("memo", "fine", segment="other:0-3"), said("memo", "fine", segment="talk:0-3000"),
                    said("merge", code=["Trust", RUSH], to=[{"theme": "A"}]))  # fmt: skip
    text = refused(home, one)
    assert text.startswith("What was handed over has 5 problems:")
    assert "proposal 1: the study has no code 'Trust/demandin'. Did you mean 'Trust/demanding'?" in text
    assert "proposal 2: the study has no theme 'x'." in text
    assert "proposal 3: no words of the study have the id 'other:0-3'" in text
    assert "proposal 4: no words stand at 'talk:0-3000'; was the transcript changed after the page was made?" in text
    assert "proposal 5: the study has no code 'Trust'." in text
    assert text.endswith("Nothing was written.")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("study", {"key": "abc"}, "study must say key and title"),
        ("based_on", {"seal": "xyz", "n_decisions": 0}, "based_on must say the seal and n_decisions"),
        ("based_on", {"seal": "", "n_decisions": True}, "based_on must say the seal and n_decisions"),
        ("by", "  ", "by must name who decided. Nobody decides anonymously"),
        ("by", "K\x00L", "by must name who decided"),
        ("by", "K\ud800L", "by must name who decided"),
        ("exported", "yesterday", "exported must be a time, such as 2026-11-27T10:15:00Z"),
        ("proposals", {}, "proposals must be a list"),
        ("saw", [{"segment": "talk:0-3", "what": "all", "at": "2026-11-27T10:00:00Z"}], "saw must list segments"),
        ("script", "x", "the file holds 'script', which is nothing that a page writes"),
    ],
)
def test_a_file_that_no_page_wrote_is_refused_in_one_sentence(home, field, value, message):
    assert message in refused(home, hand_over(home, "KL", name="p.json", **{field: value}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, "id must be a word of its own"),
        ({"at": 5}, "at must be a time"),
        ({"kind": "withdrawal"}, "kind must be 'accept', 'reject',"),
        ({"code": "Trust"}, "code must be a list of codes' paths, each once"),
        ({"code": [DEMANDING, DEMANDING]}, "code must be a list of codes' paths, each once"),
        ({"cluster": -1}, "cluster must be a cluster's number"),
        ({"cluster": 1}, "cluster and members go together"),
        ({"to": [{"theme": 1}]}, "to must be a name, or a list of codes"),
        ({"to": [{"aliases": "x"}]}, "to must be a name, or a list of codes"),
        ({"note": None}, "note must be a text"),
        ({"after": "me"}, "after must be 'machine', 'others' or 'both'"),
        ({"replaces": ["nobody"]}, "it replaces 'nobody', which stands neither before it nor in the ledger"),
        ({"verdict": "yes"}, "it holds 'verdict', which is nothing that a page writes"),
        ({"kind": "agree", "segment": "talk:0-3"}, "code is missing; an empty list says that no code applies"),
        ({"kind": "rename", "theme": "Time", "to": "  "}, "A decision of kind 'rename' needs to"),
    ],
)
def test_a_proposal_without_its_shape_is_refused(home, change, message):
    assert message in refused(home, hand_over(home, "KL", said("memo", "why") | change))


def test_a_proposal_that_lacks_a_field_or_is_none_is_refused(home):
    bare = {"id": "x", "kind": "memo"}
    assert "at and note are missing" in refused(home, hand_over(home, "KL", bare))
    assert "proposal 1: is no proposal" in refused(home, hand_over(home, "KL", 7))
    one = said("memo", "why")
    assert f"two proposals have the id {one['id']!r}" in refused(home, hand_over(home, "KL", one, one))


def test_what_somebody_else_decided_is_neither_taken_over_nor_replaced(home):
    first = said("memo", "mine")
    an.import_proposals(home, hand_over(home, "KL", first))
    assert "its id is that of a proposal of KL" in refused(home, hand_over(home, "MR", first))
    other = said("memo", "no", replaces=[first["id"]])
    assert f"it replaces {first['id']!r}, which KL decided" in refused(home, hand_over(home, "MR", other))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "p.json: is no whole file of proposals: it was cut off or edited"),
        ('{"format": "alliance_nlp proposals 1"', "it was cut off or edited"),
        ('{"format": 1, "format": 2}', "a field is named twice"),
        ('{"format": "alliance_nlp proposals 1", "saw": NaN}', "NaN is no number"),
        ("[]", "p.json: is no file of proposals: its format must be 'alliance_nlp proposals 1'"),
        ('{"format": "alliance_nlp proposals 2"}', "It may come from a later version; update alliance_nlp"),
        ("[" * 200 + "]" * 200, "brackets nested more than 40 deep"),
        ('{"x": ' + "9" * 5000 + "}", "it was cut off or edited"),
    ],
)
def test_a_damaged_file_is_refused(home, text, message):
    (home.parent / "p.json").write_text(text, encoding="utf-8")
    assert message in refused(home, home.parent / "p.json")


def test_files_have_limits(home, monkeypatch):
    monkeypatch.setattr(proposal_files, "MOST", 1)
    text = refused(home, hand_over(home, "KL", said("memo", "a"), said("memo", "b")))
    assert "holds 2 proposals; at most 1 can be read" in text
    monkeypatch.setattr(proposal_files, "MOST_SEEN", 0)
    text = refused(home, hand_over(home, "KL", views=[("talk:0-3", "machine")]))
    assert "holds 1 opened views; at most 0 can be read" in text
    with (home.parent / "large.json").open("wb") as file:
        file.truncate(21 << 20)
    assert "holds 21.0 MB; at most 20.0 MB of a proposals can be read" in refused(home, home.parent / "large.json")
    assert "nowhere.json: does not exist. Name a file that is there." in refused(home, home.parent / "nowhere.json")
    (home.parent / "latin.json").write_bytes('{"by": "Åse"}'.encode("latin-1"))
    assert "latin.json: cannot be read (UnicodeDecodeError)" in refused(home, home.parent / "latin.json")


def test_many_problems_of_one_file_are_counted(home):
    text = refused(home, hand_over(home, "KL", *(said("memo") for _ in range(40))))
    assert "proposals-KL.json: and 10 more" in text
    text = refused(home, hand_over(home, "KL", *(said("memo", "m", theme=f"t{i}") for i in range(60))))
    assert text.startswith("What was handed over has 50 problems:")
    assert text.endswith("There may be more. Nothing was written.")
    assert "theme must be the name of a theme" in refused(
        home, hand_over(home, "KL", said("memo", "m", theme="x" * 2000))
    )


def test_another_study_and_another_ledger_are_told_apart(home, places):
    memo = said("memo", "why")
    file = hand_over(home, "KL", memo, study={"key": "0" * 16, "title": "Other"})
    assert "its page was made of another study ('Other'), or of other transcripts of this one" in refused(home, file)
    strange = hand_over(home, "KL", memo, seal="a" * 64, n=12)
    text = refused(home, strange)
    assert (
        "no line of the ledger has the seal aaaaaaaaaaaa… with which the ledger of its page ended (12 decisions)"
        in text
    )
    assert "alliance-nlp ledger verify" in text
    an.record_decision(home / "decisions.jsonl", "note", note="begin", by="KL")
    seal = an.read_ledger(home / "decisions.jsonl").seal
    (home / "more.txt").write_text("Cy: More.", encoding="utf-8")
    grown = hand_over(home, "KL", memo, study={"key": "0" * 16, "title": "Before it grew"}, seal=seal, n=1)
    assert outcomes(an.import_proposals(home, grown)) == ["in the ledger"]
    bare = hand_over(home, "MR", said("memo", "why"), study={"key": "0" * 16, "title": "Before it grew"})
    assert "pass same_study=False" in refused(home, bare)
    assert outcomes(an.import_proposals(home, bare, same_study=False)) == ["in the ledger"]


def test_what_is_missing_from_the_call_is_said(home):
    with pytest.raises(an.InputError, match="takes the files that a page handed over. Got none"):
        an.import_proposals(home)
    with pytest.raises(an.InputError, match=r"'decisions.jsonl' is no folder. Name the study's folder; or"):
        an.import_proposals(home / "decisions.jsonl", home.parent / "p.json")
    with pytest.raises(an.InputError, match="of must be a Study"):
        an.import_proposals(home, home / "p.json", of="study")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_wherever_a_call_is_killed_the_next_one_finds_nothing_missing_and_nothing_twice(home, places):
    study = an.read_study(home)
    file = hand_over(home, "KL", *(said("agree", code=[RUSH], segment=place) for place in places),
                     views=[(places[0], "machine")])  # fmt: skip
    ledger = home.parent / "counted.jsonl"
    n, seen = faults.steps_of(an.import_proposals, ledger, file, of=study), set()
    for at in range(1, n + 1):
        ledger = home.parent / f"at{at}.jsonl"
        assert faults.kill_at(at, an.import_proposals, ledger, file, of=study)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", an.AllianceWarning)  # of a line that was cut off
            seen.add(len(an.read_ledger(ledger)))
            an.import_proposals(ledger, file, of=study)
            made = [(d.kind, d.segment) for d in an.read_ledger(ledger)]
        assert sorted(made) == sorted([*(("agree", place) for place in places), (SAW, "")])
    assert {0, 4} <= seen


# --- laws -------------------------------------------------------------------------------------------------------------


def made_by(rng, by, places):
    """Ten proposals of one person, some of which contradict the other's."""
    new = [{"theme": "Time", "code": name, "definition": by} for name in ("clock", "queue")]
    joined = [{"theme": "Trust", "code": f"both, says {by}"}]
    pool = [
        said("rename", theme="Time", to=f"Hurry{rng.choice(['', by])}"),
        said("rename", code=[DEMANDING], to=rng.choice(["asks", f"asks {by}"])),
        said("rename", code=[LISTENING], to="asks"), said("rename", theme="Trust", to="Hurry"),
        said("split", code=[RUSH], to=new), said("rename", code=[RUSH], to="pace"),
        said("merge", code=[DEMANDING, LISTENING], to=joined), said("memo", f"by {by}", theme="Trust"),
        *(said("agree", code=rng.sample([DEMANDING, LISTENING, RUSH, "Trust"], rng.randrange(3)), segment=place)
          for place in places),
        *(said(rng.choice(["accept", "reject"]), code=[RUSH], segment=place) for place in places),
    ]  # fmt: skip
    return rng.sample(pool, rng.randrange(3, len(pool)))


def what_stands(home):
    now = standing(home)
    ledger = {d.number: (d.kind, d.subject, str(d.to)) for d in an.read_ledger(home / "decisions.jsonl")}
    plain = sorted({(d.kind, d.subject, str(d.to), *sorted(d.code)) for d in now.decisions})
    consensus = now.consensus
    coded = sorted((a.segment_id, a.code_id) for a in consensus.applied) if consensus is not None else None
    conflicts = sorted(sorted(ledger[number] for number in c.decisions) for c in now.conflicts)
    why = sorted(ledger[number] for number, _ in now.not_applied)
    return plain, sorted(now.codebook.ids), coded, conflicts, why


@pytest.mark.parametrize("seed", range(15))
def test_in_whatever_order_two_peoples_files_come_the_same_stands(home, places, seed):
    rng = random.Random(seed)
    files = [hand_over(home, by, *made_by(rng, by, places)) for by in ("KL", "MR")]
    found = []
    for order in ([files], [files[::-1]], [files[:1], files[1:]], [files[1:], files[:1]]):
        for call in order:
            an.import_proposals(home, *call)
        found.append(what_stands(home))
        (home / "decisions.jsonl").unlink()
    assert found[0] == found[1] == found[2] == found[3]
