"""The page of the benchmark of growth, from its rows."""

from __future__ import annotations

from benchmarks.running import Stored


def pages(stored: Stored) -> dict[str, str]:
    """Give the page."""
    return {"benchmarks/scale.md": "# Growth\n\n" + f"{len(stored['kills'])} rows\n"}
