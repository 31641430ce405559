"""The texts of a project: from a file beside the description, from inside it, or from the Word file that is a twin."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from alliance_nlp.errors import InputError, MissingExtraError
from alliance_nlp.files import MB, PROJECT_TEXT, refuse_file, too_much
from alliance_nlp.qda.containers import INTERNAL, Container
from alliance_nlp.qda.markup import Element, below, guid_of
from alliance_nlp.reading.decoding import decode
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.word_files import from_word_file

BOM = b"\xef\xbb\xbf"
TEXTS = {"TextSource": "", "PDFSource": "Representation", "PictureSource": "TextDescription",
         "AudioSource": "Transcript", "VideoSource": "Transcript"}  # fmt: skip
SELECTING = ("PlainTextSelection", "TranscriptSelection")
_ENDINGS = frozenset({
    ".txt", ".docx", ".doc", ".odt", ".rtf", ".pdf", ".md", ".html", ".htm", ".mp3", ".mp4", ".m4a", ".wav", ".mov",
    ".jpg", ".jpeg", ".png", ".csv", ".xlsx", ".vtt", ".srt",
})  # fmt: skip


@dataclass(frozen=True)
class HeldText:
    """One text of a project, or the place where one should be."""

    element: Element
    guid: str
    transcript_id: str
    source: str  # the source's name, as the program shows it
    text: str | None = None
    marked: bool = False  # whether it began with a byte order mark
    member: str | None = None  # the packed file that holds it
    from_word: bool = False
    why: str = ""  # why there is no text

    @property
    def selections(self) -> Iterator[Element]:
        """Selections in it, in the order of the file."""
        return below(self.element, *SELECTING)

    @cached_property
    def _times(self) -> dict[str, str]:
        """Position of each moment of a recording's transcript."""
        return {guid_of(sync): sync.get("position", "") for sync in self.element.findall("SyncPoint")}

    def raw(self, selection: Element) -> tuple[int, int] | None:
        """Start and end of a selection as written; None where they are no numbers."""
        if selection.tag == "TranscriptSelection":
            said = [self._times.get(guid_of(selection, name), "") for name in ("fromSyncPoint", "toSyncPoint")]
        else:
            said = [selection.get("startPosition", ""), selection.get("endPosition", "")]
        try:
            start, end = (int(x) if len(x) < 19 else int("x") for x in said)
        except ValueError:
            return None
        return start, end


def held_texts(root: Element, container: Container, encoding: str | None, remarks: Remarks) -> list[HeldText]:
    """Find every text that can be coded.

    Raises
    ------
    InputError
        When some cannot be decoded; all are named.
    """
    found: list[HeldText] = []
    problems: list[str] = []
    paths: dict[str, HeldText] = {}
    total = 0
    for element, source in _elements(root):
        named = element.get("name") or source.get("name")
        file = Path(element.get("plainTextPath", "").replace("\\", "/")).name  # some programs have no other name
        name = named or (file if Path(file).stem.lower() != guid_of(element) else "") or guid_of(element) or "source"
        held = HeldText(element, guid_of(element), id_of(name), source.get("name") or name)
        twin = paths.get(element.get("plainTextPath", ""))
        if element.tag == "Transcript" and twin is not None and element.find("TranscriptSelection") is None:
            continue  # a recording's transcript that stands as a source of its own, too
        try:
            held = _with_text(held, container, encoding, remarks)
        except MissingExtraError as err:
            held = replace(held, why=str(err))
        except InputError as err:
            problems.append(str(err).replace("\n", "\n  "))
        if path := element.get("plainTextPath", ""):
            paths.setdefault(path, held)
        total += len(held.text or "")
        if total > PROJECT_TEXT:
            raise too_much(
                container.path.name, f"more than {PROJECT_TEXT // MB} MB of text", f"{PROJECT_TEXT // MB} MB"
            )
        found.append(held)
    remarks.refuse(problems)
    return _apart(found)


def _elements(root: Element) -> Iterator[tuple[Element, Element]]:
    """Elements that may hold a text, each with its source."""
    for sources in root.findall("Sources"):
        for source in below(sources, *TEXTS):
            inside = TEXTS[source.tag]
            yield from ((element, source) for element in ([source] if not inside else source.findall(inside)))


def id_of(name: str) -> str:
    """Name of a source without the ending of a file."""
    path = Path(" ".join(name.split()))
    return path.stem if path.suffix.lower() in _ENDINGS and path.stem else str(path)


def _apart(found: list[HeldText]) -> list[HeldText]:
    """Give sources of one name numbers behind it."""
    times: Counter[str] = Counter()
    taken = {held.transcript_id for held in found}
    apart = []
    for held in found:
        times[held.transcript_id] += 1
        name = held.transcript_id
        while times[held.transcript_id] > 1 and name in taken:
            name = f"{held.transcript_id} ({times[held.transcript_id]})"
            times[held.transcript_id] += name in taken
        taken.add(name)
        apart.append(replace(held, transcript_id=name))
    return apart


def _with_text(held: HeldText, container: Container, encoding: str | None, remarks: Remarks) -> HeldText:
    """Take the plain text, from its file or from the description, else the Word file."""
    plain, rich = (held.element.get(name, "") for name in ("plainTextPath", "richTextPath"))
    if (name := container.name_of(plain)) is not None:
        return _decoded(held, container, name, encoding, remarks)
    inline = held.element.find("PlainTextContent")
    if inline is not None:
        return replace(held, text="".join(inline.itertext()))
    if (name := container.name_of(rich)) is not None:
        if not name.lower().endswith((".docx", ".odt")):
            return _decoded(held, container, name, encoding, remarks)
        return replace(held, text=_from_word(container, name, remarks), from_word=True, member=name)
    return replace(held, why=_why_absent(plain or rich))


def _why_absent(path: str) -> str:
    if not path:
        return "the file names no text for it"
    if path.lower().startswith(INTERNAL):
        return "its text is not in the file; export the project with its sources"
    return "its text lies outside of the file, at a place on somebody's computer, and is not looked for"


def _decoded(held: HeldText, container: Container, name: str, encoding: str | None, remarks: Remarks) -> HeldText:
    data = container.read(name)
    text = decode(data, encoding, remarks.about(f"{held.source} ({name})"))
    return replace(held, text=text, marked=data.startswith(BOM), member=name)


def _from_word(container: Container, name: str, remarks: Remarks) -> str:
    """Paragraphs of a Word file, a blank line between them, as `read_transcripts` has them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"source{Path(name).suffix.lower()}"
        path.write_bytes(container.read(name))
        refuse_file(path)
        return from_word_file(path, {}, replace(remarks, doubts=[], items=[])).text


def joined_by_lines(text: str) -> str:
    """Give the same paragraphs with one line end between them, as most programs write the plain twin of a Word file."""
    return text.replace("\n\n", "\n")


def known_texts(root: Element, sources: Mapping[str, str], texts: Mapping[str, str]) -> list[HeldText]:
    """Texts of a project that was read before: sources to transcripts, and transcripts to words."""
    found = []
    for element, source in _elements(root):
        guid = guid_of(element)
        if guid in sources:
            name = sources[guid]
            found.append(HeldText(element, guid, name, source.get("name") or name, texts[name]))
    return found
