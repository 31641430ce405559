"""The ledger: lines that follow one another, and what stands once they are replayed."""

import datetime
import json
import re
import threading
from dataclasses import replace

import numpy as np
import pytest

from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.ledger import Decision, Ledger, diff_codebooks, read_ledger, record_decision, recording, replay
from alliance_nlp.ledger.changes import carry_coding
from alliance_nlp.records import (
    Clusters,
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    Link,
    Mapping,
    ReadSpan,
    Segment,
    Segments,
    Study,
    Theme,
    Transcript,
    Turn,
)

DAY = datetime.date(2025, 5, 14)


@pytest.fixture
def book():
    return Codebook(
        (
            Code("Trust", "", "demanding", "takes work", ("on trial",)),
            Code("Trust", "", "presence", "being there"),
            Code("Time", "", "rush", "too little time", ("the next one coughs",)),
        ),
        (Theme("Time", group="practical", description="Time is wished for."),),
    )


@pytest.fixture
def mapping(book):
    words = ["trust me", "earn it", "no time", "late again"]
    text = " ".join(words)
    starts = np.cumsum([0] + [len(w) + 1 for w in words])
    segments = Segments(
        tuple(Segment("T", int(s), int(s) + len(w), w, "P1", position=i)
              for i, (s, w) in enumerate(zip(starts, words, strict=False))),
        (Transcript("T", text, (Turn(0, len(text), "P1"),)),),
    )  # fmt: skip
    clusters = Clusters(Embeddings(segments, np.eye(4)[::-1], EncoderInfo("hand")), np.array([0, 0, 1, 1]))
    links = (Link(0, "Trust/demanding", 0.5), Link(1, "Time/rush", 0.4))
    return Mapping(clusters, book, links, (), ("Trust/presence",))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "decisions.jsonl"


def test_a_decision_is_one_line_that_carries_everything(path, book):
    written = record_decision(
        path, "rename", code="demanding", to="asks much", by="KL", note="œ – 三", date=DAY, of=book
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[0])
    assert len(lines) == 1
    assert (row["kind"], row["code"], row["to"], row["by"], row["role"]) == (
        "rename", ["Trust/demanding"], "asks much", "KL", "researcher",
    )  # fmt: skip
    assert (row["date"], row["note"], row["previous"]) == ("2025-05-14", "œ – 三", "")
    assert read_ledger(path)[0] == written
    assert read_ledger(path).problems == ()


def test_every_kind_comes_back_from_the_file_as_it_was_written(path, book, mapping):
    common = {"by": "KL", "date": DAY}
    written = [
        record_decision(path, "accept", cluster=0, code="demanding", of=mapping, **common),
        record_decision(path, "reject", segment="T:0-8", code="Time/rush", of=mapping, **common),
        record_decision(
            path, "merge", code=("demanding", "presence"), to=Code("Trust", "", "trust"), of=book, **common
        ),
        record_decision(path, "split", code="rush", to=(Code("Time", "", "a"), Code("Time", "", "b")), **common),
        record_decision(path, "add code", to=Code("New", "e", "c", "d", ("x",), ("y",)), **common),
        record_decision(path, "change definition", code="rush", to="anew", of=book, **common),
        record_decision(path, "agree", segment="T:0-8", **common),
        record_decision(path, "note", note="why", **common),
        record_decision(path, "member check", theme="Time", verdict="partly", by="P1", role="participant", of=book),
        record_decision(path, "rename", theme="time", to="Clock", settles=(1,), of=book, **common),
    ]
    read = read_ledger(path)
    assert list(read) == written
    assert [d.number for d in read] == list(range(1, 11))
    assert read[5].before == "too little time"
    assert len(read[0].members) == 16
    assert [d.subject for d in read][:4] == [
        "cluster 0 and 'Trust/demanding'", "T:0-8 and 'Time/rush'", "'Trust/demanding' + 'Trust/presence'", "'rush'",
    ]  # fmt: skip
    assert "why" not in str(read)
    assert "why" in {row["note"] for row in read.rows()}
    assert repr(read) == "Ledger(10 decisions, 0 problems)"
    assert len(read.to_frame()) == 10


