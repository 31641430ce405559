"""Every step of the founding study's analysis, on the shipped study and on real ones where they are at hand."""

import csv
import os
from pathlib import Path

import pytest

import alliance_nlp as an
from alliance_nlp.ledger import read_ledger, record_decision, replay
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.member_checks import member_agreement, read_replies, record_replies
from alliance_nlp.method.voices import find_opposing, notes_beside, who_answers_whom
from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    ReadSpan,
    Study,
    Transcript,
    Turn,
)
from alliance_nlp.reports.audit import check_audit_trail

DATA = Path(os.environ.get("ALLIANCE_NLP_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data")


def read_real(name):
    """A study of a corpus folder: one transcript a document, the question before each answer."""
    folder = DATA / name
    if not (folder / "segments.csv").exists():
        pytest.skip(f"the corpus {name} is not here; name its folder with ALLIANCE_NLP_DATA")
    rows, book = (
        list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines(keepends=True)))
        for name in ("segments.csv", "codebook.csv")
    )
    codes = {b["code"]: Code(b["theme"], "", b["code"], b["definition"]) for b in book}
    transcripts, applied, read = [], [], []
    for document in dict.fromkeys(row["document"] for row in rows):
        text, turns = "", []
        for row in (row for row in rows if row["document"] == document):
            for role, who, words in (
                ("moderator", "I", row.get("question")),
                ("participant", row["speaker"], row["text"]),
            ):
                if words:
                    turns.append(Turn(len(text), len(text) + len(words), who or document, role))
                    text += words + "\n"
            place = (document, turns[-1].start, turns[-1].end)
            applied += [CodedSpan("gold", *place, codes[c].id) for c in row["code"].split(" | ") if c in codes]
            read.append(ReadSpan("gold", *place))
        transcripts.append(Transcript(document, text, tuple(turns)))
    codebook = Codebook(tuple(codes.values()))
    return Study(tuple(transcripts), codebook, Coding(tuple(applied), tuple(read), codebook))


@pytest.mark.parametrize("name", ["focus_group", "wac_experts", "serdif_thinkaloud"])
def test_every_step(name, tmp_path):
    study = an.load_study(name) if name == "focus_group" else read_real(name)
    people = [turn.speaker for t in study.transcripts for turn in t.turns if turn.role == "participant"]
    first, n_people = people[0], len(set(people))

    found = (
        an.find_significant(an.segment(study.transcripts), marked=study.consensus or study.coding)
        if (name == "focus_group")
        else an.find_significant(an.segment(study.transcripts))
    )  # in the others everything is coded
    assert found.suggested.any()

    chain = trace_chain(study)
    statement = chain.links[0]
    assert chain.open(statement).text == chain.statement(statement)
    table = an.table1(study)
    assert len(table.rows()) >= len(study.codebook.themes)

    ledger = tmp_path / "decisions.jsonl"
    record_decision(ledger, "rename", code=study.codebook.ids[0], to="another name", by="KL", of=study)
    standing = replay(ledger, codebook=study.codebook, consensus=study.consensus)
    assert standing.codebook.codes[0].name == "another name"

    sessions = tuple(dict.fromkeys(t.session_name for t in study.transcripts))[:2]
    assert len(an.compare_sessions(study, sessions=sessions).rows()) >= len(study.codebook.themes)
    assert an.assess_saturation(study).statement.startswith("not assessable") == (len(study.transcripts) < 6)

    assert {row["voice"] for row in an.count_voices(study).per_person} <= {"speaks", "assents", "silent", "absent"}
    assert len(who_answers_whom(study.transcripts)) >= 0
    assert len(notes_beside(study)) == len(study.notes)
    quotes = an.choose_quotes(study)
    assert len({row["participant"] for row in quotes.rows()}) + len(quotes.not_represented) == n_people
    theme = table.rows()[0]["theme"] or study.codebook.ids[0]
    assert find_opposing(study, theme).rows() or find_opposing(study, theme).reason
    assert len(an.relate_themes(study).names) > 1

    pack = an.member_check_pack(study, first)
    filled = pack.to_csv().replace(",,,,", ",x,,,")
    (tmp_path / "sheet.csv").write_text(filled, encoding="utf-8")
    record_replies(ledger, read_replies(tmp_path / "sheet.csv", pack), of=study)
    agreed = member_agreement(study, replay(read_ledger(ledger), codebook=study.codebook), asked=(first,))
    assert {row["status"] for row in agreed if row["asked"]} <= {"confirmed", "confirmed by those asked"}

    expected = an.compare_expectations(study)
    assert len(expected.rows()) >= len(study.expectations)
    trail = an.write_audit_trail(study, tmp_path / "trail", ledger=ledger)
    assert len(check_audit_trail(trail)) == 0
