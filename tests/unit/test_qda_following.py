"""A project that is written again follows its study: codes taken out or renamed, suggestions, numbers for names."""

import re
from collections import Counter
from dataclasses import replace

import pytest
import qda_files as q
from test_qda_writing import described, machine, made

import alliance_nlp as an

pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
SET = (
    f'<Sets><Set guid="5a0000aa-0000-4000-8000-000000000000" name="s"><MemberCode targetGUID="{q.TRUST}"/></Set></Sets>'
)
LINK = (
    f'<Links><Link guid="5b0000aa-0000-4000-8000-000000000000" originGUID="{q.TRUST}" targetGUID="{q.TIME}"/></Links>'
)


def with_book(project, *codes, spans=None):
    """The project with this codebook, and these applications."""
    book = an.Codebook(codes)
    applied = project.study.coding.applied if spans is None else spans
    coding = an.Coding(tuple(applied), (), book)
    return replace(project, study=replace(project.study, codebook=book, coding=coding))


def write(project, tmp_path, **options):
    report = an.write_qdpx(project, tmp_path / "out.qdpx", **options)
    assert q.faults(tmp_path / "out.qdpx") == []
    guids = Counter(re.findall(r' guid="([^"]+)"', described(tmp_path / "out.qdpx")))
    assert [guid for guid, n in guids.items() if n > 1] == []
    return report, an.read_qdpx(tmp_path / "out.qdpx")


def said(report):
    return {trouble.where: trouble.what for trouble in report.troubles if trouble.kind == "codes"}


def project_of(tmp_path, codes=q.CODES, after="", code=q.RUSH):
    inside = q.selection(5, 18, q.coding(code))
    return an.read_qdpx(q.packed(tmp_path, q.project(q.source(inside), codes=codes, after=after)))


def test_a_project_that_nobody_changed_says_nothing_and_keeps_all_codes(tmp_path):
    project = project_of(tmp_path, after=LINK + SET)
    report, again = write(project, tmp_path)
    assert report.troubles == ()
    assert (again.study.codebook, again.links, again.sets) == (project.study.codebook, project.links, project.sets)


def test_a_code_taken_out_of_the_study_is_taken_out_of_the_file_with_its_mentions(tmp_path):
    project = project_of(tmp_path, after=LINK + SET)
    report, again = write(with_book(project, project.study.codebook["Time/rush"]), tmp_path)
    assert said(report) == {
        "trust": "not in the study any more; taken out of the file, with 2 mentions in sets, links and graphs"
    }
    assert again.study.codebook.ids == ("Time/rush",)
    assert (again.links, again.sets[0].codes) == ((), ())


def test_a_branch_taken_out_goes_with_what_held_it(tmp_path):
    project = project_of(tmp_path)
    report, again = write(with_book(project, project.study.codebook["trust"], spans=()), tmp_path)
    assert list(said(report)) == ["Time", "Time/rush"]
    assert again.study.codebook.ids == ("trust",)
    assert again.study.coding is None
    assert "<PlainTextSelection" not in described(tmp_path / "out.qdpx")


def test_a_code_that_pictures_carry_stays_and_it_is_said(tmp_path):
    project = an.read_qdpx(made(tmp_path))  # a picture is coded with Time/rush
    report, again = write(with_book(project, project.study.codebook["trust"], spans=()), tmp_path)
    assert said(report)["Time/rush"] == (
        "not in the study any more, and kept in the file: it has 1 coding of pictures, sound, or texts without a place"
    )
    assert again.selections == project.selections


def test_a_code_above_others_that_stay_only_holds_them(tmp_path):
    codes = q.CODES.replace('name="Time" isCodable="false"', 'name="Time" isCodable="true"')
    project = project_of(tmp_path, codes)
    assert project.study.codebook.ids == ("Time", "Time/rush", "trust")
    kept = [code for code in project.study.codebook if code.id != "Time"]
    report, again = write(with_book(project, *kept), tmp_path)
    assert said(report) == {"Time": "not in the study any more; it only holds those below it"}
    assert again.study.codebook.ids == ("Time/rush", "trust")


