"""Files of programs that are made to harm: a maker each, how it is read, and what must be said of it.

`full` makes them as large as their kind gets; otherwise they are just large enough to be refused.
"""

import random
import sqlite3
import stat
import struct
import zipfile
from functools import cache
from pathlib import Path

HEAD = '<Project xmlns="urn:QDA-XML:project:1.0" name="m">'
BOOK = '<CodeBook xmlns="urn:QDA-XML:codebook:1.0">'
PROJECT, CODES = "project.qde", "project.qdc"
_LAUGHS = "".join("<!ENTITY a{} '{}'>".format(n, f"&a{n - 1};" * 10) for n in range(1, 9))
ENTITIES = f'<!DOCTYPE x [<!ENTITY a0 "ha">{_LAUGHS}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TABLES = {
    "taguette": (
        "CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE documents (id INTEGER PRIMARY KEY, project_id INTEGER, name TEXT, contents TEXT);"
        "CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path TEXT, description TEXT);"
        "CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER,"
        " end_offset INTEGER, snippet TEXT);"
        "CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);"
        "CREATE TABLE commands (id INTEGER PRIMARY KEY, date TEXT, user_login TEXT, payload TEXT);"
        "INSERT INTO projects VALUES (1, 'a');"
    ),
    "qualcoder": (
        "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT, fulltext TEXT, mediapath TEXT, memo TEXT);"
        "CREATE TABLE code_cat (catid INTEGER PRIMARY KEY, name TEXT, supercatid INTEGER);"
        "CREATE TABLE code_name (cid INTEGER PRIMARY KEY, name TEXT, memo TEXT, catid INTEGER);"
        "CREATE TABLE code_text (ctid INTEGER PRIMARY KEY, cid INTEGER, fid INTEGER, seltext TEXT, pos0 INTEGER,"
        " pos1 INTEGER, owner TEXT, date TEXT, memo TEXT);"
    ),
}  # fmt: skip
TEXT_OF = {
    "taguette": "documents VALUES ({n}, 1, 'd', {text})",
    "qualcoder": "source VALUES ({n}, 'd', {text}, '', '')",
}
ENDING = {"taguette": "made.sqlite3", "qualcoder": "data.qda"}


def packed(*members, name=PROJECT, head=HEAD + "</Project>"):
    """A maker of an archive with a description and these members: name, and data or a maker of it."""

    def make(path, full):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(name, head)
            for member, data in members:
                archive.writestr(member, data(full) if callable(data) else data)

    return make


def words(text):
    """A maker of a bare description."""
    return lambda path, full: path.write_text(text(full) if callable(text) else text, encoding="utf-8")


def zeros(full):
    return b"0" * (300_000_000 if full else 20_000_000)


def lying(path, full):
    """An archive whose member says that it unpacks to a few bytes."""
    packed(("sources/a.txt", zeros), head=_with_text())(path, full)
    data, told = path.read_bytes(), len(zeros(full))
    path.write_bytes(data.replace(struct.pack("<L", told), struct.pack("<L", 10)))


def boasting(path, full):
    """An archive whose member says that it unpacks to four gigabytes."""
    packed(("sources/a.txt", "abc"), head=_with_text())(path, full)
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02")
    path.write_bytes(data[: at + 24] + struct.pack("<L", 0xFFFFFFF0) + data[at + 28 :])


def _with_text():
    return f'{HEAD}<Sources><TextSource guid="1" name="t" plainTextPath="internal://a.txt"/></Sources></Project>'


def linked(path, full):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(PROJECT, HEAD + "</Project>")
        link = zipfile.ZipInfo("sources/a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")


def halved(make):
    def cut(path, full):
        make(path, full)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return cut


def database(program, *statements, rows=()):
    """A maker of a database of a program, with more in it; `rows` gives statement and values for many."""

    def make(path, full):
        connection = sqlite3.connect(path)
        connection.executescript(TABLES[program] + ";".join(s(full) if callable(s) else s for s in statements))
        for statement, values in rows:
            connection.executemany(statement, values(full))
        connection.commit()
        connection.close()

    return make


def many_texts(program):
    """More text than may be, in values that may."""
    value = "printf('%.*c', 9000000, 'a')"
    return [f"INSERT INTO {TEXT_OF[program].format(n=n, text=value)}" for n in range(1, 7)]


def _nested():
    return f"{HEAD}<CodeBook><Codes>{'<Code>' * 10_000}{'</Code>' * 10_000}</Codes></CodeBook></Project>"


def _wide(full):
    return f"{HEAD}<Links>{'<a/>' * (9_000_000 if full else 800_001)}</Links></Project>"


def _attributes(full):
    n = 3_000_000 if full else 1_200_001
    attributes = " ".join(f"a{i}=''" for i in range(n))
    return f"{HEAD}<Links><a {attributes}/></Links></Project>"


def _selections(full):
    n = 700_000 if full else 400_001
    return f'{HEAD}<Sources><TextSource guid="1">{"<PlainTextSelection />" * n}</TextSource></Sources></Project>'


def _big_sources():
    return "".join(f'<TextSource guid="{n}" name="t{n}" plainTextPath="internal://{n}.txt"/>' for n in range(7))


@cache
def random_text(full):
    rng = random.Random(0)
    few = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(999)]
    return " ".join(rng.choices(few, k=1_200_000))


