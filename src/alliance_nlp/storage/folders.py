"""The two calls: a record into a folder, whole or not at all, and back."""

from __future__ import annotations

import contextlib
import glob
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp.errors import InputError, counted, warn
from alliance_nlp.files import (
    WRITING,
    FileError,
    checked_path,
    hold_lock,
    refuse_size,
    safe_array,
    showing,
    sweep,
    telling,
    write_atomic,
)
from alliance_nlp.provenance import __version__, canonical_json, hash_bytes, hash_file
from alliance_nlp.records import Record, Transcript
from alliance_nlp.storage.kinds import KINDS, can_be_kept, is_shared
from alliance_nlp.storage.migrations import MIGRATIONS
from alliance_nlp.storage.values import Reader, Writer

SCHEMA = "alliance_nlp records"
FORMAT = 2
HASH = re.compile(r"[0-9a-f]{64}")
ARRAY = re.compile(r"[0-9a-f]{64}\.npy")
BESIDE = re.compile(r"\.(?:writing|old)-[0-9a-f]{12}$")


def save(record: Record | Transcript | Sequence[Record | Transcript], folder: str | Path) -> Path:
    """Keep a record, with everything it was made from, in a folder.

    Parameters
    ----------
    record : Study, Transcript, Segments, Codebook, Coding, Embeddings, Clusters, Mapping, Comparison, Table, ...
        What to keep, or a tuple of such records (``study.transcripts``).
    folder : str or Path
        Where to. A folder that `save` wrote before is replaced; any other that holds files is refused.

    Returns
    -------
    Path
        The folder: one ``record.json`` and, for numbers in bulk, ``arrays/*.npy``.

    Raises
    ------
    InputError
        When it is no record, holds something that cannot be kept, or the folder holds other files.

    Notes
    -----
    A record that several others share (the transcripts behind a comparison) is stored once. A save that is cut off
    leaves the old record or the new one; what else it leaves is removed by the next save or load, which says so. The
    folder holds the words of the transcripts: keep it where you keep those. The encoder itself
    (``Embeddings.model``) is not kept, only its name.

    Examples
    --------
    >>> import tempfile
    >>> from alliance_nlp.records import Code, Codebook
    >>> book = Codebook((Code("Trust", "", "demanding"),))
    >>> with tempfile.TemporaryDirectory() as place:
    ...     load(save(book, place + "/codebook")) == book
    True
    """
    if not _is_record(record):
        names = ", ".join(name for names in KINDS.values() for name in names)
        raise InputError(f"save() keeps records ({names}) or a tuple of them. Got {type(record).__name__}.")
    target = checked_path(folder, "The folder of save()")
    _bring_back(target)
    _check_target(target)
    writer = Writer()
    root = writer.write(record, type(record).__name__)
    _write_folder(target, _record_json(root, writer.records), writer.arrays)
    return target


def load(folder: str | Path) -> Any:
    """Read what `save` kept.

    Parameters
    ----------
    folder : str or Path
        The folder.

    Returns
    -------
    Study, Transcript, Segments, Codebook, Coding, Embeddings, Clusters, Mapping, Comparison, Table, ...
        A record equal to the one that was saved.

    Raises
    ------
    InputError
        When the folder is absent, was not written by `save`, was changed or damaged since, holds a record that is not
        true, or comes from a newer version of the library.

    Warns
    -----
    AllianceWarning
        When an earlier version saved it: what was changed on loading.

    Notes
    -----
    Nothing in the folder is run: it is JSON and plain arrays, each checked against its SHA-256. The hashes find damage
    and careless edits. They do not prove who wrote the folder.

    Examples
    --------
    >>> import tempfile
    >>> from alliance_nlp.records import Table
    >>> with tempfile.TemporaryDirectory() as place:
    ...     folder = save(Table(("theme", "kappa"), (("Trust", 0.5),)), place + "/table")
    ...     print(load(folder))
    theme  kappa
    Trust    .50
    """
    source = checked_path(folder, "The folder of load()")
    _bring_back(source)
    _refuse_link(source)
    with showing(f"loading {source.name}"), _settled(source):
        content = _read_json(source)
        earlier = content["format"] != FORMAT
        reader = Reader(content["records"], lambda key: _read_array(source, key), MIGRATIONS if earlier else {})
        record = _made_again(source, content, reader)
        _say_removed(source, _remove_unnamed(source, canonical_json(content)))  # not before the record is known whole
    if earlier:
        changes = "; ".join(reader.changes) or "nothing that it says"
        warn(
            f"{source.name} was saved by alliance_nlp {content.get('version')}. Changed on loading: {changes}. "
            f"Save it again to keep it so."
        )
    return record