@pytest.mark.parametrize("path", [("Time", "haste"), ("Clock", "rush"), ("", "haste"), ("trust", "haste")])
def test_a_renamed_code_keeps_its_id_its_colour_and_its_codings(tmp_path, path):
    project = project_of(tmp_path)
    code = replace(project.study.codebook["Time/rush"], theme=path[0], code=path[1])
    spans = [replace(span, code_id=code.id) for span in project.study.coding.applied]
    trust = replace(project.study.codebook["trust"], definition="")
    report, again = write(with_book(project, code, trust, spans=spans), tmp_path)
    assert said(report)[code.id] == "was 'Time/rush'; renamed in the file"
    assert code.id in again.study.codebook.ids
    assert "Time/rush" not in again.study.codebook.ids
    assert [s.code_id for s in again.study.coding.applied] == [code.id]
    text = described(tmp_path / "out.qdpx")
    assert re.search(rf'<Code guid="{q.RUSH}" name="{path[1]}" isCodable="true" color="#F00"', text)
    assert 'guid="d0000001-0000-4000-8000-000000000000"' in text  # the coding is the one it was
    assert ("Time" in again.study.codebook.paths) == (path[0] == "Time")


@pytest.mark.parametrize("levels", ["flat", "bottom"])
def test_a_renamed_code_keeps_its_place_whatever_the_rule_of_levels(tmp_path, levels):
    inside = q.selection(5, 18, q.coding())
    project = an.read_qdpx(q.packed(tmp_path, q.project(q.source(inside))), levels=levels)
    old = project.study.codebook["Time/rush"]
    code = replace(old, code=old.code.replace("rush", "haste"))
    rest = [c for c in project.study.codebook if c.id != "Time/rush"]
    spans = [replace(span, code_id=code.id) for span in project.study.coding.applied]
    report, again = write(with_book(project, code, *rest, spans=spans), tmp_path)
    assert said(report) == {"Time/haste": "was 'Time/rush'; renamed in the file"}
    assert 'name="haste"' in described(tmp_path / "out.qdpx")
    assert [s.code_id for s in again.study.coding.applied] == ["Time/haste"]


def test_a_code_that_nobody_gave_is_known_again_by_its_definition(tmp_path):
    project = project_of(tmp_path, code=q.TRUST)
    haste = an.Code("Time", "", "haste", "too little")
    report, _ = write(with_book(project, haste, project.study.codebook["trust"]), tmp_path)
    assert said(report) == {"Time/haste": "was 'Time/rush'; renamed in the file"}
    other = an.Code("Time", "", "haste", "something else")
    report, _ = write(with_book(project, other, project.study.codebook["trust"]), tmp_path)
    assert said(report) == {"Time/rush": "not in the study any more; taken out of the file"}


def test_a_code_that_could_be_two_is_taken_for_none(tmp_path):
    project = project_of(tmp_path, code=q.TRUST)
    two = [an.Code("Time", "", name, "too little") for name in ("haste", "hurry")]
    report, again = write(with_book(project, *two, project.study.codebook["trust"]), tmp_path)
    assert said(report) == {"Time/rush": "not in the study any more; taken out of the file"}
    assert set(again.study.codebook.ids) == {"Time/haste", "Time/hurry", "trust"}


def test_two_codes_of_one_id_are_two_when_they_are_written_again(tmp_path):
    """The schema allows it; the second was written once more beside itself, and may not be given."""
    codes = q.CODES.replace(q.TRUST, q.RUSH)
    project = project_of(tmp_path, codes)
    assert project.study.codebook.ids == ("Time/rush", "trust")
    _, again = write(project, tmp_path)
    assert again.study.codebook == project.study.codebook
    assert again.study.coding.applied == project.study.coding.applied
    assert described(tmp_path / "out.qdpx").count("<Code ") == 3


def test_without_a_codebook_nothing_is_taken_out(tmp_path):
    project = project_of(tmp_path)
    bare = replace(project, study=replace(project.study, codebook=None, coding=None))
    report, _ = write(bare, tmp_path)
    assert said(report) == {}
    assert described(tmp_path / "out.qdpx").count("<Code ") == 3


def test_all_codes_taken_out_leave_no_empty_codebook(tmp_path):
    project = project_of(tmp_path)
    report, again = write(with_book(project, spans=()), tmp_path)
    assert len(said(report)) == 3
    assert len(again.study.codebook) == 0
    assert "<CodeBook" not in described(tmp_path / "out.qdpx")


# --- suggestions, numbers, line ends ----------------------------------------------------------------------------------


def test_suggestions_stay_suggestions_when_a_project_is_written_again(tmp_path, study):
    an.write_qdpx(study, tmp_path / "a.qdpx", suggestions=machine(study))
    project = an.read_qdpx(tmp_path / "a.qdpx")
    _, again = write(project, tmp_path)
    assert (again.study, again.suggestions, again.sets) == (project.study, project.suggestions, project.sets)
    first = (tmp_path / "out.qdpx").read_bytes()
    write(again, tmp_path)
    assert (tmp_path / "out.qdpx").read_bytes() == first
    _, without = write(replace(project, suggestions=None), tmp_path)
    assert (without.study, without.suggestions, without.sets) == (project.study, None, ())
    assert "Probability" not in described(tmp_path / "out.qdpx")


