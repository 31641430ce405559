"""Projects of one team as one study: the same texts once, all codes and codings, nothing overwritten; and compared."""

import re
from dataclasses import replace

import pytest
import qda_files as q
from test_qda_databases import qualcoder, taguette

import alliance_nlp as an
from alliance_nlp import InputError
from alliance_nlp.__main__ import main

pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
TEXT = "Ann: It takes time, far too much of it.\n\nBo: We listen to them every day.\n\nAnn: Nobody asked us before."


def coded(title, *spans, text=TEXT, name="talk", book=None):
    """A study of one talk; a span is coder, words, code."""
    turns = tuple(an.Turn(m.start(2), m.end(2), m[1]) for m in re.finditer(r"(\w+): (.+)", text.replace("\r", " ")))
    talk = an.Transcript(name, text, turns)
    at = [(who, text.index(words), text.index(words) + len(words), code) for who, words, code in spans]
    applied = tuple(an.CodedSpan(who, name, start, end, code) for who, start, end, code in at)
    coding = an.Coding(applied, (), book) if spans else None
    return an.Study((talk,), book, coding, title=title)


def words(merged):
    texts = {t.id: t.text for t in merged.study.transcripts}
    return [(s.coder, s.code_id, texts[s.transcript_id][s.start : s.end]) for s in merged.study.coding.applied]


A = coded("A", ("KL", "It takes time", "rush"), ("KL", "We listen", "care"))
B = coded("B", ("MR", "takes time, far", "rush"))
C = coded("C", ("TO", "Nobody asked us", "voice"))


def test_any_number_of_projects_is_one_study_with_all_codes_and_codings():
    merged = an.merge_projects([A, B, C])
    assert words(merged) == [
        ("KL", "rush", "It takes time"), ("KL", "care", "We listen"), ("MR", "rush", "takes time, far"),
        ("TO", "voice", "Nobody asked us"),
    ]  # fmt: skip
    assert len(merged.study.transcripts) == 1
    assert merged.study.codebook.ids == ("rush", "care", "voice")
    assert [(r["project"], r["new_codes"], r["codings"], r["new_codings"]) for r in merged.rows()] == [
        ("A", 0, 2, 2), ("B", 0, 1, 1), ("C", 1, 1, 1),
    ]  # fmt: skip
    assert [(r["project"], r["code"]) for r in merged.new_codings.rows()] == [("B", "rush"), ("C", "voice")]
    assert merged.said == ("1 text in all 3 projects.",)


def test_the_merged_study_is_written_and_read_again(tmp_path):
    merged = an.merge_projects([A, B, C])
    an.write_qdpx(merged.study, tmp_path / "team.qdpx")
    assert q.faults(tmp_path / "team.qdpx") == []
    assert an.read_study(tmp_path / "team.qdpx") == merged.study


def test_the_order_changes_whose_words_are_kept_and_not_what_is_coded():
    one, other = an.merge_projects([A, B, C]), an.merge_projects([C, B, A])
    assert sorted(words(one)) == sorted(words(other))


def test_merging_with_itself_told_to_be_one_person_changes_nothing():
    merged = an.merge_projects([A, replace(A, title="again")], same_coders=True)
    assert merged.study.coding.applied == A.coding.applied
    assert merged.rows()[1]["new_codings"] == 0


def test_users_of_one_name_stay_apart_until_somebody_says_that_they_are_one():
    other = coded("B", ("KL", "Nobody asked", "voice"))
    merged = an.merge_projects([A, other])
    assert merged.study.coding.coders == ("KL (A)", "KL (B)")
    assert "Users of one name in several projects, kept apart: KL." in " ".join(merged.said)
    assert an.merge_projects([A, other], same_coders=["KL"]).study.coding.coders == ("KL",)
    apart = an.merge_projects([A, other], same_coders=False)
    assert apart.study.coding.coders == ("KL (A)", "KL (B)")
    assert not any("one name" in said for said in apart.said)
    with pytest.raises(InputError, match="a name in same_coders must be 'KL'"):
        an.merge_projects([A, other], same_coders=["MR"])


