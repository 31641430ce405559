"""Somebody withdraws, and their words lie about: in other spellings, in copies of the study, in exports."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

import alliance_nlp as an
import faults
from alliance_nlp.withdrawal.looking import text_of

SAID = "Jeg tør nesten ikke å være ærlig når legen spør meg"
WORDS = SAID.split()
OTHER = "Hos oss er det helt annerledes, vi snakker åpent om smerter"
SHORTENED, BY_HAND = "shortened", "by hand"
pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")


@pytest.fixture
def home(tmp_path):
    """A study of two, with an empty folder beside it."""
    (tmp_path / "study" / "transcripts").mkdir(parents=True)
    (tmp_path / "beside").mkdir()
    (tmp_path / "study" / "transcripts" / "one.txt").write_text(f"P2: {SAID}.\n\nP1: {OTHER}.\n", encoding="utf-8")
    return tmp_path / "study"


def put(home, name, data):
    path = home.parent / "beside" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def withdrawn(home, **more):
    """Withdraw P2, and give what became of each file beside the study, by its name there."""
    found = an.withdraw(home, "P2", by="KL", cache=False, **{"copies": [home.parent / "beside"], **more})
    beside = home.parent / "beside"
    return {
        Path(row["file"]).relative_to(beside).as_posix(): row["what"]
        for row in found.files.rows()
        if Path(row["file"]).is_relative_to(beside)
    }


def percent(words, *, times=1):
    from urllib.parse import quote

    return percent(quote(words), times=times - 1) if times else words


def test_letters_that_programs_escape_are_read(home):
    letters = SAID.encode("unicode_escape").decode()
    in_place = {
        "link.md": f"[x](p.html#:~:text={percent(SAID)}) by MR",
        "twice.txt": f"https://x.org/?q={percent(SAID, times=2)}",
        "plus.txt": "https://x.org/?q=" + percent(SAID).replace("%20", "+"),
        "entities.md": "".join(c if c.isascii() else f"&#{ord(c)};" for c in SAID),
        "cell.csv": f'a,b\n1,"{{""x"": ""{letters}""}}"\n',
    }
    named = {
        "saved.url": f"[InternetShortcut]\nURL=https://x.org/?q={percent(SAID)}",
        "mail.mht": "MIME-Version: 1.0\n\n"
        + SAID.replace("ø", "=C3=B8").replace("æ", "=C3=A6").replace("ikke", "ik=\nke"),
        "script.js": f'const x = "{letters}";',
        "bytes.log": repr(SAID.encode())[2:-1],
        "nested.json": json.dumps({"a": json.dumps({"b": SAID.replace(" ", "&amp;nbsp;")})}),
        "paper.tex": " ".join(f"\\emph{{{w}}}" for w in WORDS).replace("ø", "{\\o}").replace("æ", "\\ae{}"),
        "packed.html": f"<a href='data:text/plain;base64,{__import__('base64').b64encode(SAID.encode()).decode()}'>",
        ".a.txt.swp": b"b0VIM\0\0" + SAID.encode(),
    }
    for name, data in (in_place | named).items():
        put(home, name, data)
    assert withdrawn(home) == dict.fromkeys(in_place, SHORTENED) | dict.fromkeys(named, BY_HAND)
    beside = home.parent / "beside"
    assert (beside / "link.md").read_text(encoding="utf-8") == "[x](p.html#:~:text=[withdrawn]) by MR"
    assert "legen" not in "".join((beside / name).read_text(encoding="utf-8") for name in in_place)


def test_words_one_by_one_and_in_columns_are_read(home):
    cues = "\n\n".join(f"00:00:0{i}.000 --> 00:00:0{i}.900\n{word}" for i, word in enumerate(WORDS))
    copies = {
        "words.json": json.dumps({"words": [{"word": word, "start": i} for i, word in enumerate(WORDS)]}),
        "words.csv": "n,word\n" + "\n".join(f"{i},{word}" for i, word in enumerate(WORDS)),
        "words.conll": "\n".join(f"{i}\t{word}\tNOUN" for i, word in enumerate(WORDS)),
        "words.TextGrid": "\n".join(f'[{i}]:\n xmin = {i}\n text = "{word}"' for i, word in enumerate(WORDS)),
        "words.vtt": "WEBVTT\n\n" + cues,
        "lines.txt": "\n".join(f"{i} {word}" for i, word in enumerate(WORDS)),
        "hyphens.txt": " ".join(f"{word[:2]}-\n{word[2:]}" if len(word) > 4 else word for word in WORDS),
        "bold.md": " ".join(f"**{word[:2]}**{word[2:]}" for word in WORDS),
        "printed.txt": "\n".join(f"{word:<8}  {i:>3} %  {OTHER[i:9]}" for i, word in enumerate(WORDS)),
        "wrapped.log": "\n".join(f"{' '.join(WORDS[i : i + 3]):<24}  så og så" for i in range(0, len(WORDS), 3)),
        "boxes.html": "".join(f"<div>{word[:2]}<wbr>{word[2:]}</div>" for word in WORDS),
    }
    for name, data in copies.items():
        put(home, name, data)
    put(home, "others.json", json.dumps({"words": [{"word": word} for word in OTHER.split()]}))
    assert withdrawn(home) == dict.fromkeys(copies, BY_HAND)


def test_what_files_say_of_themselves_is_read(home):
    import openpyxl
    import pyarrow
    from pyarrow import parquet

    beside = home.parent / "beside"
    with zipfile.ZipFile(beside / "named.zip", "w") as archive:
        archive.writestr(f"{SAID}.txt", "nothing")
    with zipfile.ZipFile(beside / "remark.zip", "w") as archive:
        archive.writestr("a.txt", "nothing")
        archive.comment = SAID.encode()
    np.save(beside / "words.npy", np.array([SAID]))
    np.save(beside / "numbers.npy", np.eye(2))
    put(home, "title.png", b"\x89PNG\r\n\x1a\n" + SAID.encode())
    put(home, "seen.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    put(home, "held.lock", SAID)
    put(home, f"{SAID}/a.txt", "nothing")
    put(home, "P2_svar.txt", "ja")
    put(home, "names.csv", "original,replacement\nKari,Eva\n")
    (beside / "far.md").symlink_to(home.parent / "elsewhere.md")
    for name, table in {
        "columns.parquet": pyarrow.table({SAID: [1]}),
        "bytes.parquet": pyarrow.table({"a": [SAID.encode()]}),
    }.items():
        parquet.write_table(table, beside / name)
    parquet.write_table(pyarrow.table({"a": [f"x {SAID}", OTHER], "n": [1, 2]}), beside / "cells.parquet")
    book = openpyxl.Workbook()
    book.active["A1"], book.properties.title = SAID, SAID
    book.save(beside / "book.xlsx")
    found = withdrawn(home)
    assert found.pop("cells.parquet") == SHORTENED
    assert found == dict.fromkeys(
        ["named.zip", "remark.zip", "words.npy", "title.png", "held.lock", SAID, "P2_svar.txt", "names.csv", "far.md",
         "columns.parquet", "bytes.parquet", "book.xlsx"],
        BY_HAND,
    )  # fmt: skip
    left = parquet.read_table(beside / "cells.parquet").to_pydict()
    assert left == {"a": ["x [withdrawn]", OTHER], "n": [1, 2]}


def test_no_file_of_others_is_written_over_or_taken_for_a_ledger(home):
    put(home, "a.tsv", f"a\tb\n1\t{SAID}\n")
    put(home, "a.csv", "a,b\nkeep,me\n")
    log = put(home, "log.jsonl", json.dumps({"t": SAID}) + "\n")
    assert withdrawn(home) == {"a.tsv": SHORTENED, "log.jsonl": BY_HAND}
    beside = home.parent / "beside"
    assert (beside / "a.csv").read_text(encoding="utf-8") == "a,b\nkeep,me\n"
    assert (beside / "a.tsv").read_text(encoding="utf-8-sig").splitlines() == ["a\tb", "1\t[withdrawn]"]
    assert log.read_text(encoding="utf-8") == json.dumps({"t": SAID}) + "\n"


def test_what_is_written_of_the_person_is_known_again_in_exports(home):
    study, ledger = an.read_study(home), home / "decisions.jsonl"
    own, of_other = (piece.id for piece in an.segment(study.transcripts))
    an.record_decision(ledger, "translation", segment=own, to="I hardly dare answer the doctor", language="en", by="KL")
    an.record_decision(ledger, "translation", segment=of_other, to="We speak openly about pain", language="en", by="KL")
    an.record_decision(ledger, "memo", about="P2", note="Virket veldig sliten denne gangen", by="KL")
    an.record_decision(ledger, "pack", about="P2", to="given on paper after the session", by="KL")
    an.record_decision(ledger, "pack", about="P1", to="given on paper after the session", by="KL")
    ledger_now = an.read_ledger(ledger)
    an.translated_quotes(study, an.replay(ledger_now)).to_csv(home.parent / "beside" / "translated.csv")
    put(home, "essay.md", "One said: I hardly dare answer the doctor. It was given on paper after the session.")
    assert withdrawn(home) == {"translated.csv": SHORTENED, "essay.md": SHORTENED}
    left = (home.parent / "beside" / "translated.csv").read_text(encoding="utf-8-sig")
    assert ("hardly dare" in left, "We speak openly" in left) == (False, True)
    essay = (home.parent / "beside" / "essay.md").read_text(encoding="utf-8")
    assert essay == "One said: [withdrawn]. It was given on paper after the session."


def test_lines_of_a_ledger_with_escaped_letters_and_names_in_the_words(home):
    ledger = home / "decisions.jsonl"
    an.record_decision(ledger, "note", note=f"http://x/?q={percent(SAID)}", by="KL")
    an.record_decision(ledger, "note", theme=SAID, note="named so at first", by="KL")
    with ledger.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps({"kind": "note", "by": "KL", "note": SAID})[:-2] + "\n")
    withdrawn(home)
    found = an.read_ledger(ledger)
    assert [(d.kind, d.theme, d.note) for d in found][:2] == [
        ("note", "", "http://x/?q=[withdrawn]"),
        ("note", "[withdrawn]", "named so at first"),
    ]
    assert "legen" not in ledger.read_text(encoding="utf-8")


def test_a_line_that_two_withdrawals_shorten_keeps_its_place_in_the_chain(home):
    """The line before the first tombstone holds words of both."""
    ledger = home / "decisions.jsonl"
    seal = an.record_decision(ledger, "note", note=f"{SAID} og {OTHER}", by="KL") and an.read_ledger(ledger).seal
    an.withdraw(home, "P1", by="KL", cache=False)
    second = an.record_decision(ledger, "note", note=f"later: {SAID}", by="KL") and an.read_ledger(ledger).seal
    withdrawn(home)
    for known in (seal, second):
        found = an.read_ledger(ledger, seal=known)
        assert found.problems == ()
    assert found[0].note == "[withdrawn] og [withdrawn]"
    assert [d.about for d in found if d.kind == "withdrawal"] == ["P1", "P2"]


def test_a_copy_of_the_study_and_one_under_another_name(home):
    (home / "codings.csv").write_text("coder,transcript,turn,code,note\nKL,one,1,tillit,trist\nKL,one,2,tillit,\n")
    (home / "study.toml").write_text('title = "S"\n')
    beside = home.parent / "beside"
    shutil.copytree(home, beside / "copy")
    shutil.copytree(home, beside / "before")
    (beside / "before" / "transcripts" / "one.txt").write_text(f"Kari: {SAID}.\n\nOla: {OTHER}.\n", encoding="utf-8")
    (beside / "before" / "memo.md").write_text(SAID, encoding="utf-8")
    (beside / "key.json").write_text('{"schema": "alliance_nlp.key/1", "replacements": {"Kari": "P2"}}')
    found = withdrawn(home)
    assert {name: what for name, what in found.items() if not name.startswith("copy/")} == {
        "before": BY_HAND,
        "before/memo.md": SHORTENED,
        "key.json": BY_HAND,
    }
    copy = an.read_study(beside / "copy")
    assert [piece.speaker for piece in an.segment(copy.transcripts)] == ["P1"]
    assert "trist" not in (beside / "copy" / "codings.csv").read_text(encoding="utf-8-sig")
    assert len(copy.coding.applied) == 1
    assert an.read_ledger(beside / "copy" / "decisions.jsonl")[-1].about == "P2"
    assert SAID in (beside / "before" / "transcripts" / "one.txt").read_text(encoding="utf-8")


def test_transcripts_that_lie_about_are_texts_and_no_study(home):
    (home / "transcripts" / "two.txt").write_text(f"P2: {SAID[4:]}.\n\nP1: Ja.\n", encoding="utf-8")
    (home / "study.toml").write_text('same_people = ["P1", "P2"]\n')
    shutil.copytree(home / "transcripts", home.parent / "beside" / "transcripts")
    assert withdrawn(home) == {"transcripts/one.txt": SHORTENED, "transcripts/two.txt": SHORTENED}


def test_places_that_hold_each_other_are_seen_to_once(home, monkeypatch):
    put(home, "m.md", SAID)
    monkeypatch.chdir(home.parent)
    given = an.withdraw("study", "P2", by="KL", cache=False, copies=[home.parent, "beside", home])
    assert [row["what"] for row in given.files.rows() if row["file"].endswith("m.md")] == [SHORTENED]
    assert "··· ·····" not in (home / "transcripts" / "one.txt").read_text(encoding="utf-8")
    assert "[withdrawn]" not in (home / "transcripts" / "one.txt").read_text(encoding="utf-8")
    assert OTHER in (home / "transcripts" / "one.txt").read_text(encoding="utf-8")


def test_saved_records_keep_what_others_said_and_hold_words_of_other_sessions(home):
    beside = home.parent / "beside"
    (home / "transcripts" / "two.txt").write_text(f"# {SAID}\n\nP1: Ja.\n", encoding="utf-8")
    (home / "study.toml").write_text('same_people = ["P1", "P2"]\n')
    (home / "marks.csv").write_text("reader,transcript,turn,significant\nKL,one,1,yes\nKL,one,2,yes\n")
    study = an.read_study(home)
    an.save(study.marks, beside / "marks")
    an.save(study.transcripts[1], beside / "second")
    an.save(study.transcripts[1:], beside / "rest")
    an.save(an.find_identifiers(study), beside / "names")
    withdrawn(home)
    assert [(mark.start > len(SAID)) for mark in an.load(beside / "marks").marks] == [True]
    assert [SAID in text_of(beside / name / "record.json") for name in ("second", "rest")] == [False, False]
    assert all(item.person != "P2" for item in an.load(beside / "names").items)


def test_a_saved_record_beside_files_of_others_is_said_and_nothing_changes(home):
    an.save(an.read_study(home), home.parent / "beside" / "saved")
    put(home, "saved/mine.txt", "mine")
    before = {path: path.read_bytes() for path in home.parent.rglob("*") if path.is_file()}
    with pytest.raises(
        an.InputError, match=r"'saved' holds a saved record and files that save\(\) did not write.*mine"
    ):
        withdrawn(home)
    assert {path: path.read_bytes() for path in home.parent.rglob("*") if path.is_file()} == before


def test_tables_of_the_study_hold_words_elsewhere_than_in_cells(home):
    import openpyxl
    from openpyxl.comments import Comment

    (home / "notes.csv").write_text(f"by,note,{SAID}\nMR,hei,1\n", encoding="utf-8")
    (home / "participants.csv").write_text("id,role,description\n P2 ,participant,tall\nP1,participant,small\n")
    book = openpyxl.Workbook()
    for row in (("theme", "code", "definition"), ("Tillit", "tillit", "om")):
        book.active.append(row)
    book.active["A1"].comment = Comment(SAID, "MR")
    book.save(home / "codebook.xlsx")
    withdrawn(home)
    assert (home / "notes.csv").read_text(encoding="utf-8-sig").splitlines()[0] == "by,note,[withdrawn]"
    assert "tall" not in (home / "participants.csv").read_text(encoding="utf-8-sig").replace("small", "")
    assert sorted(path.name for path in home.glob("codebook.*")) == ["codebook.csv"]
    assert an.read_study(home).codebook.ids == ("Tillit/tillit",)


def test_remarks_in_the_settings_of_the_person_go_and_those_of_others_stay(home):
    (home / "study.toml").write_text(
        '# of the study\n[[participants]]\nid = "P2" # a nurse\n# on leave\nrole = "participant"\n'
        'description = "# tall"\n# of P1\n[[participants]]\nid = "P1"\nrole = "participant"  # stays\n'
    )
    withdrawn(home)
    text = (home / "study.toml").read_text()
    assert [remark in text for remark in ("# of the study", "a nurse", "on leave", "tall", "# of P1", "# stays")] == [
        True, False, False, False, True, True,
    ]  # fmt: skip


def test_who_has_the_same_label_in_another_session_and_who_is_quoted_whole_is_named(home):
    (home / "transcripts" / "two.txt").write_text("P2: Det var en helt annen dag.\n\nP1: Ja da.\n", encoding="utf-8")
    (home / "transcripts" / "memo.txt").write_text(f"Hun sa: {' '.join(WORDS[:7])}\n\nMR: Notert.\n", encoding="utf-8")
    (home / "transcripts" / "one.txt").write_text(f"P2: {' '.join(WORDS[:7])}.\n\nP1: {OTHER}.\n", encoding="utf-8")
    (home / "notes.csv").write_text(f"by,note\nMR,{' '.join(WORDS[:7])}\n", encoding="utf-8")
    put(home, "essay.md", f"Hun sa: {' '.join(WORDS[:7])}")
    found = an.withdraw(home, "P2 (one)", by="KL", cache=False, copies=[home.parent / "beside"]).files.rows()
    assert [(Path(row["file"]).name, row["why"].partition(":")[0]) for row in found if row["what"] == BY_HAND] == [
        ("essay.md", "copies a statement of theirs that others repeat, so that it stays"),
        ("memo.txt", "others repeat a statement or eight words in a row, in turn 1"),
        ("two.txt", "P2 (two) goes by the same label here, as somebody else"),
        ("notes.csv", "copies a statement of theirs that others repeat, so that it stays"),
    ]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_call_that_is_killed_leaves_old_or_new_files_and_is_made_again(home, tmp_path, monkeypatch):
    """Every sixth step: transcripts that copy each other, one that becomes another file, a ledger, a saved study."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (home / "transcripts" / "a.txt").write_text(f"# {SAID}\n\nP1: Ja da.\n", encoding="utf-8")
    (home / "transcripts" / "z.html").write_text(f"<p>{SAID}</p><p>P1: Ja da, det er det.</p>", encoding="utf-8")
    (home / "study.toml").write_text('same_people = ["P1", "P2"]\n')
    an.record_decision(home / "decisions.jsonl", "note", note=f"{SAID} og {OTHER}", by="KL")
    an.save(an.read_study(home), home.parent / "beside" / "saved")
    old = {path.relative_to(home.parent): path.read_bytes() for path in home.parent.rglob("*") if path.is_file()}

    def fresh(name):
        for path, data in old.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
        return tmp_path / name / "study"

    whole = fresh("whole")
    for at in range(2, faults.steps_of(withdrawn, whole) + 1, 6):
        there = fresh(f"at{at}")
        assert faults.kill_at(at, withdrawn, there)
        withdrawn(there)
        left = {path for path in there.parent.rglob("*") if path.is_file()}
        assert {path.name for path in left} == {
            "a.txt", "one.txt", "z.txt", "study.toml", "decisions.jsonl", "decisions.jsonl.lock", "record.json",
        }, at  # fmt: skip
        assert [path for path in left if "legen" in (text_of(path) or "")] == [], at
        assert an.read_ledger(there / "decisions.jsonl").problems == (), at
        assert not list(tmp_path.glob("alliance_nlp-withdrawing-*")), at


