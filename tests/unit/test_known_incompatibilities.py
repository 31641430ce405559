"""What programs are known to write, or to refuse, each by its name; the rest stands beside the readers it is about."""

import ast
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import qda_files as q
from test_qda_writing import described

import alliance_nlp as an

pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
TALK = q.TALK
# Who does what, and the test that says so: in this file, or in the one named before the two colons.
ROWS = {
    "ATLAS.ti 26: the description is called after the project": "qda_reading::test_atlasti_26_names_the_description",
    "ATLAS.ti 26: comments are bare descriptions": "test_atlasti_26_writes_comments_as_bare_descriptions",
    "ATLAS.ti 26: new ids on every export": "test_atlasti_26_gives_new_ids_on_every_export",
    "ATLAS.ti 26: the base path holds home folder and user": "test_atlasti_26_leaks_the_home_folder",
    "ATLAS.ti 26: selections of no length": "qda_reading::test_atlasti_26_writes_selections_of_no_length",
    "ATLAS.ti 26: no colours": "test_atlasti_26_has_no_colours",
    "ATLAS.ti: refuses Sources/, a rich path to plain text": "test_atlasti_refuses_capital_sources_and_plain_text",
    "ATLAS.ti 23: no sources, no codebook": "qda_reading::test_atlasti_23_has_no_sources_and_no_codebook",
    "ATLAS.ti 8.4 for Mac: capitals": "qda_reading::test_atlasti_84_mac_and_nvivo_windows_write_capitals",
    "ATLAS.ti: a line end counts one": "test_program_counts[ATLAS.ti",
    "NVivo: annotations are links and notes": "qda_reading::test_nvivo_annotates_with_links_and_notes",
    "NVivo: .qdc that is not valid": "test_nvivo_qdc_is_not_valid",
    "NVivo: positions fall inside words elsewhere": "test_program_counts[NVivo",
    "NVivo Mac 15: sources/.root, an empty base path, pairs": "qda_reading::test_nvivo_mac_adds_an_empty_member",
    "NVivo: PDFs and pictures come without their annotations": "test_nvivo_exports_pdfs_without_annotations",
    "NVivo Windows 12: one selection a code": "test_nvivo_windows_repeats_a_selection_for_each_code",
    "MAXQDA: several sources of one name": "qda_reading::test_maxqda_has_several_sources_of_one_name",
    "MAXQDA: rows of a survey are sources": "test_maxqda_survey_rows_are_sources",
    "MAXQDA: comments without a code, cases without a name": "qda_reading::test_maxqda_has_selections_with_a_comment",
    "MAXQDA: a description on every code, often empty": "test_maxqda_describes_every_code_often_with_nothing",
    "MAXQDA: names are quotes or names of codes": "test_maxqda_names_selections_by_quote_or_code",
    "MAXQDA to QualCoder: what a second tool added": "test_maxqda_to_qualcoder_what_a_second_tool_added_comes_along",
    "MAXQDA: a line end counts two": "test_program_counts[MAXQDA",
    "Taguette: an empty Sets in its .qdc": "qda_writing::test_taguette_ends_its_codebook_with_an_empty_set_of_sets",
    "Taguette: bytes": "qda_databases::test_taguette_comes_over_with_bytes_as_letters_and_coders",
    "qc: names of lines, several codes on a selection": "qda_reading::test_qc_names_selections_by_line",
    "qc: reads characters as lines": "test_qc_puts_on_line_0_what_has_no_line_in_its_name",
    "QualCoder: new ids on every export": "test_qualcoder_gives_new_ids_on_every_export",
    "QualCoder: name space, plain text as rich": "qda_reading::test_qualcoder_writes_another_version_of_the_name",
    "QualCoder: a byte order mark that is not counted": "test_qualcoder_writes_a_mark_and_does_not_count_it",
    "qdpxlib: bytes": "test_program_counts[qdpxlib",
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_each_known_incompatibility_has_its_test(row):
    home, _, name = ROWS[row].rpartition("::")
    file = Path(__file__).with_name(f"test_{home}.py") if home else Path(__file__)
    names = [node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    assert any(one.startswith(name.partition("[")[0]) for one in names)
    if "[" in name:
        assert any(program.startswith(name.partition("[")[2]) for program in PROGRAMS)


def read(tmp_path, *arguments, **options):
    return an.read_qdpx(q.packed(tmp_path, *arguments, **options))


def at(words, way=("letters", 0), text=TALK):
    positions, start = q.counted(text, way), text.index(words)
    return positions[start], positions[start + len(words)]


def quotes(project):
    texts = {t.id: t.text for t in project.study.transcripts}
    return [texts[s.transcript_id][s.start : s.end] for s in project.study.coding.applied]


PROGRAMS = {
    "NVivo 12.6 (Windows)": ("units", 2), "ATLAS.ti 26": ("letters", 1), "MAXQDA 24.7": ("letters", 2),
    "qdpxlib": ("bytes", 0), "QualCoder 3.6": ("letters", 0), "some other": ("letters", 0),
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_counts(tmp_path, program):
    """One stretch without a quote cannot show how it was counted: what the program is known for is taken."""
    inside = q.selection(*at("We listen", PROGRAMS[program]), q.coding())
    project = read(tmp_path, q.project(q.source(inside), program))
    assert quotes(project) == ["We listen"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_counts_otherwise_than_known_where_quotes_show_it(tmp_path, program):
    other = ("letters", 1) if PROGRAMS[program] != ("letters", 1) else ("units", 2)
    words = ("It takes time", "Mm, no", "We listen", "to them")
    inside = "".join(q.selection(*at(w, other), q.coding(n=n), w, n) for n, w in enumerate(words, 1))
    assert quotes(read(tmp_path, q.project(q.source(inside), program))) == list(words)


# --- ATLAS.ti ---------------------------------------------------------------------------------------------------------


def test_atlasti_26_writes_comments_as_bare_descriptions(tmp_path):
    inside = "<Description>On the whole talk.</Description>" + q.selection(
        *at("We listen", ("letters", 1)), f"<Description>On these words.</Description>{q.coding()}"
    )
    codes = q.CODES.replace('isCodable="1"/>', 'isCodable="1"><Description>On the code.</Description></Code>')
    project = read(tmp_path, q.project(q.source(inside), "ATLAS.ti 26", codes=codes))
    assert [m.text for m in project.memos] == ["On the whole talk.", "On these words."]
    assert project.study.codebook["trust"].definition == "On the code."
    assert quotes(project) == ["We listen"]


def two_exports(tmp_path, origin):
    """The same project exported twice: every id is another one."""
    text = q.project(q.source(q.selection(*at("We listen", PROGRAMS[origin]), q.coding())), origin)
    again = text.replace("-4000-8000-", "-4fff-8fff-").replace("-4111-8111-", "-4ddd-8ddd-")
    return [q.packed(tmp_path, words, file=f"{n}.qdpx") for n, words in enumerate((text, again))]


def test_atlasti_26_gives_new_ids_on_every_export(tmp_path):
    merged = an.merge_projects(two_exports(tmp_path, "ATLAS.ti 26"), same_coders=True)
    assert (len(merged.study.transcripts), len(merged.codes), len(merged.new_codings)) == (1, 0, 0)
    assert len(merged.study.coding.applied) == 1


def test_atlasti_26_leaks_the_home_folder(tmp_path):
    attributes = ' basePath="C:/Users/Kari Lund/Documents"'
    project = read(tmp_path, q.project(q.source(), "ATLAS.ti 26", attributes=attributes))
    an.write_qdpx(project, tmp_path / "bare.qdpx", paths=False)
    assert "Kari" not in described(tmp_path / "bare.qdpx")
    an.write_qdpx(project.study, tmp_path / "study.qdpx")
    assert "Kari" not in described(tmp_path / "study.qdpx")


def test_atlasti_26_has_no_colours(tmp_path):
    project = read(tmp_path, q.project(q.source(), "ATLAS.ti 26", codes=q.CODES.replace(' color="#F00"', "")))
    an.write_qdpx(project, tmp_path / "out.qdpx")
    assert q.faults(tmp_path / "out.qdpx") == []
    assert "color=" not in described(tmp_path / "out.qdpx")  # none is made up


def test_atlasti_refuses_capital_sources_and_plain_text(tmp_path, study):
    an.write_qdpx(study, tmp_path / "own.qdpx")
    capital = read(tmp_path, q.project(q.source()), {"Sources/TALK.TXT": TALK}, name="Project.qde")
    an.write_qdpx(capital, tmp_path / "again.qdpx")
    for name in ("own.qdpx", "again.qdpx"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            members = archive.namelist()
        assert members[0] == "project.qde"
        assert {member.split("/")[0] for member in members[1:]} == {"sources"}
        assert "richTextPath" not in described(tmp_path / name)
        assert all(member == member.lower() for member in members)


# --- NVivo ------------------------------------------------------------------------------------------------------------


def test_nvivo_qdc_is_not_valid(tmp_path):
    text = (
        '<?xml version="1.0" encoding="utf-8"?><CodeBook xmlns="urn:QDA-XML:codebook:1:0" origin="NVivo"><Codes>'
        '<Code guid="{1}" name="Time" isCodable="True"><Code guid="{2}" name="rush" isCodable="True"/>'
        "<Description>clocks</Description></Code></Codes><Sets></Sets></CodeBook>"
    )
    (tmp_path / "a.qdc").write_text(text, encoding="utf-8")
    assert q.faults(tmp_path / "a.qdc")
    book = an.read_qdc(tmp_path / "a.qdc")
    assert book.ids == ("Time", "Time/rush")
    assert book["Time"].definition == "clocks"


def test_nvivo_exports_pdfs_without_annotations(tmp_path):
    pdf = '<PDFSource guid="8a0000aa-0000-4000-8000-000000000000" name="a.pdf" path="internal://a.pdf"/>'
    project = read(tmp_path, q.project(pdf, "NVivo 14"), {"sources/a.pdf": b"%PDF-1.4"})
    count = project.losses.of("PDF sources")
    assert (count.held, count.carried, count.passed) == (1, 0, 1)
    assert project.selections == ()
    an.write_qdpx(project, tmp_path / "out.qdpx")
    with zipfile.ZipFile(tmp_path / "out.qdpx") as archive:
        assert archive.read("sources/a.pdf") == b"%PDF-1.4"


def test_nvivo_windows_repeats_a_selection_for_each_code(tmp_path):
    place = at("We listen", ("units", 2))
    inside = q.selection(*place, q.coding(q.RUSH, n=1), n=1) + q.selection(*place, q.coding(q.TRUST, n=2), n=2)
    project = read(tmp_path, q.project(q.source(inside), "NVivo 12.6"))
    assert [s.code_id for s in project.study.coding.applied] == ["Time/rush", "trust"]
    assert quotes(project) == ["We listen"] * 2


# --- MAXQDA -----------------------------------------------------------------------------------------------------------


def test_maxqda_survey_rows_are_sources(tmp_path):
    variable = '<Variables><Variable guid="9a" name="age" typeOfVariable="Integer"/></Variables>'
    value = '<VariableValue><VariableRef targetGUID="9a"/><IntegerValue>{}</IntegerValue></VariableValue>'
    rows = "".join(
        q.source(value.format(40 + n), name="Survey", n=n, path=f'plainTextPath="internal://{n}.txt"')
        for n in (1, 2, 3)
    )
    members = {f"sources/{n}.txt": f"Answer {n}." for n in (1, 2, 3)}
    project = read(tmp_path, q.project(rows, "MAXQDA 24", codes=q.CODES + variable), members)
    assert [t.text for t in project.study.transcripts] == ["Answer 1.", "Answer 2.", "Answer 3."]
    assert [t.id for t in project.study.transcripts] == ["Survey", "Survey (2)", "Survey (3)"]
    assert [(c.of, c.name, c.values["age"]) for c in project.cases] == [
        ("source", "Survey", "41"), ("source", "Survey (2)", "42"), ("source", "Survey (3)", "43"),
    ]  # fmt: skip


def test_maxqda_describes_every_code_often_with_nothing(tmp_path):
    codes = q.CODES.replace('isCodable="1"/>', 'isCodable="1"><Description></Description></Code>')
    project = read(tmp_path, q.project(q.source(), "MAXQDA 24", codes=codes))
    assert project.study.codebook["trust"].definition == ""
    an.write_qdpx(project, tmp_path / "out.qdpx")
    assert an.read_qdpx(tmp_path / "out.qdpx").study.codebook == project.study.codebook


@pytest.mark.parametrize("named", ["quote", "code"])
def test_maxqda_names_selections_by_quote_or_code(tmp_path, named):
    words = ("It takes time", "Mm, no", "We listen", "to them", "Ann")
    inside = "".join(
        q.selection(*at(w, ("letters", 2)), q.coding(n=n), w if named == "quote" else "rush", n)
        for n, w in enumerate(words, 1)
    )
    assert quotes(read(tmp_path, q.project(q.source(inside), "MAXQDA 24.7"))) == list(words)


def test_maxqda_to_qualcoder_what_a_second_tool_added_comes_along(tmp_path):
    project = read(
        tmp_path, q.project(q.source(q.selection(*at("We listen", ("letters", 2)), q.coding())), "MAXQDA 24")
    )
    new = an.CodedSpan("TO", "talk", *(TALK.index("Mm"), TALK.index("Mm") + 2), "trust")
    coding = replace(project.study.coding, applied=(*project.study.coding.applied, new))
    an.write_qdpx(replace(project, study=replace(project.study, coding=coding)), tmp_path / "out.qdpx")
    again = an.read_qdpx(tmp_path / "out.qdpx")
    assert again.origin.startswith("alliance_nlp")  # not MAXQDA's file any more
    assert (quotes(again), again.study.coding.coders) == (["We listen", "Mm"], ("KL", "TO"))


# --- QualCoder, qc ----------------------------------------------------------------------------------------------------


def test_qualcoder_gives_new_ids_on_every_export(tmp_path):
    merged = an.merge_projects(two_exports(tmp_path, "QualCoder 3.6"), same_coders=["KL"])
    assert len(merged.study.coding.applied) == 1
    assert merged.study.coding.coders == ("KL",)


def test_qualcoder_writes_a_mark_and_does_not_count_it(tmp_path):
    inside = q.selection(*at("We listen"), q.coding())
    file = {"sources/talk.txt": b"\xef\xbb\xbf" + TALK.encode()}
    assert quotes(read(tmp_path, q.project(q.source(inside), "QualCoder 3.6"), file)) == ["We listen"]


def test_qc_puts_on_line_0_what_has_no_line_in_its_name(tmp_path, study):
    """Nothing that is written for all programs can change that: our names are quotes, and the page says so."""
    an.write_qdpx(study, tmp_path / "a.qdpx")
    assert 'name="line:' not in described(tmp_path / "a.qdpx")
    page = Path(__file__).parents[2] / "docs" / "programs.md"
    if page.is_file():
        assert "line 0" in page.read_text("utf-8")
