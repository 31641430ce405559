"""Member checking: packs without a word of anybody else, sheets read back, agreement that counts silence."""

import csv
import datetime
import re
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from alliance_nlp.errors import AllianceWarning, InputError, MissingExtraError
from alliance_nlp.ledger import read_ledger, record_decision, replay
from alliance_nlp.method.member_checks import member_agreement, member_check_pack, read_replies, record_replies
from alliance_nlp.provenance import content_hash
from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Expectation,
    FieldNote,
    Participant,
    Question,
    Study,
    Theme,
)
from hand_made_study import BOOK, DEMANDING, RUSH, make_study, transcript

DAY = datetime.date(2025, 11, 3)


@pytest.fixture
def study():
    return make_study(title="Backs & <people>")


@pytest.fixture
def pack(study):
    return member_check_pack(study, "P1", date=DAY, contact="Kari")


def words_of_docx(path):
    import docx

    paper = docx.Document(str(path))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    about = paper.core_properties
    return "\n".join(
        [*(p.text for p in paper.paragraphs), *cells, about.title, about.author, about.comments, about.subject]
    )


def test_a_theme_or_title_that_names_or_echoes_somebody_else_is_not_on_the_paper(tmp_path):
    """A theme named in the words of P3, another after P2, and a title that names P4: P1 gets none of them."""
    words, named = "I never found that hard", "What P2 lacks"
    book = replace(
        BOOK,
        codes=tuple(replace(c, theme={"Trust": words, "Time": named}.get(c.theme, c.theme)) for c in BOOK),
        themes=(),
    )
    paths = {DEMANDING: f"{words}/building trust/demanding", RUSH: f"{named}/takes time/rush"}

    def moved(coding):
        applied = tuple(replace(a, code_id=paths[a.code_id]) for a in coding.applied)
        return replace(coding, applied=applied, codebook=book, made_from=None)

    plain = make_study()
    study = replace(plain, codebook=book, coding=moved(plain.coding), consensus=moved(plain.consensus),
                    title="Talks with P4", expectations=())  # fmt: skip
    pack = member_check_pack(study, "P1", date=DAY)
    assert [(theme.name, theme.heading) for theme in pack.themes] == [(words, "Theme 1"), (named, "Theme 2")]
    assert pack.withheld[:3] == (
        "title of the study: it names or echoes another participant",
        f"name of {words!r}, which is 'Theme 1' here: it names or echoes another participant",
        f"name of {named!r}, which is 'Theme 2' here: it names or echoes another participant",
    )
    paper = pack.to_html() + words_of_docx(pack.to_docx(tmp_path / "p1.docx")) + pack.to_csv()
    assert [found for found in (words, named, "P2", "P3", "P4") if found in paper] == []
    sheet = tmp_path / "p1.csv"
    sheet.write_text(
        pack.to_csv().replace("Theme 1,,", "Theme 1,x,").replace("Theme 2,,", "Theme 2,,x"), encoding="utf-8"
    )
    assert [(r.theme, r.verdict) for r in read_replies(sheet, pack).replies] == [(words, "yes"), (named, "partly")]
    own = member_check_pack(study, "P3", date=DAY)
    assert [theme.heading for theme in own.themes] == [words]


# --- what is in a pack ------------------------------------------------------------------------------------------------


def test_a_pack_holds_own_quotes_with_the_question_and_the_themes(pack):
    assert [theme.name for theme in pack.themes] == ["Trust", "Time"]
    assert [quote.text for quote in pack.themes[0].quotes] == [
        "It is hard work to win their trust every time.", "Trust is less hard for me now than it was.",
    ]  # fmt: skip
    assert pack.themes[0].quotes[0].question == "What does trust ask of you?"
    assert pack.themes[0].essences == ("building trust",)
    assert pack.themes[1].description == "They speak of clocks."
    assert repr(pack) == f"MemberCheckPack({pack.id} for P1, 2 themes, 3 quotes)"
    assert pack.withheld == ()


