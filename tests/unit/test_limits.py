"""How much a file may hold, asked before it is read; and nothing but errors of our own from whatever is read."""

import contextlib
import datetime
import io
import json
import struct
import sys
import warnings
import zipfile
from pathlib import Path

import pytest
from reported_study import make_comparison

import alliance_nlp as an
from alliance_nlp.__main__ import main
from alliance_nlp.errors import AllianceError, AllianceWarning, InputError, MissingExtraError
from alliance_nlp.files import limits, own_errors, safe_array, write_atomic
from alliance_nlp.method.member_checks import MemberCheckPack, OwnQuote, PackTheme
from alliance_nlp.provenance import canonical_json, hash_bytes
from alliance_nlp.reports import write_report
from alliance_nlp.storage import load, save

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>speaker</t></is></c><c r="B1" t="inlineStr"><is><t>text</t></is></c>'
    '</row><row r="2"><c r="A2" t="inlineStr"><is><t>P1</t></is></c><c r="B2" t="inlineStr"><is><t>Hm.</t></is></c>'
    "</row>{more}</sheetData>{after}</worksheet>"
)
ODT = (
    '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:text>{body}</o:text></o:body>'
    "</o:document-content>"
)


def xlsx(path, more="", after=""):
    """A workbook whose one sheet holds what no program would write."""
    import openpyxl

    openpyxl.Workbook().save(path)
    return repacked(path, "xl/worksheets/sheet1.xml", SHEET.format(more=more, after=after).encode())


