"""Whatever a file holds, its reader ends in a result or in an error of ours: mutated seeds, one harness a reader.

As tests a few seconds each; ``python tests/fuzz/harness.py --seconds 60 [--readers odt,ledger] [--seed 7]`` runs longer and
prints one line a reader: inputs, results, refusals, foreign errors, slowest in seconds, peak in MB. What it finds is kept
in ``--keep``. Seeds are made here, by the library and by hand; no words of anybody are in them.
"""

import argparse
import contextlib
import datetime
import io
import json
import os
import random
import resource
import sqlite3
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import alliance_nlp as an
from alliance_nlp.errors import AllianceError
from alliance_nlp.provenance import canonical_json, hash_bytes
from alliance_nlp.records.fingerprints import key_of_study

SLOWEST, PEAK = 10.0, 500  # seconds, MB
TALK = "Moderator: Why?\n\nAnn: It takes time — a lot.\n\nBo: Mm. [laughs]\n\nAnn: We listen.\n"
ODT = (
    '<?xml version="1.0" encoding="UTF-8"?><o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:'
    'table:1.0"><o:body><o:text><text:p>Ann: It takes<text:s text:c="3"/>time.</text:p><text:h>Bo: <text:span>Mm.'
    "</text:span></text:h><table:table><table:table-row><table:table-cell><text:p>Ann</text:p></table:table-cell>"
    "<table:table-cell><text:p>We listen.</text:p></table:table-cell></table:table-row></table:table></o:text></o:body>"
    "</o:document-content>"
)
YAML = (
    "codes:\n- theme: Trust\n  code: &x demanding\n  definition: |\n    asks\n    much\n  exemplars: [a, 'b c', 2025-01-01]\n"
    "- {theme: Time, code: rush, definition: *x, aliases: [no, 1e3]}\n"
)
TOML = (
    'title = "A study"\nsynthetic = true\n[[sessions]]\nid = "talk"\ndate = 2025-03-19\n[[participants]]\nid = "Ann"\n'
    'role = "participant"\nlabels = ["A"]\nquotation = false\n[[themes]]\nname = "Trust"\naliases = ["Reliance"]\n'
    '[read]\nA = "participants"\n[machine]\nunit = "turn"\n'
)
CODINGS = "coder,transcript,turn,code\nA,talk,2,demanding\nB,talk,4,rush\n"
MARKS = "reader,transcript,turn,significant,why,date\nKL,talk,2,yes,loud,2025-04-02\nMR,talk,4,no,,\n"
WIDE = "transcript,turn,coder_1,coder_2\ntalk,2,demanding,rush | demanding\ntalk,4,,rush\n"
SEGMENTS = "id,transcript,speaker,text,code,coder\n1,talk,Ann,It takes time.,rush,A\n2,talk,Bo,Mm.,,A\n"
CODEBOOK = "theme,essence,code,definition,exemplars\nTrust,,demanding,asks much,a | b\nTime,,rush,too little,\n"
VTT = "WEBVTT\n\nNOTE made\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Ann>It takes &amp; time.\n\n00:00:05.000 --> 00:00:06.000\nBo: Mm.\n"
SRT = "1\n00:00:01,000 --> 00:00:04,000\nAnn: It takes time.\n\n2\n00:00:05,000 --> 00:00:06,500\nBo: Mm.\n"
HTML = "<!doctype html><title>T</title><!-- made --><p>Ann: It <b>takes</b> &amp; time.<br>A lot.</p><div>Bo: Mm.</div><script>x</script>"
RTF = "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 A;}}{\\header page}\\pard Ann: It \\b takes\\b0  time \\'e9 \\u8212 ?.\\par Bo: Mm.\\par}"
EAF = (
    '<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="0"/>'
    '<TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="1500"/></TIME_ORDER><TIER TIER_ID="Ann" PARTICIPANT="Ann"><ANNOTATION>'
    '<ALIGNABLE_ANNOTATION ANNOTATION_ID="1" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b"><ANNOTATION_VALUE>It takes time.'
    "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"
)
TEXTGRID = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 2\ntiers? <exists>\nsize = 1\nitem []:\n'
    '    item [1]:\n        class = "IntervalTier"\n        name = "Ann"\n        xmin = 0\n        xmax = 2\n'
    "        intervals: size = 1\n            intervals [1]:\n                xmin = 0\n                xmax = 2\n"
    '                text = "It takes time."\n'
)
DOCCANO = '{"id": 1, "text": "Ann: It takes time", "label": [[5, 13, "demanding"]]}\n{"id": 2, "text": "Bo: Mm.", "label": []}\n'
LABELS = 'id,text,label\n1,"It takes time","[{""start"": 0, ""end"": 8, ""text"": ""It takes"", ""labels"": [""demanding""]}]"\n2,"We listen.",\n'
WEBANNO = (
    "#FORMAT=WebAnno TSV 3.3\n#T_SP=custom.Code|value\n\n#Text=Ann: It takes time.\n1-1\t21-23\tIt\tdemanding[1]\n"
    "1-2\t24-29\ttakes\tdemanding[1]|rush\n1-3\t30-34\ttime\t_\n"
)


