"""Where the words of a file went when it was read: ``python tests/laws/reading_tokens.py FOLDER [FOLDER ...]``.

A row a file: how many words go in (counted from the file's own bytes, without the library: markup and the times of
subtitles taken off), how many come out in turns, how many stand in the report (what was left out and set apart; names,
times and numbers taken off), how many are nowhere and how many stand in two places. Every reader must have 0 and 0.
"""

import csv
import html
import io
import re
import sys
import unicodedata
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import alliance_nlp
from alliance_nlp import InputError
from alliance_nlp.reading.sources import READERS

TIMING = re.compile(r"^\s*[\d:.,]+\s*-->.*$|^\d+:[\d:.]+,\d+:[\d:.]+$", re.MULTILINE)
TAGS = re.compile(r"</?(?:v|c|i|b|u|s|ruby|rt|lang|font)(?=[\s.>/])[^>]*>|</?v>|<\d[\d:.]*>|\{\\[^}]*\}")


def tokens(text):
    """Words of a text: runs of letters, marks and figures, whatever their case and form."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return re.findall(r"[^\W_]+", "".join(s for s in plain if unicodedata.category(s) not in ("Mn", "Mc", "Cf")))


def decoded(path):
    data = path.read_bytes()
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def of_text(path):
    text = decoded(path)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines[:1] and (
        lines[0].startswith("WEBVTT") or (len(lines) > 2 and TIMING.match(lines[1]) and lines[0].isdigit())
    ):
        return of_subtitles(path)
    return text


def of_subtitles(path):
    text = TAGS.sub("", TIMING.sub("", decoded(path).removeprefix("WEBVTT")))
    return html.unescape(text) if decoded(path).startswith("WEBVTT") else text


def of_csv(path):
    text = decoded(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count)))
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    named = [at for at, cell in enumerate(filled[0]) if cell.strip()] if filled else []
    return "\n".join(row[at] for row in filled[1:] for at in named if at < len(row))


def of_xlsx(path):
    import openpyxl

    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    for merged in [str(area) for area in sheet.merged_cells.ranges]:  # one cell for all: its words stand in each row
        value = sheet[merged][0][0].value
        sheet.unmerge_cells(merged)
        for cell in [row[0] for row in sheet[merged]]:
            cell.value = value
    rows = sheet.iter_rows(values_only=True)
    filled = [row for row in rows if any(cell is not None for cell in row)]
    return "\n".join(str(cell) for row in filled[1:] for cell in row if cell is not None)


def of_docx(path):
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/(?:document|comments|footnotes|endnotes|header\d*|footer\d*)\.xml", name):
                found += _pieces(ElementTree.fromstring(archive.read(name)), {"t", "delText"})
    return "".join(found)


def of_odt(path):
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    body = next(element for element in root.iter() if element.tag.endswith("}body"))
    return "".join(_pieces(body, None))


def _pieces(element, holding):
    """Texts of an XML tree in order, parted where paragraphs, cells, tabs and breaks part them."""
    tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if tag == "Fallback":
        return
    if tag in ("p", "h", "tab", "br", "cr", "line-break", "s", "note", "annotation"):
        yield "\n"
    if holding is None or tag in holding:
        yield element.text or ""
    for child in element:
        yield from _pieces(child, holding)
        if holding is None:
            yield child.tail or ""
    if tag in ("p", "h", "tc", "table-cell", "note", "annotation"):
        yield "\n"


def of_html(path):
    bare = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!.*?>", "", decoded(path))
    return html.unescape(
        re.sub(r"<(?!/?(?:b|i|em|span|strong)\b)[^>]*>", "\n", re.sub(r"</?(?:b|i|em|span|strong)\b[^>]*>", "", bare))
    )


def of_rtf(path):
    """Words of a rich text file that Word or a test wrote: groups of fonts and colors, control words and signs off."""
    text = path.read_bytes().decode("latin-1")
    text = re.sub(r"\{\\(?:fonttbl|colortbl|stylesheet|info)(?:[^{}]|\{[^{}]*\})*\}", "", text)
    text = re.sub(r"\\'([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]).decode("cp1252"), text)
    signs = re.sub(r"\\u(-?\d+)\?", lambda m: f"\x00{int(m[1]) % 65536:04x}", text)
    bare = re.sub(
        r"\\[a-z]+-?\d*[ ]?",
        lambda m: "\n" if m[0].startswith(("\\par", "\\line", "\\tab", "\\cell", "\\row")) else "",
        signs,
    )
    back = re.sub(r"(?:\x00[0-9a-f]{4})+", lambda m: bytes.fromhex(m[0].replace("\x00", "")).decode("utf-16-be"), bare)
    return re.sub(r"\\([\\{}])", r"\1", back)


def of_pdf(path):
    shown = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", path.read_bytes())
    return "\n".join(re.sub(r"\\(.)", r"\1", line.decode("cp1252")) for line in shown)


def of_eaf(path):
    return "\n".join(element.text or "" for element in ElementTree.parse(path).iter("ANNOTATION_VALUE"))


def of_textgrid(path):
    return "\n".join(re.findall(r'(?:text|mark) = "(.*)"', decoded(path)))


RAW = {
    **dict.fromkeys((".html", ".htm"), of_html), ".rtf": of_rtf, ".pdf": of_pdf, ".eaf": of_eaf,
    ".textgrid": of_textgrid,
    **dict.fromkeys((".txt", ".md"), of_text), **dict.fromkeys((".vtt", ".srt", ".sbv"), of_subtitles),
    **dict.fromkeys((".csv", ".tsv"), of_csv), ".xlsx": of_xlsx, ".docx": of_docx, ".odt": of_odt,
}  # fmt: skip


def counts(path, **options):
    """Words of a file that go in, come out in turns, in the report, are lost, and stand in two places."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        transcripts = alliance_nlp.read_transcripts(path, **options)
    into = Counter(tokens(RAW[path.suffix.lower()](path)))
    in_turns = Counter(w for t in transcripts for i in range(len(t.turns)) for w in tokens(t.turn_text(i)))
    files = [file for t in transcripts if t.report is not None for file in t.report.files]
    aside = Counter(w for file in files for item in file.items for w in tokens(item.words))
    off = Counter(w for file in files for words in file.taken_off for w in tokens(words))
    out = in_turns + aside + off
    return transcripts, into, in_turns, aside, off, into - out, out - into


