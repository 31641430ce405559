"""How a report was made: versions, settings, hashes of what went in and of what came out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from alliance_nlp.provenance import hash_bytes, installed_packages, plain, versions
from alliance_nlp.records.fingerprints import hash_coding, hash_inputs
from alliance_nlp.reports.audit.facts import language_models_of
from alliance_nlp.reports.document import Bullets, Section
from alliance_nlp.reports.material import Material

SCHEMA = "alliance_nlp report 1"


def manifest_of(material: Material, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Everything that another run needs to be the same, as plain values."""
    wishes, clusters, comparison = material.wishes, material.clusters, material.comparison
    manifest: dict[str, Any] = {
        "schema": SCHEMA,
        "record": type(material.record).__name__,
        "date": wishes.date or None,
        "synthetic": bool(wishes.study is not None and wishes.study.synthetic),
        "quotes": wishes.quotes,
        "words": wishes.words,
        "people": wishes.people,
        "random_state": wishes.random_state,
        "versions": versions(),
        "packages": installed_packages(),
        "inputs": hash_inputs(material.segments.transcripts, material.codebook),
        "n_segments": len(material.segments),
    }
    if clusters is not None:
        info = clusters.embeddings.encoder
        manifest["encoder"] = {"name": info.name, "revision": info.revision, "max_tokens": info.max_tokens}
        manifest["clusters"] = {
            "n_clusters": clusters.n_clusters, "n_labelled": clusters.n_labelled, "n_long": clusters.embeddings.n_long,
            "n_set_aside": len(clusters.set_aside), "coverage": clusters.coverage,
            "share_labelled": clusters.share_labelled, "settings": clusters.settings,
            "vectors_sha256": hash_bytes(np.ascontiguousarray(clusters.embeddings.vectors).tobytes()),
        }  # fmt: skip
    if material.mapping is not None:
        manifest["mapping"] = {"n_links": len(material.mapping.links), "settings": material.mapping.settings}
    if comparison is not None:
        manifest["comparison"] = {"settings": comparison.settings}
        if asked := language_models_of(comparison):
            manifest["language_models"] = [dict(settings) for settings in asked]
        manifest["inputs"]["codings"] = {"a": hash_coding(comparison.a), "b": hash_coding(comparison.b)}
        if comparison.machines:
            manifest["inputs"]["codings"]["machines"] = [hash_coding(coding) for coding in comparison.machines]
    manifest["files"] = {name: hash_bytes(content) for name, content in sorted(files.items())}
    values: dict[str, Any] = plain(manifest)
    return values


def repeat_section(material: Material) -> Section:
    """Say what another person needs to get the same report."""
    lines = [f"Versions: {', '.join(f'{name} {number}' for name, number in versions().items())}."]
    made = {"clusters": material.clusters, "mapping": material.mapping, "comparison": material.comparison}
    for name, record in made.items():
        settings = plain(record.settings) if record is not None else {}
        shown = [
            f"{key}={value}" for key, value in settings.items() if isinstance(value, str | int | float) and value != ""
        ]
        if shown:
            lines.append(f"Settings of the {name}: {', '.join(shown)}.")
    text = (
        "The same transcripts, codings, versions and seeds give the same labels and figures. manifest.json has all "
        "settings and hashes."
    )
    return Section("repeat", "How to repeat this", (text, Bullets(tuple(lines))))
