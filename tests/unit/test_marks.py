"""Readers' own marks of significance: read, recorded, compared; what nobody read is never insignificant."""

import datetime
import math
from dataclasses import replace

import numpy as np
import pytest

from alliance_nlp.errors import AlignmentError, AllianceWarning, InputError
from alliance_nlp.ledger import read_ledger, record_decision, replay
from alliance_nlp.method.horizontalization import compare_readers, marks_of, record_marks
from alliance_nlp.reading import read_marks
from alliance_nlp.records import Mark, Marks, ReadSpan, Segment, Segments, Transcript, join_marks
from alliance_nlp.reports.audit import write_audit_trail
from alliance_nlp.storage import load, save
from alliance_nlp.studies import read_study
from alliance_nlp.withdrawal import withdraw
from hand_made_study import make_study

DAY = datetime.date(2025, 4, 2)
TALK = "M: Why?\n\nP1: No time at all.\n\nP2: Coffee is nice.\n\nP1: I am tired.\n"


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "study"
    home.mkdir()
    (home / "group.txt").write_text(TALK, encoding="utf-8")
    (home / "study.toml").write_text(
        '[roles]\nM = "moderator"\nP1 = "participant"\nP2 = "participant"\n\n'
        '[marks.read]\nKL = "participants"\nMR = "participants"\n',
        encoding="utf-8",
    )
    return home


# --- the record -------------------------------------------------------------------------------------------------------


def test_what_nobody_read_is_unknown_and_a_no_is_a_reading():
    text = "One. Two. Three."
    parts = [(0, 4), (5, 9), (10, 16)]
    segments = Segments(tuple(Segment("T", *p, text[slice(*p)]) for p in parts), (Transcript("T", text),))
    marks = Marks((Mark("KL", "T", 0, 4), Mark("KL", "T", 5, 9, False), Mark("MR", "T", 10, 16)))
    found = marks.on(segments)
    assert found["KL"][:2].tolist() == [1.0, 0.0]
    assert math.isnan(found["KL"][2])
    assert np.isnan(found["MR"]).tolist() == [True, True, False]
    assert marks.by("MR").readers == ("MR",)
    with pytest.raises(InputError, match="reader must be 'KL' or 'MR'"):
        marks.by("ML")
    with pytest.raises(AlignmentError, match="beyond|inside"):
        Marks((Mark("KL", "T", 0, 99),)).on(segments)


def test_one_reader_says_one_thing_of_the_same_words():
    with pytest.raises(InputError, match="'KL' has more than one of 'T:0-4'. Keep the later one"):
        Marks((Mark("KL", "T", 0, 4), Mark("KL", "T", 0, 4, False)))
    joined = join_marks([Marks((Mark("KL", "T", 0, 4),)), Marks((Mark("KL", "T", 0, 4, False, "no"),))])
    assert [(m.significant, m.why) for m in joined.marks] == [(False, "no")]


def test_a_study_refuses_marks_outside_its_words_and_keeps_the_others(study, tmp_path):
    with pytest.raises(AlignmentError, match=r"Study.marks must lie inside the transcripts"):
        replace(study, marks=Marks((Mark("KL", "S9", 0, 4),)))
    marked = replace(study, marks=Marks((Mark("KL", "S1", 0, 5, True, "loud", DAY),), (ReadSpan("KL", "S1", 0, 9),)))
    save(marked, tmp_path / "kept")
    assert load(tmp_path / "kept").marks == marked.marks


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_study_folder_with_one_table_of_marks(folder):
    (folder / "marks.csv").write_text(
        "reader,transcript,turn,significant,why,date\nKL,group,2,yes,at all,2025-04-02\nMR,group,4,x,,\n"
        "MR,group,3,no,,\n",
        encoding="utf-8",
    )
    marks = read_study(folder).marks
    assert [(m.reader, m.segment_id, m.significant, m.why, m.date) for m in marks.marks] == [
        ("KL", "group:13-28", True, "at all", DAY), ("MR", "group:55-66", True, "", None),
        ("MR", "group:34-49", False, "", None),
    ]  # fmt: skip
    assert {r.coder for r in marks.read} == {"KL", "MR"}
    assert len(marks.read) == 6  # three participant turns each