def repacked(path, member, content):
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()} | {member: content}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def odt(path, body, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", ODT.format(body=body), **options)
    return path


def refused(read, *given):
    with pytest.raises(InputError) as caught:
        read(*given)
    return str(caught.value)


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD2"])
@pytest.mark.parametrize("blank", [" ", "", "\u00a0"])
def test_a_blank_cell_far_away_changes_nothing(tmp_path, place, blank):
    row = place.lstrip("XFDA")
    more = f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t xml:space="preserve">{blank}</t></is></c></row>'
    (transcript,) = an.read_transcripts(xlsx(tmp_path / "t.xlsx", more), roles={"P1": "participant"})
    assert [transcript.turn_text(i) for i in range(len(transcript.turns))] == ["Hm."]


def test_a_word_far_away_is_said_with_its_place(tmp_path):
    more = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>'
    said = refused(an.read_transcripts, xlsx(tmp_path / "t.xlsx", more))
    assert "t.xlsx holds a table of 1,048,576 rows and 16,384 columns in 'Sheet'; at most 1,000,000 cells" in said
    assert "Move what stands far below" in said


@pytest.mark.parametrize(
    ("more", "after", "message"),
    [
        ("", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', "17,179,869,184 merged or linked cells"),
        ("", '<hyperlinks><hyperlink location="x" ref="A1:ZZ99999"/></hyperlinks>', "merged or linked cells"),
        ('<row r="9"/>' * 500_001, "", "500,001 cells; at most 500,000"),
    ],
)
def test_a_workbook_holds_so_many_cells(tmp_path, more, after, message):
    assert message in refused(an.read_codebook, xlsx(tmp_path / "t.xlsx", more, after))


def test_cells_are_counted_wherever_a_block_ends(monkeypatch, tmp_path):
    path = xlsx(tmp_path / "t.xlsx", '<row r="9"><c r="A9"/></row>' * 50)
    monkeypatch.setattr(limits, "CELLS", 105)
    for size in range(7, 60):
        monkeypatch.setattr(limits, "_BLOCK", size)
        assert "holds 106 cells; at most 105" in refused(limits.refuse_archive, path)


def test_archives_are_looked_at_before_they_are_unpacked(tmp_path, monkeypatch):
    bomb = odt(tmp_path / "a.odt", "<text:p>P1: Hm.</text:p>" + " " * (12 << 20))
    assert "times its packed size; at most 150 times" in refused(an.read_transcripts, bomb)
    monkeypatch.setattr(limits, "RATIO", 10**9)
    large = odt(tmp_path / "b.odt", " " * (21 << 20))
    assert "b.odt holds 21 MB of text; at most 20 MB" in refused(an.read_transcripts, large)
    monkeypatch.setattr(limits, "UNPACKED", 1 << 20)
    assert "b.odt holds 21 MB once unpacked; at most 1 MB" in refused(an.read_transcripts, large)
    monkeypatch.setattr(limits, "MEMBERS", 0)
    assert "b.odt holds 1 packed files; at most 0" in refused(an.read_transcripts, large)


def test_an_archive_that_lies_about_its_size_is_no_file_that_can_be_opened(tmp_path):
    path = odt(tmp_path / "a.odt", "<text:p>P1: Hm.</text:p>" * 5000)
    data = path.read_bytes()
    true = zipfile.ZipFile(path).getinfo("content.xml").file_size
    path.write_bytes(data.replace(struct.pack("<I", true), struct.pack("<I", 100)))
    assert "a.odt is no OpenDocument text that can be opened" in refused(an.read_transcripts, path)


@pytest.mark.parametrize("ending", [".docx", ".odt", ".xlsx"])
def test_an_encrypted_file_is_called_so(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<a/>")
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of the list, and that of the member
    data[6] |= 1
    path.write_bytes(bytes(data))
    assert f"a{ending} is encrypted. Save it again without a password." in refused(an.read_transcripts, path)


@pytest.mark.parametrize("ending", [".odt", ".xlsx"])
def test_entities_are_refused_before_anything_is_parsed(tmp_path, ending):
    text = '<!DOCTYPE x [<!ENTITY a "&b;">]>'
    path = tmp_path / f"a{ending}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", text + ODT.format(body="&a;"))
    assert "declares entities, which no text needs" in refused(an.read_transcripts, path)


@pytest.mark.parametrize(
    ("blanks", "message"),
    [("1e9", "asks for '1e9' blanks in a row, which is no number"), ("-5", "no number"), ("", "no number"),
     ("4294967296", "4,294,967,296 repeated blanks; at most 100,000"), ("9" * 5000, "repeated blanks")],
)  # fmt: skip
def test_blanks_of_an_opendocument_text(tmp_path, blanks, message):
    path = odt(tmp_path / "a.odt", f'<text:p>P1: a<text:s text:c="{blanks}"/>b</text:p>')
    assert message in refused(an.read_transcripts, path)


def test_many_short_runs_of_blanks_add_up(tmp_path):
    path = odt(tmp_path / "a.odt", '<text:p>P1: a<text:s text:c="900"/>b</text:p>' * 120)
    assert "108,000 repeated blanks" in refused(an.read_transcripts, path)


def test_elements_within_elements(tmp_path):
    path = odt(tmp_path / "a.odt", "<text:span>" * 5000 + "</text:span>" * 5000)
    assert "elements nested more than 200 deep" in refused(an.read_transcripts, path)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB + "codes:\n- code: x\n  definition: *i\n", "values once its aliases (*) are followed; at most 100,000"),
        ("- &a [*a]\n", "line 1: a value holds itself by an alias (*)"),
        ("- code: " + "[" * 45 + "]" * 45, "values nested more than 40 deep"),
        ("- code: " + "[" * 5000 + "]" * 5000, "c.yaml"),
        ("- code: a\n  code: b\n", "line 2: a name stands twice"),
        ("- ? [a]\n  : b\n", "line 1: a name stands twice, or is no word"),
        ("- code: !!python/object/apply:os.system [ls]\n", "line 1: the tag 'tag:yaml.org,2002:python/object/apply:os"),
        ("- code: !mine x\n", "the tag '!mine' makes something else than words"),
        ("- code: [a\n", "c.yaml is no valid YAML near line"),
        ("x" * 600_000, "c.yaml holds 0.6 MB; at most 0.5 MB of a YAML can be read"),
    ],
)
def test_yaml_holds_no_more_than_it_says(tmp_path, text, message):
    (tmp_path / "c.yaml").write_text(text)
    assert message in refused(an.read_codebook, tmp_path / "c.yaml")


def test_yaml_is_read_as_it_is_written(tmp_path):
    (tmp_path / "c.yaml").write_text(
        "- {code: No, definition: 2025-00-01, exemplars: [yes, 1e3, 012, 0x1F, 1:60:99, ~]}\n"
        "- code: &x on\n- {code: .inf}\n"
    )
    book = an.read_codebook(tmp_path / "c.yaml")
    assert book.ids == ("No", "on", ".inf")
    assert book["No"].definition == "2025-00-01"
    assert book["No"].exemplars[:5] == ("yes", "1e3", "012", "0x1F", "1:60:99")


def test_a_codebook_has_so_many_codes(tmp_path):
    (tmp_path / "c.csv").write_text("code\n" + "".join(f"c{i}\n" for i in range(5001)))
    assert "c.csv holds 5,001 codes; at most 5,000" in refused(an.read_codebook, tmp_path / "c.csv")


