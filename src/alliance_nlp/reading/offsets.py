"""How a program counted its offsets: code points, UTF-16 units, bytes, line ends as one; by what the text shows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from alliance_nlp.reading.quoted import plain_form
from alliance_nlp.reading.remarks import Remarks

Stretch = tuple[int, int, str]  # offsets as written, and the quote beside them, or ""
AS_IT_IS = "code points"
COUNTED: dict[str, Callable[[str], int]] = {
    "UTF-16 units": lambda sign: 1 + (ord(sign) > 0xFFFF),
    "UTF-8 bytes": lambda sign: len(sign.encode("utf-8", "surrogatepass")),
    "code points, line ends as one": lambda sign: sign != "\r",
    "UTF-16 units, line ends as one": lambda sign: 0 if sign == "\r" else 1 + (ord(sign) > 0xFFFF),
}


@dataclass(frozen=True)
class Counting:
    """One way of counting offsets in one text."""

    name: str
    text: str

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(map(COUNTED[self.name], self.text)))

    def of(self, offset: int) -> int | None:
        """Give the offset in code points; None where it is beyond the end, or inside a letter."""
        if self.name == AS_IT_IS:
            return offset if 0 <= offset <= len(self.text) else None
        if offset == 0:
            return 0
        at = bisect_left(self._ends, offset)
        return at + 1 if at < len(self._ends) and self._ends[at] == offset else None

    def holds(self, stretch: Stretch) -> bool:
        """Whether a stretch counted so has the words of its quote, or without one begins and ends at edges of words."""
        start, end = self.of(stretch[0]), self.of(stretch[1])
        if start is None or end is None or start > end:
            return False
        if quote := stretch[2]:
            return plain_form(self.text[start:end])[0].strip() == plain_form(quote)[0].strip()
        return is_edge(self.text, start) and is_edge(self.text, end)


def is_edge(text: str, at: int) -> bool:
    """Whether a word begins or ends here, or none is near."""
    before, after = text[at - 1 : at], text[at : at + 1]
    return not (before.isalnum() and after.isalnum())


def counting_of(name: str, text: str, stretches: Iterable[Stretch], remarks: Remarks) -> Counting:
    """Find how the offsets of one table in one text are counted; as they are where nothing shows another way."""
    plain = Counting(AS_IT_IS, text)
    given = list(stretches)
    if not given or not remarks.may("offsets") or all(map(plain.holds, given)):
        _doubt_hidden(name, text, given, remarks)
        return plain
    quoted = [stretch for stretch in given if stretch[2]]
    judged = quoted or given
    ways = [Counting(way, text) for way in COUNTED]
    n_plain = sum(map(plain.holds, judged))
    fits = [way for way in ways if all(map(way.holds, judged))]
    moved = [way for way in fits if any(way.of(s) != s or way.of(e) != e for s, e, _ in judged)]
    if not moved or n_plain == len(judged):
        return plain
    places = {tuple((way.of(start), way.of(end)) for start, end, _ in judged) for way in moved}
    if len(places) > 1:
        ways_named = " or ".join(way.name for way in moved)
        remarks.doubt(f"offsets in {name!r} do not fit its text as they are; counted as {ways_named} they would")
        return plain
    shown = "their quotes" if quoted else "the edges of words"
    remarks.assume("offsets", f"offsets in {name!r} were read as {moved[0].name}, as {shown} show")
    return moved[0]


def _doubt_hidden(name: str, text: str, given: Sequence[Stretch], remarks: Remarks) -> None:
    """Say where nothing can show how offsets are counted: letters outside the first plane, and no quotes to tell by."""
    last = max((end for _, end, quote in given if not quote), default=0)
    if last and any(ord(sign) > 0xFFFF for sign in text[:last]) and not any(q for _, _, q in given):
        other = Counting("UTF-16 units", text)
        if all(map(other.holds, given)):
            remarks.doubt(
                f"nothing shows whether offsets in {name!r} count letters or UTF-16 units (emoji count as "
                f"one or two): they were read as letters. Quotes beside them would tell"
            )
