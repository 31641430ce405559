"""Answers kept between runs, so that what was asked once is not asked again: numbers only, named by hashes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from alliance_nlp.embeddings.weights import find_cache_folder
from alliance_nlp.errors import check_type
from alliance_nlp.files import write_atomic
from alliance_nlp.provenance import hash_words
from alliance_nlp.suggesting.with_model.answers import Answers, from_kept, to_kept

SCHEME = "answers, 2"  # how an answer is judged; a change makes what was kept strange
MOST_BYTES = 1_000_000


class AnswerCache(NamedTuple):
    """Answers of one model in one folder.

    A file holds what came of one call as numbers: places of codes in the codebook, places of quotes in the segment. It
    is named by the hash of all that was sent and of the model's digest. There is no word of anybody in it.
    """

    folder: Path

    def read(self, body: bytes, texts: Sequence[str], codes: Sequence[str]) -> Answers | None:
        """Give what came of a call; None where it was not asked, or what was kept is damaged."""
        file = self._file(body, codes)
        try:
            if file.stat().st_size > MOST_BYTES:
                return None
            kept = json.loads(file.read_text(encoding="ascii"))
        except (OSError, ValueError, RecursionError):
            return None
        return from_kept(kept, texts, len(codes))

    def add(self, body: bytes, codes: Sequence[str], answers: Answers) -> None:
        """Keep what came of a call."""
        write_atomic(self._file(body, codes), json.dumps(to_kept(answers)))

    def _file(self, body: bytes, codes: Sequence[str]) -> Path:
        return self.folder / f"{hash_words(body.decode('ascii'), *codes)}.json"  # places are those of this codebook


def answers_kept(cache: str | Path | bool | None, host: str, revision: str | None) -> AnswerCache | None:
    """Give the cache that an argument asks for; None for none, and where nothing tells one model from the next.

    Raises
    ------
    InputError
        When the argument is neither a folder nor True, False or None.
    """
    check_type("cache must be a folder, True, False or None", str | Path | bool | None, cache)
    if cache is None or cache is False or revision is None:
        return None
    folder = find_cache_folder() if cache is True else Path(cache)
    return None if folder is None else AnswerCache(folder / "answers" / hash_words(host, revision, SCHEME)[:32])