def test_a_copy_that_went_on_is_asked_about():
    grown = replace(A, title="B", coding=replace(A.coding, applied=(*A.coding.applied, an.CodedSpan(
        "KL", "talk", 0, 3, "voice"))))  # fmt: skip
    assert any("a copy?" in said and "same_coders=['KL']" in said for said in an.merge_projects([A, grown]).said)
    assert not any("a copy?" in said for said in an.merge_projects([A, coded("B", ("KL", "Nobody", "x"))]).said)


def test_unknown_coders_are_never_one_person(tmp_path):
    no_user = q.project(q.source(q.selection(5, 18, q.coding(user=""))))
    other = q.project(q.source(q.selection(25, 27, q.coding(user=""))))
    files = [q.packed(tmp_path, text, file=name) for text, name in ((no_user, "a.qdpx"), (other, "b.qdpx"))]
    merged = an.merge_projects(files, same_coders=True)
    assert merged.study.coding.coders == ("unknown (a)", "unknown (b)")
    assert any("nobody that the file names in a, b" in said for said in merged.said)


def test_old_highlights_of_taguette_without_a_log_are_nobodys(tmp_path):
    files = [taguette(tmp_path / name, extra=["DELETE FROM commands"]) for name in ("a.sqlite3", "b.sqlite3")]
    merged = an.merge_projects(files)
    assert merged.study.coding.coders == ("unknown (a)", "unknown (b)")
    assert len(merged.study.coding.applied) == 6


@pytest.mark.parametrize("gap", ["\n", "\r\n\r\n", "\n\n\n", " \n\n"])
def test_texts_are_one_whatever_their_white_space_and_codings_keep_their_words(gap):
    other = coded("B", ("MR", "We listen to them", "care"), text=TEXT.replace("\n\n", gap), name="renamed.docx")
    merged = an.merge_projects([A, other])
    assert len(merged.study.transcripts) == 1
    assert ("MR", "care", "We listen to them") in words(merged)
    assert "The same words under another name in B: renamed.docx is talk." in merged.said


def test_two_texts_of_one_project_are_never_one():
    twice = replace(A, transcripts=(*A.transcripts, replace(A.transcripts[0], id="again")))
    assert [t.id for t in an.merge_projects([A, twice]).study.transcripts] == ["talk", "again"]


def test_other_words_under_one_name_are_another_text_or_followed():
    edited = coded("B", ("MR", "Nobody ever asked", "voice"), ("MR", "We listen", "care"),
                   text=TEXT.replace("Nobody", "Nobody ever").replace("takes", "took"))  # fmt: skip
    last = coded("C", ("TO", "We listen", "care"))
    apart = an.merge_projects([A, edited, last])
    assert [t.id for t in apart.study.transcripts] == ["talk", "talk (2)"]
    assert ("MR", "voice", "Nobody ever asked") in words(apart)
    assert any("Other words under one name in B: talk (2)" in said for said in apart.said)
    followed = an.merge_projects([A, edited, last], edited="realign")
    assert [t.id for t in followed.study.transcripts] == ["talk"]
    assert ("MR", "care", "We listen") in words(followed)
    lost = coded("B", ("MR", "Something else entirely", "voice"), text=TEXT + "\n\nBo: Something else entirely.")
    found = an.merge_projects([A, lost, last], edited="realign")
    assert [(r["project"], r["code"]) for r in found.lost.rows()] == [("B", "voice")]
    assert found.rows()[1]["lost"] == 1
    with pytest.raises(InputError, match="edited must be 'apart' or 'realign'"):
        an.merge_projects([A, B], edited="skip")


def test_definitions_stay_those_of_the_first_and_the_others_stand_in_its_notes():
    books = [an.Codebook((an.Code("Time", "", "rush", words),)) for words in ("too little", "in a hurry")]
    one, other = (coded(t, ("K" + t, "time", "Time/rush"), book=b) for t, b in zip("AB", books, strict=True))
    merged = an.merge_projects([one, other])
    code = merged.study.codebook["Time/rush"]
    assert (code.definition, code.notes) == ("too little", "In B defined as: in a hurry")
    assert [(r["code"], r["other_words"]) for r in merged.codes.rows()] == [("Time/rush", "in a hurry")]
    assert "in a hurry" not in str(merged)


