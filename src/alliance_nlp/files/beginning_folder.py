"""A folder that somebody begins with: filled aside, and there whole or not at all; nothing is ever overwritten."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from alliance_nlp.errors import InputError
from alliance_nlp.files.whole import checked_path, telling


def begin_folder(folder: str | Path, what: str, content: Mapping[str, bytes]) -> Path:
    """Write files into a folder that is absent or empty, and give the folder.

    Parameters
    ----------
    folder : str or Path
        The folder; made when it is absent.
    what : str
        What it will hold, as its refusal calls it: "A new study".
    content : dict of str to bytes
        The files, by path inside the folder.

    Raises
    ------
    InputError
        When the folder holds something already, or is a file.

    Examples
    --------
    >>> import tempfile
    >>> home = begin_folder(tempfile.mkdtemp(), "A new study", {"transcripts/one.txt": b"Eva: Yes."})
    >>> [path.name for path in home.iterdir()]
    ['transcripts']
    """
    home = refuse_filled(folder, what)
    with telling(home):
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent, prefix=".beginning-") as aside:
            made = Path(aside, "folder")
            for name, data in content.items():
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_bytes(data)
            if home.exists():
                home.rmdir()
            made.rename(home)
    return home


def refuse_filled(folder: str | Path, what: str) -> Path:
    """Refuse a folder that holds something, before anything is made for it."""
    home = checked_path(folder, f"The path of {what[0].lower()}{what[1:]}")
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InputError(
            f"{what} needs a folder that is absent or empty, and nothing is overwritten. {home.name!r} "
            f"{'holds something' if home.is_dir() else 'is a file'}. Name another one."
        )
    return home
