"""A class of a Norwegian kit is told everything in Norwegian; what scripts read is the same in every language."""

import csv
import json
import re
from dataclasses import replace

import openpyxl
import pytest
from matplotlib.text import Text
from test_class import SAID, codes, fill_sheet, hand_in, study
from test_class_kit import study_of

import alliance_nlp as an
from alliance_nlp.__main__ import main
from alliance_nlp.comparison.class_sheets import language_of
from alliance_nlp.comparison.class_tables import ALL
from alliance_nlp.comparison.class_words import told_in, words_in
from alliance_nlp.errors import Told
from alliance_nlp.reports.class_kit import slides
from alliance_nlp.segments import segment


def words_of(value):
    """Words of three letters and more, whichever part of a file of words they stand in; names of values are none."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if parts:
        return {word for part in parts for word in words_of(part)}
    return set(re.findall(r"[^\W\d_]{3,}", re.sub(r"\{.*?\}", "", str(value)).casefold()))


ENGLISH_ONLY = words_of(dict(words_in("en"))) - words_of(dict(words_in("nb")))


def english_in(text):
    return sorted(words_of(text.replace("'no code'", "")) & ENGLISH_ONLY)


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A kit, without its papers, whose sheets were filled in, well and badly."""
    home = tmp_path_factory.mktemp("class") / "opplegg"
    names = ("Ada", "Bo", "Cem", "Dag", "Liv")
    an.write_coding_sheets(an.load_study("fokusgruppe"), home / "ark", names, turns=(1, 38), language="nb")
    folders = {"handed_in": "innlevert", "practice": "alle", "sheets": "ark"}
    (home / "innlevert").mkdir()
    (home / "kit.json").write_text(json.dumps({**folders, "language": "nb", "study": "fokusgruppe"}), encoding="utf-8")
    talk = an.load_study("fokusgruppe").transcripts[0]
    turns = [at for at, turn in enumerate(talk.turns, 1) if turn.role == "participant" and at <= 38]
    sheets = [home / "ark" / f"{name}.xlsx" for name in names]
    for number, sheet in enumerate(sheets[:3]):
        given = {at: ("tåle motstand",) if (at + number) % 3 else ("ingen kode",) for at in turns}
        if number == 1:
            given |= {turns[0]: ("tåle motstan",), turns[1]: ("ukjent",), turns[2]: ("ingen kode", "knapp tid")}
        fill_sheet(sheet, given)
        sheet.rename(home / "innlevert" / sheet.name)
    last = openpyxl.load_workbook(home / "innlevert" / "Cem.xlsx")
    sheet, rows = last["å kode"], [at + 1 for at in turns]
    sheet.cell(rows[0], 3).value, sheet.cell(rows[1], 3).value, sheet.cell(rows[2], 2).value = 999, "2026-03-04", "g9"
    last.create_sheet("Mine").append(["mine", "egne", "ord"])
    last.save(home / "innlevert" / "Cem.xlsx")
    inside, moderated = home / "innlevert", [at for at in range(1, 38) if at not in turns][:2]
    place = ("transkript", "replikk nr", "kode")
    hand_in(inside, "Dag", [("gruppe_1", at, "knapp tid") for at in (turns[0], *moderated)], place)
    hand_in(inside, "Dag2", [("Dag", "gruppe_1", turns[0], "ukjent")], ("koder", *place))
    hand_in(inside, "Dag3", [("Dag", "gruppe_1", turns[0], "ingen kode")], ("koder", *place))
    hand_in(inside, "Eli", [("gruppe_1", turns[0], "", "hm"), ("gruppe_1", turns[1], "ingen kode", "")],
            (*place, "kommentar"))  # fmt: skip
    hand_in(inside, "Fam", [("gruppe_1", "2-4", "knapp tid"), ("gruppe_1", "", "knapp tid")], place)
    hand_in(inside, "Gry", [("hei", "du")], ("noe", "annet"))
    hand_in(inside, "Hal", [("alle", "gruppe_1", turns[0], "knapp tid")], ("koder", *place))
    (inside / "Ian.csv").write_bytes(f"{';'.join(place)}\ngruppe_1;{turns[0]};tåle motstand\n".encode("cp1252"))
    for name in ("Jon.xlsx", "Kim.html", "Lea.htm", "Mia.xls", "Nils.docx", "Ole.jpg", "Per.zip"):
        (inside / name).write_bytes(b"x")
    return home


