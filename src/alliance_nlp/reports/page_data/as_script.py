"""A value as JSON that can stand in a script element: no word in it can end the element or run."""

from __future__ import annotations

import json
import re
from typing import Any

_ESCAPED = re.compile("[<>&\u2028\u2029\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def as_script(value: Any) -> str:
    r"""Write plain values as one line of JSON without a sign that HTML knows.

    Raises
    ------
    ValueError
        When a number is not finite: data of the page say None for what is undefined.

    Examples
    --------
    >>> print(as_script({"words": "</script><b>&"}))
    {"words":"\u003c/script\u003e\u003cb\u003e\u0026"}
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
