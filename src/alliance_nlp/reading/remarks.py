"""What was guessed, left out or merged while reading: gathered for the report, logged, and said in one warning."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from alliance_nlp.errors import counted, problems_error, warn
from alliance_nlp.records import ReadItem
from alliance_nlp.records.read_reports import ReadKind

LOG = logging.getLogger("alliance_nlp.reading")
_SHOWN = 12


@dataclass(frozen=True)
class Remarks:
    """Gather sentences about a read; they carry names, lines, rows and counts, never words of a transcript.

    Words that stand in no turn go with `keep` into the report, and only there.
    """

    source: str = "the data"
    doubts: list[str] = field(default_factory=list)
    items: list[tuple[str, ReadItem]] = field(default_factory=list)

    def about(self, source: str) -> Remarks:
        """Go on with a file of the same read: what is remarked of it joins the other remarks."""
        return replace(self, source=source)

    def note(self, sentence: str) -> None:
        """Log what followed a written rule and needs nobody's attention."""
        self.keep("noticed", sentence)

    def doubt(self, sentence: str, kind: ReadKind = "noticed", *, where: str = "", words: str = "") -> None:
        """Keep what a person should look at: a guess, a loss, a gap."""
        self.keep(kind, sentence, where=where, words=words)
        self.doubts.append(f"{self.source}: {f'{where}: ' if where else ''}{sentence}")

    def keep(self, kind: ReadKind, why: str, *, where: str = "", words: str = "") -> None:
        """Put something into the report of the source; the log has it without its words."""
        LOG.info("%s: %s%s", self.source, f"{where}: " if where else "", why)
        self.items.append((self.source, ReadItem(kind, why, where, words)))

    def of_source(self) -> tuple[ReadItem, ...]:
        """Give what was kept of the source, in order."""
        return tuple(item for source, item in self.items if source == self.source)

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
        tail = (
            [f"and {more} more; all of them are in the report and in the log 'alliance_nlp.reading'"]
            if more > 0
            else []
        )
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
