"""What was guessed, left out or merged while reading: gathered for the report, logged, and said in one warning."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from alliance_nlp.errors import around, check_choice, counted, problems_error, warn
from alliance_nlp.records import ReadItem, Table
from alliance_nlp.records.read_reports import ReadKind

LOG = logging.getLogger("alliance_nlp.reading")
_SHOWN = 12
Caller = Literal["call", "study", "command"]
AsWritten = bool | Sequence[str]
# What a table may be read as, beyond its letters; each is said with rows, and switched off by its name.
ASSUMED: dict[str, str] = {
    "merged": "a merged cell stands for all of its rows",
    "as above": "a blank below a level, coder or transcript that is written once means the same as above",
    "indentation": "what is set in is below what stands above it, less far in; so are numbers such as 2 and 2.1",
    "paths": "a name such as Time > Waiting is a path of levels",
    "parents": "a column that names the parent, or the depth, of each code makes levels",
    "groups": "the group of a code, where it is in one only, is its theme, where no theme is written",
    "sheets": "the visible sheet that holds what is asked for; or one sheet a theme, where all have the same columns",
    "title rows": "rows above the header are titles",
    "several codes": "a cell holds several codes, joined by ; or , or line breaks",
    "spelling": "names that differ in case, blanks or normal form only are one",
    "program": "the export of a program, known by its columns; a heading that begins with code or names quotes",
    "ellipses": "a quote with ... or [...] is the stretch from its first to its last words",
    "definitions": "in a plain list of codes what stands behind a colon or a dash is what the code means",
    "quote ends": "quotes of two files that differ in signs at their ends, or that one cuts short, are the same words",
    "common column": "a column that two files have under one name tells the places, where no other does",
    "offsets": "offsets are counted as the quotes beside them, or the edges of words, show",
}


@dataclass(frozen=True)
class Remarks:
    """Gather sentences about a read; they carry names, lines, rows and counts, never words of a transcript.

    Words that stand in no turn go with `keep` into the report, and only there. `caller` is where the reader was called,
    so that advice names a way that works there; `off` holds what must not be assumed.
    """

    source: str = "the data"
    doubts: list[str] = field(default_factory=list)
    items: list[tuple[str, ReadItem]] = field(default_factory=list)
    caller: Caller = "call"
    off: frozenset[str] = frozenset()
    part: str = ""  # the table of study.toml that holds the options: "codebook", "codings"; "" where there are none

    def strictly(self, as_written: AsWritten, part: str = "") -> Remarks:
        """Go on without some assumptions (their names), or without any (True)."""
        names = ASSUMED if as_written is True else as_written or ()
        names = [re.sub("[-_]", " ", name) for name in ((names,) if isinstance(names, str) else names)]
        for name in names:
            check_choice("a name in as_written", tuple(ASSUMED), name)
        return replace(self, off=frozenset(names), part=part or self.part)

    def may(self, kind: str) -> bool:
        """Whether something may be assumed."""
        return kind not in self.off

    def way(self, option: str, value: str) -> str:
        """Say how an option is given where the reader was called; `value` is written as in Python."""
        if self.caller == "call":
            return f"{option}={value}"
        if self.caller == "command":
            words = re.findall(r"'([^']*)'", value) or [value]
            plain = ("=" if ":" in value else " ").join(word.replace(" ", "-") for word in words)
            return f"--{option.replace('_', '-')} {plain}"
        written = re.sub(r"'(\w+)': ", r"\1 = ", value).replace("'", '"')
        return f"{option} = {written} under [{self.part}] in study.toml"

    def assume(self, kind: str, sentence: str, rows: Iterable[int] = (), *, loud: bool = True) -> None:
        """Say what was read beyond the letters, with rows and how to switch it off; not loud: in the report only."""
        numbers = list(rows)
        written = self.way("as_written", f"['{kind}']")
        off = f". To read it as written: {written}" if self.part else ""
        if loud:
            where = f" ({which(numbers, 'row')})" if numbers else ""
            self.doubts.append(around(sentence, f"{self.source}: ", f"{where}{off}", rows=tuple(numbers)))
        self.keep("guessed", f"{sentence}{off}", where=which(numbers, "row", shown=40) if numbers else "")

    def leave(self, what: str, rows: Iterable[int] = ()) -> None:
        """Put into the report, and not into the warning, what was left out."""
        numbers = list(rows)
        self.keep("left out", what, where=which(numbers, "row", shown=40) if numbers else "")

    def as_table(self) -> Table:
        """Give what was kept of the source as a table: guessed, left out, noticed; where, and why or how otherwise."""
        values = tuple((self.source, item.kind, item.why, item.where) for item in self.of_source())
        return Table(("source", "kind", "why", "where"), values, "What was read and assumed")

    def about(self, source: str) -> Remarks:
        """Go on with a file of the same read: what is remarked of it joins the other remarks."""
        return replace(self, source=source)

    def note(self, sentence: str) -> None:
        """Log what followed a written rule and needs nobody's attention."""
        self.keep("noticed", sentence)

    def doubt(self, sentence: str, kind: ReadKind = "noticed", *, where: str = "", words: str = "") -> None:
        """Keep what a person should look at: a guess, a loss, a gap."""
        self.keep(kind, sentence, where=where, words=words)
        self.doubts.append(around(sentence, f"{self.source}: {f'{where}: ' if where else ''}"))

    def keep(self, kind: ReadKind, why: str, *, where: str = "", words: str = "") -> None:
        """Put something into the report of the source; the log has it without its words."""
        LOG.info("%s: %s%s", self.source, f"{where}: " if where else "", why)
        self.items.append((self.source, ReadItem(kind, str(why), where, words)))

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
