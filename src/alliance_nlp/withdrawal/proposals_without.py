"""A file of proposals without somebody's words: what lies in a study's folder until it is brought into the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.files import DEEPEST, nesting
from alliance_nlp.method.proposals.proposal_files import FORMAT
from alliance_nlp.provenance import readable_json
from alliance_nlp.records import span_of
from alliance_nlp.withdrawal.steps import BY_HAND, REMOVED, SHORTENED, Step
from alliance_nlp.withdrawal.taken_back import Said


def proposals_in(path: Path) -> dict[str, Any] | None:
    """Give what a file of proposals holds; None where it is another file."""
    if path.suffix.lower() != ".json":
        return None
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if FORMAT not in text or nesting(text) > DEEPEST:
        return None
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) and content.get("format") == FORMAT else None


def proposals_step(path: Path, content: Mapping[str, Any], said: Said) -> Step | None:
    """Say what becomes of a file of proposals; None where nothing of it is about the person."""
    if content.get("by") == said.person:
        return Step(path, REMOVED, "what they proposed themselves")
    given = content.get("proposals"), content.get("saw")
    if not all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in given):
        held = said.holds(json.dumps(content, ensure_ascii=False))
        return Step(path, BY_HAND, "damaged proposals with their words: take them out") if held else None
    proposals, saw = ([row for row in rows or () if not _is_theirs(row, said)] for rows in given)
    gone = {row.get("id") for row in given[0] or ()} - {row.get("id") for row in proposals}
    after = {**content, "proposals": [_without(row, gone, said) for row in proposals], "saw": saw}
    if after == content:
        return None
    return Step(path, SHORTENED, "proposals on their words, and copies of them", readable_json(after).encode("utf-8"))


def _is_theirs(row: Mapping[str, Any], said: Said) -> bool:
    place = span_of(row["segment"]) if isinstance(row.get("segment"), str) else None
    return place is not None and said.alone(*place)


def _without(row: Mapping[str, Any], gone: set[Any], said: Said) -> dict[str, Any]:
    """Give a proposal without what copies their words; it replaces nothing that is gone."""
    left = {name: said.out_of_value(value) if name in ("note", "to") else value for name, value in row.items()}
    if isinstance(row.get("replaces"), list):
        left["replaces"] = [one for one in row["replaces"] if one not in gone]
    return left
