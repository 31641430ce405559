"""The ledger's file: foreign lines, full disks, the cost of recording, seals; one reader wherever it is met."""

import json
import re
import subprocess
import sys
import textwrap

import pytest

import alliance_nlp as an
from alliance_nlp.__main__ import main
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.files import FileError, adding
from alliance_nlp.ledger import Ledger, lines, read_ledger, record_decision, replay
from alliance_nlp.provenance import canonical_json, hash_bytes
from alliance_nlp.records import Code, Codebook


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "decisions.jsonl"
    for i in range(3):
        record_decision(file, "note", note=f"note {i}", by="KL")
    return file


def line_of(**changes):
    row = {"kind": "note", "by": "KL", "role": "coder", "date": "2025-05-14", "note": "x", "previous": "", **changes}
    return json.dumps({**row, "hash": hash_bytes(canonical_json(row))}).encode()


FOREIGN = {
    "half a character": (b'{"kind": "\\ud800"}', "holds half of a character"),
    "half a character in words": (line_of(note="\ud83d"), "holds half of a character"),
    "no UTF-8": (b'{"kind": "note", "note": "\xe6\xf8"}', "is not UTF-8"),
    "NULs of a lost block": (b"\0" * 900, "is not a whole line of JSON"),
    "cut off": (b'{"kind": "note", "by": "K', "is not a whole line of JSON"),
    "5,000 digits": (b'{"kind": "note", "cluster": ' + b"9" * 5000 + b"}", "is not a whole line of JSON"),
    "5,000 brackets": (b'{"note": ' + b"[" * 5000 + b"]" * 5000 + b"}", "is nested more than 40 deep"),
    "100,000 brackets that nobody closes": (b"[" * 100_000, "is nested more than 40 deep"),
    "a field twice": (b'{"kind": "note", "note": "a", "note": "b"}', "names a field twice"),
    "a list": (b"[1, 2]", "does not hold a decision"),
    "a number": (b"1e999", "does not hold a decision"),
    "a wrong clock": (line_of(written={}), "holds no decision that can be read"),
    "a wrong kind": (line_of(kind=[["note"]]), "holds no decision that can be read"),
    "a wrong theme": (line_of(theme=[[]]), "holds no decision that can be read"),
    "a wrong code": (line_of(kind="add code", to=[{"code": "a", "theme": {"x": 1}}]), "holds no decision"),
    "settles nothing": (line_of(settles=[None]), "holds no decision that can be read"),
    "settles infinity": (line_of(settles=[float("inf")]), "holds no decision that can be read"),
}


@pytest.mark.parametrize(("line", "message"), FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("at", [1, 3])
def test_a_foreign_line_is_a_problem_of_that_line_and_the_ledger_goes_on(path, line, message, at):
    kept = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([*kept[:at], line, *kept[at:]]))
    with pytest.warns(AllianceWarning, match=f"line {at + 1} {message}"):
        read = read_ledger(path)
    assert [d.note for d in read] == ["note 0", "note 1", "note 2"]
    assert [number for number, _ in read.unreadable] == [at + 1]
    assert record_decision(path, "note", note="after", by="MR").number == (5 if at == 3 else 4)
    assert line in path.read_bytes().split(b"\n")
    with pytest.warns(AllianceWarning, match="decisions.jsonl has"):
        assert replay(path).problems


def test_decisions_keep_their_numbers_where_a_line_before_them_is_gone(path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    assert record_decision(path, "note", note="later", by="KL", settles=(3,)).number == 4
    with pytest.warns(AllianceWarning, match="line 2 does not follow"):
        assert [d.number for d in read_ledger(path)] == [1, 3, 4]


def test_halves_of_characters_are_refused_before_anything_is_written(path):
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"half of a character \(a lone surrogate\). It stands in note"):
        record_decision(path, "note", note="half \ud83d", by="KL")
    assert path.read_bytes() == before


@pytest.mark.parametrize("room", [0, 1, 40, 200])
def test_a_full_disk_takes_the_whole_line_or_none(path, room):
    """RLIMIT_FSIZE lets the system take a part of the line, then nothing more: as a disk that fills up."""
    code = textwrap.dedent(f"""
        import resource, pathlib
        from alliance_nlp.ledger import record_decision
        path = pathlib.Path({str(path)!r})
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + {room},) * 2)
        try:
            record_decision(path, "note", note="y" * 400, by="KL")
        except OSError as err:
            print(type(err).__name__, err)
    """)
    before = path.read_bytes()
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.match(r"FileError decisions.jsonl cannot be written in .* Free some space, or name a place", run.stdout)
    assert path.read_bytes() == before


def test_a_short_write_is_gone_on_with(path, monkeypatch):
    whole = adding.os.write
    monkeypatch.setattr("os.write", lambda handle, data: whole(handle, data[:7]))
    record_decision(path, "note", note="in pieces", by="KL")
    assert read_ledger(path)[-1].note == "in pieces"