def test_a_folder_of_marks_names_its_readers_by_its_files(folder):
    (folder / "marks").mkdir()
    (folder / "marks" / "KL.csv").write_text("quote\nNo time at all.\n", encoding="utf-8")
    (folder / "marks" / "MR.csv").write_text("quote,why\nI am tired.,plain\n", encoding="utf-8")
    marks = read_study(folder).marks
    assert [(m.reader, m.why) for m in marks.marks] == [("KL", ""), ("MR", "plain")]
    (folder / "marks.csv").write_text("reader,quote\nKL,I am tired.\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds marks(.csv)? and marks(.csv|/). Keep one"):
        read_study(folder)


def test_an_xlsx_reads_as_the_csv(folder, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["Reader", "Quote", "Significant", "Why"], ["KL", "I am tired.", "yes", "I"], ["KL", "No time", 0, ""]):
        book.active.append(row)
    book.save(tmp_path / "marks.xlsx")
    study = read_study(folder)
    marks = read_marks(tmp_path / "marks.xlsx", study, read="participants")
    assert [(m.significant, m.why) for m in marks.marks] == [(True, "I"), (False, "")]


def test_all_problems_of_a_table_at_once(folder):
    rows = [
        {"reader": "KL", "quote": "never said by anybody", "significant": "yes"},
        {"reader": "", "quote": "I am tired.", "significant": "yes"},
        {"reader": "KL", "quote": "I am tired.", "significant": "perhaps", "date": "May"},
        {"reader": "KL", "quote": "I am tired.", "significant": "yes"},
    ]
    with pytest.raises(InputError) as err:
        read_marks(rows, read_study(folder), read="all")
    said = str(err.value)
    assert "row 1: " in said
    assert "row 2: no reader is named" in said
    assert "row 3: significant must be yes, no or empty. Got 'perhaps' instead" in said
    assert "the date must be written as 2025-03-19" in said
    with pytest.raises(InputError, match="row 2: KL says no of group:55-66, and yes in the marks row 1. Keep"):
        read_marks([*rows[3:], {**rows[3], "significant": "no"}], read_study(folder), read="all")
    with pytest.raises(InputError, match="no column called 'reader'.*Who read is never guessed"):
        read_marks([{"quote": "I am tired."}], read_study(folder))


def test_problems_of_all_files_of_a_folder_at_once(folder):
    (folder / "marks").mkdir()
    for name in ("KL", "MR"):
        (folder / "marks" / f"{name}.csv").write_text("quote\nnobody said that\n", encoding="utf-8")
    with pytest.raises(InputError) as err:
        read_study(folder)
    assert "KL.csv" in str(err.value)
    assert "MR.csv" in str(err.value)
    (folder / "marks" / "KL.csv").unlink()
    (folder / "marks" / "MR.csv").unlink()
    with pytest.raises(InputError, match="The folder 'marks' holds no marks"):
        read_study(folder)


