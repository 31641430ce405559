"""Times as transcripts write them, as seconds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from alliance_nlp.reading.remarks import Remarks

# 1:02, 00:01:02, 0:0:5.120, 00:01:02,5, and the tenths of f4: #00:01:02-3#
TIME = r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"
TENTHS = r"\#\d{1,2}:\d{2}:\d{2}-\d\#"
_PARTS = re.compile(r"#?(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,-](\d{1,3}))?#?")


def seconds_of(written: str) -> float | None:
    """Seconds that a time stands for; None when it is no time.

    Examples
    --------
    >>> seconds_of("1:02"), seconds_of("00:01:02,500"), seconds_of("#00:01:02-3#"), seconds_of("12")
    (62.0, 62.5, 62.3, None)
    """
    found = _PARTS.fullmatch(written.strip())
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int(fraction) / 10 ** len(fraction) if fraction else float(whole)


def doubt_order(begins: Sequence[float], remarks: Remarks) -> None:
    """Remark that turns begin before the turn above them."""
    back = sum(later < earlier for earlier, later in pairwise(begins))
    if back:
        remarks.doubt(f"times run backwards {back} times; they were kept as written")