def test_codes_that_may_be_one_are_listed_and_one_where_somebody_says_so():
    other = coded("B", ("MR", "time", "Work/Rush"))
    assert [r["what"].split(",")[0] for r in an.merge_projects([A, other]).codes.rows()] == [
        "may be 'rush' of A", "new",
    ]  # fmt: skip
    one = an.merge_projects([A, other], same_codes={"Work/Rush": "rush"})
    assert one.study.codebook.ids == ("rush", "care")
    assert ("MR", "rush", "time") in words(one)
    with pytest.raises(InputError, match="None of them has 'Rash'"):
        an.merge_projects([A, other], same_codes={"Rash": "rush"})
    with pytest.raises(InputError, match="'rush' is said to be another code itself"):
        an.merge_projects([A, other], same_codes={"Work/Rush": "rush", "rush": "care"})


def test_one_id_under_two_names_and_one_name_under_two_ids_are_said(tmp_path):
    inside = q.source(q.selection(5, 18, q.coding()))
    renamed = q.CODES.replace('name="rush"', 'name="haste"')
    files = [q.packed(tmp_path, q.project(inside, codes=codes), file=f"{n}.qdpx") for n, codes in
             enumerate((q.CODES, renamed, q.CODES.replace(q.TRUST, "d" * 8 + q.TRUST[8:])))]  # fmt: skip
    found = {(r["project"], r["code"]): r["what"] for r in an.merge_projects(files).codes.rows() if r["what"] != "new"}
    assert found["1", "Time/haste"].startswith("has the id that 'Time/rush' has in 0")
    assert found["2", "trust"].startswith("has another id in 0")
    assert len(found) == 2


def test_what_is_not_merged_is_said(tmp_path):
    note = '<Notes><Note guid="7a" name="first"><PlainTextContent>A thought.</PlainTextContent></Note></Notes>'
    file = q.packed(tmp_path, q.project(q.source(), after=note))
    study = replace(an.read_study(file), guide=(an.Question("Why?"),), title="B")
    said = an.merge_projects([file, study]).said
    assert "Not merged, and only in made: 1 memos." in said
    assert "Not merged, and only in B: guide." in said


def test_projects_of_different_programs_are_merged(tmp_path):
    one = qualcoder(tmp_path / "a.qda")
    text = an.read_study(one).transcripts[0].text
    other = coded("B", ("TO", "nei", "no"), text=text.replace("\n\n", "\n"), name="elsewhere")
    merged = an.merge_projects([one, other])
    assert [name for name, _, _ in words(merged)] == ["KL", "MR", "TO"]
    assert words(merged)[-1] == ("TO", "no", "nei")


def test_what_cannot_be_merged_is_refused(study):
    with pytest.raises(InputError, match="takes two or more projects. Got 1"):
        an.merge_projects([A])
    with pytest.raises(InputError, match="Got 1. Give all"):
        an.merge_projects("a.qdpx")
    with pytest.raises(InputError, match="takes projects, or what was read of them"):
        an.merge_projects([A, 5])
    with pytest.raises(InputError, match="hand-made and the other projects share no text"):
        an.merge_projects([A, B, study])
    with pytest.raises(InputError, match="project must be 'A' or 'B'"):
        an.merge_projects([A, B]).coders_of("C")


# --- compared ---------------------------------------------------------------------------------------------------------


def three():
    """Three turns by hand. KL: rush, care, -; MR: rush, rush, voice; TO: rush, care, voice."""
    said = {"KL": ("rush", "care", None), "MR": ("rush", "rush", "voice"), "TO": ("rush", "care", "voice")}
    places = ("It takes time", "We listen", "Nobody asked us")
    return [coded(who, *((who, p, c) for p, c in zip(places, codes, strict=True) if c)) for who, codes in said.items()]


def test_any_number_of_projects_is_compared_by_hand():
    found = an.compare_projects(three(), n_draws=50)
    rows = {r["code"]: (r["given"], round(r["agreement"], 3)) for r in found.rows()}
    # share of pairs that agree, mean over turns. rush: all of turn 1, 1 of 3 in turn 2, the one pair known in turn 3
    assert rows["rush"] == ("KL 1, MR 2, TO 1", round((1 + 1 / 3 + 1) / 3, 3))
    assert rows["voice"] == ("KL 0, MR 1, TO 1", 1.0)
    pairs = {(r["a"], r["b"]): (r["n_turns"], r["same_codes"]) for r in found.pairs.rows()}
    assert pairs == {("KL", "MR"): (2, 0.5), ("KL", "TO"): (2, 1.0), ("MR", "TO"): (3, 2 / 3)}
    assert [r["said"] for r in found.disagreements.rows()] == ["KL: care; MR: rush; TO: care"]
    every = an.compare_projects(three(), read="all", n_draws=50)
    assert {r["code"]: round(r["agreement"], 3) for r in every.rows()}["voice"] == round((1 + 1 + 1 / 3) / 3, 3)
    assert "Who left a turn without a code had read it, as stated." in every.said
    assert [r["said"] for r in every.disagreements.rows()][1] == "KL: no code; MR: voice; TO: voice"


