"""The audit trail: six classes, hashes, no participant's words, drafts with evidence, the same numbers again."""

import json
import re
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.comparison import compare
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.ledger import record_decision, replay
from alliance_nlp.records import (
    Clusters,
    Coding,
    Embeddings,
    EncoderInfo,
    Link,
    Mapping,
    Segment,
    Segments,
    Study,
    Table,
    Turn,
)
from alliance_nlp.reports.audit import (
    check_audit_trail,
    coreq_draft,
    data_protection_paragraph,
    differences,
    gather_facts,
    methods_paragraph,
    numbers_of,
    srqr_draft,
    write_audit_trail,
)
from alliance_nlp.reports.audit.contents import CLASSES
from hand_made_study import BOOK, DEMANDING, RUSH, make_study, transcript


class Lengths:
    def encode(self, texts):
        return np.array([[len(t), t.count("e"), t.count("t") + 1.0] for t in texts], dtype=np.float32)


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def comparison(study):
    items = [
        Segment(t.id, turn.start, turn.end, t.turn_text(i), turn.speaker, turn.role, i, i)
        for t in study.transcripts
        for i, turn in enumerate(t.turns)
        if turn.role == "participant"
    ]
    segments = Segments(tuple(items), study.transcripts)
    labels = np.array([0 if "rust" in s.text else 1 if "time" in s.text or "clock" in s.text else -1 for s in items])
    embeddings = Embeddings(segments, np.eye(len(items))[::-1], EncoderInfo("hand", "r1"), model=object())
    clusters = Clusters(embeddings, labels, settings={"recipe": "consensus", "random_state": 0})
    links = (Link(0, DEMANDING, 0.5), Link(1, RUSH, 0.4))
    mapping = Mapping(clusters, BOOK, links, settings={"alpha": 0.05, "near_best": 0.9})
    return compare(study.consensus, mapping.to_coding(), n_draws=20, n_permutations=19)


@pytest.fixture
def ledger(tmp_path, study):
    path = tmp_path / "decisions.jsonl"
    record_decision(path, "rename", code=DEMANDING, to="asks much", by="KL", of=study)
    record_decision(path, "member check", by="P1", role="participant", theme="Time", verdict="yes", of=study)
    record_decision(path, "reject", segment="S1:0-5", code="x", by="KL")
    record_decision(path, "rename", code="nowhere", to="x", by="KL")
    return path


def read_all(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in Path(folder).rglob("*") if p.is_file()
    }


def test_all_six_classes_are_there_and_every_file_is_listed_with_its_hash(study, comparison, ledger, tmp_path):
    home = write_audit_trail(study, tmp_path / "trail", comparison=comparison, ledger=ledger)
    files = read_all(home)
    assert {name.split("/")[0] for name in files if "/" in name} == {*CLASSES, "reporting"}
    manifest = json.loads(files["manifest.json"])
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    assert all(len(stated) == 64 for stated in manifest["files"].values())
    listed = [name for name in files if name not in ("README.md", "manifest.json")]
    assert all(f"`{name}`" in files["README.md"] for name in listed)
    assert manifest["encoder"] == {"name": "hand", "revision": "r1"}
    assert manifest["seeds"] == {"comparison": 0, "clusters": 0}
    assert manifest["ledger_seal"] in files["README.md"]
    assert files["4_process_notes/decisions.jsonl"] == ledger.read_text(encoding="utf-8")
    assert "no code 'nowhere'" in files["4_process_notes/open_matters.csv"]
    assert "- renamed: Trust/building trust/asks much" in files["6_instrument_development/codebook_versions.md"]
    assert "They speak of clocks." in files["3_reconstruction_and_synthesis/themes.md"]
    assert len(check_audit_trail(home)) == 0


def test_an_empty_class_says_not_provided(tmp_path):
    bare = Study(make_study().transcripts)
    files = read_all(write_audit_trail(bare, tmp_path / "t"))
    for name in list(CLASSES)[1:]:
        assert files[f"{name}/NOT_PROVIDED.md"] == "not provided\n"
    assert "Not on record: answers of participants to the themes; expectations" in files["reporting/methods.md"]
    assert "This folder holds no comparison with a machine." in files["reporting/methods.md"]


