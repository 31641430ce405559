"""Projects of Taguette and QualCoder, made by hand: what comes over, where, by whom; and files that are none."""

import hashlib
import json
import os
import sqlite3
import warnings
from pathlib import Path

import pytest

from alliance_nlp import read_qualcoder, read_study, read_taguette, write_qdpx
from alliance_nlp.__main__ import main
from alliance_nlp.errors import AllianceWarning, InputError

PAGE = (
    "<p>M: Why then?</p>\n<p>P1: Vi hadde <b>ikke</b> tid &amp; r\u00e5d, na\u00efve 👩 folk.</p>\n"
    "<p>M: And?</p><p>P1: It was hard.</p>"
)
TALK = "M: Why then?\n\nP1: Vi hadde ikke tid 👩 nei.\n\nM: And?\n\nP1: It was hard."


def bytes_of(words, text):
    """Where Taguette says that words stand: bytes of the text without tags."""
    start = len(text[: text.index(words)].encode())
    return start, start + len(words.encode())


def taguette(path, *, projects=("A study",), extra=(), marks=None):
    counted = "M: Why then?\nP1: Vi hadde ikke tid & r\u00e5d, na\u00efve 👩 folk.\nM: And?P1: It was hard."
    marks = marks or [("ikke tid & r\u00e5d", 1), ("👩 folk.", 2), ("It was hard.", 1)]
    with sqlite3.connect(path) as db:
        db.executescript(
            "CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT);"
            "CREATE TABLE documents (id INTEGER PRIMARY KEY, project_id INTEGER, name TEXT, contents TEXT);"
            "CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path TEXT, description TEXT);"
            "CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER,"
            " end_offset INTEGER, snippet TEXT);"
            "CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);"
            "CREATE TABLE commands (id INTEGER PRIMARY KEY, date TEXT, user_login TEXT, payload TEXT);"
        )
        db.executemany("INSERT INTO projects VALUES (?, ?)", enumerate(projects, 1))
        db.execute("INSERT INTO documents VALUES (1, 1, 'talk.odt', ?)", (PAGE,))
        db.executemany("INSERT INTO tags VALUES (?, 1, ?, ?)", [(1, "time", "too little"), (2, "people.others", "")])
        for n, (words, tag) in enumerate(marks, 1):
            at = words if isinstance(words, tuple) else bytes_of(words, counted)
            said = "" if isinstance(words, tuple) else f"<p>{words.replace('&', '&amp;')}</p>"
            db.execute("INSERT INTO highlights VALUES (?, 1, ?, ?, ?)", (n, *at, said))
            db.execute("INSERT INTO highlight_tags VALUES (?, ?)", (n, tag))
            told = json.dumps({"type": "highlight_add", "highlight_id": n})
            db.execute(
                "INSERT INTO commands VALUES (NULL, '2022-02-03 08:01:22', ?, ?)", ("kl" if n < 3 else "mr", told)
            )
        for statement in extra:
            db.execute(statement)
    db.close()
    return path


def qualcoder(folder, *, owners=("KL", "MR"), shift=0):
    folder.mkdir()
    with sqlite3.connect(folder / "data.qda") as db:
        db.executescript(
            "CREATE TABLE project (databaseversion TEXT, date TEXT, memo TEXT, about TEXT);"
            "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT, fulltext TEXT, mediapath TEXT, memo TEXT,"
            " owner TEXT);"
            "CREATE TABLE code_cat (catid INTEGER PRIMARY KEY, name TEXT, owner TEXT, supercatid INTEGER);"
            "CREATE TABLE code_name (cid INTEGER PRIMARY KEY, name TEXT, memo TEXT, catid INTEGER, owner TEXT);"
            "CREATE TABLE code_text (ctid INTEGER PRIMARY KEY, cid INTEGER, fid INTEGER, seltext TEXT, pos0 INTEGER,"
            " pos1 INTEGER, owner TEXT, date TEXT, memo TEXT);"
            "CREATE TABLE cases (caseid INTEGER PRIMARY KEY, name TEXT, memo TEXT);"
            "CREATE TABLE code_image (imid INTEGER PRIMARY KEY, id INTEGER);"
        )
        db.execute("INSERT INTO project VALUES ('v11', '2024-01-01', 'A thought.', '')")
        db.execute("INSERT INTO source VALUES (1, 'talk.docx', ?, NULL, 'recorded at noon', 'KL')", (TALK,))
        db.execute("INSERT INTO source VALUES (2, 'a.jpg', NULL, '/images/a.jpg', '', 'KL')")
        db.executemany(
            "INSERT INTO code_cat VALUES (?, ?, 'KL', ?)",
            [(1, "Work", None), (2, "Hours", 1), (3, "x", 4), (4, "y", 3)],
        )
        db.executemany(
            "INSERT INTO code_name VALUES (?, ?, ?, ?, 'KL')",
            [(1, "rush", "too little", 2), (2, "hard", "", None), (3, "lost", "", 3)],
        )
        for n, (words, code) in enumerate([("ikke tid 👩", 1), ("It was hard.", 2)], 1):
            start = TALK.index(words) + shift
            row = (n, code, words, start, start + len(words), owners[n - 1])
            db.execute("INSERT INTO code_text VALUES (?, ?, 1, ?, ?, ?, ?, '2024-02-03 10:00:00', 'why')", row)
        db.execute("INSERT INTO cases VALUES (1, 'Anna', '')")
        db.execute("INSERT INTO code_image VALUES (1, 2)")
    db.close()
    return folder


