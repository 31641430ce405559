"""Clusters of meaning beside the themes that people agreed on, for interview and focus-group research.

The names below are loaded when they are first used, so that ``import alliance_nlp`` costs next to nothing.

Examples
--------
>>> import alliance_nlp as an
>>> study = an.load_study("focus_group")
>>> len(study.transcripts), study.synthetic
(2, True)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_nlp import agreement
    from alliance_nlp.clusters import assign, cluster
    from alliance_nlp.clusters.describing import describe
    from alliance_nlp.clusters.estimator import ConsensusClustering
    from alliance_nlp.clusters.naming import suggest_names
    from alliance_nlp.comparison import Comparison, compare
    from alliance_nlp.consensus import Settlement, reach_consensus
    from alliance_nlp.datasets import load_study
    from alliance_nlp.embeddings import embed, load_encoder
    from alliance_nlp.errors import AlignmentError, AllianceError, AllianceWarning, InputError, MissingExtraError
    from alliance_nlp.ledger import read_ledger, record_decision, replay
    from alliance_nlp.mapping import map_clusters
    from alliance_nlp.method.expectations import compare_expectations
    from alliance_nlp.method.horizontalization import find_significant
    from alliance_nlp.method.member_checks import member_check_pack, read_replies
    from alliance_nlp.method.relations import relate_themes
    from alliance_nlp.method.saturation import assess_saturation
    from alliance_nlp.method.sessions import compare_sessions
    from alliance_nlp.method.table1 import table1
    from alliance_nlp.method.voices import choose_quotes, count_voices
    from alliance_nlp.plots import (
        plot_agreement,
        plot_hierarchy,
        plot_map,
        plot_relations,
        plot_themes_and_clusters,
    )
    from alliance_nlp.provenance import __version__ as __version__
    from alliance_nlp.reading import read_codebook, read_codings, read_study, read_transcripts
    from alliance_nlp.records import (
        Clusters,
        Code,
        Codebook,
        CodedSpan,
        Coding,
        Embeddings,
        EncoderInfo,
        Link,
        Mapping,
        ReadSpan,
        Segment,
        Segments,
        Study,
        Table,
        Theme,
        Transcript,
        Turn,
        join_codings,
    )
    from alliance_nlp.reports import write_report
    from alliance_nlp.reports.audit import write_audit_trail
    from alliance_nlp.segments import segment
    from alliance_nlp.storage import load, save
    from alliance_nlp.suggesting import Suggestions, find_trouble, next_to_code, suggest_codes
    from alliance_nlp.suggesting.classifier import CodebookClassifier

# Where each public name lives. A house test holds this list, the imports above and __all__ to one another.
_HOMES = {
    "clusters": ("assign", "cluster"),
    "clusters.describing": ("describe",),
    "clusters.estimator": ("ConsensusClustering",),
    "clusters.naming": ("suggest_names",),
    "comparison": ("Comparison", "compare"),
    "consensus": ("Settlement", "reach_consensus"),
    "datasets": ("load_study",),
    "embeddings": ("embed", "load_encoder"),
    "errors": ("AlignmentError", "AllianceError", "AllianceWarning", "InputError", "MissingExtraError"),
    "ledger": ("read_ledger", "record_decision", "replay"),
    "mapping": ("map_clusters",),
    "method.expectations": ("compare_expectations",),
    "method.horizontalization": ("find_significant",),
    "method.member_checks": ("member_check_pack", "read_replies"),
    "method.relations": ("relate_themes",),
    "method.saturation": ("assess_saturation",),
    "method.sessions": ("compare_sessions",),
    "method.table1": ("table1",),
    "method.voices": ("choose_quotes", "count_voices"),
    "plots": ("plot_agreement", "plot_hierarchy", "plot_map", "plot_relations", "plot_themes_and_clusters"),
    "provenance": ("__version__",),
    "reading": ("read_codebook", "read_codings", "read_study", "read_transcripts"),
    "records": (
        "Clusters", "Code", "Codebook", "CodedSpan", "Coding", "Embeddings", "EncoderInfo", "Link", "Mapping",
        "ReadSpan", "Segment", "Segments", "Study", "Table", "Theme", "Transcript", "Turn", "join_codings",
    ),
    "reports": ("write_report",),
    "reports.audit": ("write_audit_trail",),
    "segments": ("segment",),
    "storage": ("load", "save"),
    "suggesting": ("Suggestions", "find_trouble", "next_to_code", "suggest_codes"),
    "suggesting.classifier": ("CodebookClassifier",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AlignmentError",
    "AllianceError",
    "AllianceWarning",
    "Clusters",
    "Code",
    "Codebook",
    "CodebookClassifier",
    "CodedSpan",
    "Coding",
    "Comparison",
    "ConsensusClustering",
    "Embeddings",
    "EncoderInfo",
    "InputError",
    "Link",
    "Mapping",
    "MissingExtraError",
    "ReadSpan",
    "Segment",
    "Segments",
    "Settlement",
    "Study",
    "Suggestions",
    "Table",
    "Theme",
    "Transcript",
    "Turn",
    "agreement",
    "assess_saturation",
    "assign",
    "choose_quotes",
    "cluster",
    "compare",
    "compare_expectations",
    "compare_sessions",
    "count_voices",
    "describe",
    "embed",
    "find_significant",
    "find_trouble",
    "join_codings",
    "load",
    "load_encoder",
    "load_study",
    "map_clusters",
    "member_check_pack",
    "next_to_code",
    "plot_agreement",
    "plot_hierarchy",
    "plot_map",
    "plot_relations",
    "plot_themes_and_clusters",
    "reach_consensus",
    "read_codebook",
    "read_codings",
    "read_ledger",
    "read_replies",
    "read_study",
    "read_transcripts",
    "record_decision",
    "relate_themes",
    "replay",
    "save",
    "segment",
    "suggest_codes",
    "suggest_names",
    "table1",
    "write_audit_trail",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name == "agreement":
        return importlib.import_module("alliance_nlp.agreement")
    if name not in _HOME_OF:
        raise AttributeError(
            f"module 'alliance_nlp' has no name {name!r}. Its public names are in alliance_nlp.__all__."
        )
    value = getattr(importlib.import_module(f"alliance_nlp.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