QDPX = {
    "a member of zeros": (packed(("sources/a.txt", zeros), head=_with_text()), "times its packed size|MB"),
    "a description of zeros": (packed(head=b"0" * 41_000_000), "times its packed size|MB"),
    "a member that hides its size": (lying, "damaged|times its packed|Bad|MB"),
    "four gigabytes declared": (boasting, "MB once unpacked"),
    "a place outside": (packed(("../a.txt", "x")), "places outside of it"),
    "a place from the root": (packed(("/etc/a.txt", "x")), "places outside of it"),
    "a place on another drive": (packed(("C:\\a.txt", "x")), "places outside of it"),
    "a symbolic link": (linked, "holds links"),
    "a document type": (packed(head="<!DOCTYPE x>" + HEAD + "</Project>"), "declares entities"),
    "entities of entities": (packed(head=ENTITIES + HEAD + "&a8;</Project>"), "declares entities"),
    "an entity from a file": (packed(head=OUTSIDE + HEAD + "&a;</Project>"), "declares entities"),
    "10,000 codes in one another": (packed(head=_nested()), "nested"),
    "nine million elements": (words(_wide), "tags; at most"),
    "three million attributes": (words(_attributes), "attributes; at most"),
    "700,000 selections": (words(_selections), "selections; at most"),
    "three thousand members": (packed(*((f"sources/{n}.txt", "") for n in range(3000))), "packed files"),
    "60 MB of texts": (
        packed(*((f"sources/{n}.txt", random_text) for n in range(7)),
               head=f"{HEAD}<Sources>{_big_sources()}</Sources></Project>"), "more than 50 MB of text",
    ),
    "cut in half": (halved(packed(("sources/a.txt", "abc" * 1000), head=_with_text())), "damaged archive"),
    "no archive": (words("hello"), "is no XML"),
    "an empty file": (words(""), "is empty"),
}  # fmt: skip
QDC = {
    "a document type": (words("<!DOCTYPE x>" + BOOK + "</CodeBook>"), "declares entities"),
    "entities of entities": (words(ENTITIES + BOOK + "&a8;</CodeBook>"), "declares entities"),
    "an entity from a file": (words(OUTSIDE + BOOK + "&a;</CodeBook>"), "declares entities"),
    "10,000 codes in one another": (
        words(f"{BOOK}<Codes>{'<Code>' * 10_000}{'</Code>' * 10_000}</Codes></CodeBook>"), "nested",
    ),
    "six thousand codes": (words(f"{BOOK}<Codes>{'<Code/>' * 6000}</Codes></CodeBook>"), "holds 6,000 codes"),
    "packed zeros": (packed(name=CODES, head=b"0" * 41_000_000), "times its packed size|MB"),
    "a place outside": (packed(("../a", "x"), name=CODES, head=BOOK + "</CodeBook>"), "places outside of it"),
    "cut in half": (halved(words(f"{BOOK}<Codes>{'<Code/>' * 60}</Codes></CodeBook>")), "is no XML"),
    "a database": (database("taguette"), "is no XML|not utf-8|is no"),
}  # fmt: skip


def _databases(program):
    one = TEXT_OF[program].format(n=1, text="printf('%.*c', 21000000, 'a')")
    table = "documents" if program == "taguette" else "source"
    column = "contents" if program == "taguette" else "fulltext"
    mark = (
        "highlights (id, document_id, start_offset, end_offset) VALUES (?, 1, 0, 1)" if program == "taguette"
        else "code_text (ctid, cid, fid, pos0, pos1) VALUES (?, 1, 1, 0, 1)"
    )  # fmt: skip
    endless = "WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c) SELECT id, 'x' AS name FROM c"
    return {
        "a text": (words("no database"), "is no SQLite database"),
        "an empty file": (words(""), "is no SQLite database"),
        "somebody else's database": (_of_cats, "it lacks"),
        "cut in half": (halved(database(program, f"INSERT INTO {TEXT_OF[program].format(n=1, text=_LONG)}")),
                        "damaged"),
        "a value of 21 MB": (database(program, f"INSERT INTO {one}"), "a value of more; at most 20 MB in one"),
        "54 MB of texts": (database(program, *many_texts(program)), "MB of text; at most 50 MB"),
        "half a million rows": (
            database(program, rows=((f"INSERT INTO {mark}", lambda full: ((n,) for n in range(400_001))),)),
            "400,001 rows; at most 400,000",
        ),
        "a view that never ends": (
            database(program, f"DROP TABLE {table}", f"; CREATE VIEW {table} AS {endless}"), f"lacks {table}",
        ),
        "a column that makes a gigabyte": (
            database(program, f"DROP TABLE {table}; CREATE TABLE {table} (id INTEGER PRIMARY KEY, project_id INTEGER"
                     f" DEFAULT 1, name TEXT, {column} TEXT AS (zeroblob(1000000000)), mediapath TEXT, memo TEXT);"
                     f"INSERT INTO {table} (id) VALUES (1)"), "it lacks|cannot be read as a database",
        ),
        "a folder": (lambda path, full: path.mkdir(), "is a folder|does not exist"),
        "a link to a device": (lambda path, full: path.symlink_to("/dev/zero"), "does not exist|is no file|is no"),
    }  # fmt: skip


_LONG = "printf('%.*c', 60000, 'a')"


def _of_cats(path, full):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cats (id INTEGER)")
    connection.commit()
    connection.close()


HARMFUL = {
    (kind, name): (file, make, match)
    for kind, file, files in (
        (".qdpx", "made.qdpx", QDPX), (".qdc", "made.qdc", QDC), (".sqlite3", "made.sqlite3", _databases("taguette")),
        (".qda", "data.qda", _databases("qualcoder")),
    )
    for name, (make, match) in files.items()
}  # fmt: skip


def made(folder, kind, name, *, full=False):
    """Make one; give its path, and what must be said of it."""
    file, make, match = HARMFUL[kind, name]
    path = Path(folder) / file
    make(path, full)
    return path, match
