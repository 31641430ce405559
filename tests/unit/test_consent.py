"""What a person did not agree to is obeyed by everything that leaves: quotes, tables, reports, machines, models."""

import json
import warnings
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import alliance_nlp as an
from alliance_nlp import AllianceWarning, InputError, Participant, Study, Transcript, Turn
from alliance_nlp.clusters import naming
from alliance_nlp.clusters.describing import describe
from alliance_nlp.embeddings.embedding import embed
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.contexts import open_quote
from alliance_nlp.method.horizontalization.significant import find_significant
from alliance_nlp.method.voices import find_opposing, notes_beside
from alliance_nlp.records import Clusters, Coding, FieldNote, Table
from alliance_nlp.records.consent import NOT_QUOTED, USES
from alliance_nlp.reports.audit import write_audit_trail
from hand_made_study import BOOK, make_study

SENTINELS = ("win their trust every time", "the next one is waiting", "less hard for me now", "Same here")  # of P1


class Encoder:
    """Remembers every text that it was given."""

    def __init__(self):
        self.seen = []

    def encode(self, texts):
        self.seen += list(texts)
        return np.array([[len(t), t.count("e"), t.count("t") + 1.0] for t in texts], dtype=np.float32)


def study_with(**agreed):
    """The study made by hand, with what P1 agreed to; a note stands beside P1's first turn."""
    study = make_study()
    people = tuple(replace(p, **agreed) if p.id == "P1" else p for p in study.participants)
    return replace(study, participants=people, notes=(FieldNote("Leans back.", "C", None, "S1", 2),))


def quiet(work, *args, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        return work(*args, **more)


def said_by_p1(text):
    return [words for words in SENTINELS if words in text]


def everything_of(record):
    """What a record gives away: its rows, its print, its HTML, its CSV."""
    tables = (record,) if isinstance(record, Table) else (record.table(),)
    tables = record.tables() if hasattr(record, "tables") else tables
    rows = "".join(json.dumps(table.rows(), default=str) + table.to_csv() for table in tables)
    return rows + str(record) + repr(record) + (record._repr_html_() or "")


def test_what_people_agreed_to_is_read_from_study_toml_and_from_the_table(tmp_path):
    (tmp_path / "talk.txt").write_text("Moderator: Why?\n\nP1: No time.\n\nP2: No.\n", encoding="utf-8")
    toml = tmp_path / "study.toml"
    toml.write_text(
        '[[participants]]\nid="P1"\nquotation=false\nmachine=true\n[[participants]]\nid="P2"\n', encoding="utf-8"
    )
    study = quiet(an.read_study, tmp_path)
    assert [(p.quotation, p.machine, p.remote_model) for p in study.participants] == [
        (False, True, None), (None, None, None),
    ]  # fmt: skip
    assert study.consent.rows() == [
        {"participant": "P1", "quotation": "no", "machine": "yes", "remote_model": "not said"},
        {"participant": "P2", "quotation": "not said", "machine": "not said", "remote_model": "not said"},
    ]
    toml.unlink()
    (tmp_path / "participants.csv").write_text(
        "id,quotation,machine,remote_model\nP1,no,yes,\nP2,,,\n", encoding="utf-8"
    )
    assert quiet(an.read_study, tmp_path).participants == study.participants
    assert [sorted(turn.refuses) for turn in study.transcripts[0].turns] == [[], ["quotation"], []]


@pytest.mark.parametrize(
    ("file", "words", "told"),
    [
        ("study.toml", '[[participants]]\nid="P1"\nquotation="no"\n', "'P1': quotation must be true or false"),
        ("participants.csv", "id,machine\nP1,perhaps\n", "machine must be yes, no or empty. Got 'perhaps'"),
    ],
)
def test_another_answer_is_a_listed_error(tmp_path, file, words, told):
    (tmp_path / "talk.txt").write_text("P1: No time.\n\nP2: No.\n", encoding="utf-8")
    (tmp_path / file).write_text(words, encoding="utf-8")
    with pytest.raises(InputError, match=told) as caught:
        an.read_study(tmp_path)
    assert file in str(caught.value)


@given(st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3), st.frozensets(st.sampled_from(USES)))
def test_what_is_said_goes_before_what_was_known_and_a_machine_is_a_remote_model_too(said, known):
    refused = Participant("P1", None, (), "", *said).consent(known)
    for use, agreed in zip(USES, said, strict=True):
        expected = agreed is False or (agreed is None and use in known)
        if use == "remote model":
            expected = expected or "machine" in refused
        assert (use in refused) is expected


