"""A class that coded the same talk: sheets out, sheets in, side by side; figures by hand."""

import math
import re
import shlex
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

import alliance_nlp as an
from alliance_nlp.__main__ import main
from alliance_nlp.commands import build_parser
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, ReadSpan, Study, Transcript, Turn

SAID = ("How was it?", "Long days.", "We trust them.", "And fear?", "Some fear zebras.", "They wait.")
PAGE = Path(__file__).parents[2] / "docs" / "teaching.md"
BOOK = Codebook((Code("Time", "", "waiting", "They wait."), Code("Alliance", "", "trusting", "They trust.")))


def study(*, consensus=True):
    turns, text = [], ""
    for i, words in enumerate(SAID):
        start = len(text)
        text += f"{words}\n"
        role = "moderator" if words.endswith("?") else "participant"
        turns.append(Turn(start, start + len(words), "Kari" if role == "moderator" else f"P{i % 2}", role))
    talk = Transcript("talk", text, tuple(turns))
    if not consensus:
        return Study((talk,), BOOK)
    place = ("consensus", "talk", turns[1].start, turns[1].end)
    agreed = Coding(
        (CodedSpan(*place, "Time/waiting", "consensus"),), (ReadSpan("consensus", "talk", 0, len(text)),), BOOK
    )
    return Study((talk,), BOOK, consensus=agreed)


def hand_in(home, name, rows, columns=("transcript", "turn", "code")):
    home.mkdir(exist_ok=True)
    an.Table(columns, tuple(rows)).to_csv(home / f"{name}.csv")


def codes(*given, turns=(2, 3, 5, 6)):
    return [("talk", turn, code) for turn, code in zip(turns, given, strict=False)]


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "class"
    hand_in(home, "Cem", codes("waiting", "trusting", "no code", "waiting"))
    hand_in(home, "Ada", codes("waiting", "no code", "Ingen kode", ""))
    hand_in(home, "bo", codes("waiting", "trusting", "trusting", "no code"))
    return home


def test_students_stand_by_name_beside_the_others_and_the_consensus(home):
    found = an.collect_class(home, study(), n_draws=20)
    rows = found.rows()
    assert [row["student"] for row in rows] == ["Ada", "bo", "Cem"]
    assert [(row["read"], row["applied"]) for row in rows] == [(3, 1), (4, 3), (4, 3)]  # Ada's blank row is unknown
    # Ada has what the consensus has on the three turns that she reached: waiting on the first, nothing else
    assert rows[0]["kappa_consensus"] == 1
    # bo: waiting agrees on 4 of 4, trusting on 2 of 4; chance of waiting 1/16 + 9/16, of trusting 1/2 * 0 + 1/2 * 1
    observed, chance = (1 + 0.5) / 2, (10 / 16 + 1 / 2) / 2
    assert rows[1]["kappa_consensus"] == pytest.approx((observed - chance) / (1 - chance))
    page = str(found)
    assert page.index("To talk about first") < page.index("How far the class agrees") < page.index("Every student")
    assert "one reading" in page
    assert "not an answer key" in page
    assert "zebras" not in page


def test_what_is_discussed_is_what_most_pairs_part_on(home):
    found = an.collect_class(home, study(), n_draws=20)
    rows = found.to_discuss.rows()
    # turn 3: Ada against both (2 of 3 pairs); turn 5: bo against both (2 of 3); turn 6: Cem against bo (1 of 1)
    assert [(row["turn"], row["students"], round(row["parted"], 2)) for row in rows] == [
        (3, 3, 0.67),
        (5, 3, 0.67),
        (6, 2, 1.0),
    ]
    assert [row["readings"] for row in rows] == [
        "no code: Ada; trusting: bo, Cem",
        "no code: Ada, Cem; trusting: bo",
        "no code: bo; waiting: Cem",
    ]
    assert rows[1]["quote"] == "Some fear zebras."


def test_alpha_has_its_interval_and_its_chance(home):
    found = an.collect_class(home, study(), n_draws=200)
    whole, waiting, trusting = found.per_code.rows()
    assert (whole["code"], waiting["code"], trusting["code"]) == ("all together", "Time/waiting", "Alliance/trusting")
    # trusting: 11 values in 4 turns, 3 of them 1. Turn 3: 0 1 1, turn 5: 0 1 0, each 4 unlike ordered pairs / 2; turns
    # 2 and 6 alike: (2 + 2) / 11; chance 2 * 3 * 8 / (11 * 10)
    assert trusting["disagreement"] == pytest.approx(4 / 11)
    assert trusting["chance"] == pytest.approx(48 / 110)
    assert trusting["alpha"] == pytest.approx(1 - (4 / 11) / (48 / 110))
    assert (trusting["given"], trusting["students"]) == (3, 2)
    assert (waiting["given"], waiting["students"], whole["given"]) == (4, 3, 7)
    low, high = whole["interval"]
    assert low <= whole["alpha"] <= high
    assert an.collect_class(home, study(), level="theme", n_draws=20).per_code.rows()[1]["code"] == "Time"