# --- seeds ------------------------------------------------------------------------------------------------------------


def made_docx():
    import docx

    paper, out = docx.Document(), io.BytesIO()
    for line in TALK.split("\n\n"):
        paper.add_paragraph(line)
    table = paper.add_table(rows=2, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "speaker", "text"
    table.rows[1].cells[0].text, table.rows[1].cells[1].text = "Ann", "It takes time."
    paper.save(out)
    return out.getvalue()


def made_xlsx(rows):
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A4:B5")
    book.save(out)
    return out.getvalue()


def made_odt():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", ODT)
    return out.getvalue()


def made_ledger():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "decisions.jsonl"
        book = an.Codebook((an.Code("Trust", "", "demanding"), an.Code("Time", "", "rush")))
        an.record_decision(file, "rename", code="demanding", to="asks much", by="KL", of=book)
        an.record_decision(file, "split", code="rush", to=(an.Code("Time", "", "a"), an.Code("Time", "", "b")), by="KL")
        an.record_decision(file, "member check", theme="Trust", verdict="yes", by="Ann", role="participant", of=book)
        an.record_decision(file, "agree", segment="T:0-8", code=("Trust/asks much",), by="KL+MR")
        return file.read_bytes()


def made_record():
    t = an.Transcript("T", "Ann: No time.", (an.Turn(5, 13, "Ann", "participant"),))
    book = an.Codebook((an.Code("Time", "", "rush", "too little", ("no time",)),), (an.Theme("Time", ("Clocks",)),))
    coding = an.Coding((an.CodedSpan("KL", "T", 5, 13, "Time/rush"),), (an.ReadSpan("KL", "T", 5, 13),), book)
    with tempfile.TemporaryDirectory() as folder:
        an.save(an.Study((t,), book, coding, title="A study"), Path(folder) / "kept")
        return (Path(folder) / "kept" / "record.json").read_bytes()


def project_study():
    t = an.Transcript("talk", TALK, (an.Turn(0, len(TALK)),))
    book = an.Codebook((an.Code("Trust", "deep", "demanding", "asks much"), an.Code("Time", "", "rush")))
    return an.Study(
        (t,),
        book,
        an.Coding((an.CodedSpan("KL", "talk", 22, 48, "Time/rush", note="why?"),), (), book),
        title="A study",
    )


def made_project():
    """A project of another program: what we write, without our own data, and with another name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.qdpx"
        an.write_qdpx(project_study(), file)
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["project.qde"] = parts["project.qde"].replace(b"alliance_nlp 0", b"NVivo 12")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return out.getvalue()


def made_codes():
    with tempfile.TemporaryDirectory() as folder:
        an.write_qdc(project_study().codebook, Path(folder) / "made.qdc")
        return (Path(folder) / "made.qdc").read_bytes()


def made_database(statements):
    """A database as a file holds it."""
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        base.executescript(statements)
        return base.serialize()


TAGUETTE = """
CREATE TABLE projects (id INTEGER, name TEXT); INSERT INTO projects VALUES (1, 'A study');
CREATE TABLE documents (id INTEGER, project_id INTEGER, name TEXT, contents TEXT);
INSERT INTO documents VALUES (1, 1, 'talk', '<p>M: Why?</p><p>Ann: It takes time &amp; patience.</p>');
CREATE TABLE tags (id INTEGER, project_id INTEGER, path TEXT, description TEXT); INSERT INTO tags VALUES (1, 1, 'time', 'x');
CREATE TABLE highlights (id INTEGER, document_id INTEGER, start_offset INTEGER, end_offset INTEGER, snippet TEXT);
INSERT INTO highlights VALUES (1, 1, 12, 25, '<p>It takes time</p>');
CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER); INSERT INTO highlight_tags VALUES (1, 1);
CREATE TABLE commands (date TEXT, user_login TEXT, payload TEXT);
INSERT INTO commands VALUES ('2022-02-03', 'kl', '{"type": "highlight_add", "highlight_id": 1}');
"""
QUALCODER = """
CREATE TABLE source (id INTEGER, name TEXT, fulltext TEXT, memo TEXT);
INSERT INTO source VALUES (1, 'talk', 'M: Why?\n\nAnn: It takes time.', 'noon');
CREATE TABLE code_cat (catid INTEGER, name TEXT, supercatid INTEGER); INSERT INTO code_cat VALUES (1, 'Work', NULL);
CREATE TABLE code_name (cid INTEGER, name TEXT, memo TEXT, catid INTEGER); INSERT INTO code_name VALUES (1, 'rush', '', 1);
CREATE TABLE code_text (cid INTEGER, fid INTEGER, seltext TEXT, pos0 INTEGER, pos1 INTEGER, owner TEXT, memo TEXT, date TEXT);
INSERT INTO code_text VALUES (1, 1, 'It takes', 14, 22, 'KL', '', '2024-02-03');
"""


def made_pdf():
    """A page of two lines, with no stream packed."""
    said = b"BT /F1 12 Tf 72 720 Td (Ann: It takes time.) Tj 0 -20 Td (Bo: Mm.) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(said), said),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


def vectors():
    import numpy as np

    segments = an.segment((an.Transcript("T", "Ann: No time.", (an.Turn(5, 13, "Ann", "participant"),)),))
    return an.Embeddings(segments, np.eye(1, 4, dtype=np.float32), an.EncoderInfo("example", "1"))


def made_array():
    with tempfile.TemporaryDirectory() as folder:
        an.save(vectors(), Path(folder) / "kept")
        return next((Path(folder) / "kept" / "arrays").glob("*.npy")).read_bytes()


def with_array(folder, file):
    """Load a record one of whose arrays is the mutated file, under the hash that fits it."""
    an.save(vectors(), folder / "kept")
    old = next((folder / "kept" / "arrays").glob("*.npy"))
    digest = hash_bytes(file.read_bytes())
    record = (folder / "kept" / "record.json").read_text(encoding="utf-8").replace(old.stem, digest)
    (folder / "kept" / "record.json").write_text(record, encoding="utf-8")
    (old.parent / f"{digest}.npy").write_bytes(file.read_bytes())
    return kept_in(folder, folder / "kept" / "record.json")


def beside_sound(folder, file):
    (folder / "b.csv").write_text(CODINGS.replace("rush", "demanding"), encoding="utf-8")
    return an.compare_files(file, folder / "b.csv", n_draws=20)


PACK = an.MemberCheckPack("Ann", "A study", datetime.date(2025, 11, 3), (an.PackTheme("Time", (), "", "", ()),))


def made_sheet():
    with tempfile.TemporaryDirectory() as folder:
        return PACK.to_docx(Path(folder) / "a.docx").read_bytes()


def study_with(folder, name):
    """The folder of a study in which one file is the mutated one."""
    for other, text in (("talk.txt", TALK), ("codebook.csv", CODEBOOK), ("codings.csv", CODINGS)):
        if other.split(".")[0] != name.split(".")[0]:
            (folder / other).write_text(text, encoding="utf-8")
    return an.read_study(folder)


def kept_in(folder, file):
    """Load a record whose hashes fit whatever the mutation made of it, as somebody would make them fit."""
    (folder / "kept").mkdir(exist_ok=True)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        names = {}
        for key, entry in list(content["records"].items()):
            names[key] = hash_bytes(canonical_json(entry))
        text = json.dumps(content)
        for _ in range(3):  # a record names others by their hash, which the new hash of those changes in turn
            for old, new in names.items():
                text = text.replace(old, new)
            content = json.loads(text)
            names = {key: hash_bytes(canonical_json(entry)) for key, entry in content["records"].items()}
        content["records"] = {names[key]: entry for key, entry in content["records"].items()}
        content["check"] = hash_bytes(canonical_json(content["root"]))
        (folder / "kept" / "record.json").write_text(json.dumps(content), encoding="utf-8")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        (folder / "kept" / "record.json").write_bytes(file.read_bytes())
    return an.load(folder / "kept")


def ledger_in(_, file):
    book = an.Codebook((an.Code("Trust", "", "demanding"), an.Code("Time", "", "rush")))
    found = an.replay(an.read_ledger(file), codebook=book)
    an.record_decision(file, "note", note="after", by="KL")
    return found


def codings_in(_, file, **options):
    book = an.read_codebook([{"theme": "Trust", "code": "demanding"}, {"theme": "Time", "code": "rush"}])
    t = an.read_transcripts(TALK.split("\n\n"), name="talk")
    return an.read_codings(file, t, codebook=book, **options)


def marks_in(_, file):
    return an.read_marks(file, an.read_transcripts(TALK.split("\n\n"), name="talk"), read="all")


def cached(folder, file):
    from alliance_nlp.embeddings.cache import VectorCache

    cache = VectorCache(folder, an.EncoderInfo("example", "1"))
    cache.folder.mkdir(parents=True)
    (cache.folder / f"{hash_bytes(file.read_bytes())}.npy").write_bytes(file.read_bytes())
    return cache.read(["a", "b"])


def talk_with_codes():
    codes = tuple(an.Code(theme, "", code) for theme, code in (("Trust", "demanding"), ("Time", "rush")))
    return an.Study(an.read_transcripts(TALK.split("\n\n"), name="talk"), an.Codebook(codes))


def made_proposals():
    rush, at = {"code": ["Time/rush"]}, "2026-11-27T10:00:00Z"
    joined = [{"theme": "Trust", "essence": "", "code": "both", "definition": "x"}]
    said = [
        {"kind": "agree", "segment": "talk:1-9", **rush}, {"kind": "accept", "cluster": 1, "members": "0" * 16, **rush},
        {"kind": "rename", "theme": "Time", "to": "Hurry"}, {"kind": "merge", "code": ["Trust/demanding", "Time/rush"],
        "to": joined}, {"kind": "memo", "replaces": ["p0"], "after": "both", "segment": "talk:1-9"},
    ]  # fmt: skip
    return json.dumps({
        "format": "alliance_nlp proposals 1", "study": {"key": key_of_study(talk_with_codes().transcripts), "title": "T"},
        "based_on": {"seal": "", "n_decisions": 0}, "by": "KL", "role": "coder", "exported": at,
        "proposals": [{"id": f"p{i}", "at": at, "note": "why", **one} for i, one in enumerate(said)],
        "saw": [{"segment": "talk:1-9", "what": "machine", "at": at}],
    }).encode()  # fmt: skip


def proposals_in(folder, file):
    return an.import_proposals(folder / "decisions.jsonl", file, of=talk_with_codes())


def made_cache():
    import numpy as np

    from alliance_nlp.embeddings.cache import Vector, VectorCache

    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder), an.EncoderInfo("example", "1"))
        cache.add(["a", "b"], [Vector(np.array([1, 0], dtype=np.float32), False)] * 2)
        return next(cache.folder.glob("*.npy")).read_bytes()


def transcripts(_, file):
    return an.read_transcripts(file)


TURNS = [["speaker", "text"], ["Ann", "It takes time."], ["Bo", "Mm."]]
READERS = {  # what it is called: its file's name, how a seed is made, how it is read
    "txt": ("talk.txt", TALK.encode, transcripts),
    "vtt": ("talk.vtt", VTT.encode, transcripts),
    "srt": ("talk.srt", SRT.encode, transcripts),
    "html": ("talk.html", HTML.encode, transcripts),
    "rtf": ("talk.rtf", RTF.encode, transcripts),
    "eaf": ("talk.eaf", EAF.encode, transcripts),
    "TextGrid": ("talk.TextGrid", TEXTGRID.encode, transcripts),
    "pdf": ("talk.pdf", made_pdf, transcripts),
    "docx": ("talk.docx", made_docx, transcripts),
    "odt": ("talk.odt", made_odt, transcripts),
    "turns.csv": ("talk.csv", lambda: b"speaker,text\nAnn,It takes time.\nBo,Mm.\n", transcripts),
    "turns.tsv": ("talk.tsv", lambda: b"time\trole\tspeaker\ttext\n0:01\tP\tAnn\tIt takes time.\n0:05\t\tBo\tMm.\n", transcripts),
    "turns.xlsx": ("talk.xlsx", lambda: made_xlsx(TURNS), transcripts),
    "codebook.csv": ("codebook.csv", CODEBOOK.encode, lambda _, file: an.read_codebook(file)),
    "codebook.xlsx": (
        "codebook.xlsx", lambda: made_xlsx([row.split(",") for row in CODEBOOK.splitlines()]), lambda _, file: an.read_codebook(file),
    ),
    "codebook.yaml": ("codebook.yaml", YAML.encode, lambda _, file: an.read_codebook(file)),
    "codings.csv": ("codings.csv", CODINGS.encode, codings_in),
    "wide codings": ("codings.csv", WIDE.encode, codings_in),
    "wide codings.xlsx": (
        "codings.xlsx", lambda: made_xlsx([r.split(",") for r in WIDE.splitlines()]), codings_in,
    ),
    "WebAnno codings": ("codings.tsv", WEBANNO.encode, lambda _, file: codings_in(_, file, coder="A")),
    "two files": ("a.csv", CODINGS.encode, beside_sound),
    "doccano": ("codings.jsonl", DOCCANO.encode, lambda _, file: codings_in(_, file, coder="A")),
    "marks.csv": ("marks.csv", MARKS.encode, marks_in),
    "marks.xlsx": ("marks.xlsx", lambda: made_xlsx([r.split(",") for r in MARKS.splitlines()]), marks_in),
    "segments.csv": ("segments.csv", SEGMENTS.encode, lambda folder, file: an.read_study(folder)),
    "codings.xlsx": ("codings.xlsx", lambda: made_xlsx([r.split(",") for r in CODINGS.splitlines()]), codings_in),
    "study.toml": ("study.toml", TOML.encode, lambda folder, file: study_with(folder, file.name)),
    "ledger": ("decisions.jsonl", made_ledger, ledger_in),
    "proposals": ("proposals-KL.json", made_proposals, proposals_in),
    "record": ("record.json", made_record, kept_in),
    "record's array": ("vectors.npy", made_array, with_array),
    "cache": ("vectors.npy", made_cache, cached),
    "project": ("made.qdpx", made_project, lambda _, file: an.read_qdpx(file)),
    "taguette": ("made.sqlite3", lambda: made_database(TAGUETTE), lambda _, file: an.read_taguette(file)),
    "qualcoder": ("data.qda", lambda: made_database(QUALCODER), lambda _, file: an.read_qualcoder(file)),
    "codes.qdc": ("made.qdc", made_codes, lambda _, file: an.read_qdc(file)),
    "replies.csv": ("ann.csv", lambda: PACK.to_csv().encode(), lambda _, file: an.read_replies(file, PACK)),
    "replies.docx": ("ann.docx", made_sheet, lambda _, file: an.read_replies(file, PACK)),
}  # fmt: skip


# --- mutations --------------------------------------------------------------------------------------------------------

TOKENS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\x0c", b"\xed\xa0\x80", b"\\ud800", b"9" * 5000, b"-1", b"1e999", b"NaN",
    b"null", b"true", b"[]", b"{}", b"[" * 2000, b'"', b"'", b"<", b"&a;", b"%", b"=1+1", b"../../x", b"\xe2\x80\xa8", b",", b";",
    b"\t", b"|", b"*x", b"&x", b"!!python/name:os.system", b"2025-00-01", b"4294967296", b" " * 3000, b"A" * 70000, b"\n" * 500,
]  # fmt: skip
ODD = ["", None, True, -1, 10**30, 1.5, [], [[]], {}, {"utf8": "00"}, {"date": "2025-00-01"}, {"set": [[1]]}, "\ud800", ["x"] * 3,
       {"record": "0" * 64}, {"rows": "Turn", "fields": ["start"], "values": [[None]]}]  # fmt: skip


def mutated_bytes(rng, data):
    """Flip, cut, double, move and insert: a few times."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at, to = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
        to = min(to, at + rng.choice((1, 4, 40, 4000)))
        kind = rng.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[at:to]
        elif kind == 2:
            data[at:at] = data[at:to] * rng.choice((1, 2, 30))
        elif kind == 3:
            data[at:at] = rng.choice(TOKENS)
        elif kind == 4:
            data[at:to] = rng.choice(TOKENS)
        else:
            data[at:to] = rng.randbytes(to - at)
    return bytes(data[: 2 << 20])