def test_saved_folders_keep_what_people_agreed_to(tmp_path):
    study = study_with(quotation=False, remote_model=True)
    again = an.load(an.save(study, tmp_path / "kept"))
    assert again == study
    assert again.consent.rows() == study.consent.rows()
    assert an.segment(again.transcripts)[0].refuses == {"quotation"}


def test_segments_made_by_hand_know_it_too():
    study = study_with(quotation=False)
    whole = an.segment(study.transcripts, unit="sentence")
    bare = type(whole)(tuple(replace(s, refuses=frozenset()) for s in whole), whole.transcripts, whole.unit)
    assert bare == whole
    assert {s.speaker for s in bare if s.refuses} == {"P1"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 9)), min_size=1, max_size=8), st.data())
def test_no_slice_shows_a_letter_of_somebody_who_refuses(said, data):
    text, turns = "", []
    for who, n in said:
        turns.append(Turn(len(text), len(text) + n, who, refuses=frozenset({"quotation"} if who == "A" else ())))
        text += who.lower() * n + " "
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = Transcript("T", text, tuple(turns)).shown(start, end)
    assert "a" not in shown.replace(NOT_QUOTED, "")
    others = [c for c in text[start:end] if c in "bc"]
    assert [c for c in shown.replace(NOT_QUOTED, "") if c in "bc"] == others


# --- quotation ---


@pytest.fixture
def silent():
    return study_with(quotation=False)


def test_nobody_is_quoted_who_did_not_agree_and_it_is_said(silent):
    chosen = an.choose_quotes(silent, n_per_theme=9)
    assert dict(chosen.not_represented)["P1"] == "did not agree to be quoted"
    assert "Left out: 3 statements of people who did not agree to be quoted." in str(chosen)
    assert said_by_p1(everything_of(chosen)) == []
    assert len(chosen) == 4
    assert len(an.choose_quotes(study_with(), n_per_theme=9)) == 7


def test_table_1_and_the_chain_show_none_of_their_words_nor_beside_another_quote(silent):
    table = an.table1(silent, n_per_theme=9)
    text = everything_of(table) + table.to_html() + table.to_text()
    assert said_by_p1(text) == []
    assert "Left out: 3 statements" in str(table)
    assert "P1" not in {row["speaker"] for row in table.rows()}
    assert NOT_QUOTED in table.to_html()  # in the turns around P2's statement
    chain = trace_chain(silent)
    assert len(chain.links) == 7  # counted all the same
    assert said_by_p1(everything_of(chain)) == []


def test_counts_of_what_people_said_stay(silent):
    assert an.count_voices(silent).rows() == an.count_voices(study_with()).rows()


def test_contexts_notes_and_tables_of_turns_and_segments_show_none(silent):
    opened = open_quote(silent.transcripts, an.segment(silent.transcripts)[1], before=9, after=9)
    own = open_quote(silent.transcripts, an.segment(silent.transcripts)[0])
    shown = [opened, own, notes_beside(silent), an.segment(silent.transcripts), *silent.transcripts]
    for record in shown:
        assert said_by_p1(everything_of(record)) == []
        assert NOT_QUOTED in everything_of(record)
    assert own.text == NOT_QUOTED


def clusters_of(study, encoder=None):
    segments = an.segment(study.transcripts)
    embeddings = embed(segments, encoder=encoder or Encoder(), cache=False)
    labels = np.arange(len(embeddings.segments)) % 2
    return Clusters(embeddings, labels, settings={"recipe": "consensus", "random_state": 0, "assigned": True})


def test_clusters_are_described_in_the_words_of_the_others(silent):
    clusters = clusters_of(silent)
    found = describe(clusters, n_exemplars=9)
    assert said_by_p1(everything_of(found)) == []
    assert "Left out: 4 segments of people who did not agree to be quoted, from exemplars and keywords." in str(found)
    assert {s.speaker for d in found.items for s in d.exemplars} == {"P2", "P3", "P4"}
    assert not {"waiting", "win"} & {word for d in found.items for key in d.keywords for word in key.split()}


def test_a_report_holds_none_of_their_words(silent, tmp_path):
    clusters = clusters_of(silent)
    mapping = quiet(an.map_clusters, clusters, BOOK, encoder=Encoder())
    compared = an.compare(silent.consensus, mapping.to_coding(), n_draws=20, n_permutations=0)
    an.write_report(compared, tmp_path / "report", study=silent)
    read = [path.read_text(encoding="utf-8", errors="replace") for path in (tmp_path / "report").rglob("*.*")]
    assert [said_by_p1(text) for text in read if said_by_p1(text)] == []
    assert any("I never found that hard" in text for text in read)
    page = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "4 segments of people who did not agree to be quoted" in page
    assert said_by_p1(everything_of(compared.disagreements)) == []


