"""The script that runs the analysis again, written from the records' own settings."""

from __future__ import annotations

from alliance_nlp.comparison import Comparison
from alliance_nlp.provenance import __version__
from alliance_nlp.records import Coding, Study

HEAD = '''"""Run the analysis of this audit trail again and compare every number with numbers.json.

    python rerun.py STUDY_FOLDER

Written by alliance_nlp {version}. It ends with 0 when all numbers are the same, with 1 when some differ.
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
print("\\n".join(different) or "All numbers are the same.")
sys.exit(bool(different))
"""


def rerun_script(study: Study, comparison: Comparison | None) -> tuple[str, str]:
    """Write the script, and say why it leaves the machine's part out; the reason is empty where it does not."""
    head = HEAD.format(version=__version__)
    if comparison is None:
        return f"{head}comparison = None\n{TAIL}", ""
    reason = _why_not(study, comparison)
    if reason:
        return f"{head}comparison = None  # {reason}\n{TAIL}", reason
    return f"{head}{_steps(study, comparison)}{TAIL}", ""


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


def _steps(study: Study, comparison: Comparison) -> str:
    clusters, mapping, s = comparison.clusters, comparison.mapping, comparison.settings
    assert clusters is not None  # _why_not() has ruled it out
    assert mapping is not None
    of, links = clusters.settings, mapping.settings
    machine_first = comparison.a.made_from is mapping
    name = (comparison.a if machine_first else comparison.b).coders[0]
    sides = [str(_human(study, comparison)), f"mapping.to_coding(coder={name!r})"]
    a, b = reversed(sides) if machine_first else sides
    n_clusters = f", n_clusters={of['n_clusters']}" if of.get("n_clusters") else ""
    return f"""
segments = an.segment(study.transcripts, unit={clusters.segments.unit!r})
embeddings = an.embed(segments, encoder={clusters.embeddings.encoder.name!r})
assert str(embeddings.encoder) == {str(clusters.embeddings.encoder)!r}, "another model or revision"
clusters = an.cluster(embeddings, recipe={of["recipe"]!r}, random_state={of.get("random_state", 0)}{n_clusters})
mapping = an.map_clusters(clusters, study.codebook, alpha={links["alpha"]}, near_best={links["near_best"]})
comparison = an.compare(
    {a},
    {b},
    segments=segments,
    level={s["level"]!r},
    rule={s["rule"]!r},
    universe={s["universe"]!r},
    n_draws={s["n_draws"]},
    n_permutations={s["n_permutations"]},
    random_state={s["random_state"]},
)
"""
