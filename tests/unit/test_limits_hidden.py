"""What hides from a limit: other spellings of the same file, short things in great number, files without an end."""

import io
import os
import subprocess
import sys
import warnings
import zipfile

import pytest
from test_limits import ODT, SHEET, odt, refused, repacked, xlsx

import alliance_nlp as an
from alliance_nlp.__main__ import main
from alliance_nlp.files import limits

MERGED = "merged or linked cells; at most 100,000"
SHOWN = '<c r="{}{}" t="s"><v>0</v></c>'


def test_a_parser_with_a_limit_of_its_own_says_the_same(tmp_path, monkeypatch):
    """As PyYAML 6.0.4, which reads ahead and gives up before it says how deep it is."""
    yaml = pytest.importorskip("yaml")

    def give_up(text, loader):
        raise yaml.scanner.ScannerError("while increasing flow level", None, "exceeded maximum nesting depth", None)

    monkeypatch.setattr(yaml, "parse", give_up)
    (tmp_path / "c.yaml").write_text("[[", "utf-8")
    assert "c.yaml holds values nested more than 40 deep; at most 40" in refused(an.read_codebook, tmp_path / "c.yaml")


@pytest.mark.parametrize(
    "place",
    ['ref="a1:xfd1048576"', 'ref = "A1:XFD104857"', 'ref="A1&#58;XFD104857"', 'ref="A:XFD"', 'ref="1:99999"',
     "ref='$A$1:$XFD$99999'"],
)  # fmt: skip
def test_a_range_is_counted_however_it_is_written(tmp_path, place):
    path = xlsx(tmp_path / "t.xlsx", "", f"<mergeCells><mergeCell {place}/></mergeCells>")
    assert MERGED in refused(an.read_codebook, path)


@pytest.mark.parametrize("prefix", ["a-b", "a.b", "é"])
def test_a_prefix_hides_nothing(tmp_path, prefix):
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = SHEET.format(more="", after=f'<{prefix}:mergeCell ref="A1:XFD99999"/>').replace(
        space, f"{space} {space.replace('xmlns', f'xmlns:{prefix}')}"
    )
    path = repacked(xlsx(tmp_path / "t.xlsx"), "xl/worksheets/sheet1.xml", sheet.encode())
    assert MERGED in refused(an.read_codebook, path)


def test_utf_16_hides_nothing(tmp_path):
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    sheet = head + SHEET.format(more="", after='<mergeCell ref="A1:XFD99999"/>')
    path = repacked(xlsx(tmp_path / "t.xlsx"), "xl/worksheets/sheet1.xml", sheet.encode("utf-16"))
    assert MERGED in refused(an.read_codebook, path)
    body = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]>' + ODT.format(
        body="<text:p>&a;</text:p>"
    )
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", body.encode("utf-16"))
    assert "declares entities" in refused(an.read_transcripts, path)


def test_what_only_some_parsers_read_is_refused(tmp_path):
    sheet = "<?xml version='1.0' encoding='utf-7'?>" + SHEET.format(more="", after="")
    path = repacked(xlsx(tmp_path / "t.xlsx"), "xl/worksheets/sheet1.xml", sheet.encode())
    assert "its part 'xl/worksheets/sheet1.xml' is not written as XML is. Save it again" in refused(
        an.read_codebook, path
    )


def test_a_part_counts_whatever_it_is_called(tmp_path, monkeypatch):
    import docx

    docx.Document().save(str(tmp_path / "a.docx"))
    with zipfile.ZipFile(tmp_path / "a.docx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["word/document.bin"] = parts.pop("word/document.xml").replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 50)
    for name in ("[Content_Types].xml", "_rels/.rels"):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/document.bin")
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    monkeypatch.setattr(limits, "LINES", 40)
    assert "a.docx holds 41 paragraphs; at most 40" in refused(an.read_transcripts, tmp_path / "a.docx")
    monkeypatch.setattr(limits, "ELEMENTS", {".docx": 20})
    assert "a.docx holds 21 elements; at most 20" in refused(an.read_transcripts, tmp_path / "a.docx")


def test_one_long_cell_that_many_cells_show_is_counted_for_each(tmp_path, monkeypatch):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["code", "definition"])
    for row in range(2, 12):
        book.active.append([f"c{row}", "w" * 1000])
    book.save(tmp_path / "t.xlsx")
    book.active.merge_cells("B2:B11")
    book.save(tmp_path / "merged.xlsx")
    monkeypatch.setitem(limits.LARGEST, "table", 9_000)
    for name in ("t.xlsx", "merged.xlsx"):
        assert f"{name} holds 0 MB of words in its cells" in refused(an.read_codebook, tmp_path / name)