def state(path):
    """Hash, time of change, and what lies beside: nothing of it may change on reading."""
    files = sorted(p.name for p in path.parent.iterdir())
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns, files


def quotes(project):
    texts = {t.id: t.text for t in project.study.transcripts}
    spans = project.study.coding.applied if project.study.coding is not None else ()
    return [(s.coder, s.code_id, texts[s.transcript_id][s.start : s.end]) for s in spans]


def test_taguette_comes_over_with_bytes_as_letters_and_coders(tmp_path):
    file = taguette(tmp_path / "t.sqlite3")
    before = state(file)
    project = read_taguette(file)
    assert state(file) == before
    assert quotes(project) == [
        ("kl", "time", "ikke tid & r\u00e5d"), ("kl", "people/others", "👩 folk."), ("mr", "time", "It was hard."),
    ]  # fmt: skip
    assert project.study.transcripts[0].id == "talk"
    assert project.study.transcripts[0].text.split("\n")[2:4] == ["M: And?", "P1: It was hard."]
    assert [t.speaker for t in project.study.transcripts[0].turns] == ["M", "P1", "M", "P1"]
    assert str(project.study.coding.applied[0].date) == "2022-02-03"
    assert project.study.codebook["time"].definition == "too little"
    assert (project.losses.offsets[0].counting, project.losses.offsets[0].fit) == ("UTF-8 bytes", 1.0)
    assert project.losses.lost == 0
    assert quotes(read_taguette(file, levels="flat"))[1][1] == "people/others"


def test_a_highlight_that_stands_elsewhere_or_cuts_a_letter_is_listed(tmp_path):
    file = taguette(
        tmp_path / "t.sqlite3", marks=[((0, 5), 1), ((33, 36), 2), ((0, 9999), 1), ((5, 2), 1), ((0, 3), 77)]
    )
    with sqlite3.connect(file) as db:
        db.execute("UPDATE highlights SET snippet = '<p>other words</p>' WHERE id = 1")
    db.close()
    with pytest.warns(AllianceWarning, match="not placed: its quote stands elsewhere"):
        project = read_taguette(file)
    assert len(project.selections) == project.losses.lost >= 4
    assert project.selections[0].place == {"start_offset": 0, "end_offset": 5}


def test_a_server_with_several_projects_asks_which(tmp_path):
    file = taguette(tmp_path / "t.sqlite3", projects=("A", "B"))
    with pytest.raises(InputError, match=r"holds 2 projects: 'A', 'B'\. Name one"):
        read_taguette(file)
    assert read_taguette(file, project="A").name == "A"


def test_qualcoder_comes_over_with_categories_owners_and_what_is_left(tmp_path):
    folder = qualcoder(tmp_path / "p.qda")
    before = state(folder / "data.qda")
    project = read_qualcoder(folder)
    assert state(folder / "data.qda") == before
    assert quotes(project) == [("KL", "Work/Hours/rush", "ikke tid 👩"), ("MR", "hard", "It was hard.")]
    assert project.study.coding.applied[0].note == "why"
    assert [memo.text for memo in project.memos] == ["A thought.", "recorded at noon"]
    assert [case.name for case in project.cases] == ["Anna"]
    left = {count.kind: count.left for count in project.losses.counts if count.left}
    assert left == {"sources without a text": 1, "picture selections": 1}
    assert (project.name, read_qualcoder(folder / "data.qda").study) == ("p", project.study)