def test_what_is_not_said_is_not_assumed(folder):
    study = read_study(folder)
    rows = [{"reader": "KL", "quote": "I am tired.", "significant": "yes"},
            {"reader": "KL", "quote": "Coffee is nice.", "significant": ""}]  # fmt: skip
    with pytest.warns(AllianceWarning) as said:
        marks = read_marks(rows, study)
    text = str(said[0].message)
    assert "row 2 say neither yes nor no: nobody is taken to have read them" in text
    assert "it is not stated what KL read" in text
    assert "not taken as insignificant" in text
    assert len(marks.marks) == 1
    with pytest.warns(AllianceWarning, match="'ML' stated to have read and marked nothing.*another spelling of 'KL'"):
        read_marks(rows[:1], study, read={"KL": "all", "ML": "all"})
    with pytest.warns(AllianceWarning, match="left out row 1"):
        read_marks([{"reader": "KL", "quote": "nowhere to be found", "significant": "yes"}], study, unmatched="skip")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[marks.read]\nKL = 3\n", r"\[marks.read\] KL must be"),
        ('[marks]\ncolumn = "x"\n', r"a name under \[marks\] must be .*'columns'"),
        ('[mark]\nreader = "KL"\n', "'mark' is not read. Did you mean 'marks'"),
    ],
)
def test_slips_in_study_toml(folder, toml, message):
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_study(folder)


# --- the ledger -------------------------------------------------------------------------------------------------------


def marked_by_hand(study):
    """KL read all of S1's participants and marked the first; MR read two turns of them, marked one, said no to one."""
    turns = [t for t in study.transcripts[0].turns if t.role == "participant"]
    place = [("S1", t.start, t.end) for t in turns]
    marks = (Mark("KL", *place[0], True, "hard", DAY), Mark("MR", *place[0]), Mark("MR", *place[1], False))
    return Marks(marks, tuple(ReadSpan("KL", *p) for p in place))


def test_marks_go_through_the_ledger_and_come_back(study, tmp_path):
    marks, file = marked_by_hand(study), tmp_path / "d.jsonl"
    lines = record_marks(file, marks, of=study, date=DAY)
    assert [(d.kind, d.by, d.about or d.segment, d.verdict) for d in lines] == [
        ("read for significance", "KL", "S1", ""),
        ("mark", "KL", marks.marks[0].segment_id, "significant"),
        ("mark", "MR", marks.marks[1].segment_id, "significant"),
        ("mark", "MR", marks.marks[2].segment_id, "not significant"),
    ]
    assert read_ledger(file).problems == ()
    back = marks_of(study, replay(file, codebook=study.codebook))
    assert set(back.read) == set(marks.read)
    assert [(m.reader, m.segment_id, m.significant, m.why) for m in back.marks] == [
        (m.reader, m.segment_id, m.significant, m.why) for m in marks.marks
    ]
    record_decision(file, "mark", segment=marks.marks[0].segment_id, verdict="not significant", by="KL", of=study)
    now = replay(file, codebook=study.codebook)
    assert now.conflicts == ()  # two readers who differ both stand, and a later word replaces one's own
    assert [(m.reader, m.significant) for m in marks_of(study, now).marks] == [
        ("MR", True), ("MR", False), ("KL", False),
    ]  # fmt: skip


def test_marks_on_words_that_are_not_there(study, tmp_path):
    file = tmp_path / "d.jsonl"
    with pytest.raises(InputError) as err:
        record_marks(file, Marks((Mark("KL", "S9", 0, 4), Mark("KL", "S1", 0, 99999))), of=study)
    assert str(err.value).count("No words of the study have the id") == 2
    assert not file.exists()
    cases = [({"segment": "S1:0-5", "verdict": "yes"}, "verdict must be 'significant' or 'not significant'"),
             ({"verdict": "significant"}, "'mark' needs segment")]  # fmt: skip
    for told, message in cases:
        with pytest.raises(InputError, match=message):
            record_decision(file, "mark", by="KL", of=study, **told)
    with pytest.raises(InputError, match="about, a session or transcript, must be 'S1' or 'S2'"):
        record_decision(file, "read for significance", about="S3", by="KL", of=study)
    with pytest.raises(InputError, match="is about about or segment, one of them"):
        record_decision(file, "read for significance", by="KL", of=study)
    record_decision(file, "mark", segment="S9:0-5", verdict="significant", by="KL")  # nothing to check it against
    with pytest.warns(AllianceWarning, match="Decisions 1 mark words that are not in the study"):
        assert marks_of(study, replay(file)) is None


