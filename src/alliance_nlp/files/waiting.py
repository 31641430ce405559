"""What a terminal shows while one file is read for more than two seconds."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator

PATIENCE = 2.0  # seconds before anything is shown
DRAWING = "showing what is read"


@contextlib.contextmanager
def showing(what: str) -> Iterator[None]:
    """Say in a terminal what is being done and for how long, once it takes more than two seconds.

    Notes
    -----
    The packages that take a file apart do not say how far they are, so that no share can be shown, only the time. The
    line goes away at the end. Where no terminal is listening nothing is drawn, and no thread is started.

    Examples
    --------
    >>> with showing("reading talk.txt"):
    ...     2 + 2
    4
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    drawing = threading.Thread(target=_draw, args=(what, done, time.monotonic()), name=DRAWING, daemon=True)
    drawing.start()
    try:
        yield
    finally:
        done.set()
        drawing.join()


def _draw(what: str, done: threading.Event, began: float) -> None:
    if done.wait(PATIENCE):
        return
    from tqdm import tqdm

    with tqdm(bar_format="{desc}", leave=False) as bar:
        while True:
            bar.set_description_str(f"{what}: {time.monotonic() - began:.0f} s")
            if done.wait(0.5):
                return
