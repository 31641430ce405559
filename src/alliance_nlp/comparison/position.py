"""What the order of talk says by itself: the code of the segment before, and blocks of neighboring segments.

Neither reads a word, and neither uses a segment's own codes. A machine below them has found nothing that position does
not say.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_nlp.comparison.sides import Sides
from alliance_nlp.numeric import Ints, Labels, format_number
from alliance_nlp.records import Row

BLOCKS = (8, 12, 16, 20)  # neighboring segments in a block, beside as many blocks as there are clusters


def blocks_of(sides: Sides, size: int) -> Labels:
    """Give the number of its block of so many neighboring counted segments of a transcript; -1 where not counted."""
    found, at, before = np.full(len(sides.segments), -1, dtype=np.int64), -1, ""
    left = 0
    for i in np.flatnonzero(sides.counted).tolist():
        if not left or sides.segments[i].transcript_id != before:
            at, left, before = at + 1, size, sides.segments[i].transcript_id
        found[i], left = at, left - 1
    return found


def of_blocks(statistic: Any, sides: Sides, codes: Labels, kept: Ints) -> Row:
    """Figure of blocks beside the codes of the segments kept: as many as there are clusters, and of stated sizes."""
    n_clusters = sides.clusters.n_clusters if sides.clusters is not None else 0
    if not n_clusters or not len(kept):
        return {}
    size = max(1, math.ceil(int(sides.counted.sum()) / n_clusters))
    values = {each: float(statistic(codes, blocks_of(sides, each)[kept]).value) for each in (size, *BLOCKS)}
    known = [values[each] for each in BLOCKS if math.isfinite(values[each])]
    low, high = (format_number(end(known, default=math.nan)) for end in (min, max))
    ends = f"; of {BLOCKS[0]} to {BLOCKS[-1]}: {low} to {high}" if known else ""
    return {"position": values[size], "position_from": f"blocks of {size} neighboring segments{ends}"}


def below_position(rows: Sequence[Row], name: str, figure: str) -> list[str]:
    """Names of the rows in which the machine's figure lies below that of position alone."""
    return [row[name] for row in rows if row[figure] < row.get("position", math.nan)]