# --- readers side by side ---------------------------------------------------------------------------------------------


def of(values, n=None):
    """Segments "w0." ... with one reader a row: 1, 0, or None for unread."""
    n = n or len(next(iter(values.values())))
    texts = [f"w{i:03}." for i in range(n)]
    text = " ".join(texts)
    parts = [(i * 6, i * 6 + 5) for i in range(n)]
    segments = Segments(tuple(Segment("T", *p, text[slice(*p)]) for p in parts), (Transcript("T", text),))
    said = [(r, p, x) for r, xs in values.items() for p, x in zip(parts, xs, strict=True) if x is not None]
    return Marks(tuple(Mark(reader, "T", *place, bool(x)) for reader, place, x in said)), segments


def test_two_readers_by_hand():
    # KL 1 1 0 0 1 .   MR 1 0 0 1 . 1   both read four: both 1, alone 1 and 1, neither 1
    marks, segments = of({"KL": [1, 1, 0, 0, 1, None], "MR": [1, 0, 0, 1, None, 1]})
    found = compare_readers(marks, segments)
    row = found.pairs.rows()[0]
    assert (row["n_both_read"], row["both"], row["reader_only"], row["other_only"], row["neither"]) == (4, 1, 1, 1, 1)
    assert (row["observed"], row["by_chance"], row["kappa"]) == (0.5, 0.5, 0.0)
    assert row["of_either"] == pytest.approx(1 / 3)
    assert row["of_either_by_chance"] == pytest.approx(0.25 / 0.75)  # p q / (p + q - p q) of halves
    assert math.isnan(row["interval"][0])
    assert "an interval needs 10" in row["reason"]
    assert [(r["read"], r["not_read"], r["marked"]) for r in found.per_reader.rows()] == [(5, 1, 3), (5, 1, 3)]
    apart = found.apart.rows()
    assert [(r["segment_id"], r["significant_to"], r["not_to"]) for r in apart] == [
        ("T:6-11", ("KL",), ("MR",)), ("T:18-23", ("MR",), ("KL",)),
    ]  # fmt: skip
    assert "w001" not in str(found)


def test_more_readers_and_who_read_nothing():
    marks, segments = of({"A": [1, 0, 1, 0], "B": [1, 0, 0, None], "C": [None, None, 1, 0]})
    found = compare_readers(marks, segments)
    assert [(r["reader"], r["other"], r["n_both_read"]) for r in found.pairs.rows()] == [
        ("A", "B", 3), ("A", "C", 2), ("B", "C", 1),
    ]  # fmt: skip
    assert found.together.rows()[0]["n"] == 4
    assert found.apart.rows()[0]["significant_to"] == ("A", "C")
    apart = compare_readers(*of({"A": [1, 0, 1, 0], "B": [0, None, None, None], "C": [None, 1, 1, 1]}))
    assert apart.apart.rows()[0]["not_read_by"] == ("C",)


def test_readers_who_read_nothing_in_common_have_no_figure():
    marks, segments = of({"A": [1, 0, None, None], "B": [None, None, 1, 0]})
    row = compare_readers(marks, segments).pairs.rows()[0]
    assert row["n_both_read"] == 0
    assert math.isnan(row["kappa"])
    assert row["reason"]
    note = compare_readers(*of({"A": [1, None], "B": [0, None]})).per_reader.notes
    assert note == ("1 segment that nobody read: unknown, not insignificant.",)


def test_the_interval_and_chance_over_stretches():
    rng = np.random.default_rng(0)
    a = rng.random(400) < 0.3
    b = np.where(rng.random(400) < 0.2, ~a, a)
    row = compare_readers(*of({"A": a.tolist(), "B": b.tolist()})).pairs.rows()[0]
    low, high = row["interval"]
    assert low < row["kappa"] < high
    assert row["interval_over"] == "stretches of talk"
    unrelated = compare_readers(*of({"A": a.tolist(), "B": rng.permutation(b).tolist()})).pairs.rows()[0]
    assert unrelated["of_either"] == pytest.approx(unrelated["of_either_by_chance"], abs=0.06)
    assert unrelated["interval"][0] < 0 < unrelated["interval"][1]


