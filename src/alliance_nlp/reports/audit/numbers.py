"""Every number of a run as plain values, and where two runs differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from alliance_nlp.comparison import Comparison
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.method.voices import count_voices
from alliance_nlp.provenance import hash_bytes, plain
from alliance_nlp.records import Study, Table
from alliance_nlp.reports.manifest import hash_coding, hash_inputs

DIGITS = 9
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
    inputs = hash_inputs(study.transcripts, study.codebook)
    codings = (("coding", study.coding), ("consensus", study.consensus))
    inputs |= {name: hash_coding(coding) for name, coding in codings if coding is not None}
    found: dict[str, Any] = {"inputs": inputs, "people": _people(study)}
    if comparison is not None:
        found["comparison"] = {
            name: _figures(getattr(comparison, name))
            for name in ("per_theme", "per_essence", "per_code", "overall", "per_participant", "per_session")
        }
        clusters, mapping = comparison.clusters, comparison.mapping
        if clusters is not None:
            labels = np.ascontiguousarray(clusters.labels, dtype="<i8").tobytes()
            found["clusters"] = {
                "n_clusters": clusters.n_clusters, "coverage": plain(clusters.coverage, digits=DIGITS),
                "labels_sha256": hash_bytes(labels), "n_set_aside": len(clusters.set_aside),
            }  # fmt: skip
        if mapping is not None:
            found["links"] = [[link.cluster, link.code_id, plain(link.score, digits=DIGITS)] for link in mapping.links]
    return found


def _people(study: Study) -> dict[str, Any]:
    if not any(coding.applied for coding in study.codings):
        return {}
    applied = Counter(a.coder for coding in study.codings for a in coding.applied if a.counts)
    found: dict[str, Any] = {
        "applications": {coder: applied[coder] for coding in study.codings for coder in coding.coders},
        "saturation": assess_saturation(study).statement,
    }
    if any(turn.speaker for t in study.transcripts for turn in t.turns):
        found["voices"] = _figures(count_voices(study).per_theme)
    if len({t.session_name for t in study.transcripts}) == 2:
        found["sessions"] = _figures(compare_sessions(study).per_name)
    return found


def _figures(table: Table) -> list[dict[str, Any]]:
    kept = [name for name in table.columns if name not in table.quoting]
    return [{name: plain(row[name], digits=DIGITS) for name in kept} for row in table.rows()]


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
