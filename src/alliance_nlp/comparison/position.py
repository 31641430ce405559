"""What the order of talk says by itself: the code of the segment before, and blocks of neighboring segments.

Neither reads a word, and neither uses a segment's own codes. A machine below them has found nothing that position does
not say. Answers of different people side by side on a form have no order of talk, and no such figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_nlp.comparison.sides import Sides
from alliance_nlp.comparison.words import NO_ORDER
from alliance_nlp.numeric import Ints, Labels, format_number
from alliance_nlp.records import Row, Segment

BLOCKS = (8, 12, 16, 20)  # neighboring segments in a block, beside as many blocks as there are clusters


def blocks_of(sides: Sides, size: int) -> Labels:
    """Give the number of its block of so many neighboring counted segments of a transcript; -1 where not counted.

    On a form a block ends with an answer.
    """
    found, at, left = np.full(len(sides.segments), -1, dtype=np.int64), -1, 0
    before: Segment | None = None
    for i in np.flatnonzero(sides.counted).tolist():
        segment = sides.segments[i]
        if not left or before is None or not sides.in_order(before, segment):
            at, left = at + 1, size
        found[i], left, before = at, left - 1, segment
    return found


def no_order(sides: Sides) -> bool:
    """Whether all that is counted are answers side by side, one a person."""
    at = np.flatnonzero(sides.counted).tolist()
    return all(sides.segments[i].transcript_id in sides.forms for i in at)


def of_blocks(statistic: Any, sides: Sides, codes: Labels, kept: Ints) -> Row:
    """Figure of blocks beside the codes of the segments kept: as many as there are clusters, and of stated sizes."""
    n_clusters = sides.clusters.n_clusters if sides.clusters is not None else 0
    if not n_clusters or not len(kept):
        return {}
    if no_order(sides):
        return {"position_from": NO_ORDER}
    size = max(1, math.ceil(int(sides.counted.sum()) / n_clusters))
    values = {each: float(statistic(codes, blocks_of(sides, each)[kept]).value) for each in (size, *BLOCKS)}
    known = [values[each] for each in BLOCKS if math.isfinite(values[each])]
    low, high = (format_number(end(known, default=math.nan)) for end in (min, max))
    ends = f"; of {BLOCKS[0]} to {BLOCKS[-1]}: {low} to {high}" if known else ""
    return {"position": values[size], "position_from": f"blocks of {size} neighboring segments{ends}"}


def below_position(rows: Sequence[Row], name: str, figure: str) -> list[str]:
    """Names of the rows in which the machine's figure lies below that of position alone."""
    return [row[name] for row in rows if row[figure] < row.get("position", math.nan)]