def test_recording_reads_the_end_of_the_file_and_nothing_before(path, monkeypatch):
    line = path.read_bytes().splitlines()[-1]
    seen = []
    with path.open("ab") as file:
        file.write((line + b"\n") * 10_000)
    monkeypatch.setattr(lines, "read_lines", lambda _: seen.append("all of it"))
    assert record_decision(path, "note", note="more", by="KL").number == 4
    assert seen == []
    block = []
    monkeypatch.setattr(adding, "_BLOCK", 16)  # a line longer than a block is still found whole
    block.append(adding.last_line(path))
    assert json.loads(block[0])["note"] == "more"


def test_a_hand_written_log_says_that_nothing_shows_whether_it_was_changed(tmp_path):
    file = tmp_path / "decisions.jsonl"
    file.write_text('{"kind": "note", "by": "KL", "role": "coder", "date": "2025-05-14", "note": "x"}\n' * 3)
    with pytest.warns(AllianceWarning, match="1 problem, the first: 3 decisions, none with a hash"):
        assert len(read_ledger(file)) == 3


def test_a_line_whose_hash_was_taken_out_is_named(path):
    rows = path.read_text().splitlines()
    row = json.loads(rows[1])
    del row["hash"]
    path.write_text("\n".join([rows[0], json.dumps(row), rows[2]]))
    with pytest.warns(AllianceWarning, match="line 2 carries no hash"):
        read_ledger(path)


def test_one_reader_wherever_the_ledger_is_met(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "talk.txt").write_text("Ann: No time.\n\nBo: None.\n")
    ledger = tmp_path / "study" / "decisions.jsonl"
    book = Codebook((Code("Trust", "", "demanding"),))
    record_decision(ledger, "rename", code="demanding", to="asks much", by="KL", of=book)
    ledger.write_bytes(ledger.read_bytes().replace(b"asks much", b"asks nothing") + b"\xff\xfe half")
    with pytest.warns(AllianceWarning, match="decisions.jsonl: line 1 was changed after it was written"):
        study = an.read_study(tmp_path / "study")
    with pytest.warns(AllianceWarning, match="line 1 was changed after it was written"):
        read = read_ledger(ledger)
    held = Ledger.of_study(study)
    assert [f"decisions.jsonl: {problem}" for problem in held.problems] == list(read.problems)
    assert (held.seal, held.unreadable) == (read.seal, read.unreadable)
    with pytest.warns(AllianceWarning, match="The ledger of the study has 2 problems: line 1 was changed"):
        trail = an.write_audit_trail(study, tmp_path / "trail")
    manifest = json.loads((trail / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["ledger_problems"] == list(held.problems)
    assert manifest["ledger_seal"] == held.seal
    assert "- line 1 was changed after it was written" in (trail / "README.md").read_text(encoding="utf-8")
    copy = (trail / "4_process_notes" / "decisions.jsonl").read_bytes()
    assert copy == ledger.read_bytes() + b"\n"
    saved = an.load(an.save(study, tmp_path / "saved"))
    assert Ledger.of_study(saved).problems == held.problems


# --- the command line ---------------------------------------------------------------------------------------------


def test_verify_says_what_is_doubtful_and_a_kept_seal_shows_a_forged_last_line(path, tmp_path, capsys):
    assert main(["ledger", "seal", str(path)]) == 0
    seal = capsys.readouterr().out.strip()
    (tmp_path / "seal.txt").write_text(f"seal of May: {seal}\n")
    assert main(["ledger", "verify", str(path), "--seal", seal]) == 0
    assert "decisions.jsonl: 3 decisions, 0 problems." in capsys.readouterr().out
    rows = path.read_text().splitlines()
    forged = json.loads(rows[-1]) | {"note": "another"}
    del forged["hash"]
    forged["hash"] = hash_bytes(canonical_json(forged, ascii_only=False))
    path.write_text("\n".join([*rows[:-1], canonical_json(forged, ascii_only=False)]) + "\n")
    assert main(["ledger", "verify", str(path)]) == 0  # what the chain alone cannot show
    assert main(["ledger", "verify", str(path), "--seal", str(tmp_path / "seal.txt")]) == 1
    assert "no line has the hash of the seal given" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "absent.jsonl"], "No file is called 'absent.jsonl'"),
        (["verify", "HERE", "--seal", "short"], "--seal must be the 64 digits"),
        (["verify", "."], "No file is called"),
    ],
)
def test_what_cannot_be_verified_is_one_sentence_and_two(path, capsys, arguments, message):
    given = [str(path) if part == "HERE" else part for part in arguments]
    assert main(["ledger", *given]) == 2
    assert message in capsys.readouterr().err


def test_the_refusal_of_the_system_is_an_error_of_ours_and_an_os_error():
    assert issubclass(FileError, OSError)
    assert issubclass(FileError, an.AllianceError)
