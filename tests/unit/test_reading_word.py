"""Word and OpenDocument: tables, tracked changes, content controls, breaks, and what is left out."""

import warnings
import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from alliance_nlp import InputError, MissingExtraError
from alliance_nlp.reading import read_transcripts

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def told(path, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (transcript,) = read_transcripts(path, **options)
    turns = [(turn.speaker, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)]
    return turns, "".join(str(item.message) for item in caught), transcript


def word(tmp_path, *paragraphs):
    """Save a file of paragraphs; one that begins with "<" is given as its XML inside w:p."""
    document = docx.Document()
    body = document.element.body
    for text in paragraphs:
        if text.startswith("<"):
            block = text if text.startswith(("<w:p>", "<w:sdt>")) else f"<w:p>{text}</w:p>"
            tag = block[1:].split(">")[0]
            body.insert(len(body) - 1, parse_xml(block.replace(f"<{tag}>", f"<{tag} {W}>", 1)))
        else:
            document.add_paragraph(text)
    document.save(tmp_path / "t.docx")
    return tmp_path / "t.docx"


def run(text, inside=""):
    return f'<w:r>{inside}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_paragraphs_are_turns_and_unnamed_ones_go_on(tmp_path):
    turns, warned, transcript = told(word(tmp_path, "I: one", "", "P1: two", "more"))
    assert turns == [("I", "one"), ("P1", "two\n\nmore")]
    assert warned == ""
    assert transcript.text == "I: one\n\nP1: two\n\nmore"
    assert transcript.source == "t.docx"


def test_tracked_insertions_are_kept_deletions_dropped_and_said(tmp_path):
    path = word(
        tmp_path,
        f"{run('I: one ')}<w:ins>{run('and new')}</w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>",
        f"<w:moveFrom>{run('P9: moved')}</w:moveFrom>",
        f"<w:moveTo>{run('P1: here')}</w:moveTo>",
    )
    turns, warned, _ = told(path)
    assert turns == [("I", "one and new"), ("P1", "here")]
    assert "has tracked changes (1 insertion, 1 deletion, 1 moved passage): insertions were kept" in warned


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next(tmp_path):
    path = word(tmp_path, f"<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('I: one ')}", run("and on"), "P1: two")
    assert told(path)[0] == [("I", "one and on"), ("P1", "two")]


def test_content_controls_links_breaks_and_hyphens(tmp_path):
    path = word(
        tmp_path,
        f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{run('I: one')}</w:p></w:sdtContent></w:sdt>",
        f"{run('P1: two')}<w:sdt><w:sdtContent>{run(' inside')}</w:sdtContent></w:sdt><w:hyperlink>{run(' link')}"
        f"</w:hyperlink><w:r><w:br/><w:t>below</w:t><w:tab/><w:t>x</w:t><w:noBreakHyphen/><w:t>y</w:t></w:r>",
    )
    assert told(path)[0] == [("I", "one"), ("P1", "two inside link\nbelow\tx\u2011y")]


def test_a_soft_break_after_a_name_and_time_as_teams_writes(tmp_path):
    path = word(tmp_path, *[f"{run(f'{who}   0:0{i}')}<w:r><w:br/><w:t>said {i}</w:t></w:r>"
                            for i, who in enumerate(["Ann Lee", "Bo", "Ann Lee", "Bo"])])  # fmt: skip
    turns, _, transcript = told(path)
    assert turns == [("Ann Lee", "said 0"), ("Bo", "said 1"), ("Ann Lee", "said 2"), ("Bo", "said 3")]
    assert [turn.begin_s for turn in transcript.turns] == [0.0, 1.0, 2.0, 3.0]


def table(tmp_path, rows):
    document = docx.Document()
    document.add_paragraph("Group 3")
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(tmp_path / "t.docx")
    return tmp_path / "t.docx"


@pytest.mark.parametrize(
    "rows",
    [
        [("I", "one"), ("P1", "two")],
        [("Speaker", "Text"), ("I", "one"), ("P1", "two")],
        [("Text", "Time", "Speaker"), ("one", "0:01", "I"), ("two", "0:02", "P1")],
        [("1", "I", "one"), ("2", "P1", "two")],
        [("00:00:01", "I", "one"), ("00:00:02", "P1", "two")],
        [("I:", "one"), ("P1:", "two")],
    ],
)
def test_a_row_of_a_table_is_a_turn(tmp_path, rows):
    turns, _, _ = told(table(tmp_path, rows))
    assert turns == [(None, "Group 3"), ("I", "one"), ("P1", "two")]


def test_rows_in_content_controls_and_deleted_rows(tmp_path):
    def cells(*texts):
        return "".join(f"<w:tc><w:p>{run(text)}</w:p></w:tc>" for text in texts)

    rows = (
        f"<w:tr>{cells('I', 'one')}</w:tr><w:tr><w:trPr><w:del/></w:trPr>{cells('P1', 'gone')}</w:tr>"
        f"<w:sdt><w:sdtContent><w:tr>{cells('P1')}<w:sdt><w:sdtContent>{cells('two')}</w:sdtContent></w:sdt></w:tr>"
        f"</w:sdtContent></w:sdt><w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>"
    )
    document = docx.Document()
    body = document.element.body
    body.insert(0, parse_xml(f"<w:tbl {W}>{rows}</w:tbl>"))
    body.insert(1, parse_xml(f"<w:tbl {W}><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"))
    body.insert(2, parse_xml(f"<w:tbl {W}><w:tr><w:tc><w:p>{run('I: three')}</w:p></w:tc></w:tr></w:tbl>"))
    document.save(tmp_path / "t.docx")
    turns, warned, _ = told(tmp_path / "t.docx")
    assert turns == [("I", "one"), ("P1", "two"), ("I", "three")]
    assert "1 deletion" in warned


def test_bold_names_without_a_colon(tmp_path):
    bold = "<w:rPr><w:b/></w:rPr>"
    said = [f"{run(who, bold)}{run(f' said {i}')}" for i, who in enumerate(["Ann", "Bo", "Ann", "Bo"])]
    assert told(word(tmp_path, *said))[0] == [("Ann", "said 0"), ("Bo", "said 1"), ("Ann", "said 2"), ("Bo", "said 3")]
    once = told(word(tmp_path, "I: one", f"{run('Really', bold)}{run(' big')}", "P1: two"))
    assert once[0] == [("I", "one\n\nReally big"), ("P1", "two")]


def test_comments_notes_and_text_boxes_are_left_out_and_counted(tmp_path):
    path = word(
        tmp_path, f"{run('I: one')}<w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:commentReference w:id='0'/></w:r>",
        f"{run('P1: two')}<w:r><w:pict><w:txbxContent><w:p>{run('box')}</w:p></w:txbxContent></w:pict></w:r>",
    )  # fmt: skip
    turns, warned, _ = told(path)
    assert turns == [("I", "one"), ("P1", "two")]
    assert "left out: 1 comment, 1 footnote, 1 text box" in warned


SAID = [
    ("Kari", "Hva var vanskelig i starten?"),
    ("Ola", "Ventetiden."),
    ("Kari", "Og så?"),
    ("Ola", "Jeg stolte på henne."),
]
HEADED = {
    "Norwegian": (("Tid", "Hvem", "Hva ble sagt"), "begin name words"),
    "German": (("Wortlaut", "Wer spricht", "Zeitmarke"), "words name begin"),
    "French": (("Locuteur", "Temps", "Propos"), "name begin words"),
    "words nobody knows": (("Mitä X", "Puhuja Y", "Aika Z"), "words name begin"),
    "none": (None, "begin name words"), "none, words first": (None, "words name"), "none, numbers": (None,
    "position name words"),
    "NVivo": (("Timespan", "Content", "Speaker"), "span words name"), "numbers and codes": (("Nr", "Speaker", "Text",
    "Code"), "position name words code"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HEADED)
def test_columns_are_told_by_headings_in_any_language_or_by_what_stands_in_them(tmp_path, kind):
    heads, order = HEADED[kind]
    rows = [heads] if heads else []
    for i, (name, words) in enumerate(SAID):
        values = {"begin": f"00:00:0{i}", "name": name, "words": words, "position": str(i + 1), "code": "trust",
                  "span": f"0:0{i}.0 - 0:0{i + 1}.0"}  # fmt: skip
        rows.append(tuple(values[what] for what in order.split()))
    document = docx.Document()
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(tmp_path / "t.docx")
    turns, _, transcript = told(tmp_path / "t.docx")
    assert turns == SAID
    timed = "begin" in order or "span" in order
    assert [turn.begin_s for turn in transcript.turns] == ([0.0, 1.0, 2.0, 3.0] if timed else [None] * 4)
    left = "\n".join(row["words"] for row in transcript.report.rows() if row["kind"] == "left out")
    assert all(word in left for word in (*(heads or ()), *(["trust"] if "code" in order else [])))


def test_a_heading_over_all_columns_is_nobodys_and_a_merged_name_goes_on(tmp_path):
    document = docx.Document()
    rows = [
        ("Part one", "", ""),
        ("00:01", "I", "Why?"),
        ("00:02", "P1", "The wait."),
        ("00:03", "", "And the silence."),
        ("00:04", "I", "And?"),
    ]
    made = document.add_table(rows=5, cols=3)
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    made.cell(0, 0).merge(made.cell(0, 2))
    made.cell(2, 1).merge(made.cell(3, 1))
    document.save(tmp_path / "t.docx")
    turns, warned, _ = told(tmp_path / "t.docx")
    assert turns == [("I", "Why?"), ("P1", "The wait."), ("P1", "And the silence."), ("I", "And?")]
    assert "1 row of a table in one cell: a heading, no turn" in warned


def odt(tmp_path, body, name="t.odt"):
    names = {"office": "office:1.0", "text": "text:1.0", "table": "table:1.0"}
    spaces = " ".join(f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{value}"' for key, value in names.items())
    root = f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("content.xml", root)
    return tmp_path / name


def test_opendocument_with_spans_spaces_breaks_tables_and_changes(tmp_path):
    path = odt(
        tmp_path,
        "<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p>I: <text:span>o<text:span>n</text:span>e</text:span><text:s text:c="2"/>x'
        "<text:note>foot</text:note>!</text:p>"
        "<text:h>P1: two<text:line-break/>below<text:tab/>tab</text:h>"
        "<table:table><table:table-row><table:table-cell><text:p>I</text:p></table:table-cell><table:table-cell>"
        "<text:p>cell</text:p></table:table-cell></table:table-row></table:table></office:text>",
    )
    turns, warned, _ = told(path)
    assert turns == [("I", "one  x!"), ("P1", "two\nbelow\ttab"), ("I", "cell")]
    assert "tracked changes (1 deletion)" in warned
    assert "left out: 1 footnote" in warned


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.docx", b"no zip", "t.docx is no Word file that can be opened"),
        ("t.odt", b"no zip", "t.odt is no OpenDocument text that can be opened"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_transcripts(tmp_path / name)
    assert message in str(caught.value)


def test_an_opendocument_file_that_is_no_text_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match=r"t\.odt holds no text body"):
        read_transcripts(odt(tmp_path, "<office:spreadsheet/>"))


def test_without_python_docx_the_line_to_install_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    (tmp_path / "t.docx").write_bytes(b"x")
    with pytest.raises(MissingExtraError, match=r"pip install 'alliance-nlp\[formats\]'"):
        read_transcripts(tmp_path / "t.docx")
