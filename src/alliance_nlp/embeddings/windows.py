"""A text that is longer than the encoder reads, cut into windows of whole sentences so that all of it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from alliance_nlp.segments import Span, sentence_spans

TokenCounter = Callable[[Sequence[str]], list[int]]


class Window(NamedTuple):
    """Some words of a long text, and how many tokens they are."""

    text: str
    n_tokens: int


class _Piece(NamedTuple):
    start: int
    end: int
    n_tokens: int


def windows_of(text: str, count: TokenCounter, max_tokens: int) -> list[Window]:
    """Cut a text into the fewest runs of whole sentences that the encoder reads in one go.

    Parameters
    ----------
    text : str
        A text with words.
    count : callable
        Tokens of each text as the encoder reads it, its own marks included.
    max_tokens : int
        How many it reads.

    Returns
    -------
    list of Window
        In order. A sentence that is too long alone is cut between words, such a word between characters.
    """
    marks = count([""])[0]
    room = max(max_tokens - marks, 1)

    def sizes(spans: Sequence[Span]) -> list[int]:
        return [n - marks for n in count([text[start:end] for start, end in spans])]

    pieces = _pieces(text, sentence_spans(text), sizes, room)
    budget = room
    while True:
        spans = _pack(pieces, budget)
        found = sizes(spans)
        # some tokenizers make more of two pieces together than of each alone; then pack less tightly
        if max(found) <= room or budget < 1:
            return [Window(text[start:end], max(n, 1)) for (start, end), n in zip(spans, found, strict=True)]
        budget -= max(found) - room


def _pieces(text: str, spans: Sequence[Span], sizes: Callable[[Sequence[Span]], list[int]], room: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    for (start, end), n in zip(spans, sizes(spans), strict=True):
        if n <= room or end - start == 1:
            pieces.append(_Piece(start, end, n))
        else:
            pieces += _pieces(text, _finer(text, start, end), sizes, room)
    return pieces


def _finer(text: str, start: int, end: int) -> list[Span]:
    words = [found.span() for found in re.compile(r"\S+").finditer(text, start, end)]
    if len(words) > 1:
        return words
    middle = (start + end) // 2
    return [(start, middle), (middle, end)]


def _pack(pieces: Sequence[_Piece], budget: int) -> list[Span]:
    spans: list[Span] = []
    used = 0
    for piece in pieces:
        if spans and used + piece.n_tokens <= budget:
            spans[-1] = (spans[-1][0], piece.end)
            used += piece.n_tokens
        else:
            spans.append((piece.start, piece.end))
            used = piece.n_tokens
    return spans