@pytest.mark.parametrize("n", [1, 2, 40])
def test_any_number_of_students(n, tmp_path):
    for i in range(n):
        hand_in(tmp_path / "class", f"S{i:02}", codes("waiting", "trusting" if i % 2 else "no code", "no code"))
    found = an.collect_class(tmp_path / "class", study(consensus=False), n_draws=20)
    assert [row["student"] for row in found.rows()] == [f"S{i:02}" for i in range(n)]
    assert len(found.to_discuss) == (n > 1)
    assert math.isnan(found.rows()[0]["kappa_others"]) == (n == 1)
    assert math.isnan(found.rows()[0]["kappa_consensus"])
    assert "no consensus to stand beside" in str(found)


def test_sheets_that_cannot_be_read_are_listed_by_file_and_row(home):
    hand_in(home, "dag", codes("waiting", "trustin", "no code", "fear"))
    hand_in(home, "Eva", [("talk", 9, "waiting")])
    hand_in(home, "Fay", [("Ada", *row) for row in codes("waiting")], ("coder", "transcript", "turn", "code"))
    hand_in(home, "Gro", codes("", "", "", ""))
    hand_in(home, "Hal", codes("waiting"))
    hand_in(home, "Ida", [("talk", 4, "trusting"), ("talk", 5, "no code")])
    (home / "Jon.xlsx").write_bytes(b"zebra")
    found = an.collect_class(home, study(), n_draws=20)
    read = [(row["student"], row["read"], row["applied"]) for row in found.rows()]
    assert read == [("Ada", 3, 1), ("bo", 4, 3), ("Cem", 4, 3), ("dag", 2, 1), ("Hal", 1, 1), ("Ida", 1, 0)]
    troubles = [(row["file"], row["row"], row["trouble"]) for row in found.troubles.rows()]
    starts = [
        ("dag.csv", 3, "row left out: code 'trustin' is not in the codebook"),
        ("dag.csv", 5, "row left out: code 'fear' is not in the codebook"),
        ("Eva.csv", None, "left out: no row of it can be used"),
        ("Eva.csv", 2, "row left out: turn must be a whole number from 1 to 6 in 'talk'. Got '9'"),
        ("Fay.csv", None, "left out: 'Ada' is in Ada.csv already, with other codes. Keep the one that counts"),
        ("Gro.csv", None, "left out: nothing is coded"),
        ("Hal.csv", None, "Hal: no row says 'no code'; only turns with a code count as read"),
        ("Ida.csv", 2, "codes a turn of the moderator: not counted"),
        ("Jon.xlsx", None, "left out: Jon.xlsx is no Excel workbook"),
    ]
    assert [(f, r, t[: len(s[2])]) for (f, r, t), s in zip(troubles, starts, strict=True)] == starts
    assert "10 sheets in the folder; those left out are listed below" in str(found)
    assert "Not used: 2 answers, listed below by row." in str(found)  # those of dag; Eva's sheet counts nowhere


def test_an_answer_that_cannot_be_used_is_unknown_and_the_others_stay(tmp_path):
    home, columns = tmp_path / "class", ("transcript", "turn", "code 1", "code 2")
    rows = [("talk", 2, "waiting", "no code"), ("talk", 3, "waiting", "trustin")]
    rows += [("talk", 5, "no code", "Ingen kode"), ("talk", 6, "trusting", "")]
    hand_in(home, "Ada", rows, columns)
    hand_in(home, "Bo", [("talk", 2, "waiting"), ("talk", 3, "no code"), ("talk", 3, "trusting"), ("talk", 5, "fear"),
                         ("talk", 5, "waiting"), ("talk", 6, "no code; waiting")])  # fmt: skip
    found = an.collect_class(home, study(), n_draws=20)
    assert [(row["student"], row["read"], row["applied"]) for row in found.rows()] == [("Ada", 2, 1), ("Bo", 1, 1)]
    asked = "One of them must go: ask which was meant, and collect again"
    none = "Where none applies, a sheet says 'no code' or 'ingen kode'"
    near = "is not in the codebook. Near it: 'trusting'"
    assert [(row["file"], row["row"], row["trouble"]) for row in found.troubles.rows()] == [
        ("Ada.csv", 2, f"row left out: 'no code' stands beside 'waiting'. {asked}"),
        ("Ada.csv", 3, f"row left out: in 'code 2': code 'trustin' {near}"),
        ("Bo.csv", None, "Bo: no row says 'no code'; only turns with a code count as read"),
        ("Bo.csv", 3, f"row left out: 'no code' stands beside 'trusting'. {asked}"),
        ("Bo.csv", 5, f"row left out: code 'fear' is not in the codebook. {none}"),
        ("Bo.csv", 7, f"row left out: 'no code' stands beside 'waiting'. {asked}"),
    ]
    assert "Not used: 5 answers" in str(found)