def test_what_a_person_adds_is_never_put_among_a_machines_codes(tmp_path, study):
    an.write_qdpx(study, tmp_path / "a.qdpx", suggestions=machine(study))
    project = an.read_qdpx(tmp_path / "a.qdpx")
    code = machine(study).applied[0].code_id
    new = an.CodedSpan("KL", "S1", 0, 3, code)
    coding = replace(project.study.coding, applied=(*project.study.coding.applied, new))
    _, again = write(replace(project, study=replace(project.study, coding=coding)), tmp_path)
    assert new in again.study.coding.applied
    assert again.suggestions == project.suggestions


def test_blanks_around_a_definition_come_back(tmp_path):
    book = an.Codebook((an.Code("Time", "", "rush", " too little "),), (an.Theme("Time", description=" clocks "),))
    an.write_qdpx(an.Study((an.Transcript("t", "Yes."),), book), tmp_path / "a.qdpx")
    assert an.read_qdpx(tmp_path / "a.qdpx").study.codebook == book


def test_a_second_code_on_a_stretch_joins_its_selection(tmp_path, study):
    an.write_qdpx(study, tmp_path / "a.qdpx")
    project = an.read_qdpx(tmp_path / "a.qdpx")
    first = project.study.coding.applied[0]
    other = next(code for code in study.codebook.ids if code != first.code_id)
    coding = replace(project.study.coding, applied=(*project.study.coding.applied, replace(first, code_id=other)))
    _, again = write(replace(project, study=replace(project.study, coding=coding)), tmp_path)
    assert set(again.study.coding.applied) == set(coding.applied)


def test_without_names_the_coders_of_a_project_have_one_number_each(tmp_path, study):
    an.write_qdpx(study, tmp_path / "a.qdpx", suggestions=machine(study))
    project = an.read_qdpx(tmp_path / "a.qdpx")
    report, again = write(project, tmp_path, users=False)
    assert again.study.coding.coders == ("coder 1", "coder 2")
    assert {r.coder for r in again.study.coding.read} == {"coder 1", "coder 2"}
    assert len(again.study.coding.applied) == len(study.coding.applied)
    assert again.suggestions.coders != ("alliance_nlp learnt",)
    assert "names in" in report.troubles[0].what
    assert "alliance_nlp learnt" not in re.sub(r"origin=\S+", "", described(tmp_path / "out.qdpx"))


def test_without_names_cases_are_numbered_and_field_notes_stay_out(tmp_path, study):
    people = (an.Participant("Anna Berg", "participant", ("S1",)),)
    an.write_qdpx(
        replace(study, participants=people, notes=(an.FieldNote("a pause", "Mari Rud"),)), tmp_path / "a.qdpx"
    )
    write(an.read_qdpx(tmp_path / "a.qdpx"), tmp_path, users=False)
    text = described(tmp_path / "out.qdpx")
    assert [name for name in ("Anna", "Berg", "Mari", "Rud") if name in text] == []
    assert 'name="case 1"' in text


@pytest.mark.parametrize(("text", "n"), [("a\r\nb\r\nc", 2), ("a\rb\nc", 1), ("a\nb\nc", 0)])
def test_carriage_returns_that_the_file_does_not_have_are_counted(tmp_path, text, n):
    talk = an.Transcript("t", text)
    report = an.write_qdpx(an.Study((talk,)), tmp_path / "a.qdpx")
    assert (report.of("carriage returns").held, report.of("carriage returns").left, report.lost) == (n, n, n)
    file = q.packed(tmp_path, q.project(q.source()), {"sources/talk.txt": text})
    assert an.write_qdpx(an.read_qdpx(file), tmp_path / "b.qdpx").of("carriage returns").left == n


def test_suggestions_on_a_project_with_carriage_returns_lie_on_their_words(tmp_path):
    project = project_of(tmp_path)
    start = q.TALK.index("We listen")
    span = an.CodedSpan("learnt", "talk", start, start + 9, "Time/rush", "suggested", 0.7)
    _, again = write(project, tmp_path, suggestions=an.Coding((span,), ()))
    found = again.suggestions.applied[0]
    assert again.study.transcripts[0].text[found.start : found.end] == "We listen"
