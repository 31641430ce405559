"""Every number of a run as plain values, and where two runs differ."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from alliance_nlp.comparison import Comparison
from alliance_nlp.files import hash_words
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.method.voices import count_voices
from alliance_nlp.records import Coding, Study, Table

TOLERANCE = 1e-6  # the encoder's vectors agree within it across batch sizes and machines


def numbers_of(study: Study, comparison: Comparison | None = None) -> dict[str, Any]:
    """Collect what another run must find again: hashes of what went in, and every figure that came out.

    Parameters
    ----------
    study : Study
        The study.
    comparison : Comparison, optional
        The comparison with the machine, for its clusters, links and figures.

    Returns
    -------
    dict
        Plain values that JSON can hold; undefined figures are None. It holds no participant's words.
    """
    found: dict[str, Any] = {"inputs": inputs_of(study), "people": _people(study)}
    if comparison is not None:
        found["comparison"] = {
            name: _figures(getattr(comparison, name))
            for name in ("per_theme", "per_essence", "per_code", "overall", "per_participant", "per_session")
        }
        clusters, mapping = comparison.clusters, comparison.mapping
        if clusters is not None:
            labels = np.ascontiguousarray(clusters.labels, dtype="<i8").tobytes()
            found["clusters"] = {
                "n_clusters": clusters.n_clusters, "coverage": plain(clusters.coverage),
                "labels_sha256": hashlib.sha256(labels).hexdigest(), "n_set_aside": len(clusters.set_aside),
            }  # fmt: skip
        if mapping is not None:
            found["links"] = [[link.cluster, link.code_id, plain(link.score)] for link in mapping.links]
    return found


def inputs_of(study: Study) -> dict[str, Any]:
    """Hashes by which others see that they hold the same material, without holding its words."""
    found: dict[str, Any] = {"transcripts": {t.id: hash_words(t.text) for t in study.transcripts}}
    if study.codebook is not None:
        found["codebook"] = hash_words(*(repr(sorted(row.items())) for row in study.codebook.rows()))
    for name, coding in (("coding", study.coding), ("consensus", study.consensus)):
        if coding is not None:
            found[name] = _hash_of(coding)
    return found


def _hash_of(coding: Coding) -> str:
    read = (repr((r.coder, r.transcript_id, r.start, r.end)) for r in coding.read)
    return hash_words(*(repr(sorted(row.items())) for row in coding.rows()), *read)


def _people(study: Study) -> dict[str, Any]:
    codings = [coding for coding in (study.coding, study.consensus) if coding is not None]
    if not any(coding.applied for coding in codings):
        return {}
    found: dict[str, Any] = {
        "applications": {c: sum(a.coder == c for a in coding.applied) for coding in codings for c in coding.coders},
        "saturation": assess_saturation(study).statement,
    }
    if any(turn.speaker for t in study.transcripts for turn in t.turns):
        found["voices"] = _figures(count_voices(study).per_theme)
    if len({t.session_name for t in study.transcripts}) == 2:
        found["sessions"] = _figures(compare_sessions(study).per_name)
    return found


def _figures(table: Table) -> list[dict[str, Any]]:
    kept = [name for name in table.columns if name not in table.quoting]
    return [{name: plain(row[name]) for name in kept} for row in table.rows()]


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold; undefined numbers become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return round(value, 9) if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)


def differences(first: Any, second: Any, where: str = "") -> list[str]:
    """Say where two collections of numbers differ, by more than the encoder's rounding.

    Examples
    --------
    >>> differences({"kappa": [0.5, 1]}, {"kappa": [0.5000000001, 2]})
    ['kappa.1: 1 and 2']
    """
    return list(_differences(first, second, where))


def _differences(first: Any, second: Any, where: str) -> Iterator[str]:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in [*first, *(key for key in second if key not in first)]:
            yield from _differences(first.get(key), second.get(key), f"{where}.{key}".lstrip("."))
    elif _is_list(first) and _is_list(second) and len(first) == len(second):
        for index, (a, b) in enumerate(zip(first, second, strict=True)):
            yield from _differences(a, b, f"{where}.{index}".lstrip("."))
    elif isinstance(first, float) and isinstance(second, float | int) and abs(first - second) <= TOLERANCE:
        return
    elif first != second and not (_is_list(first) and list(first) == second):
        yield f"{where}: {first!r} and {second!r}"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