def test_the_command_takes_any_number_and_writes_tables(tmp_path, capsys):
    files = []
    for study in three():
        files.append(str(tmp_path / f"{study.title}.qdpx"))
        an.write_qdpx(study, files[-1])
    assert main(["agreement", *files, "--out", str(tmp_path / "tables")]) == 0
    printed = capsys.readouterr().out
    assert "1 text in all 3 projects." in printed
    assert "KL 1, MR 2, TO 1" in printed
    assert sorted(p.stem for p in (tmp_path / "tables").iterdir()) == [
        "coders", "codes", "disagreements", "new_codings", "pairs", "per_code",
    ]  # fmt: skip
    assert main(["agreement", *files, "--read", "KL=all"]) == 2
    assert "read must be 'all' or 'coded'" in capsys.readouterr().err
    assert main(["agreement", *files, str(tmp_path / "x.csv")]) == 2
    assert "two tables, or any number of projects" in capsys.readouterr().err
    assert main(["agreement", files[0]]) == 2
    assert main(["agreement", *files, "--sheet", "x"]) == 2
    assert "--sheet tell how tables are read" in capsys.readouterr().err


def test_the_command_merges_and_overwrites_nothing(tmp_path, capsys):
    for study in (A, B, C):
        an.write_qdpx(study, tmp_path / f"{study.title}.qdpx")
    files = [str(tmp_path / f"{name}.qdpx") for name in "ABC"]
    assert main(["merge", *files, "--to", str(tmp_path / "team.qdpx")]) == 0
    assert "1 text in all 3 projects." in capsys.readouterr().out
    assert an.read_study(tmp_path / "team.qdpx").coding.coders == ("KL", "MR", "TO")
    assert main(["merge", *files, "--to", files[0]]) == 2
    assert "A.qdpx is there already" in capsys.readouterr().err


def test_the_command_advises_what_can_be_typed(tmp_path, capsys):
    other = coded("B", ("KL", "We listen", "care"), ("KL", "Nobody", "voice"))
    for study in (A, other, C):
        an.write_qdpx(study, tmp_path / f"{study.title}.qdpx")
    files = [str(tmp_path / f"{name}.qdpx") for name in "ABC"]
    for words in (
        ["agreement", *files],
        ["agreement", *files[:2]],
        ["merge", *files, "--to", str(tmp_path / "t.qdpx")],
    ):
        assert main(words) == 0
        printed = capsys.readouterr().out
        assert "--same-coders" in printed
        assert not re.search(r"same_coders|read=|edited=", printed)
    assert main(["agreement", *files[:2], "--same-coders"]) == 2
    assert "All codings of these projects are by 'KL'" in capsys.readouterr().err


def test_nobody_is_asked_for_roles_where_all_turns_are_compared(recwarn):
    an.compare_projects(three(), n_draws=50)
    assert not [w for w in recwarn if "role" in str(w.message)]


def test_projects_that_cannot_be_compared_are_refused():
    more = [coded(t, (t, "Quite", "x"), text="Quite other words.", name="other") for t in "DE"]
    with pytest.raises(InputError, match="share no text that all of them hold"):
        an.compare_projects([A, B, *more])
    with pytest.raises(InputError, match="bare holds no codings of people"):
        an.compare_projects([A, B, coded("bare")])
    with pytest.raises(InputError, match="level must be"):
        an.compare_projects([A, B], level="word")


def test_a_text_that_all_hold_must_be_one_of_the_study():
    merged = an.merge_projects([A, B])
    with pytest.raises(InputError, match=r"MergedProjects\.in_all must name transcripts"):
        replace(merged, in_all=("zebra",))
