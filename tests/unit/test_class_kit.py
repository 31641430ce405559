"""The kit of a lesson: what is in whose hands, in which words; and what comes back from a browser."""

import csv
import html
import io
import json
import re
from dataclasses import replace

import docx
import openpyxl
import pypdf
import pytest

import alliance_nlp as an
from alliance_nlp.__main__ import main
from alliance_nlp.comparison.class_sheets import kit_of
from alliance_nlp.comparison.class_words import words_in
from alliance_nlp.plots import drawn_words
from alliance_nlp.plots.lettering import width_of
from alliance_nlp.provenance import content_hash
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, ReadSpan, Study, Transcript, Turn
from alliance_nlp.records.tables import guarded
from alliance_nlp.reports.class_kit.lessons import Lesson
from alliance_nlp.reports.class_kit.papers import solutions
from alliance_nlp.reports.class_kit.sheets_in_browser import sheet_page

SAID = ("How was it?", "Long days.", "We trust them, zebras too.", "And fear?", "Some fear.", "They wait.")
HOSTILE = (
    "</script><script>window.ran=1</script>",
    "<!--",
    "\u202eturned",
    "=HYPERLINK(1)",
    "]]>&amp;\u2028",
    "{{7*7}}",
)


def study_of(said=SAID, *, book=("waiting", "trusting"), **settings):
    turns, text = [], ""
    for i, words in enumerate(said):
        role = "moderator" if words.endswith("?") else "participant"
        turns.append(Turn(len(text), len(text) + len(words), "Kari" if role == "moderator" else f"P{i % 2}", role))
        text += f"{words}\n"
    codes = tuple(Code("Time", "", name, f"About {name}.", ("exemplar-zebra",)) for name in book)
    return Study((Transcript("talk", text, tuple(turns)),), Codebook(codes), settings=settings, title="A talk")


def words_of(content, name):
    """What a person reads in a file of a kit."""
    if name.endswith(".docx"):
        return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)
    if name.endswith(".pdf"):
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    return content.decode("utf-8-sig")


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    home = tmp_path_factory.mktemp("kit") / "opplegg"
    names = ("--students", "Åse", "Bo-Zebra")
    assert main(["class", "kit", str(home), "--language", "nb", *names]) == 0
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_a_kit_is_one_folder_in_one_language(kit):
    papers = [f"til_utdeling/{name}.{kind}" for name in ("kodebok", "oppgaven", "samtalen") for kind in ("docx", "pdf")]
    after = [f"etter_diskusjonen/begrunnelser_SKAL_IKKE_LESES_FOER_DISKUSJONEN.{kind}" for kind in ("docx", "pdf")]
    sheets = [f"ark/{name}.{kind}" for name in ("Bo-Zebra", "Åse") for kind in ("html", "xlsx")]
    others = ["felles_ark/alle.html", "felles_ark/alle.xlsx", "innlevert/LEGG_ARKENE_HER.txt", "kit.json"]
    assert sorted(kit) == sorted([*papers, *after, *sheets, *others, "til_foreleseren.html"])
    noted = json.loads(kit["kit.json"])
    assert len(noted.pop("kit")) == 32
    assert noted == {
        "format": 1,
        "handed_in": "innlevert",
        "language": "nb",
        "practice": "alle",
        "sheets": "ark",
        "study": "fokusgruppe",
    }


def test_what_is_handed_out_says_its_language_and_holds_nobodys_codes(kit):
    study = an.load_study("fokusgruppe")
    reasons = [row["kommentar"] for row in study.consensus.ledger.rows() if row["kommentar"]]
    exemplars = [words for code in study.codebook for words in code.exemplars]
    for name, content in kit.items():
        words = " ".join(html.unescape(words_of(content, name)).split())
        if name.startswith("etter_diskusjonen"):
            assert "ingen fasit" in words
            assert "HN: tåle motstand" in words
            kept = re.sub(r"\s|•|\d+ / \d+", "", words)  # a page may end within a reason
            assert [reason for reason in reasons[:12] if re.sub(r"\s", "", reason) not in kept] == []
        elif name.startswith(("til_utdeling", "ark", "felles_ark")):
            assert not [told for told in (*reasons, *exemplars, "ÅV", "HN:") if told in words], name
            if name.endswith("xlsx"):
                words = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["E1"].comment.text
            assert "på norsk (bokmål)" in words
    sheet = kit["ark/Åse.html"].decode()
    assert "Bo-Zebra" not in sheet
    assert "Bo-Zebra" not in words_of(kit["ark/Åse.xlsx"], "Åse.xlsx")
    assert "Zebra" not in words_of(kit["til_utdeling/samtalen.pdf"], "samtalen.pdf")


