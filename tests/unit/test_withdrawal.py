"""Somebody takes back what they said: no file holds it afterwards, and all that others said and decided stands."""

import contextlib
import gzip
import io
import json
import shutil
import sqlite3
import unicodedata
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from reported_study import make_coding, make_mapping

import alliance_nlp as an
from alliance_nlp.embeddings.cache import Vector, VectorCache
from alliance_nlp.method.member_checks import Replies, Reply, record_replies
from alliance_nlp.withdrawal.looking import text_of

PEOPLE = ("Ann", "Bo", "Cy")
SAID = {
    who: [
        f"Sentinel{who.lower()}{word} quietly remembers corridor number {n}, and waits."
        for n, word in enumerate("abcdefgh")
    ]
    for who in PEOPLE
}
OUT = "sentinelann"


def talk(n):
    """Give a session: the moderator asks, then everybody speaks, four rounds."""
    rounds = [("Moderator", f"What about matter {n}{i}?") for i in range(4)]
    said = [(who, SAID[who][4 * n + i]) for i in range(4) for who in PEOPLE]
    turns = [turn for i in range(4) for turn in (rounds[i], *said[3 * i : 3 * i + 3])]
    return "\n\n".join(f"{who}: {words}" for who, words in turns) + "\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A study on which every writer of the library has worked, within its folder and beside it."""
    place = tmp_path_factory.mktemp("withdrawal")
    home, beside = place / "study", place / "beside"
    (home / "transcripts").mkdir(parents=True)
    beside.mkdir()
    for n in (0, 1):
        (home / "transcripts" / f"s{n}.txt").write_text(talk(n), encoding="utf-8")
    people = "".join(
        f'[[participants]]\nid = "{who}"\nrole = "participant"\nsessions = ["s0", "s1"]\n'
        f'description = "What {SAID[who][0]} says of {who}"\n'
        for who in PEOPLE
    )
    (home / "study.toml").write_text(
        f'title = "Corridors"\nnote = "as {SAID["Ann"][1]} and {SAID["Bo"][1]} put it"\n'
        f'[read]\nKL = "all"\nMR = "all"\n{people}',
        encoding="utf-8",
    )
    (home / "codebook.csv").write_text(
        "theme,code,definition,exemplars\n"
        f'Trust,trust at work,"about {SAID["Ann"][2]}","{SAID["Ann"][2]} | {SAID["Bo"][2]}"\n'
        "Time,time at work,about time,\nMoney,money at work,about money,\n",
        encoding="utf-8",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        work(home, beside)
    return place


def work(home, beside):
    study = an.read_study(home)
    segments = an.segment(study.transcripts)
    book = study.codebook
    both = [make_coding(segments, book, coder, wrong=wrong) for coder, wrong in (("KL", (1, 4)), ("MR", (5, 6)))]
    rows = ["coder,transcript,start,end,code,note,quote"]
    rows += [
        f'{a.coder},{a.transcript_id},{a.start},{a.end},{a.code_id},"as said: {words(study, a)}","{words(study, a)}"'
        for coding in both
        for a in coding.applied
    ]
    (home / "codings.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (home / "consensus.csv").write_text(
        "transcript,turn,code,reason\n"
        + "".join(
            f's0,{t},Trust/trust at work,"since {SAID[who][0]}"\n' for t, who in ((2, "Ann"), (3, "Bo"), (4, "Cy"))
        ),
        encoding="utf-8",
    )
    (home / "notes.csv").write_text(
        "note,by,session\n" + "".join(f'"{SAID[who][3]} moved us",MR,s0\n' for who in PEOPLE), encoding="utf-8"
    )
    (home / "expectations.csv").write_text(
        "expectation,by,date,theme,contrary\n"
        + "".join(
            f'"that {SAID[who][5]}",KL,2025-01-0{i + 1},Trust,"not {SAID[who][5]}"\n' for i, who in enumerate(PEOPLE)
        ),
        encoding="utf-8",
    )
    study = an.read_study(home)
    decide(home, study)
    study = an.read_study(home)
    rng = np.random.default_rng(0)
    labels = np.arange(len(segments)) % 3
    vectors = np.eye(3, 16)[labels] + rng.normal(0, 0.1, (len(segments), 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    embeddings = an.Embeddings(segments, vectors, an.EncoderInfo("example", "1"))
    clusters = an.Clusters(embeddings, labels, settings={"recipe": "consensus", "random_state": 0, "assigned": True})
    mapping = make_mapping(clusters, book)
    comparison = an.compare(study.coding.by("KL"), mapping.to_coding(), study=study, n_draws=20, n_permutations=19)
    cache = VectorCache(beside / "cache", embeddings.encoder)
    for at, one in enumerate(segments):
        cache.add([one.text], [Vector(vectors[at], False)])
    for place in (home / "out", beside):
        write_all(place, study, comparison, segments)
        shutil.copy(home / "decisions.jsonl", place / "copied.jsonl")
    made = {
        "study": study,
        "coding": study.coding,
        "segments": segments,
        "embeddings": embeddings,
        "clusters": clusters,
        "mapping": mapping,
        "comparison": comparison,
        "book": book,
        "transcripts": study.transcripts,
        "described": an.describe(clusters),
        "quotes": an.choose_quotes(study),
        "chain": an.trace_chain(study),
        "pack": an.member_check_pack(study, "Ann"),
        "ledger": an.read_ledger(home / "decisions.jsonl"),
    }
    for name, record in made.items():
        an.save(record, beside / "saved" / name)


def words(study, span):
    return next(t for t in study.transcripts if t.id == span.transcript_id).text[span.start : span.end]


def decide(home, study):
    """Write a decision of each kind that can hold words, of and about everybody."""
    file, book = home / "decisions.jsonl", study.codebook
    places = {
        who: next(f"{t.id}:{x.start}-{x.end}" for t in study.transcripts for x in t.turns if x.speaker == who)
        for who in PEOPLE
    }
    an.record_decision(
        file, "rename", code="Time/time at work", to="hours at work", by="KL", note=SAID["Ann"][0], of=book
    )
    for who in PEOPLE:
        place, said = places[who], SAID[who][6]
        an.record_decision(file, "note", by="KL", note=f"why {said}")
        an.record_decision(file, "memo", by="KL", note=f"memo on {said}", about=who)
        an.record_decision(file, "agree", segment=place, code=("Trust/trust at work",), by="KL+MR", note=said)
        an.record_decision(file, "stance", theme="Trust", about=who, verdict="for", segment=place, by="KL", note=said)
        an.record_decision(file, "pack", about=who, to=f"by mail, {said}", by="KL")
        an.record_decision(file, "workshop", about=f"workshop of {who}", people=PEOPLE, note=f"shown: {said}", by="KL")
        an.record_decision(
            file, "workshop reply", about=f"workshop of {who}", people=(who,), note=said, by="KL", to=f"now {said}"
        )
        an.record_decision(file, "translation", segment=place, to=f"på norsk: {said}", language="nb", by="KL")
        an.record_decision(file, "case summary", about=who, theme="Trust", to=said, by="KL")
        an.record_decision(file, "negative case", theme="Trust", segment=place, note=said, by="KL")
        an.record_decision(file, "mark", segment=place, verdict="significant", note=said, by="KL")
        an.record_decision(file, "theme description", theme="Time", to=f"As {said}", by=who)
        record_replies(file, Replies(who, "4f1", (Reply("Trust", "partly", said),)))


def write_all(place, study, comparison, segments):
    """Let every writer write into a place."""
    place.mkdir(exist_ok=True)
    an.write_report(comparison, place / "report", study=study)
    an.write_audit_trail(study, place / "trail", comparison=comparison)
    for who in PEOPLE:
        pack = an.member_check_pack(study, who)
        pack.to_html(place / f"{who}.html")
        pack.to_docx(place / f"{who}.docx")
        (place / f"{who}_sheet.csv").write_text(pack.to_csv(), encoding="utf-8")
    an.write_qdpx(study, place / "study.qdpx")
    an.write_qdc(study.codebook, place / "codes.qdc")
    coded = an.tabulate_codings(study, segments)
    for kind in ("csv", "xlsx", "parquet"):
        coded.write(place / "coded", kind=kind)
    quotes = an.choose_quotes(study)
    quotes.table().to_csv(place / "quotes.csv")
    quotes.table().to_xlsx(place / "quotes.xlsx")
    (place / "quotes.md").write_text(quotes.to_markdown(), encoding="utf-8")
    one = an.table1(study)
    one.to_csv(place / "table1.csv")
    one.to_html(place / "table1.html")
    standing = an.replay(an.Ledger.of_study(study), codebook=study.codebook)
    for name in ("written_notes", "translated_quotes", "case_matrix", "recorded_relations"):
        getattr(an, name)(study, standing).to_csv(place / f"{name}.csv")
    an.group_checks(study, standing).to_csv(place / "group_checks.csv")
    an.compare_files(place / "coded" / "quotes.csv", place / "coded" / "quotes.csv", n_draws=20).write(
        place / "two_files"
    )


def holding(place, word):
    """Give the files below a place in which a word stands, packed or not."""
    found = set()
    for path in place.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix in (".docx", ".xlsx", ".qdpx"):
                with zipfile.ZipFile(path) as archive:
                    data = b"\n".join(archive.read(name) for name in archive.namelist())
            words = f"{data.decode('utf-8', 'replace')}\n{text_of(path) or ''}".casefold()
            if word in words:
                found.add(path.relative_to(place).as_posix())
    return found


@pytest.fixture(scope="module")
def after(written, tmp_path_factory):
    """The study, a copy of it from which Ann withdrew, and what that call gave."""
    place = tmp_path_factory.mktemp("after") / "all"
    shutil.copytree(written, place)
    seal = an.read_ledger(place / "study" / "decisions.jsonl").seal
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seen = an.withdraw(
            place / "study", "Ann", by="KL", copies=[place / "beside"], cache=place / "beside" / "cache", preview=True
        )
        before = holding(place, OUT)
        given = an.withdraw(
            place / "study", "Ann", by="KL", copies=[place / "beside"], cache=place / "beside" / "cache"
        )
    return place, seal, seen, before, given


def test_every_writer_wrote_the_sentinels(written):
    """A file that never held a word shows nothing when it holds none later."""
    held = holding(written, OUT)
    assert len(held) > 60
    for name in (
        "study/transcripts/s0.txt",
        "study/codings.csv",
        "study/decisions.jsonl",
        "study/out/report/report.html",
        "study/out/trail/reporting/sources.csv",
        "study/out/trail/5_intentions_and_dispositions/expectations_nearest.csv",
        "beside/Ann.docx",
        "beside/Ann.html",
        "beside/study.qdpx",
        "beside/coded/quotes.xlsx",
        "beside/coded/quotes.parquet",
        "beside/saved/comparison/record.json",
        "beside/written_notes.csv",
        "beside/case_matrix.csv",
        "beside/group_checks.csv",
        "beside/translated_quotes.csv",
        "beside/copied.jsonl",
        "beside/table1.html",
    ):
        assert name in held, name


def test_a_preview_changes_nothing_and_lists_what_the_call_does(after):
    _, _, seen, before, given = after
    assert len(before) > 60
    assert [row["file"] for row in seen.files.rows()] == [row["file"] for row in given.files.rows()]
    assert not seen.done
    assert given.done


def test_no_file_holds_a_word_of_who_withdrew(after):
    place, *_ = after
    assert holding(place, OUT) == set()


def test_what_others_said_stands_in_every_file_that_is_left(after, written):
    place, *_ = after
    left = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    for who in ("bo", "cy"):
        held = {name for name in holding(written, f"sentinel{who}") if name in left}
        assert held <= holding(place, f"sentinel{who}")
        assert len(held) > 15
    cache = VectorCache(place / "beside" / "cache", an.EncoderInfo("example", "1"))
    assert cache.read(SAID["Ann"]) == {}
    assert len(cache.read(SAID["Bo"])) == 8
    for n in (0, 1):
        for i in range(4):
            for who in ("Bo", "Cy"):
                assert SAID[who][4 * n + i] in (place / "study" / "transcripts" / f"s{n}.txt").read_text(
                    encoding="utf-8"
                )


def test_codes_offsets_and_decisions_of_others_stay(after, written):
    place, *_ = after
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old, new = an.read_study(written / "study"), an.read_study(place / "study")
    own = {(t.id, x.start) for t in old.transcripts for x in t.turns if x.speaker == "Ann"}
    assert {(a.coder, a.transcript_id, a.start, a.end, a.code_id) for a in new.coding.applied} == {
        (a.coder, a.transcript_id, a.start, a.end, a.code_id)
        for a in old.coding.applied
        if (a.transcript_id, a.start) not in own
    }
    assert len(new.consensus.applied) == len(old.consensus.applied) - 1
    for a, b in zip(old.transcripts, new.transcripts, strict=True):
        assert len(a.text) == len(b.text)
        assert [(x.start, x.end, x.speaker, x.role) for x in a.turns] == [
            (x.start, x.end, x.speaker, x.role) for x in b.turns
        ]
        assert all(x.speaker == "Ann" or a.turn_text(i) == b.turn_text(i) for i, x in enumerate(a.turns))
    assert "Ann" not in {segment.speaker for segment in an.segment(new.transcripts)}
    standing = an.replay(an.Ledger.of_study(new), codebook=new.codebook)
    assert "Time/hours at work" in standing.codebook.ids
    assert [d.about for d in standing.of_kind("pack")] == ["Bo", "Cy"]
    assert {row["case"] for row in an.case_matrix(new, standing).rows()} == {"Bo", "Cy"}
    (ann,) = [person for person in new.participants if person.id == "Ann"]
    assert (ann.description, ann.quotation, ann.machine) == ("", False, False)


def test_the_tombstone_verifies_and_a_seal_kept_apart_is_still_found(after):
    place, seal, *_ = after
    file = place / "study" / "decisions.jsonl"
    ledger = an.read_ledger(file, seal=seal)
    assert ledger.problems == ()
    assert (ledger[-1].kind, ledger[-1].about, ledger[-1].by) == ("withdrawal", "Ann", "KL")
    assert an.record_decision(file, "note", by="KL", note="after").number == ledger[-1].number + 1
    assert an.read_ledger(file).problems == ()
    assert an.read_ledger(place / "beside" / "copied.jsonl", seal=seal).problems == ()


def test_a_shortened_line_that_is_changed_later_is_seen(after, tmp_path):
    place, *_ = after
    lines = (place / "study" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if '"withdrawn"' in line and '"rename"' in line)
    row = json.loads(lines[at])
    row["to"] = "asks nothing"
    from alliance_nlp.provenance import canonical_json, hash_bytes

    row["hash"] = hash_bytes(canonical_json({k: v for k, v in row.items() if k != "hash"}, ascii_only=False))
    lines[at] = canonical_json(row, ascii_only=False)
    (tmp_path / "d.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.warns(an.AllianceWarning, match="the last withdrawal does not name them as they stand"):
        an.read_ledger(tmp_path / "d.jsonl")


def test_whoever_withdrew_is_not_withdrawn_twice(after):
    place, *_ = after
    with pytest.warns(an.AllianceWarning, match="not listed|has withdrawn before") as said:
        again = an.withdraw(place / "study", "Ann", by="KL", cache=False)
    assert any("Ann has withdrawn before" in str(one.message) for one in said)
    assert len(again.files) == 0
    assert not again.done


def study_of(folder, **texts):
    for name, text in texts.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def test_somebody_who_is_nowhere_is_said(tmp_path):
    study_of(tmp_path, talk__txt="Ann: It takes time, more than you think.\n\nBo: We listen.\n")
    with pytest.raises(an.InputError, match="a person of the study must be 'Ann' or 'Bo'. Got 'Anna'"):
        an.withdraw(tmp_path, "Anna", by="KL", cache=False)
    with pytest.raises(an.InputError, match="A withdrawal needs a name"):
        an.withdraw(tmp_path, "Ann", by=" ", cache=False)
    with pytest.raises(an.InputError, match="No file or folder is called"):
        an.withdraw(tmp_path, "Ann", by="KL", cache=False, copies=[tmp_path / "none"])
    assert not (tmp_path / "decisions.jsonl").exists()


def test_a_label_of_two_people_is_asked_about_and_takes_one(tmp_path):
    study_of(
        tmp_path,
        a__txt="I: Why?\n\nP1: It takes an awful lot of time.\n",
        b__txt="I: Why?\n\nP1: Nobody ever listens to patients.\n",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(an.InputError, match=r"'P1' is a label of several people: P1 \(a\) and P1 \(b\). Name one"):
            an.withdraw(tmp_path, "P1", by="KL", cache=False)
        an.withdraw(tmp_path, "P1 (b)", by="KL", cache=False)
    assert "It takes an awful lot of time." in (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert "listens" not in (tmp_path / "b.txt").read_text(encoding="utf-8")


def test_somebody_under_several_labels_goes_from_all_sessions(tmp_path):
    study_of(
        tmp_path, a__txt="P3: Why?\n\nP1: It takes an awful lot of time.\n\nP2: Mm, it does.\n",
        b__txt="P3: Why?\n\nKari: Nobody ever listens to patients.\n\nP2: They should.\n",
        study__toml='[[participants]]\nid = "Kari"\nsessions = ["a", "b"]\nlabels = ["P1", "Kari"]\n'
        '[[participants]]\nid = "P2"\nsessions = ["a", "b"]\n[[participants]]\nid = "P3"\nsessions = ["a", "b"]\n',
    )  # fmt: skip
    an.withdraw(tmp_path, "P1", by="KL", cache=False)
    left = (tmp_path / "a.txt").read_text(encoding="utf-8") + (tmp_path / "b.txt").read_text(encoding="utf-8")
    assert "awful" not in left
    assert "listens" not in left
    assert "Mm, it does." in left


DOCX = [
    ("Moderator", "What helps?"),
    ("Ann", SAID["Ann"][0]),
    ("Bo", SAID["Bo"][0]),
    ("Ann", SAID["Ann"][1]),
    ("Cy", SAID["Cy"][1]),
]


def write_talk(path):
    if path.suffix == ".docx":
        import docx

        paper = docx.Document()
        for who, said in DOCX:
            paper.add_paragraph(f"{who}: {said}")
        paper.save(str(path))
    elif path.suffix == ".vtt":
        cues = [f"00:00:0{i}.000 --> 00:00:0{i}.900\n<v {who}>{said}\n" for i, (who, said) in enumerate(DOCX)]
        path.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    elif path.suffix == ".csv":
        rows = [f'{i},{who},"{said}",kept {i}' for i, (who, said) in enumerate(DOCX)]
        path.write_text("\n".join(["nr,speaker,text,remark", *rows]) + "\n", encoding="utf-8")
    else:
        path.write_text(
            "<!doctype html><title>T</title>" + "".join(f"<p>{who}: {said}</p>" for who, said in DOCX), encoding="utf-8"
        )


@pytest.mark.parametrize("name", ["talk.docx", "talk.vtt", "talk.csv", "talk.html"])
def test_transcripts_of_other_formats_keep_the_places_of_others(name, tmp_path):
    write_talk(tmp_path / name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (old,) = an.read_study(tmp_path).transcripts
        given = an.withdraw(tmp_path, "Ann", by="KL", cache=False)
        (new,) = an.read_study(tmp_path).transcripts
    assert holding(tmp_path, OUT) == set()
    assert [(t.start, t.end, t.speaker) for t in new.turns] == [(t.start, t.end, t.speaker) for t in old.turns]
    assert all(
        a == b for i, t in enumerate(old.turns) if t.speaker != "Ann" for a, b in [(old.turn_text(i), new.turn_text(i))]
    )
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == Path(name).suffix) == (
        [name] if name == "talk.csv" else []
    )
    if name == "talk.csv":
        assert "kept 2" in (tmp_path / name).read_text(encoding="utf-8-sig")
    assert "talk" in str(given)


def test_files_of_others_are_named_and_left_alone(tmp_path):
    home = tmp_path / "study"
    (home / "transcripts").mkdir(parents=True)
    study_of(home / "transcripts", talk__txt=f"Ann: {SAID['Ann'][0]}\n\nBo: {SAID['Bo'][0]}\n")
    (home / "page.html").write_text(f"<p>{SAID['Ann'][0]}</p>", encoding="utf-8")
    (home / "talk.mp3").write_bytes(b"\xff\xfb\x90")
    (home / "memo.md").write_text(f"We read: {SAID['Ann'][0]} And {SAID['Bo'][0]}", encoding="utf-8")
    found = {row["file"]: row["what"] for row in an.withdraw(home, "Ann", by="KL", cache=False).files.rows()}
    assert (found["page.html"], found["talk.mp3"], found["memo.md"]) == ("by hand", "by hand", "shortened")
    assert SAID["Ann"][0] in (home / "page.html").read_text(encoding="utf-8")
    memo = (home / "memo.md").read_text(encoding="utf-8")
    assert memo.startswith("We read: [withdrawn]")
    assert SAID["Bo"][0] in memo


def test_the_command_looks_first_and_then_does_it(tmp_path, capsys, monkeypatch):
    from alliance_nlp.__main__ import main

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    home = tmp_path / "study"
    home.mkdir()
    text = f"Ann: {SAID['Ann'][0]}\n\nBo: {SAID['Bo'][0]}\n"
    study_of(home, talk__txt=text)
    assert main(["withdraw", str(home), "Ann", "--by", "KL", "--dry-run"]) == 0
    assert "What would become of what Ann said" in capsys.readouterr().out
    assert (home / "talk.txt").read_text(encoding="utf-8") == text
    assert main(["withdraw", str(home), "Ann", "--by", "KL"]) == 0
    out = capsys.readouterr().out
    assert "What became of what Ann said" in out
    assert "Out of reach" in out
    assert holding(home, OUT) == set()
    assert main(["withdraw", str(home), "Nobody", "--by", "KL"]) == 2
    assert "a person of the study must be" in capsys.readouterr().err


def test_a_call_that_was_cut_off_between_two_names_is_finished(tmp_path):
    write_talk(tmp_path / "talk.docx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        an.withdraw(tmp_path, "Ann", by="KL", cache=False)
        (tmp_path / "talk.txt").rename(tmp_path / ".withdrawing-talk.txt")
        assert len(an.withdraw(tmp_path, "Ann", by="KL", cache=False).files) == 0
        write_talk(tmp_path / "talk.docx")
        (tmp_path / "talk.txt").rename(tmp_path / ".withdrawing-talk.txt")
        an.withdraw(tmp_path, "Ann", by="KL", cache=False)
    assert sorted(path.name for path in tmp_path.iterdir() if "talk" in path.name) == ["talk.txt"]
    assert SAID["Bo"][0] in (tmp_path / "talk.txt").read_text(encoding="utf-8")
    assert holding(tmp_path, OUT) == set()


def test_the_simple_form_of_a_row_a_segment(tmp_path):
    rows = [f'{i},T,{who},"{said}",{"Trust" if i else ""},Time' for i, (who, said) in enumerate(DOCX)]
    study_of(tmp_path, segments__csv="\n".join(["id,document,speaker,text,coder_1,coder_2", *rows]) + "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = an.read_study(tmp_path)
        an.withdraw(tmp_path, "Ann", by="KL", cache=False)
        new = an.read_study(tmp_path)
    assert holding(tmp_path, OUT) == set()
    own = {x.start for x in old.transcripts[0].turns if x.speaker == "Ann"}
    assert {(a.coder, a.start, a.code_id) for a in new.coding.applied} == {
        (a.coder, a.start, a.code_id) for a in old.coding.applied if a.start not in own
    }


def test_a_project_and_a_single_file_among_the_copies(tmp_path):
    home = tmp_path / "study"
    home.mkdir()
    study_of(home, talk__txt=f"Ann: {SAID['Ann'][0]}\n\nBo: {SAID['Bo'][0]}\n")
    an.write_qdpx(an.read_study(home), tmp_path / "s.qdpx")
    with pytest.raises(an.InputError, match="goes through a study's folder. s.qdpx is a file"):
        an.withdraw(tmp_path / "s.qdpx", "Ann", by="KL", cache=False)
    found = an.withdraw(home, "Ann", by="KL", cache=False, copies=[tmp_path / "s.qdpx"])
    assert {row["what"] for row in found.files.rows()} == {"shortened", "removed"}
    assert not (tmp_path / "s.qdpx").exists()


def test_the_lock_that_stays_beside_a_ledger_is_no_file_of_the_study(tmp_path):
    study_of(tmp_path, talk__txt="Ann: It takes time.\n\nBo: We listen.\n")
    an.record_decision(tmp_path / "decisions.jsonl", "note", note="why", by="KL")
    assert (tmp_path / "decisions.jsonl.lock").exists()
    assert len(an.read_study(tmp_path).decisions) == 1


def test_words_of_scripts_without_blanks_are_known_again(tmp_path):
    (tmp_path / "transcripts").mkdir()
    study_of(
        tmp_path / "transcripts",
        talk__txt="Ann: 我们需要更多的时间因为病人等了很久\n\nBo: 我们认真倾听每一个病人的故事\n",
    )
    study_of(tmp_path, memo__md="她说需要更多的时间因为病人。Bo 认真倾听每一个病人的故事。\n")
    an.withdraw(tmp_path, "Ann", by="KL", cache=False)
    assert (tmp_path / "memo.md").read_text(encoding="utf-8") == "她说[withdrawn]。Bo 认真倾听每一个病人的故事。\n"


def test_a_heading_that_copies_the_words_and_a_workbook_of_several_sheets(tmp_path):
    import openpyxl

    (tmp_path / "transcripts").mkdir()
    head = f"# {SAID['Ann'][0]}\n\n"
    study_of(
        tmp_path / "transcripts",
        talk__txt=f"{head}Ann: {SAID['Ann'][0]}\n\nBo: {SAID['Bo'][0]}\n\nAnn: {SAID['Ann'][1]}\n",
    )
    book = openpyxl.Workbook()
    book.active["B2"] = f"as {SAID['Ann'][1]}"
    book.create_sheet("more")["A1"] = SAID["Bo"][0]
    book.save(tmp_path / "own.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        an.withdraw(tmp_path, "Ann", by="KL", cache=False)
    assert holding(tmp_path, OUT) == set()
    kept = openpyxl.load_workbook(tmp_path / "own.xlsx")
    assert kept["more"]["A1"].value == SAID["Bo"][0]
    assert kept.active["B2"].value.startswith("as [withdrawn]")


@pytest.mark.parametrize(
    "entry",
    [
        'participants = [{id = "Ann", description = "tall"}, {id = "Bo"}]\n',
        '[[participants]]\nid = "Ann"\ndescription = """\n[[ tall\n"""\n[[participants]]\nid = "Bo"\n',
    ],
)
def test_a_description_that_cannot_be_taken_out_is_said_and_nothing_changes(entry, tmp_path):
    study_of(tmp_path, talk__txt=f"Ann: {SAID['Ann'][0]}\n\nBo: {SAID['Bo'][0]}\n", study__toml=entry)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(
        an.InputError, match="the entry of Ann cannot be shortened as it is written. Take its description"
    ):
        an.withdraw(tmp_path, "Ann", by="KL", cache=False)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_row_that_quotes_two_people_and_a_workbook_of_codings_with_two_sheets_are_said(tmp_path):
    import openpyxl

    (tmp_path / "transcripts").mkdir()
    study_of(tmp_path / "transcripts", talk__txt=f"Ann: {SAID['Ann'][0]}\nBo: {SAID['Bo'][0]}\n")
    study_of(tmp_path, codings__csv=f'coder,quote,code\nKL,"and waits.\nBo: {SAID["Bo"][0][:30]}",Trust\n')
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(an.InputError, match="codings.csv: row 2 quotes Ann together with somebody else"):
            an.withdraw(tmp_path, "Ann", by="KL", cache=False)
        (tmp_path / "codings.csv").unlink()
        book = openpyxl.Workbook()
        for row in (["coder", "transcript", "turn", "code"], ["KL", "talk", 1, "Trust"]):
            book.active.append(row)
        book.create_sheet("more")["A1"] = "kept"
        book.save(tmp_path / "codings.xlsx")
        with pytest.raises(an.InputError, match="codings.xlsx holds 2 sheets, and one of them has to be shortened"):
            an.withdraw(tmp_path, "Ann", by="KL", cache=False)


def test_lines_of_a_ledger_that_are_no_decisions_and_joint_ones(tmp_path):
    study_of(tmp_path, talk__txt=f"Ann: {SAID['Ann'][0]}\n\nBo: {SAID['Bo'][0]}\n")
    file = tmp_path / "decisions.jsonl"
    an.record_decision(file, "note", note="first", by="KL")
    with file.open("a", encoding="utf-8") as opened:
        opened.write(f'{{"kind": "note", "by": "KL", "note": "{SAID["Ann"][0]}\n')
    an.record_decision(file, "note", note="we agree", by="Ann+KL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        an.withdraw(tmp_path, "Ann", by="KL", cache=False)
        ledger = an.read_ledger(file)
    assert holding(tmp_path, OUT) == set()
    assert [(d.kind, d.by) for d in ledger] == [
        ("note", "KL"),
        ("withdrawal", "[withdrawn]"),
        ("note", "KL"),
        ("withdrawal", "KL"),
    ]


NORSK = "Jeg tør nesten ikke å være ærlig når legen spør meg"


def norsk(home, **beside):
    """Give a study of two, and files in a folder beside the transcripts that copy what P2 said."""
    text = f"P2: {NORSK}.\n\nP1: Hos oss er det helt annerledes, vi snakker åpent om smerter.\n"
    study_of(home, gruppe__txt=text)
    (home / "beside").mkdir()
    for name, data in beside.items():
        (home / "beside" / name.replace("__", ".")).write_bytes(data)
    return home


def packed(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def database(place, encoding):
    with contextlib.closing(sqlite3.connect(place)) as found:
        found.execute(f"PRAGMA encoding='{encoding}'")
        found.execute("CREATE TABLE t (x TEXT)")
        found.execute("INSERT INTO t VALUES (?)", (NORSK,))
        found.commit()
    return place.read_bytes()


def test_copies_are_known_again_in_other_spellings_of_their_letters(tmp_path):
    copies = {
        "apart__md": unicodedata.normalize("NFD", NORSK).encode(), "windows__md": NORSK.encode("cp1252"),
        "wide__md": NORSK.encode("utf-16-le"), "soft__md": NORSK.replace("nesten", "nes\u00adten").encode(),
        "stress__md": NORSK.replace("tør", "_tør_").replace("ærlig", "_ærlig_").encode(),
        "table__csv": f"a;b\n1;{NORSK}\n".encode("cp1252"),
    }  # fmt: skip
    home = norsk(tmp_path, **copies)
    (home / "notes.csv").write_text(f"by,note\nMR,{unicodedata.normalize('NFD', NORSK)}\n", encoding="utf-8")
    an.withdraw(home, "P2", by="KL", cache=False)
    for path in [home / "notes.csv", *(home / "beside" / name.replace("__", ".") for name in copies)]:
        assert "[withdrawn]" in path.read_text(encoding="utf-8-sig"), path.name


def test_what_nobody_can_look_into_is_named(tmp_path):
    copies = {
        "docx__zip": packed("a.docx", packed("word/document.xml", f"<w>{NORSK}</w>")),
        "sound__zip": packed("a.mp3", "x"),
        "backup__gz": gzip.compress(NORSK.encode()), "wide__db": database(tmp_path / "w.db", "UTF-16le"),
        "escaped__rtf": b"{\\rtf1\\ansi t\\'f8r nesten ikke}", "mail__eml": b"Subject: x\n\nSmVnIHTDuHIg",
        "key__json": json.dumps({NORSK: 1}).encode(), "title__html": f'<p title="{NORSK}">a</p>'.encode(),
        f"{NORSK}__md": b"Nothing.", "old__doc": b"\xd0\xcf\x11\xe0" + bytes(40) + NORSK.encode("utf-16-le"),
        "plain__zip": packed("a.txt", "Nothing."), "plain__md": "Ingenting å se.".encode(),
    }  # fmt: skip
    (tmp_path / "w.db").unlink()
    home = norsk(tmp_path, **copies)
    found = {
        row["file"]: row["what"] for row in an.withdraw(home, "P2", by="KL", cache=False, preview=True).files.rows()
    }
    by_hand = {name.removeprefix("beside/") for name, what in found.items() if what == "by hand"}
    assert by_hand == {name.replace("__", ".") for name in copies} - {"plain.zip", "plain.md"}


@pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
def test_a_memo_without_speakers_among_the_transcripts_hides_no_copy(tmp_path):
    home = norsk(tmp_path)
    memo = f"Etter samtalen\n\nHun sa at {NORSK.upper()} og gråt\n"
    (home / "memo.md").write_text(memo, encoding="utf-8")
    an.withdraw(home, "P2", by="KL", cache=False)
    left = (home / "memo.md").read_text(encoding="utf-8")
    assert left == memo.replace(NORSK.upper(), "·" * len(NORSK))


def test_names_of_codes_in_the_words_of_the_person_are_for_people_to_change(tmp_path):
    home = norsk(tmp_path)
    book = f"theme,code,definition\nÆrlighet,{NORSK},.\nÅpenhet,åpent,.\n"
    study_of(home, codebook__csv=book, codings__csv=f"coder,transcript,turn,code\nKL,gruppe,2,{NORSK}\n")
    (home / "study.toml").write_text('[read]\nKL = "all"\n', encoding="utf-8")
    with pytest.raises(an.InputError, match=r"called by what P2 said. Give another name.* Nothing was changed"):
        an.withdraw(home, "P2", by="KL", cache=False)
    assert (home / "codebook.csv").read_text(encoding="utf-8") == book
    for name in ("codebook.csv", "codings.csv"):
        (home / name).write_text((home / name).read_text(encoding="utf-8").replace(NORSK, "ærlighet"), encoding="utf-8")
    an.withdraw(home, "P2", by="KL", cache=False)
    assert [x.code_id for x in an.read_study(home).coding.applied] == ["Ærlighet/ærlighet"]


def test_settings_with_escaped_letters_are_shortened(tmp_path):
    home = norsk(tmp_path)
    escaped = NORSK.replace("ø", "\\u00f8").replace("å", "\\u00e5").replace("æ", "\\u00e6")
    (home / "study.toml").write_text(f'title = "Om {escaped}"\n', encoding="utf-8")
    an.withdraw(home, "P2", by="KL", cache=False)
    assert an.read_study(home).title == "Om [withdrawn]"


def test_turns_in_which_others_repeat_the_person_are_named(tmp_path):
    said = "It takes time, more than one would ever think, to listen"
    later = f"Moderator: You said that {said.upper()}?\n\nAnn: Yes, so.\n"
    study_of(tmp_path, a__txt=f"Ann: {said}.\n\nBo: We listen.\n", b__txt=later)
    (tmp_path / "study.toml").write_text('same_people = ["Ann"]\n', encoding="utf-8")
    rows = an.withdraw(tmp_path, "Ann", by="KL", cache=False).files.rows()
    assert [(row["file"], row["why"].partition(": ")[0]) for row in rows if row["what"] == "by hand"] == [
        ("b.txt", "others repeat a statement or eight words in a row, in turn 1")
    ]
    assert said.upper() in (tmp_path / "b.txt").read_text(encoding="utf-8")
