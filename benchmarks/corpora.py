"""Hand-coded corpora, read once for all benchmarks: segments.csv, codebook.csv where there is one, coders' columns.

Such corpora are never part of the project. The folder that holds them is given by ``--data`` or the environment
variable ``ALLIANCE_NLP_DATA``; by default it is ``../shared/data`` beside the repository. Columns that a corpus lacks
are empty; a corpus that is not there is left out, and a line says so.
"""

from __future__ import annotations

import csv
import functools
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import alliance_nlp as an
from benchmarks.rows import REPOSITORY, hash_of

CodeSet = frozenset[str]
MODERATOR = re.compile(r"^(co-?)?(moderator|interviewer|facilitator|researcher|host|int|mod|i|m)[\s_.:-]*\d*$", re.I)


@dataclass(frozen=True)
class Corpus:
    """One coded corpus, rows as they stand in the file.

    Attributes
    ----------
    codes, themes : tuple of tuple of str
        Of each row, in the order of the cell.
    coders : dict
        What each coder applied; None where they did not read.
    definitions, theme_of : dict
        Definition and theme of each code of the codebook.
    """

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    speakers: tuple[str, ...]
    documents: tuple[str, ...]
    places: tuple[float, ...]
    codes: tuple[tuple[str, ...], ...]
    themes: tuple[tuple[str, ...], ...]
    coders: dict[str, tuple[CodeSet | None, ...]]
    definitions: dict[str, str]
    theme_of: dict[str, str]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Sequence[int] | np.ndarray) -> Corpus:
        """Keep some rows, in the order given."""
        picked = [int(row) for row in rows]
        names = ("ids", "texts", "speakers", "documents", "places", "codes", "themes")
        columns: dict[str, Any] = {name: tuple(getattr(self, name)[row] for row in picked) for name in names}
        coders = {coder: tuple(sets[row] for row in picked) for coder, sets in self.coders.items()}
        return replace(self, **columns, coders=coders)

    def of(self, documents: Iterable[str]) -> Corpus:
        """Keep the rows of some documents."""
        wanted = set(documents)
        return self.take([k for k, document in enumerate(self.documents) if document in wanted])

    def in_order(self) -> Corpus:
        """Put rows in the order of speaking: documents as they come first, positions inside them."""
        place = {document: k for k, document in reversed(list(enumerate(self.documents)))}
        return self.take(sorted(range(len(self)), key=lambda k: (place[self.documents[k]], self.places[k], k)))

    @property
    def sets(self) -> tuple[CodeSet, ...]:
        """The codes of each row; where no row has any, what all coders applied together."""
        if any(self.codes):
            return tuple(map(frozenset, self.codes))
        sides = list(self.coders.values())
        return tuple(frozenset().union(*(side[k] or () for side in sides)) for k in range(len(self)))

    @property
    def data_hash(self) -> str:
        """Hash of every word and code that a figure may rest on."""
        coders = [[name, *([None if s is None else sorted(s) for s in sets])] for name, sets in self.coders.items()]
        columns = (self.ids, self.texts, self.speakers, self.documents, self.places, self.codes, self.themes)
        return hash_of([*columns, coders, sorted(self.definitions.items()), sorted(self.theme_of.items())])

    @functools.cached_property
    def asks(self) -> np.ndarray:
        """Rows of the one who asks: named so, or else whoever of those who speak everywhere asks most questions."""
        named = np.array([bool(MODERATOR.match(speaker.strip())) for speaker in self.speakers], dtype=bool)
        if named.any():
            return named
        spoke: dict[str, set[str]] = {}
        for speaker, document in zip(self.speakers, self.documents, strict=True):
            spoke.setdefault(speaker, set()).add(document)
        n_documents = len(set(self.documents))
        everywhere = [s for s, where in spoke.items() if s and n_documents > 1 and len(where) >= n_documents / 2]
        if len(everywhere) < 2:
            return named
        questions = {
            s: [t.count("?") > 0 for t, x in zip(self.texts, self.speakers, strict=True) if x == s] for s in everywhere
        }
        most = max(everywhere, key=lambda speaker: float(np.mean(questions[speaker])))
        return np.array([speaker == most for speaker in self.speakers], dtype=bool)


