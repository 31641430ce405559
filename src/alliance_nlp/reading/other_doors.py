"""Files of programs that somebody gives to the wrong reader: which one takes them."""

from __future__ import annotations

from pathlib import Path

from alliance_nlp.errors import InputError

_PROJECT = "is a project of a QDA program. read_study() reads it whole; docs/programs.md says what comes over"
_SAID = {
    **dict.fromkeys((".qdpx", ".qde", ".sqlite3", ".sqlite", ".qda"), _PROJECT),
    ".qdc": "is a codebook of a QDA program. Read it with read_qdc()",
    ".requal": "is a project of requal, which is not read: no such file with codings was at hand. Export its segments "
    "from requal as a table, and read that with read_codings()",
    **dict.fromkeys(
        (".nvp", ".nvpx", ".nvcx", ".mx24", ".mx22", ".mx20", ".mex24", ".atlproj", ".atlproj23", ".atlproj24"),
        "is a program's own file, which only that program opens. Export it there as a REFI-QDA project (.qdpx), and "
        "read that with read_study()",
    ),
}  # fmt: skip


def refuse_elsewhere(path: Path, *taken: str) -> None:
    """Refuse a program's file with the name of the function that takes it.

    Parameters
    ----------
    path : Path
        The file.
    *taken : str
        Endings that the caller takes itself.

    Raises
    ------
    InputError
        When its ending is one of those.
    """
    ending = path.suffix.lower()
    if ending in _SAID and ending not in taken:
        raise InputError(f"{path.name} {_SAID[ending]}.")
