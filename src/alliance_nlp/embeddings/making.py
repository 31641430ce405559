"""Words to unit vectors: each distinct text once, nothing cut off, kept between runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.embeddings.caching import Kept, key_of, read_kept, shelf_of, write_kept
from alliance_nlp.embeddings.encoders import DEFAULT, LoadedEncoder, Source, cache_folder, find_source, load_source
from alliance_nlp.embeddings.windows import split_long
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.records import Embeddings, EncoderInfo, Segments

Vectors = NDArray[np.float32]
BATCH = 64
PER_FILE = 1024  # texts kept by one file of the cache: what an interrupted run can lose at most


def embed(
    segments: Segments,
    *,
    encoder: str | Any = DEFAULT,
    cache: str | Path | bool = True,
    download: bool = False,
    progress: bool = True,
) -> Embeddings:
    """Turn segments into unit vectors, one a segment.

    Parameters
    ----------
    segments : Segments
        What to embed.
    encoder : str or object, default "all-MiniLM-L6-v2"
        Name of a model (see `load_encoder`), or any object with ``encode(list of str)``.
    cache : bool, str or Path, default True
        Where vectors are kept between runs: True, the user's cache folder; a folder; or False, nowhere. Objects
        without a ``name`` and ``revision`` are never cached.
    download : bool, default False
        Allow fetching a named model from its hub.
    progress : bool, default True
        Show a progress bar when it takes more than two seconds.

    Returns
    -------
    Embeddings
        Rows of length 1 in segment order; a segment without words has a row of zeros. ``n_long`` counts segments longer
        than the encoder reads at once: they are the length-weighted mean of their windows of sentences.

    Raises
    ------
    InputError
        When the encoder is unknown, or gives something other than one finite vector a text.

    Notes
    -----
    Each distinct text is encoded once. A vector stands for wording as the encoder learned it, mostly from written
    English; two segments that are close use words alike, which is not the same as meaning the same. Vectors derive
    from personal data: treat them, and the cache, like the transcripts.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> segments = an.segment(an.read_transcripts(["Trust takes time.", "There is no time."]))
    >>> embeddings = embed(segments)
    >>> embeddings.vectors.shape, embeddings.n_long
    ((2, 384), 0)
    """
    if not isinstance(segments, Segments):
        raise InputError(f"embed() takes Segments, as an.segment() gives. Got {type(segments).__name__}.")
    coder = _Coder(encoder, cache, download=download, progress=progress)
    kept = coder.encode(segments.texts)
    zero = np.zeros(coder.n_dimensions, dtype=np.float32)
    vectors = np.array([kept[t].vector if t in kept else zero for t in segments.texts], dtype=np.float32)
    n_long = sum(t in kept and kept[t].is_long for t in segments.texts)
    return Embeddings(segments, vectors.reshape(len(segments), -1), coder.info, n_long, coder.given)


def encode_texts(
    texts: Sequence[str], encoder: Any = DEFAULT, *, cache: str | Path | bool = True
) -> tuple[Vectors, int]:
    """Encode texts that are not segments, such as a codebook's, in the same way as `embed`.

    Returns
    -------
    vectors : array of shape (n_texts, n_dimensions)
        Unit rows; zeros for a text without words.
    n_long : int
        Texts longer than the encoder reads at once.
    """
    coder = _Coder(encoder, cache, download=False, progress=True)
    kept = coder.encode(texts)
    zero = np.zeros(coder.n_dimensions, dtype=np.float32)
    rows = [kept[t].vector if t in kept else zero for t in texts]
    return np.array(rows, dtype=np.float32).reshape(len(texts), -1), sum(t in kept and kept[t].is_long for t in texts)


class _Coder:
    """An encoder that is loaded only when a text is not in the cache."""

    def __init__(self, encoder: str | Any, cache: str | Path | bool, *, download: bool, progress: bool) -> None:
        self.source: Source | None = None
        self.given = None if isinstance(encoder, str) else encoder
        self.progress = progress
        if isinstance(encoder, str):
            self.source = find_source(encoder, download=download)
            self.info = self.source.info
        elif callable(getattr(encoder, "encode", None)):
            self.info = info_of(encoder)
        else:
            raise InputError(
                f"encoder must be a model's name or an object with encode(list of str). Got {type(encoder).__name__}."
            )
        folder = cache_folder() if cache is True else Path(cache) if cache else None
        self.shelf = shelf_of(folder, self.info) if folder is not None and self.info.revision else None
        self.n_dimensions = 0

    def encode(self, texts: Sequence[str]) -> dict[str, Kept]:
        """Vectors of the distinct texts that hold words."""
        distinct = sorted({text for text in texts if text.strip()}, key=lambda text: (len(text), text))
        keys = {text: key_of(self.info, text) for text in distinct}
        stored = read_kept(self.shelf, set(keys.values())) if self.shelf is not None and distinct else {}
        kept = {text: stored[key] for text, key in keys.items() if key in stored}
        missing = [text for text in distinct if text not in kept]
        if missing:
            kept |= self._encode_missing(missing, keys)
        if kept:
            self.n_dimensions = len(next(iter(kept.values())).vector)
        return kept

    def _encode_missing(self, missing: list[str], keys: dict[str, str]) -> dict[str, Kept]:
        model = self.given if self.source is None else load_source(self.source)
        if isinstance(model, LoadedEncoder) and self.source is not None:
            self.given = model
        pieces = split_long(missing, model)
        made: dict[str, Kept] = {}
        waiting: dict[str, Kept] = {}
        for batch in _with_progress(_batches(missing, pieces), len(missing), self.progress):
            flat = [piece for text in batch for piece in pieces.get(text, [text])]
            rows = _checked(model.encode(flat) if model is not None else None, flat, self.info)
            at = 0
            for text in batch:
                parts = pieces.get(text, [text])
                waiting[text] = Kept(_mean_of(rows[at : at + len(parts)], parts), len(parts) > 1)
                at += len(parts)
            if len(waiting) >= PER_FILE:
                waiting = self._store(waiting, keys, made)
        self._store(waiting, keys, made)
        return made

    def _store(self, waiting: dict[str, Kept], keys: dict[str, str], made: dict[str, Kept]) -> dict[str, Kept]:
        if self.shelf is not None and waiting:
            write_kept(self.shelf, {keys[text]: row for text, row in waiting.items()})
        made |= waiting
        return {}


def info_of(encoder: Any) -> EncoderInfo:
    """Name a caller's own encoder; without a revision its vectors are not cached."""
    if isinstance(encoder, LoadedEncoder):
        return encoder.info
    name, revision = getattr(encoder, "name", None), getattr(encoder, "revision", None)
    most = getattr(encoder, "max_tokens", None) or getattr(encoder, "max_seq_length", None)
    return EncoderInfo(
        name if isinstance(name, str) else type(encoder).__name__,
        revision if isinstance(name, str) and isinstance(revision, str) else None,
        most if isinstance(most, int) else None,
    )


def _batches(texts: Sequence[str], pieces: dict[str, list[str]]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(pieces.get(text, [text]))
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _with_progress(batches: Iterator[list[str]], total: int, show: bool) -> Iterator[list[str]]:
    from tqdm import tqdm

    with tqdm(total=total, desc="embedding", unit="segment", delay=2, disable=not show, leave=False) as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))


def _checked(found: Any, texts: Sequence[str], info: EncoderInfo) -> NDArray[np.float64]:
    try:
        rows = np.asarray(found, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise InputError(f"The encoder {info} must give rows of numbers. Got {type(found).__name__}.") from err
    if rows.ndim != 2 or len(rows) != len(texts) or not rows.shape[1]:
        raise AlignmentError(
            f"The encoder {info} must give one vector a text. Got shape {rows.shape} for {len(texts)} texts."
        )
    if not np.isfinite(rows).all():
        raise InputError(f"The encoder {info} gave vectors that are not finite numbers.")
    return rows


def _mean_of(rows: NDArray[np.float64], parts: Sequence[str]) -> Vectors:
    units = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    mean = np.average(units, axis=0, weights=[len(part) for part in parts]) if len(parts) > 1 else units[0]
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)
