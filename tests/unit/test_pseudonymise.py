"""Pseudonyms everywhere in a study, codings on their words, a new ledger, and a key that lies apart."""

import datetime
import json
import os
import unicodedata
import warnings
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from alliance_nlp import load_study, pseudonymise, read_ledger, read_study, record_decision, replay, reveal
from alliance_nlp.__main__ import main
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.privacy.replacing import Replacements
from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Expectation,
    FieldNote,
    Participant,
    Question,
    ReadSpan,
    Study,
    Theme,
    Transcript,
    Turn,
)

DAY = datetime.date(2026, 1, 2)
NAMES = {"Torbjørn": "Eva", "Torbjørn Quill": "Eva Moe", "Fjellklinikken": "the clinic", "Ragnhild": "[sister]",
         "René": "Kim"}  # fmt: skip
TALK = {
    "torbjørn_1": "Torbjørn: I asked TORBJØRN Quill's boss, at Fjellklinikken.\n\nM: And Ragnhild?\n\n"
    "Torbjørn: Torbjørns søster Ragnhild, yes; Rene\u0301 no, REN\u00c9 yes.",
    "second": "M: So what does Torbjørn say?\n\nP2: That fjellklinikkens rooms are cold.\n\nM: Since when?",
}


def transcript(name, text):
    turns, at = [], 0
    for line in text.split("\n"):
        label, colon, _ = line.partition(": ")
        if colon:
            role = "moderator" if label == "M" else "participant"
            turns.append(Turn(at + len(label) + 2, at + len(line), label, role))
        at += len(line) + 1
    return Transcript(name, text, tuple(turns), DAY, None, f"{name}.docx")


def study(decisions=()):
    transcripts = tuple(transcript(name, text) for name, text in TALK.items())
    book = Codebook(
        (Code("Ragnhild's way", "", "cold", "As Torbjørn says.", ("TORBJØRN said so.",), ("Fjellklinikken",)),),
        (Theme("Ragnhild's way", (), "", "Of Ragnhild."),),
    )  # fmt: skip
    first, second = transcripts
    spans = (
        CodedSpan("KL", first.id, 10, 43, "Ragnhild's way/cold", "coded", None, "about Torbjørn", DAY),
        CodedSpan("KL", second.id, second.turns[1].start, second.turns[1].end, "Ragnhild's way/cold"),
    )
    read = tuple(ReadSpan("KL", t.id, turn.start, turn.end) for t in transcripts for turn in t.turns)
    return Study(
        transcripts, book, Coding(spans, read, book), None, (Question("What of Torbjørn?", first.id),),
        (Participant("Torbjørn", "participant", (first.id,), "Brother of Ragnhild."), Participant("P2", "participant")),
        (Expectation("Ragnhild will be named.", "KL", DAY),),
        (FieldNote("Torbjørn was late.", "MR", DAY, first.id, 1),),
        (), "At Fjellklinikken", settings={"place": "Fjellklinikken"}, ledger_lines=tuple(decisions),
    )  # fmt: skip


@pytest.fixture
def with_ledger(tmp_path):
    file, known = tmp_path / "decisions.jsonl", study()
    place = f"torbjørn_1:{10}-{43}"
    record_decision(file, "note", by="KL", note="Torbjørn spoke of Ragnhild.", of=known)
    record_decision(file, "agree", by="KL+MR", segment=place, code="cold", note="as torbjørn says", of=known)
    told = {"theme": "Ragnhild's way", "about": "Torbjørn", "verdict": "for", "settles": (1,)}
    record_decision(file, "stance", by="KL", of=known, **told)
    lines = file.read_text(encoding="utf-8").splitlines()
    file.unlink()
    return study(lines)


