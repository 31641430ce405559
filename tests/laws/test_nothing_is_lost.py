"""Promise 11: words that go into a reader come out in turns or in its report, none twice, none gone."""

import csv
import io
import os
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import openpyxl
import pytest
import reading_tokens
from hypothesis import given, settings, strategies as st

from alliance_nlp import InputError
from reading_files import eaf, pdf, rtf, textgrid
from strategies import any_text, dialogues, items

QUIET = settings(deadline=None, max_examples=50)
SHARED = Path(os.environ.get("ALLIANCE_NLP_DATA", Path(__file__).parents[3] / "shared" / "data")).parent
REAL = sorted(
    path for folder in ("interop", "cases/reading") for path in (SHARED / folder).rglob("*")
    if path.suffix.lower() in reading_tokens.RAW and path.stem not in ("README", "all_tags_20220303")
)  # fmt: skip

# what stands before the words of a turn, by number, name and role; the programs that write so are in the unit tests
HEADS = {
    "colon": "{name}: ", "bold": "**{name}:** ", "bold, colon outside": "**{name}**: ", "brackets": "[{name}] ",
    "braces": "{{{name}}}: ", "angles": "<{name}> ", "round": "({name}): ", "at": "@{name}: ", "hash": "#{name}: ",
    "tab": "{name}\t", "bullet": "- {name}: ", "French": "{name} : ", "full width": "{name}：",
    "dots": "[00.{i:02}.07] {name}: ",
    "time": "[00:{i:02}:07] {name}: ", "range": "00:{i:02}:07 --> 00:{i:02}:09 {name}: ",
    "braced": "{{00:{i:02}:07}} {name}: ",
    "hashes": "#00:{i:02}:07.500# {name}: ", "seconds": "[{i}.5s] {name}: ", "of day": "2:{i:02} PM {name}: ",
    "chat": "12/03/2024, 14:{i:02} - {name}: ", "chat in brackets": "\u200e[12.03.24, 14:{i:02}:33] {name}: ",
    "name and time": "{name} (00:{i:02}:07): ", "clock": "{name}  0:{i:02}\n",
    "spoken": "{name} {i} minutes 3 seconds\n",
    "zoom": "00:{i:02}:07\t From {name} to Everyone: ", "chevron": ">> {name}: ", "heading": "## {name}\n",
    "time above": "00:{i:02}:07\n{name}\n", "time below": "{name}\n0:{i:02}\n", "nothing": "",
    "time alone": "0:{i:02}\n",
}  # fmt: skip
LINES = (
    "0:05", "Yes.", "Anna", "Anna: well", "[laughs]", "Okay?", "", "P1", "10:30 we met", "(pause) so", "3.50 a piece",
    "M: Mand", "and so on", "Date: May", "# Two", "[TC 00:03] Per: no", "Kl. 10.30 so", "12/03/2024",
    "14:05\tAnna\tsaid",
)  # fmt: skip
EXTRAS = ("", "Date: 3 May\nPlace: here\n\n", "A group in May\n\n", "I: Interviewer\nP: Patient\n\n", "# Part one\n\n")
ENDS = ("", "\n\n[laughter]", "\n\nTranscribed by https://otter.ai", "\n\n***\n")


def test_the_page_of_real_exports_is_what_the_command_prints(shared):
    assert reading_tokens.page_of(shared / "interop") == reading_tokens.PAGE.read_text(encoding="utf-8")


def accounts(path, **options):
    """Check the law on one file, and give its transcripts."""
    found, _, _, _, _, lost, twice = reading_tokens.counts(path, **options)
    assert (dict(lost), dict(twice)) == ({}, {})
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lost")


def write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@settings(deadline=None, max_examples=150)
@given(head=st.sampled_from(sorted(HEADS)), ending=st.sampled_from([".txt", ".md"]), dialogue=dialogues,
       blank=st.booleans(), top=st.sampled_from(EXTRAS), end=st.sampled_from(ENDS))  # fmt: skip
def test_every_way_to_name_who_speaks(folder, head, ending, dialogue, blank, top, end):
    said = [HEADS[head].format(name=name, i=i) + words for i, (name, words) in enumerate(dialogue)]
    accounts(write(folder, f"t{ending}", top + ("\n\n" if blank else "\n").join(said) + end))


@QUIET
@given(
    text=st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\r\t:[](){}#*-.?"), max_size=300)
)
def test_any_text(folder, text):
    accounts(write(folder, "any.txt", text))


@QUIET
@given(lines=st.lists(st.sampled_from(LINES), max_size=14))
def test_times_names_answers_and_remarks_in_any_order(folder, lines):
    for transcript in accounts(write(folder, "lines.txt", "\n".join(lines))):
        assert not {"Yes.", "Okay?", "laughs", "pause"} & set(transcript.speakers)


cue_lines = st.sampled_from(
    ["one", "two words", "<v Ann>three", "<v Bo>four</v> five", "Ann: six", " ", "7", "", "&amp; eight"]
)


@QUIET
@given(cues=st.lists(st.tuples(st.integers(0, 3), st.lists(cue_lines, max_size=4)), min_size=1, max_size=8),
       ending=st.sampled_from([".vtt", ".srt", ".txt"]), note=st.booleans())  # fmt: skip
def test_subtitles_of_any_shape(folder, cues, ending, note):
    blocks = []
    for n, (gap, lines) in enumerate(cues):
        blocks.append(f"{n + 1}\n00:{n:02}.000 --> 00:{n + (gap > 0):02}.900\n" + "\n".join(lines))
    top = "WEBVTT\n\n" + "NOTE made by hand\n\n" * note if ending == ".vtt" else ""
    accounts(write(folder, f"cues{ending}", top + "\n\n".join(blocks) + "\n"))