def test_blanks_and_no_code_are_never_taken_for_what_stands_above(tmp_path):
    home = tmp_path / "class"
    rows = [("waiting", "talk", 2), ("no code", "", 3), ("no code", "", 5), ("no code", "", 6)]
    hand_in(home, "Ada", rows, ("code", "transcript", "turn"))  # codes first, the transcript once
    hand_in(home, "Bo", [("", "talk", 2), ("waiting", "", 3), ("no code", "", 5)], ("code", "transcript", "turn"))
    hand_in(home, "Cem", [("talk", 2, "Time"), ("talk", 3, "no code")], ("transcript", "turn", "theme"))
    found = an.collect_class(home, study(), level="theme", n_draws=20)
    assert [(r["student"], r["read"], r["applied"]) for r in found.rows()] == [
        ("Ada", 4, 1),
        ("Bo", 2, 1),
        ("Cem", 2, 1),
    ]
    assert [row["readings"] for row in found.to_discuss.rows()] == ["no code: Ada, Cem; Time: Bo"]


def test_a_transcript_that_is_written_once_outlives_a_row_that_nobody_coded(tmp_path):
    (talk,) = study().transcripts
    both = Study((talk, replace(talk, id="walk")), BOOK)
    rows = [("talk", 2, "waiting"), ("", 3, "waiting"), ("walk", 2, ""), ("", 3, "trusting"), ("", 5, "trusting")]
    hand_in(tmp_path / "class", "Ada", rows)
    found = an.collect_class(tmp_path / "class", both, n_draws=20)
    assert [(a.transcript_id, a.code_id) for a in found.coding.applied] == [
        ("talk", "Time/waiting"),
        ("talk", "Time/waiting"),
        ("walk", "Alliance/trusting"),
        ("walk", "Alliance/trusting"),
    ]


def test_slips_of_the_pen_are_said_and_one_name_in_two_spellings_is_one(tmp_path):
    home, columns = tmp_path / "class", ("coder", "transcript", "turn", "code", "note")
    rows = [("Liv H.", "talk", 2, "waiting", ""), ("Liv H", "talk", 3, "no code", ""), ("liv  h.", "talk", 5, "", "hm")]
    hand_in(home, "Liv", [*rows, ("Liv H.", "talk", 6, "waiting", "")], columns)
    hand_in(home, "Eva", codes("-", "waiting"))
    book = openpyxl.Workbook()
    for row in [columns, ("Ada", "talk", 2, "waiting", ""), ("Ada", "talk", 3, "no code", "")]:
        book.active.append(row)
    book.create_sheet("codes").append(["codes", "what it means"])
    book.create_sheet("Mine").append(["my", "own", "words"])
    book.save(home / "Ada.xlsx")
    found, none = an.collect_class(home, study(), n_draws=20), "'no code' or 'ingen kode'"
    assert [(row["student"], row["read"], row["applied"]) for row in found.rows()] == [
        ("Ada", 2, 1),
        ("Eva", 1, 1),
        ("Liv H.", 3, 2),
    ]
    assert [(row["file"], row["row"], row["trouble"]) for row in found.troubles.rows()] == [
        ("Ada.xlsx", None, "only one of its pages was read, not 'codes', 'Mine'"),
        ("Eva.csv", None, "Eva: no row says 'no code'; only turns with a code count as read"),
        ("Eva.csv", 2, f"row left out: code '-' is not in the codebook. Where none applies, a sheet says {none}"),
        ("Liv.csv", 4, "a note without a code: the turn counts as not reached"),
    ]  # fmt: skip