@pytest.mark.parametrize("blanks", ['c="900000000"', 'q:c="900000000"'])
def test_blanks_are_counted_under_any_name_that_the_reader_takes(tmp_path, blanks):
    path = odt(tmp_path / "a.odt", f'<text:p xmlns:q="q">P1: Hm<text:s {blanks}/></text:p>')
    assert "900,000,000 repeated blanks; at most 100,000" in refused(an.read_transcripts, path)


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000 + "a", "? " * 200_000 + "a", "{a: " * 100_000])
def test_yaml_that_is_nested_deep_ends_no_program(tmp_path, text):
    (tmp_path / "c.yaml").write_text(text)
    code = "import sys, alliance_nlp as an\ntry: an.read_codebook(sys.argv[1])\nexcept an.InputError as e: print(e)"
    run = subprocess.run([sys.executable, "-c", code, tmp_path / "c.yaml"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout[:57]) == (0, "c.yaml holds values nested more than 40 deep; at most 40 ")


@pytest.mark.parametrize(
    "text", ["a." * 50_000 + "a = 1\n", "[" + "a." * 50_000 + "a]\n", 'x = {"a"."b".' + "c." * 40 + "d = 1}\n"]
)
def test_names_with_many_dots_in_study_toml(tmp_path, text):
    (tmp_path / "t.txt").write_text("P1: Hm.\n")
    (tmp_path / "study.toml").write_text(text)
    assert "study.toml, line 1 holds a name with 40 dots or more; at most 39" in refused(an.read_study, tmp_path)


def test_study_toml_is_flat_and_short(tmp_path):
    (tmp_path / "t.txt").write_text("P1: Hm.\n")
    (tmp_path / "study.toml").write_text("n = " + "[" * 60 + "]" * 60)
    assert "study.toml holds values nested more than 40 deep" in refused(an.read_study, tmp_path)
    (tmp_path / "study.toml").write_text("".join(f'[[themes]]\nname = "t{i}"\n' for i in range(5001)))
    assert "study.toml holds 5,001 [[themes]]; at most 5,000" in refused(an.read_study, tmp_path)
    (tmp_path / "study.toml").write_text('title = """' + ". " * 300 + '"""\n')  # prose with many dots is no name
    assert an.read_study(tmp_path).title.startswith(". .")


@pytest.mark.parametrize("name", ["t.txt", "t.csv", "t.vtt", "decisions.jsonl"])
def test_lines_with_words_are_counted_and_blank_ones_are_not(tmp_path, monkeypatch, name):
    monkeypatch.setattr(limits, "LINES", 10)
    read = an.read_ledger if name.endswith("jsonl") else an.read_transcripts
    (tmp_path / name).write_text("a\n" * 11)
    assert f"{name} holds 11 lines; at most 10" in refused(read, tmp_path / name)
    (tmp_path / name).write_text("text\n" + "\n" * 30 + "a\n")
    limits.refuse_file(tmp_path / name)


def test_a_table_has_so_many_cells_and_columns(tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text("text" + ",c" * 6000 + "\na\n")
    assert "t.csv holds 6,001 columns; at most 5,000" in refused(an.read_transcripts, tmp_path / "t.csv")
    monkeypatch.setattr(limits, "SEPARATORS", 5000)
    assert "t.csv holds 6,000 cells; at most 5,000" in refused(an.read_transcripts, tmp_path / "t.csv")


@pytest.mark.parametrize("name", ["t.txt", "t.csv", "t.docx", "t.vtt", "t.rtf", "t.pdf", "t.eaf", "decisions.jsonl"])
def test_a_pipe_is_no_file(tmp_path, name):
    os.mkfifo(tmp_path / name)
    read = an.read_ledger if name.endswith("jsonl") else an.read_transcripts
    assert f"{name} is no file: it is a folder, a pipe or a device." in refused(read, tmp_path / name)


def test_a_link_to_a_device_or_to_itself_is_refused(tmp_path):
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    assert "zero.txt is no file" in refused(an.read_transcripts, tmp_path / "zero.txt")
    (tmp_path / "zero.txt").unlink()
    (tmp_path / "talk.txt").write_text("P1: Hm.\n")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    assert "1 link to nothing: loop.txt" in refused(an.read_study, tmp_path)


def test_a_record_whose_arrays_lie_elsewhere_removes_nothing_there(tmp_path):
    book = an.Codebook((an.Code("Trust", "", "demanding"),))
    other = tmp_path / "other"
    other.mkdir()
    (other / ("a" * 64 + ".npy")).write_bytes(b"of somebody")
    (an.save(book, tmp_path / "kept") / "arrays").symlink_to(other)
    assert "its folder arrays is a link to another place" in refused(an.load, tmp_path / "kept")
    assert [path.name for path in other.iterdir()] == ["a" * 64 + ".npy"]


@pytest.mark.parametrize("sign", ["<!--", "<![CDATA[", "<!a", "<?a", "</a ", "<a ", "<template>", "<"])
def test_a_page_is_read_in_one_go_whatever_does_not_end(tmp_path, sign):
    """Each took minutes: the parser sought the end of every one of them to the end of the page."""
    (tmp_path / "t.html").write_text(f"<p>P1: Hm.</p>{sign * 40_000}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (transcript,) = an.read_transcripts(tmp_path / "t.html")
    assert transcript.text.startswith("P1: Hm.")


def test_comments_of_a_page_are_no_words_and_unended_ones_are(tmp_path):
    (tmp_path / "t.html").write_text("<!doctype html><p>P1: a <!-- x > y --> b</p><p>P2: c <!-- d</p>")
    (transcript,) = an.read_transcripts(tmp_path / "t.html", roles={"P1": "participant", "P2": "moderator"})
    assert transcript.text == "P1: a b\n\nP2: c <!-- d"


def test_headers_within_headers_of_a_rich_text(tmp_path):
    (tmp_path / "t.rtf").write_text("{\\rtf1 P1: Hm.\\par " + "{\\header " * 60_000)
    (transcript,) = an.read_transcripts(tmp_path / "t.rtf", roles={"P1": "participant"})
    assert transcript.text.startswith("P1: Hm.")
    (tmp_path / "t.rtf").write_text("{\\rtf1 P1: Hm.\\par " + "{\\header a}" * 20_001 + "}")
    assert "20,001 note or headers; at most 20,000" in refused(an.read_transcripts, tmp_path / "t.rtf")


@pytest.mark.parametrize("signs", ["ascii", "cp1252"])
def test_a_terminal_without_a_sign_shows_another_and_goes_on(tmp_path, monkeypatch, signs):
    shown = io.TextIOWrapper(io.BytesIO(), encoding=signs)
    monkeypatch.setattr(sys, "stderr", shown)
    assert main(["ledger", "verify", str(tmp_path / "\u2610.jsonl")]) == 2
    shown.flush()
    assert b"No file is called '?.jsonl'" in shown.buffer.getvalue()


@pytest.mark.parametrize("cell", ["[" * 3000, '[{"a": ' * 60 + "1", "[9" + "9" * 5000 + "]"])
def test_json_in_a_cell_or_an_export_is_no_way_down(cell, tmp_path):
    """Found by mutated files: JSON nested deep, or a number of thousands of digits, ended compare_files() otherwise."""
    (tmp_path / "a.csv").write_text(f"coder,transcript,turn,code\nA,talk,{cell},Time\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("coder,transcript,turn,code\nB,talk,2,Time\n", encoding="utf-8")
    (tmp_path / "c.jsonl").write_text(f'{{"text": "It takes time.", "label": {cell}}}\n', encoding="utf-8")
    assert refused(lambda file: an.compare_files(file, tmp_path / "b.csv", n_draws=20), tmp_path / "a.csv")
    assert "c.jsonl" in refused(
        lambda file: an.compare_files(file, tmp_path / "b.csv", n_draws=20), tmp_path / "c.jsonl"
    )


@pytest.mark.parametrize("heading", ["code" + "9" * 60_000 + "x", "code 1" + ")" * 60_000 + "x", "code_" * 12_000])
def test_a_long_heading_is_a_heading_like_any_other(heading, tmp_path):
    """Found by mutated files: the number at the end of a heading was sought from every digit on."""
    (tmp_path / "c.csv").write_text(f"coder,transcript,turn,{heading}\nA,talk,1,Time\n", encoding="utf-8")
    talk = an.read_transcripts(["It takes time."], name="talk")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)
        try:
            said = str(len(an.read_codings(tmp_path / "c.csv", talk).applied))
        except an.InputError as err:
            said = str(err)
    assert said == "1" or "c.csv" in said
