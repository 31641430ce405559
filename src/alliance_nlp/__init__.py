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
    from alliance_nlp.clusters import cluster
    from alliance_nlp.comparison import Comparison, compare
    from alliance_nlp.consensus import Settlement, reach_consensus
    from alliance_nlp.datasets import load_study
    from alliance_nlp.describing import describe
    from alliance_nlp.embeddings import embed, load_encoder
    from alliance_nlp.errors import AlignmentError, AllianceError, AllianceWarning, InputError, MissingExtraError
    from alliance_nlp.mapping import map_clusters
    from alliance_nlp.plots import plot_agreement, plot_map
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
    from alliance_nlp.segments import segment
    from alliance_nlp.storage import load, save

__version__ = "0.1.0"

# Where each public name lives. A house test holds this list, the imports above and __all__ to one another.
_HOMES = {
    "clusters": ("cluster",),
    "comparison": ("Comparison", "compare"),
    "consensus": ("Settlement", "reach_consensus"),
    "datasets": ("load_study",),
    "describing": ("describe",),
    "embeddings": ("embed", "load_encoder"),
    "errors": ("AlignmentError", "AllianceError", "AllianceWarning", "InputError", "MissingExtraError"),
    "mapping": ("map_clusters",),
    "plots": ("plot_agreement", "plot_map"),
    "reading": ("read_codebook", "read_codings", "read_study", "read_transcripts"),
    "records": (
        "Clusters", "Code", "Codebook", "CodedSpan", "Coding", "Embeddings", "EncoderInfo", "Link", "Mapping",
        "ReadSpan", "Segment", "Segments", "Study", "Table", "Theme", "Transcript", "Turn", "join_codings",
    ),
    "reports": ("write_report",),
    "segments": ("segment",),
    "storage": ("load", "save"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AlignmentError",
    "AllianceError",
    "AllianceWarning",
    "Clusters",
    "Code",
    "Codebook",
    "CodedSpan",
    "Coding",
    "Comparison",
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
    "Table",
    "Theme",
    "Transcript",
    "Turn",
    "agreement",
    "cluster",
    "compare",
    "describe",
    "embed",
    "join_codings",
    "load",
    "load_encoder",
    "load_study",
    "map_clusters",
    "plot_agreement",
    "plot_map",
    "reach_consensus",
    "read_codebook",
    "read_codings",
    "read_study",
    "read_transcripts",
    "save",
    "segment",
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
