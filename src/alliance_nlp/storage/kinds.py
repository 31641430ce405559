"""Which records can be kept, and how each is named in a file."""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

from alliance_nlp.records import Record, Transcript

# Module -> names of its records and of the rows inside them; a module is imported when one of its names is met.
# A name stands in files that people keep: it may move to another module, never change.
KINDS = {
    "records": (
        "Clusters", "Code", "Codebook", "CodedSpan", "Coding", "Embeddings", "EncoderInfo", "Expectation", "FieldNote",
        "FileRead", "FoundSpeaker", "InlinePage", "Link", "Mapping", "Mark", "Marks", "Participant",
        "ProjectedCoding", "Question", "ReadItem", "ReadReport", "ReadSpan", "Segment", "Segments", "Study", "Table",
        "Theme", "Transcript", "Turn",
    ),
    "comparison": ("Comparison",),
    "comparison.two_files": ("FilesCompared",),
    "comparison.class_codings": ("ClassCodings",),
    "comparison.merging": ("MergedProjects",),
    "comparison.projects_compared": ("ProjectsCompared",),
    "clusters.describing": ("ClusterDescription", "Descriptions"),
    "clusters.naming": ("ClusterName", "ClusterNames"),
    "consensus": ("Settlement",),
    "qda": (
        "LossReport", "QdaCase", "QdaCount", "QdaLink", "QdaMemo", "QdaOffsets", "QdaProject", "QdaSelection", "QdaSet",
        "QdaTrouble", "QdaVariable",
    ),
    "privacy.finding": ("Identifier", "Identifiers"),
    "privacy.realigning": ("Landing", "Realigned"),
    "suggesting": ("HeldOut", "ModelStability", "ModelSuggestions", "Suggestions"),
    "method.horizontalization": ("ReadersCompared", "Significant"),
    "method.sessions": ("SessionComparison",),
    "ledger": ("CodebookVersion", "Decision", "Ledger", "Standing"),
    "ledger.conflicts": ("Conflict",),
    "method.effects": ("CodebookEffect",),
    "method.coded_out": ("CodedTables",),
    "method.chain": ("Chain", "ChainLink"),
    "method.contexts": ("QuoteInContext",),
    "method.table1": ("TableOne",),
    "method.translations": ("Translation",),
    "method.voices": ("Assent", "Opposing", "Quotes", "Voices"),
    "method.relations": ("Relations",),
    "method.expectations": ("ExpectationsBeside",),
    "method.saturation": ("Saturation",),
    "method.member_checks.packs": ("MemberCheckPack", "OwnQuote", "PackTheme"),
    "method.member_checks.replies": ("Replies", "Reply"),
    "method.proposals.imported": ("ImportedProposals",),
    "withdrawal.withdrawn_files": ("Withdrawal",),
    "scaling": ("CodedParts",),
}  # fmt: skip
_HOME_OF = {name: module for module, names in KINDS.items() for name in names}


def kind_named(name: str) -> type[Any] | None:
    """Class of the records of this name; None when this version knows none."""
    if name not in _HOME_OF:
        return None
    found: type[Any] = getattr(importlib.import_module(f"alliance_nlp.{_HOME_OF[name]}"), name)
    return found


def can_be_kept(value: object) -> bool:
    """Whether a value is one of the records above."""
    return kind_named(type(value).__name__) is type(value)


def is_shared(value: object) -> bool:
    """Whether a record is stored once and referred to: those that others are made from, not the rows inside them."""
    return isinstance(value, Record | Transcript)


def kept_fields(value: Any) -> list[str]:
    """Names of the fields that make the content of a record; what is not compared is not kept."""
    return [field.name for field in dataclasses.fields(value) if field.compare]
