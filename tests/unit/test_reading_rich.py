"""Rich text, PDF, web pages, ELAN and Praat: words, names, times, and what of a page is no talk."""

import sys
import warnings

import pytest

from alliance_nlp import InputError, MissingExtraError
from alliance_nlp.reading import read_transcripts
from reading_files import eaf, pdf, rtf, textgrid


def told(path, content, **options):
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (transcript,) = read_transcripts(path, **options)
    turns = [(turn.speaker, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)]
    return turns, "".join(str(item.message) for item in caught), transcript


def words_of(transcript, kind):
    return [row["words"] for row in transcript.report.rows() if row["kind"] == kind]


def test_rich_text_with_letters_beyond_ascii_a_header_and_a_footnote(tmp_path):
    content = rtf("Enquêtrice : Qu’est-ce qui était difficile ?", "P1: 长 wait\tand {more}", "and on\nbelow", header="page one",
                  footnote="see above")  # fmt: skip
    turns, _, transcript = told(tmp_path / "t.rtf", content)
    assert turns == [("Enquêtrice", "Qu’est-ce qui était difficile ?"), ("P1", "长 wait\tand {more}\nand on\nbelow")]
    assert words_of(transcript, "left out") == ["page one", "see above"]


def test_rich_text_in_bytes_of_its_code_page(tmp_path):
    content = (
        b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\pard I: caf\\'e9\\par\\pard P1: na\\'efve\\par}"
    )
    assert told(tmp_path / "t.rtf", content)[0] == [("I", "café"), ("P1", "naïve")]


def test_a_pdf_with_heads_feet_and_words_cut_by_a_page_break(tmp_path):
    pages = [
        ["Study of trust", "I: What was hard?", "P1: The long wait, and nobo-", "1"],
        ["Study of trust", "dy rang me.", "I: And then?", "2"],
        ["Study of trust", "P1: Trust, in 2019.", "I: Thank you.", "3"],
    ]
    turns, warned, transcript = told(tmp_path / "t.pdf", pdf(*pages))
    assert turns == [("I", "What was hard?"), ("P1", "The long wait, and nobody rang me."), ("I", "And then?"),
                     ("P1", "Trust, in 2019."), ("I", "Thank you.")]  # fmt: skip
    assert words_of(transcript, "set apart") == ["Study of trust\n1", "Study of trust\n2", "Study of trust\n3"]
    assert "heads and feet of 3 pages were set apart" in warned


def test_what_one_page_alone_has_at_its_top_is_no_head(tmp_path):
    turns, _, transcript = told(tmp_path / "t.pdf", pdf(["I: one", "P1: two"], ["I: three", "P1: four"]))
    assert turns == [("I", "one"), ("P1", "two"), ("I", "three"), ("P1", "four")]
    assert words_of(transcript, "set apart") == []


def test_a_pdf_of_pictures_and_an_empty_page_are_said(tmp_path):
    with pytest.raises(InputError, match=r"t\.pdf has no text layer: its 2 pages are pictures"):
        told(tmp_path / "t.pdf", pdf([], []))
    assert "page 2: without a text layer" in told(tmp_path / "t.pdf", pdf(["I: one"], [], ["P1: two"]))[1]


NOSCRIBE = """<!DOCTYPE HTML><html><head><meta charset="UTF-8"/><title>interview</title><style>p {white-space: pre-wrap;}</style></head>
<body><div><p>Transcribed with noScribe vers. 0.6</p><p>S00 <span>[00:00:03]</span>: What was <b>hard</b> &amp; why?</p>
<p>S01 <span>[00:00:09]</span>: The wait.<br/>And so on.</p><p>S00 <span>[00:00:15]</span>: And?</p></div></body></html>"""


def test_a_web_page_of_noscribe(tmp_path):
    turns, _, transcript = told(tmp_path / "t.html", NOSCRIBE)
    assert turns == [("S00", "What was hard & why?"), ("S01", "The wait.\nAnd so on."), ("S00", "And?")]
    assert [turn.begin_s for turn in transcript.turns] == [3.0, 9.0, 15.0]
    assert words_of(transcript, "left out") == ["interview", "Transcribed with noScribe vers. 0.6"]


def test_rows_of_a_table_in_a_web_page(tmp_path):
    rows = "".join(
        f"<tr><td>{who}</td><td>{what}</td></tr>" for who, what in (("I", "one"), ("P1", "two"), ("I", "three"))
    )
    assert told(tmp_path / "t.htm", f"<table>{rows}</table>")[0] == [("I", "one"), ("P1", "two"), ("I", "three")]


def test_elan_has_a_tier_for_each_speaker(tmp_path):
    content = eaf([("A", "Interviewer", [(0, 900, "What was hard?"), (5000, 6000, "And?")]), ("Ola", "", [(1000, 4000, "Ventetiden.")])],
                  below=("ADV was hard",))  # fmt: skip
    turns, warned, transcript = told(tmp_path / "t.eaf", content)
    assert turns == [("Interviewer", "What was hard?"), ("Ola", "Ventetiden."), ("Interviewer", "And?")]
    assert [(turn.begin_s, turn.end_s) for turn in transcript.turns] == [(0.0, 0.9), (1.0, 4.0), (5.0, 6.0)]
    assert [turn.role for turn in transcript.turns] == ["moderator", "participant", "moderator"]
    assert "tier 'gloss': 1 annotation not read" in warned
    assert words_of(transcript, "left out") == ["ADV was hard"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_praat_has_a_tier_for_each_speaker(tmp_path, encoding):
    content = textgrid([("I", [(0, 0.9, "Hva var vanskelig?"), (0.9, 2, "")]), ("P1", [(1, 2, "Å vente.")]),
                        ("words", [(0, 0.5, "Hva"), (0.5, 0.9, "var")])], points=[(1.5, "cough")])  # fmt: skip
    turns, warned, transcript = told(tmp_path / "t.TextGrid", content.encode(encoding))
    assert turns == [("I", "Hva var vanskelig?"), ("P1", "Å vente.")]
    assert [turn.begin_s for turn in transcript.turns] == [0.0, 1.0]
    assert "tier 'words': 2 annotations not read" in warned
    assert words_of(transcript, "left out") == ["cough", "Hva\nvar"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.rtf", b"no rich text", "t.rtf is no rich text: it does not begin with"),
        ("t.rtf", b"{\\rtf1\\ansi\\ansicpg1252 \\'81}", "t.rtf holds letters that are not of cp1252"),
        ("t.pdf", b"no pdf", "t.pdf is no PDF that can be opened"),
        ("t.eaf", b"<no", "t.eaf is no file of ELAN that can be opened"),
        ("t.TextGrid", b"no", "t.TextGrid is no file of Praat that can be opened"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(tmp_path, name, content, message):
    with pytest.raises(InputError) as caught:
        told(tmp_path / name, content)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [("t.rtf", "striprtf", "formats"), ("t.pdf", "pypdf", "formats"), ("t.TextGrid", "praatio", "annotations")],
)
def test_without_its_package_the_line_to_install_is_named(tmp_path, monkeypatch, name, module, extra):
    for loaded in [one for one in sys.modules if one.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'alliance-nlp\[{extra}\]'"):
        told(tmp_path / name, b"x")