def test_a_line_stays_one_line_whatever_a_reader_takes_for_a_line_end(path):
    note = "a\u2028b\u2029c\x85d\x0be\nf\rg"
    record_decision(path, "note", note=note, by="KL")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1
    assert read_ledger(path)[0].note == note
    assert read_ledger(path).problems == ()


def test_the_study_holds_rows_that_replay(path, book):
    record_decision(path, "rename", code="demanding", to="asks much", by="KL", of=book)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert replay(Ledger.of(rows), codebook=book).codebook == replay(path, codebook=book).codebook


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": "acept", "code": "rush"}, "kind must be .* Did you mean 'accept'"),
        (
            {"kind": "note", "note": "x", "role": "boss"},
            "role must be 'researcher', 'coder', 'participant' or 'program'",
        ),
        ({"kind": "note", "note": "x", "by": " "}, "needs a name"),
        ({"kind": "note"}, "'note' needs note"),
        ({"kind": "rename", "code": "rush"}, "'rename' needs to"),
        ({"kind": "rename", "to": "x"}, "about code or theme, one of them. Got none"),
        ({"kind": "accept", "code": "rush", "cluster": 1, "segment": "T:0-8"}, "Got cluster and segment"),
        ({"kind": "note", "note": "x", "verdict": "yes"}, "does not take verdict"),
        ({"kind": "member check", "theme": "Time", "verdict": "maybe"}, "verdict must be 'yes', 'partly' or 'no'"),
        ({"kind": "merge", "code": ("rush",), "to": Code("x")}, "two codes or more into one. Got 1 codes and 1"),
        ({"kind": "split", "code": "rush", "to": (Code("x"),)}, "one code into two or more"),
        ({"kind": "add code", "to": "x"}, "takes one code. Got 0 codes and 0 new"),
        ({"kind": "change definition", "code": "rush", "to": Code("x")}, "the new definition"),
        ({"kind": "rename", "theme": "Time", "to": Code("x")}, "one new name"),
        ({"kind": "accept", "code": ("a", "b"), "segment": "T:0-1"}, "about one code. Got 2"),
        ({"kind": "accept", "code": "rush", "cluster": 0}, "Cluster 0 means nothing without its segments"),
        ({"kind": "note", "note": "x", "settles": (3,)}, "the ledger holds none"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_nothing_is_written(path, given, message):
    kind, more = given.pop("kind"), {"by": "KL", **given}
    with pytest.raises(InputError, match=message):
        record_decision(path, kind, **more)
    assert not path.exists()


def test_settling_what_is_not_there_names_what_is(path):
    record_decision(path, "note", note="x", by="KL")
    with pytest.raises(InputError, match=r"settles names decisions 2, 9, which .* It holds decisions 1 to 1"):
        record_decision(path, "note", note="y", by="KL", settles=(2, 9))


def test_subjects_that_do_not_exist_are_refused(path, book, mapping):
    twice = Codebook((Code("A", "", "same"), Code("B", "", "same")))
    study = Study(mapping.clusters.segments.transcripts, book)
    cases = [
        ({"kind": "change definition", "code": "rusch", "to": "x", "of": book}, "No code has the path 'rusch'"),
        ({"kind": "change definition", "code": "same", "to": "x", "of": twice}, "can mean 'A/same' or 'B/same'"),
        ({"kind": "rename", "theme": "Tme", "to": "x", "of": book}, "theme must be .* Did you mean 'Time'"),
        ({"kind": "add code", "to": Code("Time", "", "rush"), "of": book}, "already has a code 'Time/rush'"),
        ({"kind": "accept", "cluster": 7, "code": "rush", "of": mapping}, "cluster must lie between -1 and 1. Got 7"),
        ({"kind": "agree", "segment": "T:0-7", "of": mapping.clusters.segments}, "No segment has the id 'T:0-7'"),
        ({"kind": "agree", "segment": "T:0-7", "of": mapping}, "No segment has the id 'T:0-7'"),
        ({"kind": "agree", "segment": "T:0-999", "of": study}, "No words of the study have the id 'T:0-999'"),
        ({"kind": "agree", "segment": "U:0-1", "of": study}, "the transcripts are 'T'"),
        ({"kind": "agree", "segment": "nonsense", "of": study}, "An id is 'transcript:start-end'"),
    ]
    for given, message in cases:
        kind = given.pop("kind")
        with pytest.raises(InputError, match=message):
            record_decision(path, kind, by="KL", **given)
    assert not path.exists()
    record_decision(path, "agree", segment="T:0-8", by="KL", of=book)  # a codebook knows no segments: nothing to check


# --- tampering, interruption, clocks ----------------------------------------------------------------------------------


@pytest.fixture
def five(path):
    for i in range(5):
        record_decision(path, "note", note=f"note {i}", by="KL", date=DAY)
    return path


def test_an_edited_line_is_named_and_stays(five):
    five.write_text(five.read_text().replace("note 2", "note X"))
    with pytest.warns(AllianceWarning, match="1 problem, the first: line 3 was changed after it was written"):
        read = read_ledger(five)
    assert [d.note for d in read] == ["note 0", "note 1", "note X", "note 3", "note 4"]
    assert replay(read).problems == read.problems


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[0], lines[0], *lines[1:]], 2),
        (lambda lines: [lines[0].replace('","', '", "'), *lines[1:]], 2),
    ],
)
def test_removed_moved_doubled_and_reformatted_lines_are_named(five, edit, line):
    five.write_text("\n".join(edit(five.read_text().splitlines())) + "\n")
    with pytest.warns(AllianceWarning, match=f"line {line} does not follow the line before it"):
        read_ledger(five)


