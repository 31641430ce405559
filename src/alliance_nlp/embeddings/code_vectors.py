"""A codebook in the same space as the segments: one vector for each code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from alliance_nlp.embeddings.embedding import encode_texts
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Floats, unit_rows
from alliance_nlp.records import Code, Codebook, Encoder


def embed_codes(codebook: Codebook, encoder: str | Path | Encoder, n_dimensions: int) -> Floats:
    """One unit vector for each code: the middle of what it is called and defined as, and of its exemplars."""
    texts = [_texts_of(code) for code in codebook]
    flat = [text for described, shown in texts for text in (*described, *shown)]
    vectors, _ = encode_texts(flat, encoder)
    if vectors.shape[1] != n_dimensions:
        raise InputError(
            f"The encoder gives vectors of {vectors.shape[1]} numbers for the codebook; the segments have "
            f"{n_dimensions}. Pass the encoder that embedded the segments."
        )
    rows, at = [], 0
    for described, shown in texts:
        parts = [vectors[at : at + len(described)], vectors[at + len(described) : at + len(described) + len(shown)]]
        rows.append(
            unit_rows(np.sum([unit_rows(part.astype(float).mean(axis=0)) for part in parts if len(part)], axis=0))
        )
        at += len(described) + len(shown)
    return np.array(rows)


def _texts_of(code: Code) -> tuple[Sequence[str], Sequence[str]]:
    named = [code.name, *code.aliases]
    return ([*named, f"{code.name}: {code.definition}"] if code.definition else named), code.exemplars
