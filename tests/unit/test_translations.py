"""Translations in Table 1 and in packs: either or both; places hold to the original; nothing of another in a pack."""

import datetime
from dataclasses import replace

import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.ledger import record_decision, replay
from alliance_nlp.method.member_checks import member_check_pack
from alliance_nlp.method.recorded import translated_quotes
from alliance_nlp.method.table1 import table1
from hand_made_study import BOOK, make_study

DAY = datetime.date(2025, 5, 14)
SAID = "It is hard work to win their trust every time."
NORSK = "Det er hardt arbeid å vinne tilliten deres hver gang."


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def place(study):
    return next(a.segment_id for a in study.consensus.applied)


@pytest.fixture
def told(tmp_path, study):
    def write(kind, **what):
        record_decision(tmp_path / "d.jsonl", kind, date=DAY, of=study, **what)
        return replay(tmp_path / "d.jsonl", codebook=BOOK)

    return write


def test_table1_shows_the_original_the_translation_or_both(study, place, told):
    now = told("translation", by="MR", segment=place, language="nb", to=NORSK)
    plain = table1(study, standing=now, quotes={"Trust": place})
    assert "Det er" not in plain.to_csv() + plain.to_text() + plain.to_html()
    either = table1(study, standing=now, quotes={"Trust": place}, words="translation")
    assert either.to_csv().splitlines()[1].startswith(NORSK)
    assert SAID not in either.to_csv() + either.to_text()
    both = table1(study, standing=now, quotes={"Trust": place}, words="both")
    assert both.to_csv().splitlines()[0] == "Horizontalization,Translation,Cluster of meaning,Essence,Theme"
    assert both.to_csv().splitlines()[1].startswith(f"{SAID},{NORSK},")
    assert f"{SAID} [nb: {NORSK}]" in " ".join(both.to_html().split())
    row = both.rows()[0]
    assert (row["segment_id"], row["translated_by"], row["checked"]) == (place, "MR", "not checked")
    start, end = map(int, row["segment_id"].rpartition(":")[2].split("-"))
    assert study.transcripts[0].text[start:end] == row["horizontalization"] == SAID  # the place is the original's
    assert "translated by MR, not checked" in both.to_html()


def test_a_statement_without_a_translation_stands_as_it_was_said_and_that_is_counted(study, place, told):
    now = told("translation", by="MR", segment=place, language="nb", to=NORSK)
    found = table1(study, standing=now, quotes={"Trust": place}, words="translation")
    n = len(found.links) - 1
    assert n == 1
    assert "1 statement has no translation: the original stands there." in found.to_text()
    assert "1 statement has no translation" in found.to_html()
    assert found.to_csv(quotes=False).splitlines()[0] == "Cluster of meaning,Essence,Theme"


def test_of_several_translations_the_checked_one_stands_else_the_last(study, place, told):
    told("translation", by="MR", segment=place, language="nb", to="Første.")
    now = told("translation", by="KL", segment=place, language="nb", to="Andre.")
    assert table1(study, standing=now, quotes={"Trust": place}, words="both").translations[0].text == "Andre."
    now = told("translation", by="KL", segment=place, language="de", to="Drittens.")
    with pytest.raises(InputError, match="translations into nb, de. Say which: language='...'"):
        table1(study, standing=now, words="both")
    found = table1(study, standing=now, quotes={"Trust": place}, words="both", language="de")
    assert found.translations[0].text == "Drittens."
    with pytest.raises(InputError, match="language must be 'nb' or 'de'"):
        table1(study, standing=now, words="both", language="fr")


def test_what_says_nothing_is_refused(study, told):
    with pytest.raises(InputError, match="table1\\(\\) finds translations in the ledger. Pass standing="):
        table1(study, words="both")
    now = told("memo", by="KL", note="x")
    with pytest.raises(InputError, match="holds no translation of words of this study"):
        member_check_pack(study, "P1", words="translation", standing=now)
    with pytest.raises(InputError, match="words must be 'original', 'translation' or 'both'"):
        table1(study, words="english")


def test_packs_in_the_language_of_who_reads_them(study, place, told):
    now = told("translation", by="MR", segment=place, language="nb", to=NORSK)
    plain = member_check_pack(study, "P1", date=DAY)
    assert plain.withheld == member_check_pack(study, "P1", date=DAY, standing=now).withheld
    assert plain.id == member_check_pack(study, "P1", date=DAY, standing=now).id
    either = member_check_pack(study, "P1", date=DAY, words="translation", standing=now)
    assert NORSK in either.to_html()
    assert SAID not in either.to_html()
    assert "There is no time, the next one is waiting." in either.to_html()  # nobody translated it
    assert any(line.endswith("nobody translated these words") for line in either.withheld)
    both = member_check_pack(study, "P1", date=DAY, words="both", standing=now)
    assert NORSK in both.to_html()
    assert SAID in both.to_html()
    assert both.id != plain.id
    assert either.themes[0].quotes[0].segment_id == place


def test_a_translation_that_repeats_another_participant_stays_out_of_a_pack(study, place, told):
    theirs = next(t for t in study.transcripts[0].turns if t.speaker == "P3")
    words = study.transcripts[0].text[theirs.start : theirs.end]
    now = told("translation", by="MR", segment=place, language="nb", to=f"Som P3 sa: {words}")
    pack = member_check_pack(study, "P1", date=DAY, words="both", standing=now)
    assert "never found that hard" not in pack.to_html()
    assert f"translation of {place}: it names another participant or repeats their words" in pack.withheld
    now = told("translation", by="MR", segment=place, language="nb", to="P3 og jeg er enige.")
    assert "P3" not in member_check_pack(study, "P1", date=DAY, words="both", standing=now).to_html()


def test_who_did_not_agree_to_be_quoted_is_not_quoted_in_another_language(study, place, told):
    now = told("translation", by="MR", segment=place, language="nb", to=NORSK)
    people = tuple(replace(p, quotation=False) if p.id == "P1" else p for p in study.participants)
    refusing = replace(study, participants=people)
    for words in ("translation", "both"):
        try:
            shown = table1(refusing, standing=now, words=words).to_html()
        except InputError as err:
            shown = str(err)
        assert "hardt arbeid" not in shown


def test_a_check_of_a_translation_that_is_not_on_record_is_listed(study, place, told):
    now = told("translation check", by="KL", segment=place, language="nb", verdict="as said")
    table = translated_quotes(study, now)
    assert table.rows() == []
    assert table.notes == (
        f"Decision 1 by KL checks a translation of {place} into 'nb' that is not on record before it.",
    )