def quiet(given, names=NAMES):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        return pseudonymise(given, names)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Anna came, ANNA, anna.", "Eva came, EVA, eva."),
        ("Anna's, Annas, Anna’s and Anna' things", "Eva's, Evas, Eva’s and Eva' things"),
        ("Annabel, Hanna, Annalise", "Annabel, Hanna, Annalise"),
        ("Anna-saken and anna_1", "Eva-saken and eva_1"),
        ("Anna  Berg and Anna", "Kari Lie and Eva"),
        ("Klinikkgruppa, Klinikkgruppaen, Klinikkgruppas", "Teamet, Teameten, Teamets"),
        ("Jose\u0301 and Jos\u00e9 and JOSE\u0301", "Max and Max and MAX"),
        ("Josefine", "Josefine"),
        ("Bergen and Berg and Bergs", "Bergen and Dal and Dals"),
        ("call 912 34 567, not 1912 34 567", "call 000, not 1912 34 567"),
        ("Marks and Mark's", "Jens' and Jens's"),
    ],
)
def test_whole_words_in_any_form_with_their_endings(text, new):
    pairs = {"Anna": "Eva", "Anna Berg": "Kari Lie", "Klinikkgruppa": "Teamet", "José": "Max", "Berg": "Dal",
             "912 34 567": "000", "Mark": "Jens"}  # fmt: skip
    assert Replacements(pairs).swap(text).text == new


PIECES = ("Anna", "ANNA's", "Berg", "annas", "x", " ", ", ", "é", "Bergen")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20), st.data())
def test_offsets_lead_to_the_same_words(parts, data):
    text = "".join(parts)
    found = Replacements({"Anna": "Eva Lie", "Berg": "D"}).swap(text)
    for swap in found.swaps:
        assert (found.start_of(swap.start), found.end_of(swap.end)) == (swap.new_start, swap.new_end)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if not any(s.start < edge < s.end for s in found.swaps for edge in (start, end)):
        inside = Replacements({"Anna": "Eva Lie", "Berg": "D"})
        assert found.text[: found.start_of(start)] + found.text[found.start_of(start) :] == found.text
        kept = [s for s in found.swaps if start <= s.start and s.end <= end]
        length = end - start + sum((s.new_end - s.new_start) - (s.end - s.start) for s in kept)
        assert found.end_of(end) - found.start_of(start) == length
        assert inside.swap(text) == found


def test_codings_labels_ids_and_people_follow():
    made = quiet(study()).study
    first, second = made.transcripts
    assert (first.id, first.source) == ("eva_1", "eva_1.txt")
    assert [t.speaker for t in first.turns] == ["Eva", "M", "Eva"]
    assert [first.text[t.start : t.end] for t in first.turns] == [
        "I asked Eva Moe's boss, at the clinic.", "And [sister]?", "Evas søster [sister], yes; Kim no, KIM yes."
    ]  # fmt: skip
    spans = made.coding.applied
    assert first.text[spans[0].start : spans[0].end] == "I asked Eva Moe's boss, at"
    assert second.text[spans[1].start : spans[1].end] == "That the clinics rooms are cold."
    assert spans[0].code_id == "[sister]'s way/cold"
    assert spans[0].note == "about Eva"
    assert [p.id for p in made.participants] == ["Eva", "P2"]
    assert made.participants[0].sessions == ("eva_1",)
    assert made.notes[0].session == "eva_1"


def test_no_original_stands_in_any_file_in_any_case_or_normal_form(with_ledger, tmp_path):
    home = quiet(with_ledger).write(tmp_path / "new", key=tmp_path / "names.key")
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"codebook.csv", "codings.csv", "decisions.jsonl", "replacements_log.csv"}
    for path in files:
        held = f"{path.relative_to(home)}\n{path.read_text(encoding='utf-8')}"
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            flat = unicodedata.normalize(form, held).casefold()
            for original in NAMES:
                for one in (original, json.dumps(original)[1:-1]):
                    assert unicodedata.normalize(form, one).casefold() not in flat, path.name


