"""The default encoder, read from its published weights without the libraries that train and fetch models.

`import sentence_transformers` takes four times as long as torch itself, and most of a first run (decision 0241). What
a text becomes is the same within rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from alliance_nlp.embeddings.minilm_shape import WIDTH
from alliance_nlp.errors import import_extra
from alliance_nlp.numeric import Ints, Singles

Backend = Literal["torch", "onnx"]
Engine = Callable[[Ints, Ints], Singles]  # tokens and which of them are words, one row a text, to one unit row a text
TOKENS = "tokenizer.json"
TOGETHER = 16  # texts: of 64 a quarter of the work is padding, fewer than 16 take longer each


class MiniLM:
    """all-MiniLM-L6-v2: its tokens, and an engine that turns them into vectors.

    Parameters
    ----------
    folder : Path
        With the published weights and the tokens.
    max_tokens : int
        How many tokens of a text are read.
    backend : {"torch", "onnx"}
        What multiplies.

    Raises
    ------
    MissingExtraError
        When ONNX Runtime is asked for and not installed.
    """

    def __init__(self, folder: Path, max_tokens: int, backend: Backend) -> None:
        self.max_tokens = max_tokens
        self._engine = _engine_of(backend, folder)
        self._tokens: Any = import_extra("tokenizers", None, "The default encoder").Tokenizer.from_file(
            str(folder / TOKENS)
        )
        self._tokens.no_padding()
        self._tokens.no_truncation()
        self._counted: dict[str, list[int]] = {}

    def encode(self, texts: Sequence[str]) -> Singles:
        """Give one unit vector for each text; a few at a time that are of like length, so that little is padding."""
        read = self._read(texts)
        order = sorted(range(len(read)), key=lambda row: -len(read[row]))
        rows = np.empty((len(read), WIDTH), dtype=np.float32)
        for at in range(0, len(order), TOGETHER):
            some = order[at : at + TOGETHER]
            rows[some] = self._engine(*_laid_out([read[row] for row in some]))
        return rows

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, marks of begin and end included; they are kept until the next are counted."""
        found = [own.ids for own in self._tokens.encode_batch(list(texts))]
        self._counted = dict(zip(texts, found, strict=True))
        return [len(ids) for ids in found]

    def _read(self, texts: Sequence[str]) -> list[list[int]]:
        """Tokens of each text, cut where the encoder stops reading; what was just counted is not cut up again."""
        known = self._counted
        if any(text not in known for text in texts):
            self.count_tokens(texts)
            known = self._counted
        return [
            ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]
            for ids in (known[text] for text in texts)
        ]


def _laid_out(read: Sequence[list[int]]) -> tuple[Ints, Ints]:
    """Lay tokens side by side, and say where there are any; the longest come first."""
    ids = np.zeros((len(read), len(read[0])), dtype=np.int64)
    words = np.zeros_like(ids)
    for row, own in enumerate(read):
        ids[row, : len(own)], words[row, : len(own)] = own, 1
    return ids, words


def _engine_of(backend: Backend, folder: Path) -> Engine:
    if backend == "onnx":
        from alliance_nlp.embeddings.minilm_onnx import OnnxEngine

        return OnnxEngine(folder)
    from alliance_nlp.embeddings.minilm_torch import TorchEngine

    return TorchEngine(folder)
