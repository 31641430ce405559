"""What other libraries raise over a file, as an error of ours that names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from alliance_nlp.errors import AllianceError, InputError
from alliance_nlp.files.waiting import showing


@contextlib.contextmanager
def own_errors(name: str) -> Iterator[None]:
    """Let nothing but errors of this library leave the reading of a file: each names the file and what to do.

    A terminal shows which file is read where that takes more than two seconds.

    Examples
    --------
    >>> with own_errors("talk.odt"):  # doctest: +ELLIPSIS
    ...     "UUF-8".encode("UUF-8")
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: talk.odt cannot be read (LookupError): it is damaged, or not as programs write ...
    """
    try:
        with showing(f"reading {name}"):
            yield
    except AllianceError:
        raise
    except Exception as err:
        raise InputError(
            f"{name} cannot be read ({type(err).__name__}): it is damaged, or not as programs write such files. Save "
            f"it again with the program that made it. If it opens there without complaint, report its format and that "
            f"word."
        ) from err