def default_folder() -> Path:
    """Give the folder of the corpora: the environment variable, else the folder beside the repository."""
    return Path(os.environ.get("ALLIANCE_NLP_DATA") or REPOSITORY.parent / "shared" / "data")


def find_corpus(data: Path, name: str) -> Corpus | None:
    """Read a corpus of the folder; say so where it is not there."""
    if not (data / name / "segments.csv").exists():
        print(f"{name}: not in {data}, skipped", flush=True)
        return None
    return read_corpus(data / name)


def read_corpus(folder: Path) -> Corpus:
    """Read one corpus folder; rows without words are left out."""
    rows = [row for row in _cells(folder / "segments.csv") if row.get("text", "").strip()]
    book = [row for row in _cells(folder / "codebook.csv") if row.get("code")]

    def column(name: str) -> tuple[str, ...]:
        return tuple(row.get(name, "") for row in rows)

    return Corpus(
        name=folder.name,
        ids=tuple(row.get("segment_id") or str(k) for k, row in enumerate(rows)),
        texts=column("text"),
        speakers=column("speaker"),
        documents=column("document"),
        places=tuple(_number(row.get("position", ""), k) for k, row in enumerate(rows)),
        codes=tuple(map(split, column("code"))),
        themes=tuple(map(split, column("theme"))),
        coders=_coders(rows),
        definitions={row["code"].strip(): row.get("definition", "").strip() for row in book},
        theme_of={row["code"].strip(): row.get("theme", "").strip() for row in book},
    )


def _cells(path: Path) -> list[dict[str, str]]:
    """Read a csv file into dicts; an absent file has no rows."""
    if not path.exists():
        return []
    limit = csv.field_size_limit(10**9)
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            return [{k: (v or "") for k, v in row.items() if k is not None} for row in csv.DictReader(file)]
    finally:
        csv.field_size_limit(limit)  # it is the limit of the whole program


def split(cell: str) -> tuple[str, ...]:
    """Split a cell of several codes."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))


def _number(cell: str, otherwise: int) -> float:
    try:
        return float(cell)
    except ValueError:
        return float(otherwise)


def _coders(rows: list[dict[str, str]]) -> dict[str, tuple[CodeSet | None, ...]]:
    """Read the sets of every coder; None where they did not read.

    ``coders_present`` says who read a row. Without it: where every row carries some coder's code, an empty cell is
    unread (nobody leaves segments empty there); otherwise a coder has read the documents in which they coded.
    """
    names = [name for name in (rows[0] if rows else {}) if re.fullmatch(r"coder_\w+", name)]
    names = [name for name in names if any(row.get(name, "").strip() for row in rows)]
    stated = any(row.get("coders_present", "").strip() for row in rows)
    none_empty = all(any(row.get(name, "").strip() for name in names) for row in rows)
    found: dict[str, tuple[CodeSet | None, ...]] = {}
    for name in names:
        if stated:
            read = [_is_present(name, row.get("coders_present", "")) for row in rows]
        elif none_empty:
            read = [False] * len(rows)
        else:
            worked = {row.get("document", "") for row in rows if row.get(name, "").strip()}
            read = [row.get("document", "") in worked for row in rows]
        cells = [row.get(name, "") for row in rows]
        found[name] = tuple(
            frozenset(split(cell)) if known or cell.strip() else None for cell, known in zip(cells, read, strict=True)
        )
    return found


def _is_present(coder: str, cell: str) -> bool:
    parts = {part for part in re.split(r"[|,;\s]+", cell.strip()) if part}
    return coder in parts or coder.removeprefix("coder_") in parts


def segments_of(corpus: Corpus, transcript_of: Sequence[str] | None = None) -> an.Segments:
    """Make segments of the rows, in their order: one turn a row, one transcript for each name in `transcript_of`.

    By default a transcript is a document. Where rows stand in no talk (answers of a survey), give the participant or
    the row itself, so that no row is taken for the turn before another. All rows are segments, those of the one who
    asks too (people coded them).
    """
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(corpus.documents if transcript_of is None else transcript_of):
        rows_of.setdefault(name or "all", []).append(row)
    transcripts = []
    for name, rows in rows_of.items():
        text, turns = "", []
        for row in rows:
            role = "moderator" if corpus.asks[row] else "participant"
            turns.append(an.Turn(len(text), len(text) + len(corpus.texts[row]), corpus.speakers[row] or None, role))
            text += corpus.texts[row] + "\n"
        transcripts.append(an.Transcript(name, text, tuple(turns)))
    order = [row for rows in rows_of.values() for row in rows]
    return an.segment(transcripts, roles="all").take(np.argsort(order))


def embed(corpus: Corpus, transcript_of: Sequence[str] | None = None, *, encoder: Any = None) -> an.Embeddings:
    """Embed the rows with the library's default encoder and its cache; tests bring an encoder of their own."""
    return an.embed(segments_of(corpus, transcript_of), **({} if encoder is None else {"encoder": encoder}))


