"""Every figure of a study that another run must find again, and what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alliance_nlp.comparison import Comparison
from alliance_nlp.ledger import Ledger, replay
from alliance_nlp.method.member_checks import member_agreement
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.method.voices import count_voices
from alliance_nlp.provenance import canonical_json, hash_bytes, hash_words, plain
from alliance_nlp.records import Coding, Segments, Study, Table, still_in
from alliance_nlp.records.fingerprints import hash_coding, hash_inputs
from alliance_nlp.reports.audit.facts import compare_coders
from alliance_nlp.suggesting import HeldOut, ModelSuggestions, Suggestions

DIGITS = 9
TOLERANCE = 1e-6  # the encoder's vectors agree within it across batch sizes and machines


def numbers_of(
    study: Study, comparison: Comparison | None = None, *, ledger: Ledger | None = None,
    segments: Segments | None = None, pairs: Sequence[Comparison] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Collect what another run must find again: hashes of what went in, and every figure that came out.

    Parameters
    ----------
    study : Study
        The study.
    comparison : Comparison, optional
        The comparison with the machine, for its clusters, links, suggestions and figures.
    ledger : Ledger, optional
        The decisions, for what stands once they are replayed.
    segments : Segments, optional
        On what coders are compared; by default those of the comparison, else turns.
    pairs : sequence of Comparison, optional
        Each two coders, where they were compared before.

    Returns
    -------
    dict
        Plain values that JSON can hold; undefined figures are None. It holds no participant's words.
    """
    inputs = hash_inputs(study.transcripts, study.codebook)
    codings = (("coding", study.coding), ("consensus", study.consensus))
    inputs |= {name: hash_coding(coding) for name, coding in codings if coding is not None}
    found: dict[str, Any] = {"inputs": inputs, "people": _people(study)}
    segments = comparison.segments if comparison is not None else segments
    pairs = pairs if pairs is not None else compare_coders(study, segments)[0]
    if pairs:
        found["coders"] = {f"{pair.basis.name_a} and {pair.basis.name_b}": _figures(pair.main) for pair in pairs}
    if ledger is not None and len(ledger):
        found["decisions"] = _decided(study, ledger)
    if comparison is not None:
        found |= _of_machine(comparison, ledger)
    return found


def _decided(study: Study, ledger: Ledger) -> dict[str, Any]:
    """Count what stands once people's decisions are replayed."""
    standing = replay(ledger, codebook=study.codebook, consensus=study.consensus)
    found: dict[str, Any] = {
        "sha256": hash_words(*(canonical_json(decision.row(), ascii_only=False) for decision in ledger)),
        "kinds": dict(Counter(d.kind for d in ledger)), "n_standing": len(standing.decisions),
        "codebook": hash_inputs((), standing.codebook)["codebook"], "n_versions": len(standing.versions),
        "conflicts": [list(conflict.decisions) for conflict in standing.conflicts],
        "not_applied": [number for number, _ in standing.not_applied],
    }  # fmt: skip
    if standing.consensus is not None:
        found["consensus"] = hash_coding(standing.consensus)
    asked = standing.member_checks or standing.of_kind("pack")  # where nobody was, doubtful names are no hindrance
    if asked and any(coding.applied for coding in study.codings) and still_in(study):
        found["member_checks"] = _figures(member_agreement(study, standing))
    return found


TABLES = (
    "per_theme", "per_essence", "per_code", "overall", "per_participant", "per_session", "theme_recovery",
    "cluster_verdicts", "cluster_pairs", "prevalence", "abstained_as_no_code",
)  # fmt: skip
BESIDE = ("machines_beside", "machines_answered")


def _of_machine(comparison: Comparison, ledger: Ledger | None) -> dict[str, Any]:
    found: dict[str, Any] = {"comparison": {name: _figures(getattr(comparison, name)) for name in TABLES}}
    found["comparison"] |= {"disagreements": comparison.n_different, "lost_spans": len(comparison.lost_spans)}
    if comparison.clustered is not None:
        found["comparison"]["clustered"] = {name: _figures(getattr(comparison.clustered, name)) for name in TABLES}
    if comparison.machines:
        found["comparison"] |= {name: _figures(getattr(comparison, name)) for name in BESIDE}
    sides = (comparison.a, comparison.b, *comparison.machines)
    suggestions = {side.coders[0]: _suggested(side) for side in sides if is_suggested(side)}
    if suggestions:
        found["suggestions"] = suggestions
    clusters, mapping = comparison.clusters, comparison.mapping
    if clusters is not None:
        labels = np.ascontiguousarray(clusters.labels, dtype="<i8").tobytes()
        found["clusters"] = {
            "n_clusters": clusters.n_clusters, "coverage": plain(clusters.coverage, digits=DIGITS),
            "labels_sha256": hash_bytes(labels), "n_set_aside": len(clusters.set_aside),
        }  # fmt: skip
    if mapping is not None:
        found["links"] = [[link.cluster, link.code_id, plain(link.score, digits=DIGITS)] for link in mapping.links]
        if ledger is not None and len(ledger):
            standing = replay(ledger, codebook=mapping.codebook, mapping=mapping)
            links = standing.mapping.links if standing.mapping is not None else ()
            found["decided_links"] = [[link.cluster, link.code_id, link.verdict] for link in links]
    return found


def is_suggested(side: Coding) -> bool:
    """Whether a coding was suggested by a machine of this library."""
    return isinstance(side.made_from, Suggestions | HeldOut | ModelSuggestions) and bool(side.coders)


def _suggested(side: Coding) -> dict[str, Any]:
    """Count what was suggested; a hash of where, and what is promised or was left out."""
    made = side.made_from
    given = sorted((a.transcript_id, a.start, a.end, a.code_id, a.status) for a in side.applied)
    tables = {name: getattr(made, name) for name in ("promises", "withheld", "blocks", "counts") if hasattr(made, name)}
    return {
        "counts": dict(sorted(Counter(a.code_id or a.status for a in side.applied).items())),
        "given_sha256": hash_words(*map(repr, given)),
        **{name: _figures(table) for name, table in tables.items()},
    }  # fmt: skip


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
    if _is_list(first) and _is_list(second) and len(first) == len(second):
        first, second = dict(enumerate(first)), dict(enumerate(second))
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        keys = dict.fromkeys((*first, *second))
        parts = (differences(first.get(key), second.get(key), f"{where}.{key}".lstrip(".")) for key in keys)
        return [found for part in parts for found in part]
    near = isinstance(first, float) and isinstance(second, float | int) and abs(first - second) <= TOLERANCE
    return [] if near or first == second else [f"{where}: {first!r} and {second!r}"]


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