def _made_again(source: Path, content: Mapping[str, Any], reader: Reader) -> Any:
    try:
        if hash_bytes(canonical_json(content["root"])) != content["check"]:
            raise InputError("its first record was changed since it was saved")
        return reader.read(content["root"])
    except InputError as err:
        raise _broken(source, str(err).removesuffix(".")) from err
    except Exception as err:  # right hashes over wrong types: whatever a record, a date or numpy says of them
        raise _broken(source, f"its record.json is not as save() wrote it ({type(err).__name__})") from err


def _broken(source: Path, why: str) -> InputError:
    return InputError(f"{source.name} cannot be loaded: {why}. Restore it from a copy, or make it again.")


def _is_record(value: object) -> bool:
    if isinstance(value, tuple | list):
        return bool(value) and all(can_be_kept(item) and is_shared(item) for item in value)
    return can_be_kept(value)


def _record_json(root: Any, records: Mapping[str, Any]) -> str:
    """One line a record, so that two versions of a folder can be compared by eye."""
    head: dict[str, Any] = {"schema": SCHEMA, "format": FORMAT, "version": __version__, "root": root}
    head["check"] = hash_bytes(canonical_json(root))
    lines = [f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}" for key, entry in records.items()]
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{opening}, "records": {{\n' + ",\n".join(lines) + "\n}}\n"


def _check_target(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise InputError(f"save() writes a folder. {target.name!r} is a file or a link; name another place.")
    if target.is_dir() and any(target.iterdir()) and not _is_ours(target):
        raise InputError(
            f"The folder {target.name!r} holds files that save() did not write. Name a new folder, so that nothing of "
            "yours is replaced."
        )


def _refuse_link(source: Path) -> None:
    """Refuse arrays that lie elsewhere: what a record does not name is removed there, and may be somebody's."""
    if (source / "arrays").is_symlink():
        raise _broken(source, "its folder arrays is a link to another place")


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds a record and nothing else, or what a first save left that was cut off."""
    inside = {path.name for path in folder.iterdir() if not WRITING.fullmatch(path.name)}
    if not inside <= {"record.json", "arrays"} or (folder / "arrays").is_symlink():
        return False
    if "record.json" not in inside:
        return all(ARRAY.fullmatch(path.name) or WRITING.fullmatch(path.name) for path in (folder / "arrays").glob("*"))
    with (folder / "record.json").open(encoding="utf-8", errors="replace") as file:
        return file.read(len(SCHEMA) + 40).startswith(f'{{"schema": "{SCHEMA}"')


def _write_folder(target: Path, record: str, arrays: Mapping[str, bytes]) -> None:
    """Add the new arrays, named by their content, then let the new record take the place of the old in one step.

    Arrays that the new record does not name go last: whatever is interrupted, the old record or the new one is whole.
    """
    is_new = not target.exists()
    with telling(target):
        target.mkdir(parents=True, exist_ok=True)
    try:
        with hold_lock(target):
            _clean(target)
            for key, content in arrays.items():
                path = target / "arrays" / f"{key}.npy"
                if not (path.is_file() and hash_file(path) == key):
                    write_atomic(path, content)
            write_atomic(target / "record.json", record)
            _remove_unnamed(target, record)
    except BaseException:
        if is_new:
            shutil.rmtree(target, ignore_errors=True)
        raise


def _remove_unnamed(folder: Path, record: str) -> int:
    """Remove arrays that the record does not name; give how many."""
    unnamed = [p for p in (folder / "arrays").glob("*.npy") if ARRAY.fullmatch(p.name) and p.stem not in record]
    n = 0
    with contextlib.suppress(OSError):  # a folder that may only be read
        for path in unnamed:
            path.unlink()
            n += 1
        if unnamed and not any((folder / "arrays").iterdir()):
            (folder / "arrays").rmdir()
    return n


def _clean(folder: Path) -> None:
    """Take away what saves that were cut off left, and say so; those of earlier versions left folders beside."""
    beside = _beside(folder)
    for path in beside:
        shutil.rmtree(path, ignore_errors=True)
    _say_removed(folder, len(beside))
    sweep(folder)
    sweep(folder / "arrays")


def _say_removed(folder: Path, n: int) -> None:
    if n:
        warn(f"{folder.name}: {counted(n, 'leftover')} of a save that was cut off removed.")


def _beside(folder: Path) -> list[Path]:
    """Folders that earlier versions left beside when they were cut off."""
    found = (p for kind in ("writing", "old") for p in folder.parent.glob(f".{glob.escape(folder.name)}.{kind}-*"))
    return sorted(path for path in found if BESIDE.search(path.name))


def _bring_back(folder: Path) -> None:
    """Put a record back that an earlier version had moved away when it was cut off before the new one came."""
    if (folder / "record.json").exists() or (folder.is_dir() and any(folder.iterdir())):
        return
    for path in _beside(folder):
        if ".old-" in path.name and (path / "record.json").is_file():
            path.replace(folder)
            warn(f"{folder.name}: a save that was cut off had moved the record away; it is back.")
            return


@contextlib.contextmanager
def _settled(source: Path) -> Iterator[None]:
    """Wait until nobody writes to a folder, clean it, and let nobody write while the block reads."""
    with contextlib.ExitStack() as stack:
        if source.is_dir() and (source / "record.json").is_file():
            try:
                stack.enter_context(hold_lock(source))
            except FileError:
                pass  # a disk without locks; what is read is checked by its hashes
            else:
                _clean(source)
        yield


def _read_json(source: Path) -> dict[str, Any]:
    if not source.is_dir():
        raise InputError(f"There is no folder {source.name!r}. Give the folder that save() wrote.")
    path = source / "record.json"
    if not path.is_file():
        raise InputError(
            f"{source.name} was not written by save(): it has no record.json. A folder of study files is read with "
            "an.read_study()."
        )
    refuse_size(path, "saved record")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as err:
        raise _broken(source, "its record.json is damaged") from err
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or not isinstance(content.get("records"), dict):
        raise InputError(f"{source.name} was not written by save(): its record.json is something else.")
    if content.get("format") not in (1, FORMAT):
        raise InputError(
            f"{source.name} was written in format {content.get('format')!r} by alliance_nlp "
            f"{content.get('version')!r}. This version reads format {FORMAT}. Update with: pip install -U alliance-nlp"
        )
    return content


def _read_array(source: Path, key: str) -> np.ndarray[Any, Any]:
    name = f"arrays/{key[:12]}….npy" if isinstance(key, str) else "an array"
    if not isinstance(key, str) or not HASH.fullmatch(key):
        raise InputError("an array has no proper name in record.json")
    path = source / "arrays" / f"{key}.npy"
    if not path.is_file():
        raise InputError(f"{name} is missing")
    if hash_file(path) != key:
        raise InputError(f"{name} was changed since it was saved")
    with path.open("rb") as file:
        array: np.ndarray[Any, Any] = safe_array(file, path.stat().st_size)
    array.setflags(write=False)
    return array
