"""Projects and codebooks out: valid, the same bytes each time, nothing lost that was read."""

import zipfile
from dataclasses import replace

import pytest
import qda_files as q

import alliance_nlp as an
from alliance_nlp import InputError

pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
TALK = "Ann: It takes time.\r\nBo: \U0001f600 Mm, no.\rAnn: We listen to them."


def described(path):
    with zipfile.ZipFile(path) as archive:
        return archive.read("project.qde").decode()


def words(path):
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def machine(study, status="suggested", score=0.81):
    t = study.transcripts[0]
    turn = t.turns[1]
    span = an.CodedSpan("alliance_nlp learnt", t.id, turn.start, turn.end, study.codebook.ids[0], status, score)
    return an.Coding((span,), (), study.codebook)


def test_a_study_comes_back_whole_valid_and_as_the_same_bytes(tmp_path, study):
    report = an.write_qdpx(study, tmp_path / "a.qdpx")
    an.write_qdpx(study, tmp_path / "b.qdpx")
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
    assert q.faults(tmp_path / "a.qdpx") == []
    assert report.of("codings").carried == len(study.coding.applied)
    assert report.lost == 0
    project = an.read_qdpx(tmp_path / "a.qdpx")
    assert project.study == study
    assert project.losses.lost == 0


def test_the_shipped_study_comes_back_but_for_its_settings(tmp_path):
    study = an.load_study()
    report = an.write_qdpx(study, tmp_path / "a.qdpx")
    assert q.faults(tmp_path / "a.qdpx") == []
    assert {c.kind for c in report.counts if c.left} == {"settings"}
    assert an.read_qdpx(tmp_path / "a.qdpx").study == replace(study, settings={})


@pytest.mark.parametrize("shipped", ["focus_group", "interviews", "open_answers"])
def test_write_read_write_gives_the_same_bytes(tmp_path, shipped):
    an.write_qdpx(an.load_study(shipped), tmp_path / "a.qdpx")
    an.write_qdpx(an.read_qdpx(tmp_path / "a.qdpx"), tmp_path / "b.qdpx")
    an.write_qdpx(an.read_qdpx(tmp_path / "b.qdpx"), tmp_path / "c.qdpx")
    assert (tmp_path / "b.qdpx").read_bytes() == (tmp_path / "c.qdpx").read_bytes()
    assert q.faults(tmp_path / "b.qdpx") == []
    assert an.read_qdpx(tmp_path / "b.qdpx").study == an.read_qdpx(tmp_path / "a.qdpx").study


def test_line_ends_become_line_feeds_and_every_coding_keeps_its_words(tmp_path):
    transcript = an.Transcript("talk", TALK, (an.Turn(5, 19, "Ann"), an.Turn(25, 33, "Bo"), an.Turn(39, 57, "Ann")))
    spans = [
        an.CodedSpan("KL", "talk", TALK.index(w), TALK.index(w) + len(w), "Time") for w in ("time.\r\nBo", "Mm", "them")
    ]
    study = an.Study((transcript,), an.Codebook((an.Code("Time"),)), an.Coding(tuple(spans), ()))
    an.write_qdpx(study, tmp_path / "a.qdpx")
    again = an.read_qdpx(tmp_path / "a.qdpx").study
    text = again.transcripts[0].text
    assert text == TALK.replace("\r\n", "\n").replace("\r", "\n")
    assert [text[s.start : s.end] for s in again.coding.applied] == ["time.\nBo", "Mm", "them"]
    assert [again.transcripts[0].turn_text(i) for i in range(3)] == [transcript.turn_text(i) for i in range(3)]