def test_an_audit_trail_with_quotes_holds_none_of_their_words(silent, tmp_path):
    ledger = Table(
        ("segment", "quote"), (("x", "the next ONE is  waiting"), ("y", "I run from one")), quoting=("quote",)
    )
    book = replace(
        BOOK, codes=tuple(replace(c, exemplars=("It is hard work to win their trust", "We run")) for c in BOOK)
    )
    consensus = replace(silent.consensus, ledger=ledger, codebook=book)
    study = replace(silent, codebook=book, consensus=consensus, coding=replace(silent.coding, codebook=book))
    home = quiet(write_audit_trail, study, tmp_path / "trail", quotes=True)
    read = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in home.rglob("*.*")}
    leaks = {name: said_by_p1(text) for name, text in read.items()}
    assert {name: found for name, found in leaks.items() if found} == {}
    assert "hard work to win" not in read["codebook.csv"]
    assert "We run" in read["codebook.csv"]
    assert "waiting" not in read["consensus.csv"]
    assert "I run from one" in read["consensus.csv"]
    assert "P1,no,not said,not said" in read["participants.csv"]


def test_opposing_statements_and_significant_ones_show_none(silent):
    for theme in ("Trust", "Time"):
        found = find_opposing(silent, theme)
        assert said_by_p1(everything_of(found)) == []
        assert "Left out:" in str(found)
    assert said_by_p1(everything_of(find_significant(an.segment(silent.transcripts)))) == []


def test_suggestions_and_what_to_read_next_show_none(silent):
    segments = an.segment(silent.transcripts)
    made = quiet(an.suggest_codes, segments, BOOK, learn_from=silent.coding.by("A"), encoder=Encoder())
    assert said_by_p1(everything_of(made.made_from)) == []


def test_what_people_copied_into_notes_and_reasons_is_marked_and_what_they_retell_is_not(tmp_path):
    """The kind: any text of researchers that copies out a refused turn, whole or four words of it in a row."""
    study = study_with(quotation=False)
    copied, retold = "she has to win their trust every morning", "she finds it hard"
    applied = study.consensus.applied
    spans = (replace(applied[0], note=f"kept: {copied}"), replace(applied[1], note=retold), *applied[2:])
    notes = tuple(FieldNote(text, "C", None, "S1", 2) for text in (copied, retold, "Same HERE.", "Same"))
    study = replace(study, consensus=replace(study.consensus, applied=spans), notes=notes)
    assert [row["note"] for row in notes_beside(study)] == [NOT_QUOTED, retold, NOT_QUOTED, "Same"]
    assert [link.note for link in trace_chain(study).links][:2] == [NOT_QUOTED, retold]
    home = quiet(write_audit_trail, study, tmp_path / "trail", quotes=True)
    written = (home / "4_process_notes" / "field_notes.csv").read_text(encoding="utf-8-sig")
    assert "their trust" not in written
    assert retold in written
    assert make_study().quotable(copied) == copied


def test_words_that_somebody_else_says_too_are_not_those_of_who_refused():
    study = study_with(quotation=False)
    assert study.quotable("there is no time, the clock is worse") == "there is no time, the clock is worse"
    assert study.quotable("no time, the next one is waiting") == NOT_QUOTED


# --- machines ---


def test_no_machine_reads_the_words_of_who_refused_and_it_is_counted():
    study, encoder = study_with(machine=False), Encoder()
    segments = an.segment(study.transcripts)
    with pytest.warns(
        AllianceWarning, match=r"Left out: 4 segments of people who did not agree to be read by a machine"
    ):
        embeddings = embed(segments, encoder=encoder, cache=False)
    assert said_by_p1("\n".join(encoder.seen)) == []
    assert "P1" not in embeddings.segments.speakers
    clusters = Clusters(embeddings, [0] * len(embeddings.segments))
    mapping = an.Mapping(clusters, BOOK, (an.Link(0, BOOK.ids[0], 0.5),))
    lost = an.compare(study.consensus, mapping.to_coding(), n_draws=20, n_permutations=0).lost_spans
    assert {(row["speaker"], row["why"]) for row in lost} == {
        ("P1", "they did not agree to be read by a machine, so the machine has no segment of it")
    }
    assert len(embeddings.segments) == len(segments) - 4
    assert an.choose_quotes(study).rows() == an.choose_quotes(study_with()).rows()  # quoting is another question