@QUIET
@given(words=st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), min_size=3, max_size=12))
def test_captions_that_roll_count_once(folder, words):
    cues = [
        f"00:{n:02}.000 --> 00:{n + 1:02}.000\n" + "\n".join(words[max(0, n - 1) : n + 1]) for n in range(len(words))
    ]
    accounts(write(folder, "roll.vtt", "WEBVTT\n\n" + "\n\n".join(cues)))


people = st.sampled_from(["", "P1", "Moderator", "Anna"])
rows = st.lists(st.tuples(any_text, people, any_text, st.sampled_from(["", "0:05", "3"])), min_size=1, max_size=8)


@QUIET
@given(rows=rows, ending=st.sampled_from([".csv", ".tsv"]))
def test_tables_and_columns_that_are_not_read(folder, rows, ending):
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t" if ending == ".tsv" else ",", lineterminator="\r\n")
    writer.writerow(("memo", "speaker", "text", "begin"))
    writer.writerows(rows)
    accounts(write(folder, f"t{ending}", out.getvalue()))


@settings(deadline=None, max_examples=10)
@given(rows=rows)
def test_workbooks(folder, rows):
    book = openpyxl.Workbook()
    for row in (("memo", "speaker", "text", "begin"), *rows):
        book.active.append(row)
    book.save(folder / "t.xlsx")
    accounts(folder / "t.xlsx")


@settings(deadline=None, max_examples=12)
@given(dialogue=dialogues, head=st.sampled_from(sorted(HEADS)), spans=st.booleans(),
       cells=st.lists(st.lists(items.map(" ".join), min_size=3, max_size=3)))  # fmt: skip
def test_word_files_with_tables(folder, dialogue, head, cells, spans):
    document = docx.Document()
    for i, (name, words) in enumerate(dialogue):
        document.add_paragraph(HEADS[head].format(name=name, i=i) + words)
    if cells:
        table = document.add_table(rows=len(cells), cols=3)
        for row, texts in zip(table.rows, cells, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        if spans:
            table.rows[0].cells[0].merge(table.rows[0].cells[2])
    document.sections[0].footer.paragraphs[0].text = "page three"
    document.save(folder / "t.docx")
    accounts(folder / "t.docx")


@settings(deadline=None, max_examples=25)
@given(dialogue=dialogues, head=st.sampled_from(sorted(HEADS)))
def test_opendocument_texts(folder, dialogue, head):
    spaces = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{k}:1.0"' for k in ("office", "text", "table"))
    said = (escape(HEADS[head].format(name=name, i=i) + words) for i, (name, words) in enumerate(dialogue))
    body = "".join(
        f"<text:p>{one.replace(chr(10), '<text:line-break/>')}<text:note>foot</text:note></text:p>" for one in said
    )
    with zipfile.ZipFile(folder / "t.odt", "w") as archive:
        content = f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body>"
        archive.writestr("content.xml", f"{content}</office:document-content>")
    accounts(folder / "t.odt")


@settings(deadline=None, max_examples=40)
@given(dialogue=dialogues, head=st.sampled_from(sorted(HEADS)), ending=st.sampled_from([".rtf", ".pdf", ".html"]))
def test_rich_texts(folder, dialogue, head, ending):
    said = [HEADS[head].format(name=name, i=i) + words for i, (name, words) in enumerate(dialogue)]
    latin = [
        line.encode("cp1252", "ignore").decode("cp1252").replace("-", "") for one in said for line in one.split("\n")
    ]
    pages = [["A study of trust", *latin[at : at + 7], str(at)] for at in range(0, len(latin), 7)]
    page = f"<title>T</title>{''.join(f'<p>{escape(one)}</p>' for one in said)}"
    text = rtf(*said, header="page heads", footnote="a foot") if ending == ".rtf" else page
    (folder / f"t{ending}").write_bytes(pdf(*pages) if ending == ".pdf" else text.encode())
    accounts(folder / f"t{ending}")


words = st.sampled_from(["one", "two words", "Ja.", "x & y", ""])
spans = st.lists(st.tuples(st.integers(0, 9), words), min_size=1, max_size=5)


@settings(deadline=None, max_examples=30)
@given(first=spans, second=spans, below=st.lists(words.filter(bool), max_size=3))
def test_annotations(folder, first, second, below):
    tiers = [(who, who, [(n * 1000 + at, n * 1000 + at + 1, escape(w)) for n, (at, w) in enumerate(said)])
             for who, said in (("Ann", first), ("words", second))]  # fmt: skip
    (folder / "t.eaf").write_text(eaf(tiers, tuple(map(escape, below))), encoding="utf-8")
    accounts(folder / "t.eaf")
    grid = [
        (who, [(n, n + 1, w) for n, (_, w) in enumerate(said)]) for who, said in (("Ann", first), ("words", second))
    ]
    (folder / "t.TextGrid").write_text(textgrid(grid, [(0.5, w) for w in below[:1]]), encoding="utf-8")
    accounts(folder / "t.TextGrid")


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_that_programs_and_people_wrote(path):
    try:
        accounts(path)
    except InputError as err:
        assert path.name in str(err)  # noqa: PT017  # a codebook is no transcript: one sentence says so


def test_real_files_are_looked_for():
    if not REAL:
        pytest.skip("the folder of real files is not on this machine (set ALLIANCE_NLP_DATA)")
    assert len(REAL) > 30