def test_the_new_folder_reads_back_and_the_key_leads_home(with_ledger, tmp_path):
    made = quiet(with_ledger)
    home = made.write(tmp_path / "new", key=tmp_path / "names.key")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        again = read_study(home)
    assert again.transcripts == made.study.transcripts
    assert set(again.coding.applied) == set(made.study.coding.applied)
    assert again.codebook == made.study.codebook
    old = reveal(again, tmp_path / "names.key")
    assert [(t.id, t.text, t.turns, t.source) for t in old] == [
        (t.id, t.text, t.turns, t.source) for t in with_ledger.transcripts
    ]
    assert (tmp_path / "names.key").stat().st_mode & 0o777 == 0o600 or os.name == "nt"
    key = json.loads((tmp_path / "names.key").read_text(encoding="utf-8"))
    assert tuple(key["ledger_lines"]) == with_ledger.ledger_lines


def test_a_new_ledger_cites_the_old_seal_and_holds(with_ledger, tmp_path):
    old = tmp_path / "old.jsonl"
    old.write_text("".join(f"{line}\n" for line in with_ledger.ledger_lines), encoding="utf-8")
    made = quiet(with_ledger)
    home = made.write(tmp_path / "new", key=tmp_path / "names.key")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ledger = read_ledger(home / "decisions.jsonl")
    assert read_ledger(old).seal in ledger[0].note
    assert (ledger[0].kind, ledger[0].role, len(ledger)) == ("note", "program", 4)
    assert [d.number for d in ledger] == [1, 2, 3, 4]
    assert ledger[3].settles == (2,)
    assert ledger[3].about == "Eva"
    place = made.study.coding.applied[0]
    assert ledger[2].segment == place.segment_id
    assert ledger[2].note == "as eva says"
    assert replay(home / "decisions.jsonl", codebook=made.study.codebook).versions


def test_the_log_names_every_place_and_no_original():
    made = quiet(study())
    rows = made.log.rows()
    text = made.study.transcripts[0].text
    assert [text[r["start"] : r["end"]] for r in rows if r["where"] == "eva_1"] == [
        r["replacement"] for r in rows if r["where"] == "eva_1"
    ]
    assert not any(name.casefold() in made.log.to_csv().casefold() for name in NAMES)
    assert str(made).startswith("Pseudonymised is still personal data")
    assert "Torbj" not in repr(made) + str(made)


def test_parts_of_longer_words_are_left_and_said():
    given = Study((transcript("T", "P1: The Annabel case of Anna."),))
    with pytest.warns(AllianceWarning, match="1 place may still tell an original: 1 a part of a longer word"):
        made = pseudonymise(given, {"Anna": "Eva"})
    assert made.study.transcripts[0].text == "P1: The Annabel case of Eva."
    assert made.left.rows() == [{"where": "T", "at": 8, "what": "a part of a longer word"}]
    book = Codebook((Code("Time", "", "rush", "As in the Annabel case.", notes="role: Anna"),))
    elsewhere = quiet(
        Study((transcript("Annabel", "P1: No."),), book, settings={"more": {"kind": "Anna's"}}), {"Anna": "Eva"}
    )
    assert [row["where"] for row in elsewhere.left.rows()] == ["names of transcripts", "codebook"]
    assert elsewhere.study.settings["more"] == {"kind": "Eva's"}
    with pytest.warns(AllianceWarning, match="Nothing was replaced"):
        pseudonymise(given, {"Zebedee": "Eva"})


