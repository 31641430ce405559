"""Projects made by hand, as programs write them: small, with one oddity each."""

import io
import zipfile
from functools import cache
from pathlib import Path

SPACE = 'xmlns="urn:QDA-XML:project:1.0"'
KL, MR = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
TIME, RUSH, TRUST = (f"{n}" * 8 + "-0000-4000-8000-000000000000" for n in "abc")
USERS = f'<Users><User guid="{KL}" name="KL"/><User guid="{MR}" name="MR"/></Users>'
CODES = (
    f'<CodeBook><Codes><Code guid="{TIME}" name="Time" isCodable="false"><Description>clocks</Description>'
    f'<Code guid="{RUSH}" name="rush" isCodable="true" color="#F00"><Description>too little</Description></Code></Code>'
    f'<Code guid="{TRUST}" name="trust" isCodable="1"/></Codes></CodeBook>'
)
TALK = "Ann: It takes time.\r\nBo: \U0001f600 Mm, no.\r\nAnn: We listen to them."
NEWLINE = "\r\n"


def coding(code=RUSH, user=KL, n=1):
    by = f' creatingUser="{user}"' if user else ""
    return f'<Coding guid="d{n:07d}-0000-4000-8000-000000000000"{by}><CodeRef targetGUID="{code}"/></Coding>'


def selection(start, end, inside="", name="", n=1, more=""):
    return (
        f'<PlainTextSelection guid="e{n:07d}-0000-4000-8000-000000000000" name="{name}" startPosition="{start}" '
        f'endPosition="{end}"{more}>{inside}</PlainTextSelection>'
    )


def source(inside="", name="talk", n=1, path='plainTextPath="internal://talk.txt"', content=""):
    guid = f"f{n:07d}-0000-4000-8000-000000000000"
    return f'<TextSource guid="{guid}" name="{name}" {path}>{content}{inside}</TextSource>'


def project(sources="", origin="Made 1.0", users=USERS, codes=CODES, after="", space=SPACE, attributes=""):
    body = f"<Sources>{sources}</Sources>" if sources else ""
    return f'<Project {space} name="made" origin="{origin}"{attributes}>{users}{codes}{body}{after}</Project>'


def packed(folder, description, members=None, name="project.qde", file="made.qdpx"):
    """A .qdpx with a description and its sources; texts are given as words or bytes."""
    path = folder / file
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, description if isinstance(description, bytes) else description.encode())
        for member, data in (members if members is not None else {"sources/talk.txt": TALK}).items():
            archive.writestr(member, data if isinstance(data, bytes) else data.encode())
    return path


def counted(text, way):
    """Positions of each letter under a way of counting, letter by letter: an oracle that shares no code."""
    positions, at = [0], 0
    unit, end = way
    for i, sign in enumerate(text):
        if sign == "\n" and text[i - 1 : i] == "\r":
            at += {0: 1, 1: 1, 2: 1}[end]
        elif sign == "\r" and text[i + 1 : i + 2] == "\n":
            at += {0: 1, 1: 0, 2: 1}[end]
        elif sign in "\r\n":
            at += end or 1
        elif unit == "units":
            at += 2 if ord(sign) > 0xFFFF else 1
        elif unit == "bytes":
            at += len(sign.encode())
        else:
            at += 1
        positions.append(at)
    return positions


SCHEMAS = Path(__file__).parents[1] / "data" / "refi_qda"


@cache
def schema(name):
    from lxml import etree

    return etree.XMLSchema(etree.parse(str(SCHEMAS / f"{name}.xsd")))


def faults(path):
    """What the schema says against a file."""
    from lxml import etree

    data = path.read_bytes()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read("project.qde")
    judge = schema("Codebook" if path.suffix == ".qdc" else "Project")
    judge.validate(etree.fromstring(data))
    return [str(error) for error in judge.error_log]
