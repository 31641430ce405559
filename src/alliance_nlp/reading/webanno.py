"""WebAnno TSV 3, as INCEpTION writes it: the coded spans of one annotator, with their words and offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alliance_nlp.errors import InputError

MARK = "#FORMAT=WebAnno TSV 3"
NUMBERED = re.compile(r"^(.*?)(?:\[(\d+)\])?$", re.DOTALL)


@dataclass
class _Span:
    """A coded stretch of tokens: where it begins and ends, in UTF-16 units as the program counts."""

    code: str
    start: int
    end: int
    number: str = ""


def is_webanno(text: str) -> bool:
    """Whether a text is in this format."""
    return text.lstrip("\ufeff").startswith(MARK)


def webanno_rows(text: str, name: str) -> list[dict[str, str]]:
    """Give one row a coded span: code, quote, start, end.

    Notes
    -----
    Offsets are counted in UTF-16 units (the program is written in Java). A span over several tokens carries a number
    in square brackets; several codes of one token are parted by bars; "_" and "*" stand for none.
    """
    spans: list[_Span] = []
    words: list[tuple[int, int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split("\t")
        if line.startswith("#") or len(cells) < 3:
            continue
        found = re.fullmatch(r"(\d+)-(\d+)", cells[1])
        if found is None:
            raise InputError(f"{name}, line {number}: expected offsets such as 0-3. Got {cells[1]!r}. Export it again.")
        start, end = int(found[1]), int(found[2])
        if "." not in cells[0]:  # a part of a token has a line of its own
            words.append((start, end, cells[2]))
        _take_codes(spans, cells[3:], start, end)
    return [
        {"code": span.code, "quote": _quote(words, span), "start": str(span.start), "end": str(span.end)}
        for span in sorted(spans, key=lambda span: (span.start, span.end, span.code))
    ]


def _take_codes(spans: list[_Span], cells: list[str], start: int, end: int) -> None:
    """Add the codes of a token, each once; a numbered one goes on with the span of its number."""
    seen = set()
    for part in (part for cell in cells for part in re.split(r"(?<!\\)\|", cell)):
        found = NUMBERED.match(part)
        code, number = (re.sub(r"\\(.)", r"\1", found[1]).strip(), found[2] or "") if found else ("", "")
        if code in ("", "_", "*") or (code, number) in seen:
            continue
        seen.add((code, number))
        before = next((span for span in spans if number and (span.code, span.number) == (code, number)), None)
        if before is not None:
            before.end = end
        else:
            spans.append(_Span(code, start, end, number))


def _quote(words: list[tuple[int, int, str]], span: _Span) -> str:
    inside = [(start, end, word) for start, end, word in words if span.start <= start and end <= span.end]
    gaps = zip(inside, [*inside[1:], None], strict=True)
    return "".join(word + (" " if after is not None and after[0] > end else "") for (_, end, word), after in gaps)