@pytest.fixture
def drawn(monkeypatch):
    """Figures in place of their pictures, which take most of the time."""
    found = []
    monkeypatch.setattr(slides, "_saved", lambda figure, dark: found.append(figure) or (b"", b""))
    return found


def test_nothing_english_is_left_in_what_a_norwegian_class_is_told(kit, capsys):
    for flags in ([], ["--figures"], ["--by-name"]):
        assert main(["class", "collect", str(kit), *flags]) == 1
        page, beside = capsys.readouterr()
        assert (english_in(page), english_in(beside)) == ([], []), flags
        assert "dette sies bare på engelsk" not in page
    assert "6 studenter på 30 replikker" in page
    assert "I opplegget, og ikke lest: Liv." in page
    titles = ("Det dere skal diskutere først", "Hvor enig klassen er, per", "Hver student, ved navn", "Ark å se på")
    assert sorted(titles, key=page.index) == list(titles)


@pytest.mark.long
def test_nothing_english_is_left_in_what_a_norwegian_class_is_given(kit, tmp_path, capsys, monkeypatch):
    drawn, out = [], tmp_path / "ved_siden_av"
    monkeypatch.setattr(slides, "_saved", lambda figure, dark: drawn.append(figure) or (b"", b""))
    earlier = [out / "2_per_code.csv", out / "slides" / "dark" / "7_which_turn_which_code_2.png"]
    for path in earlier:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"in English")
    assert main(["class", "collect", str(kit), "--figures", "--by-name", "--out", str(out)]) == 1
    assert f"Lysbilder og tabeller: {out}" in capsys.readouterr().out
    assert not any(path.exists() for path in earlier)
    files = [path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()]
    assert english_in(re.sub(r"\.(png|svg|csv)", "", " ".join(files))) == []
    numbered = {re.sub(r"(?<=replikk_).*", "", name) for name in files}
    assert {"1_til_diskusjon.csv", "lysbilder/lyse/1_replikk_", "lysbilder/moerke/svg/1_replikk_"} <= numbered
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8-sig") as file:
            rows = [{name: cell for name, cell in row.items() if name != "sitat"} for row in csv.DictReader(file)]
        assert english_in(" ".join([*rows[0], *(cell for row in rows for cell in row.values())])) == [], path.name
    quotes = {" ".join(turn.text.split()) for turn in segment(an.load_study("fokusgruppe").transcripts, unit="turn")}
    texts = {" ".join(text.get_text().split()) for figure in drawn for text in figure.findobj(Text)}
    own = [text for text in texts if not any(text in quote for quote in quotes)]
    assert english_in(" ".join(own)) == []
    assert any(text.startswith("gruppe_1, replikk") for text in own)


def test_troubles_are_told_in_norwegian_with_file_and_row(kit):
    found = an.collect_class(kit / "innlevert", an.load_study("fokusgruppe"), n_draws=20)  # of the kit around it
    told = {(row["file"], row["row"]): row["trouble"] for row in found.troubles.rows()}
    assert told[("Bo.xlsx", 3)] == "rad utelatt: i 'kode 1': koden 'tåle motstan' er ikke i kodeboken. " + (
        "Det som ligner: 'tåle motstand'"
    )
    assert "Passer ingen, skriver man 'ingen kode' eller 'no code'" in " ".join(told.values())
    assert "'ingen kode' står ved siden av 'knapp tid'" in " ".join(told.values())
    assert told[("Cem.xlsx", 3)].startswith("rad utelatt: replikken må være et helt tall fra 1 til 45 i 'gruppe_1'")
    assert "Et regneark har gjort det til en dato" in told[("Cem.xlsx", 5)]
    assert "ikke noe transkript heter 'g9'" in told[("Cem.xlsx", 6)]
    assert told[("Cem.xlsx", None)] == "bare én av fanene i arbeidsboken ble lest, ikke 'koder', 'Mine'"
    assert "Ian: ingen rad sier 'ingen kode'; bare replikker med en kode regnes som lest" in told[("Ian.csv", None)]
    assert told[("Dag3.csv", None)].startswith("utelatt: 'Dag' er alt i Dag.csv, med andre koder")
    assert told[("Eli.csv", 2)] == "en kommentar uten kode: Replikken regnes som ikke nådd"
    assert told[("Gry.csv", None)].startswith("utelatt: ingen kolonne inneholder koder. Kolonnene er 'noe', 'annet'")
    assert told[("Jon.xlsx", None)].startswith("utelatt: Jon.xlsx er ingen Excel-arbeidsbok")


