"""A page inside a notebook: a frame of its own, which reaches neither the notebook nor the network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alliance_nlp.errors import InputError
from alliance_nlp.files import write_atomic
from alliance_nlp.records.base import Record
from alliance_nlp.records.fields import shown_number
from alliance_nlp.records.tables import escaped

View = Literal["overview", "map", "themes", "disagreements", "read"]
LEAST, MOST = 200, 4000  # pixels


@dataclass(frozen=True, eq=False, repr=False)
class InlinePage(Record):
    """Hold a page that a notebook shows below its cell, and a browser when it is written to a file.

    Parameters
    ----------
    html : str
        The whole page, as it would stand in a file.
    title : str
        What it is, for who listens to a screen.
    note : str, default ""
        What to know before the notebook is passed on.
    height : int, default 720
        Height of the frame in pixels, 200 to 4000.

    Notes
    -----
    The frame is closed off (``sandbox``): its script sees nothing of the notebook and keeps nothing in the browser.
    What is decided on it is gone with the cell; to decide, write a report. The output of the cell holds the whole page,
    and is saved with the notebook.
    """

    html: str
    title: str
    note: str = ""
    height: int = 720

    def _check(self) -> None:
        if not LEAST <= self.height <= MOST:
            raise InputError(f"height must be {LEAST} to {MOST} pixels. Got {shown_number(self.height)}.")

    def write(self, path: str | Path) -> Path:
        """Write the page into a file that any browser opens; give its place."""
        write_atomic(Path(path), self.html)
        return Path(path)

    def _repr_html_(self) -> str:
        frame = (
            f'<iframe srcdoc="{escaped(self.html)}" title="{escaped(self.title)}" sandbox="allow-scripts '
            f'allow-downloads" style="width:100%;height:{self.height}px;border:1px solid #8888;background:Canvas">'
            "</iframe>"
        )
        return frame + (f"<p>{escaped(self.note)}</p>" if self.note else "")

    def _summary(self) -> str:
        return (
            f"{self.title}: {len(self.html.encode('utf-8')) / 1e6:.1f} MB; a notebook shows it, .write(path) keeps it"
        )