def test_a_preview_of_a_study_in_which_a_call_was_cut_off_writes_nothing(home):
    (home / "transcripts" / "one.txt").rename(home / "transcripts" / ".withdrawing-one.txt")
    with pytest.raises(
        an.InputError, match="was cut off while files changed their names. Make that call again, without"
    ):
        withdrawn(home, preview=True)
    assert [path.name for path in (home / "transcripts").iterdir()] == [".withdrawing-one.txt"]


def test_nothing_is_counted_of_who_took_back_what_they_said(home):
    (home / "codebook.csv").write_text("theme,code,definition\nTillit,tillit,om\n")
    (home / "codings.csv").write_text("coder,transcript,turn,code\nKL,one,1,tillit\nKL,one,2,tillit\n")
    withdrawn(home)
    study = an.read_study(home)
    standing = an.replay(an.Ledger.of_study(study), codebook=study.codebook)
    said = "Not counted: 1 participant who took back what they said."
    voices = an.count_voices(study).per_theme
    assert ([row["silent"] for row in voices.rows()], said in voices.notes) == ([0], True)
    stances = an.who_spoke_for(study, standing)
    assert (stances.rows()[0]["not_marked"], said in stances.notes) == (("P1",), True)
    asked = an.member_agreement(study, standing)
    assert (asked.rows()[0]["not_asked"], said in asked.notes) == (1, True)
    trail = an.write_audit_trail(study, home.parent / "trail", ledger=home / "decisions.jsonl")
    sentences = (trail / "reporting" / "sources.csv").read_text(encoding="utf-8-sig")
    assert "The material is 1 session with 1 participant, 1 turn." in sentences
    assert "1 participant withdrew" in sentences
    assert "P2" not in sentences