def test_suggestions_stand_apart_with_their_probability_and_a_set(tmp_path, study):
    report = an.write_qdpx(study, tmp_path / "a.qdpx", suggestions=machine(study))
    assert q.faults(tmp_path / "a.qdpx") == []
    assert report.of("suggestions").carried == 1
    text = described(tmp_path / "a.qdpx")
    assert 'name="Suggested by alliance_nlp learnt"' in text
    assert "Probability: 0.81" in text
    project = an.read_qdpx(tmp_path / "a.qdpx")
    assert project.study == study
    assert project.suggestions.applied == machine(study).applied
    assert [s.name for s in project.sets] == ["Suggested by alliance_nlp learnt"]
    coded = an.read_qdpx(tmp_path / "a.qdpx").study.codebook.ids
    assert coded == study.codebook.ids


@pytest.mark.parametrize("status", ["rejected", "abstained"])
def test_what_does_not_count_is_no_coding_in_the_file_and_comes_back(tmp_path, study, status):
    coding = machine(study, status)
    an.write_qdpx(study, tmp_path / "a.qdpx", suggestions=[coding])
    assert "Suggested by" not in described(tmp_path / "a.qdpx")
    assert an.read_qdpx(tmp_path / "a.qdpx").suggestions.applied == coding.applied


@pytest.mark.parametrize(
    "change", [('"turns":[{"end"', '"turns":[{"and"'), ('"form":', '"farm":'), ('"order":[', '"order":5,"x":[')]
)
def test_data_of_ours_that_somebody_changed_are_not_believed(tmp_path, study, change):
    an.write_qdpx(study, tmp_path / "a.qdpx")
    text = described(tmp_path / "a.qdpx")
    assert change[0] in text.replace("&quot;", '"')
    with zipfile.ZipFile(tmp_path / "a.qdpx") as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "project.qde"}
    again = an.read_qdpx(q.packed(tmp_path, text.replace(*change), members)).study
    assert [t.text for t in again.transcripts] == [t.text for t in study.transcripts]
    assert len(again.coding.applied) == len(study.coding.applied)
    assert again.coding.read == ()


def test_names_paths_and_quotes_can_stay_out(tmp_path, study):
    people = (an.Participant("Anna Berg", "participant", ("S1",), "a nurse in Molde"),)
    coding = replace(
        study.coding, applied=(replace(study.coding.applied[0], coder="Kari Lund"), *study.coding.applied[1:])
    )
    told = replace(study, participants=people, coding=coding, notes=(an.FieldNote("a pause", "Mari Rud"),),
                   transcripts=tuple(replace(t, source="C:/home/kari.docx") for t in study.transcripts))  # fmt: skip
    an.write_qdpx(told, tmp_path / "all.qdpx")
    assert all(name in words(tmp_path / "all.qdpx") for name in ("Anna Berg", "Kari Lund", "Mari Rud", "kari.docx"))
    an.write_qdpx(told, tmp_path / "few.qdpx", users=False, paths=False, quotes=False)
    assert q.faults(tmp_path / "few.qdpx") == []
    text = words(tmp_path / "few.qdpx")
    assert not [name for name in ("Anna", "Berg", "Kari", "Lund", "Mari Rud", "Molde", "kari.docx") if name in text]
    assert "It is hard to win them over." not in described(tmp_path / "few.qdpx")
    again = an.read_qdpx(tmp_path / "few.qdpx").study
    assert len(again.coding.applied) == len(told.coding.applied)
    assert set(again.coding.coders) == {"coder 1", "coder 2", "coder 3"}


def test_control_characters_in_names_do_not_break_the_file(tmp_path):
    study = an.Study((an.Transcript("a\x0bb", "No\x0btime.\x0c"),), an.Codebook((an.Code("T\x01me"),)),
                     an.Coding((an.CodedSpan("K\x00L", "a\x0bb", 0, 7, "T\x01me"),), ()))  # fmt: skip
    an.write_qdpx(study, tmp_path / "a.qdpx")
    again = an.read_qdpx(tmp_path / "a.qdpx").study
    assert again.transcripts[0].text == "No\x0btime.\x0c"
    assert len(again.coding.applied) == 1