def test_a_folder_without_a_sheet_says_why(tmp_path, home):
    with pytest.raises(an.InputError, match="one .xlsx or .csv a student. 'none' does not exist. Check the path"):
        an.collect_class(tmp_path / "none", study())
    with pytest.raises(an.InputError, match=r"'Ada.csv' is a file. Check the path"):
        an.collect_class(home / "Ada.csv", study())
    hand_in(tmp_path / "bad", "A", codes("odd"))
    with pytest.raises(
        an.InputError,
        match=r"No sheet of 'bad' could be read \(1 table; .*\n  A.csv: left out: no row of it can be used\n"
        "  A.csv: row left out: code 'odd' is not",
    ):
        an.collect_class(tmp_path / "bad", study())
    hand_in(tmp_path / "asked", "A", [("talk", 1, "trusting")])
    with pytest.raises(an.InputError, match="The sheets code no turn of a participant. Check the columns"):
        an.collect_class(tmp_path / "asked", study())


def fill_sheet(path, given):
    """Choose codes as a student does."""
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_row=2):
        for cell, code in zip(row[5:7], given.get(row[2].value, ()), strict=False):
            cell.value = code
    book.save(path)


def test_a_sheet_goes_out_blind_and_comes_back(tmp_path):
    sheets = an.write_coding_sheets(study(), tmp_path / "class", ["Åse", "Bo"], turns=(2, 5))
    book = openpyxl.load_workbook(sheets[0])
    cells = [[cell.value or "" for cell in row] for row in book.active.iter_rows()]
    assert [row[:5] for row in cells[1:3]] == [
        ["Åse", "talk", 2, "P1", "Long days."],
        ["Åse", "talk", 3, "P0", SAID[2]],
    ]
    assert [row[5:] for row in cells[1:]] == [["", "", ""]] * 4
    assert [cell.value for cell in book["codes"]["A"]] == ["codes", "no code", "waiting", "trusting"]
    (choice,) = book.active.data_validations.dataValidation
    assert (choice.formula1, str(choice.sqref)) == ("=codes!$A$2:$A$4", "F2:F5 G2:G5")
    assert (choice.showErrorMessage, choice.errorTitle) == (True, "Not in the list")
    assert choice.errorStyle in (None, "stop")  # refuses, where "warning" lets a typed code stand
    fill_sheet(sheets[0], {2: ("waiting", "trusting"), 3: ("no code",)})
    fill_sheet(sheets[1], {2: ("waiting",), 3: ("trusting",), 5: ("no code",)})
    found = an.collect_class(tmp_path / "class", study(), n_draws=20)
    assert found.troubles.rows() == []
    assert [(r["student"], r["read"], r["applied"]) for r in found.rows()] == [("Bo", 3, 2), ("Åse", 2, 2)]
    assert found.to_discuss.rows()[0]["readings"] == "trusting + waiting: Åse; waiting: Bo"


def test_sheets_that_cannot_be_written_are_refused(tmp_path):
    for wrong, why in (
        ("Ada", "a list of names, one a student. Got 'Ada'"),
        ([], r"a list of names, one a student. Got \[\]"),
        (["a/b"], "none of .* in it. Got 'a/b'"),
        (["Ada", "ada"], "Given more than once: 'ada'"),
    ):
        with pytest.raises(an.InputError, match=why):
            an.write_coding_sheets(study(), tmp_path, wrong)
    with pytest.raises(an.InputError, match="No participant says anything in turns 4 to 4. Turns count from 1"):
        an.write_coding_sheets(study(), tmp_path, ["Ada"], turns=(4, 4))
    with pytest.raises(an.InputError, match="transcript must be 'talk'. Got 'walk'"):
        an.write_coding_sheets(study(), tmp_path, ["Ada"], transcript="walk")
    (tmp_path / "Bo.xlsx").write_text("mine", encoding="utf-8")
    with pytest.raises(an.InputError, match="Bo.xlsx is there already, and nothing is overwritten. Name another"):
        an.write_coding_sheets(study(), tmp_path, ["Ada", "Bo"])
    assert [path.name for path in tmp_path.iterdir()] == ["Bo.xlsx"]