def test_codings_whose_words_stand_elsewhere_are_not_moved(tmp_path):
    folder = qualcoder(tmp_path / "p.qda", shift=1)
    with pytest.warns(AllianceWarning, match="its quote stands elsewhere"):
        project = read_qualcoder(folder)
    assert project.study.coding is None or len(project.study.coding.applied) < 2


def test_read_study_and_agreement_take_them(tmp_path, capsys):
    one, two = qualcoder(tmp_path / "a.qda"), qualcoder(tmp_path / "b.qda", owners=("OL", "OL"))
    assert len(read_study(one).coding.applied) == 2
    assert read_study(one / "data.qda").transcripts == read_study(one).transcripts
    assert read_study(taguette(tmp_path / "t.sqlite3")).title == "A study"
    assert main(["agreement", str(one), str(two)]) == 0
    assert "1 text in both projects" in capsys.readouterr().out


def test_changes_that_lie_beside_are_said(tmp_path):
    file = taguette(tmp_path / "t.sqlite3")
    (tmp_path / "t.sqlite3-wal").write_bytes(b"x" * 100)
    with pytest.warns(AllianceWarning, match="its latest changes are not read"):
        read_taguette(file)
    assert (tmp_path / "t.sqlite3-wal").read_bytes() == b"x" * 100


def test_what_is_no_project_is_said(tmp_path):
    text = tmp_path / "t.sqlite3"
    text.write_text("no database", encoding="utf-8")
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE cats (id INTEGER)")
    db.close()
    torn = taguette(tmp_path / "torn.sqlite3")
    torn.write_bytes(torn.read_bytes()[:5000] + b"\xff" * 3000)
    for path, read, message in (
        (text, read_taguette, "is no SQLite database"), (other, read_taguette, "not of Taguette: it lacks"),
        (other, read_qualcoder, "not of QualCoder"), (tmp_path / "none", read_qualcoder, "does not exist"),
        (tmp_path, read_taguette, "is a folder"), (torn, read_taguette, "torn.sqlite3"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=message):
            read(path)
    with pytest.raises(InputError, match="levels must be 'top'"):
        read_taguette(other, levels="sideways")


def test_a_view_under_the_name_of_a_table_and_a_number_for_a_text_do_no_harm(tmp_path):
    file = taguette(tmp_path / "t.sqlite3", extra=[
        "DROP TABLE tags",
        "CREATE VIEW tags AS WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c)"
        " SELECT id, 'x' AS path FROM c",
    ])  # fmt: skip
    with pytest.raises(InputError, match="it lacks tags"):
        read_taguette(file)
    odd = taguette(tmp_path / "o.sqlite3", extra=[
        "UPDATE documents SET contents = 7", "UPDATE highlights SET start_offset = 'abc'",
        "UPDATE commands SET payload = x'ff'",
    ])  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        project = read_taguette(odd)
    assert project.study.coding is None
    assert len(project.selections) == 3


def test_a_real_project_of_taguette_comes_over_whole():
    shared = Path(os.environ.get("ALLIANCE_NLP_INTEROP") or Path(__file__).parents[3] / "shared" / "interop")
    file = shared / "taguette" / "SERDIF_P2_ThematicAnalysis.sqlite3"
    if not file.is_file():
        pytest.skip("the real files of programs are not here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        project = read_taguette(file)
    assert (len(project.study.transcripts), len(project.study.codebook), len(project.study.coding.applied)) == (
        17,
        22,
        1930,
    )
    assert {offsets.fit for offsets in project.losses.offsets} == {1.0}


def test_a_database_cannot_be_written_again_but_its_study_can(tmp_path):
    project = read_taguette(taguette(tmp_path / "t.sqlite3"))
    with pytest.raises(InputError, match=r"A study was not read from a REFI-QDA project.*write_qdpx\(project.study"):
        write_qdpx(project, tmp_path / "again.qdpx")
    write_qdpx(project.study, tmp_path / "again.qdpx")
    assert len(read_study(tmp_path / "again.qdpx").coding.applied) == len(project.study.coding.applied)