def test_no_word_of_a_participant_is_in_it_unless_asked(study, comparison, ledger, tmp_path):
    t = study.transcripts[0]
    swapped = [("P1", "participant", "zebrafish marmalade is hard to trust and time.")] * 3
    planted = transcript("S1", [("M", "moderator", "glockenspiel asked?"), *swapped], t.date)
    spans = tuple(
        replace(a, transcript_id="S1", start=planted.turns[i + 1].start, end=planted.turns[i + 1].end, note="ottoline")
        for i, a in enumerate(study.consensus.applied[:3])
    )
    consensus = Coding(
        spans, (), BOOK, made_from=Coding(tuple(replace(a, coder="A", status="coded") for a in spans), (), BOOK)
    )
    study = replace(study, transcripts=(planted, study.transcripts[1]), consensus=consensus, coding=None, notes=())
    without = "\n".join(read_all(write_audit_trail(study, tmp_path / "a", ledger=ledger)).values())
    for sentinel in ("zebrafish", "marmalade", "glockenspiel", "ottoline"):
        assert sentinel not in without
    with_words = read_all(write_audit_trail(study, tmp_path / "b", ledger=ledger, quotes=True))
    assert with_words["1_raw_data/S1.txt"] == planted.text
    assert "zebrafish" in with_words["2_reduction_and_analysis/chain.csv"]
    assert "must be kept as the transcripts are" in with_words["reporting/data_protection.md"]


def test_changed_missing_and_added_files_are_found(study, tmp_path):
    home = write_audit_trail(study, tmp_path / "t")
    (home / "numbers.json").write_text("{}")
    (home / "rerun.py").unlink()
    (home / "mine.txt").write_text("x")
    assert [(r["file"], r["what"]) for r in check_audit_trail(home)] == [
        ("numbers.json", "changed"), ("rerun.py", "missing"), ("mine.txt", "added"),
    ]  # fmt: skip


def test_an_earlier_trail_is_replaced_and_anything_else_is_left_alone(study, tmp_path):
    home = write_audit_trail(study, tmp_path / "t", quotes=True)
    write_audit_trail(study, home)
    assert not (home / "1_raw_data" / "S1.txt").exists()
    assert len(check_audit_trail(home)) == 0
    outside = tmp_path / "outside.txt"
    outside.write_text("keep")
    manifest = json.loads((home / "manifest.json").read_text())
    manifest["files"]["../outside.txt"] = "0"
    (home / "manifest.json").write_text(json.dumps(manifest))
    write_audit_trail(study, home)
    assert outside.read_text() == "keep"