@pytest.mark.parametrize(
    ("text", "new", "left"),
    [
        ("Anne-Marie and Anne Marie and Anne\u2011Marie", "Eva and Eva and Eva", []),
        ("An\u00adna and A\u200bnna", "Kim and Kim", []),
        ("call 912-34-567", "call 000", []),
        ("Kari\nLund came", "Kari\nLund came", ["over a line end"]),
        ("Jose was there", "Jose was there", ["without its accents"]),
        ("Josefine was there", "Josefine was there", []),
        ("so Lund said, and LUND, and Lunds", "so Lund said, and LUND, and Lunds", ["a part of a name, alone"] * 3),
        ("in the lund", "in the lund", []),
        ("Kari Lund, Kari", "Oda Vik, Kari", ["a part of a name, alone"]),
        ("Anna-Lise and Mari-Anna", "Kim-Lise and Mari-Kim", ["half of a double name, the other half stands"] * 2),
        ("Anna-saken", "Kim-saken", []),
        ("call 91234567 or (912) 34567", "call 91234567 or (912) 34567", ["the same digits, in other groups"] * 2),
        ("call 191234567", "call 191234567", []),
        ("Annabel", "Annabel", ["a part of a longer word"]),
        ("Annas and ANNA’s and anna's", "Kims and KIM’s and kim's", []),
    ],
)
def test_what_may_still_tell_a_name_is_said(text, new, left):
    pairs = {"Anna": "Kim", "Anne-Marie": "Eva", "José": "Max", "Kari Lund": "Oda Vik", "912 34 567": "000"}
    made = quiet(Study((transcript("T", text),)), pairs)
    assert made.study.transcripts[0].text == new
    assert [row["what"] for row in made.left.rows()] == left


def test_a_replacement_that_is_somebody_already_is_said():
    given = Study((transcript("T", "P1: Anna and Eva. At the ward."),))
    with pytest.warns(AllianceWarning, match="1 replacement already named somebody or something in the study: 'Eva'"):
        pseudonymise(given, {"Anna": "Eva"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pseudonymise(given, {"Anna": "ward"})  # a word is no name


def test_names_in_every_corner_of_a_study_follow(tmp_path):
    book = Codebook((Code("Anna", "", "Anna's way", "what Anna does", ("Anna waits",), ("anna",), "Anna", "no Anna"),))
    text = "Anna: Yes."
    span = CodedSpan("Anna", "anna_1", 6, 10, "Anna/Anna's way", note="as Anna said")
    given = Study(
        (Transcript("anna_1", text, (Turn(6, 10, "Anna"),), session="Anna 1", source="C:/anna.docx"),), book,
        Coding((span,), (), book), title="Anna's study", participants=(Participant("Anna", "participant"),),
        settings={"Anna": "Anna"}, notes=(FieldNote("Anna smiled", "Anna"),),
    )  # fmt: skip
    made = quiet(given, {"Anna": "Eva"})
    assert "anna" not in repr(made.study).casefold() + str(made.study.rows()).casefold()
    home = made.write(tmp_path / "new", key=tmp_path / "k")
    for file in home.rglob("*"):
        assert "anna" not in file.name.casefold()
        assert not file.is_file() or "anna" not in file.read_text("utf-8").casefold()
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600


def test_turns_of_tables_read_back_from_a_table(tmp_path):
    turns = (
        Turn(0, 14, "Interviewer", "moderator"),
        Turn(15, 29, "P1", "participant"),
        Turn(30, 44, "P1", "participant"),
    )
    given = Study((Transcript("T", "What was hard?\nAnna was away.\nNobody rang me", turns),))
    home = quiet(given, {"Anna": "Eva"}).write(tmp_path / "new", key=tmp_path / "k")
    assert (home / "transcripts" / "T.csv").is_file()
    assert read_study(home).transcripts[0].turns[1].speaker == "P1"


def test_what_would_lie_together_or_be_lost_is_refused(tmp_path):
    made = quiet(study())
    with pytest.raises(InputError, match="The key must not lie with the data"):
        made.write(tmp_path / "new", key=tmp_path / "new" / "k")
    (tmp_path / "k").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="a key is never overwritten"):
        made.write(tmp_path / "new", key=tmp_path / "k")
    assert not (tmp_path / "new").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="not an empty folder"):
        made.write(tmp_path / "full", key=tmp_path / "k2")
    lost = Study((Transcript("T", "One.\n\nTwo.", (Turn(0, 2, "A"), Turn(2, 4, "B"))),))
    with pytest.raises(InputError, match="the turns of 'T' do not read back"):
        quiet(lost, {"Two": "Three"}).write(tmp_path / "new", key=tmp_path / "k2")
    assert not (tmp_path / "k2").exists()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({}, "no row has an original"),
        ({"Anna": "Eva", "ANNA": "Kim"}, "stands in entry 1 already, with another replacement"),
        ({"Anna": "Eva", "Eva": "Kim"}, "is or holds an original"),
        ({"Anna": " "}, "needs an original of two signs"),
        ({"A": "Eva"}, "needs an original of two signs"),
        ({"second": "torbjørn_1"}, "two transcripts would be called"),
    ],
)
def test_replacements_that_cannot_be_are_listed(names, message):
    with pytest.raises(InputError, match=message) as caught:
        pseudonymise(study(), names)
    assert "Anna" not in str(caught.value)