def test_word_and_pdf_say_the_same(kit):
    for name in ("kodebok", "oppgaven", "samtalen"):
        word, pdf = (words_of(kit[f"til_utdeling/{name}.{kind}"], f".{kind}") for kind in ("docx", "pdf"))
        kept = re.sub(r"\s|•|\d+ / \d+", "", pdf)
        words = [re.sub(r"\s", "", line.rpartition("\t")[2]) for line in word.splitlines()]
        assert [one for one in words if one not in kept and one.partition(":")[2] not in kept] == []
    language = docx.Document(io.BytesIO(kit["til_utdeling/samtalen.docx"])).core_properties
    assert (language.language, language.author) == ("nb-NO", "")


def test_the_page_of_the_lecturer_has_the_minutes_the_commands_and_discussion_before_figures(kit):
    page = html.unescape(kit["til_foreleseren.html"].decode())
    minutes = [int(minute) for minute in re.findall(r"<t[dh][^>]*>(\d+)</t[dh]>", page)]
    assert minutes == sorted(minutes)
    assert (minutes[0], minutes[-1]) == (0, 88)
    assert page.index('class collect "opplegg" --out') < page.index('class collect "opplegg" --figures --out')
    assert "38 replikker, 30 av dem fra deltakere" in page


def test_a_talk_from_right_to_left_is_so_in_word_and_on_paper(tmp_path):
    said = ("היא חיכתה שעה.", "Long days.", "השלום בא אחר כך, ביער.")
    home = an.write_class_kit(study_of(said, language="he"), tmp_path / "kit", ["Ada"])
    paper = docx.Document(home / "handouts" / "transcript.docx")
    turns = [p for p in paper.paragraphs if "\t" in p.text]
    order = [[child.tag.rpartition("}")[2] for child in p._p.pPr] for p in turns]
    assert [names[-2:] for names in order] == [["bidi", "ind"], ["ind"], ["bidi", "ind"]]  # as Word wants it
    language = turns[0].runs[-1]._r.rPr[-1]
    assert (language.tag.rpartition("}")[2], set(language.values())) == ("lang", {"he"})
    assert "חיכתה" in words_of((home / "handouts" / "transcript.pdf").read_bytes(), ".pdf")


def test_both_languages_have_the_same_words():
    def keys(part):
        for name, value in part.items():
            yield from ((name, *rest) for rest in keys(value)) if isinstance(value, dict) else [(name,)]

    one, other = words_in("en"), words_in("nb")
    assert list(keys(one)) == list(keys(other))
    flat = [[json.dumps(words[k[0]][k[1]]) for k in keys(words)] for words in (one, other)]
    for here, there in zip(*flat, strict=True):
        assert sorted(re.findall(r"\{(\w+)", here)) == sorted(re.findall(r"\{(\w+)", there))


