"""Suggestions of what may tell who somebody is: each kind by hand, in both languages, with reasons and limits."""

import itertools
import sys
from pathlib import Path

import pytest

from alliance_nlp import Identifiers, find_identifiers, load_study
from alliance_nlp.__main__ import main
from alliance_nlp.errors import InputError
from alliance_nlp.privacy.identifier_rules import KINDS, lists
from alliance_nlp.records import Transcript, Turn


def said(words, speaker="P1"):
    return Transcript("T", words, (Turn(0, len(words), speaker, "participant"),))


def found(words):
    return [(item.kind, item.words) for item in find_identifiers(said(words)).items]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("I saw Torbjørn there.", ("name", "Torbjørn")),
        ("Torbjørn said it.", ("name", "Torbjørn")),
        ("Anna's daughter came.", ("name", "Anna")),
        ("We asked Dr Quill about it.", ("name", "Quill")),
        ("She's Dr Quill now.", ("name", "Quill")),
        ("Så kom Dordi Myhre inn.", ("name", "Dordi Myhre")),
        ("It was my sister Ragnhild.", ("third person", "Ragnhild")),
        ("There was a patient who had lost both legs.", ("third person", "a patient who had lost both legs")),
        ("Det var en pasient som mista begge beina.", ("third person", "en pasient som mista begge beina")),
        ("We lived in Wexcombe then.", ("place", "Wexcombe")),
        ("Vi bodde i Kvalsund da.", ("place", "Kvalsund")),
        ("I was at Marlbeck Infirmary then.", ("workplace", "Marlbeck Infirmary")),
        ("Jeg jobber på Haukås legesenter.", ("workplace", "Haukås")),
        ("They run things at the BRTU now.", ("workplace", "BRTU")),
        ("It began on the 14th of March.", ("date", "14th of March")),
        ("Det var 14. mars 2021 det begynte.", ("date", "14. mars 2021")),
        ("That was 12.04.2019 I think.", ("date", "12.04.2019")),
        ("We moved in 1987 or so.", ("date", "1987")),
        ("I'm 54 and tired.", ("age", "54")),
        ("She is sixty-one now.", ("age", "sixty-one")),
        ("Det var en 43-åring her.", ("age", "43-åring")),
        ("Hun er 54 år.", ("age", "54")),
        ("Call me on +47 912 34 567 please.", ("phone", "+47 912 34 567")),
        ("Call 07700 900321 please.", ("phone", "07700 900321")),
        ("Write to q.m@example.org then.", ("e-mail", "q.m@example.org")),
        ("Write to quentin at example dot com then.", ("e-mail", "quentin at example dot com")),
        ("I was patient number 4471 there.", ("number", "4471")),
        ("Det sto 12057912345 der.", ("number", "12057912345")),
        ("I was the mayor then.", ("rare role", "mayor")),
        ("Jeg var den eneste mannen på laget.", ("rare role", "den eneste mannen på laget")),
    ],
)
def test_each_kind_is_suggested(words, expected):
    assert expected in found(words)


@pytest.mark.parametrize(
    "words",
    [
        "I think it takes time. And I'm sure that we know it. We had 15 minutes, 200 of them.",
        "On Monday they speak English, in March too. Don't you? Uh-huh. I-I mean, Okay.",
        "Jeg tror det tar tid. Og på mandag snakker de norsk. Ja, Nei.",
        "The only thing is that I was 30 minutes late, 5 times a week, at 50 percent.",
    ],
)
def test_plain_talk_is_left_alone(words):
    assert found(words) == []


def test_every_suggestion_stands_where_it_says_with_a_reason_and_none_overlap():
    study = load_study("focus_group")
    result = find_identifiers(study)
    texts = {t.id: t.text for t in study.transcripts}
    assert result.items
    for item in result.items:
        assert texts[item.transcript_id][item.start : item.end] == item.words
        assert item.kind in KINDS
        assert item.reason
    spans = sorted((i.transcript_id, i.start, i.end) for i in result.items)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in itertools.pairwise(spans))


def test_what_cannot_be_found_stands_on_top_and_words_are_not_printed():
    result = find_identifiers(said("I saw Torbjørn at Marlbeck Infirmary."))
    assert str(result).startswith("Suggested by rules for English and Norwegian")
    assert "cannot find" in str(result)
    assert "Torbjørn" not in str(result)
    assert {row["words"] for row in result.rows()} == {"Torbjørn", "Marlbeck Infirmary"}
    assert "Torbjørn" in result._repr_html_()
    assert repr(result) == "Identifiers(2 suggestions in 1 transcript)"


def test_several_quotes_under_one_number_are_warned_of():
    turns = ("I live in Wexcombe.", "I am 54.", "I work at Marlbeck Infirmary.", "Yes.")
    text, rows = "", []
    for n, words in enumerate(turns):
        rows.append(Turn(len(text), len(text) + len(words), "P1" if n < 3 else "P2"))
        text += f"{words}\n"
    result = find_identifiers(Transcript("T", text, tuple(rows)))
    assert [(row["participant"], row["n_kinds"]) for row in result.together.rows()] == [("P1", 3)]
    assert "WARNING: what P1 says names place, workplace, age" in str(result)
    assert len(find_identifiers(said("I live in Wexcombe. I am 54.")).together) == 0


def test_labels_count_unless_they_name_nobody():
    text = "Torbjørn Lie: Yes.\nInterviewee: No.\nP1: Mm.\nIntervjuer: Ja?"
    turns = (Turn(14, 18, "Torbjørn Lie"), Turn(32, 35, "Interviewee"), Turn(40, 43, "P1"))
    result = find_identifiers(Transcript("T", text, turns))
    assert [(item.words, item.reason) for item in result.items] == [
        ("Torbjørn", "stands in a label or heading"), ("Lie", "stands in a label or heading"),
    ]  # fmt: skip


def test_the_list_to_fill_in_has_each_words_once():
    result = find_identifiers(said("I saw Torbjørn. He, TORBJØRN, is from Wexcombe. It was Torbjørns idea, he said."))
    assert result.replacements().columns == ("original", "replacement", "kind")
    assert [row["original"] for row in result.replacements().rows()] == ["Torbjørn", "Wexcombe"]


def test_what_is_no_transcript_is_said():
    with pytest.raises(InputError, match="transcripts must hold transcripts"):
        find_identifiers(["Anna"])
    assert isinstance(find_identifiers(()), Identifiers)
    assert find_identifiers(Transcript("T", "")).items == ()


def test_nothing_that_the_benchmark_plants_stands_in_the_lists_of_the_rules():
    sys.path.insert(0, str(Path(__file__).parents[2]))
    planting = pytest.importorskip("benchmarks.privacy.planting", reason="installed without the benchmarks")
    told = lists()
    known = told["first_names"] | told["places"]
    for kind in ("name", "place", "workplace"):
        for what, _ in planting.PLANTED[kind].values():
            assert not {word.casefold() for words in what for word in words.split()} & known


def test_the_command_prints_words_and_writes_the_list_to_fill_in(tmp_path, capsys):
    (tmp_path / "transcripts").mkdir()
    text = "P1: I saw Torbjørn in Wexcombe.\n\nP2: I am 54.\n"
    (tmp_path / "transcripts" / "one.txt").write_text(text, encoding="utf-8")
    assert main(["identifiers", str(tmp_path), "--out", str(tmp_path / "list.csv")]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Suggested by rules")
    assert "Torbjørn" in printed
    assert "Wexcombe,,place" in (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
