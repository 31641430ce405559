"""How a report was made: versions, settings, hashes of what went in and of what came out."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import math
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp.files import hash_file, hash_words
from alliance_nlp.records import Codebook, Coding
from alliance_nlp.reports.document import Bullets, Paragraph, Section
from alliance_nlp.reports.material import Material

SCHEMA = "alliance_nlp report 1"
PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "sentence-transformers",
    "torch",
    "umap-learn",
    "hdbscan",
    "matplotlib",
    "jinja2",
)


def manifest_of(material: Material, version: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Everything that another run needs to be the same, as plain values."""
    wishes, clusters = material.wishes, material.clusters
    manifest: dict[str, Any] = {
        "schema": SCHEMA,
        "record": type(material.record).__name__,
        "date": wishes.date or None,
        "synthetic": bool(wishes.study is not None and wishes.study.synthetic),
        "quotes": wishes.quotes,
        "random_state": wishes.random_state,
        "versions": {"alliance_nlp": version, "python": platform.python_version(), **_versions()},
        "inputs": _inputs(material),
        "n_segments": len(material.segments),
    }
    if clusters is not None:
        info = clusters.embeddings.encoder
        manifest["encoder"] = {"name": info.name, "revision": info.revision, "max_tokens": info.max_tokens}
        manifest["clusters"] = {
            "n_clusters": clusters.n_clusters, "n_labelled": clusters.n_labelled, "n_long": clusters.embeddings.n_long,
            "n_set_aside": len(clusters.set_aside), "coverage": clusters.coverage, "settings": clusters.settings,
            "vectors_sha256": hashlib.sha256(np.ascontiguousarray(clusters.embeddings.vectors).tobytes()).hexdigest(),
        }  # fmt: skip
    if material.mapping is not None:
        manifest["mapping"] = {"n_links": len(material.mapping.links), "settings": material.mapping.settings}
    if material.comparison is not None:
        manifest["comparison"] = {"settings": material.comparison.settings}
    manifest["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    plain: dict[str, Any] = _plain(manifest)
    return plain


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Write the manifest as JSON."""
    return (json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8", "replace")


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # an optional package that this run did not have
    return found


def _inputs(material: Material) -> dict[str, Any]:
    """Hashes by which others can see that they hold the same material, without holding its words."""
    found: dict[str, Any] = {
        "transcripts": {t.id: hash_words(t.text) for t in material.segments.transcripts},
    }
    if material.codebook is not None:
        found["codebook"] = _hash_codebook(material.codebook)
    if material.comparison is not None:
        found["codings"] = {side: _hash_coding(getattr(material.comparison, side)) for side in ("a", "b")}
    return found


def _hash_codebook(codebook: Codebook) -> str:
    return hash_words(*(repr(sorted(row.items())) for row in codebook.rows()))


def _hash_coding(coding: Coding) -> str:
    read = (repr((r.coder, r.transcript_id, r.start, r.end)) for r in coding.read)
    return hash_words(*(repr(sorted(row.items())) for row in coding.rows()), *read)


def _plain(value: Any) -> Any:
    """Turn settings into what JSON can hold; undefined numbers become null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float) else str(value)


def repeat_section(manifest: Mapping[str, Any]) -> Section:
    """Say what another person needs to get the same report."""
    versions = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    lines = [f"Versions: {versions}."]
    for name in ("clusters", "mapping", "comparison"):
        settings = manifest.get(name, {}).get("settings", {})
        shown = [
            f"{key}={value}" for key, value in settings.items() if isinstance(value, str | int | float) and value != ""
        ]
        if shown:
            lines.append(f"Settings of the {name}: {', '.join(shown)}.")
    text = (
        "The same transcripts, codings, versions and seeds give the same labels and figures. manifest.json has all "
        "settings and hashes."
    )
    return Section("repeat", "How to repeat this", (Paragraph(text), Bullets(tuple(lines))))


def remove_stale(folder: Path, kept: Mapping[str, bytes]) -> None:
    """Remove files of an earlier report in this folder that this one does not have, so that no old quote stays.

    Only files that the earlier manifest lists with the hash they still have are touched.
    """
    try:
        earlier = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        listed = dict(earlier["files"]) if earlier.get("schema") == SCHEMA else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    for name, digest in listed.items():
        path = folder / name
        inside = path.resolve().is_relative_to(folder.resolve())
        if name not in kept and inside and path.is_file() and hash_file(path) == digest:
            path.unlink()
