"""Marks for tests that need packages of an extra which an environment may lack."""

from importlib.util import find_spec

import pytest

NEEDS_UMAP = pytest.mark.skipif(
    None in (find_spec("umap"), find_spec("hdbscan")), reason="umap-learn and hdbscan are not installed: extra [umap]"
)