PAGE = Path(__file__).parents[2] / "docs" / "reading_tokens.md"
TOP = """# Where the words of real exports went

Written by `python tests/laws/reading_tokens.py --page FOLDER` from a folder of exports that QDA programs and people wrote; a test
compares. The files are not part of the project: their names say from which program they come. *In* are words counted from the
file's own bytes, without the library; *turns*, *report* and *names, times* say where they came out: in turns, in the report of
what was left out and set apart, or before and behind turns. *Lost* and *twice* must be 0.

"""  # noqa: E501


def page_of(folder):
    """Write the table of one folder as a page."""
    head = ("file", "in", "turns", "report", "names, times", "lost", "twice", "number of turns")
    rows = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in READERS and p.stem != "README"):
        try:
            found, *numbers = counts(path)
        except InputError:
            continue
        totals = [n.total() for n in numbers]
        rows.append((str(path.relative_to(folder)), *totals, sum(len(t.turns) for t in found)))
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    return TOP + "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)]) + "\n"


def main(folders):
    if folders[:1] == ["--page"]:
        PAGE.write_text(page_of(Path(folders[1])), encoding="utf-8")
        return 0
    head = ("file", "in", "turns", "report", "names, times", "lost", "twice", "n turns", "speakers and roles")
    rows = [head]
    for folder in map(Path, folders):
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in READERS and p.stem != "README"):
            try:
                found, *numbers = counts(path)
            except InputError as err:
                rows.append((str(path.relative_to(folder)), *[""] * 7, str(err).splitlines()[0][:60]))
                continue
            who = {turn.speaker: turn.role for t in found for turn in t.turns if turn.speaker}
            shown = ", ".join(f"{name}={role or '?'}" for name, role in list(who.items())[:6])
            rows.append((str(path.relative_to(folder)), *(str(n.total()) for n in numbers),
                         str(sum(len(t.turns) for t in found)), shown + " ..." * (len(who) > 6)))  # fmt: skip
    widths = [max(len(row[at]) for row in rows) for at in range(len(head) - 1)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