def test_suggestions_and_their_coding_leave_them_out_too():
    study, encoder = study_with(machine=False), Encoder()
    segments = an.segment(study.transcripts)
    coding = quiet(an.suggest_codes, segments, BOOK, learn_from=study.coding.by("A"), encoder=encoder)
    assert said_by_p1("\n".join(encoder.seen)) == []
    compared = an.compare(study.consensus, coding, n_draws=20, n_permutations=0)
    assert "P1" not in {row["participant"] for row in compared.per_participant.rows()}


def test_a_moderator_can_refuse_too():
    study = make_study()
    people = tuple(replace(p, machine=False) if p.id == "M" else p for p in study.participants)
    encoder = Encoder()
    quiet(an.suggest_codes, an.segment(replace(study, participants=people).transcripts), BOOK,
          learn_from=study.coding.by("A"), encoder=encoder)  # fmt: skip
    assert not any("What does trust ask" in text for text in encoder.seen)


def test_marks_stay_with_their_segments_where_some_are_left_out():
    study = study_with(machine=False)
    segments = an.segment(study.transcripts)
    marks = [s.speaker in ("P1", "P2") for s in segments]
    with pytest.warns(AllianceWarning, match="find_significant"):
        found = find_significant(segments, marked=marks)
    assert found.segments.ids == tuple(s.id for s in segments if s.speaker != "P1")
    assert found.marked.tolist() == [float(s.speaker == "P2") for s in found.segments]


def test_a_remote_model_gets_no_word_of_who_refused(monkeypatch):
    sent = []
    monkeypatch.setattr(naming, "ask_model", lambda asked, task, material, key: sent.append(material) or "trust")
    clusters = clusters_of(study_with(remote_model=False))
    names = naming.suggest_names(clusters, endpoint="http://localhost:1/v1", model="m", allow_send=True, n_quotes=20)
    assert sent
    assert said_by_p1("\n".join(sent)) == []
    assert any("of people who did not agree to be sent to a model" in item.checked for item in names.items)


def test_where_everybody_refused_nothing_is_sent(monkeypatch):
    monkeypatch.setattr(naming, "ask_model", lambda *_, **__: pytest.fail("sent"))
    study = make_study()
    everybody = tuple(replace(p, remote_model=False) for p in study.participants)
    clusters = clusters_of(replace(study, participants=everybody))
    names = naming.suggest_names(clusters, endpoint="http://localhost:1/v1", model="m", allow_send=True)
    # P4 is the last: listed like the others, so nobody is left to be sent
    assert {item.phrase for item in names.items} == {None}
    assert all(item.checked.startswith("nothing was sent") for item in names.items)


def test_projects_side_by_side_show_none_and_a_project_names_no_selection_by_them(silent, tmp_path):
    sides = [replace(silent, coding=silent.coding.by(silent.coding.coders[0]), consensus=None)] * 2
    other = [replace(span, code_id=BOOK.ids[2]) for span in sides[0].coding.applied]
    sides[1] = replace(sides[0], coding=replace(sides[0].coding, applied=tuple(other)))
    found = quiet(an.compare_projects, sides, n_draws=20)
    assert len(found.disagreements) == len(other)
    assert not said_by_p1(everything_of(found))
    for name, side in zip("ab", sides, strict=True):
        told = an.write_qdpx(side, tmp_path / f"{name}.qdpx")
        assert [(row["where"], row["what"][:7]) for row in told.to_look_at.rows()] == [
            ("S1", "2 turns"),
            ("S2", "2 turns"),
        ]
        with zipfile.ZipFile(tmp_path / f"{name}.qdpx") as archive:
            assert not said_by_p1(archive.read("project.qde").decode())
    files = quiet(an.compare_files, tmp_path / "a.qdpx", tmp_path / "b.qdpx")
    assert not said_by_p1(everything_of(files))


def test_their_own_pack_holds_their_words(silent):
    pack = quiet(an.member_check_pack, silent, "P1")
    assert said_by_p1(pack.to_html())


def test_nothing_changes_where_nobody_refused():
    plain, agreed = make_study(), study_with(quotation=True, machine=True, remote_model=True)
    assert agreed.transcripts == plain.transcripts
    assert isinstance(agreed, Study)
    assert isinstance(agreed.coding, Coding)
