"""The default encoder on torch: the operations of its published model in their order, so that bits are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp.embeddings.minilm_shape import HEADS, LAYERS, LEAST_WEIGHT, TINY, WIDTH
from alliance_nlp.embeddings.weights import WEIGHTS
from alliance_nlp.errors import import_extra
from alliance_nlp.numeric import Ints, Singles


class TorchEngine:
    """BERT as Devlin et al. wrote it (https://aclanthology.org/N19-1423/), the mean of its words, at length 1.

    Parameters
    ----------
    folder : Path
        With the weights.
    """

    def __init__(self, folder: Path) -> None:
        self._torch: Any = import_extra("torch", None, "The default encoder")
        read = import_extra("safetensors.torch", None, "The default encoder")
        self._weights: dict[str, Any] = read.load_file(folder / WEIGHTS)

    def __call__(self, ids: Ints, words: Ints) -> Singles:
        """Turn tokens into one unit row for each text; `words` is 1 where a token is one, 0 behind the end."""
        torch = self._torch
        with torch.inference_mode():
            tokens, marks = torch.from_numpy(ids), torch.from_numpy(words)
            n, length = ids.shape
            seen = None if words.all() else marks[:, None, None, :].bool().expand(n, 1, length, length)
            rows = self._first(tokens)
            for layer in range(LAYERS):
                rows = self._layer(f"encoder.layer.{layer}", rows, seen)
            each = marks.unsqueeze(-1).expand(rows.size()).float()
            mean = torch.sum(rows * each, 1) / torch.clamp(each.sum(1), min=LEAST_WEIGHT)
            return np.asarray(torch.nn.functional.normalize(mean, p=2, dim=1).numpy())

    def _first(self, tokens: Any) -> Any:
        table = {name: self._weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "token_type")}
        look_up = self._torch.nn.functional.embedding
        rows = look_up(tokens, table["word"]) + look_up(self._torch.zeros_like(tokens), table["token_type"])
        return self._even(
            rows + self._weights["embeddings.position_embeddings.weight"][: tokens.shape[1]], "embeddings"
        )

    def _layer(self, name: str, rows: Any, seen: Any) -> Any:
        n, length, _ = rows.shape
        query, key, value = (
            self._times(rows, f"{name}.attention.self.{part}").view(n, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        functions = self._torch.nn.functional
        heard = functions.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        heard = self._times(heard.transpose(1, 2).reshape(n, length, WIDTH), f"{name}.attention.output.dense")
        rows = self._even(heard + rows, f"{name}.attention.output")
        wide = functions.gelu(self._times(rows, f"{name}.intermediate.dense"))
        return self._even(self._times(wide, f"{name}.output.dense") + rows, f"{name}.output")

    def _times(self, rows: Any, name: str) -> Any:
        return self._torch.nn.functional.linear(rows, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _even(self, rows: Any, name: str) -> Any:
        weight, bias = (self._weights[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return self._torch.nn.functional.layer_norm(rows, (WIDTH,), weight, bias, TINY)