@pytest.mark.parametrize(("name", "mb"), [("t.txt", 11), ("t.csv", 21), ("t.vtt", 11), ("study.toml", 2)])
def test_large_files_are_refused_before_they_are_read(tmp_path, name, mb):
    (tmp_path / "talk.txt").write_text("P1: Hm.")
    with (tmp_path / name).open("wb") as file:
        file.truncate(mb << 20)  # takes no room on the disk
    read = an.read_study if name == "study.toml" else an.read_transcripts
    assert f"{name} holds {mb}.0 MB; at most" in refused(read, tmp_path if name == "study.toml" else tmp_path / name)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999, 99999999), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': 'x', }",
        "{'descr': '<q9', 'fortran_order': 1, 'shape': (1,), }",
        "__import__('os')",
        "(" * 9000,
    ],
)
def test_an_array_claims_no_more_than_its_file_holds(header):
    data = header.encode().ljust(117) + b"\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(data)) + data + bytes(8)
    with pytest.raises(InputError, match="an array (claims|is damaged)"):
        safe_array(io.BytesIO(content), len(content))


# --- own errors only --------------------------------------------------------------------------------------------------


def test_what_nobody_foresaw_names_the_file_and_the_kind_of_error():
    foreign = pytest.raises(InputError, match=r"talk.odt cannot be read \(ZeroDivisionError\): it is damaged")
    with foreign, own_errors("talk.odt"):
        raise ZeroDivisionError
    with pytest.raises(InputError, match="as it is"), own_errors("talk.odt"):
        raise InputError("as it is")


@pytest.mark.parametrize("compression", [1, 6, 12, 99])
def test_odd_compressions(tmp_path, compression):
    path = odt(tmp_path / "a.odt", "<text:p>P1: Hm.</text:p>")
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 10 : at + 12] = data[8:10] = struct.pack("<H", compression)
    path.write_bytes(bytes(data))
    assert "a.odt is no OpenDocument text that can be opened" in refused(an.read_transcripts, path)


@pytest.mark.parametrize("encoding", ["UUF-8", "utf-7", "idna", "undefined", "unicode_escape", "base64"])
def test_odd_encodings_of_xml(tmp_path, encoding):
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", f"<?xml version='1.0' encoding='{encoding}'?>" + ODT.format(body="<text:p/>"))
    with contextlib.suppress(InputError):
        an.read_transcripts(path)


TOML = {
    "title = 5": "title must be text in quotes. Got int",
    'synthetic = "no"': "synthetic must be true or false, without quotes. Got str",
    'roles = "x"': "roles must be written as [roles]",
    "[roles]\nP1 = 5": "role must be",
    '[[participants]]\nid = "P1"\nsessions = [5]': "[[participants]] 'P1': sessions must be a list of words",
    '[[participants]]\nid = "P1"\nlabels = [["a"]]': "[[participants]] 'P1': labels must be a list of words",
    '[[participants]]\nid = "P1"\nrole = ["participant"]': "role must be",
    '[[themes]]\nname = "T"\naliases = 5': "[[themes]] 'T': aliases must be a list of words",
    '[[themes]]\nname = "T"\naliases = "x"': "[[themes]] 'T': aliases must be a list of words",
    '[[sessions]]\nid = "s"\ndate = 5': "the date must be written as 2025-03-19",
    "n = " + "9" * 5000: "study.toml is no valid TOML",
    "n = " + "[" * 3000 + "]" * 3000: "study.toml is nested deeper than any study",
    "sessions = 5": "sessions must be written as [[sessions]]",
    "[read]\nA = 5": "study.toml has 1 problem:\n  [read] A must be",
    "same_people = 5": "same_people",
    "machine = 5": "machine must be written as [machine]",
}


@pytest.mark.parametrize(("text", "message"), TOML.items(), ids=[text[:40] for text in TOML])
def test_wrong_types_in_study_toml_name_the_entry(tmp_path, text, message):
    (tmp_path / "talk.txt").write_text("P1: Hm.\n\nP2: Yes.\n")
    (tmp_path / "codings.csv").write_text("coder,transcript,turn,code\nA,talk,1,x\n")
    (tmp_path / "study.toml").write_text(text)
    assert message in refused(an.read_study, tmp_path)


