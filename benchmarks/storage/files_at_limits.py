"""One file of each kind that is as large as its reader takes: made words, no words of anybody."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

from alliance_nlp.files import limits
from alliance_nlp.ledger import Decision
from alliance_nlp.ledger.lines import seal_line

SAID = "It takes time, and more of it than one would think, said she."
OF_ODT = (
    '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:'
    'opendocument:xmlns:text:1.0"><o:body><o:text>{}</o:text></o:body></o:document-content>'
)


def zipped(path: Path, member: str, content: str, others: dict[str, bytes] | None = None) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**(others or {}), member: content.encode()}.items():
            archive.writestr(name, data)


def docx(path: Path, part: float) -> None:
    import docx as python_docx

    python_docx.Document().save(str(path))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    room = limits.XML[".docx"] * part - len(parts["word/document.xml"])
    said = "".join(f"<w:p><w:r><w:t>P1: {SAID} {i:07d}</w:t></w:r></w:p>" for i in range(int(room / 116)))
    body = parts["word/document.xml"].decode().replace("<w:body>", f"<w:body>{said}")
    zipped(path, "word/document.xml", body, parts)


def odt(path: Path, part: float) -> None:
    n = int(limits.XML[".odt"] * part / 94)  # numbered: what only repeats is refused for its ratio
    zipped(path, "content.xml", OF_ODT.format("".join(f"<text:p>P1: {SAID} {i:07d}</text:p>" for i in range(n))))


def xlsx(path: Path, part: float) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["speaker", "text", *(f"c{i}" for i in range(6))])
    for row in range(int(limits.CELLS * part / 9) - 9):
        sheet.append(["P1", f"{SAID} {row}", *(f"word {row} {i}" for i in range(6))])
    book.save(path)


def lines(head: str, line: str, kind: str) -> Callable[[Path, float], None]:
    def write(path: Path, part: float) -> None:
        worded = sum(bool(one.strip()) for one in line.splitlines())  # lines with words have a limit of their own
        n = min(limits.LARGEST[kind] * part / len(line.encode()), limits.LINES * part / worded)
        path.write_text(head + line * int(n - 9), encoding="utf-8")

    return write


def vtt(path: Path, part: float) -> None:
    n = int(limits.LARGEST["text"] * part / 98)
    times = (f"{i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}" for i in range(n))
    path.write_text("WEBVTT\n\n" + "".join(f"{t}.000 --> {t}.900\n<v P1>{SAID}\n\n" for t in times), encoding="utf-8")


def codebook(path: Path, part: float) -> None:
    rows = (f"Theme {i % 50},code {i},what it means {i}\n" for i in range(int(limits.CODES * part)))
    path.write_text("theme,code,definition\n" + "".join(rows), encoding="utf-8")


def yaml(path: Path, part: float) -> None:
    rows, size, at = ["codes:\n"], 7, 0
    while size < limits.LARGEST["YAML"] * part - 200 and at < limits.CODES * part:
        rows.append(f"- theme: Trust\n  code: demanding {at}\n  definition: {SAID}\n  exemplars: [one, another]\n")
        size, at = size + len(rows[-1]), at + 1
    path.write_text("".join(rows), encoding="utf-8")


def ledger(path: Path, part: float) -> None:
    line, size = None, 0
    with path.open("w", encoding="utf-8") as file:
        while size < limits.LARGEST["ledger"] * part - 2000:
            note = Decision("note", "KL", "coder", datetime.date(2025, 5, 14), note=SAID * 4, number=1)
            line = seal_line(note, line)
            file.write(line + "\n")
            size += len(line) + 1


FILES: dict[str, tuple[str, Callable[[Path, float], None], str]] = {
    "text": ("t.txt", lines("", f"P1: {SAID}\n\nModerator: Why?\n\n", "text"), "read_transcripts"),
    "subtitles": ("t.vtt", vtt, "read_transcripts"),
    "web page": ("t.html", lines("<!doctype html>", f"<p>P1: {SAID}</p>\n", "web page"), "read_transcripts"),
    "rich text": ("t.rtf", lines("{\\rtf1\\ansi ", f"\\pard P1: {SAID}\\par\n", "rich text"), "read_transcripts"),
    "Word": ("t.docx", docx, "read_transcripts"),
    "OpenDocument": ("t.odt", odt, "read_transcripts"),
    "table of turns": ("t.csv", lines("speaker,text\n", f'P1,"{SAID}"\n', "table"), "read_transcripts"),
    "workbook of turns": ("t.xlsx", xlsx, "read_transcripts"),
    "codebook": ("codebook.csv", codebook, "read_codebook"),
    "codebook in YAML": ("codebook.yaml", yaml, "read_codebook"),
    "ledger": ("decisions.jsonl", ledger, "read_ledger"),
}