def test_scripts_read_each_class_alike(kit):
    lesson = an.load_study("fokusgruppe")
    one, other = (an.collect_class(kit, lesson, n_draws=20, language=language) for language in ("en", "nb"))
    assert (one.language, other.language) == ("en", "nb")
    for part in ("to_discuss", "per_code", "students", "troubles", "per_turn"):
        here, there = getattr(one, part), getattr(other, part)
        assert here.columns == there.columns
        numbers = [[[cell for cell in row if isinstance(cell, int)] for row in table.values] for table in (here, there)]
        assert numbers[0] == numbers[1]
    assert other.per_code.rows()[0]["code"] == ALL
    assert "To talk about first" in str(one)
    assert [table.title for table in one.tables()] != [table.title for table in other.tables()]


def test_the_language_is_that_of_the_kit_unless_another_is_asked_for(kit, tmp_path, capsys):
    assert (language_of(kit), language_of(kit / "innlevert"), language_of(kit / "ark")) == ("nb", "nb", "en")
    (tmp_path / "kit.json").write_text(json.dumps({"handed_in": "in", "language": "sv"}), encoding="utf-8")
    (tmp_path / "in").mkdir()
    assert (language_of(tmp_path), language_of(tmp_path / "in")) == ("en", "en")
    (tmp_path / "kit.json").write_text("no", encoding="utf-8")
    assert language_of(tmp_path / "in") == "en"  # what lies beside sheets is not theirs
    hand_in(tmp_path / "class", "Ada", codes("waiting", "no code"))
    hand_in(tmp_path / "class", "Bo", codes("waiting", "trusting"))
    found = an.collect_class(tmp_path / "class", study(), n_draws=20, language="nb")
    assert found.to_discuss.rows()[0]["readings"] == "ingen kode: Ada; trusting: Bo"
    with pytest.raises(an.InputError, match="language must be 'en' or 'nb'. Got 'sv'"):
        an.collect_class(tmp_path / "class", study(), language="sv")
    assert main(["class", "collect", str(kit), "--language", "en"]) == 1
    assert "To talk about first" in capsys.readouterr().out
    assert main(["class", "collect", str(kit), "--language", "sv"]) == 2
    assert "--language must be 'en' or 'nb'. Got 'sv'" in capsys.readouterr().err


def test_a_sentence_that_has_no_words_in_the_language_stays_and_says_so():
    assert told_in("nb", "troubles", Told("an odd thing", "odd", n=1)) == "an odd thing (dette sies bare på engelsk)"
    assert told_in("nb", "why_no_interval", "an odd thing").startswith("an odd thing")
    rows = Told("x", "several_codes", rows=tuple(range(2, 10)))
    assert told_in("nb", "troubles", rows) == "ruter ble lest som flere koder (rad 2, 3, 4, 5, 6, 7 og 2 til)"
    assert told_in("en", "troubles", Told("x", "as_above", column="a", rows=(3,))) == (
        "a blank in 'a' was read as what stands above it (row 3)"
    )


def test_turns_go_on_over_several_slides_and_none_is_lost(tmp_path):
    talk = study_of(SAID * 15)
    at = [n for n, turn in enumerate(talk.transcripts[0].turns, 1) if turn.role == "participant"]
    hand_in(tmp_path, "Ada", codes(*(["waiting", "trusting", "no code"] * 20), turns=at))
    found = an.collect_class(tmp_path, talk, n_draws=20)
    parts = slides._that_fit(found, "en")
    assert len(parts) > 1
    assert [row for part in parts for row in part.per_turn.rows()] == found.per_turn.rows()
    shown = [tuple(slides._pictured(part, "turns", "en", dark=False).get_size_inches()) for part in parts]
    assert {round(wide / high, 3) for wide, high in shown} == {round(16 / 9, 3)}
    few = replace(found, per_turn=parts[0].per_turn)
    assert len(slides._that_fit(few, "en")) == 1