@pytest.mark.parametrize(
    "call", ["read_study", "load", "read_codebook", "read_marks", "read_ledger", "save", "write_report", "trail"]
)
@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\ud800"])
def test_a_path_that_is_none_is_said_so(call, name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    book = an.Codebook((an.Code("Trust"),))
    study = an.Study((an.Transcript("T", "Hm."),))
    work = {
        "save": lambda: save(book, name), "trail": lambda: an.write_audit_trail(study, name),
        "write_report": lambda: write_report(make_comparison(), name),
        "read_codebook": lambda: an.read_codebook(f"{name}.csv"),
        "read_marks": lambda: an.read_marks(f"{name}.csv", study),
    }.get(call, lambda: getattr(an, call)(name))  # fmt: skip
    with pytest.raises(AllianceError, match="too long for this system|cannot hold a NUL or half of a character"):
        work()
    assert list(tmp_path.iterdir()) == []


def kept(folder, change):
    """A saved record whose entries were changed, with hashes that fit what they are now."""
    save(an.Transcript("T", "No time.", (an.Turn(0, 8, "P1"),)), folder)
    path = folder / "record.json"
    content = json.loads(path.read_text())
    (entry,) = content["records"].values()
    change(entry)
    key = hash_bytes(canonical_json(entry))
    content |= {"records": {key: entry}, "root": {"record": key}}
    content["check"] = hash_bytes(canonical_json(content["root"]))
    path.write_text(json.dumps(content))
    return folder


CHANGES = {
    "kind true": lambda e: e.update(kind=True),
    "kind list": lambda e: e.update(kind=["Transcript"]),
    "fields list": lambda e: e.update(fields=[]),
    "text number": lambda e: e["fields"].update(text=5),
    "text nested": lambda e: e["fields"].update(text={"dict": [[1]]}),
    "date": lambda e: e["fields"].update(date={"date": "2025-00-01"}),
    "date list": lambda e: e["fields"].update(date={"date": [1]}),
    "float": lambda e: e["fields"].update(date={"float": "x"}),
    "float huge": lambda e: e["fields"].update(date={"float": None}),
    "utf8": lambda e: e["fields"].update(text={"utf8": "ff"}),
    "utf8 odd": lambda e: e["fields"].update(text={"utf8": "f"}),
    "set of lists": lambda e: e["fields"].update(date={"set": [[1]]}),
    "array": lambda e: e["fields"].update(date={"array": "0" * 64}),
    "array of itself": lambda e: e["fields"].update(date={"array": "../../x"}),
    "record in itself": lambda e: e["fields"].update(date={"record": "0" * 64}),
    "record of a list": lambda e: e["fields"].update(date={"record": []}),
    "rows": lambda e: e["fields"].update(turns={"tuple": {"rows": "Turn", "fields": 5, "values": [[]]}}),
    "rows of nothing": lambda e: e["fields"].update(turns={"rows": "Turn", "fields": [], "values": []}),
    "unknown field": lambda e: e["fields"].update(mood=5),
    "empty": lambda e: e.clear(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_records_with_right_hashes_and_wrong_types(tmp_path, change):
    assert "kept cannot be loaded: " in refused(load, kept(tmp_path / "kept", change))


REPLY_DAMAGE = {
    "no zip": lambda data: b"no zip",
    "cut": lambda data: data[:-200],
    "empty": lambda data: b"",
    "flipped": lambda data: data[:300] + bytes([data[300] ^ 255]) + data[301:],
}


@pytest.mark.parametrize("damage", REPLY_DAMAGE.values(), ids=REPLY_DAMAGE)
@pytest.mark.parametrize("ending", [".docx", ".csv"])
def test_reply_sheets_that_are_damaged_name_the_file(tmp_path, ending, damage):
    day = datetime.date(2025, 11, 3)
    pack = MemberCheckPack("Ann", "A study", day, (PackTheme("Time", (), "", "", ()),))
    sheet = tmp_path / f"ann{ending}"
    if ending == ".docx":
        pack.to_docx(sheet)
    else:
        sheet.write_text(pack.to_csv() + "x" * 300)
    sheet.write_bytes(damage(sheet.read_bytes()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        assert f"ann{ending}" in refused(an.read_replies, sheet, pack)


def test_control_characters_are_no_obstacle_on_the_way_to_word(tmp_path):
    quote = OwnQuote("T:0-9", "T", "a lot of time\x0cand more\x00 \ud83d", "Why?\x1f", False)
    themes = (PackTheme("Time\x0b", ("so\x01",), "what\x02 it is", "", (quote,)),)
    pack = MemberCheckPack("Ann\x03", "A study\x04", datetime.date(2025, 11, 3), themes)
    assert pack.to_docx(tmp_path / "p.docx").stat().st_size > 5000
    page = pack.to_html(tmp_path / "p.html")
    assert "a lot of time\ufffdand more\ufffd \ufffd" in page
    assert (tmp_path / "p.html").read_text(encoding="utf-8") == page


def test_halves_of_characters_on_the_way_to_any_file_are_said(tmp_path):
    with pytest.warns(AllianceWarning, match=r"a.txt: 2 halves of characters \(lone surrogates\) written as U\+FFFD"):
        write_atomic(tmp_path / "a.txt", "a\ud83d b\udc00")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "a\ufffd b\ufffd"


def test_words_of_an_arrow_table_are_no_names_of_columns():
    arrow = pytest.importorskip("pyarrow")
    (transcript,) = an.read_transcripts(
        arrow.table({"text": ["SECRET words."], "speaker": ["P1"]}), roles={"P1": "participant"}
    )
    assert transcript.text == "SECRET words."
    said = refused(an.read_codebook, arrow.table({"a": ["SECRET words."], "b": ["SECRET"]}))
    assert "Its columns are 'a', 'b'" in said
    assert "SECRET" not in said


def test_links_that_lead_out_of_a_study_are_refused(tmp_path):
    study = tmp_path / "study"
    (study / "transcripts").mkdir(parents=True)
    (study / "more").mkdir()
    (study / "more" / "a.txt").write_text("P1: Hm.")
    (study / "transcripts" / "a.txt").symlink_to(study / "more" / "a.txt")
    assert len(an.read_study(study).transcripts) == 1
    (tmp_path / "secret.txt").write_text("P9: secret")
    (study / "transcripts" / "b.txt").symlink_to(tmp_path / "secret.txt")
    assert "The folder 'transcripts' holds 1 link to places outside of it: b.txt." in refused(an.read_study, study)
    (study / "transcripts" / "b.txt").unlink()
    (study / "codebook.csv").symlink_to("/etc/passwd")
    assert "holds 1 link to places outside of it: codebook.csv" in refused(an.read_study, study)
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "b.txt").symlink_to(tmp_path / "secret.txt")
    assert "holds 1 link" in refused(an.read_transcripts, tmp_path / "flat")


# --- the command line, and what is not installed ----------------------------------------------------------------------


def test_the_command_line_ends_with_a_sentence_and_two_where_the_system_refuses(tmp_path, capsys, monkeypatch):
    (tmp_path / "out").write_text("a file")
    monkeypatch.setattr(an, "load_study", lambda _: (_ for _ in ()).throw(OSError(30, "Read-only file system", "/x")))
    assert main(["demo", "--out", str(tmp_path / "new")]) == 2
    said = capsys.readouterr().err
    assert "The system refuses /x: Read-only file system. Check the place and the disk." in said
    assert "Traceback" not in said


@pytest.mark.parametrize("package", ["matplotlib", "matplotlib.figure", "jinja2"])
def test_without_an_extra_the_tables_are_written_and_the_line_that_installs_is_named(tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'alliance-nlp\[report\]' The tables are written"):
        write_report(make_comparison(), tmp_path / "report")
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == {"tables", "manifest.json"}
    listed = json.loads((tmp_path / "report" / "manifest.json").read_text())["files"]
    assert set(listed) == {f"tables/{path.name}" for path in (tmp_path / "report" / "tables").iterdir()}
    assert len(listed) > 5


def test_a_cache_claims_no_more_than_its_file_holds(tmp_path):
    from alliance_nlp.embeddings.cache import VectorCache, _read

    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 33), }".ljust(117) + b"\n"
    file = tmp_path / f"{'0' * 64}.npy"
    file.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    assert _read(file, [b""]) is None
    assert VectorCache(tmp_path, an.EncoderInfo("e", "1")).read(["a"]) == {}


@pytest.mark.parametrize("seen", [0, 1])
def test_a_file_that_another_process_takes_away_meanwhile_is_written(tmp_path, monkeypatch, seen):
    target, looked, stat = write_atomic(tmp_path / "kept.npy", b"old"), [], Path.stat

    def taken_away(self, **options):
        if self == target:
            looked.append(self)
            if len(looked) > seen:
                self.unlink(missing_ok=True)
        return stat(self, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", taken_away)
        assert write_atomic(target, b"new") == target
    assert target.read_bytes() == b"new"
