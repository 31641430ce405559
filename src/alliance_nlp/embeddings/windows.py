"""Texts longer than an encoder reads at once, cut into windows of whole sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from alliance_nlp.embeddings.encoders import LoadedEncoder
from alliance_nlp.records import EncoderInfo

MARKS = 2  # tokens that mark the ends of what is read
# simple on purpose: it keeps every character and only decides where windows part
SENTENCE_END = re.compile(r"(?<=[.!?…。！？\n])(?=\s|[^\x00-\x7f])")


def split_long(texts: Sequence[str], encoder: Any) -> dict[str, list[str]]:
    """Find the texts that are too long for an encoder, each with its windows.

    Only encoders whose tokens can be counted are asked: those that this library loads, and sentence-transformers
    models. Another object is given each text whole, as its own affair.
    """
    counter = _counter_of(encoder)
    if counter is None or counter.max_tokens is None:
        return {}
    most = counter.max_tokens
    # a token holds at least one character, so shorter texts need no counting
    suspects = [text for text in texts if len(text) > most - MARKS]
    counts = counter.count_tokens(suspects)
    return {text: _windows(text, counter, most) for text, n in zip(suspects, counts, strict=True) if n > most}


def _counter_of(encoder: Any) -> LoadedEncoder | None:
    if isinstance(encoder, LoadedEncoder):
        return encoder
    if hasattr(encoder, "tokenizer") and isinstance(getattr(encoder, "max_seq_length", None), int):
        return LoadedEncoder(encoder, EncoderInfo(type(encoder).__name__, None, encoder.max_seq_length))
    return None


def _windows(text: str, counter: LoadedEncoder, most: int) -> list[str]:
    """Pack whole sentences into windows; a sentence that is too long by itself is cut at tokens."""
    room = most - MARKS
    sentences = [part for part in SENTENCE_END.split(text) if part]
    counts = counter.count_tokens(sentences)
    parts = [
        piece
        for sentence, n in zip(sentences, counts, strict=True)
        for piece in ([sentence] if n - MARKS <= room else counter.cut_tokens(sentence, room))
    ]
    sizes = [n - MARKS for n in counter.count_tokens(parts)]
    windows, used = [""], 0
    for part, size in zip(parts, sizes, strict=True):
        if used and used + size > room:
            windows.append("")
            used = 0
        windows[-1] += part
        used += size
    return [window for window in windows if window.strip()]