def test_lines_taken_from_the_end_are_seen_with_a_seal(five):
    seal = read_ledger(five).seal
    record_decision(five, "note", note="later", by="KL")
    assert read_ledger(five, seal=seal).problems == ()
    five.write_text("\n".join(five.read_text().splitlines()[:4]) + "\n")
    assert read_ledger(five).problems == ()
    with pytest.warns(AllianceWarning, match="no line has the hash of the seal"):
        read_ledger(five, seal=seal)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ('{"kind":"note","by":"K', "line 6 is not a whole line of JSON"),
        ("[1, 2]", "line 6 does not hold a decision"),
        ('{"kind":"dream","by":"KL","role":"coder","date":"2025-01-01"}', "line 6 holds no decision .* kind must be"),
        ('{"kind":"note","by":"KL","role":"coder","date":"2025-01-01","mood":1}', "no decision has mood"),
        ('{"kind":"note"}', "missing: by, role, date"),
        ('{"kind":"note","by":"KL","role":"coder","date":"soon","note":"x"}', "does not have the shape"),
        ('{"kind":"note","by":5,"role":"coder","date":"2025-01-01","note":"x"}', "does not have the shape"),
        ('{"kind":"add code","by":"K","role":"coder","date":"2025-01-01","to":[{"thme":"x"}]}', "have the shape"),
    ],
)
def test_a_damaged_line_is_kept_and_the_ledger_goes_on(five, damage, message):
    with five.open("a") as file:
        file.write(damage)
    record_decision(five, "note", note="after", by="MR", date=DAY)
    assert damage in five.read_text()
    with pytest.warns(AllianceWarning, match="1 problem, the first"):
        read = read_ledger(five)
    assert len(read) == 6
    assert read[-1].number == 7
    assert read.unreadable == ((6, damage),)
    assert re.search(message, read.problems[0])


def test_line_ends_and_marks_of_other_editors_are_no_tampering(five):
    five.write_bytes(b"\xef\xbb\xbf" + five.read_bytes().replace(b"\n", b"\r\n"))
    assert read_ledger(five).problems == ()


