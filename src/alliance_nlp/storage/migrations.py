"""What earlier versions kept otherwise: fields of a record as they were, made into fields of today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from alliance_nlp.records import Cast, Codebook, Table, ordered
from alliance_nlp.storage.values import Migration

Fields = dict[str, Any]
STATUS_OF_WORDS = {
    "coder": "coded", "consensus": "consensus", "machine suggestion": "suggested",
    "machine suggestion, accepted": "accepted", "machine suggestion, rejected": "rejected",
}  # fmt: skip


def _chain_link(fields: Fields) -> tuple[Fields, str]:
    rest = {name: value for name, value in fields.items() if name != "how"}
    return {**rest, "status": STATUS_OF_WORDS[fields["how"]]}, ""


def _expectations(fields: Fields) -> tuple[Fields, str]:
    return {("beside" if name == "table" else name): value for name, value in fields.items()}, ""


def _clusters(fields: Fields) -> tuple[Fields, str]:
    """Equal sizes went by their first segment, and a cut at another grain claimed a strength that nobody had measured.

    The old numbers stay: reports that people printed name them.
    """
    settings, changes = dict(fields["settings"]), []
    labels = fields["labels"]
    if not settings.get("assigned") and (ordered(labels, fields["embeddings"].ranks) != labels).any():
        settings["numbered_by"] = "alliance_nlp 0.1.0"
        changes.append("clusters of equal size keep their old numbers")
    strength = fields["strength"]
    if "grain" in settings and np.isin(strength, (0, 1)).all():
        strength = np.where(labels >= 0, np.nan, 0.0)
        settings["strength_reason"] = "0.1.0 did not measure it at this grain"
        changes.append("strength at another grain is nan, not 1")
    return {**fields, "settings": settings, "strength": strength}, "; ".join(changes)


def _under_codebook(fields: Fields, used: Iterable[str | None]) -> str:
    """Name codes that were split or taken out, and that something still carries, as former ones of its codebook."""
    book: Codebook | None = fields.get("codebook")
    gone = sorted({path for path in used if path} - book.paths) if book is not None else []
    if book is not None and gone:
        fields["codebook"] = replace(book, former=(*book.former, *gone))
    return f"codes that the codebook lacks, now its former ones: {len(gone)}" if gone else ""


def _coding(fields: Fields) -> tuple[Fields, str]:
    once = tuple(dict.fromkeys(fields["applied"]))
    changed = {**fields, "applied": once}
    again = len(fields["applied"]) - len(once)
    repeated = f"applications left out because they stood there twice: {again}" if again else ""
    changes = (repeated, _under_codebook(changed, (span.code_id for span in once)))
    return changed, "; ".join(filter(None, changes))


def _mapping(fields: Fields) -> tuple[Fields, str]:
    changed = dict(fields)
    return changed, _under_codebook(changed, (p for link in fields["links"] for p in (link.code_id, link.runner_up)))


# the rule of 0.1.0 went by F1 on segments in clusters; its words in those of today
JUDGED_BEFORE = {
    "theme_recovery": {"matched": "most of", "partly matched": "part of", "missed": "not"},
    "cluster_verdicts": {
        "matched": "goes with one", "split": "shares one", "merged": "goes with several", "extra": "goes with none",
    },
}  # fmt: skip
BEFORE_NOTE = "verdicts by the rule of alliance_nlp 0.1.0, on segments in clusters only; compare again for today's rule"


def _comparison(fields: Fields) -> tuple[Fields, str]:
    """Verdicts on clusters keep what they said, in words of today, and say that the rule was another."""
    changed, n = dict(fields), 0
    for name, words in JUDGED_BEFORE.items():
        table: Table = fields[name]
        n += len(table)
        columns = tuple("goes_with" if c in ("codes", "essences", "themes") else c for c in table.columns)
        at = columns.index("verdict") if table.columns else 0
        values = tuple((*row[:at], words[row[at]], *row[at + 1 :]) for row in table.values)
        notes = (*table.notes, BEFORE_NOTE) if table.columns else ()
        changed[name] = replace(table, columns=columns, values=values, notes=notes)
    return changed, f"verdicts on clusters and themes in words of today, by the rule of 0.1.0: {n}" if n else ""


def _segments(fields: Fields) -> tuple[Fields, str]:
    """Keep a label one person wherever it stood, as it was counted; a general word never names one."""
    cast = Cast(fields["transcripts"], same_people=True)
    of = {transcript.id: transcript for transcript in cast.transcripts}
    items = tuple(replace(s, person_id=cast.person_id(s, of[s.transcript_id])) for s in fields["items"])
    return {**fields, "items": items, "transcripts": cast.resolved()}, ""


def _study(fields: Fields) -> tuple[Fields, str]:
    changed = dict(fields)
    codings = [fields[name] for name in ("coding", "consensus") if fields[name] is not None]
    return changed, _under_codebook(changed, (span.code_id for coding in codings for span in coding.applied))


# Kind -> what makes today's fields of those that format 1 (0.1.0) kept, with a sentence where what they say changed.
MIGRATIONS: dict[str, Migration] = {
    "ChainLink": _chain_link, "Clusters": _clusters, "Coding": _coding, "Comparison": _comparison,
    "ExpectationsBeside": _expectations,
    "Mapping": _mapping, "Segments": _segments, "Study": _study,
}  # fmt: skip
