"""A study's folder: every part optional, every part checked, the consensus and who read what."""

import datetime
import json
import warnings

import pytest

from alliance_nlp import InputError, ReadSpan
from alliance_nlp.ledger import Decision, Ledger
from alliance_nlp.ledger.lines import seal_line
from alliance_nlp.records import Expectation, FieldNote, Participant, Question, Theme
from alliance_nlp.studies import read_study

TALK = "Moderator: Why?\n\nAnn: It takes time.\n\nBo: Mm.\n\nAnn: We listen.\n"
DAY = datetime.date(2025, 5, 14)
FIRST = seal_line(Decision("note", "A", "coder", DAY, note="asks much", number=1), None)
LEDGER = [FIRST, seal_line(Decision("accept", "B", "coder", DAY, ("Time/short",), segment="s", number=2), FIRST)]
PARTS = {
    "transcripts/group_1.txt": TALK,
    "codebook.csv": "theme,code,aliases\nTrust,slow,Reliance\nTime,short,\n",
    "codings.csv": "coder,transcript,turn,code\nA,group_1,2,short\nA,group_1,4,slow\nB,group_1,2,short\n",
    "consensus.csv": (
        "transcript,turn,code,reason,by,date\ngroup_1,2,short,clear,A+B,2025-05-14\ngroup_1,4,,not said,A+B,\n"
    ),
    "guide.csv": "session,question\ngroup_1,Why?\n,Else?\n",
    "notes.csv": "date,session,by,turn,note\n2025-03-19,group_1,B,2,nods\n,,,,the day after\n",
    "expectations.csv": "date,by,expectation,theme\n2025-02-26,A,They will speak of time.,Time\n",
    "decisions.jsonl": "\n\n".join(LEDGER) + "\n",
    "study.toml": """title = "A study"
synthetic = true
language = "en"
[[sessions]]
id = "group_1"
date = 2025-03-19
duration_minutes = 90
[[participants]]
id = "Moderator"
role = "moderator"
[[participants]]
id = "P1"
role = "participant"
labels = ["Ann", "Ann (she/her)"]
sessions = ["group_1"]
description = "runs a clinic"
[[participants]]
id = "Bo"
role = "participant"
[read]
A = "all participant turns"
B = ["group_1"]
[[themes]]
name = "Trust"
aliases = ["Confidence"]
group = "inner"
description = "What it is."
""",
}


def make(folder, **changes):
    """Write the parts of a study; a part that is None is left out."""
    for name, text in {**PARTS, **changes}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
    return folder