def test_a_key_of_something_else_or_a_changed_text_is_refused(tmp_path):
    made = quiet(study())
    made.write(tmp_path / "new", key=tmp_path / "k")
    changed = replace(made.study.transcripts[0], text=made.study.transcripts[0].text + " And more.")
    with pytest.raises(InputError, match="was changed since"):
        reveal((changed,), tmp_path / "k")
    with pytest.raises(InputError, match="knows no transcript"):
        reveal((Transcript("Z", ""),), tmp_path / "k")
    (tmp_path / "no.key").write_text("{}", encoding="utf-8")
    for name, message in (("no.key", "is no key"), ("none", "No file is called")):
        with pytest.raises(InputError, match=message):
            reveal(made.study, tmp_path / name)
    with pytest.raises(InputError, match=r"pseudonymise\(\) takes a Study"):
        pseudonymise(made, {"a": "b"})


def test_the_shipped_study_goes_through(tmp_path):
    given = load_study("focus_group")
    home = quiet(given, {"P1": "Oda", "Moderator": "Leader"}).write(tmp_path / "new", key=tmp_path / "k")
    old = reveal(read_study(home), tmp_path / "k")
    assert [t.text for t in old] == [t.text for t in given.transcripts]


def test_the_command_writes_folder_and_key(tmp_path, capsys):
    folder = tmp_path / "old"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "transcripts" / "one.txt").write_text("P1: I saw Torbjørn.\n\nP2: Yes.\n", encoding="utf-8")
    (tmp_path / "list.csv").write_text("original,replacement,kind\nTorbjørn,Eva,name\nYes,,\n", encoding="utf-8")
    words = ["pseudonymise", str(folder), str(tmp_path / "list.csv"), "--to", str(tmp_path / "new")]
    assert main(words) == 2
    assert "needs --to and --key" in capsys.readouterr().err
    assert main([*words[:3], "--dry-run"]) == 0
    assert "Nothing was written." in capsys.readouterr().out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["list.csv", "old"]
    assert main([*words, "--key", str(tmp_path / "names.key")]) == 0
    assert "still personal data" in capsys.readouterr().out
    assert (tmp_path / "new" / "transcripts" / "one.txt").read_text(encoding="utf-8").startswith("P1: I saw Eva.")
    back = ["reveal", str(tmp_path / "new"), "--key", str(tmp_path / "names.key"), "--to", str(tmp_path / "back")]
    assert main(back) == 0
    assert read_study(tmp_path / "back").transcripts[0].text == read_study(folder).transcripts[0].text
    assert "with names" in (tmp_path / "back" / "manifest.json").read_text("utf-8")
    assert main(back) == 2
    assert "not an empty folder" in capsys.readouterr().err
    assert main([*words, "--key", str(tmp_path / "other.key")]) == 2
    (tmp_path / "bad.csv").write_text("was,now\na,b\n", encoding="utf-8")
    assert main(["pseudonymise", str(folder), str(tmp_path / "bad.csv"), "--to", "x", "--key", "y"]) == 2


def test_one_original_in_two_spellings_with_one_replacement_is_one():
    made = quiet(Study((transcript("T", "P1: Anna, ANNA."),)), {"Anna": "Eva", "ANNA": "Eva"})
    assert made.study.transcripts[0].text == "P1: Eva, EVA."
