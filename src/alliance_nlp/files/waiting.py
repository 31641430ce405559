"""What a terminal shows while one file is read, or a report is written, for more than two seconds."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator

PATIENCE = 2.0  # seconds before anything is shown
DRAWING = "showing what is read"
SHARE = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"


class _Waited:
    """How long somebody has waited, for what, and how much of it is done."""

    def __init__(self, what: str, total: float) -> None:
        self.what, self.total, self.passed = what, total, 0.0
        self.began, self.ended = time.monotonic(), threading.Event()

    def add(self, amount: float) -> None:
        """Count some of the work as done."""
        self.passed += amount


@contextlib.contextmanager
def showing(what: str, total: float = 0) -> Iterator[Callable[[float], None]]:
    """Say in a terminal what is being done and for how long, once it takes more than two seconds.

    With a `total` it says how long it will take: whoever works calls what it gives with each part that is done.

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
    waited = _Waited(what, total)
    if sys.stderr is None or not sys.stderr.isatty():
        yield waited.add
        return
    drawing = threading.Thread(target=_draw, args=(waited,), name=DRAWING, daemon=True)
    drawing.start()
    try:
        yield waited.add
    finally:
        waited.ended.set()
        drawing.join()


def _draw(waited: _Waited) -> None:
    if waited.ended.wait(PATIENCE):
        return
    from tqdm import tqdm

    bar_format = SHARE if waited.total else "{desc}"
    with tqdm(desc=waited.what, total=waited.total or None, bar_format=bar_format, leave=False) as bar:
        bar.start_t = time.time() - (time.monotonic() - waited.began)  # the time before it was drawn counts
        while True:
            if not waited.total:
                bar.set_description_str(f"{waited.what}: {time.monotonic() - waited.began:.0f} s", refresh=False)
            bar.n = waited.passed
            bar.refresh()
            if waited.ended.wait(0.5):
                return