def taken(embeddings: an.Embeddings, rows: Sequence[int] | np.ndarray) -> an.Embeddings:
    """Keep the embeddings of some rows."""
    picked = np.asarray(rows, dtype=np.int64)
    segments = embeddings.segments.take(picked)
    return replace(embeddings, segments=segments, vectors=embeddings.vectors[picked], n_long=0)


def embed_texts(texts: Sequence[str], like: an.Embeddings) -> np.ndarray:
    """Embed texts that are no segments of a corpus, in the space of embeddings."""
    model = like.model if like.model is not None else like.encoder.name
    return np.asarray(an.embed(an.segment(an.read_transcripts(list(texts))), encoder=model).vectors)


def readable(code: str) -> str:
    """Turn the name of a code into words."""
    return re.sub(r"[_>/:|]+", " ", re.sub(r"^[A-Z]\d+:", "", code)).strip()


def codebook_of(corpus: Corpus, names: Sequence[str]) -> an.Codebook:
    """Make a codebook of some codes, in their order: names in words, definitions and themes where there are any."""
    codes, taken_paths = [], set()
    for name in names:
        theme, label, definition = corpus.theme_of.get(name, ""), readable(name), corpus.definitions.get(name, "")
        if (theme, label) in taken_paths or not label:
            label = name
        taken_paths.add((theme, label))
        same = definition.strip().lower() == name.strip().lower()
        codes.append(an.Code(theme, "", label, "" if same else definition))
    return an.Codebook(tuple(codes))


def indicator(sets: Sequence[CodeSet | None], names: Sequence[str]) -> np.ndarray:
    """Turn sets of codes into a table with nan for unread segments."""
    place = {name: k for k, name in enumerate(names)}
    table = np.zeros((len(sets), len(names)))
    for row, codes in enumerate(sets):
        if codes is None:
            table[row] = np.nan
        for code in codes or ():
            if code in place:
                table[row, place[code]] = 1.0
    return table


def coding_of(segments: an.Segments, book: an.Codebook, coders: dict[str, np.ndarray]) -> an.Coding:
    """Make a coding of tables: 1 applied, 0 read and not applied, nan unread; columns in the order of the codebook."""
    applied, read, ids = [], [], book.ids
    for coder, table in coders.items():
        for row in np.flatnonzero(~np.isnan(table).all(axis=1)).tolist():
            segment = segments[row]
            where = (coder, segment.transcript_id, segment.start, segment.end)
            read.append(an.ReadSpan(*where))
            applied += [an.CodedSpan(*where, ids[code]) for code in np.flatnonzero(table[row] > 0)]
    return an.Coding(tuple(applied), tuple(read), book)