def mutated_archive(rng, data):
    """Mutate a member, and pack it again so that the reader comes to it; now and then the archive itself."""
    if rng.random() < 0.2:
        return mutated_bytes(rng, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parsed = [name for name in parts if name.endswith((".xml", ".rels", ".qde"))]
    name = rng.choice(
        [n for n in parsed if n in ("content.xml", "word/document.xml", "xl/worksheets/sheet1.xml", "project.qde")] * 4
        + parsed
    )
    parts[name] = mutated_attributes(rng, parts[name]) if rng.random() < 0.5 else mutated_bytes(rng, parts[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for member, content in parts.items():
            archive.writestr(member, content)
    return out.getvalue()


def mutated_attributes(rng, data):
    """Put odd values where XML has values, so that it stays XML."""
    pieces = data.split(b'"')
    inside = range(1, len(pieces), 2)
    for _ in range(rng.choice((1, 1, 2, 5))):
        if inside:
            pieces[rng.choice(inside)] = rng.choice(
                [b"", b"1e9", b"-5", b"4294967296", b"x", b"A1:XFD1048576", b"9" * 400, b"true"]
            )
    return b'"'.join(pieces)


def mutated_json(rng, data):
    """Put odd values where JSON has values, line by line for a ledger, so that it stays JSON."""
    lines = data.decode().splitlines()
    try:
        whole = json.loads(data)
        return json.dumps(odd_somewhere(rng, whole)).encode()
    except ValueError:
        at = rng.randrange(len(lines))
        row = odd_somewhere(rng, json.loads(lines[at]))
        if isinstance(row, dict) and rng.random() < 0.5:  # with a hash that fits
            row.pop("hash", None)
            row["hash"] = hash_bytes(canonical_json(row))
        lines[at] = json.dumps(row)
        return "\n".join(lines).encode()


def odd_somewhere(rng, value):
    if rng.random() < 0.15 or not isinstance(value, list | dict) or not value:
        return rng.choice(ODD)
    key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[key] = odd_somewhere(rng, value[key])
    return changed


def mutate(rng, name, data):
    if data.startswith(b"PK"):
        return mutated_archive(rng, data)
    if name in ("ledger", "record") and rng.random() < 0.6:
        return mutated_json(rng, data)
    return mutated_bytes(rng, data)


# --- running ----------------------------------------------------------------------------------------------------------


def run(name, *, seconds, seed=0, most=10**9, keep=None):
    """Read mutated seeds for so many seconds; give counts, foreign errors, the slowest and the peak."""
    file_name, make, read = READERS[name]
    rng, data = random.Random(f"{name} {seed}"), make()
    counts, foreign, slowest, until = Counter(), [], 0.0, time.monotonic() + seconds
    while time.monotonic() < until and sum(counts.values()) < most:
        content = mutate(rng, name, data)
        with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = Path(place) / file_name
            file.write_bytes(content)
            began = time.monotonic()
            try:
                repr(read(Path(place), file))
                counts["result"] += 1
            except AllianceError as err:
                counts["refused"] += 1
                str(err)
            except Exception as err:
                counts["foreign"] += 1
                foreign.append(f"{type(err).__name__}: {str(err)[:200]}\n{traceback.format_exc()[-900:]}")
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{name}_{counts['foreign']}_{type(err).__name__}_{file_name}").write_bytes(content)
            took = time.monotonic() - began
            if took > SLOWEST and keep:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{name}_slow_{took:.0f}_{file_name}").write_bytes(content)
            slowest = max(slowest, took)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return {"reader": name, "inputs": sum(counts.values()), "results": counts["result"], "refused": counts["refused"],
            "foreign": counts["foreign"], "slowest": round(slowest, 2), "peak_mb": peak, "errors": foreign}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    bad = 0
    for name in given.readers.split(","):
        child = os.fork()  # a process for each reader, so that its peak is its own
        if not child:
            resource.setrlimit(
                resource.RLIMIT_AS, (3 << 30, 3 << 30)
            )  # what asks for more is found, not the machine slowed
            found = run(name, seconds=given.seconds, seed=given.seed, keep=given.keep)
            errors = found.pop("errors")
            print(json.dumps(found), flush=True)
            for error in list(dict.fromkeys(errors))[:5]:
                print(error, file=sys.stderr, flush=True)
            os._exit(int(found["foreign"] > 0 or found["slowest"] > SLOWEST or found["peak_mb"] > PEAK))
        bad += os.waitpid(child, 0)[1] != 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