def test_a_hostile_talk_is_words_in_a_sheet():
    hostile = study_of(HOSTILE, book=HOSTILE)
    page = sheet_page(Lesson.of(hostile, None, None, "en"), "Ada", "mark")
    assert len(re.findall("<script", page)) == 2
    assert len(re.findall("</script", page)) == 2
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = html.unescape(re.search(r'content="(default-src[^"]*)"', page)[1])
    assert policy == (
        f"default-src 'none'; script-src '{content_hash(script)}'; style-src '{content_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    (data,) = re.findall(r'id="sheet-data">(.*?)</script>', page, re.DOTALL)
    assert [turn["text"] for turn in json.loads(data)["turns"]] == list(HOSTILE)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|fetch\(|XMLHttp|eval\(|https?:", script)


def test_withheld_words_stand_in_no_file_of_a_kit(tmp_path):
    talk = study_of()
    (spoken,) = talk.transcripts
    refused = replace(spoken.turns[2], refuses=frozenset({"quotation"}))
    talk = replace(talk, transcripts=(replace(spoken, turns=(*spoken.turns[:2], refused, *spoken.turns[3:])),))
    home = an.write_class_kit(talk, tmp_path / "kit", ["Ada"])
    files = [path for path in home.rglob("*") if path.is_file()]
    assert not [path.name for path in files if "zebras" in words_of(path.read_bytes(), path.name)]
    assert "did not agree to be quoted" in words_of((home / "handouts/transcript.docx").read_bytes(), ".docx")


def test_the_language_is_stated_or_seems_so():
    said = ("Det tar lang tid før pasienten stoler på meg.", "Jeg har ikke tid til det i dag, og det er synd.")
    assert Lesson.of(study_of(said, language="nb-NO"), None, None, "en").in_which_language() == (
        "The talk and the codes are in Norwegian (Bokmål)."
    )
    assert "seems to be in Norwegian" in Lesson.of(study_of(said), None, None, "en").in_which_language()
    assert "study.toml does not say" in Lesson.of(study_of(("Mm.", "Ja.")), None, None, "en").in_which_language()


def test_letters_without_a_font_leave_the_pdf_out_and_the_page_says_so(tmp_path, monkeypatch):
    font_of = drawn_words.font_of
    monkeypatch.setattr(drawn_words, "font_of", lambda sign: None if sign == "z" else font_of(sign))
    home = an.write_class_kit(study_of(), tmp_path / "kit", ["Ada"])
    assert sorted(path.name for path in (home / "handouts").iterdir()) == [
        "codebook.docx", "codebook.pdf", "handout.docx", "handout.pdf", "transcript.docx",
    ]  # fmt: skip
    page = html.unescape((home / "lecturer.html").read_text(encoding="utf-8"))
    assert "Without a PDF: transcript. no font on this computer has 1 of its letters (latin small letter z" in page
    assert "there are no solutions" in page
    assert not (home / "after_the_discussion").exists()


def test_lines_are_broken_where_they_end_and_nothing_is_lost():
    long = "Wir haben Donaudampfschifffahrtsgesellschaftskapitäne " * 3 + "\nשלום עולם"
    lines = drawn_words.lines_of(long, 120, 11)
    assert "".join("".join(lines).split()) == "".join(long.split())
    assert max(width_of(line, 11) for line in lines) <= 120
    assert [drawn_words.runs_left(words) for words in ("12 שלום", "abc שלום", "12")] == [True, False, False]
    assert drawn_words.lines_of("\u202eabc\u2069", 100, 11) == ["abc"]


def test_solutions_say_who_had_what_and_why():
    talk = study_of()
    (spoken,) = talk.transcripts
    turn = spoken.turns[1]
    place = ("talk", turn.start, turn.end)
    read = [ReadSpan(coder, "talk", 0, len(spoken.text)) for coder in ("A", "B")]
    coding = Coding((CodedSpan("A", *place, "Time/waiting", note="long is waiting"),), tuple(read), talk.codebook)
    blocks = solutions(Lesson.of(replace(talk, coding=coding), None, None, "en"))
    said = [block.text for block in blocks if block.kind == "item"]
    assert said == ["A: waiting", "B: no code", "Why: A: long is waiting"]
    assert "On the other 3 turns" in blocks[-1].text
    assert solutions(Lesson.of(replace(talk, coding=coding.by("A")), None, None, "en")) == []
    alike = replace(coding, applied=())
    assert "parted on none" in solutions(Lesson.of(replace(talk, coding=alike), None, None, "en"))[-1].text


def exported(home, name, coder, rows):
    """Write what the button of a sheet in a browser saves."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("coder", "transcript", "turn", "code", "note"))
    writer.writerows([guarded(cell) for cell in (coder, *row)] for row in rows)
    home.mkdir(exist_ok=True)
    (home / name).write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())


def test_files_of_browsers_and_of_spreadsheets_lie_in_one_folder(tmp_path):
    talk = study_of(book=("=waiting", "a, b; c"))
    home = an.write_class_kit(talk, tmp_path / "kit", ["Ada", "=Bo"])
    inside = home / "handed_in"
    exported(inside, "codings-=Bo.csv", "=Bo", [("talk", "2", "=waiting", ""), ("talk", "2", "a, b; c", "=1+1"),
             ("talk", "3", "no code", ""), ("talk", "5", "", "")])  # fmt: skip
    book = openpyxl.load_workbook(home / "sheets/Ada.xlsx")
    for row, code in ((3, "=waiting"), (4, "no code")):
        book.active.cell(row, 6).value = code
        book.active.cell(row, 6).data_type = "s"
    book.save(inside / "Ada.xlsx")
    (inside / "=Bo.xlsx").write_bytes((home / "sheets/=Bo.xlsx").read_bytes())  # handed in blank beside the file
    exported(inside, "codings-=Bo (1).csv", "=Bo", [("talk", "2", "=waiting", ""), ("talk", "2", "a, b; c", ""),
             ("talk", "3", "no code", ""), ("talk", "5", "", "")])  # fmt: skip
    found = an.collect_class(home, talk, n_draws=20)
    assert found.troubles.rows() == []
    assert [(row["student"], row["read"], row["applied"]) for row in found.rows()] == [("=Bo", 2, 2), ("Ada", 2, 1)]


def test_what_is_no_sheet_is_listed_with_what_to_do(tmp_path):
    talk, home = study_of(), tmp_path / "class"
    exported(home, "codings-Ada.csv", "Ada", [("talk", "2", "waiting", ""), ("talk", "3", "no code", "")])
    exported(home, "codings-Bo.csv", "Bo", [("talk", "2", "wating", ""), ("talk", "99", "trusting", "")])
    for name in ("Cem.html", "Dag.xls", "Eva.docx", "Fay.jpg", "Gro.zip", "notes.txt"):
        (home / name).write_bytes(b"x")
    found = an.collect_class(home, talk, n_draws=20)
    told = [(row["file"], row["row"], row["trouble"]) for row in found.troubles.rows()]
    assert [(name, row) for name, row, _ in told] == [
        ("Cem.html", None), ("codings-Bo.csv", None), ("codings-Bo.csv", 2), ("codings-Bo.csv", 3), ("Dag.xls", None),
        ("Eva.docx", None), ("Fay.jpg", None), ("Gro.zip", None),
    ]  # fmt: skip
    assert "its button saves them as a file, codings-….csv" in told[0][2]
    assert "save it as .xlsx (or .csv) and hand that in" in told[4][2]


def test_a_kit_that_cannot_be_is_refused_and_nothing_is_written(tmp_path):
    talk, home = study_of(), tmp_path / "kit"
    for told, why in (
        (
            {"turns": (1, 4), "practice": (4, 6)},
            "practice shares turns with those that each codes alone.*others than 1 to 4",
        ),
        ({"language": "sv"}, "language must be 'en' or 'nb'. Got 'sv'"),
        ({"transcript": "walk"}, "transcript must be 'talk'. Got 'walk'"),
    ):
        with pytest.raises(an.InputError, match=why):
            an.write_class_kit(talk, home, ["Ada"], **told)
    with pytest.raises(an.InputError, match="'everybody' is the sheet for practice. Give the student another name"):
        an.write_class_kit(talk, home, ["Everybody"], turns=(1, 4), practice=(5, 6))
    with pytest.raises(an.InputError, match="There is no codebook|codebook"):
        an.write_class_kit(replace(talk, codebook=None), home, ["Ada"])
    assert not home.exists()
    home.mkdir()
    (home / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(an.InputError, match="A class's kit needs a folder that is absent or empty.*'kit' holds some"):
        an.write_class_kit(talk, home, ["Ada"])


def test_what_a_kit_notes_of_itself_leads_nowhere_else(tmp_path):
    (tmp_path / "kit.json").write_text('{"handed_in": "../../etc"}', encoding="utf-8")
    assert kit_of(tmp_path) == {"handed_in": "etc"}
    for odd in ("[]", "{}", "no", '{"handed_in": 3}'):
        (tmp_path / "kit.json").write_text(odd, encoding="utf-8")
        with pytest.raises(
            an.InputError, match="kit.json in .* is not what write_class_kit.. wrote. Collect the folder"
        ):
            an.collect_class(tmp_path, study_of())
    assert kit_of(tmp_path / "none") == {}


def test_a_kit_knows_its_study_when_it_is_collected(tmp_path, capsys):
    home = tmp_path / "kit"
    assert main(["class", "kit", str(home), "--language", "nb", "--students", "Ada", "Bo"]) == 0
    assert main(["class", "collect", str(home)]) == 2
    assert "Er arkene fylt ut et annet sted, så oppgi den mappen i stedet" in capsys.readouterr().err
    for name, code in (("Ada", "bli lyttet til"), ("Bo", "ingen kode")):
        rows = [("gruppe_1", "4", code, ""), ("gruppe_1", "5", "ingen kode", "")]
        exported(home / "innlevert", f"codings-{name}.csv", name, rows)
    assert main(["class", "collect", str(home), "--out", str(home / "innlevert")]) == 2
    assert "--out must be another folder" in capsys.readouterr().err
    assert main(["class", "collect", str(home)]) == 0
    page = capsys.readouterr().out
    assert "ingen kode; bli lyttet til" in page
    assert "ikke lest" not in page
    exported(home / "innlevert", "alle.csv", "Alle", [("gruppe_1", "40", "bli lyttet til", "")])
    assert main(["class", "collect", str(home)]) == 1
    page = capsys.readouterr().out
    assert "2 studenter på 2 replikker: Ada, Bo." in page
    assert "utelatt: arket dere øvde på" in page
    (home / "innlevert" / "alle.csv").unlink()
    (home / "innlevert" / "codings-Bo.csv").unlink()
    assert main(["class", "collect", str(home)]) == 0
    assert "I opplegget, og ikke lest: Bo." in capsys.readouterr().out
    assert main(["class", "collect", str(home / "innlevert"), "--by-name"]) == 0
    assert "Hver student, ved navn" in capsys.readouterr().out
    own = ["class", "sheets", str(tmp_path / "own"), "--students", "Ada"]
    assert main([*own, "--study", "fokusgruppe", "--language", "nb"]) == 0
    assert openpyxl.load_workbook(tmp_path / "own" / "Ada.xlsx").sheetnames == ["å kode", "koder"]
    assert main(["class", "kit", str(tmp_path / "odd"), "--language", "sv", "--students", "Ada"]) == 2
    assert "--language must be 'en' or 'nb'. Got 'sv'" in capsys.readouterr().err


def test_slides_show_turns_without_a_name_and_a_turn_without_letters_is_said(tmp_path, monkeypatch):
    talk, home = study_of(), tmp_path / "class"
    exported(home, "a.csv", "Ada", [("talk", "2", "waiting", ""), ("talk", "3", "no code", "")])
    exported(home, "b.csv", "Bo", [("talk", "2", "no code", ""), ("talk", "3", "waiting", "")])
    found = an.collect_class(home, talk, n_draws=20)
    assert [row["given"] for row in found.to_discuss.rows()] == ["no code: 1; waiting: 1"] * 2
    first = an.write_class_slides(found, tmp_path / "one")
    again = an.write_class_slides(found, tmp_path / "two")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert first[-1].relative_to(tmp_path).as_posix() == "one/slides/dark/svg/2_turn_3.svg"
    after = [path.name for path in an.write_class_slides(found, tmp_path / "after", figures=True, language="nb")]
    assert after[:3] == ["1_til_diskusjon.csv", "2_per_kode.csv", "1_replikk_2.png"]
    assert after[-8::4] == ["3_enighet.png", "4_hvilken_replikk_hvilken_kode.png"]
    named = [path.name for path in an.write_class_slides(found, tmp_path / "after", figures=True, by_name=True)]
    assert {"3_students.csv", "5_students_by_name.png"} <= set(named)
    (tmp_path / "after" / "slides" / "light" / "1_turn_99.png").write_bytes(b"of an earlier collection")
    (tmp_path / "after" / "mine.csv").write_text("kept", encoding="utf-8")
    again = an.write_class_slides(found, tmp_path / "after")
    assert sorted(tmp_path.glob("after/**/*.*")) == sorted([*again, tmp_path / "after" / "mine.csv"])
    assert not any(word in again[0].read_text("utf-8") for word in ("Ada", "Bo", ": 1"))
    font_of = drawn_words.font_of
    monkeypatch.setattr(drawn_words, "font_of", lambda sign: None if sign == "z" else font_of(sign))
    with pytest.warns(an.AllianceWarning, match="Turn 3 of 'talk' is no slide: no font on this computer has 1 of its"):
        assert len(an.write_class_slides(found, tmp_path / "three")) == 5
    with pytest.raises(an.InputError, match="takes what collect_class.. gives"):
        an.write_class_slides(talk, tmp_path / "four")


def test_the_same_lesson_held_again_does_not_find_what_a_browser_kept(kit):
    lesson = Lesson.of(study_of(), None, None, "en")
    one, again, other = (sheet_page(lesson, "Ada", mark) for mark in ("a", "a", "b"))
    kept = [re.search(r'"id":\s*"(\w{16})"', page)[1] for page in (one, again, other)]
    assert kept[0] == kept[1] != kept[2]


def test_word_papers_are_as_large_as_the_pdf(kit):
    page = docx.Document(io.BytesIO(kit["til_utdeling/kodebok.docx"])).sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)


def test_names_may_be_parted_by_commas(tmp_path):
    turns = ("--transcript", "session_1", "--turns", "5-8")
    assert main(["class", "sheets", str(tmp_path / "sheets"), *turns, "--students", "Ada,Bo", "Cem, ", "Dag"]) == 0
    assert sorted(path.stem for path in (tmp_path / "sheets").iterdir()) == ["Ada", "Bo", "Cem", "Dag"]
