"""What was guessed, left out or merged while reading: gathered, logged, and said in one warning."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from alliance_nlp.errors import counted, problems_error, warn

LOG = logging.getLogger("alliance_nlp.reading")
_SHOWN = 12


@dataclass(frozen=True)
class Remarks:
    """Gather sentences about a read; they carry names, lines, rows and counts, never words of a transcript."""

    source: str = "the data"
    doubts: list[str] = field(default_factory=list)

    def about(self, source: str) -> Remarks:
        """Go on with a file of the same read: what is remarked of it joins the other remarks."""
        return replace(self, source=source)

    def note(self, sentence: str) -> None:
        """Log what followed a written rule and needs nobody's attention."""
        LOG.info("%s: %s", self.source, sentence)

    def doubt(self, sentence: str) -> None:
        """Keep what a person should look at: a guess, a loss, a gap."""
        self.note(sentence)
        self.doubts.append(f"{self.source}: {sentence}")

    def leave_out(self, files: Sequence[str]) -> None:
        """Say which files of a folder are not read."""
        if files:
            self.doubt(f"{counted(len(files), 'file')} left out: {', '.join(files[:6])}{' ...' * (len(files) > 6)}")

    def doubt_order(self, begins: Sequence[float]) -> None:
        """Remark that turns begin before the turn above them."""
        back = sum(later < earlier for earlier, later in pairwise(begins))
        if back:
            self.doubt(f"times run backwards {back} times; they were kept as written")

    def refuse(self, problems: Sequence[str], advice: str = "") -> None:
        """Raise all problems of the source in one error; go on where there are none."""
        if problems:
            raise problems_error(self.source, problems, advice)

    def warn(self) -> None:
        """Say all doubts in one warning."""
        if not self.doubts:
            return
        more = len(self.doubts) - _SHOWN
        tail = [f"and {more} more; all of them are in the log 'alliance_nlp.reading'"] if more > 0 else []
        lines = "\n  ".join([*self.doubts[:_SHOWN], *tail])
        warn(f"Reading left {counted(len(self.doubts), 'thing')} to look at:\n  {lines}")


def which(numbers: Iterable[int], kind: str, *, shown: int = 6) -> str:
    """Word a list of lines or rows: at most so many of them, then how many more.

    Examples
    --------
    >>> which([3, 4, 9], "line"), which([7], "row")
    ('lines 3, 4, 9', 'row 7')
    """
    found: Sequence[int] = list(numbers)
    more = f" and {len(found) - shown} more" if len(found) > shown else ""
    return f"{kind}{'s' if len(found) != 1 else ''} {', '.join(map(str, found[:shown]))}{more}"
