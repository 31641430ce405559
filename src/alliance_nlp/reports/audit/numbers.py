"""Every figure of a study, the script that makes them again from the records' own settings, and what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alliance_nlp.comparison import Comparison
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.method.voices import count_voices
from alliance_nlp.provenance import __version__, hash_bytes, plain
from alliance_nlp.records import Coding, Study, Table
from alliance_nlp.reports.manifest import hash_coding, hash_inputs

DIGITS = 9
TOLERANCE = 1e-6  # the encoder's vectors agree within it across batch sizes and machines
HEAD = '''"""Run the analysis of this audit trail again and compare every number with numbers.json.

    python rerun.py STUDY_FOLDER

Written by alliance_nlp {version}. It ends with 0 when all numbers are the same, with 1 when some differ, with 2 when
what it runs is the same and a part cannot be run from here.
"""

import json
import sys
from pathlib import Path

import alliance_nlp as an
from alliance_nlp.reports.audit import differences, numbers_of

study = an.read_study(sys.argv[1])
'''
TAIL = """
then = json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))
different = differences(then, numbers_of(study, comparison))
not_run = {left_out!r}
print("\\n".join(different) or f"All numbers {{'that were run again ' if not_run else ''}}are the same.")
if not_run:
    print(f"Not run again, and so not shown to be the same: the machine's part, because {{not_run}}.")
sys.exit(1 if different else 2 if not_run else 0)
"""


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


def rerun_script(study: Study, comparison: Comparison | None) -> tuple[str, str]:
    """Write the script, and say why it leaves the machine's part out; the reason is empty where it does not."""
    head = HEAD.format(version=__version__)
    if comparison is None:
        return f"{head}comparison = None\n{TAIL.format(left_out='')}", ""
    reason = _why_not(study, comparison)
    if reason:
        return f"{head}comparison = None\n{TAIL.format(left_out=reason)}", reason
    return f"{head}{_steps(study, comparison)}{TAIL.format(left_out='')}", ""


def _why_not(study: Study, comparison: Comparison) -> str:
    clusters, mapping = comparison.clusters, comparison.mapping
    if clusters is None or mapping is None:
        return "the comparison was not made by clusters and their mapping"
    if clusters.settings.get("recipe") not in ("consensus", "umap-hdbscan"):
        return "the clusters were made by an object of the caller's own"
    if clusters.embeddings.encoder.revision is None or clusters.embeddings.model is None:
        return "the encoder was an object without a revision, or is not at hand"
    if any(link.decided for link in mapping.links):
        return "people decided on links; replay the ledger on the mapping first"
    if _human(study, comparison) is None:
        return "the people's side of the comparison is not the study's consensus or one of its coders"
    return ""


def _human(study: Study, comparison: Comparison) -> str | None:
    """How the script names the people's side: the consensus, or one coder."""
    human: Coding = comparison.a if comparison.a.made_from is not comparison.mapping else comparison.b
    if study.consensus is not None and human == study.consensus:
        return "study.consensus"
    if study.coding is not None and len(human.coders) == 1 and human.coders[0] in study.coding.coders:
        same = human == study.coding.by(human.coders[0])
        return f"study.coding.by({human.coders[0]!r})" if same else None
    return None


def _literal(value: object) -> str:
    """Write a setting as Python that is a value and nothing else: settings of a loaded record may be anything."""
    simple = plain(value)
    return repr(simple if simple is None or isinstance(simple, bool | int | float | str) else str(simple))


def _steps(study: Study, comparison: Comparison) -> str:
    clusters, mapping, s = comparison.clusters, comparison.mapping, comparison.settings
    assert clusters is not None  # _why_not() has ruled it out
    assert mapping is not None
    of, links = clusters.settings, mapping.settings
    machine_first = comparison.a.made_from is mapping
    name = (comparison.a if machine_first else comparison.b).coders[0]
    sides = [str(_human(study, comparison)), f"mapping.to_coding(coder={name!r})"]
    a, b = reversed(sides) if machine_first else sides
    seed, alpha, near_best = map(_literal, (of.get("random_state", 0), links["alpha"], links["near_best"]))
    n_clusters = f", n_clusters={_literal(of['n_clusters'])}" if of.get("n_clusters") else ""
    return f"""
segments = an.segment(study.transcripts, unit={clusters.segments.unit!r})
embeddings = an.embed(segments, encoder={clusters.embeddings.encoder.name!r})
assert str(embeddings.encoder) == {str(clusters.embeddings.encoder)!r}, "another model or revision"
clusters = an.cluster(embeddings, recipe={_literal(of["recipe"])}, random_state={seed}{n_clusters})
mapping = an.map_clusters(clusters, study.codebook, alpha={alpha}, near_best={near_best})
comparison = an.compare(
    {a},
    {b},
    segments=segments,
    level={_literal(s["level"])},
    rule={_literal(s["rule"])},
    universe={_literal(s["universe"])},
    n_draws={_literal(s["n_draws"])},
    n_permutations={_literal(s["n_permutations"])},
    random_state={_literal(s["random_state"])},
)
"""
