"""How a program counted positions in a text: in letters, UTF-16 units or bytes, a line end as one or two."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_nlp.numeric import Ints
from alliance_nlp.qda.losses import QdaOffsets
from alliance_nlp.reading.offsets import AS_IT_IS, is_edge

Raw = tuple[int, int, str]  # start and end as written, and the name beside them
# Name of a way of counting: what a letter beyond the first plane counts, and what a line end counts (0: as it stands).
WAYS: Mapping[str, tuple[str, int]] = {
    AS_IT_IS: ("letters", 0),
    "code points, line ends as one": ("letters", 1),
    "code points, line ends as two": ("letters", 2),
    "UTF-16 units": ("units", 0),
    "UTF-16 units, line ends as one": ("units", 1),
    "UTF-16 units, line ends as two": ("units", 2),
    "UTF-8 bytes": ("bytes", 0),
}
MARKED = "byte order mark counted"
# What each program was seen to do (docs/programs.md says where); tried first, and believed only where the text agrees.
HABITS = (
    ("nvivo", "UTF-16 units, line ends as two"), ("atlas", "code points, line ends as one"),
    ("maxqda", "code points, line ends as two"), ("qdpxlib", "UTF-8 bytes"),
)  # fmt: skip
GOOD, POOR = 0.8, 0.5  # share of selections that fit: below the one a doubt is said, below the other nothing is placed
FEW = 5  # selections without quotes that are too few to overrule what the program is known to do
_QUOTE = 4  # letters of a name from which on it may be a quote


@dataclass(frozen=True)
class Way:
    """One way of counting positions in one text."""

    name: str
    text: str

    @cached_property
    def _ends(self) -> Ints:
        """Positions behind each letter."""
        kind, line_end = WAYS[self.name.removesuffix(f", {MARKED}")]
        signs = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)
        counts = np.ones(len(signs), np.int64)
        if kind == "units":
            counts += signs > 0xFFFF
        elif kind == "bytes":
            counts += (signs > 0x7F).astype(np.int64) + (signs > 0x7FF) + (signs > 0xFFFF)
        if line_end:
            ends, carriage = signs == 10, signs == 13
            pairs = np.zeros(len(signs), bool)
            pairs[:-1] = carriage[:-1] & ends[1:]
            second = np.roll(pairs, 1) if len(pairs) else pairs
            counts[(ends & ~second) | (carriage & ~pairs)] = line_end
            counts[pairs] = line_end - 1
        return np.cumsum(counts)

    def of(self, position: int) -> int | None:
        """Give a position in code points; None where it is beyond the end, or inside a letter."""
        position -= self.name.endswith(MARKED)
        if position == 0:
            return 0
        at = int(np.searchsorted(self._ends, position)) if position > 0 else len(self.text)
        return at + 1 if at < len(self.text) and self._ends[at] == position else None

    def span(self, raw: Raw) -> tuple[int, int] | None:
        """Start and end of a selection; None where they are nowhere in the text."""
        start, end = self.of(raw[0]), self.of(raw[1])
        return (start, end) if start is not None and end is not None and start <= end else None


@dataclass(frozen=True)
class Fit:
    """How well one way of counting fits the selections of some texts."""

    name: str
    spans: tuple[tuple[int, int] | None, ...]
    quoted: tuple[bool, ...]  # whether the name begins the words
    edged: tuple[bool, ...]  # whether it begins and ends at edges of words

    def share(self, judged: Sequence[int], by: str) -> float:
        """Share of the selections that are judged which fit."""
        held = self.quoted if by == "quotes" else self.edged
        return sum(held[at] for at in judged) / len(judged) if judged else math.nan


def fit_of(name: str, texts: Sequence[tuple[str, Sequence[Raw]]]) -> Fit:
    """Hold selections against their texts under one way of counting."""
    spans, quoted, edged = [], [], []
    for text, raws in texts:
        way = Way(name, text)
        for raw in raws:
            span = way.span(raw)
            spans.append(span)
            quoted.append(span is not None and _begins(text, span, raw[2]))
            edged.append(span is not None and is_edge(text, span[0]) and is_edge(text, span[1]))
    return Fit(name, tuple(spans), tuple(quoted), tuple(edged))


def _begins(text: str, span: tuple[int, int], name: str) -> bool:
    """Whether a name, cut off or not, begins the words of a selection; line breaks in names have become blanks."""
    wanted = _folded(name.removesuffix("...").removesuffix("…"))
    if len(wanted) < min(_QUOTE, max(1, span[1] - span[0])):
        return False
    return _folded(text[span[0] : min(span[1], span[0] + 3 * len(name) + 40)]).startswith(wanted)


def _folded(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


@dataclass(frozen=True)
class Choice:
    """Give the way of counting that was chosen, with what shows it; no name where none fits."""

    name: str
    by: str
    fit: float
    next_best: float
    judged: int
    doubt: str = ""
    tried: str = AS_IT_IS  # the best of those tried, where none is good enough

    def about(self, transcript_id: str, judged: int, fit: float) -> QdaOffsets:
        """Say of one transcript how its positions were counted."""
        return QdaOffsets(transcript_id, self.name, judged, fit, self.by, self.next_best)


def usual_way(origin: str) -> str:
    """Give the way of counting that a program is known for; letters as they stand where it is not known."""
    return next((way for sign, way in HABITS if sign in origin.casefold()), AS_IT_IS)


def choose_way(origin: str, texts: Sequence[tuple[str, Sequence[Raw]]], *, marked: bool, told: str | None) -> Choice:
    """Choose how positions are counted: what the caller says, else what the program is known for where the texts agree.

    Parameters
    ----------
    origin : str
        The program.
    texts : sequence of (str, sequence of (start, end, name))
        Texts with the selections in them.
    marked : bool
        Whether a text began with a byte order mark, which some programs count.
    told : str or None
        What the caller says.
    """
    usual = told or usual_way(origin)
    names = [told] if told else [*WAYS, *(f"{way}, {MARKED}" for way in WAYS if marked)]
    fits = {name: fit_of(name, texts) for name in dict.fromkeys([usual, *names])}
    judged, by = _evidence(fits.values(), texts)
    if not judged:
        return Choice(usual, "the program" if not told else "the caller", math.nan, math.nan, 0)
    shares = {name: fit.share(judged, by) for name, fit in fits.items()}
    best = max(shares, key=lambda name: (shares[name], name == usual))
    chosen = best
    if best != usual and (by == "edges of words" and len(judged) < FEW):
        chosen = usual  # a few edges of words are met by chance
    places = fits[chosen].spans
    others = [s for name, s in shares.items() if any(fits[name].spans[at] != places[at] for at in judged)]
    next_best = max(others, default=math.nan)
    if shares[chosen] < POOR and not told:
        return Choice("", by, shares[chosen], next_best, len(judged), _poor(shares, chosen, by), chosen)
    doubt = _doubt(shares, chosen, usual, next_best, by)
    return Choice(chosen, by, shares[chosen], next_best, len(judged), doubt, chosen)


def _evidence(fits: Iterable[Fit], texts: Sequence[tuple[str, Sequence[Raw]]]) -> tuple[list[int], str]:
    """Which selections can be judged, and by what: by quotes where any name is one, else by edges of words."""
    raws = [raw for _, own in texts for raw in own]
    quoted = [at for at in range(len(raws)) if any(fit.quoted[at] for fit in fits)]
    if quoted:
        return quoted, "quotes"
    return [at for at, raw in enumerate(raws) if raw[0] < raw[1]], "edges of words"


def _poor(shares: Mapping[str, float], chosen: str, by: str) -> str:
    return (
        f"no way of counting fits: by {by} the best, {chosen}, fits {shares[chosen]:.0%} of the selections. Nothing "
        f"was placed. Are the texts those that were coded? If you know how they are counted, say offsets='{chosen}'"
    )


def _doubt(shares: Mapping[str, float], chosen: str, usual: str, next_best: float, by: str) -> str:
    said = []
    if chosen != usual:
        said.append(f"positions were read as {chosen}, as {by} show, not as {usual}, which this program is known for")
    if shares[chosen] < GOOD:
        said.append(f"{chosen} fits {shares[chosen]:.0%} of the selections by {by}")
    if next_best >= shares[chosen]:
        said.append(f"another way of counting fits as well ({next_best:.0%}), at other places; {chosen} was taken")
    return "; ".join(said)
