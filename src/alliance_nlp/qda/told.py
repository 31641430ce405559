"""Each kind of thing that a project held, how many came over, how many are passed on, and why the rest did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from alliance_nlp.qda.around import Around
from alliance_nlp.qda.held_codings import coder_of
from alliance_nlp.qda.held_texts import TEXTS
from alliance_nlp.qda.losses import QdaCount
from alliance_nlp.qda.markup import Element, guid_of, number_of
from alliance_nlp.qda.own_data import TITLE
from alliance_nlp.qda.projects import QdaSelection
from alliance_nlp.qda.taken_apart import Held

_PLACES = ("startPosition", "endPosition", "page", "firstX", "firstY", "secondX", "secondY", "begin", "end")
_SOURCES = {
    "PDFSource": "PDF sources", "PictureSource": "picture sources", "AudioSource": "audio sources",
    "VideoSource": "video sources",
}  # fmt: skip
_SELECTIONS = {
    "PictureSelection": "picture selections", "PDFSelection": "PDF selections", "AudioSelection": "audio selections",
    "VideoSelection": "video selections",
}  # fmt: skip


def counts_of(held: Held, twice: int, around: Around) -> tuple[QdaCount, ...]:
    """Count everything that a project holds."""
    tags = Counter(str(element.tag) for element in held.root.iter())
    found = [_users(held), QdaCount("codes", len(held.tree.nodes), len(held.tree.nodes))]
    found += _texts(held)
    found += [
        QdaCount(
            kind, tags[tag], 0, tags[tag], "kept as they are; what is written of them stands in selections and memos"
        )
        for tag, kind in _SOURCES.items()
    ]
    found += _codings(held, twice)
    found += [QdaCount(kind, tags[tag], tags[tag]) for tag, kind in _SELECTIONS.items()]
    own = sum(note.get("name") == TITLE for note in held.root.iterfind("Notes/Note"))
    notes = tags["Note"] - own
    cases = sum(case.of == "case" for case in around.cases)
    found += [
        QdaCount("memos", notes, notes), QdaCount("comments", len(around.memos) - notes, len(around.memos) - notes),
        QdaCount("variables", tags["Variable"], len(around.variables), 0),
        QdaCount("cases", tags["Case"], cases), QdaCount("sets", tags["Set"], len(around.sets)),
        QdaCount("links", tags["Link"], len(around.links)),
        QdaCount("graphs", tags["Graph"], 0, tags["Graph"], "no record holds pictures of networks"),
        QdaCount("times in transcripts", tags["SyncPoint"], 0, tags["SyncPoint"], "turns have times of their own only"),
    ]  # fmt: skip
    return tuple(count for count in found if count.held)


def _users(held: Held) -> QdaCount:
    coders = {c.span.coder for c in held.codings if c.span is not None}
    n = sum(name in coders for name in held.users.values())
    return QdaCount(
        "users", len(held.users), n, len(held.users) - n, "" if n == len(held.users) else "gave no code to a text"
    )


def _texts(held: Held) -> list[QdaCount]:
    texts = held.placed.texts
    kinds = Counter("text sources" if text.element.tag == "TextSource" else "texts of other sources" for text in texts)
    found = []
    for kind, n in kinds.items():
        own = [t for t in texts if (t.element.tag == "TextSource") == (kind == "text sources")]
        absent = [t.why for t in own if t.text is None]
        found.append(QdaCount(kind, n, n - len(absent), len(absent), "; ".join(dict.fromkeys(absent))))
    return found


def _codings(held: Held, twice: int) -> list[QdaCount]:
    """Codings of texts, selections of texts without one, and codings of anything else."""
    missed = Counter(c.why for c in held.codings if c.span is None)
    if twice:
        missed["the same code again by the same person"] += twice
    lost, n = sum(missed.values()), len(held.codings)
    why = "; ".join(f"{times} {reason}" for reason, times in missed.items())
    every = sum(1 for element in held.root.iter("Coding"))
    bare = sum(s.find("Coding") is None for text in held.placed.texts for s in text.selections)
    return [
        QdaCount("codings of text", n, n - lost, lost, why),
        QdaCount("codings of other things", every - n, every - n, 0, ""),
        QdaCount("text selections without a code", bare, 0, bare, "a comment on one stands among the memos"),
    ]


def selections_of(held: Held) -> tuple[QdaSelection, ...]:
    """Give selections that are no stretch of a transcript, and those of texts that could not be placed."""
    codes = {guid: node.code_id for guid, node in held.tree.by_guid.items()}
    texts = {text.element: text for text in held.placed.texts}
    missed = {id(c.parent) for c in held.codings if c.span is None}
    found: list[QdaSelection] = []
    for name, parent in _places(held):
        text = texts.get(parent)
        for element in (parent, *(child for child in parent if str(child.tag).endswith("Selection"))):
            codings = element.findall("Coding")
            if text is not None and id(element) not in missed:
                continue
            if element is parent and not codings:
                continue
            given = [(codes.get(guid_of(ref, "targetGUID"), "(not in the codebook)"), coder_of(c, element, held.users))
                     for c in codings for ref in c.findall("CodeRef")]  # fmt: skip
            place = {key: n for key in _PLACES if (n := number_of(element, key)) is not None}
            given_codes, coders = tuple(code for code, _ in given), tuple(coder for _, coder in given)
            found.append(QdaSelection(name, str(element.tag), place, given_codes, coders, element.get("name", "")))
    return tuple(found)


def _places(held: Held) -> Iterator[tuple[str, Element]]:
    """Give sources, and texts of sources, each with its name; notes may be coded, too."""
    names = {text.element: text.transcript_id for text in held.placed.texts}
    for sources in held.root.findall("Sources"):
        for source in sources:
            if source.tag in TEXTS:
                yield names.get(source, source.get("name", "")), source
                if TEXTS[str(source.tag)]:
                    yield from ((names[e], e) for e in source.findall(TEXTS[str(source.tag)]) if e in names)
    for note in held.root.iterfind("Notes/Note"):
        yield note.get("name", ""), note