def test_the_commands_of_a_class(tmp_path, capsys):
    mine, home, out = tmp_path / "study", tmp_path / "class", tmp_path / "out"
    (mine / "transcripts").mkdir(parents=True)
    talk = "\n\n".join(f"{'Moderator' if words.endswith('?') else 'Eva'}: {words}" for words in SAID)
    (mine / "transcripts" / "talk.txt").write_text(talk, encoding="utf-8")
    (mine / "codebook.csv").write_text("theme,code\nTime,waiting\nAlliance,trusting\n", encoding="utf-8")
    told = [str(home), "--study", str(mine)]
    some = ["--transcript", "talk", "--turns", "2-3"]
    assert main(["class", "sheets", *told, "--students", "Ada", "Bo", *some]) == 0
    fill_sheet(home / "Ada.xlsx", {2: ("waiting",), 3: ("no code",)})
    fill_sheet(home / "Bo.xlsx", {2: ("waiting",), 3: ("waiting",)})
    assert main(["class", "collect", *told, "--out", str(out)]) == 1  # Bo says nowhere that a turn has no code
    page, beside = capsys.readouterr()
    assert "no code; waiting" in page
    first = page[page.index("To talk about first") : page.index("Sheets to look at")]
    assert not any(word in first for word in ("Ada", "Bo", ": 1"))
    assert not any(word in page for word in ("alpha", "kappa", "parted", "How far", "by name"))
    assert "Figures come after the discussion" in beside
    slides = [
        f"slides/{ground}/{name}" for ground in ("dark", "light") for name in ("1_turn_3.png", "svg/1_turn_3.svg")
    ]
    files = [path.relative_to(out).as_posix() for path in sorted(out.rglob("*")) if path.is_file()]
    assert files == ["1_to_discuss.csv", "4_troubles.csv", *slides]
    assert main(["class", "collect", *told, "--out", str(out), "--figures"]) == 1
    page = capsys.readouterr().out
    assert "How far the class agrees" in page
    assert "by name" not in page.casefold()
    assert {path.name for path in out.glob("*.csv")} == {"1_to_discuss.csv", "2_per_code.csv", "4_troubles.csv"}
    assert main(["class", "collect", *told, "--out", str(out), "--by-name"]) == 1
    assert "Every student, by name" in capsys.readouterr().out
    assert (out / "3_students.csv").exists()
    assert main(["class", "collect", *told, "--json", "--no-quotes"]) == 1
    told_by_program = capsys.readouterr().out
    assert "We trust them" not in told_by_program
    assert "kappa" not in told_by_program
    assert main(["class", "collect", *told, "--out", str(home)]) == 2
    assert "--out must be another folder than that of the sheets" in capsys.readouterr().err
    assert main(["class", "sheets", *told]) == 2
    assert "class sheets needs --students" in capsys.readouterr().err
    assert main(["class", "sheets", *told, "--students", "Cem", "--turns", "6"]) == 2
    assert "--turns must be two numbers, such as 5-45. Got '6'" in capsys.readouterr().err


@pytest.mark.skipif(not PAGE.exists(), reason="installed without the docs")
def test_the_lesson_can_be_walked_through(tmp_path, capsys):
    page = PAGE.read_text(encoding="utf-8")
    lines = re.findall(r"^alliance-nlp (class kit .*)$", page, re.MULTILINE)
    options, own = (build_parser().parse_args(shlex.split(line)) for line in lines)
    assert (own.study, own.turns, own.practice) == (Path("my_study"), "5-45", "46-51")
    kit = tmp_path / "kit"
    assert main(["class", "kit", str(kit), "--students", options.students[0]]) == 0
    lesson = an.load_study()
    first, last = map(int, own.turns.split("-"))
    turns = lesson.transcripts[0].turns[first - 1 : last]
    n_participants = sum(turn.role == "participant" for turn in turns)
    assert f"{len(turns)} turns, {n_participants} of them by participants" in page
    assert openpyxl.load_workbook(kit / "sheets" / "Ada.xlsx")["to code"].max_row == len(turns) + 1
    assert openpyxl.load_workbook(kit / "practice" / "everybody.xlsx")["to code"].max_row == 6 + 1
    assert (len(options.students), len(lesson.codebook.codes)) == (12, 18)
    folders = {path.name for path in kit.iterdir()} - {"kit.json"}
    assert folders == {name.strip("/") for name in re.findall(r"^\| `([\w.]+/?)` \|", page, re.MULTILINE)}
    collected = ["class collect my_class --out side_by_side", "class collect my_class --figures --out side_by_side"]
    assert re.findall(r"`alliance-nlp (class collect .*?)`", page) == collected
    capsys.readouterr()
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(script, {})
    reasons = capsys.readouterr().out.splitlines()
    assert "29 no code - No code after talk." in reasons
    assert all(first <= int(reason.split()[0]) <= last for reason in reasons)
