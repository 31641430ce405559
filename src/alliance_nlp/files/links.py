"""Links in a folder: what is read lies in it."""

from __future__ import annotations

from pathlib import Path

from alliance_nlp.errors import InputError, counted


def refuse_links(folder: Path, home: Path | None = None) -> None:
    """Refuse a folder with links that lead nowhere, or out of it (of `home`, where that is given).

    What is read lies in the study, and a file that was meant to be read is not passed over in silence.

    Raises
    ------
    InputError
        When there is one; all are named.
    """
    inside = (home or folder).resolve()
    lost = sorted(p.name for p in folder.iterdir() if p.is_symlink() and not _leads_to_something(p))
    if lost:
        raise InputError(
            f"The folder {folder.name!r} holds {counted(len(lost), 'link')} to nothing: {', '.join(lost[:6])}. What "
            f"they led to was moved or removed. Put the files themselves there, or take the links out."
        )
    out = sorted(p.name for p in folder.iterdir() if p.is_symlink() and not _leads_into(p, inside))
    if out:
        raise InputError(
            f"The folder {folder.name!r} holds {counted(len(out), 'link')} to places outside of it: "
            f"{', '.join(out[:6])}. Put the files themselves there, or take the links out."
        )


def _leads_to_something(link: Path) -> bool:
    try:
        return link.exists()
    except (OSError, RuntimeError):  # a link that leads to itself
        return False


def _leads_into(link: Path, inside: Path) -> bool:
    try:
        return link.resolve().is_relative_to(inside)
    except (OSError, RuntimeError):
        return False