def test_a_pack_as_a_page(pack, tmp_path):
    page = pack.to_html(tmp_path / "p.html")
    assert (tmp_path / "p.html").read_text(encoding="utf-8") == page
    assert "Backs &amp; &lt;people&gt;" in page
    assert "no answer, not as agreement. Please send the sheet to Kari." in page
    assert page.count("\u2610") == 6
    assert "http:" not in page
    assert "https:" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert policy.startswith(f"default-src 'none'; style-src '{content_hash(style)}'")
    assert "cannot promise" in page
    assert "synthetic" not in page
    assert "synthetic: nobody said" in member_check_pack(make_study(synthetic=True), "P1").to_html()


def test_a_pack_as_a_word_document(pack, tmp_path):
    pack.to_docx(tmp_path / "p.docx")
    words = words_of_docx(tmp_path / "p.docx")
    assert "It is hard work to win their trust every time." in words
    assert "We asked: What does trust ask of you?" in words
    assert f"sheet {pack.id}" in words
    assert "python-docx" not in words


def test_without_python_docx_the_install_line_is_named(pack, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises((MissingExtraError, ImportError), match=r"alliance-nlp\[formats\]|docx"):
        pack.to_docx(tmp_path / "p.docx")


def test_the_id_changes_with_what_the_pack_says(study, pack):
    assert member_check_pack(study, "P1", date=DAY).id == pack.id
    assert member_check_pack(study, "P2", date=DAY).id != pack.id
    book = replace(BOOK, themes=(replace(BOOK.themes[0], description="Anew."), *BOOK.themes[1:]))
    consensus = replace(study.consensus, codebook=book)
    assert member_check_pack(make_study(codebook=book, consensus=consensus), "P1", date=DAY).id != pack.id


def test_a_pack_for_somebody_who_was_not_there(study):
    with pytest.raises(InputError, match="participant must be 'P1', 'P2', 'P3' or 'P4'. Got 'P9'"):
        member_check_pack(study, "P9")
    with pytest.raises(InputError, match="Got 'M'"):
        member_check_pack(study, "M")


def test_a_participant_without_a_coded_statement_has_no_theme(study, tmp_path):
    pack = member_check_pack(study, "P4", date=DAY)
    assert pack.themes == ()
    assert "None of your statements stands under a theme" in pack.to_html()
    pack.to_docx(tmp_path / "p.docx")


# --- nothing of anybody else ------------------------------------------------------------------------------------------

SENTINELS = ["zebrafish", "quicksilver marmalade under seven bridges", "Ottoline", "glockenspiel"]


def planted():
    """Words of Ann's colleagues everywhere a pack could take them from."""
    zebra, marmalade, name, bell = SENTINELS
    talk = [
        ("M", "moderator", "How is it?"),
        ("Ann", "participant", f"I told {name} that there is no time."),
        (name, "participant", f"For me it is {marmalade} and {bell} every day."),
        ("Ann", "participant", "There is never time."),
        (None, None, f"Somebody says {zebra} aloud."),
        ("M", "moderator", f"You say {bell}; how is that?"),
        ("Ann", "participant", "It is hard to earn trust."),
        ("M", "moderator", f"What do you think of what {name} said?"),
        ("Ann", "participant", "I never have time for trust."),
        ("M", "moderator", f"So {marmalade} it is."),
        ("Ann", "participant", "Time again."),
    ]
    t = transcript("S", talk)
    book = Codebook(
        (
            Code("Time", "takes time", "rush", f"as in {zebra}", (f"{bell} all day",)),
            Code("Trust", f"{name}'s essence", "demanding", "", (marmalade,)),
        ),
        (Theme("Time", description=f"They speak of {marmalade}."), Theme("Trust", description=f"{name} disagrees.")),
    )
    code = {"rush": book.codes[0].id, "demanding": book.codes[1].id}
    own = {1: "rush", 3: "rush", 6: "demanding", 8: "rush", 10: "rush"}
    spans = [CodedSpan("c", "S", t.turns[i].start, t.turns[i].end, code[c], note=bell) for i, c in own.items()]
    spans += [CodedSpan("c", "S", t.turns[2].start, t.turns[3].end, code["rush"])]  # begins in a colleague's turn
    spans += [CodedSpan("c", "S", t.turns[3].start, t.turns[4].end, code["demanding"])]  # runs on into another's
    return Study(
        (t,), book, Coding(tuple(spans), (), book),
        guide=(Question("How is it?"),), notes=(FieldNote(f"{name} hums {zebra}", "C", None, "S", 3),),
        expectations=(Expectation(zebra, "KL"),), participants=(Participant(name, "participant", ("S",), bell),),
        decisions=({"note": zebra},), title="A study",
    )  # fmt: skip


def test_no_planted_word_or_name_of_others_comes_into_a_pack(tmp_path):
    pack = member_check_pack(planted(), "Ann", date=DAY)
    pack.to_docx(tmp_path / "p.docx")
    everything = "\n".join([pack.to_html(), words_of_docx(tmp_path / "p.docx"), pack.to_csv(), repr(pack)])
    for sentinel in [*SENTINELS, "quicksilver", "marmalade", "bridges"]:
        assert sentinel.casefold() not in everything.casefold(), sentinel
    raw = (tmp_path / "p.docx").read_bytes()
    assert b"zebrafish" not in raw
    quotes = {theme.name: [(q.text, q.question) for q in theme.quotes] for theme in pack.themes}
    assert quotes["Time"] == [
        ("I told [another participant] that there is no time.", "How is it?"),
        ("There is never time.", "How is it?"),
        ("I never have time for trust.", None),
        ("Time again.", None),
    ]
    assert quotes["Trust"] == [("There is never time.", "How is it?"), ("It is hard to earn trust.", None)]
    assert [theme.withheld for theme in pack.themes] == ["it names another participant or repeats their words"] * 2
    assert pack.themes[1].essences == ()
    assert len(pack.withheld) == 2 + 3
    assert all(sentinel not in " ".join(pack.withheld) for sentinel in SENTINELS)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["Ann", "Bo", "Cy", None]), st.integers(0, 3)), min_size=1, max_size=14),
    st.data(),
)
def test_whatever_is_coded_a_pack_holds_own_turns_only(turns, data):
    marks = {"Ann": "alfa", "Bo": "bravosecret", "Cy": "charliesecret", None: "nobodysecret"}
    t = transcript("S", [(who, "participant", " ".join([marks[who]] * (n + 1))) for who, n in turns])
    spans = []
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(t.text) - 1))
        spans.append(
            CodedSpan(
                "c",
                "S",
                start,
                data.draw(st.integers(start, len(t.text))),
                data.draw(st.sampled_from([DEMANDING, RUSH])),
            )
        )
    coding = Coding(tuple(dict.fromkeys(spans)), (), BOOK)
    study = Study((t,), BOOK, coding, participants=(Participant("Ann", "participant", ("S",)),))
    pack = member_check_pack(study, "Ann", date=DAY)
    page = pack.to_html()
    assert "secret" not in page
    assert all(
        t.text[int(q.segment_id[2:].split("-")[0]) :].startswith(q.text) for th in pack.themes for q in th.quotes
    )


