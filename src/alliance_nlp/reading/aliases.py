"""Labels that are introduced once, with a name, and short from then on: "Interviewer (Kari Moe)", then "KM"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from alliance_nlp.reading.role_words import told_by
from alliance_nlp.records import fold

_BOTH = re.compile(r"(?P<a>[^()\[\]]+?)\s*[(\[](?P<b>[^()\[\]]+)[)\]]")


def introduced(spelled: Mapping[str, str]) -> dict[str, str]:
    """Folded short labels with the folded label that introduces each; none where two labels could, or roles differ.

    Examples
    --------
    >>> introduced({"interviewer (kari moe)": "Interviewer (Kari Moe)", "km": "KM", "anna": "Anna"})
    {'km': 'interviewer (kari moe)'}
    """
    found: dict[str, set[str]] = {}
    for folded, name in spelled.items():
        both = _BOTH.fullmatch(name.strip())
        if both is None:
            continue
        for short in {form for part in both.group("a", "b") for form in _forms(part)} & set(spelled) - {folded}:
            found.setdefault(short, set()).add(folded)
    return {short: min(full) for short, full in found.items() if len(full) == 1 and _agree(short, min(full))}


def _forms(part: str) -> set[str]:
    """Ways in which part of a label may stand alone, folded: as it is, its first word, its initials and its number."""
    words = re.findall(r"[^\W\d_]+|\d+", part)
    if not words:
        return set()
    initials = "".join(word if word.isdigit() else word[0] for word in words)
    forms = {fold(part), fold(initials)} if len(initials) > 1 else {fold(part)}
    names = [word for word in words if not word.isdigit()]
    return forms | ({fold(names[0])} if len(names) > 1 and told_by(names[0]) is None else set())


def _agree(short: str, full: str) -> bool:
    one, other = told_by(short), told_by(full)
    return one is None or other is None or one.role == other.role or one.rank < 3