def told(folder, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        study = read_study(folder, **options)
    assert len(caught) <= 1
    return study, "".join(str(item.message) for item in caught)


def problem(folder, **options):
    with pytest.raises(InputError) as caught:
        read_study(folder, **options)
    return str(caught.value)


def test_a_whole_study_and_no_warning(tmp_path):
    study, warned = told(make(tmp_path))
    assert warned == ""
    (group,) = study.transcripts
    assert [(turn.speaker, turn.role) for turn in group.turns] == [
        ("Moderator", "moderator"), ("P1", "participant"), ("Bo", "participant"), ("P1", "participant"),
    ]  # fmt: skip
    assert (group.date, group.session, group.source) == (datetime.date(2025, 3, 19), None, "group_1.txt")
    assert study.codebook.themes == (Theme("Trust", ("Confidence", "Reliance"), "inner", "What it is."), Theme("Time"))
    assert study.coding.coders == ("A", "B")
    assert [r for r in study.coding.read if r.coder == "B"] == [ReadSpan("B", "group_1", 0, len(TALK))]
    assert study.guide == (Question("Why?", "group_1"), Question("Else?"))
    assert study.notes == (FieldNote("nods", "B", datetime.date(2025, 3, 19), "group_1", 2), FieldNote("the day after"))
    assert study.expectations == (Expectation("They will speak of time.", "A", datetime.date(2025, 2, 26), "Time"),)
    assert study.participants[1] == Participant(
        "P1", "participant", ("group_1",), "runs a clinic", labels=("Ann", "Ann (she/her)")
    )
    assert [row["kind"] for row in study.decisions] == ["note", "accept"]
    assert (study.title, study.synthetic, study.settings["language"]) == ("A study", True, "en")
    assert study.settings["sessions"] == [{"id": "group_1", "date": datetime.date(2025, 3, 19), "duration_minutes": 90}]


def test_the_consensus_has_read_what_all_coders_read_and_keeps_who_agreed(tmp_path):
    study, _ = told(make(tmp_path))
    (span,) = study.consensus.applied
    assert (span.coder, span.status, span.code_id, span.note) == ("consensus", "consensus", "Time/short", "clear")
    assert span.date == datetime.date(2025, 5, 14)
    assert study.consensus.made_from is study.coding
    own = {(r.start, r.end) for r in study.consensus.read}
    assert own == {(turn.start, turn.end) for turn in study.transcripts[0].turns[1:]}  # A read participants, B all
    assert [row["by"] for row in study.consensus.ledger.rows()] == ["A+B", "A+B"]


def test_the_consensus_may_be_stated_and_is_said_when_nothing_tells(tmp_path):
    toml = PARTS["study.toml"].replace("[read]\n", '[read]\nconsensus = "everything"\n')
    study, _ = told(make(tmp_path, **{"study.toml": toml}))
    assert ReadSpan("consensus", "group_1", 0, len(TALK)) in study.consensus.read
    other = tmp_path / "other"
    study, warned = told(make(other, **{"codings.csv": None, "study.toml": None}))
    assert study.coding is None
    assert len(study.consensus.read) == 1
    assert "consensus.csv: it is not stated what the consensus read: only its rows count as read" in warned


def test_only_transcripts_are_needed_beside_the_other_files_too(tmp_path):
    (tmp_path / "group_1.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "group_2.csv").write_text("speaker,text\nI,x\nP1,y\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    study, warned = told(tmp_path)
    assert [t.id for t in study.transcripts] == ["group_1", "group_2"]
    assert (study.codebook, study.coding, study.consensus) == (None, None, None)
    assert study.title == tmp_path.name
    assert "1 file left out: photo.jpg" in warned


def test_codings_without_a_statement_are_said_and_the_caller_may_state_it(tmp_path):
    make(tmp_path, **{"study.toml": None})
    assert "it is not stated what A, B read" in told(tmp_path)[1]
    study, warned = told(tmp_path, read="participants")
    assert len(study.coding.read) == 6
    assert warned == ""
    (tmp_path / "read.csv").write_text("coder,transcript\nA,group_1\nB,group_1\n", encoding="utf-8")
    study, warned = told(tmp_path)
    assert len(study.coding.read) == 2
    assert warned == ""


def test_roles_of_the_caller_come_before_those_of_the_file(tmp_path):
    make(tmp_path, **{"study.toml": None})
    study, _ = told(tmp_path, roles={"Bo": "co-moderator"}, read="all")
    assert {turn.speaker: turn.role for turn in study.transcripts[0].turns}["Bo"] == "co-moderator"


def test_participants_may_stand_in_a_table(tmp_path):
    make(tmp_path, **{"study.toml": None})
    (tmp_path / "participants.csv").write_text(
        "id,role,sessions,description\nModerator,moderator,group_1 | group_2,\nAnn,,,x\n", encoding="utf-8"
    )
    study, warned = told(tmp_path, read="all")
    assert study.participants == (
        Participant("Moderator", "moderator", ("group_1", "group_2")),
        Participant("Ann", None, (), "x"),
    )
    assert "the participants: 1 speaker is not listed: 'Bo'; their role follows from their name" in warned
    assert "1 session not in the study: 'group_2' of 'Moderator'" in warned


def test_several_transcripts_of_one_session(tmp_path):
    toml = '[[sessions]]\nid = "March"\ndate = 2025-03-19\ntranscripts = ["group_1"]\n'
    study, _ = told(make(tmp_path, **{"study.toml": toml, "codings.csv": None, "consensus.csv": None}))
    assert study.transcripts[0].session_name == "March"


@pytest.mark.parametrize(
    ("part", "text", "message"),
    [
        ("study.toml", "title = x", "study.toml is no valid TOML: Invalid value (at line 1, column 9)"),
        (
            "study.toml",
            "sessions = 3\nthemes = ['a']",
            "study.toml has 2 problems:\n  sessions must be written as [[sessions]]",
        ),
        (
            "study.toml",
            "[[sessions]]\nid='a'\n[[sessions]]\nid='a'\n[[themes]]\n",
            "[[sessions]] 'a' is given more than once",
        ),
        ("study.toml", "[[sessions]]\nid='a'\n[[themes]]\ngroup='x'\n", "[[themes]] number 1 has no name"),
        (
            "study.toml",
            "[[sessions]]\nid = 'group_2'\n",
            "session 'group_2': its transcript must be 'group_1'. Got 'group_2'",
        ),
        (
            "study.toml",
            "[[sessions]]\nid = 'group_1'\ndate = '19 March'\n",
            "the date must be written as 2025-03-19, without",
        ),
        (
            "study.toml",
            "[[participants]]\nid = 'Bo'\nrole = 'boss'\n",
            "'Bo': role must be 'participant', 'moderator' or",
        ),
        ("study.toml", "[[themes]]\nname = 'Tme'\n", "row 3: theme 'Time' is not among the themes ('Tme')"),
        ("study.toml", "[[themes]]\nname = 'Acess'\n", "theme 'Acess' is described, but no code belongs to it"),
        (
            "study.toml",
            "[read]\nA = 'some'\n",
            "What A read ([read] of study.toml, or read=) must be 'all', 'participants', 'coded' or 'group_1'. Got",
        ),
        ("study.toml", "[roles]\nBo = 'boss'\n", "'Bo': role must be"),
        ("guide.csv", "a,b\n1,2\n", "guide.csv has no column called 'question'. Its columns are 'a', 'b'."),
        (
            "notes.csv",
            "note,date,turn\nx,soon,\ny,,0\n",
            "notes.csv has 2 problems:\n  row 2: the date must be written as",
        ),
        ("notes.csv", "note,turn\ny,last\n", "row 2: turn must be a whole number from 1. Got 'last' instead"),
        ("participants.csv", "id,role\nBo,boss\n", "participants.csv has 1 problem:\n  row 2: role must be"),
        ("codebook.csv", "theme,code\nA,x\nA,x\n", "row 3: code 'A/x' is already defined on row 2"),
        (
            "consensus.csv",
            "transcript,turn,code\ngroup_1,9,short\n",
            "consensus.csv has 1 problem:\n  row 2: turn must be",
        ),
        ("codebook.yaml", "- {code: a}", "holds codebook.csv and codebook.yaml. Keep one of them."),
    ],
)
def test_faults_of_the_parts(tmp_path, part, text, message):
    changes = {"study.toml": None} if part == "participants.csv" else {}
    assert message in problem(make(tmp_path, **changes, **{part: text}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEDGER[0] + "\n" + LEDGER[1][:40], "line 2 is not a whole line of JSON"),
        (LEDGER[0] + "\n[1]\n", "line 2 does not hold a decision"),
        (LEDGER[0].replace("asks much", "asks nothing") + "\n", "line 1 was changed after it was written"),
        ("\n".join(LEDGER[::-1]), "line 1 does not follow the line before it"),
    ],
)
def test_no_line_of_the_ledger_locks_the_study_and_its_problems_are_said_and_carried(tmp_path, text, said):
    study, warned = told(make(tmp_path, **{"decisions.jsonl": text}))
    assert f"decisions.jsonl: {said}" in warned
    assert said in Ledger.of_study(study).problems[0]
    assert list(study.ledger_lines) == text.splitlines()


def test_rows_of_a_study_are_checked_against_their_hashes(tmp_path):
    study, _ = told(make(tmp_path))
    assert Ledger.of(study.decisions).problems == Ledger.of_study(study).problems == ()
    assert Ledger.of(study.decisions).seal == Ledger.of_study(study).seal
    assert len(Ledger.of(study.decisions).seal) == 64
    rows = [{**study.decisions[0], "note": "asks nothing"}, study.decisions[1]]
    assert Ledger.of(rows).problems == ("row 1 was changed after it was written: its hash does not fit.",)


def test_what_is_no_study_is_one_sentence(tmp_path):
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    assert (
        problem(tmp_path / "a.txt") == "A study is a folder, or a project (.qdpx). 'a.txt' is a file. Check the path."
    )
    assert (
        problem(tmp_path / "absent")
        == "A study is a folder, or a project (.qdpx). 'absent' does not exist. Check the path."
    )
    (tmp_path / "empty").mkdir()
    assert "holds no transcripts, neither in a folder 'transcripts' nor beside" in problem(tmp_path / "empty")


def test_no_words_of_a_transcript_are_in_errors_of_its_codings(tmp_path):
    rows = "coder,quote,code\nA,It takes no time,short\nA,Mm.,slow\nA,We lissten.,slow\n"
    message = problem(make(tmp_path, **{"codings.csv": rows}))
    assert "row 2" in message
    assert "row 4" in message
    assert "takes" not in message
    study, warned = told(tmp_path, unmatched="skip")
    assert len(study.coding.applied) == 1
    assert "'B' is stated to have read and applied no code" in warned
    assert "left out row 2" in warned


SEGMENTS = (
    "segment_id,text,speaker,document,position,code,coder_1,coder_2\n"
    "a2,later,P2,D1,2,short,short,slow\na1,first,P1,D1,1,slow | short,slow,\nb1,other,P1,D2,1,,,\n"
)


def simple(folder, segments=SEGMENTS, codebook="code,theme\nslow,Trust\nshort,Time\n"):
    folder.mkdir(exist_ok=True)
    (folder / "segments.csv").write_text(segments, encoding="utf-8")
    if codebook:
        (folder / "codebook.csv").write_text(codebook, encoding="utf-8")
    return folder


def test_the_simple_form_each_document_a_transcript_each_row_a_turn(tmp_path):
    study, warned = told(simple(tmp_path / "corpus"))
    assert [t.id for t in study.transcripts] == ["D1", "D2"]
    assert study.transcripts[0].text == "first\nlater"
    assert [(a.coder, a.start, a.code_id) for a in study.coding.applied] == [
        ("coder_1", 0, "Trust/slow"), ("coder_1", 6, "Time/short"), ("coder_2", 6, "Trust/slow"),
    ]  # fmt: skip
    assert [(a.start, a.code_id, a.status) for a in study.consensus.applied] == [
        (0, "Trust/slow", "consensus"), (0, "Time/short", "consensus"), (6, "Time/short", "consensus"),
    ]  # fmt: skip
    assert study.consensus.made_from is study.coding
    assert "unread: 1 cell of 'coder_1', 2 cells of 'coder_2'" in warned
    assert "unread: 1 cell of 'code'" in warned


def test_the_simple_form_with_a_statement_or_coders_present(tmp_path):
    folder = simple(tmp_path / "corpus")
    study, warned = told(folder, read="all", same_people=True)
    assert {r.coder for r in study.coding.read} == {"coder_1", "coder_2"}
    assert len(study.consensus.read) == 2
    assert warned == ""
    study, warned = told(folder, read={"consensus": "all", "coder_1": "all", "coder_2": "coded"})
    assert {r.coder for r in study.coding.read} == {"coder_1"}
    assert "Got 'coder_9'" in problem(folder, read={"coder_9": "all"})
    head, *rows = SEGMENTS.splitlines()
    text = "\n".join(
        [
            f"{head},coders_present",
            *(f"{row},{who}" for row, who in zip(rows, ["coder_1;coder_2", "coder_1", ""], strict=True)),
        ]
    )
    study, warned = told(simple(tmp_path / "present", text), read={"consensus": "all"}, same_people=True)
    assert [(r.coder, r.transcript_id, r.start) for r in study.coding.read] == [
        ("coder_1", "D1", 0), ("coder_1", "D1", 6), ("coder_2", "D1", 6),
    ]  # fmt: skip
    assert warned == ""
    (folder / "read.csv").write_text("coder,transcript\ncoder_1,D1\ncoder_9,D1\n", encoding="utf-8")
    assert "a coder in 'read' must be 'coder_1', 'coder_2' or 'consensus'. Got 'coder_9' instead." in problem(folder)


def test_the_simple_form_beside_codings_that_name_its_segments(tmp_path):
    folder = simple(tmp_path / "corpus", "segment_id,text,speaker\nq1,first,P1\nq2,later,P2\n")
    (folder / "codings.csv").write_text("coder,segment_id,code\nA,q1,slow\nB,q2,short\nB,q1,\n", encoding="utf-8")
    (folder / "consensus.csv").write_text("segment_id,code\nq1,slow\n", encoding="utf-8")
    study, warned = told(folder, read={"A": "all", "B": "all", "consensus": "all"})
    assert [(a.coder, a.start, a.end, a.code_id) for a in study.coding.applied] == [
        ("A", 0, 5, "Trust/slow"), ("B", 6, 11, "Time/short"),
    ]  # fmt: skip
    assert [(a.coder, a.start) for a in study.consensus.applied] == [("consensus", 0)]
    assert warned == ""


def test_a_table_of_who_read_what_may_hold_the_consensus(tmp_path):
    make(tmp_path, **{"study.toml": None})
    table = "coder,transcript,turn\nA,group_1,\nB,group_1,\nconsensus,group_1,2\n"
    (tmp_path / "read.csv").write_text(table, encoding="utf-8")
    study, warned = told(tmp_path)
    assert study.coding.coders == ("A", "B")
    assert len(study.consensus.read) == 2  # the stated turn, and the row without a code
    assert warned == ""


def test_tables_of_the_study_in_other_formats_are_no_transcripts(tmp_path):
    (tmp_path / "group_1.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("It rained.", encoding="utf-8")
    study, warned = told(tmp_path)
    assert [t.id for t in study.transcripts] == ["group_1"]
    assert "1 file left out: notes.txt" in warned


def test_a_consensus_beside_the_columns_of_coders_is_its_column_code(tmp_path):
    rows = "transcript,turn,coder_1,coder_2,code\ngroup_1,2,slow,short,short\n"
    study, _ = told(make(tmp_path, **{"consensus.csv": rows}))
    assert [a.code_id for a in study.consensus.applied] == ["Time/short"]


def test_a_role_for_nobody_is_an_error(tmp_path):
    assert "a name in roles must be 'Moderator'" in problem(make(tmp_path), roles={"Zoe": "moderator"})


def test_faults_of_the_simple_form(tmp_path):
    assert "has no column called 'text'. Its columns are 'a'" in problem(simple(tmp_path / "a", "a,b\n1,2\n"))
    bad = SEGMENTS.replace("short,short", "shrt,shrt")
    message = problem(simple(tmp_path / "b", bad))
    assert "segments.csv has 2 problems:\n  row 2: code 'shrt' is not in the codebook. Near it: 'short'" in message
    study, _ = told(simple(tmp_path / "c", SEGMENTS, codebook=None), read="all")
    assert study.consensus.applied[0].code_id == "slow"


def test_a_consensus_written_as_json_lines_of_decisions_keeps_its_fields(tmp_path):
    row = {"kind": "agree", "by": "A", "date": "2025-05-14", "segment": "group_1:0-9"}
    study, _ = told(make(tmp_path, **{"decisions.jsonl": json.dumps(row)}))
    assert study.decisions == (row,)


def test_names_of_study_toml_are_matched_as_they_are(tmp_path):
    (tmp_path / "transcripts").mkdir()
    talk = "204: Why?\nmore\nThe nurse, ward 3: It takes time.\nlong\n204: And?\nDoe, J: No.\nlonger"
    (tmp_path / "transcripts" / "one.txt").write_text(talk, encoding="utf-8")
    toml = '[[participants]]\nid = "KL"\nlabels = ["204"]\nrole = "moderator"\n\n'
    toml += '[[participants]]\nid = "The nurse, ward 3"\n'
    (tmp_path / "study.toml").write_text(f'{toml}\n[[participants]]\nid = "D"\nlabels = ["Doe, J"]\n', encoding="utf-8")
    study = read_study(tmp_path)
    assert [(turn.speaker, turn.role) for turn in study.transcripts[0].turns] == [
        ("KL", "moderator"), ("The nurse, ward 3", "participant"), ("KL", "moderator"), ("D", "participant"),
    ]  # fmt: skip
    assert "KL" not in str(study.report)  # the report says what stands in the file
    assert [row["speaker"] for row in study.report.speakers] == ["204", "The nurse, ward 3", "Doe, J"]


def test_a_row_of_a_small_table_without_its_words_is_said(tmp_path):
    (tmp_path / "a.txt").write_text("P1: No time.", encoding="utf-8")
    (tmp_path / "expectations.csv").write_text(
        "expectation,by,theme\n,KL,Time\nThey tire.,KL,\n,MR,\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as err:
        read_study(tmp_path)
    assert "row 2: expectation is empty, and the row says something besides" in str(err.value)
    assert "row 4: expectation is empty" in str(err.value)


def test_the_lock_and_the_proposals_of_a_ledger_are_no_parts_that_were_misnamed(tmp_path):
    (tmp_path / "transcripts").mkdir()
    (tmp_path / "transcripts" / "group.txt").write_text("Moderator: Why?\n\nP1: It takes time.", encoding="utf-8")
    for name in ("decisions.jsonl.lock", "proposals-KL-2026-11-27.json"):
        (tmp_path / name).write_text("", encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read_study(tmp_path).transcripts) == 1