def test_folders_that_cannot_be_taken(study, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("x")
    with pytest.raises(InputError, match="holds files that are no audit trail"):
        write_audit_trail(study, tmp_path / "full")
    with pytest.raises(InputError, match="An audit trail is a folder. thesis.docx is a file"):
        write_audit_trail(study, tmp_path / "full" / "thesis.docx")
    with pytest.raises(InputError, match="full holds no audit trail: manifest.json is absent"):
        check_audit_trail(tmp_path / "full")
    (tmp_path / "full" / "manifest.json").write_text("[1]")
    with pytest.raises(InputError, match="was not written by this library"):
        check_audit_trail(tmp_path / "full")
    odd = Study((replace(study.transcripts[0], id="../S1"),))
    with pytest.raises(InputError, match="'../S1' cannot be the name of a file"):
        write_audit_trail(odd, tmp_path / "odd", quotes=True)


def test_decisions_that_the_study_holds_are_carried(study, tmp_path):
    rows = ({"kind": "note", "by": "KL", "role": "coder", "date": "2025-05-14", "note": "kept"},)
    files = read_all(write_audit_trail(replace(study, decisions=rows), tmp_path / "t"))
    assert '"note": "kept"' in files["4_process_notes/decisions.jsonl"]
    missing = write_audit_trail(study, tmp_path / "u", ledger=tmp_path / "absent.jsonl")
    assert not (missing / "4_process_notes" / "decisions.jsonl").exists()


def test_what_the_study_says_of_the_researchers_and_how_segments_were_settled(study, tmp_path):
    table = Table(("segment_id", "quote"), (("S1:0-5", "zebrafish"),), quoting=("quote",))
    consensus = replace(study.consensus, ledger=table)
    told = replace(study, consensus=consensus, settings={"positionality": "both physiotherapists"})
    files = read_all(write_audit_trail(told, tmp_path / "t"))
    assert "both physiotherapists" in files["5_intentions_and_dispositions/about_the_researchers.csv"]
    assert files["4_process_notes/consensus.csv"] == "\ufeffsegment_id\nS1:0-5\n"
    only = Study(study.transcripts, expectations=study.expectations)
    assert (
        "speak of pay"
        in read_all(write_audit_trail(only, tmp_path / "u"))["5_intentions_and_dispositions/expectations.csv"]
    )


# --- the same numbers again -------------------------------------------------------------------------------------------


def test_numbers_are_plain_and_differences_are_named(study, comparison):
    numbers = numbers_of(study, comparison)
    again = json.loads(json.dumps(numbers))
    assert differences(again, numbers_of(study, comparison)) == []
    assert numbers["clusters"]["n_clusters"] == 2
    assert numbers["people"]["applications"] == {"A": 7, "B": 6, "consensus": 7}
    again["people"]["voices"][0]["evenness"] += 1e-3
    again["clusters"]["labels_sha256"] = "0"
    again["links"].append([1, "x", 0.1])
    found = differences(again, numbers)
    assert [line.split(":")[0] for line in found] == ["people.voices.0.evenness", "clusters.labels_sha256", "links"]
    assert differences({"a": None}, {"a": 0.1, "b": 1}) == ["a: None and 0.1", "b: None and 1"]


def test_the_script_says_what_it_cannot_repeat(study, comparison, tmp_path):
    def script_of(changed, of=study):
        home = write_audit_trail(of, tmp_path / "t", comparison=changed)
        return (home / "rerun.py").read_text(), (home / "README.md").read_text()

    script, readme = script_of(comparison)
    assert "an.embed(segments, encoder='hand')" in script
    assert "        study.consensus,\n        mapping.to_coding(coder='machine')," in script
    assert "leaves the machine's part out" not in readme
    compile(script, "rerun.py", "exec")
    mapping, clusters = comparison.mapping, comparison.clusters
    own = replace(clusters, settings={"recipe": "KMeans"})
    nameless = replace(clusters, embeddings=replace(clusters.embeddings, encoder=EncoderInfo("hand")))
    decided = (replace(mapping.links[0], verdict="accepted"), mapping.links[1])
    cases = [
        (replace(mapping, clusters=own), "an object of the caller's own"),
        (replace(mapping, clusters=nameless), "without a revision"),
        (replace(mapping, links=decided), "people decided on links, and the ledger given does not say how"),
    ]
    for other, why in cases:
        script, readme = script_of(replace(comparison, b=replace(comparison.b, made_from=other)))
        assert "an.compare(" not in script
        assert why in readme
    two_people = compare(
        study.coding.by("A"), study.coding.by("B"), segments=comparison.segments, n_draws=20, n_permutations=19
    )
    script, readme = script_of(two_people)
    assert "        study.coding.by('A'),\n        study.coding.by('B')," in script
    assert "leaves the machine's part out" not in readme
    stranger = replace(comparison, a=replace(comparison.a, applied=comparison.a.applied[:2]))
    assert "is not the study's consensus, one of its coders" in script_of(stranger)[1]
    coder = compare(comparison.b, study.coding.by("B"), segments=comparison.segments, n_draws=20, n_permutations=19)
    script, _ = script_of(coder)
    assert "        mapping.to_coding(coder='machine'),\n        study.coding.by('B')," in script


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_every_drafted_line_carries_its_evidence_and_the_rest_is_the_authors(study, comparison, ledger):
    standing = replay(ledger, codebook=study.codebook)
    facts = gather_facts(study, comparison, standing)
    for table, n in ((coreq_draft(facts), 32), (srqr_draft(facts), 21)):
        assert [row["item"] for row in table.rows()] == list(range(1, n + 1))
        for row in table.rows():
            assert bool(row["from"]) == (row["draft"] != "for the authors"), row
    coreq = {row["item"]: row["draft"] for row in coreq_draft(facts).rows()}
    assert coreq[12] == "4 participants, moderators apart."
    assert coreq[18] == "2 sessions, 189 days between the first and the last; 3 participants attended all."
    assert coreq[20] == "2 field notes, by C."
    assert coreq[21] == "for the authors"
    assert coreq[22] == "not assessable: 2 events; base 4 plus run 2 needs at least 6."
    assert coreq[23] == (
        "Answers of 1 participant for themselves are on record: P1. That P2, P3 or P4 was asked is not on record."
    )
    assert coreq[24] == (
        "2 people coded: A, B. [For the authors to write: whether A and B saw machine suggestions before coding; it is "
        "not on record.] [For the authors to write: whether they coded without knowing each other's codes.]"
    )
    assert coreq[25].startswith("3 codes under 3 themes, 2 versions")
    assert "Time: 1 yes, 0 partly, 0 no; no answer of 0; not asked on record: 1 other with statements" in coreq[28]
    assert "Without one: P4 (none of their 1 turn " in coreq[29]
    assert (
        "Time: statements of 2 of 4 people stand under it; more than half of them are by one person (one voice: P2)."
        in coreq[31]
    )
    assert "The study holds a consensus: 7 passages with a code." in srqr_draft(facts).rows()[14]["draft"]


def test_durations_come_from_time_stamps_or_from_what_is_stated(study):
    timed = replace(
        study.transcripts[0], turns=tuple(replace(t, end_s=60.0 * i) for i, t in enumerate(study.transcripts[0].turns))
    )
    facts = gather_facts(replace(study, transcripts=(timed, study.transcripts[1])))
    assert {r["item"]: r["draft"] for r in coreq_draft(facts).rows()}[21] == "S1: 9 minutes (to the last time stamp)."
    stated = replace(study, settings={"sessions": [{"id": "S1", "duration_minutes": 105}]})
    assert {r["item"]: r["draft"] for r in coreq_draft(gather_facts(stated)).rows()}[
        21
    ] == "S1: 105 minutes (as stated)."


def test_paragraphs_state_what_was_and_was_not_done(study, comparison, ledger):
    facts = gather_facts(replace(study, synthetic=True), comparison, replay(ledger, codebook=study.codebook))
    words = methods_paragraph(facts)
    assert words.startswith("This study is synthetic; its figures are no evidence.")
    assert "2 people coded: A, B." in words
    assert "Agreement before consensus was, as Cohen's kappa with its interval: A and B: Trust" in words
    assert "grouped into 2 clusters (recipe consensus, seed 0)" in words
    assert "The machine suggested 2 links between clusters and codes; people decided on 0." in words
    assert "Not on record" not in words
    alone = gather_facts(Study(study.transcripts, BOOK, study.coding.by("A")))
    assert "1 person coded: A." in methods_paragraph(alone)
    assert "agreement between coders (fewer than two people coded)" in methods_paragraph(alone)
    apart = replace(
        study.coding,
        read=(),
        applied=tuple(a for a in study.coding.applied if (a.coder == "A") == (a.transcript_id == "S1")),
    )
    assert "A and B read no segment in common" in methods_paragraph(gather_facts(Study(study.transcripts, BOOK, apart)))
    assert "holds nothing that a language model made." in data_protection_paragraph(alone, quotes=False)
    assert "hand@r1" in data_protection_paragraph(facts, quotes=True)


def test_drafts_say_who_saw_suggestions_and_what_suggested(study):
    """The kind: a sentence that no record bears out. Whoever saw suggestions is not said to have coded unaided."""
    saw = replace(study, coding=replace(study.coding, saw_suggestions={"A": True, "B": False}))
    segments = an.segment(saw.transcripts)
    encoder = Lengths()
    for learn_from, source in (
        (None, "from the codebook"),
        (saw.coding.by("A"), "segments that people had read, coded by A"),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AllianceWarning)
            machine = an.suggest_codes(segments, BOOK, learn_from=learn_from, encoder=encoder)
        compared = an.compare(saw.consensus, machine, n_draws=20, n_permutations=0)
        facts = gather_facts(saw, compared)
        words = methods_paragraph(facts)
        assert "A saw machine suggestions before coding; when is not on record." in words
        assert "B saw no machine suggestions before coding." in words
        assert re.search(rf"A machine suggested codes [^.]*{source} \(level: code, with Lengths", words)
        assert "no comparison with a machine" not in words
        assert "Lengths" in data_protection_paragraph(facts, quotes=False)


def test_agreement_is_before_a_consensus_only_where_there_is_one_and_of_each_two_of_any_number(study):
    c = study.coding.by("B")
    third = Coding(tuple(replace(a, coder="C") for a in c.applied), tuple(replace(r, coder="C") for r in c.read), BOOK)
    three = Study(study.transcripts, BOOK, an.join_codings([study.coding, third]))
    words = methods_paragraph(gather_facts(three))
    assert "Agreement was, as Cohen's kappa with its interval: A and B: Trust" in words
    assert "; A and C: Trust" in words
    assert "; B and C: Trust 1.00" in words
    assert "before consensus" not in words
    d = replace(c, applied=tuple(replace(a, coder="D") for a in c.applied), read=(), saw_suggestions={})
    four = gather_facts(replace(three, coding=an.join_codings([three.coding, d])))
    assert "of each two of 4 coders was, as Cohen's kappa from the lowest to the highest of 6 pairs" in (
        methods_paragraph(four)
    )
    assert len(four.agreement) == 6 * 3


def test_nothing_but_transcripts_gives_facts_too():
    bare = Study((replace(make_study().transcripts[0], turns=(Turn(0, 5),)),))
    facts = gather_facts(bare)
    assert (facts.voices, facts.quotes, facts.saturation, facts.coders, facts.encoder) == (None, None, "", (), "")
    assert coreq_draft(facts).rows()[11]["draft"] == "for the authors"