def made(tmp_path, **more):
    graph = '<Graphs><Graph guid="4a" name="net"><Vertex guid="4b" firstX="1" firstY="1"/></Graph></Graphs>'
    picture = (
        '<PictureSource guid="8a0000aa-0000-4000-8000-000000000000" name="a.jpg" path="internal://a.jpg" currentPath="absolute:///C:/kari/a.jpg">'
        '<PictureSelection guid="8b0000aa-0000-4000-8000-000000000000" firstX="1" firstY="2" secondX="3" secondY="4">'
        f"{q.coding(n=77)}</PictureSelection></PictureSource>"
    )
    text = q.TALK
    start, end = text.index("We listen"), text.index("We listen") + 9
    units = q.counted(text, ("units", 2))
    inside = q.selection(units[start], units[end], q.coding(), "We listen")
    description = q.project(q.source(inside) + picture, "NVivo 12", after=graph.replace("4a", "4a0000aa-0000-4000-8000-000000000000").replace(  # noqa: E501
        "4b", "4b0000aa-0000-4000-8000-000000000000"), attributes=' basePath="C:/kari"', **more)  # fmt: skip
    return q.packed(tmp_path, description, {"sources/talk.txt": text, "sources/a.jpg": b"\xff\xd8picture"})


def test_what_no_record_holds_passes_through_with_its_files(tmp_path):
    project = an.read_qdpx(made(tmp_path))
    report = an.write_qdpx(project, tmp_path / "out.qdpx")
    assert report.troubles == ()
    assert q.faults(tmp_path / "out.qdpx") == []
    text = described(tmp_path / "out.qdpx")
    assert all(mark in text for mark in ('name="net"', 'firstX="1"', 'color="#F00"', 'basePath="C:/kari"'))
    with zipfile.ZipFile(tmp_path / "out.qdpx") as archive:
        assert archive.read("sources/a.jpg") == b"\xff\xd8picture"
        assert not [name for name in archive.namelist() if name.startswith("Sources")]
    again = an.read_qdpx(tmp_path / "out.qdpx")
    t, u = project.study.transcripts[0], again.study.transcripts[0]
    assert u.text == t.text.replace("\r\n", "\n")
    assert [u.text[s.start : s.end] for s in again.study.coding.applied] == ["We listen"]
    assert again.selections == project.selections
    bare = an.write_qdpx(project, tmp_path / "bare.qdpx", paths=False)
    assert "kari" not in described(tmp_path / "bare.qdpx")
    assert bare.troubles == ()


def test_new_codings_are_added_and_those_taken_out_are_gone(tmp_path):
    project = an.read_qdpx(made(tmp_path))
    study = project.study
    new = an.CodedSpan("AB", "talk", 5, 18, "Trust/deep/calm")
    book = an.Codebook((*study.codebook.codes, an.Code("Trust", "deep", "calm", "stillness")))
    changed = replace(study, codebook=book, coding=an.Coding((new,), (), book))
    an.write_qdpx(replace(project, study=changed), tmp_path / "out.qdpx")
    assert q.faults(tmp_path / "out.qdpx") == []
    again = an.read_qdpx(tmp_path / "out.qdpx").study
    assert [(s.coder, s.code_id, s.start, s.end) for s in again.coding.applied] == [("AB", "Trust/deep/calm", 5, 18)]
    assert set(book.ids) <= set(again.codebook.ids)


def test_a_project_whose_text_was_changed_is_refused(tmp_path):
    project = an.read_qdpx(made(tmp_path))
    study = replace(project.study, transcripts=(an.Transcript("talk", "x" * 99),), coding=None)
    with pytest.raises(InputError, match="The text of 'talk' is not the one that was read"):
        an.write_qdpx(replace(project, study=study), tmp_path / "out.qdpx")
    with pytest.raises(InputError, match="takes a Study or a QdaProject"):
        an.write_qdpx("study", tmp_path / "out.qdpx")


def test_a_file_that_is_gone_is_said(tmp_path):
    path = made(tmp_path)
    project = an.read_qdpx(path)
    path.unlink()
    report = an.write_qdpx(project, tmp_path / "out.qdpx")
    assert "not there any more" in report.troubles[0].what