def test_common_words_of_others_do_not_withhold_a_question():
    t = transcript("S", [
        ("B", "participant", "At the end of the day it is time."),
        ("M", "moderator", "What is it at the end of the day?"),
        ("A", "participant", "No time at all."),
    ])  # fmt: skip
    coding = Coding((CodedSpan("c", "S", t.turns[2].start, t.turns[2].end, RUSH),), (), BOOK)
    quote = member_check_pack(Study((t,), BOOK, coding), "A").themes[0].quotes[0]
    assert quote.question == "What is it at the end of the day?"


# --- replies ----------------------------------------------------------------------------------------------------------


def fill(path, pack, ticks, delimiter=","):
    """Write a sheet with ticks per theme: (yes, partly, no, comment)."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(("pack", "participant", "theme", "yes", "partly", "no", "comment"))
        writer.writerows((pack.id, pack.participant, theme, *cells) for theme, cells in ticks.items())
    return path


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_sheet_becomes_decisions_of_the_participant(study, pack, tmp_path, delimiter):
    ticks = {"Trust": ("x", "", "", ""), "Time": ("", "", "X", "Not me – ærlig")}
    replies = read_replies(fill(tmp_path / "r.csv", pack, ticks, delimiter), pack)
    assert replies.missing == ()
    assert [(x.theme, x.verdict) for x in replies.replies] == [("Trust", "yes"), ("Time", "no")]
    assert "ærlig" not in str(replies) + repr(replies)
    ledger = tmp_path / "d.jsonl"
    written = record_replies(ledger, replies, of=study, date=DAY)
    assert [(d.kind, d.by, d.role, d.theme, d.verdict) for d in written] == [
        ("member check", "P1", "participant", "Trust", "yes"), ("member check", "P1", "participant", "Time", "no"),
    ]  # fmt: skip
    assert written[1].note == f"Not me – ærlig (sheet {pack.id})"
    assert list(read_ledger(ledger)) == list(written)


def test_a_word_document_is_read_back(pack, tmp_path):
    import docx

    path = pack.to_docx(tmp_path / "p.docx")
    paper = docx.Document(str(path))
    paper.tables[-1].rows[1].cells[2].text = "✓"
    paper.tables[-1].rows[2].cells[1].text = "x"
    paper.tables[-1].rows[2].cells[4].text = "and more"
    paper.save(str(path))
    replies = read_replies(path, pack)
    assert [(x.theme, x.verdict, x.comment) for x in replies.replies] == [
        ("Trust", "partly", ""), ("Time", "yes", "and more"),
    ]  # fmt: skip


def test_missing_and_doubled_ticks_are_said_and_nothing_is_lost(study, pack, tmp_path):
    ticks = {"Trust": ("x", "", "x", "both, really"), "Time": ("", " ", "\u2610", "")}
    with pytest.warns(
        AllianceWarning,
        match=r"r.csv: 2 of 2 themes have no verdict \(1 of them ticked twice: 'Trust'\): .*not as agreement",
    ):
        replies = read_replies(fill(tmp_path / "r.csv", pack, ticks), pack)
    assert [row["verdict"] for row in replies.rows()] == ["no answer", "no answer"]
    assert len(replies.to_frame()) == 2
    written = record_replies(tmp_path / "d.jsonl", replies, of=study)
    assert [(d.kind, d.note) for d in written] == [
        ("note", f"both, really; ticked yes and no (sheet {pack.id}, no verdict)")
    ]


def test_a_theme_left_out_of_the_sheet_is_no_answer(pack, tmp_path):
    with pytest.warns(AllianceWarning, match="1 of 2 themes have no verdict: 'Time'"):
        replies = read_replies(fill(tmp_path / "r.csv", pack, {"Trust": ("1", "", "", "")}), pack)
    assert replies.missing == ("Time",)


def test_sheets_that_do_not_belong_are_refused_with_all_reasons(study, pack, tmp_path):
    other = member_check_pack(study, "P2", date=DAY)
    path = fill(tmp_path / "r.csv", other, {"Trst": ("x", "", "", ""), "Time": ("x", "", "", "")})
    with pytest.raises(InputError) as err:
        read_replies(path, pack)
    message = str(err.value)
    assert message.startswith("r.csv has 5 problems:\n  row 2: theme must be 'Trust' or 'Time'. Got 'Trst'")
    assert "row 3: the sheet is of 'P2', the pack of 'P1'" in message
    assert f"the sheet belongs to pack {other.id!r}, this is {pack.id!r}" in message
    twice = fill(tmp_path / "t.csv", pack, {"Time": ("x", "", "", ""), "Time ": ("", "", "x", "")})
    with pytest.raises(InputError, match="'Time' stands in the sheet twice"):
        read_replies(twice, pack)


def test_files_that_are_no_sheet(pack, tmp_path):
    import docx

    with pytest.raises(InputError, match=r"is a \.csv or a \.docx file. Got r\.pdf"):
        read_replies(tmp_path / "r.pdf", pack)
    (tmp_path / "r.csv").write_bytes(b"theme,\xe6")
    with pytest.raises(InputError, match=r"r.csv is not UTF-8 \(byte 6\)"):
        read_replies(tmp_path / "r.csv", pack)
    (tmp_path / "r.csv").write_text("theme,comment\nTime,x\n")
    with pytest.raises(InputError, match="r.csv lacks the columns yes, partly, no"):
        read_replies(tmp_path / "r.csv", pack)
    docx.Document().save(str(tmp_path / "r.docx"))
    with pytest.raises(InputError, match="holds no table with the columns theme"):
        read_replies(tmp_path / "r.docx", pack)


# --- agreement of participants with themes ----------------------------------------------------------------------------


def test_silence_is_not_agreement(study, tmp_path):
    ledger = tmp_path / "d.jsonl"
    for by, theme, verdict in (
        ("P1", "Trust", "yes"),
        ("P1", "Time", "yes"),
        ("P2", "Time", "yes"),
        ("P1", "Time", "partly"),
    ):
        record_decision(ledger, "member check", by=by, role="participant", theme=theme, verdict=verdict, of=study)
    record_decision(ledger, "member check", by="KL", theme="Trust", verdict="no", of=study)  # a researcher is no member
    rows = {row["theme"]: row for row in member_agreement(study, replay(ledger, codebook=BOOK)).rows()}
    assert (rows["Trust"]["asked"], rows["Trust"]["yes"], rows["Trust"]["no_answer"]) == (1, 1, 0)
    assert (rows["Trust"]["not_asked"], rows["Trust"]["status"]) == (1, "confirmed by those asked")
    everybody = member_agreement(study, replay(ledger, codebook=BOOK), asked=("P1", "P2", "P3", "P4")).rows()
    trust = next(row for row in everybody if row["theme"] == "Trust")
    assert (trust["asked"], trust["no_answer"], trust["not_asked"]) == (2, 1, 0)
    assert (trust["agreement"], trust["status"]) == (0.5, "partly confirmed")
    assert (rows["Time"]["yes"], rows["Time"]["partly"], rows["Time"]["status"]) == (1, 1, "partly confirmed")
    assert rows["Joy"]["status"] == "nobody was asked"


def test_a_codebook_without_themes_is_checked_code_by_code(tmp_path):
    study = make_study()
    book = Codebook((Code(code="slow"), Code(code="fast")))
    spans = tuple(replace(a, code_id="slow") for a in study.consensus.applied)
    bare = Study(study.transcripts, book, Coding(spans, (), book))
    pack = member_check_pack(bare, "P1", date=DAY)
    replies = read_replies(fill(tmp_path / "r.csv", pack, {"slow": ("x", "", "", "")}), pack)
    assert [d.code for d in record_replies(tmp_path / "d", replies, of=bare)] == [("slow",)]
    table = member_agreement(bare, replay(tmp_path / "d", codebook=book), asked=("P1",))
    assert [(row["theme"], row["status"]) for row in table.rows()] == [("slow", "confirmed by those asked")]


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [({}, "nobody was asked"), ({"P1": "yes", "P2": "yes"}, "confirmed"), ({"P1": "yes", "P2": "no"}, "disputed"),
     ({"P1": "no"}, "disputed"), ({"P1": "partly"}, "partly confirmed")],
)  # fmt: skip
def test_status_of_a_theme(study, tmp_path, verdicts, status):
    for by, verdict in verdicts.items():
        record_decision(tmp_path / "d", "member check", by=by, role="participant", theme="Time", verdict=verdict)
    table = member_agreement(study, replay(tmp_path / "d", codebook=BOOK))
    assert next(row["status"] for row in table.rows() if row["theme"] == "Time") == status


def test_only_those_who_were_asked_are_counted(study, tmp_path):
    table = member_agreement(study, replay(tmp_path / "d", codebook=BOOK), asked=("P1",))
    assert [row["asked"] for row in table.rows()] == [1, 1, 0]
    with pytest.raises(InputError, match="Got 'P9'"):
        member_agreement(study, replay(tmp_path / "d", codebook=BOOK), asked=("P9",))