def test_what_cannot_be_compared_is_said(study):
    marks, segments = of({"A": [1, 0]})
    with pytest.raises(InputError, match="marks of two or more. Got those of A"):
        compare_readers(marks, segments)
    with pytest.raises(InputError, match="Got those of nobody"):
        compare_readers(study)
    with pytest.raises(InputError, match="Pass segments=segment"):
        compare_readers(of({"A": [1, 0], "B": [1, 0]})[0])


# --- out --------------------------------------------------------------------------------------------------------------


def test_the_audit_trail_holds_marks_and_says_who_read(study, tmp_path):
    home = write_audit_trail(replace(study, marks=marked_by_hand(study)), tmp_path / "trail")
    csv = (home / "2_reduction_and_analysis" / "marks.csv").read_text(encoding="utf-8-sig")
    assert csv.splitlines()[1].startswith("KL,S1:")
    assert "hard,2025-04-02" in csv
    methods = (home / "reporting" / "methods.md").read_text(encoding="utf-8")
    assert "KL marked 1 statement as significant, 2025-04-02 to 2025-04-02; of 7 turns read, marked: 1." in methods
    assert "KL and MR both marked 1" in methods
    assert (home / "2_reduction_and_analysis" / "readers_compared.csv").exists()
    bare = write_audit_trail(study, tmp_path / "bare")
    assert "no reader's marks are on record" in (bare / "reporting" / "methods.md").read_text(encoding="utf-8")


def test_reasons_that_copy_what_may_not_be_quoted_get_a_mark(study, tmp_path):
    words = "It is hard work to win their trust every time."
    turn = next(t for t in study.transcripts[0].turns if t.speaker == "P1")
    told = Marks((Mark("KL", "S1", turn.start, turn.end, True, f"She says: {words}"),))
    people = tuple(replace(p, quotation=False) if p.id == "P1" else p for p in study.participants)
    home = write_audit_trail(replace(study, marks=told, participants=people), tmp_path / "trail")
    assert all(words not in path.read_text(encoding="utf-8") for path in home.rglob("*.csv"))


def test_a_withdrawal_takes_words_out_of_a_folder_of_marks(folder):
    (folder / "marks").mkdir()
    (folder / "marks" / "KL.csv").write_text(
        "quote,significant,why\nNo time at all.,yes,she says: no time at all\nCoffee is nice.,yes,nice\n",
        encoding="utf-8",
    )
    (folder / "marks" / "MR.csv").write_text("quote\nNo time at all.\n", encoding="utf-8")
    withdraw(folder, "P1", by="KL")
    assert not [path for path in folder.rglob("*.csv") if "time at all" in path.read_text(encoding="utf-8")]
    with pytest.warns(AllianceWarning, match="'MR' stated to have read and marked nothing"):
        marks = read_study(folder).marks
    assert [(m.reader, m.why) for m in marks.marks] == [("KL", "nice")]


def test_marks_on_words_of_no_segment_are_said(study):
    asked, said = study.transcripts[0].turns[0], study.transcripts[0].turns[1]
    assert study.role_of(asked) == "moderator"
    places = [("KL", asked), ("MR", said), ("KL", said)]
    marks = Marks(tuple(Mark(reader, "S1", turn.start, turn.end) for reader, turn in places))
    notes = compare_readers(replace(study, marks=marks)).per_reader.notes
    place = f"S1:{asked.start}-{asked.end}"
    assert f"1 mark lies on words of no segment here, and no figure counts them: {place}." in notes
    inside = replace(study, marks=Marks(marks.marks[1:]))
    assert not any("no figure counts" in note for note in compare_readers(inside).per_reader.notes)