@pytest.mark.parametrize(
    "name",
    ["nvivo/nvivo_project", "qualitative-coding/demo", "maxqda/maxqda24_codebook", "atlasti/test-project-atlas84-mac",
     "atlasti/target-atlas-project", "atlasti/blank-atlas-project"],
)  # fmt: skip
def test_real_projects_are_written_again_with_nothing_lost(shared, tmp_path, name):
    project = an.read_qdpx(shared / "interop" / f"{name}.qdpx")
    an.write_qdpx(project, tmp_path / "a.qdpx")
    assert q.faults(tmp_path / "a.qdpx") == []
    again = an.read_qdpx(tmp_path / "a.qdpx")
    an.write_qdpx(again, tmp_path / "b.qdpx")
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
    for part in ("memos", "cases", "variables", "sets", "links", "selections"):
        assert getattr(again, part) == getattr(project, part), part
    assert again.study.codebook == project.study.codebook
    assert {(c.kind, c.held, c.carried) for c in again.losses.counts} == {
        (c.kind, c.held, c.carried) for c in project.losses.counts
    }


# --- codebooks --------------------------------------------------------------------------------------------------------


def test_a_codebook_comes_back_valid(tmp_path):
    book = an.Codebook(
        (an.Code("Trust", "deep", "calm", "stillness"), an.Code("Trust", "", "", "all of it"), an.Code("", "", "alone"))
    )
    an.write_qdc(book, tmp_path / "a.qdc")
    assert q.faults(tmp_path / "a.qdc") == []
    again = an.read_qdc(tmp_path / "a.qdc")
    assert sorted(again.codes, key=lambda c: c.id) == sorted(book.codes, key=lambda c: c.id)
    with pytest.raises(InputError, match="at least one code"):
        an.write_qdc(an.Codebook(()), tmp_path / "b.qdc")


def test_taguette_ends_its_codebook_with_an_empty_set_of_sets(tmp_path):
    text = '<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Taguette 1.4.1"><Codes><Code guid="1" name="a b" isCodable="true"/></Codes><Sets/></CodeBook>'  # noqa: E501
    (tmp_path / "a.qdc").write_text(text, encoding="utf-8")
    assert an.read_qdc(tmp_path / "a.qdc").ids == ("a b",)


def test_sets_and_colours_of_a_codebook_are_said_to_be_left_out(tmp_path):
    sets = '<Sets><Set guid="2" name="s"><MemberCode guid="1"/></Set></Sets>'
    text = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="1" name="a" isCodable="true" color="#fff"/></Codes>{sets}</CodeBook>'  # noqa: E501
    (tmp_path / "a.qdc").write_text(text, encoding="utf-8")
    assert [row["why"] for row in an.read_qdc(tmp_path / "a.qdc").report] == ["1 set of codes", "colours of 1 code"]


def test_a_codebook_is_no_project_and_the_other_way_round(tmp_path):
    (tmp_path / "a.qdc").write_text('<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes/></CodeBook>', encoding="utf-8")
    with pytest.raises(InputError, match=r"Read it with read_qdc\(\)"):
        an.read_qdpx(tmp_path / "a.qdc")
    with pytest.raises(InputError, match="must hold a <CodeBook>"):
        an.read_qdc(_bare(tmp_path))


def test_a_bare_description_is_written_again_though_it_is_no_archive(tmp_path):
    """It names files that lie nowhere, and there is no zip to copy them from."""
    (tmp_path / "c.qde").write_text(q.project(), encoding="utf-8")
    project = an.read_qdpx(tmp_path / "c.qde")
    an.write_qdpx(project, tmp_path / "again.qdpx")
    assert an.read_qdpx(tmp_path / "again.qdpx").study.codebook == project.study.codebook


def _bare(tmp_path):
    (tmp_path / "b.qde").write_text(q.project(), encoding="utf-8")
    return tmp_path / "b.qde"