def test_what_is_no_ledger_is_said(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read_ledger(tmp_path)
    (tmp_path / "latin").write_bytes(b"\xe6\xf8\xe5")
    with pytest.raises(InputError, match=r"latin is not UTF-8 \(byte 0\)"):
        read_ledger(tmp_path / "latin")
    assert len(read_ledger(tmp_path / "absent")) == 0
    with pytest.raises(InputError, match="takes a Ledger or the path"):
        replay([])


def test_a_clock_that_runs_backwards_loses_nothing(path, monkeypatch):
    record_decision(path, "note", note="one", by="KL")
    early = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    monkeypatch.setattr(recording, "_now", lambda: early)
    with pytest.warns(AllianceWarning, match=r"clock stands at 2001.*Decision 2 is written.*Set the clock"):
        record_decision(path, "note", note="two", by="KL")
    with pytest.warns(AllianceWarning, match="clock ran backwards between lines 1 and 2"):
        assert [d.note for d in read_ledger(path)] == ["one", "two"]


def test_two_writers_lose_no_decision_and_break_no_chain(path):
    def write(name):
        for i in range(12):
            record_decision(path, "note", note=str(i), by=name)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("KL", "MR", "XX")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    read = read_ledger(path)
    assert read.problems == ()
    assert len(read) == 36
    assert [d.note for d in read if d.by == "MR"] == [str(i) for i in range(12)]


# --- replay -----------------------------------------------------------------------------------------------------------


def test_a_codebook_goes_through_its_versions(path, book):
    def decide(kind, **more):
        record_decision(path, kind, by="KL", date=DAY, **more)

    decide("rename", code="Trust/demanding", to="asks much")
    decide("merge", code=("Trust/asks much", "Trust/presence"), to=Code("Trust", "", "giving", "both"))
    decide("split", code="Time/rush", to=(Code("Time", "", "clock"), Code("Time", "", "list", "their list")))
    decide("add code", to=Code("Money", "", "fees"))
    decide("change definition", code="Money/fees", to="what it costs")
    decide("rename", theme="Time", to="Clocks")
    decide("rename", code="Money/fees", to=Code("Clocks", "", "fees"))
    standing = replay(path, codebook=book)
    assert standing.codebook.ids == ("Trust/giving", "Clocks/clock", "Clocks/list", "Clocks/fees")
    assert standing.codebook["Trust/giving"].exemplars == ("on trial",)
    assert standing.codebook["Trust/giving"].aliases == ("asks much", "demanding", "presence")
    assert standing.codebook["Clocks/fees"].definition == "what it costs"
    assert standing.codebook.themes[1] == Theme("Clocks", ("Time",), "practical", "Time is wished for.")
    assert [version.decision for version in standing.versions] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert standing.versions[0].codebook == book
    assert standing.versions[1].codebook.find("demanding") == ("Trust/asks much",)
    assert repr(standing.versions[1]) == "CodebookVersion(version 1, 3 codes)"
    assert standing.not_applied == ()
    assert str(standing) == "Version 7 of the codebook: 4 codes. Nothing is open."


def test_what_cannot_be_applied_is_said_and_the_rest_goes_on(path, book):
    for kind, more in [
        ("rename", {"code": "Trust/nothing", "to": "x"}),
        ("rename", {"code": "Trust/demanding", "to": "presence"}),
        ("rename", {"theme": "Nope", "to": "x"}),
        ("rename", {"theme": "Time", "to": "Trust"}),
        ("rename", {"code": "Trust/presence", "to": "there"}),
        ("change definition", {"code": "Trust/presence", "to": "new"}),
        ("add code", {"to": Code("Time", "", "rush")}),
        ("split", {"code": "Time/rush", "to": (Code("a"), Code("a"))}),
    ]:
        record_decision(path, kind, by="KL", **more)
    standing = replay(path, codebook=book)
    why = dict(standing.not_applied)
    assert "no code 'Trust/nothing'" in why[1]
    assert "already has a code 'Trust/presence'" in why[2]
    assert "no theme 'Nope'" in why[3]
    assert "already has a theme 'Trust'" in why[4]
    assert "'Trust/presence' had become 'Trust/there' by then" in why[6]
    assert "already has a code 'Time/rush'" in why[7]
    assert "already has a code 'a'" in why[8]
    assert standing.codebook.ids == ("Trust/demanding", "Trust/there", "Time/rush")
    assert len(standing.rows()) == len(standing.to_frame()) == 7
    assert "not applied" in str(standing)


def test_two_people_deciding_opposite_things_are_reported_and_not_resolved(path, mapping):
    record_decision(path, "accept", cluster=0, code="demanding", by="KL", of=mapping)
    record_decision(path, "reject", cluster=0, code="demanding", by="MR", of=mapping)
    standing = replay(path, mapping=mapping)
    assert standing.mapping.links[0].verdict == "suggested"
    assert [c.decisions for c in standing.conflicts] == [(1, 2)]
    assert "decision 1 (KL: accept), decision 2 (MR: reject) contradict" in str(standing)
    record_decision(path, "accept", cluster=0, code="demanding", by="KL+MR", settles=(1, 2), of=mapping)
    standing = replay(path, mapping=mapping)
    assert standing.conflicts == ()
    assert standing.mapping.links[0].verdict == "accepted"


def test_a_change_of_mind_is_no_conflict(path, mapping):
    record_decision(path, "accept", cluster=0, code="demanding", by="KL", of=mapping)
    record_decision(path, "reject", cluster=0, code="demanding", by="KL", of=mapping)
    record_decision(path, "reject", cluster=0, code="demanding", by="MR", of=mapping)
    standing = replay(path, mapping=mapping)
    assert standing.conflicts == ()
    assert standing.mapping.links[0].verdict == "rejected"
    assert standing.mapping.without_code == (0,)
    assert set(standing.mapping.without_cluster) == {"Trust/demanding", "Trust/presence"}
    assert standing.mapping.codes_of == {1: ("Time/rush",)}


def test_a_definition_built_on_the_last_one_is_a_sequel_and_two_from_one_are_a_conflict(path, book):
    record_decision(path, "change definition", code="rush", to="second", by="KL", of=book)
    today = replay(path, codebook=book).codebook
    record_decision(path, "change definition", code="rush", to="third", by="MR", of=today)
    standing = replay(path, codebook=book)
    assert standing.conflicts == ()
    assert standing.codebook["Time/rush"].definition == "third"
    record_decision(path, "change definition", code="rush", to="other", by="XX", of=book)
    standing = replay(path, codebook=book)
    assert [c.decisions for c in standing.conflicts] == [(2, 3)]
    assert standing.codebook["Time/rush"].definition == "too little time"


def test_a_merge_and_a_rename_of_one_code_by_two_people_are_one_conflict(path, book):
    new = Code("Trust", "", "giving")
    record_decision(path, "merge", code=("demanding", "presence"), to=new, by="KL", of=book)
    record_decision(path, "rename", code="presence", to="there", by="MR", of=book)
    standing = replay(path, codebook=book)
    assert standing.codebook == book
    assert len(standing.conflicts) == 1
    assert standing.not_applied == ()


def test_a_merge_replaced_in_part_is_said(path, book):
    record_decision(path, "merge", code=("demanding", "presence"), to=Code("x"), by="KL", of=book)
    record_decision(path, "rename", code="presence", to="there", by="KL", of=book)
    standing = replay(path, codebook=book)
    assert standing.codebook.ids == ("Trust/demanding", "Trust/there", "Time/rush")
    assert standing.not_applied == (
        (1, "a later decision of the same person replaced a part of it; decide on the rest"),
    )


def test_a_path_given_away_and_used_again_names_the_new_code(path, book):
    record_decision(path, "rename", code="Time/rush", to="hurry", by="KL")
    record_decision(path, "add code", to=Code("Time", "", "rush", "another thing"), by="KL")
    record_decision(path, "rename", code="Time/rush", to="storm", by="MR")
    coding = Coding((CodedSpan("A", "T", 0, 5, "Time/rush"),), (), book)
    standing = replay(path, codebook=book, consensus=coding)
    assert standing.conflicts == ()
    assert standing.codebook.ids == ("Trust/demanding", "Trust/presence", "Time/hurry", "Time/storm")
    assert [a.code_id for a in standing.consensus.applied] == ["Time/hurry"]


def test_verdicts_follow_the_segments_of_a_cluster_and_not_its_number(path, mapping):
    record_decision(path, "reject", cluster=1, code="rush", by="KL", of=mapping)
    record_decision(path, "accept", cluster=0, code="presence", by="KL", of=mapping)
    clusters = mapping.clusters
    swapped = Mapping(
        Clusters(clusters.embeddings, 1 - clusters.labels, settings={"assigned": True}),
        mapping.codebook,
        (Link(0, "Time/rush", 0.4),),
    )
    standing = replay(path, mapping=swapped)
    assert [(x.cluster, x.code_id, x.verdict) for x in standing.mapping.links] == [
        (0, "Time/rush", "rejected"), (1, "Trust/presence", "accepted"),
    ]  # fmt: skip
    other = Mapping(
        Clusters(clusters.embeddings, np.array([0, 1, 1, 1]), settings={"assigned": True}), mapping.codebook, ()
    )
    why = dict(replay(path, mapping=other).not_applied)
    assert why[1] == "cluster 1 held other segments when KL decided; decide again on today's"


def test_links_and_codings_follow_renames_and_wait_after_a_split(path, book, mapping):
    record_decision(path, "accept", cluster=1, code="rush", by="KL", of=mapping)
    record_decision(path, "rename", code="demanding", to="asks much", by="KL", of=book)
    record_decision(path, "split", code="rush", to=(Code("Time", "", "a"), Code("Time", "", "b")), by="KL", of=book)
    coding = Coding(
        (CodedSpan("C", "T", 0, 8, "Trust/demanding"), CodedSpan("C", "T", 9, 16, "Time/rush")),
        (ReadSpan("C", "T", 0, 36),), book,
    )  # fmt: skip
    standing = replay(path, codebook=book, mapping=mapping, consensus=coding)
    assert [x.code_id for x in standing.mapping.links] == ["Trust/asks much", "Time/rush"]
    assert [a.code_id for a in standing.consensus.applied] == ["Trust/asks much", "Time/rush"]
    assert standing.codebook.former == ("Time/rush",)
    assert standing.consensus.codebook == standing.mapping.codebook == standing.codebook
    assert any("1 application in the consensus with a code that was split ('Time/rush')" in w for w in standing.waiting)
    assert any("the link of cluster 1 with 'Time/rush', which was split" in w for w in standing.waiting)
    assert dict(standing.not_applied)[1] == "the code 'Time/rush' was split into 'Time/a' and 'Time/b'"


def test_agreed_codes_replace_those_of_the_segment_and_nothing_else(path, book):
    coding = Coding(
        (CodedSpan("C", "T", 0, 8, "Trust/demanding", "consensus"),
         CodedSpan("C", "T", 9, 16, "Time/rush", "consensus")),
        (ReadSpan("C", "T", 0, 16),), book,
    )  # fmt: skip
    record_decision(path, "agree", segment="T:0-8", code=("presence", "rush"), by="KL+MR", date=DAY, note="n", of=book)
    record_decision(path, "agree", segment="T:9-16", by="KL+MR", of=book)
    record_decision(path, "agree", segment="broken", by="KL+MR")
    record_decision(path, "agree", segment="T:20-25", code="unknown", by="KL+MR")
    standing = replay(path, consensus=coding)
    assert [(a.coder, a.start, a.code_id, a.date) for a in standing.consensus.applied] == [
        ("C", 0, "Trust/presence", DAY), ("C", 0, "Time/rush", DAY),
    ]  # fmt: skip
    assert dict(standing.not_applied) == {
        3: "'broken' is no segment's id", 4: "a code of it is unknown or was split",
    }  # fmt: skip
    alone = replay(path, codebook=book).consensus
    assert alone.coders == ("consensus",)
    assert len(alone.applied) == 2


def test_the_coders_behind_a_consensus_follow_it_to_the_new_codebook(path, book):
    behind = Coding((CodedSpan("A", "T", 0, 8, "Time/rush"), CodedSpan("B", "T", 0, 8, "Trust/presence")), (), book)
    consensus = Coding((CodedSpan("c", "T", 0, 8, "Time/rush", "consensus"),), (), book, made_from=behind)
    record_decision(path, "rename", code="presence", to="there", by="KL", of=book)
    standing = replay(path, codebook=book, consensus=consensus)
    assert [a.code_id for a in standing.consensus.made_from.applied] == ["Time/rush", "Trust/there"]
    assert standing.consensus.made_from.codebook == standing.codebook


def test_suggested_codes_of_segments_are_marked(path, book):
    machine = Coding(
        tuple(CodedSpan("machine", "T", s, s + 5, "Time/rush", "suggested", 0.5) for s in (0, 10, 20)), (), book
    )
    record_decision(path, "accept", segment="T:0-5", code="rush", by="KL", of=book)
    record_decision(path, "reject", segment="T:10-15", code="rush", by="KL", of=book)
    assert [a.status for a in replay(path, suggestions=machine).suggestions.applied] == [
        "accepted", "rejected", "suggested",
    ]  # fmt: skip


def test_member_checks_stand_side_by_side_and_the_last_of_a_person_counts(path, book):
    for by, verdict in (("P1", "no"), ("P2", "yes"), ("P1", "partly")):
        record_decision(path, "member check", theme="Time", verdict=verdict, by=by, role="participant", of=book)
    record_decision(path, "note", note="kept", by="KL")
    standing = replay(path, codebook=book)
    assert {d.by: d.verdict for d in standing.member_checks} == {"P1": "partly", "P2": "yes"}
    assert standing.conflicts == ()
    assert [d.note for d in standing.notes] == ["kept"]


def test_a_decision_settled_by_a_note_is_withdrawn(path, book):
    record_decision(path, "rename", code="rush", to="hurry", by="KL", of=book)
    record_decision(path, "note", note="not yet", by="KL", settles=(1,))
    assert replay(path, codebook=book).codebook == book


def test_a_diff_can_be_read():
    old = Codebook(
        (Code("T", "", "a", "one two three"), Code("T", "", "b", "same", ("x",)), Code("T", "", "gone")),
        (Theme("T", description="before"),),
    )
    new = Codebook(
        (
            Code("U", "", "a", "one 2 three four"),
            Code("U", "", "B", "same", ("x", "y"), ("b",)),
            Code("U", "", "new", "d"),
        ),
        (Theme("U", ("T",), description="after"),),
    )
    assert [tuple(row.values()) for row in diff_codebooks(old, new)] == [
        ("theme renamed", "U", "was 'T'"),
        ("description", "U", "[-before-] {+after+}"),
        ("renamed", "U/a", "was 'T/a'"),
        ("definition", "U/a", "one [-two-] {+2+} three {+four+}"),
        ("renamed", "U/B", "was 'T/b'"),
        ("exemplars", "U/B", "1 added, 0 removed"),
        ("removed", "T/gone", ""),
        ("added", "U/new", "d"),
    ]
    assert len(diff_codebooks(old, old)) == 0


def test_a_decision_names_its_subject():
    assert Decision("note", "KL", "coder", DAY, note="x").subject == "the study"
    assert Decision("add code", "KL", "coder", DAY, to=(Code("N"),)).subject == "'N'"
    assert Decision("member check", "P1", "participant", DAY, theme="Time", verdict="no").subject == "theme 'Time'"


def test_the_code_that_came_next_follows_a_rename(path, book, mapping):
    record_decision(path, "rename", code="demanding", to="asks much", by="KL", of=book)
    links = (Link(0, "Time/rush", 0.5, "Trust/demanding", 0.1), Link(1, "Trust/presence", 0.5))
    standing = replay(path, mapping=replace(mapping, links=links, without_cluster=()))
    assert [x.runner_up for x in standing.mapping.links] == ["Trust/asks much", None]


def test_codes_that_a_later_codebook_lacks_are_former_ones_of_the_coding(book):
    later = Codebook((Code("Trust", "", "demanding"),))
    coding = Coding(
        (CodedSpan("C", "T", 0, 8, "Trust/demanding"), CodedSpan("C", "T", 9, 16, "Time/rush"),
         CodedSpan("C", "T", 9, 16, "", "abstained")), (), book,
    )  # fmt: skip
    carried, waiting = carry_coding(coding, {}, later)
    assert (carried.codebook, waiting) == (replace(later, former=("Time/rush",)), 0)
    assert carry_coding(replace(coding, applied=coding.applied[:1]), {}, later)[0].codebook == later


def test_two_codes_that_were_agreed_on_and_merged_are_one_application():
    book = Codebook((Code("S", "", "a"), Code("S", "", "b")))
    told = {"by": "KL", "role": "coder", "date": "2025-05-14"}
    agreed = {**told, "kind": "agree", "segment": "T:0-5", "code": ["S/a", "S/b"]}
    merged = {**told, "kind": "merge", "code": ["S/a", "S/b"], "to": [{"theme": "S", "code": "a"}]}
    for rows in ([agreed, merged], [merged, agreed]):
        found = replay(Ledger.of(rows), codebook=book).consensus
        assert [(a.segment_id, a.code_id) for a in found.applied] == [("T:0-5", "S/a")]
